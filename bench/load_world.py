"""People and cases for the load: run in the server's environment, before it starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

OFFICERS_A_UNIT = 3
COORDINATORS = 20


def prepare(users: int, cases: int) -> dict[str, Any]:
    """Play one case and `cases` more up to the day of their visit and make accounts for so many `users`.

    Answers `{"shared", "people"}`: `shared` is the first case, which everybody may open and nobody signs, with one
    line of a checklist to answer; a person has a role, a cookie, the case of its work and what is left to sign, as
    pairs of case and assignment. The officers of the demonstration sign; each applicant has a draft of their own.
    """
    from jointreview.demo import layers
    from jointreview.demo.people import stage_with_people
    from jointreview.demo.story import LAYERS_SINCE, workdays_before
    from jointreview.jobs.sweep import sweep_once

    stage = stage_with_people()
    now = stage.now
    stage.now = workdays_before(now, LAYERS_SINCE)
    layers.load(stage)
    shared, *played = [_visited(stage, n, now) for n in range(cases + 1)]
    stage.now = now
    signs = _open_signs(stage, played)
    signing = {unit: _signed_in(stage.actors[unit].account_id) for unit in sorted(signs)}
    people = [{**who, "role": "officer", "case": played[0], "signs": signs[unit]} for unit, who in signing.items()]
    people += _staff("coordinator", "", COORDINATORS, played[0])
    for unit in sorted(signs):
        people += _staff("officer", unit, OFFICERS_A_UNIT, played[0])
    people = people[: users // 2]
    people += _applicants(stage, users - len(people), next(iter(stage.actors["coldchain"].organisations)))
    sweep_once()  # what time brought about meanwhile is not part of the load
    unit = min(signs)
    about = {"case": shared, "assignment": stage.assignment(shared, unit), "line": _line(stage, shared, unit)}
    return {"shared": {**about, **signing[unit]}, "people": people}


def _line(stage: Any, case_id: int, unit: str) -> str:
    """A line of the unit's checklist."""
    from sqlmodel import select

    from jointreview.models.base import reading
    from jointreview.models.review import ChecklistAnswer, Round

    with reading() as session:
        asked = select(ChecklistAnswer.line).join(Round, Round.id == ChecklistAnswer.round_id)
        asked = asked.where(Round.assignment_id == stage.assignment(case_id, unit))
        return session.exec(asked).first() or ""


def _visited(stage: Any, n: int, now: Any) -> int:
    """One factory, its visit over, every checklist filled in; each case has a half-day of its own."""
    from jointreview.demo import projects, story

    stage.now = story.workdays_before(now, 4 + n // 2)
    project = replace(
        projects.SEAFOOD,
        code=f"2209-320681-89-01-7{n:05d}",
        name=f"水产品加工车间{n + 1}期",
        corner=(projects.SEAFOOD.corner[0] + 400 * n, projects.SEAFOOD.corner[1]),
    )
    case_id = story.accepted(stage, project)
    stage.later(1)
    stage.read_documents(case_id)
    stage.end_review(case_id)
    stage.plan_visit(case_id, after=1, half="am" if n % 2 else "pm")
    stage.arrive(case_id)
    for a in stage.facts(case_id).assignments:
        if a.needs_site and a.open_round_kind == "site":
            stage.check(case_id, a.unit, item=a.item)
    return case_id


def _open_signs(stage: Any, played: list[int]) -> dict[str, list[list[int]]]:
    """What each unit's officer still has to sign: login -> [case, assignment]."""
    found: dict[str, list[list[int]]] = {}
    for case_id in played:
        for a in stage.facts(case_id).assignments:
            if a.needs_site and a.open_round_kind == "site":
                found.setdefault(a.unit, []).append([case_id, a.id])
    return found


def _signed_in(account_id: int) -> dict[str, str]:
    from jointreview.commands.identity import open_session
    from jointreview.models.base import writing
    from jointreview.models.identity import Account
    from jointreview.settings import settings

    with writing() as session:
        account = session.get_one(Account, account_id)
        opened = open_session(session, account, "bench", settings().current_time())
    return {"cookie": f"jr_session={opened.secret}"}


def _account(name: str, kind: str) -> int:
    from jointreview.models.base import writing
    from jointreview.models.identity import Account
    from jointreview.settings import settings

    with writing() as session:
        row = Account(login=name, name=name, kind=kind, password_hash="", created_at=settings().current_time())
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def _staff(role: str, unit: str, count: int, case_id: int) -> list[dict[str, Any]]:
    from jointreview.models.base import writing
    from jointreview.models.identity import Post

    people = []
    for n in range(count):
        account_id = _account(f"load-{role}-{unit or 'all'}-{n}", "staff")
        with writing() as session:
            session.add(Post(account_id=account_id, role=role, unit=unit, title="经办岗"))
        people.append({**_signed_in(account_id), "role": role, "case": case_id, "signs": []})
    return people


def _applicants(stage: Any, count: int, organisation_id: int) -> list[dict[str, Any]]:
    from jointreview.commands.executor import execute
    from jointreview.commands.filing import CreateCase
    from jointreview.models.actor import Actor
    from jointreview.models.base import writing
    from jointreview.models.identity import Agent

    people = []
    for n in range(count):
        account_id = _account(f"load-applicant-{n}", "applicant")
        about = {"owner": False, "status": "active", "created_at": stage.now}
        with writing() as session:
            session.add(Agent(organisation_id=organisation_id, account_id=account_id, **about))
        actor = Actor(account_id, f"A{n}", "applicant", None, "", "", frozenset({organisation_id}))
        code = f"2210-320681-89-01-8{n:05d}"
        draft = CreateCase(organisation_id=organisation_id, project_code=code, project_name=f"压力测试项目{n}")
        case_id = execute(actor, draft, now=stage.now).case_id
        about = {"role": "applicant", "case": case_id, "signs": [], "version": _version(case_id)}
        people.append({**_signed_in(account_id), **about})
    return people


def _version(case_id: int | None) -> int:
    """The version of the section that the applicant will write; what is known of the project is in it already."""
    from sqlmodel import select

    from jointreview.models.base import reading
    from jointreview.models.case import FormSection

    with reading() as session:
        asked = select(FormSection.version).where(FormSection.case_id == case_id, FormSection.section == "S2")
        return session.exec(asked).first() or 0
