"""The table of routes as the application itself has it: where each is, who it says may ask, and what it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from jointreview.api.access import MARK, UNLIMITED, Declared
from jointreview.api.heavy import MARK as HEAVY

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SAMPLES = {"key": "k" * 32, "digest": "0" * 64, "name": "MarkBusy", "section": "S1", "code": "001"}
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Route:
    """One address with one method."""

    method: str
    path: str
    declared: Declared | None
    parameters: tuple[str, ...]
    asked: tuple[str, ...]
    streams: bool
    has_body: bool
    heavy: bool = False

    @property
    def unsafe(self) -> bool:
        """Whether it can change something."""
        return self.method not in SAFE

    @property
    def kind(self) -> str:
        """What it declares; empty for nothing."""
        return self.declared.kind if self.declared else ""

    def at(self, **values: str) -> str:
        """The address with its parameters filled: as given, else with something of the right shape."""
        return _PARAMETER.sub(lambda found: str(values.get(found[1], SAMPLES.get(found[1], "1"))), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(api: FastAPI) -> list[Route]:
    """Every route of the application; HEAD is GET without its body."""
    found = []
    for context in iter_route_contexts(api.routes):
        dependant = getattr(context, "dependant", None)
        for method in sorted((context.methods or set()) - {"HEAD"}):
            found.append(
                Route(
                    method=method,
                    path=context.path or "",
                    declared=getattr(context.endpoint, MARK, None),
                    parameters=tuple(_PARAMETER.findall(context.path or "")),
                    asked=tuple(p.alias for p in dependant.query_params) if dependant else (),
                    streams=getattr(context, "max_body_size", None) == UNLIMITED,
                    has_body=bool(dependant and dependant.body_params),
                    heavy=getattr(context.endpoint, HEAVY, False),
                )
            )
    return found
