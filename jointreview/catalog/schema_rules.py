"""The figures of the process that are policy and not program: conclusion, tolerance, rounds, pauses, lamps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Part, Words
from jointreview.catalog.schema_survey import Survey
from jointreview.domain.conclusion import AbsencePolicy, ConclusionRule, ItemResult, Need
from jointreview.domain.pauses import LengthUnit
from jointreview.domain.tolerance import ToleranceTable


class Segment(Part):
    """Up to this area (m², none: no end) the part of it is allowed to deviate by `rate`."""

    up_to: float | None = None
    rate: float = Limit(gt=0, lt=1)


class AreaTolerance(Part):
    """The progressive area tolerance with its cap in m² (requirements §2.9, S5)."""

    segments: list[Segment] = Limit(min_length=1)
    cap: float = Limit(gt=0)
    source: Words

    @model_validator(mode="after")
    def _ascending(self) -> AreaTolerance:
        self.table()
        return self

    def table(self) -> ToleranceTable:
        """The table the rule computes with; raises ValueError when the segments do not ascend."""
        return ToleranceTable(tuple((s.up_to, s.rate) for s in self.segments), self.cap)


ControlLine = Literal["road", "blue", "green", "yellow", "purple"]
"""Lines of planning by colour; the road's is red as well, and told apart from the boundary of the land."""


class AsBuilt(Part):
    """How far what was built may leave what was permitted (requirements §3.6), in metres; storeys may not.

    `keeper` is the unit that keeps the permitted plan; distances between buildings farther apart than
    `neighbours_within` are not compared; `lines` names for a line of a checklist the values that answer it;
    `control_lines` are layers of the map (by code) that buildings keep away from, and the name of that distance.
    """

    keeper: str = ""
    corner: float = Limit(0.1, ge=0, le=10)
    shift: float = Limit(0.1, ge=0, le=10)
    setback: float = Limit(0.1, ge=0, le=10)
    spacing: float = Limit(0.1, ge=0, le=10)
    height: float = Limit(0.1, ge=0, le=10)
    neighbours_within: float = Limit(60, ge=0, le=1000)
    lines: dict[str, list[str]] = {}
    control_lines: dict[str, ControlLine] = {}


class Conclusion(Part):
    """Which results end how (requirements §2.6)."""

    closing: list[ItemResult]
    conditional: list[ItemResult]
    veto: list[ItemResult]
    deemed_closes: list[AbsencePolicy]
    conditional_needs: list[Need]

    def rule(self) -> ConclusionRule:
        """The rule the conclusion is computed by."""
        return ConclusionRule(
            closing=frozenset(self.closing),
            conditional=frozenset(self.conditional),
            veto=frozenset(self.veto),
            deemed_closes=frozenset(self.deemed_closes),
            conditional_needs=frozenset(self.conditional_needs),
        )


class Rectification(Part):
    """The loop of putting right and looking again (requirements §2.5): days are natural unless named workdays."""

    days: int = Limit(ge=0)
    extension_days: int = Limit(ge=0)
    max_extensions: int = Limit(ge=0)
    max_rounds: int = Limit(ge=1)
    reinspection_workdays: int = Limit(ge=1)
    floor_workdays: int = Limit(ge=0)


class Procedure(Part):
    """A special procedure whose time the law does not count (Administrative Licensing Law, Art. 45)."""

    code: str = Limit(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words


class PauseRule(Part):
    """A kind of pause: who opens it and how long it may last (requirements §4.4); 0 means as planned or evidenced.

    `code` is one of domain.pauses.PauseKind; the check of the catalogue holds the two together. `usual_days` are
    proposed, in `unit`; a pause that `ends_by_itself` is closed on its planned day, any other by its keeper, and
    its overrun shows.
    """

    code: str = Limit(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    opened_by: Words
    approved_by: Words | None = None
    limit_workdays: int = Limit(0, ge=0)
    usual_days: int = Limit(0, ge=0)
    unit: LengthUnit = LengthUnit.WORKDAY
    ends_by_itself: bool = False
    once: bool = False
    evidence: Words
    procedures: list[Procedure] = []

    def procedure(self, code: str) -> Procedure | None:
        """The special procedure of that code."""
        return next((p for p in self.procedures if p.code == code), None)


class Extensions(Part):
    """By how many working days a period may be extended, and how often (Administrative Licensing Law, Art. 42)."""

    department_workdays: int = Limit(ge=1)
    joint_workdays: int = Limit(ge=1)
    times: int = Limit(ge=0)


class Rules(Part):
    """All figures; `*_workdays` are working days."""

    conclusion: Conclusion
    tolerance: AreaTolerance
    as_built: AsBuilt = AsBuilt()
    rectification: Rectification
    precheck_workdays: int = Limit(ge=1)
    gap_list_workdays: int = Limit(ge=1)
    supplement_workdays: int = Limit(ge=1)
    supplement_rounds: int = Limit(ge=0)
    visit_notice_workdays: int = Limit(ge=0)
    visit_shift_workdays: int = Limit(ge=0)
    visit_shifts: int = Limit(ge=0)
    lamp_notice_workdays: int = Limit(ge=0)
    lamp_yellow_workdays: int = Limit(ge=0)
    extensions: Extensions
    survey: Survey
    pauses: list[PauseRule]

    def pause(self, code: str) -> PauseRule | None:
        """The rule of a kind of pause."""
        return next((p for p in self.pauses if p.code == code), None)


class Forecast(Part):
    """On how many closed rounds an expectation must rest, and which share of them was not slower than a slow one."""

    least: int = Limit(ge=1)
    slow_share: float = Limit(gt=0.5, lt=1)


class ScoreRule(Part):
    """Weights of a unit's monthly score and the points that a card takes away (requirements §7)."""

    weights: dict[Literal["on_time", "signing", "attendance"], int]
    yellow_card: int = Limit(ge=0)
    red_card: int = Limit(ge=0)


class Targets(Part):
    """What progress is measured against: working days of a whole project, share of cases in time."""

    project_days: int = Limit(ge=1)
    on_time_share: float = Limit(gt=0, le=1)
    forecast: Forecast
    score: ScoreRule
