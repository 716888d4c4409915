"""The official documents of the process, filled from the case as it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, select

from jointreview.catalog.form_layers import checklist_with
from jointreview.catalog.schema import ChecklistLine
from jointreview.commands.case_clock import case_clock
from jointreview.commands.certificates_held import held
from jointreview.commands.executor import Context
from jointreview.commands.files import document_store, name_with_holder
from jointreview.commands.issuing import common, next_number, store_document, verify_code
from jointreview.commands.items import item_of
from jointreview.commands.layer_answers import with_map
from jointreview.commands.plan_paper import plan_comparison
from jointreview.commands.visit_papers import visit_notice as visit_notice
from jointreview.domain.conclusion import ItemResult, Outcome
from jointreview.models.case import Material, Signature
from jointreview.models.event import Event
from jointreview.models.identity import Account
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Assignment, ChecklistAnswer, Finding, Gap, Notice, Opinion, Round
from jointreview.models.visit import Visit, VisitMember
from jointreview.paperwork import build, data
from jointreview.settings import settings
from jointreview.text import for_kind, tr

PAPER_LANGUAGE = "zh"
PHOTO_LIMIT_BYTES = 30 * 1024**2


def checklist_lines(ctx: Context, item: str) -> list[ChecklistLine]:
    """The lines of the on-site checklist of an item, with those the map adds; none where nothing is looked at."""
    checklist = checklist_with(ctx.catalog, item, with_map(ctx.session, ctx.case_id, {}, restricted=True))
    return list(checklist.lines) if checklist else []


def notice_row(ctx: Context, kind: str, document: IssuedDocument, due: date | None = None) -> Notice:
    """The row of a notice that leaves with a document."""
    notice = Notice(
        case_id=ctx.case_id,
        kind=kind,
        number=document.number,
        issued_on=ctx.today,
        due_on=due,
        document_id=document.id,
        issued_by=ctx.actor.account_id or None,
        issued_at=ctx.now,
    )
    ctx.session.add(notice)
    ctx.session.flush()
    return notice


def _unit_name(ctx: Context, unit: str) -> str:
    return tr(PAPER_LANGUAGE, "papers.window") if unit == "window" else ctx.catalog.unit(unit).name.zh


def target_name(ctx: Context, target: str) -> str:
    """What a gap points at, in words: the material's name or the field's label."""
    kind, _, subject = target.partition(":")
    if kind == "material":
        return next((m.name.zh for m in ctx.catalog.materials if m.code == subject), subject)
    part = ctx.catalog.field(subject)
    return part.label.zh if part is not None else subject


def acceptance_receipt(ctx: Context, deemed: bool = False) -> Notice:
    """受理通知书 with the items, the promised and the statutory period and the due date; `deemed` after silence."""
    number, code = next_number(ctx, "receipt"), verify_code()
    clock = case_clock(ctx.session, ctx.the_case, ctx.today)
    assert clock is not None and clock.due is not None
    rows = ctx.session.exec(
        select(Assignment).where(Assignment.case_id == ctx.case_id).order_by(col(Assignment.item))
    ).all()
    materials = ctx.session.exec(
        select(Material.code).where(Material.case_id == ctx.case_id, col(Material.current)).distinct()
    ).all()
    paper = data.AcceptanceReceipt(
        **common(ctx, number, code),
        applied_on=ctx.the_case.receipt_day or ctx.today,
        accepted_on=clock.accepted,
        due=clock.due,
        working_days=clock.days,
        statutory_days=ctx.catalog.stage(ctx.the_case.stage).statutory_days,
        deemed=deemed,
        items=tuple(data.ItemLine(unit=_unit_name(ctx, r.unit), item=item_of(ctx, r.item).name.zh) for r in rows),
        materials=(*(target_name(ctx, f"material:{m}") for m in sorted(materials)), *_fetched(ctx)),
    )
    document = store_document(ctx, "receipt", build.title_key(paper), number, code, build.acceptance_receipt(paper))
    return notice_row(ctx, "receipt", document, clock.due)


def _fetched(ctx: Context) -> list[str]:
    """The materials a permit of the project stands for, with its number."""
    permits = held(ctx.session, ctx.the_case, ctx.today)
    found = [(m.name.zh, permits.stands_for(m)) for m in sorted(ctx.catalog.materials, key=lambda m: m.number)]
    return [
        tr(PAPER_LANGUAGE, "papers.fetched", material=name, number=p.number) for name, p in found if p is not None
    ]


def _marked_material(ctx: Context, gap: Gap) -> str:
    """What a gap points at; with its version where a mark on a page pins it."""
    name = target_name(ctx, gap.target)
    row = ctx.session.get(Material, gap.material_id) if gap.material_id else None
    return tr(PAPER_LANGUAGE, "papers.marked_version", material=name, version=row.version) if row else name


def _marked_place(gap: Gap) -> str:
    """The page of a mark, and what was written beside it."""
    if gap.page_no is None:
        return gap.page
    place = tr(PAPER_LANGUAGE, "papers.marked_page", page=gap.page_no)
    return f"{place}\n{gap.page}" if gap.page else place


def gap_notice(ctx: Context, kind: str, gaps: list[Gap], due: date | None) -> Notice:
    """The one list of gaps: before acceptance (precheck) or once during review (supplement)."""
    number, code = next_number(ctx, kind), verify_code()
    paper = data.GapNotice(
        **common(ctx, number, code),
        gaps=tuple(
            data.Gap(
                material=_marked_material(ctx, g),
                wanted=g.wanted,
                page=_marked_place(g),
                rule=g.rule,
                unit=_unit_name(ctx, g.unit),
            )
            for g in gaps
        ),
        reply_due=due,
        marks_at=f"{settings().address}/cases/{ctx.case_id}" if any(g.page_no for g in gaps) else "",
    )
    document = store_document(ctx, kind, build.title_key(paper), number, code, build.gap_notice(paper))
    return notice_row(ctx, kind, document, due)


def refusal_notice(ctx: Context, reasons: str, competent_body: str) -> Notice:
    """不予受理通知书 with reasons and where to turn."""
    number, code = next_number(ctx, "refusal"), verify_code()
    told = (reasons, tr(PAPER_LANGUAGE, "papers.turn_to", body=competent_body)) if competent_body else (reasons,)
    remedy = data.Remedy(
        review_body=tr(PAPER_LANGUAGE, "papers.review_body"), court=tr(PAPER_LANGUAGE, "papers.court")
    )
    paper = data.RefusalNotice(
        **common(ctx, number, code), applied_on=ctx.the_case.receipt_day or ctx.today, reasons=told, remedy=remedy
    )
    document = store_document(ctx, "refusal", build.title_key(paper), number, code, build.refusal_notice(paper))
    return notice_row(ctx, "refusal", document)


def rectification_notice(ctx: Context, findings: list[Finding], due: date, round_number: int) -> Notice:
    """The ONE rectification notice with every finding of every failing department."""
    number, code = next_number(ctx, "rectification"), verify_code()
    held = ctx.session.exec(
        select(Visit)
        .where(Visit.case_id == ctx.case_id, col(Visit.status).in_(["planned", "held"]))
        .order_by(col(Visit.id).desc())
    ).first()
    paper = data.RectificationNotice(
        **common(ctx, number, code),
        findings=tuple(_finding(ctx, f) for f in findings),
        due=due,
        round_number=round_number,
        visited_on=held.day if held else None,
    )
    document = store_document(
        ctx, "rectification", build.title_key(paper), number, code, build.rectification_notice(paper)
    )
    return notice_row(ctx, "rectification", document, due)


def _finding(ctx: Context, finding: Finding) -> data.Finding:
    assignment = ctx.session.get(Assignment, finding.assignment_id)
    assert assignment is not None
    return data.Finding(
        unit=_unit_name(ctx, assignment.unit),
        text=finding.text,
        clause=finding.rule,
        criterion=finding.criterion,
        item=item_of(ctx, assignment.item).name.zh,
        inspector=_name(ctx, finding.raised_by),
        photos=tuple(_bytes(p["digest"]) for p in finding.photos),
    )


def _bytes(digest: str) -> bytes:
    return b"".join(document_store().open(digest, 0, PHOTO_LIMIT_BYTES))


def _name(ctx: Context, account_id: int | None) -> str:
    account = ctx.session.get(Account, account_id) if account_id else None
    return account.name if account else ""


def _members(ctx: Context, visit: Visit) -> list[VisitMember]:
    return list(
        ctx.session.exec(
            select(VisitMember).where(VisitMember.visit_id == visit.id).order_by(col(VisitMember.unit))
        ).all()
    )


def survey_record(ctx: Context, visit: Visit, replaces: IssuedDocument | None = None) -> IssuedDocument:
    """现场联合验收记录: attendance, each department's checklist and opinion, findings, what absences came to."""
    number, code = next_number(ctx, "record"), verify_code()
    members = _members(ctx, visit)
    present = [m for m in members if m.attendance == "present"]
    spoke = [m for m in members if m.attendance in ("present", "excused")]
    findings = ctx.session.exec(
        select(Finding)
        .where(Finding.case_id == ctx.case_id, col(Finding.status).in_(["open", "reopened"]))
        .order_by(col(Finding.number))
    ).all()
    paper = data.SurveyRecord(
        **common(ctx, number, code),
        visited_on=visit.day,
        place=visit.meeting_point or "—",
        attendance=tuple(
            data.Attendance(
                unit=_unit_name(ctx, m.unit),
                name=name_with_holder(PAPER_LANGUAGE, _name(ctx, m.account_id), m.acting_for),
                signed_in_at=m.signed_in_at,
                how=_how(m),
            )
            for m in present
        ),
        sheets=tuple(s for m in spoke for s in _sheets(ctx, m.unit)),
        absences=tuple(
            data.Absence(unit=_unit_name(ctx, m.unit), treatment=tr(PAPER_LANGUAGE, f"papers.{_missed(m)}"))
            for m in members
            if m.attendance in ("absent", "excused")
        ),
        findings=tuple(_finding(ctx, f) for f in findings),
    )
    content, version = build.survey_record(paper), replaces.version + 1 if replaces else 1
    title = build.title_key(paper)
    return store_document(ctx, "record", title, number, code, content, version=version, replaces=replaces)


def _missed(member: VisitMember) -> str:
    """How the record calls it that somebody was not there."""
    if member.attendance == "excused":
        return "absent_excused"
    return "absent_deemed" if member.treatment == "deemed" else "absent"


def _how(member: VisitMember) -> str:
    """How the arrival is known, where it is no more than the officer's word or was kept without network."""
    said = [tr(PAPER_LANGUAGE, "case.proof_self")] if member.proof == "self" else []
    said += [tr(PAPER_LANGUAGE, "case.kept_off_line")] if member.client_time else []
    return "、".join(said)


def _sheets(ctx: Context, unit: str) -> list[data.UnitSheet]:
    sheets = []
    for assignment in ctx.session.exec(
        select(Assignment).where(Assignment.case_id == ctx.case_id, Assignment.unit == unit)
    ).all():
        answers = ctx.session.exec(
            select(ChecklistAnswer)
            .join(Round, col(Round.id) == ChecklistAnswer.round_id)
            .where(Round.assignment_id == assignment.id)
            .order_by(col(ChecklistAnswer.id))
        ).all()
        lines = {line.code: line for line in checklist_lines(ctx, assignment.item)}
        opinion = ctx.session.exec(
            select(Opinion).where(Opinion.assignment_id == assignment.id).order_by(col(Opinion.id).desc())
        ).first()
        if not answers and opinion is None:
            continue
        sheets.append(
            data.UnitSheet(
                unit=_unit_name(ctx, unit),
                item=item_of(ctx, assignment.item).name.zh,
                lines=tuple(
                    data.CheckLine(
                        text=lines[a.line].zh,
                        result_label=tr(PAPER_LANGUAGE, for_kind(f"papers.answer_{a.result}", ctx.the_case.kind)),
                        value=a.value,
                        note=a.note,
                    )
                    for a in answers
                    if a.line in lines
                ),
                conclusion=tr(PAPER_LANGUAGE, ItemResult(opinion.result).text_key) if opinion else "",
                signature=drawn_signature(ctx, opinion.signature_id if opinion else None),
            )
        )
    return sheets


def drawn_signature(ctx: Context, signature_id: int | None) -> data.Signature:
    row = ctx.session.get(Signature, signature_id) if signature_id else None
    if row is None:
        return data.Signature()
    return data.Signature(name=row.name, signed_at=row.signed_at, image_png=_bytes(row.image_digest))


def conclusion_reasons(ctx: Context) -> list[dict[str, Any]]:
    """The reasons recorded when the case was concluded."""
    event = ctx.session.exec(select(Event).where(Event.case_id == ctx.case_id, Event.kind == "concluded")).one()
    return list(event.payload.get("reasons", []))


def joint_opinion(
    ctx: Context, reasons: list[dict[str, Any]], version: int, replaces: IssuedDocument | None
) -> IssuedDocument:
    """建设工程竣工联合验收意见书 with every department's opinion and the reason for the outcome."""
    number, code = next_number(ctx, "opinion"), verify_code()
    case = ctx.the_case
    clock = case_clock(ctx.session, case, ctx.today)
    assert clock is not None
    label = tr(PAPER_LANGUAGE, Outcome(case.outcome).text_key)
    latest = given_opinions(ctx)
    paper = data.JointOpinion(
        **common(ctx, number, code),
        opinions=tuple(_unit_opinion(ctx, a, o) for a, o in latest),
        conclusion_label=label,
        reasons=tuple(reason_text(ctx, r) for r in reasons),
        conditions=tuple(
            data.Condition(text=o.condition, unit=_unit_name(ctx, a.unit), due=o.commitment_until)
            for a, o in latest
            if o.result == "PASS_COND"
        ),
        clock=data.ClockLine(accepted=clock.accepted, due=clock.due or ctx.today, used_days=clock.used),
        as_built=plan_comparison(ctx.session, case, ctx.catalog, PAPER_LANGUAGE, ctx.today),
        version=version,
        replaces=replaces.number if replaces else "",
    )
    summary = {"outcome": case.outcome, "accepted": clock.accepted.isoformat(), "units": len(latest)}
    return store_document(
        ctx,
        "opinion",
        build.title_key(paper),
        number,
        code,
        build.joint_opinion(paper),
        summary,
        version,
        replaces,
    )


def reason_text(ctx: Context, reason: dict[str, Any]) -> str:
    """A reason of the conclusion in words, led by the name of the item it concerns."""
    text = tr(PAPER_LANGUAGE, reason["key"], **reason["params"])
    return f"{item_of(ctx, reason['item']).name.zh}：{text}" if reason.get("item") else text


def given_opinions(ctx: Context) -> list[tuple[Assignment, Opinion]]:
    rows = ctx.session.exec(
        select(Assignment).where(Assignment.case_id == ctx.case_id).order_by(col(Assignment.item))
    ).all()
    by_id = {a.id: a.opinion_id for a in ctx.facts.assignments}
    found = []
    for row in rows:
        opinion = ctx.session.get(Opinion, by_id[row.id or 0]) if by_id.get(row.id or 0) else None
        if opinion is not None:
            found.append((row, opinion))
    return found


def _unit_opinion(ctx: Context, assignment: Assignment, opinion: Opinion) -> data.UnitOpinion:
    signature = drawn_signature(ctx, opinion.signature_id)
    rounds = ctx.session.get(Round, opinion.round_id)
    method = tr(PAPER_LANGUAGE, f"papers.method_{rounds.kind if rounds else 'site'}")
    return data.UnitOpinion(
        unit_name=_unit_name(ctx, assignment.unit),
        item_name=item_of(ctx, assignment.item).name.zh,
        result_label=tr(PAPER_LANGUAGE, ItemResult(opinion.result).text_key),
        text=opinion.text,
        officer=signature.name,
        signed_at=signature.signed_at,
        signature_png=signature.image_png,
        method_label=method,
        result_document=opinion.document_no,
    )
