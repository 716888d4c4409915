"""Cases of joint reviews made by the demonstration's own steps, for tests that look at what comes after."""

from __future__ import annotations

from typing import Any

from tests.web.job.office import Office

PLAY = """
from jointreview.commands.review import FinishDocumentReview, RecordGap
from jointreview.demo import layers, reviewing, reviews
from jointreview.demo.people import stage_with_people
stage = stage_with_people()
layers.load(stage)
asking, silent = (reviews.accepted(stage, reviews.REVIEWS[n]) for n in (1, 3))
stage.later(1)
water = next(a for a in stage.facts(asking).assignments if a.unit == "water")
stage.do("water", RecordGap(case_id=asking, assignment_id=water.id, kind="material", subject="conservation_plan",
                            rule="《生产建设项目水土保持方案管理办法》第六条", wanted="请补充土石方平衡表"))
stage.read_documents(asking)
stage.read_documents(silent, but=("drainage",))
reviewing.survey(stage, silent)
reviewing.decide_the_rest(stage, silent)
result = {"asking": asking, "silent": silent}
"""
"""Everybody of the demonstration, and two reviews accepted on the office's day.

In `asking` the water bureau waits for a paper; in `silent` the drainage unit has not said a word, though the others
have read, been on site two working days later and decided.
"""


def clock_of(office: Office, case_id: int) -> dict[str, Any]:
    """The case's clock as the clock's own function computes it today: due day, days used and paused."""
    return office.server.run(
        "from jointreview.commands.case_clock import case_clock\n"
        "from jointreview.models.base import reading\n"
        "from jointreview.models.case import Case\n"
        "from jointreview.settings import settings\n"
        "with reading() as db:\n"
        "    clock = case_clock(db, db.get(Case, args[0]), settings().today())\n"
        "result = dict(due=clock.due and clock.due.isoformat(), used=clock.used, paused=clock.paused,\n"
        "              days={kind.value: days for kind, days in clock.paused_days_by_kind.items()})",
        case_id,
    )
