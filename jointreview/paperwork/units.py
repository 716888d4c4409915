"""What each department said, as a table: a longer text would run as a narrow column and moves to an annex."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from jointreview.paperwork import style
from jointreview.paperwork.data import Signature
from jointreview.paperwork.parts import signature_cell
from jointreview.paperwork.sheet import Sheet
from jointreview.paperwork.tables import Line, Row, centred, label
from jointreview.paperwork.wording import or_dash, say


class Said(Protocol):
    """A department's word on its item."""

    @property
    def unit_name(self) -> str: ...
    @property
    def item_name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def result_label(self) -> str: ...
    @property
    def signature(self) -> Signature: ...


OneSaid = TypeVar("OneSaid", bound=Said)


def units_table(
    sheet: Sheet, said: Sequence[OneSaid], column: str, annex_from: int, details: Callable[[OneSaid], list[Line]]
) -> list[OneSaid]:
    """Writes the table, `details` under each text; gives those whose text is longer than `annex_from`, in order."""
    annexed: list[OneSaid] = []
    columns = ("unit_item", column, "result", "signature")
    rows: list[Row] = [[label(say(f"column_{name}")) for name in columns]]
    for one in said:
        text = one.text
        if len(text) > annex_from:
            annexed.append(one)
            text = say("opinion_annexed", n=len(annexed))
        rows.append(
            (
                (label(one.unit_name), centred(one.item_name)),
                (Line(or_dash(text)), *details(one)),
                label(one.result_label),
                signature_cell(one.signature),
            )
        )
    sheet.table((4.2, 6.4, 1.7, 3.3), rows, headers=1)
    return annexed


def annexes(sheet: Sheet, annexed: Sequence[Said]) -> None:
    """The longer texts at full width, on pages of their own."""
    if annexed:
        sheet.new_page()
    for n, one in enumerate(annexed, start=1):
        sheet.paragraph(say("opinion_annex_title", n=n, unit=one.unit_name, item=one.item_name), style.SUBHEADING)
        sheet.paragraph(one.text, style.ANNEX)
