"""The registry of commands: who may run what, and when; the one rule that pages and the executor both ask."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from jointreview.commands.facts import CaseFacts
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Problem
from jointreview.models.actor import Actor
from jointreview.models.identity import ROLES

if TYPE_CHECKING:
    from jointreview.commands.executor import Context


_NUMBERS = (int, float, int | None, float | None)


class Command(BaseModel):
    """Typed arguments of one thing a person does."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _yes_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """JSON's `true` would be read as 1, and so as the id of the first row."""
        wanted = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, bool) and wanted in _NUMBERS:
            raise PydanticCustomError("int_type", "a number is wanted")
        return value

    @property
    def target(self) -> int | None:
        """The part of the case the command is about (an assignment), where it has one."""
        return None


class CaseCommand(Command):
    """A command on one case."""

    case_id: int


class AssignmentCommand(CaseCommand):
    """A command on one department's assignment of a case."""

    assignment_id: int

    @property
    def target(self) -> int | None:
        return self.assignment_id


ANY_KIND = frozenset({"acceptance", "review"})
ACCEPTANCE = frozenset({"acceptance"})
REVIEW = frozenset({"review"})
GRANTABLE = frozenset({*ROLES, "system"})
"""The roles of people, and the system, which acts by rule alone."""

Check = Callable[[Actor, CaseFacts, int | None], Problem | None]
"""Answers None for yes, or the problem that a person is told."""


@dataclass(frozen=True)
class Rule:
    """What a command declares: title, the relation each role needs, states, named extra checks, and its body."""

    command: type[Command]
    title: str
    grants: Mapping[str, Check | None]
    states: frozenset[CaseState]
    kinds: frozenset[str]
    checks: tuple[Check, ...]
    silent: bool
    run: Callable[[Context, Any], dict[str, Any] | None]
    prepare: Callable[[Context, Any], Callable[[], Any]] | None = None

    @property
    def name(self) -> str:
        """The command's name as written in events and logs."""
        return self.command.__name__

    @property
    def on_case(self) -> bool:
        """Whether the command concerns one case."""
        return issubclass(self.command, CaseCommand)


RULES: dict[type[Command], Rule] = {}


class UndeclaredRight(TypeError):
    """A command that declares no role, no state or an unknown role: a fault of the program, found at load."""


def command(
    *,
    title: str,
    grants: Mapping[str, Check | None],
    states: frozenset[CaseState] | None = None,
    kinds: frozenset[str] = ANY_KIND,
    checks: tuple[Check, ...] = (),
    silent: bool = False,
    prepare: Callable[[Context, Any], Callable[[], Any]] | None = None,
) -> Callable[[Callable[[Context, Any], dict[str, Any] | None]], Callable[[Context, Any], dict[str, Any] | None]]:
    """Register the body of a command with what it needs.

    `grants` maps each role to the relation it must have to the case (None: any case); `kinds` are the kinds of case
    it belongs to. `silent` commands leave no event (autosave of a draft). `prepare` looks up, for who may run the
    command, what takes long to make (a large file to be read) and answers how; that runs before the transaction
    begins and outside any session, so that nobody waits for the lock meanwhile, and the body finds the outcome in
    `ctx.prepared`. Raises UndeclaredRight for a declaration that forgets roles or states.
    """

    def register(run: Callable[[Context, Any], dict[str, Any] | None]) -> Callable[[Context, Any], Any]:
        argument = list(inspect.signature(run).parameters.values())[1]
        kind = argument.annotation
        if isinstance(kind, str):
            kind = typing.get_type_hints(run, localns={"Context": object})[argument.name]
        if not grants or not set(grants) <= GRANTABLE:
            raise UndeclaredRight(f"{kind.__name__} declares no role, or an unknown one")
        if issubclass(kind, CaseCommand) and not states:
            raise UndeclaredRight(f"{kind.__name__} declares no state")
        if kind in RULES:
            raise UndeclaredRight(f"{kind.__name__} is declared twice")
        RULES[kind] = Rule(kind, title, dict(grants), states or frozenset(), kinds, checks, silent, run, prepare)
        return run

    return register


def may(
    actor: Actor, command_type: type[Command], facts: CaseFacts | None = None, target: int | None = None
) -> Problem | None:
    """Whether `actor` may run the command now: None for yes, else the reason, for the page and the executor alike.

    `facts` describe the case (needed for commands on a case), `target` the assignment where the command has one.
    """
    rule = RULES[command_type]
    if problem := bars(actor, rule):
        return problem
    if not rule.on_case:
        return None
    if facts is None:
        return Problem("commands.no_such_case")
    relation = rule.grants[actor.role]
    if relation is not None and (problem := relation(actor, facts, target)):
        return problem
    if facts.kind not in rule.kinds:
        return Problem("commands.not_this_kind")
    if facts.state not in rule.states:
        return Problem("commands.not_in_state")
    for check in rule.checks:
        if problem := check(actor, facts, target):
            return problem
    return None


def bars(actor: Actor, rule: Rule) -> Problem | None:
    """Why the person may never run the command as who it is, whatever the case."""
    if actor.must_change_password:
        return Problem("commands.change_password_first")
    return None if actor.role in rule.grants else Problem("commands.role_may_not")


def forbids(actor: Actor, rule: Rule, facts: CaseFacts | None, target: int | None) -> bool:
    """Whether the refusal is one of right (role or relation), rather than of state or moment."""
    if bars(actor, rule):
        return True
    relation = rule.grants[actor.role]
    return rule.on_case and (facts is None or (relation is not None and relation(actor, facts, target) is not None))
