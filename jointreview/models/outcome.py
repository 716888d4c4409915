"""What leaves the house: issued documents with their public verification, and their delivery."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of

RESULT_DOCUMENTS = ("opinion", "decision")
"""The documents that end a case: the joint opinion of an acceptance, the joint decision of a review."""


class IssuedDocument(SQLModel, table=True):
    """An official document. A re-issue is a new row; the old one is marked void with its reason."""

    __table_args__ = (one_of("status", ["valid", "void"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    kind: str = Field(max_length=20)
    number: str = Field(max_length=60, index=True)
    title: str = Field(max_length=200)
    version: int = 1
    digest: str = Field(max_length=64, description="the .docx in the document store")
    verify_code: str = Field(unique=True, max_length=24)
    summary: dict = Field(
        default_factory=dict,
        sa_column=Column(JsonType, nullable=False),
        description="what the public verification page shows, nothing else",
    )
    status: str = "valid"
    void_reason: str = Field(default="", max_length=300)
    void_on: date | None = None
    replaces_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    issued_on: date
    issued_by: int | None = Field(default=None, foreign_key="account.id", description="None: by the system")
    issued_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Delivery(SQLModel, table=True):
    """How a result reached the applicant: collected, by post or electronically."""

    __table_args__ = (one_of("way", ["collected", "post", "electronic"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    document_id: int = Field(foreign_key="issueddocument.id")
    way: str
    receiver: str = Field(default="", max_length=64)
    tracking_no: str = Field(default="", max_length=60)
    delivered_on: date
    recorded_by: int = Field(foreign_key="account.id")
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Certificate(SQLModel, table=True):
    """A permit or other result of an item, kept with the project: later stages use it and never ask for it again."""

    __table_args__ = (one_of("status", ["valid", "revoked", "replaced"]),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id")
    kind: str = Field(max_length=40, description="the item's kind of certificate in the catalogue")
    number: str = Field(max_length=100, index=True)
    unit: str = Field(max_length=40, description="handling unit that issued it")
    issued_on: date
    valid_until: date | None = None
    upload_id: int | None = Field(default=None, foreign_key="upload.id", description="its file, where there is one")
    status: str = "valid"
    note: str = Field(default="", max_length=300)
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
