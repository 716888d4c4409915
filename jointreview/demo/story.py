"""The demonstration's cases: one at every point of the job, each brought there by the commands people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from jointreview.catalog.loader import sample_values
from jointreview.commands.conclusion import Conclude, RecordDelivery
from jointreview.commands.gap_marks import Mark
from jointreview.commands.intake import ReturnCase, WithdrawCase
from jointreview.commands.onsite import SignCommitment
from jointreview.commands.rectification import (
    AnswerFinding,
    IssueRectification,
    SubmitRectification,
)
from jointreview.commands.review import FinishDocumentReview, GapInput, IssueSupplementNotice, RecordGap
from jointreview.commands.working_days import work_calendar
from jointreview.demo import earlier, layers, projects, reviews, supervising, trips
from jointreview.demo.cast import FIRMS, PEOPLE
from jointreview.demo.dates import moved_back
from jointreview.demo.projects import Project
from jointreview.demo.sample_files import parcel_txt, plan_geojson
from jointreview.demo.stage import SHANGHAI, Stage
from jointreview.models.base import reading
from jointreview.models.case import Material, Upload
from jointreview.models.review import Finding

# the five-party acceptance of a demonstration project lies so many days before its application
DAYS_SINCE_ACCEPTANCE = 6
# the layers of the map were loaded so many working days ago, before the first case
LAYERS_SINCE = 130
# supervision has watched for so many working days
SUPERVISED_DAYS = 15


def load(stage: Stage) -> None:
    """Play every case. The stage's time moves from weeks ago to now for each."""
    now = stage.now
    stage.now = workdays_before(now, LAYERS_SINCE)
    layers.load(stage)
    for project, workdays_ago, play in STORIES:
        stage.now = workdays_before(now, workdays_ago)
        play(stage, project)
    stage.now = now
    reviews.load(stage, workdays_before)
    earlier.load(stage, workdays_before)
    trips.load(stage, workdays_before, accepted)
    supervising.watch(stage, workdays_before(now, SUPERVISED_DAYS))


def workdays_before(now: datetime, count: int) -> datetime:
    """09:30 in Shanghai on the working day so many working days before now (0: the last one not after today)."""
    day = now.astimezone(SHANGHAI).date()
    with reading() as session:
        calendar = work_calendar(session)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    for _ in range(count):
        day -= timedelta(days=1)
        while not calendar.is_workday(day):
            day -= timedelta(days=1)
    return min(datetime.combine(day, time(9, 30), SHANGHAI).astimezone(UTC), now)


def values_of(stage: Stage, project: Project) -> dict[str, dict[str, Any]]:
    """The sample's form with this project's particulars and days that fit the stage's time."""
    values = sample_values(project.sample, stage.today)
    accepted_on = date.fromisoformat(values["S2"]["acceptance_date"])
    late = accepted_on - (stage.today - timedelta(days=DAYS_SINCE_ACCEPTANCE))
    visit_wishes = values.pop("S11")
    values = moved_back(values, max(late, timedelta(0)))
    values["S11"] = visit_wishes
    code, name = FIRMS[next(p.firm for p in PEOPLE if p.login == project.who)]
    values["S1"] |= {"project_code": project.code, "applicant_name": name, "applicant_credit_code": code}
    owner = {"name": name, "credit_code": code}
    parties = values["S3"]["parties"]
    values["S3"]["parties"] = [p | owner if p["kind"] == "owner" else p for p in parties]
    values["S2"] |= {
        "project_name": project.name,
        "works_name": project.works,
        "address": project.address,
        "town": project.town,
    }
    return values


def drafted(stage: Stage, project: Project) -> int:
    """A complete draft of the project, its parcel where the project lies."""
    stage.organisation_id = next(iter(stage.actors[project.who].organisations))
    parcel = parcel_txt(project.name, *project.corner, *project.size)
    case_id = stage.draft(values_of(stage, project), parcel, project.who)
    if project.sample == "factory":
        # One office was built somewhat nearer to the road than permitted.
        moved = 0.35 if project is projects.ASSEMBLY else 0.0
        permitted, built = (plan_geojson(*project.corner, by) for by in (0.0, moved))
        stage.add_plans(case_id, permitted, built, project.who)
    return case_id


def submitted(stage: Stage, project: Project) -> int:
    """Handed in and waiting for the pre-check."""
    case_id = drafted(stage, project)
    stage.submit(case_id, project.who)
    return case_id


def accepted(stage: Stage, project: Project) -> int:
    """Accepted; every department may read."""
    case_id = submitted(stage, project)
    stage.accept(case_id)
    return case_id


def returned(stage: Stage, project: Project) -> None:
    """One list of gaps is with the applicant."""
    case_id = submitted(stage, project)
    gaps = [
        GapInput(
            kind="field",
            subject="S2.address",
            rule="《建设工程联合验收申请表》填表说明",
            wanted="请写明门牌号，与不动产权证一致",
        )
    ]
    stage.do("clerk", ReturnCase(case_id=case_id, gaps=gaps))


def half_read(stage: Stage, project: Project) -> None:
    """Some departments have read the documents."""
    case_id = accepted(stage, project)
    stage.later(1)
    stage.read_documents(case_id, but=("fire", "archives"))


def silent(stage: Stage, project: Project) -> None:
    """Accepted long ago, one department silent: late."""
    case_id = accepted(stage, project)
    stage.later(1)
    stage.read_documents(case_id, but=("fire",))


def supplementing(stage: Stage, project: Project) -> None:
    """The merged supplement notice is out, the clock stands still."""
    case_id = accepted(stage, project)
    stage.later(1)
    for unit, kind, subject, wanted, place in (
        ("planning", "field", "S5.indices", "请补充绿地率实测值及测绘报告页码", None),
        ("fire", "material", "fire_report", "检测报告此页缺少检测机构印章，请补盖后重新上传", mark_on(case_id)),
    ):
        assignment_id = stage.assignment(case_id, unit)
        stage.do(
            unit,
            RecordGap(
                case_id=case_id,
                assignment_id=assignment_id,
                kind=kind,
                subject=subject,
                rule="竣工联合验收资料审查要点",
                wanted=wanted,
                mark=place,
            ),
        )
        stage.do(unit, FinishDocumentReview(case_id=case_id, assignment_id=assignment_id))
    stage.read_documents(case_id)
    stage.do("coordinator", IssueSupplementNotice(case_id=case_id))


def mark_on(case_id: int) -> Mark:
    """A place on the second page of the case's fire report."""
    with reading() as session:
        row, digest = session.exec(
            select(Material, Upload.digest)
            .join(Upload, col(Upload.id) == Material.upload_id)
            .where(Material.case_id == case_id, Material.code == "fire_report")
        ).first() or (None, "")
    assert row is not None and row.id is not None
    return Mark(material_id=row.id, digest=digest, page=2, rect=(0.1, 0.08, 0.72, 0.22))


def visit_planned(stage: Stage, project: Project) -> int:
    """Documents read, the joint visit planned three working days after acceptance."""
    case_id = accepted(stage, project)
    stage.later(1)
    stage.read_documents(case_id)
    stage.later(1)
    stage.end_review(case_id)
    stage.plan_visit(case_id)
    return case_id


def waiting_for_visit(stage: Stage, project: Project) -> None:
    """The visit is today."""
    visit_planned(stage, project)


def rectifying(stage: Stage, project: Project) -> int:
    """The fire department failed the works; everything else passed."""
    case_id = visit_planned(stage, project)
    stage.arrive(case_id)
    stage.check(case_id, "fire", failing=3)
    stage.find(
        case_id,
        "fire",
        "二层东侧疏散楼梯间防火门闭门器缺失，门扇不能自行关闭",
        "《建筑设计防火规范》GB 50016 第6.5.1条",
        "闭门器安装齐全，防火门能自行关闭",
        "教学楼二层东侧楼梯间",
    )
    stage.opine(case_id, "fire", "FAIL")
    for a in stage.facts(case_id).assignments:
        if a.needs_site and a.open_round_id:
            stage.check(case_id, a.unit, item=a.item)
            stage.opine(case_id, a.unit, item=a.item)
    stage.close_visit(case_id)
    stage.do("coordinator", IssueRectification(case_id=case_id))
    return case_id


def reinspecting(stage: Stage, project: Project) -> None:
    """Put right; the fire department looks again on the next working day."""
    case_id = rectifying(stage, project)
    stage.later(2)
    finding_id = _finding(stage, case_id)
    stage.do(
        project.who,
        AnswerFinding(
            case_id=case_id,
            finding_id=finding_id,
            answer="已更换闭门器并逐扇测试，均能自行关闭。",
            photos=[stage.photo(project.who, "after")],
        ),
    )
    stage.do(project.who, SubmitRectification(case_id=case_id))
    stage.plan_visit(case_id)


def _finding(stage: Stage, case_id: int) -> int:
    with reading() as session:
        found = session.exec(select(Finding.id).where(Finding.case_id == case_id)).first()
    assert found is not None
    return found


def passed(stage: Stage, project: Project) -> None:
    """Passed, issued and collected."""
    case_id = visit_planned(stage, project)
    stage.arrive(case_id)
    stage.pass_the_rest(case_id)
    stage.close_visit(case_id)
    stage.later(2)
    _conclude_and_deliver(stage, case_id, "collected")


def passed_conditionally(stage: Stage, project: Project) -> None:
    """The archives are handed over later against a signed commitment."""
    case_id = visit_planned(stage, project)
    stage.arrive(case_id)
    until: date = stage.today + timedelta(days=60)
    stage.opine(
        case_id,
        "archives",
        "PASS_COND",
        condition="声像档案整理后移交城建档案馆",
        commitment_until=until,
    )
    stage.pass_the_rest(case_id)
    stage.close_visit(case_id)
    stage.later(1)
    stage.do(
        project.who,
        SignCommitment(
            case_id=case_id,
            assignment_id=stage.assignment(case_id, "archives"),
            signature=stage.signature(project.who),
        ),
    )
    _conclude_and_deliver(stage, case_id, "electronic")


def _conclude_and_deliver(stage: Stage, case_id: int, way: str) -> None:
    issued = stage.do("coordinator", Conclude(case_id=case_id, signature=stage.signature("coordinator")))
    stage.do(
        "clerk",
        RecordDelivery(
            case_id=case_id,
            document_id=issued.value["document_id"],
            way=way,
            receiver="张敏" if way == "collected" else "",
            delivered_on=stage.today,
        ),
    )


def withdrawn(stage: Stage, project: Project) -> None:
    """The applicant took the application back."""
    case_id = accepted(stage, project)
    stage.later(1)
    stage.do(project.who, WithdrawCase(case_id=case_id, reason="室外工程尚未完工，完工后重新申请"))


def left_as_draft(stage: Stage, project: Project) -> None:
    """Complete, not yet signed."""
    drafted(stage, project)


Play = Callable[[Stage, Project], Any]
STORIES: tuple[tuple[Project, int, Play], ...] = (
    (projects.FOUNDRY, 22, passed),
    (projects.COLD_STORE, 16, passed_conditionally),
    (projects.SCHOOL, 7, rectifying),
    (projects.ASSEMBLY, 3, waiting_for_visit),
    (projects.SEAFOOD, 2, half_read),
    (projects.MATERIALS, 13, silent),
    (projects.VISITOR_STORE, 6, supplementing),
    (projects.TOOLS, 8, reinspecting),
    (projects.HARBOUR_STORE, 1, submitted),
    (projects.FOOD_MACHINES, 2, returned),
    (projects.CAR_PARTS, 9, withdrawn),
    (projects.SMART_PLANT, 0, left_as_draft),
)
