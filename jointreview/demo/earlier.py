"""The demonstration's past: two projects that walked the whole road from project approval to acceptance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jointreview.commands.conclusion import RecordDelivery
from jointreview.commands.visits import site_units
from jointreview.demo.reviewing import conclude_review, decide_the_rest, survey
from jointreview.demo.reviews import Review, accepted
from jointreview.demo.stage import Stage
from jointreview.settings import settings

Play = Callable[[Stage, Review], None]


def taking(workdays: int) -> Play:
    """A review concluded and delivered so many working days after its acceptance."""

    def play(stage: Stage, review: Review) -> None:
        case_id = accepted(stage, review, settings().today() - stage.today)
        end = stage.workday_after(workdays)
        stage.later(1)
        stage.read_documents(case_id)
        if site_units(stage.facts(case_id)):
            survey(stage, case_id)
        while stage.today < end:
            stage.later(1)
        decide_the_rest(stage, case_id)
        issued = conclude_review(stage, case_id)
        document_id = issued.value["document_id"]
        stage.do(
            "clerk",
            RecordDelivery(case_id=case_id, document_id=document_id, way="electronic", delivered_on=stage.today),
        )

    return play


FOUNDRY = Review(
    1,
    "stage1_factory",
    "applicant",
    "2203-320681-89-01-301127",
    "精密铸造车间技术改造",
    "2#铸造车间",
    "启东高新区海工大道66号",
    "hightech_zone",
    (3_518_600.0, 41_379_900.0),
    175,
    taking(6),
)
COLD_STORE = Review(
    1,
    "stage1_factory",
    "coldchain",
    "2204-320681-89-01-402218",
    "吕四港冷链物流中心一期",
    "1#冷库",
    "吕四港镇环抱港池东侧",
    "lvsigang",
    (3_549_300.0, 41_367_900.0),
    160,
    taking(7),
)
ROADS = (
    FOUNDRY,
    replace(FOUNDRY, number=2, sample="stage2_factory", workdays_ago=140, play=taking(8)),
    replace(FOUNDRY, number=3, sample="stage3_factory", workdays_ago=118, play=taking(4)),
    COLD_STORE,
    replace(COLD_STORE, number=2, sample="stage2_factory", workdays_ago=100, play=taking(12)),  # late
    replace(COLD_STORE, number=3, sample="stage3_factory", workdays_ago=78, play=taking(5)),
)


def load(stage: Stage, days_before: Callable[[Any, int], Any]) -> None:
    """Play every stage of the roads; `days_before` gives the moment so many working days before now."""
    now = stage.now
    for review in ROADS:
        stage.now = days_before(now, review.workdays_ago)
        review.play(stage, review)
    stage.now = now
