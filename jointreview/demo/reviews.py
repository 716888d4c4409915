"""The demonstration's joint reviews: one new, one under way, one with the lead unit, one concluded with permits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jointreview.catalog.loader import sample_values
from jointreview.commands.conclusion import RecordDelivery
from jointreview.commands.consultations import Consult
from jointreview.demo.cast import FIRMS, PEOPLE
from jointreview.demo.dates import moved_back
from jointreview.demo.reviewing import conclude_review, decide_the_rest, drafted_review, survey
from jointreview.demo.sample_files import parcel_txt
from jointreview.demo.stage import Stage


@dataclass(frozen=True)
class Review:
    """A review of the demonstration: a stage of a project, made from a sample form."""

    number: int
    sample: str
    who: str
    code: str
    name: str
    works: str
    address: str
    town: str
    corner: tuple[float, float]
    workdays_ago: int
    play: Callable[[Stage, Review], None]
    size: tuple[float, float] = (220.0, 140.0)


def accepted(stage: Stage, review: Review, back: timedelta = timedelta(0)) -> int:
    """Accepted: every department reads. `back` moves the days of the sample's form."""
    stage.organisation_id = next(iter(stage.actors[review.who].organisations))
    values: dict[str, dict[str, Any]] = sample_values(review.sample, stage.today)
    values = moved_back(values, back) | {key: values[key] for key in ("S11",) if key in values}  # wishes lie ahead
    code, name = FIRMS[next(p.firm for p in PEOPLE if p.login == review.who)]
    values["S1"] |= {"project_code": review.code, "applicant_name": name, "applicant_credit_code": code}
    place = {"project_name": review.name, "works_name": review.works, "address": review.address, "town": review.town}
    values["S2"] |= {key: value for key, value in place.items() if key in values["S2"]}
    parcel = parcel_txt(review.name, *review.corner, *review.size)
    case_id = drafted_review(stage, review.number, values, parcel, review.who)
    stage.submit(case_id, review.who)
    stage.accept(case_id)
    return case_id


def just_accepted(stage: Stage, review: Review) -> None:
    """Some departments have read and one has asked another unit."""
    case_id = accepted(stage, review)
    stage.later(1)
    stage.read_documents(case_id, but=("utilities", "municipal"))
    water = next(a for a in stage.facts(case_id).assignments if a.unit == "water")
    question = "地块北侧河沟是否属于需要保护的古河道遗存？"
    due = stage.workday_after(1)
    stage.do(
        "water", Consult(case_id=case_id, assignment_id=water.id, to_unit="heritage", question=question, due_on=due)
    )


def deciding(stage: Stage, review: Review) -> None:
    """Surveyed; most departments have decided, the planning department has not."""
    case_id = accepted(stage, review)
    stage.later(1)
    stage.read_documents(case_id)
    survey(stage, case_id, half="pm")
    stage.later(1)
    decide_the_rest(stage, case_id, but=("P106", "P109"))


def with_the_lead(stage: Stage, review: Review) -> None:
    """Everybody has decided; the lead unit draws the conclusion."""
    case_id = accepted(stage, review)
    stage.later(1)
    stage.read_documents(case_id)
    survey(stage, case_id, half="pm")
    stage.later(2)
    decide_the_rest(stage, case_id)


def concluded(stage: Stage, review: Review) -> None:
    """Passed in six working days and delivered: its permits are kept with the project."""
    case_id = accepted(stage, review)
    stage.later(1)
    stage.read_documents(case_id)
    survey(stage, case_id, half="pm")
    stage.later(3)
    decide_the_rest(stage, case_id)
    issued = conclude_review(stage, case_id)
    stage.do(
        "clerk",
        RecordDelivery(
            case_id=case_id,
            document_id=issued.value["document_id"],
            way="electronic",
            delivered_on=stage.today,
        ),
    )


REVIEWS = (
    Review(
        1,
        "stage1_school",
        "school",
        "2207-320681-89-01-123456",
        "启东市实验学校扩建",
        "教学楼及地下人防车库",
        "汇龙镇公园中路288号",
        "huilong",
        (3_521_420.0, 41_372_700.0),
        60,
        concluded,
        (200.0, 120.0),
    ),
    Review(
        1,
        "stage1_school",
        "school",
        "2603-320681-89-01-411208",
        "启东市滨江小学新建工程",
        "教学综合楼",
        "汇龙镇灵秀路东侧",
        "huilong",
        (3_522_900.0, 41_374_100.0),
        2,
        just_accepted,
    ),
    Review(
        1,
        "stage1_school",
        "school",
        "2602-320681-89-01-411307",
        "吕四港镇中心幼儿园异地新建",
        "幼儿园教学楼",
        "吕四港镇环城北路16号",
        "lvsigang",
        (3_548_700.0, 41_368_900.0),
        5,
        deciding,
    ),
    Review(
        1,
        "stage1_factory",
        "applicant",
        "2601-320681-89-01-411406",
        "启东智能装备厂房二期",
        "智能装备厂房二期",
        "启东经济开发区林洋路500号",
        "development_zone",
        (3_524_204.0, 41_371_802.0),
        6,
        with_the_lead,
    ),
)


def load(stage: Stage, days_before: Callable[[Any, int], Any]) -> None:
    """Play every review; `days_before` gives the moment so many working days before now."""
    now = stage.now
    for review in REVIEWS:
        stage.now = days_before(now, review.workdays_ago)
        review.play(stage, review)
    stage.now = now
