"""What notices about time are made of, in the manner of `data`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointreview.paperwork.data import Paper, PersonLine


@dataclass(frozen=True, kw_only=True)
class PauseNotice(Paper):
    """特别程序时限告知书 or 暂停计时告知书 (行政许可法 art. 45); `unit` and `item` are empty for the whole case."""

    special: bool
    kind_label: str
    reason: str
    opened_on: date
    planned_days: int
    planned_end: date
    natural_days: bool = False
    unit: str = ""
    item: str = ""
    basis: str = ""
    evidence: str = ""
    contact: PersonLine | None = None


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(Paper):
    """延长期限通知书 (行政许可法 art. 42); `due` is the new last day, None while it cannot be named."""

    days: int
    reason: str
    approved_by: str
    approval: str = ""
    unit: str = ""
    item: str = ""
    due: date | None = None
    contact: PersonLine | None = None


@dataclass(frozen=True, kw_only=True)
class LapseNotice(Paper):
    """视为撤回申请告知书: the supplement asked for by `asked_number` was not given by `due`."""

    asked_number: str
    asked_on: date
    due: date
    contact: PersonLine | None = None
