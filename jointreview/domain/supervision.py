"""The rules of electronic supervision: each a pure function from the history of a case to grounds for a card.

The catalogue (supervision.yaml) says which of them are in force, with which figures and colours. A ground is judged
by what was known on its day, so that daily sweeps and one sweep after a week find the same (requirements §4.5, §7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jointreview.domain.calendar import WorkCalendar
from jointreview.domain.clock import NOTICE_WINDOW_DAYS
from jointreview.domain.pauses import PauseKind, pause_of
from jointreview.domain.status_codes import StatusCode
from jointreview.domain.supervision_facts import (
    CaseHistory,
    Entry,
    Ground,
    Period,
    case_period,
    round_period,
)

Figures = Mapping[str, float]
Judge = Callable[[CaseHistory, Figures, WorkCalendar, date], Iterator[Ground]]
_ONE_DAY = timedelta(days=1)
_OF_APPLICANT = (PauseKind.SUPPLEMENT, PauseKind.RECTIFICATION, PauseKind.APPLICANT_DELAY)
_BASIS = re.compile(
    r"《[^》]{2,}》|第[〇零一二三四五六七八九十百\d]+(?:\.\d+)*[条款项]|GB[/ ]?T?\s?\d|法|条例|规定|规范|标准|办法"
)


@dataclass(frozen=True)
class Check:
    """A rule as the program knows it: what it is about, the figures it needs, and the function."""

    about: str
    figures: frozenset[str]
    judge: Judge


CHECKS: dict[str, Check] = {}


def _check(about: str, *figures: str) -> Callable[[Judge], Judge]:
    def register(judge: Judge) -> Judge:
        CHECKS[judge.__name__] = Check(about, frozenset(figures), judge)
        return judge

    return register


def names_a_basis(text: str) -> bool:
    """Whether a text names a law, a standard or one of their articles."""
    return bool(_BASIS.search(text))


@_check("case")
def case_overdue(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """The promise to the applicant has passed: the due day's 24:00 is over and the case has not ended."""
    period = case_period(case)
    if period is None:
        return
    for standing in case.standings(period, calendar, on):
        if standing.due is None or standing.due >= standing.last:
            continue
        late = max(standing.due + _ONE_DAY, standing.first)
        yield Ground(f"case:{case.case_id}:{standing.due}", late, {"due": standing.due.isoformat()})


@_check("case", "days")
def case_due_soon(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """At most `days` working days of the promise are left."""
    period = case_period(case)
    if period is None:
        return
    for standing in case.standings(period, calendar, on, int(figures["days"])):
        if standing.due is None or standing.warning is None or standing.first > standing.due:
            continue
        warned = max(standing.warning, standing.first)
        if warned <= standing.last:
            facts = {"due": standing.due.isoformat(), "days": int(figures["days"])}
            yield Ground(f"case:{case.case_id}:{standing.due}", warned, facts)


@_check("round")
def round_overdue(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A department's own time has passed, whether or not the case is still in time (requirements §2.3)."""
    for one in case.rounds:
        if one.status == "void":
            continue
        for standing in case.standings(round_period(one, case), calendar, on):
            if standing.due is None or standing.due >= standing.last:
                continue
            yield Ground(
                subject=f"round:{one.id}:{standing.due}",
                happened_on=max(standing.due + _ONE_DAY, standing.first),
                facts={"due": standing.due.isoformat(), "days": one.days, "item": one.item, "step": one.kind},
                unit=one.unit,
                assignment_id=one.assignment_id,
                account_id=one.account_id,
            )


@_check("round")
def silent_department(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A department let its reading or its decision pass in silence, which counts as no objection."""
    for one in case.rounds:
        if (
            one.kind in ("documents", "decision")
            and one.status == "deemed"
            and one.closed_on is not None
            and one.closed_on <= on
        ):
            facts = {"item": one.item, "step": one.kind, "opened": one.opened_on.isoformat(), "days": one.days}
            yield Ground(f"round:{one.id}", one.closed_on, facts, one.unit, one.assignment_id, one.account_id)


@_check("event", "days")
def precheck_late(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """The window did not answer an application within `days` working days after its receipt."""
    yield from _unanswered(case, int(figures["days"]), calendar, on)


@_check("event")
def deemed_acceptance(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """Nobody told the gaps in five working days: accepted from receipt (Administrative Licensing Law, Art. 32)."""
    yield from _unanswered(case, NOTICE_WINDOW_DAYS, calendar, on)


def _unanswered(case: CaseHistory, days: int, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """The applications whose answer did not come within so many working days after receipt."""
    for n, entry in enumerate(case.entries):
        if entry.kind != "submitted":
            continue
        answer = next((e for e in case.entries[n + 1 :] if _answers(e)), None)
        last = calendar.nth_workday_after(entry.day, days)
        late = last + _ONE_DAY
        if late <= (min(on, answer.recorded_on) if answer else on):
            facts = {"received": entry.day.isoformat(), "last": last.isoformat(), "days": days}
            yield Ground(f"event:{entry.id}", late, facts)


def _answers(entry: Entry) -> bool:
    answered = entry.kind in ("returned", "accepted", "refused") or entry.code in (
        StatusCode.WITHDRAWN,
        StatusCode.RETRACTED,
    )
    return answered and not entry.deemed


@_check("event", "days")
def backfilled(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A step was entered more than `days` working days after the day it counts for (handled outside the system)."""
    for entry in case.entries:
        if entry.role == "system" or entry.recorded_on > on:
            continue
        late = len(calendar.workdays_in(entry.day, entry.recorded_on))
        if late > figures["days"]:
            yield Ground(
                subject=f"event:{entry.id}",
                happened_on=entry.recorded_on,
                facts={
                    "business": entry.day.isoformat(),
                    "recorded": entry.recorded_on.isoformat(),
                    "late": late,
                    "act": entry.kind,
                },
                unit=entry.unit or _seat(entry.role),
                account_id=entry.account_id,
            )


@_check("event", "most")
def supplement_again(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """After acceptance the applicant was asked for more papers than `most` times."""
    yield from _repeated(case, lambda e: e.code is StatusCode.SUPPLEMENT_STARTED, figures, on)


@_check("event", "most")
def returned_again(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """Before acceptance gaps were told more than `most` times, not all at once."""
    yield from _repeated(case, lambda e: e.kind == "returned", figures, on)


def _repeated(case: CaseHistory, is_one: Callable[[Entry], bool], figures: Figures, on: date) -> Iterator[Ground]:
    found = [e for e in case.entries if is_one(e) and e.recorded_on <= on]
    for n, entry in enumerate(found, start=1):
        if n > figures["most"]:
            facts = {"count": n, "before": found[n - 2].day.isoformat() if n > 1 else ""}
            yield Ground(f"event:{entry.id}", entry.recorded_on, facts, entry.unit, account_id=entry.account_id)


@_check("pause", "days")
def pause_on_due_day(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """The clock was stopped when at most `days` working days were left: on the due day itself with 0."""
    period = case_period(case)
    if period is None:
        return
    for entry in case.entries:
        opens = entry.code in (StatusCode.SUPPLEMENT_STARTED, StatusCode.SPECIAL_STARTED)
        if not opens or entry.part is not None or entry.recorded_on > on:
            continue
        standing = next(
            (s for s in case.standings(period, calendar, on) if s.first <= entry.recorded_on <= s.last), None
        )
        if standing is None or standing.due is None or entry.day > standing.due:
            continue
        left = len(calendar.workdays_in(entry.day, standing.due))
        if left <= figures["days"]:
            facts = {"due": standing.due.isoformat(), "left": left, "pause": entry.pause or PauseKind.SUPPLEMENT}
            yield Ground(
                f"event:{entry.id}", entry.recorded_on, facts, entry.unit or _seat(entry.role), None, entry.account_id
            )


@_check("pause")
def pause_overrun(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A pause that is not the applicant's own lasts longer than planned."""
    for pause in case.pauses:
        last = min(case.last_day(on), pause.closed_on or date.max)
        if pause.kind not in _OF_APPLICANT and pause.planned_end < last:
            facts = {
                "pause": pause.kind.value,
                "opened": pause.opened_on.isoformat(),
                "planned": pause.planned_end.isoformat(),
            }
            yield Ground(
                subject=f"pause:{pause.id}:{pause.planned_end}",
                happened_on=pause.planned_end + _ONE_DAY,
                facts=facts,
                unit=pause.unit,
                assignment_id=pause.assignment_id,
                account_id=pause.account_id,
            )


@_check("case", "percent", "least_days")
def pause_share(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """Of the working days since acceptance at least `percent` % and at least `least_days` were paused.

    The applicant's own pauses (supplement, rectification, asked for) are not counted.
    """
    accepted = case.accepted
    if accepted is None:
        return
    last = case.last_day(on) - (timedelta(0) if case.ended and case.ended.recorded_on < on else _ONE_DAY)
    pauses = case.pauses_known(on)
    paused = 0
    for total, d in enumerate(calendar.workdays_in(accepted.day, last), start=1):
        pause = pause_of(d, pauses)
        paused += pause is not None and pause.kind not in _OF_APPLICANT
        if (
            d >= accepted.recorded_on
            and paused >= figures["least_days"]
            and paused * 100 >= figures["percent"] * total
        ):
            facts = {"paused": paused, "total": total, "percent": round(paused * 100 / total)}
            yield Ground(f"case:{case.case_id}", d, facts)
            return


@_check("event", "least_characters")
def no_reasons(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A failing opinion or a refusal says less than `least_characters`, or names no legal basis."""
    for opinion in case.opinions:
        if opinion.result != "FAIL" or opinion.given_on > on:
            continue
        faults = _faults(opinion.text, opinion.basis, figures)
        if faults:
            yield Ground(
                subject=f"opinion:{opinion.id}",
                happened_on=opinion.given_on,
                facts={**faults, "item": opinion.item},
                unit=opinion.unit,
                assignment_id=opinion.assignment_id,
                account_id=opinion.account_id,
            )
    for entry in case.entries:
        if entry.kind == "refused" and entry.recorded_on <= on:
            faults = _faults(entry.text, False, figures)
            if faults:
                unit = entry.unit or _seat(entry.role)
                yield Ground(f"event:{entry.id}", entry.recorded_on, faults, unit, account_id=entry.account_id)


def _faults(text: str, basis: bool, figures: Figures) -> dict[str, object]:
    """What the reasons lack; empty when they will do."""
    length, named = len("".join(text.split())), basis or names_a_basis(text)
    return {} if named and length >= figures["least_characters"] else {"length": length, "basis": named}


@_check("case")
def extension_used(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """More days were granted (Administrative Licensing Law, Art. 42): on record, for the reasons to be looked at."""
    for entry in case.entries:
        if entry.kind == "extension_approved" and entry.recorded_on <= on:
            yield Ground(
                f"event:{entry.id}", entry.recorded_on, {"days": entry.days}, entry.unit, entry.part, entry.account_id
            )


@_check("event")
def absent_at_visit(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """An officer named for the joint visit did not come (requirements §3.5)."""
    for one in case.attendance:
        if not one.present and one.day <= on:
            facts = {"day": one.day.isoformat()}
            yield Ground(f"visit:{one.visit_id}:{one.unit}", one.day, facts, one.unit, account_id=one.account_id)


@_check("round", "days")
def opinion_late(case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> Iterator[Ground]:
    """A department that was on site, or excused, gave no opinion within `days` working days after it (§3.4)."""
    for one in case.attendance:
        if not one.present:
            continue
        last = calendar.nth_workday_after(one.day, int(figures["days"]))
        for round_ in case.rounds:
            if round_.unit != one.unit or round_.kind == "documents" or round_.status == "void":
                continue
            if round_.opened_on > one.day or (round_.closed_on or date.max) < one.day:
                continue
            if last < min(case.last_day(on), round_.closed_on or date.max):
                yield Ground(
                    subject=f"round:{round_.id}:visit:{one.visit_id}",
                    happened_on=last + _ONE_DAY,
                    facts={"day": one.day.isoformat(), "last": last.isoformat(), "item": round_.item},
                    unit=one.unit,
                    assignment_id=round_.assignment_id,
                    account_id=one.account_id,
                )


def _seat(role: str) -> str:
    """The seat of a person without a unit: the window or the coordinator."""
    return {"clerk": "window", "coordinator": "coordinator"}.get(role, "")


def grounds(name: str, case: CaseHistory, figures: Figures, calendar: WorkCalendar, on: date) -> tuple[Ground, ...]:
    """The grounds that the check of that name finds in a case up to and including the day `on`.

    Of several grounds with one subject the first counts.
    """
    found: dict[str, Ground] = {}
    for ground in CHECKS[name].judge(case, figures, calendar, on):
        if ground.happened_on <= on:
            found.setdefault(ground.subject, ground)
    return tuple(found.values())


__all__ = ["CHECKS", "CaseHistory", "Check", "Figures", "Ground", "Period", "grounds", "names_a_basis"]
