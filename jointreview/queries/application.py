"""The application as its writer sees it: the form with what follows from it, files, parcel, parties, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from jointreview.catalog.form_engine import (
    certificate_values,
    check_form,
    derived,
    items_for,
    materials_for,
    public_schema,
)
from jointreview.catalog.form_items import whole_condition
from jointreview.catalog.form_layers import item_brought
from jointreview.catalog.schema import Catalog
from jointreview.commands.batches import cumulative_checks
from jointreview.commands.case_catalog import case_catalog
from jointreview.commands.certificates_held import Held, held
from jointreview.commands.facts import CaseFacts, load_facts
from jointreview.commands.filing import AddMaterial, SaveSection
from jointreview.commands.form_values import form_values
from jointreview.commands.intake import SubmitCase
from jointreview.commands.layer_answers import with_map
from jointreview.commands.parcels import ReadParcel
from jointreview.commands.parties import InviteParty, SignParty
from jointreview.commands.permit_answers import fetched_paths
from jointreview.commands.registry import Command, may
from jointreview.commands.relations import filed_at_window, invited_party, own_case
from jointreview.commands.review import WINDOW, AnswerGap, SubmitSupplement
from jointreview.domain.case_states import CaseState
from jointreview.domain.problems import Refused, refuse
from jointreview.geo.tiles import tiles_for_map
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.models.case import Case, FormSection, Material
from jointreview.models.identity import Account
from jointreview.models.project import Project
from jointreview.models.review import Gap
from jointreview.queries.application_files import material_files, parcel_geojson, parcel_shown
from jointreview.queries.application_parties import own_parts, parties_shown, unsigned
from jointreview.queries.dossier.desk import desk_for
from jointreview.queries.dossier.shifts import forecast
from jointreview.queries.permits import permit_card
from jointreview.queries.plans import drawn_indices
from jointreview.settings import settings
from jointreview.text import both, tr

__all__ = ["application", "application_parcel", "may_open_application"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
_KNOWN_AT_ONCE = ("S1.project_code", "S1.applicant_name", "S1.applicant_credit_code", "S2.project_name")
COMMANDS: tuple[type[Command], ...] = (
    SaveSection,
    SubmitCase,
    SubmitSupplement,
    AnswerGap,
    InviteParty,
    SignParty,
    ReadParcel,
    AddMaterial,
)


def application(actor: Actor, case_id: int, lang: str) -> dict[str, Any]:
    """Everything the form page shows, ready for JSON, with words in both languages.

    `mode` is `form` for whoever carries the application (the applicant, or a clerk for a walk-in) and `party` for an
    invited party, who gets its own rows and nothing else. Raises Refused: missing for a case that is neither.
    """
    with reading() as session:
        case, facts = _case(session, actor, case_id)
        catalog = _catalog(case)
        shown = {
            "me": {"account_id": actor.account_id, "name": actor.name, "role": actor.role},
            "case": _header(session, case, catalog),
            "may": {kind.__name__: _reason(actor, kind, facts, lang) for kind in COMMANDS},
        }
        if not _carries(actor, facts):
            return {
                **shown,
                "mode": "party",
                "schema": _party_schema(catalog),
                "party": own_parts(session, catalog, case_id, actor.account_id),
            }
        values = form_values(session, case_id)
        known = with_map(session, case_id, values)
        return {
            **shown,
            "mode": "form",
            "schema": _schema(catalog, known),
            "locked": shown["may"]["SaveSection"],
            "sections": _sections(session, catalog, case),
            "asked_sections": _asked_sections(session, case),
            "checks": [
                {"path": c.path, "level": c.level, "key": c.key, "text": tr(lang, c.key, **c.params)}
                for c in [*check_form(catalog, values, _today()), *cumulative_checks(session, catalog, case, values)]
            ],
            "derived": derived(catalog, values),
            "items": [
                {
                    "code": c.item.code,
                    "name": c.item.name.model_dump(),
                    "unit": c.item.unit,
                    "unit_name": catalog.unit(c.item.unit).name.model_dump(),
                    "applies": c.applies,
                    "because": c.because.model_dump(),
                }
                for c in items_for(catalog, known)
            ],
            "brought": _brought(session, catalog, case),
            "materials": _materials(session, catalog, case, known, lang),
            "fetched": _fetched(session, catalog, case),
            "parcel": parcel_shown(session, case_id, lang),
            "tiles": tiles_for_map(),
            "drawn": drawn_indices(session, case, catalog, values, _today()),
            "parties": parties_shown(session, catalog, case_id, values),
            "unsigned": unsigned(session, catalog, case_id, values),
            "gaps": _gaps(session, catalog, case),
            "shifts": _shifts(session, actor, case, lang),
        }


def _shifts(session: Session, actor: Actor, case: Case, lang: str) -> list[str]:
    """What handing in the supplement today does to the dates, while one is wanted."""
    if CaseState(case.state) is not CaseState.SUPPLEMENTING:
        return []
    desk = desk_for(session, actor, case.id or 0, lang, settings().current_time())
    return forecast(desk, SubmitSupplement.__name__, {}) if desk else []


def application_parcel(actor: Actor, case_id: int) -> dict[str, Any]:
    """The current parcel as GeoJSON in degrees. Raises Refused: missing for a case that is not the actor's."""
    with reading() as session:
        _, facts = _case(session, actor, case_id)
        if not _carries(actor, facts):
            raise refuse("commands.no_such_case", kind="missing")
        return parcel_geojson(session, case_id)


def _case(session: Session, actor: Actor, case_id: int) -> tuple[Case, CaseFacts]:
    case = session.get(Case, case_id)
    if case is not None:
        facts = load_facts(session, case)
        if _carries(actor, facts) or (actor.role == "applicant" and invited_party(actor, facts, None) is None):
            return case, facts
    raise refuse("commands.no_such_case", kind="missing")


def _carries(actor: Actor, facts: CaseFacts) -> bool:
    relation = {"applicant": own_case, "clerk": filed_at_window}.get(actor.role)
    return relation is not None and relation(actor, facts, None) is None


def _reason(actor: Actor, kind: type[Command], facts: CaseFacts, lang: str) -> str:
    """Why the actor may not run the command now, in words; empty when it may."""
    problem = may(actor, kind, facts)
    return tr(lang, problem.key, **problem.params) if problem else ""


def _today() -> date:
    return settings().current_time().astimezone(SHANGHAI).date()


def _catalog(case: Case) -> Catalog:
    return case_catalog(case, _today())


def _header(session: Session, case: Case, catalog: Catalog) -> dict[str, Any]:
    project = session.get(Project, case.project_id)
    assert project is not None
    return {
        "id": case.id,
        "number": case.number,
        "lookup_code": case.lookup_code,
        "state": case.state,
        "kind": case.kind,
        "stage_name": catalog.stage(case.stage).name.model_dump(),
        "version": case.version,
        "project_name": project.name,
        "project_code": project.code,
        "walk_in": case.walk_in.get("name", "") if case.walk_in else "",
    }


def _schema(catalog: Catalog, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The form; what the map brings in applies whatever the answers are."""
    return {
        **public_schema(catalog),
        "items": [
            {
                "code": item.code,
                "name": item.name.model_dump(),
                "unit_name": catalog.unit(item.unit).name.model_dump(),
                "when": whole_condition(item) if item_brought(catalog, item.code, known) is None else "always",
            }
            for item in catalog.items
        ],
        "materials": [
            {
                "code": m.code,
                "number": m.number,
                "name": m.name.model_dump(),
                "hint": m.hint.model_dump(),
                "accepts": list(m.accepts),
                "max_files": m.max_files,
                "generated": m.generated,
                "readers": [
                    {"code": unit, "name": catalog.unit(unit).name.model_dump(), "needs": unit in m.needs}
                    for unit in [*m.needs, *m.reads]
                ],
            }
            for m in sorted(catalog.materials, key=lambda m: m.number)
        ],
    }


def _party_schema(catalog: Catalog) -> dict[str, Any]:
    whole = public_schema(catalog)
    return {"sections": [s for s in whole["sections"] if s["code"] == "S3"], "items": [], "materials": []}


def _held(session: Session, case: Case) -> Held:
    return held(session, case, _today())


def _fetched(session: Session, catalog: Catalog, case: Case) -> dict[str, Any]:
    """The questions a permit answers, by path: its number and what it says there. They are not entered."""
    permits = _held(session, case)
    said = certificate_values(catalog, permits.usable.values())
    return {
        path: {"number": permit.number, "value": said[section][key]}
        for path, permit in fetched_paths(catalog, permits.usable).items()
        for section, key in [path.split(".")]
    }


def _sections(session: Session, catalog: Catalog, case: Case) -> dict[str, Any]:
    """The sections as they lie there, with what permits answer now."""
    said = certificate_values(catalog, _held(session, case).usable.values()) if _still_written(case) else {}
    rows = session.exec(
        select(FormSection, Account.name)
        .join(Account, col(Account.id) == FormSection.saved_by)
        .where(FormSection.case_id == case.id)
    ).all()
    return {
        row.section: {
            "values": {**row.values, **said.get(row.section, {})},
            "version": row.version,
            "saved_at": row.saved_at.isoformat(),
            "saved_by": name,
        }
        for row, name in rows
    }


def _still_written(case: Case) -> bool:
    """Before it is handed in for good an application follows the permits; afterwards it says what was signed."""
    return case.state in (CaseState.DRAFT, CaseState.RETURNED)


def _asked_sections(session: Session, case: Case) -> list[str] | None:
    """After acceptance only what a notice asked for may change (requirements §2.3); None: everything."""
    if case.state != CaseState.SUPPLEMENTING:
        return None
    targets = [g.target for g in _told(session, case)]
    return sorted({t.removeprefix("field:").split(".")[0] for t in targets if t.startswith("field:")})


def _brought(session: Session, catalog: Catalog, case: Case) -> list[str]:
    """The paths of the answers that can have been there before the applicant wrote.

    In a project's first case who applies for what; in a later one everything that the project keeps.
    """
    earlier = session.exec(select(Case.id).where(Case.project_id == case.project_id, col(Case.id) < case.id)).first()
    if earlier is None:
        return list(_KNOWN_AT_ONCE)
    return [f"{s.code}.{f.key}" for s in catalog.sections for f in s.fields if f.project_data]


def _materials(
    session: Session, catalog: Catalog, case: Case, values: Mapping[str, Mapping[str, Any]], lang: str
) -> dict[str, Any]:
    """What is needed and why, the files, the permit fetched, and which of the readers take part in this case."""
    files = material_files(session, case.id or 0)
    permits = _held(session, case)
    asked = {gap.target for gap in _told(session, case)}
    units = {choice.item.unit for choice in items_for(catalog, values) if choice.applies}
    return {
        choice.material.code: {
            "needed": choice.needed,
            "because": choice.because.model_dump(),
            "files": files.get(choice.material.code, []),
            "readers": [unit for unit in [*choice.material.needs, *choice.material.reads] if unit in units],
            "asked": f"material:{choice.material.code}" in asked,
            "permit": permit_card(session, lang, catalog, permits, choice.material),
        }
        for choice in materials_for(catalog, values, permits.kinds)
    }


def _told(session: Session, case: Case) -> list[Gap]:
    rows = session.exec(
        select(Gap)
        .where(Gap.case_id == case.id, col(Gap.status).in_(["told", "answered"]))
        .order_by(col(Gap.status).desc(), col(Gap.id))
    ).all()
    return list(rows)


def _gaps(session: Session, catalog: Catalog, case: Case) -> list[dict[str, Any]]:
    if case.state not in (CaseState.RETURNED, CaseState.SUPPLEMENTING):
        return []
    return [
        {
            "id": gap.id,
            "where": gap.target.removeprefix("field:"),
            "subject": _subject(catalog, gap.target),
            "page": gap.page,
            "mark": _mark(session, gap),
            "rule": gap.rule,
            "wanted": gap.wanted,
            "status": gap.status,
            "answer": gap.answer,
            "by": both("oneform.window") if gap.unit == WINDOW else catalog.unit(gap.unit).name.model_dump(),
        }
        for gap in _told(session, case)
    ]


def _mark(session: Session, gap: Gap) -> dict[str, Any] | None:
    """Version and page of a mark, and where it can be seen."""
    material = session.get(Material, gap.material_id) if gap.material_id and gap.page_no else None
    if material is None:
        return None
    view = f"/cases/{gap.case_id}/view/m{material.id}?page={gap.page_no}&gap={gap.id}"
    return {"version": material.version, "page": gap.page_no, "view": view}


def _subject(catalog: Catalog, target: str) -> dict[str, str]:
    kind, _, name = target.partition(":")
    try:
        if kind == "material":
            return catalog.material(name).name.model_dump()
        field = catalog.field(name)
        return field.label.model_dump() if field else catalog.section(name.split(".")[0]).title.model_dump()
    except Refused:
        return {"zh": name, "en": name}


def may_open_application(actor: Actor, case_id: int) -> bool:
    """Whether the form page of the case is the actor's to open."""
    try:
        with reading() as session:
            _case(session, actor, case_id)
    except Refused:
        return False
    return True
