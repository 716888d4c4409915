"""What departments do: assignments, rounds, gaps, notices, findings, opinions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of


class Assignment(SQLModel, table=True):
    """An item of a case given to a handling unit (部门承办), dispatched to all units at one instant."""

    __table_args__ = (UniqueConstraint("case_id", "item"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    item: str = Field(max_length=20)
    unit: str = Field(max_length=40, index=True)
    because: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    needs_site: bool = True
    added_late: str = Field(default="", max_length=500, description="why the department was brought in later")
    officer_id: int | None = Field(default=None, foreign_key="account.id")
    dispatched_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Round(SQLModel, table=True):
    """One round of an assignment: reading the documents, the site, or a re-inspection. Rounds are rows."""

    __table_args__ = (
        UniqueConstraint("assignment_id", "kind", "number"),
        one_of("kind", ["documents", "decision", "site", "reinspection"]),
        one_of("status", ["open", "done", "deemed", "void"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    kind: str
    number: int = 1
    status: str = "open"
    opened_on: date = Field(description="effective day; the sub-deadline counts from here")
    promised_days: int
    opened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    closed_on: date | None = None
    closed_by: int | None = Field(default=None, foreign_key="account.id")
    reason: str = Field(default="", max_length=500)


class Gap(SQLModel, table=True):
    """One thing missing: material or field, page, rule, and what is wanted."""

    __table_args__ = (one_of("status", ["draft", "told", "answered", "closed", "dropped"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    unit: str = Field(max_length=40, description="handling unit that asks, or 'window'")
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    target: str = Field(max_length=80, description="material:<code> or field:<path>")
    page: str = Field(default="", max_length=40)
    material_id: int | None = Field(
        default=None, foreign_key="material.id", description="the version of the material that was marked"
    )
    digest: str = Field(default="", max_length=64, description="its content")
    page_no: int | None = Field(default=None, description="the marked page, from 1")
    rect: list | None = Field(
        default=None,
        sa_column=Column(JsonType, nullable=True),
        description="left, top, right, bottom of the mark as fractions of the page",
    )
    rule: str = Field(default="", max_length=300)
    wanted: str = Field(max_length=1000)
    status: str = "draft"
    answer: str = Field(default="", max_length=1000)


class Notice(SQLModel, table=True):
    """A notice sent to the applicant, with its document."""

    __table_args__ = (
        one_of(
            "kind",
            [
                *("precheck", "supplement", "rectification", "visit", "refusal", "receipt"),
                *("pause", "extension", "lapse", "decision", "supervision"),
            ],
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    kind: str
    number: str = Field(default="", max_length=60)
    issued_on: date
    due_on: date | None = None
    document_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    issued_by: int | None = Field(default=None, foreign_key="account.id", description="None: by the system")
    issued_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ChecklistAnswer(SQLModel, table=True):
    """The answer to one line of an on-site checklist in one round."""

    __table_args__ = (
        UniqueConstraint("round_id", "line"),
        one_of("result", ["ok", "not_ok", "not_applicable", "later"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id", index=True)
    line: str = Field(max_length=40)
    result: str
    value: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=500)
    photos: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    answered_by: int = Field(foreign_key="account.id")
    answered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    client_time: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Finding(SQLModel, table=True):
    """A numbered fault with rule, photographs and criterion: open -> rectified -> verified, or reopened."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        one_of("status", ["open", "rectified", "verified", "reopened", "withdrawn"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    number: int
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    line: str = Field(default="", max_length=40, description="checklist line it came from")
    text: str = Field(max_length=1000)
    rule: str = Field(default="", max_length=300)
    criterion: str = Field(max_length=500, description="what must be true for it to be verified")
    place: str = Field(default="", max_length=200)
    photos: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    status: str = "open"
    raised_by: int = Field(foreign_key="account.id")
    raised_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    answer: str = Field(default="", max_length=1000)
    answer_photos: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    verified_note: str = Field(default="", max_length=500)
    client_time: datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime), description="when it was done without network"
    )


class Opinion(SQLModel, table=True):
    """A unit's conclusion in one round, pinned to the digests of the documents it was given on."""

    __table_args__ = (
        UniqueConstraint("round_id"),
        one_of("result", ["PASS", "PASS_COND", "FAIL", "NA", "SELF", "DEEMED"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    round_id: int = Field(foreign_key="round.id")
    result: str
    text: str = Field(max_length=3000)
    condition: str = Field(default="", max_length=1000)
    basis: str = Field(default="", max_length=500, description="the law a refusal rests on")
    commitment_until: date | None = None
    commitment_signature_id: int | None = Field(default=None, foreign_key="signature.id")
    document_no: str = Field(default="", max_length=100, description="number of the unit's own legal document")
    officer_id: int | None = Field(default=None, foreign_key="account.id")
    signature_id: int | None = Field(default=None, foreign_key="signature.id")
    read_digests: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    visit_id: int | None = Field(default=None, foreign_key="visit.id", description="the survey it rests on")
    given_on: date
    given_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    client_time: datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime), description="when it was done without network"
    )
