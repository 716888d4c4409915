"""The written notices about time: a pause, an extension, an application that counts as withdrawn."""

from __future__ import annotations

from jointreview.commands.case_clock import case_clock
from jointreview.commands.executor import Context
from jointreview.commands.issuing import common, next_number, store_document, verify_code
from jointreview.commands.items import item_of
from jointreview.commands.notices import PAPER_LANGUAGE, notice_row
from jointreview.domain.pauses import PauseKind
from jointreview.models.review import Assignment, Notice
from jointreview.models.timekeeping import Extension, PauseRequest
from jointreview.paperwork import build, time_data
from jointreview.text import tr


def pause_notice(ctx: Context, row: PauseRequest, evidence: str) -> Notice:
    """特别程序时限告知书 or 暂停计时告知书: which time is not counted, why, how long (Art. 45)."""
    number, code = next_number(ctx, "pause"), verify_code()
    rule = ctx.catalog.rules.pause(row.kind)
    assert rule is not None and row.opened_on is not None and row.planned_end is not None
    procedure = rule.procedure(row.procedure)
    unit, item = _part(ctx, row.assignment_id)
    paper = time_data.PauseNotice(
        **common(ctx, number, code),
        special=row.kind == PauseKind.SPECIAL,
        kind_label=(procedure or rule).name.zh,
        unit=unit,
        item=item,
        basis=row.legal_basis,
        reason=row.reason,
        evidence=evidence,
        opened_on=row.opened_on,
        planned_days=row.planned_days,
        natural_days=row.planned_unit == "natural",
        planned_end=row.planned_end,
    )
    document = store_document(ctx, "pause", build.title_key(paper), number, code, build.pause_notice(paper))
    return notice_row(ctx, "pause", document, row.planned_end)


def extension_notice(ctx: Context, row: Extension, unit: str, approval: str) -> Notice:
    """延长期限通知书: how many days more, why, who approved, the new last day (Art. 42)."""
    number, code = next_number(ctx, "extension"), verify_code()
    ctx.session.flush()
    clock = case_clock(ctx.session, ctx.the_case, ctx.today)
    name, item = _part(ctx, row.assignment_id)
    due = clock.due if clock and not unit else None
    paper = time_data.ExtensionNotice(
        **common(ctx, number, code),
        days=row.days,
        reason=row.reason,
        unit=name,
        item=item,
        approved_by=tr(PAPER_LANGUAGE, "papers.approved_by_unit", unit=name)
        if unit
        else tr(PAPER_LANGUAGE, "papers.approved_by_government"),
        approval=approval,
        due=due,
    )
    document = store_document(ctx, "extension", build.title_key(paper), number, code, build.extension_notice(paper))
    return notice_row(ctx, "extension", document, due)


def lapse_notice(ctx: Context, asked: Notice) -> Notice:
    """视为撤回申请告知书: the supplement asked for was not given in its time."""
    number, code = next_number(ctx, "lapse"), verify_code()
    assert asked.due_on is not None
    paper = time_data.LapseNotice(
        **common(ctx, number, code), asked_number=asked.number, asked_on=asked.issued_on, due=asked.due_on
    )
    document = store_document(ctx, "lapse", build.title_key(paper), number, code, build.lapse_notice(paper))
    return notice_row(ctx, "lapse", document)


def _part(ctx: Context, assignment_id: int | None) -> tuple[str, str]:
    """Department and item of a part; empty for the whole case."""
    row = ctx.session.get(Assignment, assignment_id) if assignment_id else None
    if row is None:
        return "", ""
    return ctx.catalog.unit(row.unit).name.zh, item_of(ctx, row.item).name.zh
