"""The catalogue as data: departments, units, items, materials, checklists, and all of it together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Dated, Part, When, Words
from jointreview.catalog.schema_form import KEY, Field, Section, Table
from jointreview.catalog.schema_layers import MapLayer
from jointreview.catalog.schema_retention import RetentionRule
from jointreview.catalog.schema_rules import Rules, Targets
from jointreview.catalog.schema_supervision import SupervisionRule
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.problems import refuse

CODE = r"^[A-Za-z][A-Za-z0-9_]*$"
ItemKind = Literal["permission", "confirmation", "filing", "supervision", "information"]
Track = Literal["government", "private"]
ACCEPTANCE_STAGE = 4
FileKind = Literal[
    "pdf",
    "ofd",
    "jpg",
    "png",
    "dwg",
    "dxf",
    "shp",
    "txt",
    "xlsx",
    "docx",
    "geojson",
    "ifc",
    "kml",
    "kmz",
    "csv",
    "gpkg",
]
Coded = TypeVar("Coded", "Department", "HandlingUnit", "Item", "Material", Section)


class Department(Dated):
    """A bureau as it is called in a period (requirements §1.3); a renamed bureau has one entry for each name."""

    code: str = Limit(pattern=CODE)
    name: Words
    role: Words


class Stage(Part):
    """One of the four stages of approval (requirements §1.1): who leads, how long it takes, which sections it asks.

    Days are working days: `promised_days` now, `former_days` before the reform, `statutory_days` the law's ceiling.
    """

    number: int = Limit(ge=1, le=4)
    name: Words
    intro: Words
    lead: str
    promised_days: int = Limit(ge=1)
    former_days: int = Limit(ge=1)
    statutory_days: int = Limit(ge=1)
    sections: list[str] = Limit(min_length=1)

    @property
    def kind(self) -> str:
        """The kind of its cases: a joint acceptance in the last stage, a joint review before."""
        return "acceptance" if self.number == ACCEPTANCE_STAGE else "review"


class SubDeadlines(Part):
    """Working days a unit has for each step (requirements §2.3): reading the documents, its opinion on the site and
    its own document count from the acceptance day, a re-inspection from its request."""

    documents: int = Limit(2, ge=1)
    site: int = Limit(5, ge=1)
    issue: int = Limit(8, ge=1)
    reinspection: int = Limit(3, ge=1)


class HandlingUnit(Dated):
    """What receives assignments: a bureau or a part of one. The opinion of a safety-critical unit is never deemed.

    `short` is the one word by which lists mark it; without one they give the name.
    """

    code: str = Limit(pattern=KEY)
    department: str
    name: Words
    short: Words | None = None
    duties: Words
    phone: str = ""
    safety_critical: bool = False
    sub_deadline_days: SubDeadlines = SubDeadlines()

    @property
    def mark(self) -> Words:
        """The unit in one word, for lists and boards."""
        return self.short or self.name


class Deferral(Part):
    """What of an item may be done later against a signed commitment, and within how many natural days (§2.4)."""

    what: Words
    max_days: int = Limit(ge=1)


class Variant(Part):
    """What is different about an item while `when` holds: the first variant that holds counts."""

    when: When
    name: Words
    kind: ItemKind
    result_document: Words
    legal_basis: Words
    absence_policy: AbsencePolicy = AbsencePolicy.NEVER
    deferral: Deferral | None = None


class Item(Dated):
    """One approval or check (requirements §2.1, §2.2). `after` names items that must be decided before it."""

    code: str = Limit(pattern=CODE)
    name: Words
    stage: int = Limit(ACCEPTANCE_STAGE, ge=1, le=4)
    tracks: list[Track] = Limit([], description="for these projects only, by the source of their money; none: all")
    permit: str = Limit("", description="kind of certificate it ends in, shared with later stages")
    conditions: list[Words] = Limit([], description="what must be true to be granted, for the guide")
    fee: Words | None = None
    unit: str
    kind: ItemKind
    core: bool = False
    applies_when: When | Literal["always"]
    needs_site: bool = True
    absence_policy: AbsencePolicy
    deferral: Deferral | None = None
    after: list[str] = []
    checks: Words
    result_document: Words
    legal_basis: Words
    statutory_days: int | None = Limit(None, ge=1, description="working days by law")
    promised_days: int = Limit(10, ge=1, description="working days promised")
    publicity_days: int = Limit(0, ge=0, description="natural days of public notice, outside the time limit")
    variants: list[Variant] = []

    @property
    def deferrable(self) -> bool:
        """Whether the item may be passed conditionally."""
        return self.deferral is not None


class Material(Dated):
    """One material, uploaded once and shared (requirements §2.10).

    `main` must be there, `deferrable` may follow within `defer_days`, `shared` is fetched as a certificate. With
    `required_when` or `required_with` (items) it is asked for only then. `needs` are units that cannot decide
    without it, `reads` are units that look at it too.
    """

    code: str = Limit(pattern=KEY)
    number: int = Limit(ge=1)
    name: Words
    stages: list[int] = [ACCEPTANCE_STAGE]
    certificate: str = Limit("", description="kind of certificate of an earlier stage that stands for it")
    requirement: Literal["main", "deferrable", "shared"]
    defer_days: int = Limit(0, ge=0, description="natural days after acceptance")
    generated: bool = Limit(False, description="made by the system from the form")
    on_site: bool = Limit(False, description="taken along to the site without being asked for")
    required_when: When | None = None
    required_with: list[str] = []
    accepts: list[FileKind]
    needs: list[str] = []
    reads: list[str] = []
    hint: Words
    max_files: int = Limit(10, ge=1)

    @model_validator(mode="after")
    def _deferrable_has_days(self) -> Material:
        if (self.requirement == "deferrable") != bool(self.defer_days):
            raise ValueError("defer_days belongs to deferrable materials, and only to them")
        return self

    def readers(self) -> set[str]:
        """The units that may open it."""
        return {*self.needs, *self.reads}


class ChecklistLine(Part):
    """One point to look at: yes, no, not applicable, later; `value_unit` asks for a measured value."""

    code: str = Limit(pattern=KEY)
    zh: str = Limit(min_length=1)
    en: str = Limit(min_length=1)
    rule: Words | None = None
    asks_value: bool = False
    value_unit: str = ""
    photo_when_fail: bool = True


class Checklist(Part):
    """What one unit looks at on the site for one item, at most ten lines (requirements §3.6)."""

    unit: str
    item: str
    stage: Literal["completion"] = "completion"
    lines: list[ChecklistLine] = Limit(min_length=1, max_length=10)


class Phrases(Part):
    """Quick phrases for the site: for the note of a line by its answer, and for what would put a finding right."""

    ok: list[Words] = []
    not_ok: list[Words] = []
    not_applicable: list[Words] = []
    later: list[Words] = []
    criterion: list[Words] = []


class Catalog(Dated):
    """Everything that is Qidong's (or another region's) and not the program's, in one dated version."""

    code: str = Limit(pattern=CODE)
    version: str = Limit(pattern=r"^[0-9]{4}\.[0-9]+$")
    name: Words
    region: str = Limit(pattern=r"^\d{6}$", description="GB/T 2260 code")
    promised_days: int = Limit(10, ge=1)
    stages: list[Stage]
    departments: list[Department]
    units: list[HandlingUnit]
    items: list[Item]
    materials: list[Material]
    sections: list[Section]
    checklists: list[Checklist]
    numbering: dict[str, str]
    rules: Rules
    supervision: list[SupervisionRule]
    progress: Targets
    retention: list[RetentionRule] = []
    layers: list[MapLayer] = []
    phrases: Phrases

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """The words of every field, table, column and option (`path:code`), for describing conditions."""
        found: dict[str, dict[str, str]] = {}
        for section in self.sections:
            entries = [(f"{section.code}.{field.key}", field) for field in section.fields]
            for table in section.tables:
                path = f"{section.code}.{table.key}"
                found[path] = table.label.model_dump()
                entries += [(f"{path}.{column.key}", column) for column in table.columns]
            for path, field in entries:
                found[path] = field.label.model_dump()
                found |= {f"{path}:{o.code}": {"zh": o.zh, "en": o.en} for o in field.options}
        return found

    def department(self, code: str) -> Department:
        """Raises Refused (missing) for an unknown code, as all look-ups by code here."""
        return _by_code(self.departments, code)

    def unit(self, code: str) -> HandlingUnit:
        """The handling unit of that code."""
        return _by_code(self.units, code)

    def item(self, code: str) -> Item:
        """The item of that code, without its variants applied."""
        return _by_code(self.items, code)

    def material(self, code: str) -> Material:
        """The material of that code."""
        return _by_code(self.materials, code)

    def section(self, code: str) -> Section:
        """The section of the form of that code."""
        return _by_code(self.sections, code)

    def checklist(self, item: str) -> Checklist | None:
        """The on-site checklist of an item, None when nothing is looked at on the site."""
        return next((c for c in self.checklists if c.item == item), None)

    def field(self, path: str) -> Field | Table | None:
        """What stands at `S2.address`, `S4.buildings` or `S4.buildings.area` (row numbers are ignored)."""
        code, _, rest = path.partition(".")
        section = next((s for s in self.sections if s.code == code), None)
        if section is None:
            return None
        key, _, column = rest.partition(".")
        key = key.partition("[")[0]
        table = section.table_map.get(key)
        if table is not None:
            return table.column(column) if column else table
        return section.field_map.get(key) if not column else None

    def supervision_rule(self, number: str) -> SupervisionRule:
        """The rule of supervision of that number."""
        found = next((r for r in self.supervision if r.number == number), None)
        if found is None:
            raise refuse("catalog.no_such_code", kind="missing", code=number)
        return found

    def layer(self, code: str) -> MapLayer | None:
        """The layer of constraints of that code; None for one an administrator added by himself."""
        return next((layer for layer in self.layers if layer.code == code), None)

    def stage(self, number: int) -> Stage:
        """The stage of that number."""
        found = next((s for s in self.stages if s.number == number), None)
        if found is None:
            raise refuse("catalog.no_such_code", kind="missing", code=str(number))
        return found

    def for_stage(self, number: int) -> Catalog:
        """This catalogue as the cases of one stage see it: its sections, questions, items, materials and days."""
        stage = self.stage(number)
        items = [i for i in self.items if i.stage == number]
        codes = {i.code for i in items}
        sections = {s.code: s for s in self.sections}
        return self.model_copy(
            update={
                "promised_days": stage.promised_days,
                "sections": [sections[code].in_stage(number) for code in stage.sections],
                "items": items,
                "materials": [m for m in self.materials if number in m.stages],
                "checklists": [c for c in self.checklists if c.item in codes],
                "layers": [layer.model_copy(update={"on_hit": layer.hits_in(number)}) for layer in self.layers],
            }
        )

    def on(self, day: date) -> Catalog:
        """This catalogue with only those departments, units, items and materials that are in effect on that day."""
        return self.model_copy(
            update={
                "departments": [d for d in self.departments if d.in_effect(day)],
                "units": [u for u in self.units if u.in_effect(day)],
                "items": [i for i in self.items if i.in_effect(day)],
                "materials": [m for m in self.materials if m.in_effect(day)],
            }
        )


def _by_code(entries: Iterable[Coded], code: str) -> Coded:
    for entry in entries:
        if entry.code == code:
            return entry
    raise refuse("catalog.no_such_code", kind="missing", code=code)
