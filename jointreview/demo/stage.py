"""A stage with a moving clock on which people run commands, one step of the job after another."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlmodel import col, select

from jointreview.catalog.form_engine import materials_for
from jointreview.catalog.form_layers import checklist_with
from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import Outcome, execute
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.files import DrawnSignature, document_store
from jointreview.commands.filing import AddMaterial, CreateCase, SaveSection
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import AcceptCase, SubmitCase
from jointreview.commands.layer_answers import with_map
from jointreview.commands.onsite import AnswerChecklist, GiveOpinion, LineAnswer, RaiseFinding
from jointreview.commands.parcels import ConfirmParcel, ReadParcel
from jointreview.commands.plans import ConfirmAsBuilt, ConfirmPermittedPlan, ReadAsBuilt, ReadPermittedPlan
from jointreview.commands.registry import Command
from jointreview.commands.review import CloseDocumentReview, FinishDocumentReview
from jointreview.commands.visits import CloseVisit, ScheduleVisit, SignIn, site_units
from jointreview.commands.working_days import work_calendar
from jointreview.demo import sample_files
from jointreview.models.actor import Actor
from jointreview.models.base import reading, writing
from jointreview.models.case import Case, FormSection, Upload
from jointreview.models.project import Parcel
from jointreview.models.review import Assignment
from jointreview.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
STATEMENTS = {
    "PASS": "经资料审查和现场核验，符合要求，同意通过。",
    "PASS_COND": "主体内容符合要求，尚需完成的内容已由申请人书面承诺，同意容缺通过。",
    "FAIL": "现场存在不符合要求的问题，整改后复验。",
    "NA": "本项目不涉及。",
    "SELF": "建设单位已自主验收并报备。",
}


@dataclass
class Stage:
    """People by login, the password they all share, and the time."""

    now: datetime
    password: str
    actors: dict[str, Actor] = field(default_factory=dict)
    organisation_id: int = 0

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return self.now.astimezone(SHANGHAI).date()

    def do(self, who: str, command: Command, **options: Any) -> Outcome:
        """Run a command as somebody, now."""
        return execute(self.actors[who], command, now=self.now, **options)

    def signature(self, who: str) -> DrawnSignature:
        """What somebody draws and types to sign."""
        image = sample_files.signature_image(self.actors[who].name)
        return DrawnSignature(image=image, password=SecretStr(self.password))

    def workday_after(self, days: int) -> date:
        """The n-th working day after today."""
        with reading() as session:
            return work_calendar(session).nth_workday_after(self.today, days)

    def later(self, workdays: int = 1) -> None:
        """So many working days pass."""
        self.now += timedelta(days=(self.workday_after(workdays) - self.today).days)

    def upload(self, who: str, content: bytes, name: str, kind: str, pages: int | None = None) -> int:
        """A file somebody sent."""
        stored = document_store().put(io.BytesIO(content), settings().upload_limit_bytes)
        with writing() as session:
            row = Upload(
                account_id=self.actors[who].account_id,
                digest=stored.digest,
                name=name,
                kind=kind,
                mime={"pdf": "application/pdf", "jpg": "image/jpeg"}.get(kind, "text/plain"),
                size=stored.size,
                pages=pages,
                created_at=self.now,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def photo(self, who: str, caption: str = "site", shade: int = 0) -> int:
        """A photograph somebody took."""
        return self.upload(who, sample_files.photo(caption, shade), f"{caption}.jpg", "jpg")

    def case(self, case_id: int) -> Case:
        """The case's row as it is."""
        with reading() as session:
            case = session.get(Case, case_id)
            assert case is not None
            return case

    def facts(self, case_id: int) -> CaseFacts:
        """The case as checks see it."""
        with reading() as session:
            case = session.get(Case, case_id)
            assert case is not None
            return load_facts(session, case, self.today)

    def assignment(self, case_id: int, unit: str, item: str = "") -> int:
        """The assignment of a unit in a case; of several the one for `item`, or the first."""
        with reading() as session:
            rows = session.exec(
                select(Assignment)
                .where(Assignment.case_id == case_id, Assignment.unit == unit)
                .order_by(col(Assignment.item))
            ).all()
        found = next((r.id for r in rows if item in ("", r.item)), None)
        assert found is not None, (unit, item)
        return found

    # the steps of the job

    def draft(self, values: dict[str, dict[str, Any]], parcel: bytes, who: str = "applicant") -> int:
        """A complete draft with every section, material and the parcel, ready to be signed."""
        case_id = self.do(
            who,
            CreateCase(
                organisation_id=self.organisation_id,
                project_code=values["S1"]["project_code"],
                project_name=values["S2"]["project_name"],
            ),
        ).case_id
        assert case_id is not None
        self.fill(case_id, values, who)
        self.add_parcel(case_id, parcel, who)
        self.add_materials(case_id, who)
        return case_id

    def fill(self, case_id: int, values: dict[str, dict[str, Any]], who: str = "applicant") -> None:
        """Save the sections given, each from its newest version."""
        with reading() as session:
            rows = session.exec(select(FormSection).where(FormSection.case_id == case_id)).all()
        versions = {r.section: r.version for r in rows}
        for section, entered in values.items():
            version = versions.get(section, 0)
            self.do(who, SaveSection(case_id=case_id, section=section, values=entered, base_version=version))

    def add_materials(self, case_id: int, who: str = "applicant", stage: int = 4) -> None:
        """Every material that must be there."""
        with reading() as session:
            values = with_map(session, case_id, form_values(session, case_id))
        for code, name in required_uploads(values, self.today, stage):
            content = sample_files.material_pdf(code, 2)
            upload_id = self.upload(who, content, f"{name}.pdf", "pdf", 2)
            self.do(who, AddMaterial(case_id=case_id, material=code, upload_id=upload_id))

    def add_parcel(self, case_id: int, parcel: bytes, who: str = "applicant") -> None:
        """The parcel, read and confirmed."""
        upload_id = self.upload(who, parcel, "用地范围.txt", "txt")
        parcel_id = self.do(who, ReadParcel(case_id=case_id, upload_id=upload_id)).value["parcel_id"]
        self.do(who, ConfirmParcel(case_id=case_id, parcel_id=parcel_id))

    def add_plans(self, case_id: int, permitted: bytes, built: bytes, who: str = "applicant") -> None:
        """The permitted site plan and the as-built survey, read and confirmed as proposed."""
        site = ReadPermittedPlan(
            case_id=case_id, upload_id=self.upload(who, permitted, "总平面图.geojson", "geojson")
        )
        plan_id = self.do(who, site).value["plan_id"]
        self.do(who, ConfirmPermittedPlan(case_id=case_id, plan_id=plan_id))
        upload_id = self.upload(who, built, "竣工测量.geojson", "geojson")
        plan_id = self.do(who, ReadAsBuilt(case_id=case_id, upload_id=upload_id)).value["plan_id"]
        self.do(who, ConfirmAsBuilt(case_id=case_id, plan_id=plan_id))

    def submit(self, case_id: int, who: str = "applicant") -> None:
        """The applicant signs and hands in."""
        self.do(who, SubmitCase(case_id=case_id, signature=self.signature(who)))

    def accept(self, case_id: int) -> None:
        """The window accepts."""
        self.do("clerk", AcceptCase(case_id=case_id))

    def read_documents(self, case_id: int, but: tuple[str, ...] = ()) -> None:
        """Every department but those named has read the documents."""
        for a in self.facts(case_id).assignments:
            if a.open_round_kind == "documents" and a.unit not in but:
                self.do(a.unit, FinishDocumentReview(case_id=case_id, assignment_id=a.id))

    def plan_visit(self, case_id: int, after: int = 1, half: str = "am") -> None:
        """A visit of one officer of each department, so many working days from now."""
        officers = {u: self.actors[u].account_id for u in sorted(site_units(self.facts(case_id)))}
        day = self.workday_after(after)
        self.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half=half, officers=officers))

    def end_review(self, case_id: int) -> None:
        """The reading is over, the visit can be arranged."""
        self.do("coordinator", CloseDocumentReview(case_id=case_id))

    def arrive(self, case_id: int, absent: tuple[str, ...] = ()) -> None:
        """On the day of the visit the officers sign in."""
        visit = self.facts(case_id).visit
        assert visit is not None
        self.now += timedelta(days=(visit.day - self.today).days)
        for unit in sorted(visit.units - set(absent)):
            self.do(unit, SignIn(case_id=case_id, **self.place(case_id), accuracy_m=20))

    def place(self, case_id: int) -> dict[str, float]:
        """Where somebody stands who is on the site of the case."""
        with reading() as session:
            parcel = session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).one()
            return {"lon": (parcel.min_lon + parcel.max_lon) / 2, "lat": (parcel.min_lat + parcel.max_lat) / 2}

    def check(self, case_id: int, unit: str, failing: int | None = None, item: str = "") -> None:
        """The officer goes through the checklist; the line numbered `failing` is not in order."""
        assignment_id = self.assignment(case_id, unit, item)
        item = next(a.item for a in self.facts(case_id).assignments if a.id == assignment_id)
        with reading() as session:
            answers = with_map(session, case_id, {}, restricted=True)
        stage = self.case(case_id).stage
        checklist = checklist_with(load_catalog(settings().catalogue, self.today, stage), item, answers)
        if checklist is None:
            return
        lines = [
            LineAnswer(line=line.code, result="not_ok" if n == failing else "ok")
            for n, line in enumerate(checklist.lines)
        ]
        self.do(unit, AnswerChecklist(case_id=case_id, assignment_id=assignment_id, lines=lines))

    def find(self, case_id: int, unit: str, text: str, rule: str, criterion: str, place: str = "") -> int:
        """The officer raises a finding with a photograph."""
        return self.do(
            unit,
            RaiseFinding(
                case_id=case_id,
                assignment_id=self.assignment(case_id, unit),
                text=text,
                rule=rule,
                criterion=criterion,
                place=place,
                photos=[self.photo(unit, "before", 40)],
            ),
        ).value["finding_id"]

    def opine(self, case_id: int, unit: str, result: str = "PASS", item: str = "", **more: Any) -> Outcome:
        """The officer signs the unit's opinion."""
        return self.do(
            unit,
            GiveOpinion(
                case_id=case_id,
                assignment_id=self.assignment(case_id, unit, item),
                result=result,
                text=more.pop("text", STATEMENTS[result]),
                signature=self.signature(unit),
                **more,
            ),
        )

    def pass_the_rest(self, case_id: int) -> None:
        """Every department that has not spoken passes its item, those that wait for others last."""
        for site in (True, False):
            for a in self.facts(case_id).assignments:
                if a.needs_site is site and a.open_round_kind in ("site", "reinspection"):
                    if site:
                        self.check(case_id, a.unit, item=a.item)
                    self.opine(case_id, a.unit, item=a.item)

    def close_visit(self, case_id: int) -> None:
        """The coordinator ends the visit."""
        self.do("coordinator", CloseVisit(case_id=case_id))


def required_uploads(values: Mapping[str, Mapping[str, Any]], on: date, stage: int = 4) -> list[tuple[str, str]]:
    """The materials somebody must upload for these values in a stage: code and Chinese name."""
    catalog = load_catalog(settings().catalogue, on, stage)
    return [(n.material.code, n.material.name.zh) for n in materials_for(catalog, values) if n.must_upload]
