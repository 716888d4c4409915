"""What the board is narrowed to, as it stands in the address bar, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from jointreview.domain import case_states
from jointreview.domain.case_states import CaseState, Turn
from jointreview.domain.clock import Lamp

OPEN, ENDED, ALL = "open", "ended", "all"
NOT_COUNTING = "none"
STATES = (OPEN, ENDED, ALL, *(s.value for s in CaseState))
LAMPS = (*(lamp.value for lamp in Lamp), NOT_COUNTING)
STAGES = ("1", "2", "3", "4")
TURNS = tuple(t.value for t in Turn)
SORTS = ("urgent", "due", "since", "number", "project")
_MOST_TEXT = 80
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class BoardFilters:
    """The filters of the board; an empty one lets everything through.

    `state` is open, ended, all or one state; `stage` one of 1 to 4; `lamp` a lamp or none; `week` asks for cases due
    from Monday to Sunday of this week; `text` is looked for in number, project, code, address and organisation.
    """

    state: str = OPEN
    stage: str = ""
    lamp: str = ""
    unit: str = ""
    turn: str = ""
    town: str = ""
    week: bool = False
    text: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @classmethod
    def from_address(cls, params: Mapping[str, Any]) -> BoardFilters:
        """The filters of a query string; a value nobody knows is passed over, so that an old link still opens."""

        def known(name: str, values: tuple[str, ...], otherwise: str) -> str:
            value = str(params.get(name, ""))
            return value if value in values else otherwise

        page = str(params.get("page", ""))
        return cls(
            state=known("state", STATES, OPEN),
            stage=known("stage", STAGES, ""),
            lamp=known("lamp", LAMPS, ""),
            unit=_code(params.get("unit")),
            turn=known("turn", TURNS, ""),
            town=_code(params.get("town")),
            week=str(params.get("week", "")) == "1",
            text=str(params.get("q", "")).strip()[:_MOST_TEXT],
            sort=known("sort", SORTS, SORTS[0]),
            page=min(max(int(page), 1), _MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 9 else 1,
        )

    def address(self) -> str:
        """The query string of these filters, without what is usual; empty for the board as it opens."""
        usual = BoardFilters()
        names = {"text": "q"}
        given = {
            names.get(name, name): "1" if value is True else value
            for name, value in vars(self).items()
            if value != getattr(usual, name)
        }
        return urlencode(given)

    def but(self, **changes: Any) -> BoardFilters:
        """These filters with some changed, from the first page."""
        return replace(self, **{"page": 1, **changes})


def states_of(chosen: str) -> frozenset[str]:
    """The states that a choice of states stands for."""
    sets = {OPEN: case_states.OPEN, ENDED: case_states.ENDED, ALL: case_states.OPEN | case_states.ENDED}
    return frozenset(s.value for s in sets[chosen]) if chosen in sets else frozenset({chosen})


def _code(value: object) -> str:
    text = str(value or "")
    return text if len(text) <= 40 and text.replace("_", "").isalnum() else ""
