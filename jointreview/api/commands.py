"""HTTP for commands: one route runs any command of the registry, authorised and checked as everywhere."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from jointreview.api.access import open_to_everybody
from jointreview.api.app import CurrentActor, SameOrigin
from jointreview.api.requests import PlainRoute, argument_problem, unstorable
from jointreview.commands.all import RULES
from jointreview.commands.executor import Captured, execute
from jointreview.commands.filing import SaveSection
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused, refuse

router = APIRouter(prefix="/api/commands", dependencies=[SameOrigin], route_class=PlainRoute)
_BY_NAME = {rule.name: kind for kind, rule in RULES.items()}


class CapturedThen(BaseModel):
    """When it was done on a device without network, and when it was sent, both by the device's clock."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime
    sent_at: AwareDatetime
    device: str = Field("", max_length=64)


class Order(BaseModel):
    """What the browser sends: the command's arguments, what version it was decided on, and a key."""

    model_config = ConfigDict(extra="forbid")

    args: dict[str, Any] = Field(default_factory=dict)
    expected_version: int | None = None
    idempotency_key: str | None = Field(None, min_length=8, max_length=80)
    captured: CapturedThen | None = None


@router.post("/{name}")
@open_to_everybody
async def run(name: str, order: Order, actor: CurrentActor) -> JSONResponse:
    """Run a command; a refusal answers with every problem in the reader's language."""
    if problems := unstorable(order.idempotency_key):
        raise Refused(*problems)
    kind = _BY_NAME.get(name)
    if kind is None:
        raise refuse("errors.no_such_command", kind="missing")
    command = typed(kind, order.args)
    outcome = await asyncio.to_thread(
        execute,
        actor,
        command,
        expected_version=order.expected_version,
        idempotency_key=order.idempotency_key,
        captured=_captured(order.captured),
    )
    at = outcome.at.isoformat() if outcome.at else ""
    return JSONResponse(
        {"case_id": outcome.case_id, "version": outcome.version, "value": outcome.value, "received_at": at}
    )


def _captured(said: CapturedThen | None) -> Captured | None:
    return Captured(said.at, said.sent_at - said.at, said.device) if said else None


def typed(kind: type[Command], args: dict[str, Any]) -> Command:
    """The command with its arguments checked; raises Refused naming each argument that does not fit."""
    # The values of a section are checked where the form is known, with the path of each field.
    outside = {name: value for name, value in args.items() if (kind, name) != (SaveSection, "values")}
    if problems := unstorable(outside):
        raise Refused(*problems)
    try:
        return kind.model_validate(args)
    except ValidationError as fault:
        raise Refused(*(argument_problem(error) for error in fault.errors())) from None
