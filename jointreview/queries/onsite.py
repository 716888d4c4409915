"""What an officer sees on site: the place, the visit, and each own assignment with what is possible now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.catalog.form_items import as_for
from jointreview.catalog.form_layers import checklist_with
from jointreview.catalog.schema import Catalog, ChecklistLine, Item
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.case_clock import round_clock
from jointreview.commands.facts import AssignmentFacts, CaseFacts, load_facts
from jointreview.commands.form_values import form_values
from jointreview.commands.layer_answers import with_map
from jointreview.commands.onsite import AnswerChecklist, GiveOpinion, RaiseFinding, WithdrawFinding
from jointreview.commands.rectification import ReopenAssignment, VerifyFinding
from jointreview.commands.registry import may
from jointreview.commands.relations import unit_takes_part
from jointreview.domain.findings import FindingState
from jointreview.domain.masking import mask_mobile
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.geo.wkb import from_wkb
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, Upload
from jointreview.models.identity import Account
from jointreview.models.project import Project
from jointreview.models.review import ChecklistAnswer, Finding, Opinion, Round
from jointreview.queries.maps import current_parcel
from jointreview.queries.onsite_visit import visit_of
from jointreview.queries.plans import line_facts
from jointreview.queries.unsent import unsent
from jointreview.queries.words import day_words, listed
from jointreview.settings import settings
from jointreview.text import for_kind, tr

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NOT_ARRIVED = "commands.not_been_on_site"
_WITHDRAWABLE = ("open", "reopened", "rectified")
_TONES = {"open": "bad", "reopened": "bad", "rectified": "warn", "verified": "good", "withdrawn": ""}


SAID_OTHERWISE = (
    *("no_visit", "ok", "not_ok", "not_met"),
    *("finding_criterion", "finding_criterion_hint", "need_criterion"),
)
"""The texts of the page that a survey says in other words than an acceptance."""


@dataclass(frozen=True)
class Reader:
    """Who reads which case when, and with what the page is made."""

    session: Session
    actor: Actor
    case: Case
    facts: CaseFacts
    catalog: Catalog
    now: datetime
    lang: str

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def say(self, key: str, /, **params: object) -> str:
        """A text in the reader's language, as it is said of this kind of case."""
        return tr(self.lang, for_kind(key, self.case.kind), **params)

    def item(self, code: str) -> Item:
        """An item with the variant that holds for the case's form."""
        return as_for(self.catalog.item(code), form_values(self.session, self.facts.case_id))

    def words(self, problem: Problem | None) -> str:
        """A problem in the reader's language; empty without one."""
        return self.say(problem.key, **problem.params) if problem else ""


def onsite_page(actor: Actor, case_id: int, lang: str, now: datetime) -> dict[str, Any]:
    """The whole page as data for the browser.

    Raises Refused: `missing` without such a case, `forbidden` when the officer's unit does not take part.
    """
    with reading() as session:
        return page_of(reader_of(session, actor, case_id, lang, now))


def reader_of(session: Session, actor: Actor, case_id: int, lang: str, now: datetime) -> Reader:
    """The officer reading a case; raises Refused as `onsite_page`."""
    case = session.get(Case, case_id)
    if case is None:
        raise refuse("commands.no_such_case", kind="missing")
    today = now.astimezone(SHANGHAI).date()
    facts = load_facts(session, case, today)
    problem = unit_takes_part(actor, facts, None) if actor.role == "officer" else Problem("onsite.officers_only")
    if problem:
        raise Refused(problem, kind="forbidden")
    return Reader(session, actor, case, facts, case_catalog(case, today), now, lang)


def page_of(r: Reader) -> dict[str, Any]:
    """The page of a case for the browser."""
    project = r.session.get_one(Project, r.case.project_id)
    name, mobile = _contact(r)
    visit = visit_of(r)
    return {
        "case_id": r.case.id,
        "version": r.case.version,
        "number": r.case.number,
        "project": project.name,
        "address": form_values(r.session, r.facts.case_id).get("S2", {}).get("address", ""),
        "contact": name,
        "mobile_masked": mask_mobile(mobile) if mobile else "",
        "today": r.today.isoformat(),
        **visit,
        "site": _site(r),
        "radius_m": settings().arrival_radius_m,
        "phrases": {name: [words.in_(r.lang) for words in said] for name, said in r.catalog.phrases},
        "texts": {name: r.say(f"onsite.{name}") for name in SAID_OTHERWISE},
        "assignments": [_assignment(r, mine) for mine in r.facts.assignments if _here(r, mine)],
    }


def _site(r: Reader) -> dict[str, Any] | None:
    """The parcel in degrees, for the small map and for the distance a phone measures itself."""
    parcel = current_parcel(r.session, r.facts.case_id)
    if parcel is None:
        return None
    return {
        "box": [parcel.min_lon, parcel.min_lat, parcel.max_lon, parcel.max_lat],
        "area_m2": round(parcel.area_plane_m2, 2),
        "geometry": mapping(from_wkb(parcel.wkb)),
    }


def _here(r: Reader, mine: AssignmentFacts) -> bool:
    """The own items; of a review those that need the site, the others are decided at the desk."""
    return mine.unit == r.actor.unit and (mine.needs_site or r.case.kind != "review")


def _contact(r: Reader) -> tuple[str, str]:
    wish = form_values(r.session, r.facts.case_id).get("S11", {})
    return wish.get("site_contact", ""), wish.get("site_mobile", "")


def _assignment(r: Reader, mine: AssignmentFacts) -> dict[str, Any]:
    item = r.item(mine.item)
    review = r.case.kind == "review"
    site_round = mine.open_round_kind in (("documents", "decision") if review else ("site", "reinspection"))
    round_ = r.session.get(Round, mine.open_round_id) if site_round and mine.open_round_id else None
    closed = may(r.actor, AnswerChecklist, r.facts, mine.id)
    arriving = closed is not None and closed.key == _NOT_ARRIVED
    able = closed is None or arriving
    results, why = possible_results(r, mine)
    deferral = item.deferral
    return {
        "id": mine.id,
        "name": item.name.in_(r.lang),
        "round_id": round_.id if round_ else 0,
        "again": mine.open_round_kind == "reinspection",
        "round_text": _round_text(r, round_),
        "due_text": _due_text(r, round_),
        "closed_reason": r.words(closed),
        "waits_for_arrival": arriving,
        "may_raise": bool(round_) and able and _able(may(r.actor, RaiseFinding, r.facts, mine.id)),
        "asks_opinion": bool(round_) and _able(may(r.actor, GiveOpinion, r.facts, mine.id)),
        "may_reopen": may(r.actor, ReopenAssignment, r.facts, mine.id) is None and not round_,
        "results": results,
        "results_reason": why,
        "results_clear": possible_results(r, replace(mine, open_findings=0, rectified_findings=0))[0],
        "deferral": deferral.what.in_(r.lang) if deferral else "",
        "latest": (r.today + timedelta(days=deferral.max_days)).isoformat() if deferral else "",
        "lines": _lines(r, mine, round_),
        "findings": _findings(r, mine),
        "opinion": _opinion(r, mine) if not review else None,
        "decide_href": f"/cases/{r.case.id}?panel=review" if review else "",
    }


def _able(problem: Problem | None) -> bool:
    """Possible now, or as soon as the arrival is recorded."""
    return problem is None or problem.key == _NOT_ARRIVED


def _round_text(r: Reader, round_: Round | None) -> str:
    if round_ is None:
        return ""
    return r.say(f"onsite.round_{round_.kind}", number=round_.number)


def _due_text(r: Reader, round_: Round | None) -> str:
    if round_ is None:
        return ""
    due = round_clock(r.session, r.case, round_, r.today).due
    return r.say("onsite.due", day=day_words(r.lang, due)) if due else ""


def possible_results(r: Reader, mine: AssignmentFacts) -> tuple[list[str], str]:
    """The conclusions that can be given now, and in words why others cannot (requirements §2.4, §2.6)."""
    item = r.item(mine.item)
    first = [
        r.item(a.item).name.in_(r.lang)
        for a in r.facts.assignments
        if a.item in item.after and (not a.opinion or a.opinion == "FAIL")
    ]
    failing = ["FAIL"] if mine.open_findings else []
    if mine.rectified_findings:
        return failing, r.say("onsite.verify_first", count=mine.rectified_findings)
    if mine.open_findings:
        return failing, r.say("onsite.only_fail", count=mine.open_findings)
    if first:
        return failing, r.say("commands.other_items_first", items=listed(r.lang, first))
    conditional = ["PASS_COND"] if item.deferrable else []
    return ["PASS", *conditional, "NA", "SELF"], r.say("onsite.fail_needs_finding")


def _lines(r: Reader, mine: AssignmentFacts, round_: Round | None) -> list[dict[str, Any]]:
    checklist = checklist_with(r.catalog, mine.item, with_map(r.session, r.case.id or 0, {}, restricted=True))
    if checklist is None or round_ is None:
        return []
    rounds = select(Round.id).where(Round.assignment_id == mine.id)
    if r.case.kind != "review":
        rounds = rounds.where(Round.id == round_.id)
    rows = r.session.exec(select(ChecklistAnswer).where(col(ChecklistAnswer.round_id).in_(rounds))).all()
    answers = {row.line: row for row in rows}
    facts = line_facts(r.session, r.case, r.catalog, form_values(r.session, r.facts.case_id), r.lang, r.facts.today)
    return [_line(r, line, answers.get(line.code), facts.get(line.code, "")) for line in checklist.lines]


def _line(r: Reader, line: ChecklistLine, answer: ChecklistAnswer | None, fact: str) -> dict[str, Any]:
    shown = None
    if answer is not None:
        shown = {
            "result": answer.result,
            "value": answer.value,
            "note": answer.note,
            "photos": photos_of(r, answer.photos),
            "mine": answer.answered_by == r.actor.account_id,
        }
    return {
        "code": line.code,
        "text": line.en if r.lang == "en" else line.zh,
        "rule": "\n".join(filter(None, (line.rule.in_(r.lang) if line.rule else "", fact))),
        "asks_value": line.asks_value,
        "unit": line.value_unit,
        "photo_when_fail": line.photo_when_fail,
        "answer": shown,
    }


def photos_of(r: Reader, photos: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Photographs with their address; `upload_id` where the reader sent the picture and can use it again."""
    listed = list(photos)
    if not listed:
        return []
    digests = [photo["digest"] for photo in listed]
    rows = r.session.exec(
        select(Upload).where(Upload.account_id == r.actor.account_id, col(Upload.digest).in_(digests))
    ).all()
    own = {row.digest: row.id for row in rows}
    return [
        {**photo, "url": photo_url(r.facts.case_id, photo["digest"]), "upload_id": own.get(photo["digest"])}
        for photo in listed
    ]


def photo_url(case_id: int, digest: str) -> str:
    """Where the photograph of a case is read."""
    return f"/api/cases/{case_id}/photos/{digest}"


def _findings(r: Reader, mine: AssignmentFacts) -> list[dict[str, Any]]:
    rows = r.session.exec(select(Finding).where(Finding.assignment_id == mine.id).order_by(col(Finding.number))).all()
    hidden = unsent(r.session, r.actor, r.facts)
    may_withdraw = may(r.actor, WithdrawFinding, r.facts, mine.id) is None
    may_verify = _able(may(r.actor, VerifyFinding, r.facts, mine.id))
    return [
        {
            "id": row.id,
            "number": row.number,
            "line": row.line,
            "text": row.text,
            "rule": row.rule,
            "criterion": row.criterion,
            "place": row.place,
            "status": row.status,
            "status_text": r.say(FindingState(row.status).text_key),
            "tone": _TONES[row.status],
            "captured": _captured(r, row.client_time),
            "photos": photos_of(r, row.photos),
            "answer": "" if hidden.finding(row) else row.answer,
            "answer_photos": [] if hidden.finding(row) else photos_of(r, row.answer_photos),
            "may_withdraw": may_withdraw and row.notice_id is None and row.status in _WITHDRAWABLE,
            "may_verify": may_verify and row.status == "rectified",
        }
        for row in rows
    ]


def _captured(r: Reader, at: datetime | None) -> str:
    """That and when something was done without network; empty for what was done on line."""
    return r.say("case.captured_off_line", time=f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}") if at else ""


def _opinion(r: Reader, mine: AssignmentFacts) -> dict[str, Any] | None:
    opinion = r.session.get(Opinion, mine.opinion_id) if mine.opinion_id else None
    if opinion is None:
        return None
    officer = r.session.get(Account, opinion.officer_id) if opinion.officer_id else None
    return {
        "result": opinion.result,
        "result_text": r.say(f"rules.result_{opinion.result.lower()}"),
        "text": opinion.text,
        "condition": opinion.condition,
        "until": opinion.commitment_until.isoformat() if opinion.commitment_until else "",
        "document_no": opinion.document_no,
        "name": officer.name if officer else "",
        "when": f"{opinion.given_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "captured": _captured(r, opinion.client_time),
    }
