"""The record as a file, and the check of its chains in words."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from jointreview.commands.audit import verify_chains
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.paperwork.xlsx import Table, workbook
from jointreview.queries.people import AuditEntry, audit_rows
from jointreview.settings import SHANGHAI
from jointreview.text import texts, tr

MOST_ROWS = 100_000
"""The lines of one file; a record that is longer is taken out by days."""
MOST_FAULTS = 200
_HEADS = ("when", "who", "what", "subject", "details")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Wanted:
    """The filters of the page's address."""

    group: str = ""
    wanted: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Checked:
    """What a walk along every chain found, in words."""

    words: str
    faults: tuple[str, ...]


def record_xlsx(actor: Actor, asked: Wanted, lang: str, now: datetime) -> bytes:
    """The lines the filters leave as a workbook; who took it out and when stands above them."""
    rows = _rows(asked, lang)
    remark = tr(lang, "record.taken_out", who=actor.name, when=_when(now), count=len(rows))
    table = Table(
        name=tr(lang, "admin.panel_audit"),
        title=tr(lang, "record.title"),
        heads=[tr(lang, f"admin.head_{head}") for head in _HEADS],
        rows=[_cells(row) for row in rows],
        remarks=[remark],
    )
    return workbook(table)


def record_csv(asked: Wanted, lang: str) -> bytes:
    """The same lines as UTF-8 with a mark that spreadsheets know it by; nothing in it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([tr(lang, f"admin.head_{head}") for head in _HEADS])
    for row in _rows(asked, lang):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in _cells(row)])
    return out.getvalue().encode("utf-8-sig")


def _rows(asked: Wanted, lang: str) -> list[AuditEntry]:
    return audit_rows(asked.group, asked.wanted, lang, asked.since, asked.until, MOST_ROWS)


def _cells(row: AuditEntry) -> list[str]:
    return [_when(row.at), row.who, row.what, row.subject, row.details]


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _place(where: str, lang: str) -> str:
    key = f"record.kind_{where}"
    return tr(lang, key) if key in texts(lang) else where


def checked(lang: str) -> Checked:
    """Walk every chain now."""
    with reading() as session:
        report = verify_chains(session)
    faults = tuple(
        f"{_place(fault.case_number, lang)} #{fault.seq}: {tr(lang, fault.key)}"
        for fault in report.faults[:MOST_FAULTS]
    )
    words = tr(lang, "audit.walked", cases=report.cases, events=report.events, faults=len(report.faults))
    words += tr(lang, "record.and_ledger", sealed=report.sealed)
    return Checked(words, faults)
