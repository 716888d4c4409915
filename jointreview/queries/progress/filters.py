"""What the figures of progress are narrowed to, as it stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

TRACKS = ("government", "private")
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_PAGE = re.compile(r"^[1-9]\d{0,3}$")
_MONTH = re.compile(r"^20\d\d-(0[1-9]|1[0-2])$")
_SHOW = re.compile(r"^[a-z_]{1,24}(:[A-Za-z0-9_-]{1,40})?$")


@dataclass(frozen=True)
class ProgressFilters:
    """The filters; an empty one lets everything through.

    `since` and `until` are months of conclusion, `2026-05`; `show` names the figure whose cases are listed, such as
    `late` or `days:12`, `page` the page of that list.
    """

    stage: int = 0
    unit: str = ""
    track: str = ""
    town: str = ""
    since: str = ""
    until: str = ""
    show: str = ""
    page: int = 1

    @classmethod
    def from_address(cls, params: Mapping[str, Any]) -> ProgressFilters:
        """The filters of a query string; what nobody knows is passed over."""

        def matching(name: str, pattern: re.Pattern[str]) -> str:
            value = str(params.get(name, ""))
            return value if pattern.fullmatch(value) else ""

        stage, track = str(params.get("stage", "")), str(params.get("track", ""))
        page = matching("page", _PAGE)
        return cls(
            stage=int(stage) if stage in ("1", "2", "3", "4") else 0,
            unit=matching("unit", _CODE),
            track=track if track in TRACKS else "",
            town=matching("town", _CODE),
            since=matching("since", _MONTH),
            until=matching("until", _MONTH),
            show=matching("show", _SHOW),
            page=int(page) if page else 1,
        )

    def address(self) -> str:
        """The query string of these filters; empty without any."""
        usual = ProgressFilters()
        return urlencode({name: value for name, value in vars(self).items() if value != getattr(usual, name)})

    def but(self, **changes: Any) -> ProgressFilters:
        """These filters with some changed, from the first page."""
        return replace(self, **{"page": 1, **changes})

    def includes(self, month: str) -> bool:
        """Whether a month of conclusion lies in the range; an empty one (still running) only without a range."""
        if not month:
            return not (self.since or self.until)
        return (not self.since or self.since <= month) and (not self.until or month <= self.until)
