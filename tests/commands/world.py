"""A small world for tests of commands: a fresh database and store, people of every role, and the steps of the job."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlmodel import Session, SQLModel, select

import jointreview.models
from jointreview.catalog.loader import load_catalog
from jointreview.catalog.samples import sample_values
from jointreview.commands import files
from jointreview.commands.executor import Outcome, execute
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.filing import (
    AddMaterial,
    ConfirmParcel,
    CreateCase,
    ReadParcel,
    SaveSection,
)
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import AcceptCase, SubmitCase
from jointreview.commands.onsite import GiveOpinion, RaiseFinding
from jointreview.commands.passwords import hash_password
from jointreview.commands.registry import Command
from jointreview.commands.review import CloseDocumentReview, FinishDocumentReview
from jointreview.commands.visits import CloseVisit, ScheduleVisit, SignIn
from jointreview.commands.working_days import seed_calendar
from jointreview.catalog.form_engine import items_for, materials_for
from jointreview.models import base
from jointreview.models.actor import Actor
from jointreview.models.case import Case, Upload
from jointreview.models.identity import Account, Agent, Organisation, Post
from jointreview.models.review import Assignment

assert jointreview.models
PASSWORD = "a long enough password"
START = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)  # Wednesday 2026-05-06, 09:00 in Shanghai
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def signature_image() -> str:
    """A drawn line as the browser would send it."""
    image = Image.new("RGBA", (200, 80), (0, 0, 0, 0))
    ImageDraw.Draw(image).line((10, 60, 90, 20, 180, 50), fill=(10, 10, 60, 255), width=4)
    written = io.BytesIO()
    image.save(written, "PNG")
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()


SIGNATURE = {"image": signature_image(), "password": PASSWORD}


def photo_bytes() -> bytes:
    """A small photograph."""
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 140, 90)).save(written, "JPEG")
    return written.getvalue()


@contextmanager
def fresh_database(url: str, uploads: Path) -> Iterator[None]:
    """The product's engine and store pointed at an empty database and folder."""
    from jointreview.storage import make_store

    engine = base.make_engine(url)
    SQLModel.metadata.drop_all(engine)
    SQLModel.metadata.create_all(engine)
    store = make_store("", local_root=uploads, access_key="", secret_key="", bucket="", secure=False)
    before_engine, before_store = base.engine, files.document_store
    base.engine = lambda: engine  # type: ignore[assignment]
    files.document_store = lambda: store  # type: ignore[assignment]
    from jointreview.commands import issuing, notices, filing

    patched = [(m, "document_store", m.document_store) for m in (issuing, notices, filing)]
    for module, name, _ in patched:
        setattr(module, name, lambda: store)
    try:
        yield
    finally:
        base.engine, files.document_store = before_engine, before_store
        for module, name, old in patched:
            setattr(module, name, old)
        engine.dispose()


@dataclass
class World:
    """People and a moving clock."""

    now: datetime = START
    actors: dict[str, Actor] = field(default_factory=dict)
    organisation_id: int = 0
    password_hash: str = field(default_factory=lambda: hash_password(PASSWORD))

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    def populate(self) -> World:
        """An applicant with an organisation, a clerk, a coordinator, an administrator, two officers of each unit."""
        catalog = load_catalog("qidong", self.today)
        with base.writing() as session:
            seed_calendar(session, self.now)
            organisation = Organisation(credit_code="91320681MA1N0A1B3X", name="启东智能装备有限公司")
            session.add(organisation)
            session.flush()
            assert organisation.id is not None
            self.organisation_id = organisation.id
            self.person(session, "applicant", "applicant", organisations={organisation.id})
            self.person(session, "stranger", "applicant")
            for role in ("clerk", "coordinator", "admin"):
                self.person(session, role, role)
            for unit in sorted({item.unit for item in catalog.items}):
                self.person(session, unit, "officer", unit)
                self.person(session, f"{unit}-2", "officer", unit)
        return self

    def person(
        self, session: Session, login: str, role: str, unit: str = "", organisations: set[int] | None = None
    ) -> Actor:
        """An account in one role, ready to act."""
        account = Account(
            login=login,
            name=f"{login}·人",
            kind="applicant" if role == "applicant" else "staff",
            password_hash=self.password_hash,
            created_at=self.now,
        )
        session.add(account)
        session.flush()
        assert account.id is not None
        post_id = None
        if role != "applicant":
            post = Post(account_id=account.id, role=role, unit=unit, title=role)
            session.add(post)
            session.flush()
            post_id = post.id
        for organisation_id in organisations or set():
            session.add(
                Agent(
                    organisation_id=organisation_id,
                    account_id=account.id,
                    owner=True,
                    status="active",
                    created_at=self.now,
                )
            )
        actor = Actor(account.id, account.name, role, post_id, role, unit, frozenset(organisations or set()))
        self.actors[login] = actor
        return actor

    def do(self, who: str, command: Command, **options: Any) -> Outcome:
        """Run a command as somebody, now."""
        return execute(self.actors[who], command, now=self.now, **options)

    def later(self, days: int = 1) -> None:
        """So many working days pass."""
        from jointreview.commands.working_days import work_calendar

        with base.reading() as session:
            day = work_calendar(session).nth_workday_after(self.today, days)
        self.now += timedelta(days=(day - self.today).days)

    def upload(self, who: str, content: bytes, name: str, kind: str) -> int:
        """A file somebody sent."""
        stored = files.document_store().put(io.BytesIO(content), 10**8)
        with base.writing() as session:
            row = Upload(
                account_id=self.actors[who].account_id,
                digest=stored.digest,
                name=name,
                kind=kind,
                mime="application/octet-stream",
                size=stored.size,
                created_at=self.now,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def photo(self, who: str) -> int:
        return self.upload(who, photo_bytes(), "照片.jpg", "jpg")

    def case(self, case_id: int) -> Case:
        with base.reading() as session:
            case = session.get(Case, case_id)
            assert case is not None
            return case

    def facts(self, case_id: int) -> CaseFacts:
        with base.reading() as session:
            case = session.get(Case, case_id)
            assert case is not None
            return load_facts(session, case)

    def assignment(self, case_id: int, unit: str) -> int:
        with base.reading() as session:
            row = session.exec(
                select(Assignment).where(Assignment.case_id == case_id, Assignment.unit == unit)
            ).first()
            assert row is not None and row.id is not None, unit
            return row.id

    # the steps of the job

    def drafted(self, sample: str = "factory", who: str = "applicant") -> int:
        """A complete draft with every section, material and parcel, ready to be signed."""
        values = sample_values(sample)
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
        return case_id

    def fill(self, case_id: int, values: dict[str, Any], who: str = "applicant") -> None:
        with base.reading() as session:
            from jointreview.models.case import FormSection

            versions = {
                r.section: r.version
                for r in session.exec(select(FormSection).where(FormSection.case_id == case_id)).all()
            }
        for section, entered in values.items():
            self.do(
                who,
                SaveSection(case_id=case_id, section=section, values=entered, base_version=versions.get(section, 0)),
            )
        self.add_materials(case_id, who)
        parcel = self.upload(who, Path("docs/samples/启东智能装备厂房一期.txt").read_bytes(), "地块.txt", "txt")
        parcel_id = self.do(who, ReadParcel(case_id=case_id, upload_id=parcel)).value["parcel_id"]
        self.do(who, ConfirmParcel(case_id=case_id, parcel_id=parcel_id))

    def add_materials(self, case_id: int, who: str = "applicant") -> None:
        catalog = load_catalog("qidong", self.today)
        with base.reading() as session:
            values = form_values(session, case_id)
        for need in materials_for(catalog, values):
            if need.required_now:
                kind = need.material.accepts[0]
                upload = self.upload(who, PDF + need.material.code.encode(), f"{need.material.name.zh}.{kind}", kind)
                self.do(who, AddMaterial(case_id=case_id, material=need.material.code, upload_id=upload))

    def submitted(self, sample: str = "factory") -> int:
        case_id = self.drafted(sample)
        self.do("applicant", SubmitCase(case_id=case_id, signature=SIGNATURE))
        return case_id

    def accepted(self, sample: str = "factory") -> int:
        case_id = self.submitted(sample)
        self.do("clerk", AcceptCase(case_id=case_id))
        return case_id

    def units(self, case_id: int) -> list[str]:
        return sorted(self.facts(case_id).units)

    def documents_read(self, sample: str = "factory") -> int:
        case_id = self.accepted(sample)
        for a in self.facts(case_id).assignments:
            self.do(a.unit, FinishDocumentReview(case_id=case_id, assignment_id=a.id))
        return case_id

    def visiting(self, sample: str = "factory") -> int:
        """Documents are read and a visit of one officer per department is planned for the next working day."""
        case_id = self.documents_read(sample)
        self.do("coordinator", CloseDocumentReview(case_id=case_id))
        self.plan_visit(case_id)
        return case_id

    def plan_visit(self, case_id: int) -> None:
        from jointreview.commands.visits import site_units

        needed = sorted(site_units(self.facts(case_id)))
        before = self.today
        self.later(1)
        day, self.now = self.today, self.now - timedelta(days=(self.today - before).days)
        officers = {u: self.actors[u].account_id for u in needed}
        self.do("coordinator", ScheduleVisit(case_id=case_id, day=day, half="am", officers=officers))

    def on_site(self, sample: str = "factory") -> int:
        """Everybody stands on the site and has signed in."""
        case_id = self.visiting(sample)
        self.arrive(case_id)
        return case_id

    def arrive(self, case_id: int, absent: tuple[str, ...] = ()) -> None:
        self.later(1)
        visit = self.facts(case_id).visit
        assert visit is not None
        for unit in sorted(visit.units - set(absent)):
            self.do(unit, SignIn(case_id=case_id, lon=121.64, lat=31.83, accuracy_m=20))

    def opine(self, case_id: int, unit: str, result: str = "PASS", **more: Any) -> Outcome:
        assignment_id = self.assignment(case_id, unit)
        return self.do(
            unit,
            GiveOpinion(
                case_id=case_id,
                assignment_id=assignment_id,
                result=result,
                text="经现场核验，符合要求。",
                signature=SIGNATURE,
                **more,
            ),
        )

    def find(self, case_id: int, unit: str, text: str = "防火门闭门器缺失") -> int:
        return self.do(
            unit,
            RaiseFinding(
                case_id=case_id,
                assignment_id=self.assignment(case_id, unit),
                text=text,
                rule="GB 50016 第6.5.1条",
                criterion="闭门器安装齐全并能自行关闭",
                photos=[self.photo(unit)],
            ),
        ).value["finding_id"]

    def all_passed(self, sample: str = "factory") -> int:
        """Every department passed and the visit is over."""
        case_id = self.on_site(sample)
        facts = self.facts(case_id)
        for a in facts.assignments:
            if a.needs_site:
                self.opine(case_id, a.unit)
        for a in facts.assignments:
            if not a.needs_site:
                self.opine(case_id, a.unit)
        self.do("coordinator", CloseVisit(case_id=case_id))
        return case_id

    def applies(self, sample: str) -> set[str]:
        return {
            a.item.unit for a in items_for(load_catalog("qidong", self.today), sample_values(sample)) if a.applies
        }
