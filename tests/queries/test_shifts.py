"""What an act does to the dates is shown before it is confirmed, and is then what happens."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from jointreview.commands.rectification import AnswerFinding, IssueRectification, SubmitRectification
from jointreview.commands.review import AnswerGap, SubmitSupplement
from jointreview.models import base
from jointreview.models.review import Gap
from jointreview.queries import dossier
from tests.commands.conftest import world
from tests.commands.test_time import ACCEPTANCE, ask_supplement, case_of
from tests.commands.world import World

__all__ = ["world"]


def preview(world: World, who: str, case_id: int, act: str) -> list[str]:
    return dossier.offered(world.actors[who], case_id, "zh", world.now, act, {})["preview"]


def test_a_rectification_shows_the_day_it_leads_to_at_the_latest(world: World):
    case_id = world.on_site()
    finding_id = world.fail(case_id, "fire")
    for a in world.facts(case_id).assignments:
        if a.needs_site and a.open_round_kind == "site":
            world.opine(case_id, a.unit, item=a.item)
    world.close_visit(case_id)
    finding, case_line, *parts, hint = preview(world, "coordinator", case_id, "IssueRectification")
    assert "防火门闭门器缺失" in finding and "按申请人最迟提交日估算" in hint
    world.do("coordinator", IssueRectification(case_id=case_id))
    due = world.case(case_id).rectification_due
    assert due is not None and parts
    world.now += timedelta(days=(due - world.today).days)
    photo = world.photo("applicant", "after")
    world.do("applicant", AnswerFinding(case_id=case_id, finding_id=finding_id, answer="已更换", photos=[photo]))
    world.do("applicant", SubmitRectification(case_id=case_id))
    assert case_line.split("→ ")[1].startswith(f"{case_of(world, case_id).due}")


def test_a_supplement_shows_that_the_clock_goes_on_and_who_reads_again(world: World):
    case_id = ask_supplement(world, ACCEPTANCE)
    world.later(3)
    with base.reading() as session:
        gap_id = session.exec(select(Gap.id).where(Gap.status == "told")).one()
    world.do("applicant", AnswerGap(case_id=case_id, gap_id=gap_id, answer="已补充委托书"))
    lines = preview(world, "applicant", case_id, "SubmitSupplement")
    world.do("applicant", SubmitSupplement(case_id=case_id))
    due = case_of(world, case_id).due
    assert lines[0].startswith("办件到期日：未定（暂停中） → ") and f"{due}" in lines[0]
    reading = next(a for a in world.facts(case_id).assignments if a.unit == "fire").reading_due
    assert any("重新审查补正材料" in line and f"{reading}" in line for line in lines)


def test_a_cancelled_visit_shows_the_next_day_all_can_come_and_what_it_leaves(world: World):
    case_id = world.visiting()
    first, second, *_ = preview(world, "coordinator", case_id, "CancelVisit")
    visit = world.facts(case_id).visit
    assert visit is not None and f"{visit.day} (周四) 下午" in first and "个工作日出具意见" in second


def test_every_half_day_says_what_it_leaves_of_the_promise(world: World):
    case_id = world.documents_read()
    world.end_review(case_id)
    world.later(8)
    shown = dossier.workspace(world.actors["coordinator"], case_id, "zh", world.now)
    assert shown is not None
    by_day = {slot["day"]: slot["dates"] for slot in shown["slots"] if slot["possible"]}
    due = f"{case_of(world, case_id).due}"
    assert "还剩 0 个工作日" in by_day[due][0]
    after = next(day for day in sorted(by_day) if day > due)
    assert "办件将超期" in by_day[after][0] and any("早于踏勘日" in line for line in by_day[after])


def test_nobody_but_the_coordinator_sees_what_moving_a_visit_does(world: World):
    case_id = world.visiting()
    assert preview(world, "fire", case_id, "CancelVisit") == []
    shown = dossier.workspace(world.actors["fire"], case_id, "zh", world.now)
    assert shown is not None and shown["slots"] == []
