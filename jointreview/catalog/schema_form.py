"""The one form as data: sections, fields and tables (requirements §2.9)."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Option, Part, When, Words

FieldType = Literal[
    "text",
    "long_text",
    "number",
    "integer",
    "date",
    "choice",
    "multi_choice",
    "bool",
    "code_credit",
    "code_project",
    "planning_permit",
    "construction_permit",
    "mobile",
    "identity",
    "person",
]
KEY = r"^[a-z][a-z0-9_]*$"


class FromCertificate(Part):
    """Which certificate of an earlier stage answers a question: its kind, and whether its number or its day."""

    kind: str = Limit(min_length=1)
    part: Literal["number", "date"]


class Field(Part):
    """One question. `required_when` and `visible_when` look at the whole form; in a table also at `row`.

    `min`, `max`, `decimals` are for numbers; `unit` is shown inside the box; `readers` are the handling units that
    may see the answer (none named: all); `sensitive` answers are masked for people who do not need them in full;
    `project_data` is kept with the project and prefilled into its later cases; `computed` answers are derived and
    cannot be entered;
    a date lies in the past unless `future`.
    """

    key: str = Limit(pattern=KEY)
    label: Words
    type: FieldType
    unit: Words | None = None
    min: float | None = None
    max: float | None = None
    decimals: int | None = Limit(None, ge=0, le=6)
    max_length: int | None = Limit(None, ge=1, le=5000)
    pattern: str = ""
    options: list[Option] = []
    help: Words | None = None
    example: str = ""
    source: Words | None = None
    required: Literal["always", "never"] = "never"
    required_when: When | None = None
    visible_when: When | None = None
    readers: list[str] = []
    stages: list[int] = Limit([], description="asked only in these stages; none named: in every stage of its section")
    sensitive: bool = False
    project_data: bool = False
    computed: Literal["", "always_true"] = ""
    future: bool = False
    certificate: FromCertificate | None = Limit(None, description="certificate of an earlier stage that answers it")

    @model_validator(mode="after")
    def _consistent(self) -> Field:
        if (self.type in ("choice", "multi_choice")) != bool(self.options):
            raise ValueError("options belong to choice and multi_choice, and only to them")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        if self.certificate and (self.certificate.part == "date") != (self.type == "date"):
            raise ValueError("the date of a certificate answers a date, its number a text")
        if self.required == "always" and self.required_when:
            raise ValueError("required: always leaves nothing to required_when")
        return self

    @property
    def option_codes(self) -> tuple[str, ...]:
        """The codes of all options."""
        return tuple(option.code for option in self.options)


class RowRule(Part):
    """How permitted and measured of a row are compared.

    `area_segments`: the progressive area tolerance; `at_most`, `at_least`: a bound; `within`: both ways; all three
    with `slack` in the row's unit; `recorded`: shown side by side without a verdict.
    """

    kind: Literal["area_segments", "at_most", "at_least", "within", "recorded"]
    slack: float = Limit(0, ge=0)


class FixedRow(Part):
    """A row a table always shows, known by the value of the table's row key."""

    code: str = Limit(pattern=KEY)
    zh: str = Limit(min_length=1)
    en: str = Limit(min_length=1)
    unit: Words | None = None
    decimals: int | None = None
    required: bool = False
    visible_when: When | None = None
    rule: RowRule | None = None


class Table(Part):
    """A repeating group of fields.

    With `row_key` the rows are known by that column; `fixed_rows` are always there (those `required` must be filled
    in), and `extra_rows` says whether others may be added. `totals` are columns summed in the foot.
    """

    key: str = Limit(pattern=KEY)
    label: Words
    help: Words | None = None
    columns: list[Field] = Limit(min_length=1)
    min_rows: int = 0
    max_rows: int = 200
    row_key: str = ""
    fixed_rows: list[FixedRow] = []
    extra_rows: bool = True
    totals: list[str] = []
    visible_when: When | None = None
    stages: list[int] = Limit([], description="asked only in these stages; none named: in every stage of its section")

    def column(self, key: str) -> Field | None:
        """The column of that key."""
        return next((c for c in self.columns if c.key == key), None)

    def fixed_row(self, code: object) -> FixedRow | None:
        """The fixed row of that code."""
        return next((r for r in self.fixed_rows if r.code == code), None)


class Notice(Part):
    """A remark of the form when answers look inconsistent: shown at `path` while `when` holds."""

    path: str
    level: Literal["error", "warning", "info"]
    when: When
    key: str


class Section(Part):
    """One section of the form; S12 has no fields, the materials stand there."""

    code: str = Limit(pattern=r"^S\d{1,2}$")
    title: Words
    intro: Words
    fields: list[Field] = []
    tables: list[Table] = []
    notices: list[Notice] = []

    @cached_property
    def field_map(self) -> dict[str, Field]:
        """Fields by key."""
        return {f.key: f for f in self.fields}

    @cached_property
    def table_map(self) -> dict[str, Table]:
        """Tables by key."""
        return {t.key: t for t in self.tables}

    def in_stage(self, stage: int) -> Section:
        """The section with only those questions that this stage asks."""
        kept = Section.model_construct(**{name: getattr(self, name) for name in type(self).model_fields})
        return kept.model_copy(
            update={
                "fields": [f for f in self.fields if not f.stages or stage in f.stages],
                "tables": [_columns_in(t, stage) for t in self.tables if not t.stages or stage in t.stages],
            }
        )


def _columns_in(table: Table, stage: int) -> Table:
    columns = [c for c in table.columns if not c.stages or stage in c.stages]
    return table if len(columns) == len(table.columns) else table.model_copy(update={"columns": columns})
