"""What a request may look like: ids a database can hold, and every fault of shape told in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from jointreview.domain.problems import Problem, Refused, refuse

LARGEST_ID = 2**31 - 1
LARGEST_NUMBER = 2**63 - 1
# Control characters but those of lines.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
"""The id of a row in a path; anything else is an address at which there is nothing."""


class PlainRoute(APIRoute):
    """A route that refuses a request of the wrong shape like any other input: each part named, in plain words."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as fault:
                raise shape_refusal(list(fault.errors())) from None
            except HTTPException as answer:
                # How the framework answers a body it cannot even read: numbers without end, brackets without end.
                if answer.status_code == 400:
                    raise refuse("errors.unreadable_request") from None
                raise

        return handled


def shape_refusal(errors: list[Any]) -> Refused:
    """The refusal for a request whose parts do not fit: `missing` for a path that leads nowhere, else `invalid`."""
    if any(error["loc"][0] == "path" for error in errors):
        return refuse("errors.no_such_address", kind="missing")
    if any(error["type"] == "json_invalid" for error in errors):
        return refuse("errors.unreadable_request")
    return Refused(*(argument_problem({**error, "loc": error["loc"][1:]}) for error in errors))


def argument_problem(error: Any) -> Problem:
    """What is wrong with one argument, in words a person can use."""
    # A lone half of a character in a name could not even be sent back.
    where = ".".join(str(part) for part in error["loc"]).encode("utf-8", "replace").decode()
    context = error.get("ctx", {})
    match error["type"]:
        case "missing" | "string_too_short" | "too_short":
            return Problem("errors.too_short", {"least": context.get("min_length", 1)}, where)
        case "string_too_long" | "too_long":
            return Problem("errors.too_long", {"most": context.get("max_length", "")}, where)
        case "extra_forbidden":
            return Problem("errors.unknown_argument", {}, where)
        case kind if kind.startswith("date"):
            return Problem("errors.not_a_date", {}, where)
        case kind if kind.startswith(("int", "float", "greater", "less", "finite")):
            return Problem("errors.not_a_number", {}, where)
    return Problem("errors.does_not_fit", {}, where)


def unstorable(value: Any) -> list[Problem]:
    """Numbers beyond 64 bits and texts with control characters, which no database takes, each with its place."""
    problems: list[Problem] = []
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        where, part = waiting.pop()
        if isinstance(part, dict):
            waiting += [(f"{where}.{key}".lstrip("."), item) for key, item in part.items()]
        elif isinstance(part, list):
            waiting += [(f"{where}.{n}", item) for n, item in enumerate(part)]
        elif isinstance(part, str) and _UNSTORABLE.search(part):
            problems.append(Problem("errors.control_characters", {}, where))
        elif isinstance(part, int) and abs(part) > LARGEST_NUMBER:
            problems.append(Problem("errors.number_too_large", {}, where))
    return sorted(problems, key=lambda problem: problem.where)
