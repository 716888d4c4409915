"""What the official documents are made of: plain frozen values, already worded, without database or catalogue.

Labels (results, conclusions, methods) arrive as the Chinese words to print; times are aware datetimes and are
printed in China's time; phones are printed as given, so whoever fills them in masks them first.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

VisitKind = Literal["survey", "acceptance"]
HalfDay = Literal["am", "pm"]


def _need(values: Sized, what: str) -> None:
    if not values:
        raise ValueError(f"this document says nothing without {what}")


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """A person as printed: a contact, a member of a visiting team, a signatory."""

    name: str
    unit: str = ""
    duty: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A person's signature: who, when and the drawn image (PNG), each as far as there is one."""

    name: str = ""
    signed_at: datetime | None = None
    image_png: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class BuildingLine:
    """One 单体 of the works: floor area in m², height in m, storeys as printed (地上6层/地下1层)."""

    name: str
    use: str = ""
    storeys: str = ""
    area_m2: Decimal | None = None
    height_m: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """The project and the works a document speaks of; `survey` … `supervisor` are firms' names."""

    code: str
    name: str
    works_name: str
    address: str
    area_m2: Decimal | None = None
    storeys: str = ""
    buildings: tuple[BuildingLine, ...] = ()
    owner: str = ""
    survey: str = ""
    design: str = ""
    contractor: str = ""
    supervisor: str = ""
    contact: PersonLine | None = None


@dataclass(frozen=True, kw_only=True)
class VoidMark:
    """Why a document no longer counts (作废), since when, and the number that replaces it."""

    reason: str
    voided_on: date
    replaced_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """Where a refused applicant can turn: the body for 行政复议 and the court for 行政诉讼."""

    review_body: str
    court: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every document carries.

    `assurance` is the line under issuer and date; empty prints the honest default that signatures are confirmed
    inside the system and are no electronic seal (requirements §6.3). `stage` is the stage's name in a joint review,
    "" in a joint acceptance.
    """

    number: str
    case_number: str
    project: ProjectFacts
    issued_on: date
    issuer: str
    verify_url: str
    verify_code: str
    version: int = 1
    replaces: str = ""
    void: VoidMark | None = None
    assurance: str = ""
    stage: str = ""

    @property
    def kind(self) -> str:
        """The kind of its case, as `text.for_kind` asks it."""
        return "review" if self.stage else "acceptance"

    @property
    def visit(self) -> VisitKind:
        """A review is surveyed (踏勘), a completed work is accepted on the site (验收)."""
        return "survey" if self.stage else "acceptance"


@dataclass(frozen=True, kw_only=True)
class ClockLine:
    """The time used: accepted and due as dates, used in working days."""

    accepted: date
    due: date
    used_days: int


@dataclass(frozen=True, kw_only=True)
class UnitOpinion:
    """One unit's opinion on one item, with how it was reached and the legal document it rests on."""

    unit_name: str
    item_name: str
    result_label: str
    text: str
    officer: str = ""
    signed_at: datetime | None = None
    signature_png: bytes | None = None
    method_label: str = ""
    result_document: str = ""

    @property
    def signature(self) -> Signature:
        """The officer's signature."""
        return Signature(name=self.officer, signed_at=self.signed_at, image_png=self.signature_png)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What remains to be done after a conditional pass, for whom and until when."""

    text: str
    unit: str = ""
    due: date | None = None


Ring = tuple[tuple[float, float], ...]
"""An outline in metres of one plane, its first point repeated."""


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """A building, permitted against built: figures in words, verdict, outlines."""

    name: str
    deviation: str = ""
    setback: str = ""
    height: str = ""
    floors: str = ""
    verdict: str
    permitted: tuple[Ring, ...] = ()
    built: tuple[Ring, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanComparison:
    """Permitted against built as a whole; without lines `verdict` says why nothing was compared."""

    verdict: str
    plane: str = ""
    land: tuple[Ring, ...] = ()
    lines: tuple[PlanLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JointOpinion(Paper):
    """联合验收意见书: every unit's opinion and the conclusion (requirements §2.6)."""

    opinions: tuple[UnitOpinion, ...]
    conclusion_label: str
    reasons: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    clock: ClockLine
    remedy: Remedy | None = None
    as_built: PlanComparison | None = None

    def __post_init__(self) -> None:
        _need(self.opinions, "opinions")


@dataclass(frozen=True, kw_only=True)
class ItemDecision:
    """One unit's decision on one item of a review: its permit's number and term, conditions, the law of a refusal."""

    unit_name: str
    item_name: str
    result_label: str
    text: str
    result_document: str = ""
    number: str = ""
    valid_until: date | None = None
    condition: str = ""
    due: date | None = None
    basis: str = ""
    signature: Signature = Signature()


@dataclass(frozen=True, kw_only=True)
class JointDecision(Paper):
    """联合审查决定书: every unit's decision and, in the lead unit's own words, the conclusion of the stage."""

    lead: str
    items: tuple[ItemDecision, ...]
    conclusion_label: str
    summary: str
    reasons: tuple[str, ...] = ()
    signature: Signature = Signature()
    clock: ClockLine
    remedy: Remedy | None = None

    def __post_init__(self) -> None:
        _need(self.items, "items")


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item of the joint acceptance, the unit that handles it and how."""

    unit: str
    item: str
    method_label: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptanceReceipt(Paper):
    """受理通知书: dated proof that the application was accepted (行政许可法 art. 32).

    `statutory_days` is the law's limit beside the promise, 0 for none to print; `deemed` says that silence made
    the acceptance.
    """

    applied_on: date
    accepted_on: date
    due: date
    working_days: int
    statutory_days: int = 0
    deemed: bool = False
    items: tuple[ItemLine, ...]
    materials: tuple[str, ...] = ()
    contact: PersonLine | None = None

    def __post_init__(self) -> None:
        _need(self.items, "items")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing missing or wrong in the application: where, against which rule, what is wanted, who asks."""

    material: str
    wanted: str
    page: str = ""
    rule: str = ""
    unit: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class GapNotice(Paper):
    """一次性补正告知书: every gap at once (行政许可法 art. 32(1)4)."""

    gaps: tuple[Gap, ...]
    reply_due: date | None = None
    basis: str = ""
    contact: PersonLine | None = None
    marks_at: str = ""
    """Where places marked on a page can be seen; empty when none was."""

    def __post_init__(self) -> None:
        _need(self.gaps, "gaps")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One point to put right: what was found, the clause violated, when it counts as put right, photographs."""

    unit: str
    text: str
    clause: str = ""
    criterion: str = ""
    item: str = ""
    inspector: str = ""
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RectificationNotice(Paper):
    """整改通知书: all units' findings in one notice (requirements §2.5)."""

    findings: tuple[Finding, ...]
    due: date
    round_number: int = 1
    visited_on: date | None = None
    contact: PersonLine | None = None

    def __post_init__(self) -> None:
        _need(self.findings, "findings")


@dataclass(frozen=True, kw_only=True)
class VisitTeam:
    """The members one unit sends."""

    unit: str
    members: tuple[PersonLine, ...]
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitNotice(Paper):
    """联合踏勘 or 联合验收 notice to the applicant: when, where, who comes and what to have ready.

    `window` says from when until when a trip is there.
    """

    visit_on: date
    half_day: HalfDay
    place: str
    teams: tuple[VisitTeam, ...]
    meeting_time: str = ""
    window: str = ""
    bring: tuple[str, ...] = ()
    contact: PersonLine | None = None

    def __post_init__(self) -> None:
        _need(self.teams, "teams")


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One person on site, with the time of sign-in and signature."""

    unit: str
    name: str
    duty: str = ""
    signed_in_at: datetime | None = None
    how: str = ""
    signature_png: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A unit that did not come, and how that is treated (requirements §3.5)."""

    unit: str
    treatment: str


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One line of a unit's checklist: what is checked, the result, a measured value and a note."""

    text: str
    result_label: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitSheet:
    """One unit's checklist on site, its conclusion and the officer's signature."""

    unit: str
    item: str
    lines: tuple[CheckLine, ...]
    conclusion: str = ""
    signature: Signature = Signature()


@dataclass(frozen=True, kw_only=True)
class SurveyRecord(Paper):
    """现场联合踏勘 or 验收记录: who was there, what was checked, what was found, who signed."""

    visited_on: date
    place: str
    attendance: tuple[Attendance, ...]
    sheets: tuple[UnitSheet, ...]
    absences: tuple[Absence, ...] = ()
    findings: tuple[Finding, ...] = ()
    signatures: tuple[tuple[str, Signature], ...] = ()
    """Who signs the whole record: capacity (组织单位, 建设单位) and signature."""


@dataclass(frozen=True, kw_only=True)
class RefusalNotice(Paper):
    """不予受理通知书: reasons and where to turn (行政许可法 art. 32, 38)."""

    applied_on: date
    reasons: tuple[str, ...]
    remedy: Remedy
    basis: str = ""
    contact: PersonLine | None = None

    def __post_init__(self) -> None:
        _need(self.reasons, "reasons")


@dataclass(frozen=True, kw_only=True)
class SupervisionCard(Paper):
    """督办单: to the unit or seat that a rule of supervision addresses."""

    addressee: str
    handler: str
    colour_label: str
    rule: str
    formula: str
    basis: str
    facts: str
    happened_on: date
    issued_as: str
    reply_due: date
