"""The time of a case for its readers: the dates, every pause and extension, and what an act would do to the dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlmodel import col, select

from jointreview.commands.all import RULES
from jointreview.commands.case_clock import coded_events
from jointreview.commands.pauses import evidence_of, kind_name, ref_of
from jointreview.domain.case_states import ENDED, CaseState
from jointreview.domain.clock import notice_window
from jointreview.domain.pauses import LengthUnit, PauseKind, overrun
from jointreview.domain.status_codes import StatusCode
from jointreview.models.event import Event
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Notice
from jointreview.models.timekeeping import Extension, PauseRequest
from jointreview.queries.dossier.desk import Desk
from jointreview.queries.dossier.views import Act, Choice, Labelled, TimeLine

_TONES = {"requested": "warn", "open": "accent", "closed": "good", "approved": "good", "refused": "bad"}
ON_PAUSE = ("ApprovePause", "RefusePause", "ClosePause", "CancelPause")
ON_EXTENSION = ("ApproveExtension", "RefuseExtension")
TO_ASK = (
    *("RequestPause", "RequestExtension", "OpenPublicity", "RequestHigherReview", "RequestJointExtension"),
    *("AskDelay", "ReportForceMajeure"),
)
_GRAVE = frozenset({"RefusePause", "CancelPause", "RefuseExtension"})
_COMMANDS = {kind.__name__: kind for kind in RULES}


def time_panel(desk: Desk) -> dict[str, Any]:
    """What the panel shows: the dates, the acts, pauses and extensions with who, why, how long."""
    return {
        "time_facts": _facts(desk),
        "time_acts": _to_ask(desk),
        "pauses": _pauses(desk),
        "extensions": _extensions(desk),
        "provisional": bool(desk.clock and desk.clock.provisional),
    }


def _facts(desk: Desk) -> list[Labelled]:
    clock = desk.clock
    workdays = partial(desk.say, "timing.workdays")
    statutory = desk.catalog.stage(desk.case.stage).statutory_days
    found = [
        ("timing.promised", workdays(days=desk.case.promised_days if clock else desk.catalog.promised_days)),
        ("timing.statutory", workdays(days=statutory)),
    ]
    if clock is None:
        return [Labelled(label=desk.say(k), value=v) for k, v in [*found, *_before_acceptance(desk)]]
    found.append(("timing.accepted_on", desk.day(clock.accepted)))
    due = desk.day(clock.due) if clock.due else desk.say("timing.due_open", days=clock.remaining)
    found += [("timing.due_on", due), ("timing.used", workdays(days=clock.used))]
    paused = [f"{desk.say(kind.text_key)} {workdays(days=days)}" for kind, days in clock.paused_days_by_kind.items()]
    found.append(("timing.paused_days", "；".join(paused) or workdays(days=0)))
    return [Labelled(label=desk.say(k), value=v) for k, v in found]


def _before_acceptance(desk: Desk) -> list[tuple[str, str]]:
    """While the window looks: the promise of the pre-check, and the day after which silence accepts (Art. 32)."""
    receipt = desk.case.receipt_day
    if receipt is None or CaseState(desk.case.state) is not CaseState.SUBMITTED:
        return [("timing.accepted_on", desk.say("timing.not_accepted"))]
    calendar = desk.ctx.calendar
    promise = calendar.nth_workday_after(receipt, desk.catalog.rules.precheck_workdays)
    last = desk.day(notice_window(receipt, calendar))
    return [
        ("timing.precheck_until", desk.day(promise)),
        ("timing.told_until", desk.say("timing.told_until_value", day=last)),
    ]


def _act(desk: Desk, name: str, target: int, suffix: str = "") -> Act:
    title = desk.say(RULES[_COMMANDS[name]].title) + suffix
    return Act(name=name, title=title, target=target, grave=name in _GRAVE, href="", beside="")


def _to_ask(desk: Desk) -> list[Act]:
    """Everything this reader may ask for now; of several items of a department each by its name."""
    found = []
    for name in TO_ASK:
        kind = _COMMANDS[name]
        if "assignment_id" not in kind.model_fields:
            found += [_act(desk, name, 0)] if desk.may(kind) else []
            continue
        mine = [a for a in desk.facts.assignments if desk.may(kind, a.id)]
        for one in mine:
            suffix = f"（{desk.item(one.item).name.in_(desk.lang)}）" if len(mine) > 1 else ""
            found.append(_act(desk, name, one.id, suffix))
    return found


def _row_acts(desk: Desk, names: Sequence[str], target: int) -> list[Act]:
    return [_act(desk, name, target) for name in names if desk.may(_COMMANDS[name], target)]


def _pauses(desk: Desk) -> list[TimeLine]:
    """Every pause, the newest first: those asked for here, and the supplement and rectification of the process.

    What a department asks of its head concerns the applicant only when it is granted.
    """
    rows = desk.session.exec(
        select(PauseRequest).where(PauseRequest.case_id == desk.case_id).order_by(col(PauseRequest.id).desc())
    ).all()
    shown = [row for row in rows if desk.actor.is_staff or row.opened_on or row.kind == PauseKind.APPLICANT_DELAY]
    found = [(row.opened_on or row.requested_at.date(), _requested(desk, row)) for row in shown]
    refs = {ref_of(row) for row in rows}
    for event in coded_events(desk.session, desk.case_id):
        opens = event.code in (StatusCode.SUPPLEMENT_STARTED, StatusCode.SPECIAL_STARTED)
        if opens and event.payload.get("ref", "") not in refs:
            found.append((event.effective_on, _of_process(desk, event)))
    return [line for _, line in sorted(found, key=lambda one: one[0], reverse=True)]


def _requested(desk: Desk, row: PauseRequest) -> TimeLine:
    status = "ended" if row.status == "open" and CaseState(desk.case.state) in ENDED else row.status
    over = overrun(row.planned_end, row.closed_on, desk.ctx.today) if row.opened_on and status != "ended" else 0
    mine = desk.facts.assignment(row.assignment_id)
    scope = f"{desk.unit_name(mine.unit)} · {desk.item(mine.item).name.in_(desk.lang)}" if mine else ""
    return TimeLine(
        key=ref_of(row),
        title=kind_name(desk.ctx, row)[desk.lang],
        scope=scope or desk.say("timing.whole_case"),
        status=desk.say(f"timing.status_{status}"),
        tone=_TONES.get(status, "neutral"),
        by=_who(desk, row.requested_by),
        decided=_who(desk, row.decided_by if row.opened_on else None, row.decision_note),
        basis=row.legal_basis,
        evidence=evidence_of(desk.ctx, row),
        reason=row.reason,
        length=_length(desk, row),
        warning=desk.say("timing.overrun", days=over) if over else "",
        result=row.result or (row.decision_note if row.opened_on is None else ""),
        document=_document_href(desk, row.notice_id),
        document_no=_number(desk, row.notice_id),
        acts=_row_acts(desk, ON_PAUSE, row.id or 0),
    )


def _length(desk: Desk, row: PauseRequest) -> str:
    if row.planned_end is None or row.opened_on is None:
        return desk.say(f"timing.planned_days_{row.planned_unit}", days=row.planned_days)
    planned = desk.say(f"timing.planned_{row.planned_unit}", days=row.planned_days, until=row.planned_end.isoformat())
    return f"{planned}；{_ran(desk, row.opened_on, row.closed_on)}"


def _ran(desk: Desk, since: date, until: date | None) -> str:
    """From when to when, and how many working days that took, were it the only pause."""
    days = len(desk.ctx.calendar.workdays_in(since, until or max(since, desk.ctx.today)))
    if until is None:
        return desk.say("timing.runs", since=since.isoformat(), days=days)
    return desk.say("timing.ran", since=since.isoformat(), until=until.isoformat(), days=days)


def _of_process(desk: Desk, event: Event) -> TimeLine:
    kind = PauseKind(event.payload.get("pause", "supplement"))
    closing = StatusCode.SUPPLEMENT_ENDED if event.code == StatusCode.SUPPLEMENT_STARTED else StatusCode.SPECIAL_ENDED
    closed = next(
        (
            e
            for e in coded_events(desk.session, desk.case_id)
            if e.seq > event.seq and e.code == closing and e.payload.get("pause", kind) == kind
        ),
        None,
    )
    number = str(event.payload.get("notice", ""))
    notice = desk.session.exec(select(Notice).where(Notice.case_id == desk.case_id, Notice.number == number)).first()
    status = "closed" if closed else "ended" if CaseState(desk.case.state) in ENDED else "open"
    return TimeLine(
        key=f"event:{event.seq}",
        title=desk.say(kind.text_key),
        scope=desk.say("timing.whole_case"),
        status=desk.say(f"timing.status_{status}"),
        tone=_TONES.get(status, "neutral"),
        by=event.actor_name,
        decided="",
        basis="",
        evidence=number,
        reason="",
        length=_ran(desk, event.effective_on, closed.effective_on if closed else None),
        warning="",
        result="",
        document=_document_href(desk, notice.id if notice else None),
        document_no=number,
        acts=[],
    )


def _who(desk: Desk, account_id: int | None, note: str = "") -> str:
    return " · ".join(part for part in (desk.person(account_id), note) if part)


def _document_href(desk: Desk, notice_id: int | None) -> str:
    notice = desk.session.get(Notice, notice_id) if notice_id else None
    document = desk.session.get(IssuedDocument, notice.document_id) if notice and notice.document_id else None
    return f"/api/cases/{desk.case_id}/documents/{document.id}.docx" if document else ""


def _number(desk: Desk, notice_id: int | None) -> str:
    notice = desk.session.get(Notice, notice_id) if notice_id else None
    return notice.number if notice else ""


def _extensions(desk: Desk) -> list[TimeLine]:
    rows = desk.session.exec(
        select(Extension).where(Extension.case_id == desk.case_id).order_by(col(Extension.id).desc())
    ).all()
    return [_extension(desk, row) for row in rows if desk.actor.is_staff or row.status == "approved"]


def _extension(desk: Desk, row: Extension) -> TimeLine:
    mine = desk.facts.assignment(row.assignment_id)
    return TimeLine(
        key=f"extension:{row.id}",
        title=desk.say("timing.workdays", days=f"+{row.days}"),
        scope=desk.unit_name(mine.unit) if mine else desk.say("timing.whole_case"),
        status=desk.say(f"timing.status_{row.status}"),
        tone=_TONES.get(row.status, "neutral"),
        by=_who(desk, row.requested_by),
        decided=_who(desk, row.decided_by, row.decision_note),
        basis="",
        evidence="",
        reason=row.reason,
        length="",
        warning="",
        result="",
        document=_document_href(desk, row.notice_id),
        document_no=_number(desk, row.notice_id),
        acts=_row_acts(desk, ON_EXTENSION, row.id or 0),
    )


# what a dialog starts with


def prefill(
    desk: Desk, act: str, values: dict[str, str], options: dict[str, list[Choice]], hints: dict[str, str]
) -> None:
    """Proposed answers, choices and hints of the acts on time."""
    kinds = {
        "RequestPause": PauseKind.SPECIAL,
        "OpenPublicity": PauseKind.PUBLICITY,
        "RequestHigherReview": PauseKind.HIGHER_REVIEW,
        "AskDelay": PauseKind.APPLICANT_DELAY,
        "ReportForceMajeure": PauseKind.FORCE_MAJEURE,
    }
    rule = desk.catalog.rules.pause(kinds[act].value) if act in kinds else None
    if rule is not None:
        values["planned_days"] = str(rule.usual_days or "")
        hints["evidence_upload_id" if act == "AskDelay" else "evidence_no"] = rule.evidence.in_(desk.lang)
        options["procedure"] = [Choice(value=p.code, label=p.name.in_(desk.lang)) for p in rule.procedures]
        units = [LengthUnit.WORKDAY, LengthUnit.NATURAL]
        options["planned_unit"] = [Choice(value=u.value, label=desk.say(f"case.unit_{u.value}")) for u in units]
    extensions = desk.catalog.rules.extensions
    if act == "RequestExtension":
        values["days"] = str(extensions.department_workdays)
    if act == "RequestJointExtension":
        values["days"] = str(extensions.joint_workdays)
