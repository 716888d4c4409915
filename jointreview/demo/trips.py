"""The demonstration's joint surveys: cars, cases that wait for one, a confirmed trip and a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from jointreview.commands.cars import BlockCar, KeepCar
from jointreview.commands.survey_needs import survey_needs
from jointreview.commands.trips import ConfirmTrip, DraftTrip
from jointreview.demo import projects
from jointreview.demo.projects import Project
from jointreview.demo.stage import Stage
from jointreview.models.base import reading

CARS = (
    ("苏F8A061", "中巴", 14, "季卫国", "13800000081"),
    ("苏F2D917", "商务车", 7, "樊小明", "13800000082"),
)
WAITING = (projects.CABLES, projects.PHARMA, projects.FISH_MARKET, projects.DUMPLINGS)
_AGREED = ["trips.not_offered", "trips.after_due", "trips.cutoff_passed"]


def load(
    stage: Stage, days_before: Callable[[datetime, int], datetime], accepted: Callable[[Stage, Project], int]
) -> None:
    """Play them up to the stage's time; `accepted` brings a case so far, `days_before` goes back in time."""
    now = stage.now
    cars = [_car(stage, *car) for car in CARS]
    cases = []
    for project in WAITING:
        stage.now = days_before(now, 2)
        case_id = accepted(stage, project)
        stage.later(1)
        stage.read_documents(case_id)
        stage.end_review(case_id)
        cases.append(case_id)
    stage.now = now
    cables, _, market, dumplings = cases
    _confirmed(stage, cars[0], stage.workday_after(2), "pm", [market, dumplings])
    _draft(stage, cars[0], stage.workday_after(3), "am", [cables])
    stage.do("coordinator", BlockCar(car_id=cars[1], day=stage.workday_after(3), half="pm", note="年检"))


def _car(stage: Stage, plate: str, name: str, seats: int, driver: str, mobile: str) -> int:
    kept = KeepCar(plate=plate, name=name, seats=seats, driver=driver, driver_mobile=mobile)
    found: int = stage.do("coordinator", kept).value["car_id"]
    return found


def _draft(stage: Stage, car_id: int, day: date, half: str, cases: list[int]) -> dict[str, int]:
    with reading() as session:
        waiting = {n.case_id for n in survey_needs(session, stage.now)}
    there = [case_id for case_id in cases if case_id in waiting]
    made: dict[str, int] = stage.do("coordinator", DraftTrip(car_id=car_id, day=day, half=half, case_ids=there)).value
    return made


def _confirmed(stage: Stage, car_id: int, day: date, half: str, cases: list[int]) -> None:
    made = _draft(stage, car_id, day, half, cases)
    stage.do("coordinator", ConfirmTrip(**made, agreed=_AGREED, why="已与申请人和各部门电话商定"))
