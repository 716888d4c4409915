"""The application as the applicant writes it: the case, its form sections and materials."""

from __future__ import annotations

import secrets
from typing import Any

from pydantic import Field
from sqlmodel import col, select

from jointreview.catalog.form_engine import clean_section, remembered
from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import ACCEPTANCE_STAGE
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import own_upload
from jointreview.commands.first_values import first_values, with_identity
from jointreview.commands.form_values import form_values
from jointreview.commands.permit_answers import (
    answered_by_permits,
    asked_by_a_gap,
    permit_answers,
    refuse_what_is_fetched,
)
from jointreview.commands.plan_values import copy_plans
from jointreview.commands.registry import CaseCommand, Command, command
from jointreview.commands.relations import filed_at_window, own_case
from jointreview.domain.case_states import EDITABLE, CaseState
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.models.actor import Actor
from jointreview.models.case import Case, FormSection, Material
from jointreview.models.identity import Organisation
from jointreview.models.project import Parcel, Project
from jointreview.settings import settings

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class WalkIn(Command):
    """The person who came to the window."""

    name: str = Field(min_length=2, max_length=64)
    mobile: str = Field(min_length=5, max_length=20)


class CreateCase(Command):
    """Open a joint review of a stage, or the joint acceptance, for a known project or a new one by its code.

    `answers` by section go into the form as if entered; what the project knows of the rows of a table stays.
    """

    organisation_id: int
    stage: int = Field(ACCEPTANCE_STAGE, ge=1, le=4)
    project_code: str
    project_name: str = Field("", max_length=200)
    walk_in: WalkIn | None = None
    paper: bool = False
    answers: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=20)


class CopyCase(CaseCommand):
    """Apply again after a failure or withdrawal, with everything already entered."""


class SaveSection(CaseCommand):
    """Save one section of the form, as it was edited from `base_version` (0: never saved)."""

    section: str = Field(pattern=r"^S\d{1,2}$")
    values: dict[str, Any]
    base_version: int = Field(ge=0)


class AddMaterial(CaseCommand):
    """Add a file to a material, or replace the one in `slot`: the version before stays."""

    material: str = Field(max_length=40)
    upload_id: int
    slot: int | None = Field(None, ge=1)
    document_no: str = Field("", max_length=100)


class RemoveMaterial(CaseCommand):
    """Take a file out of a material, with a reason; it stays in the history."""

    material_id: int
    reason: str = Field(min_length=2, max_length=300)


def clerk_names_walk_in(ctx: Context, cmd: CreateCase) -> dict[str, str]:
    """The walk-in applicant, asked of a clerk and of nobody else."""
    if ctx.actor.role == "clerk":
        if cmd.walk_in is None:
            raise refuse("commands.walk_in_needed", where="walk_in")
        return cmd.walk_in.model_dump()
    if cmd.walk_in is not None or cmd.paper:
        raise refuse("commands.role_may_not", kind="forbidden")
    return {}


@command(title="cmd.create_case", grants={"applicant": None, "clerk": None})
def create_case(ctx: Context, cmd: CreateCase) -> dict:
    """Raises Refused when the organisation is not the actor's, or the project belongs to another."""
    walk_in = clerk_names_walk_in(ctx, cmd)
    organisation = ctx.session.get(Organisation, cmd.organisation_id)
    if organisation is None or (ctx.actor.role == "applicant" and organisation.id not in ctx.actor.organisations):
        raise refuse("commands.not_your_organisation", kind="forbidden")
    project = _project(ctx, cmd, organisation)
    case = new_case(ctx, project, walk_in, cmd.paper, cmd.stage)
    first = answered_by_permits(ctx, first_values(ctx.catalog, project.values, cmd.answers))
    for section, values in with_identity(first, project, organisation).items():
        store_section(ctx, section, values)
    ctx.event("drafted", project=project.code, stage=cmd.stage, walk_in=bool(walk_in), paper=cmd.paper)
    return {"case_id": case.id, "number": case.number}


def _project(ctx: Context, cmd: CreateCase, organisation: Organisation) -> Project:
    checked = check_code(cmd.project_code, "project")
    if not checked.valid:
        raise Refused(*(Problem(p.key, p.params, "project_code") for p in checked.problems))
    project = ctx.session.exec(select(Project).where(Project.code == checked.normalised)).first()
    if project is None:
        if not cmd.project_name:
            raise refuse("commands.project_name_needed", where="project_name")
        project = Project(
            code=checked.normalised,
            name=cmd.project_name,
            organisation_id=cmd.organisation_id,
            created_at=ctx.now,
        )
        ctx.session.add(project)
        ctx.session.flush()
    elif project.organisation_id != organisation.id:
        raise refuse("commands.project_of_another", where="project_code", code=checked.normalised)
    return project


def new_case(ctx: Context, project: Project, walk_in: dict, paper: bool, stage: int) -> Case:
    """A draft case of the project in one stage with its own number and look-up code."""
    catalog = load_catalog(settings().catalogue, ctx.today, stage)
    year, n = ctx.number("case")
    assert project.id is not None
    case = Case(
        number=f"QD{year}{n:06d}",
        lookup_code="".join(secrets.choice(_ALPHABET) for _ in range(8)),
        kind=catalog.stage(stage).kind,
        stage=stage,
        catalogue=settings().catalogue,
        catalogue_version=catalog.version,
        promised_days=catalog.promised_days,
        project_id=project.id,
        organisation_id=project.organisation_id,
        state_since=ctx.now,
        filed_by=ctx.actor.account_id,
        walk_in=walk_in,
        paper=paper,
        created_at=ctx.now,
    )
    ctx.session.add(case)
    ctx.session.flush()
    ctx.case = case
    ctx.topics |= {f"account:{ctx.actor.account_id}", f"organisation:{project.organisation_id}"}
    return case


def store_section(ctx: Context, section: str, values: dict[str, Any]) -> FormSection:
    """Save a section with a version of its own."""
    row = ctx.session.get(FormSection, (ctx.case_id, section))
    if row is None:
        row = FormSection(
            case_id=ctx.case_id, section=section, saved_by=ctx.actor.account_id, saved_at=ctx.now, version=0
        )
    row.values, row.version = values, row.version + 1
    row.saved_by, row.saved_at = ctx.actor.account_id, ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    return row


def ended_without_pass(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The case did not pass: what passed is not applied for again."""
    return Problem("commands.nothing_to_apply_again") if facts.outcome in ("pass", "conditional") else None


@command(
    title="cmd.copy_case",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=frozenset({CaseState.CONCLUDED, CaseState.WITHDRAWN, CaseState.REFUSED}),
    checks=(ended_without_pass,),
)
def copy_case(ctx: Context, cmd: CopyCase) -> dict:
    old = ctx.the_case
    project = ctx.session.get(Project, old.project_id)
    assert project is not None
    sections = form_values(ctx.session, ctx.case_id)
    materials = ctx.session.exec(select(Material).where(Material.case_id == old.id, col(Material.current))).all()
    parcels = ctx.session.exec(select(Parcel).where(Parcel.case_id == old.id, col(Parcel.current))).all()
    ctx.event("copied")
    case = new_case(ctx, project, dict(old.walk_in), paper=False, stage=old.stage)
    case.previous_case_id = old.id
    for section, values in answered_by_permits(ctx, sections).items():
        store_section(ctx, section, values)
    for row in [*materials, *parcels]:
        ctx.session.add(type(row)(**(row.model_dump(exclude={"id"}) | {"case_id": ctx.case_id})))
    copy_plans(ctx.session, old.id or 0, ctx.case_id)
    ctx.event("drafted", project=project.code, previous=old.number)
    return {"case_id": case.id, "number": case.number}


@command(
    title="cmd.save_section",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    silent=True,
)
def save_section(ctx: Context, cmd: SaveSection) -> dict:
    """Raises Refused: conflict when somebody saved the section since `base_version`; invalid with every fault."""
    row = ctx.session.get(FormSection, (ctx.case_id, cmd.section))
    if (row.version if row else 0) != cmd.base_version:
        raise refuse("commands.section_changed_meanwhile", where=cmd.section, kind="conflict")
    values = clean_section(ctx.catalog, cmd.section, cmd.values)
    values |= permit_answers(ctx).get(cmd.section, {})
    if ctx.the_case.state == CaseState.SUPPLEMENTING and not asked_by_a_gap(ctx, f"field:{cmd.section}"):
        raise refuse("commands.section_not_asked", where=cmd.section, kind="state")
    before = row.values if row else {}
    if before == values:
        return {"version": cmd.base_version, "saved_at": (row.saved_at if row else ctx.now).isoformat()}
    if cmd.section == "S1" and before.get("project_code") and values.get("project_code") != before["project_code"]:
        raise refuse("commands.project_code_fixed", where="S1.project_code")
    row = store_section(ctx, cmd.section, values)
    if ctx.the_case.state != CaseState.DRAFT:
        changed = sorted(k for k in {*before, *values} if before.get(k) != values.get(k))
        ctx.event("section_changed", section=cmd.section, fields=changed)
    _remember_for_project(ctx)
    return {"version": row.version, "saved_at": row.saved_at.isoformat()}


def _remember_for_project(ctx: Context) -> None:
    """Project data is entered once: the project keeps it for every later case."""
    project = ctx.session.get(Project, ctx.the_case.project_id)
    assert project is not None
    values = form_values(ctx.session, ctx.case_id)
    project.values = remembered(ctx.catalog, project.values, values)
    project.name = values.get("S2", {}).get("project_name") or project.name
    ctx.session.add(project)


def file_there(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """A file lies in the case."""
    return None if facts.files else Problem("commands.no_such_material")


@command(title="cmd.add_material", grants={"applicant": own_case, "clerk": filed_at_window}, states=EDITABLE)
def add_material(ctx: Context, cmd: AddMaterial) -> dict:
    """Raises Refused for an unknown material or a kind of file it does not take."""
    kinds = {m.code: m for m in ctx.catalog.materials}
    material = kinds.get(cmd.material)
    if material is None:
        raise refuse("commands.no_such_material", where="material", kind="missing")
    refuse_what_is_fetched(ctx, material)
    upload = own_upload(ctx, cmd.upload_id)
    if material.accepts and upload.kind not in material.accepts:
        raise refuse(
            "commands.material_kind",
            where=upload.name,
            material=material.name.model_dump(),
            kinds=", ".join(material.accepts),
        )
    rows = ctx.session.exec(
        select(Material).where(Material.case_id == ctx.case_id, Material.code == cmd.material)
    ).all()
    known = {r.slot for r in rows}
    slot = cmd.slot if cmd.slot in known else 1 + max(known, default=0)
    current = {r.slot for r in rows if r.current}
    if slot not in current and len(current) >= material.max_files:
        raise refuse("commands.material_full", material=material.name.model_dump(), count=material.max_files)
    same_slot = [r for r in rows if r.slot == slot]
    for old in same_slot:
        old.current = False
        ctx.session.add(old)
    row = Material(
        case_id=ctx.case_id,
        code=cmd.material,
        slot=slot,
        version=1 + max((r.version for r in same_slot), default=0),
        upload_id=cmd.upload_id,
        document_no=cmd.document_no,
        added_by=ctx.actor.account_id,
        added_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.event(
        "material_added",
        material=cmd.material,
        slot=slot,
        version=row.version,
        file=upload.name,
        digest=upload.digest,
    )
    return {"material_id": row.id, "slot": slot, "version": row.version}


@command(
    title="cmd.remove_material",
    grants={"applicant": own_case, "clerk": filed_at_window},
    states=EDITABLE,
    checks=(file_there,),
)
def remove_material(ctx: Context, cmd: RemoveMaterial) -> None:
    row = ctx.session.get(Material, cmd.material_id)
    if row is None or row.case_id != ctx.case_id or not row.current:
        raise refuse("commands.no_such_material", kind="missing")
    row.current, row.removed_reason = False, cmd.reason
    ctx.session.add(row)
    ctx.event("material_removed", material=row.code, slot=row.slot, version=row.version, reason=cmd.reason)
