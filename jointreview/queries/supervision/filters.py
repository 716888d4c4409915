"""What the list of cards is narrowed to, as it stands in the address bar."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

COLOURS = ("red", "yellow")
STATES = ("late", "open", "replied", "upheld", "cancelled")
"""`late` are the open cards whose day of reply has passed; `open` those that still have time."""
LARGEST_ID = 2**31 - 1
_RULE, _UNIT = re.compile(r"^R\d{2}$"), re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_MONTH = re.compile(r"^20\d\d-(0[1-9]|1[0-2])$")
_MOST_TEXT, _MOST_PAGES = 80, 10_000


@dataclass(frozen=True)
class CardFilters:
    """The filters; an empty one lets everything through.

    `month` is the month of issue, `2026-05`; `text` is looked for in the numbers of card and case and in the project.
    `card` is the card whose details are open; it narrows nothing.
    """

    colour: str = ""
    rule: str = ""
    unit: str = ""
    state: str = ""
    stage: int = 0
    month: str = ""
    text: str = ""
    page: int = 1
    card: int = 0

    @classmethod
    def from_address(cls, params: Mapping[str, Any]) -> CardFilters:
        """The filters of a query string; a value nobody knows is passed over, so that an old link still opens."""

        def given(name: str) -> str:
            return str(params.get(name) or "")

        def number(name: str, most: int) -> int:
            text = given(name)
            return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 11 else 0

        return cls(
            colour=given("colour") if given("colour") in COLOURS else "",
            rule=given("rule") if _RULE.match(given("rule")) else "",
            unit=given("unit") if _UNIT.match(given("unit")) else "",
            state=given("state") if given("state") in STATES else "",
            stage=number("stage", 9) if number("stage", 9) in (1, 2, 3, 4) else 0,
            month=given("month") if _MONTH.match(given("month")) else "",
            text=given("q").strip()[:_MOST_TEXT],
            page=max(number("page", _MOST_PAGES), 1),
            card=number("card", LARGEST_ID),
        )

    def address(self) -> str:
        """The query string of these filters; empty for the list as it opens."""
        usual, names = CardFilters(), {"text": "q"}
        return urlencode({names.get(k, k): v for k, v in vars(self).items() if v != getattr(usual, k)})

    def href(self) -> str:
        """The page with these filters."""
        return f"/supervision?{self.address()}" if self.address() else "/supervision"

    def but(self, **changes: Any) -> CardFilters:
        """These filters with some changed, from the first page and with no card open unless said otherwise."""
        return replace(self, **{"page": 1, "card": 0, **changes})

    @property
    def narrowing(self) -> CardFilters:
        """These filters without what does not narrow."""
        return replace(self, page=1, card=0)
