"""The case (办件): its header, form sections, materials, invitations and signatures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.domain.case_states import CaseState
from jointreview.models.base import JsonType, UtcDateTime, one_of


class Case(SQLModel, table=True):
    """One application. `version` is the sequence number of its last event."""

    __table_args__ = (one_of("state", [s.value for s in CaseState]),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=40, description="办件编号")
    lookup_code: str = Field(max_length=12, description="with the number, opens the public progress page")
    kind: str = Field(default="acceptance", max_length=20, description="acceptance, or review of stages 1 to 3")
    stage: int = Field(default=4, index=True, description="1 to 4 (requirements §1.1)")
    track: str = Field(default="", max_length=20, description="government or private, from submission on")
    catalogue: str = Field(max_length=40)
    catalogue_version: str = Field(max_length=40)
    project_id: int = Field(foreign_key="project.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    state: str = Field(default=CaseState.DRAFT.value, index=True, max_length=20)
    state_since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    version: int = 0
    promised_days: int = 10
    outcome: str = Field(default="", max_length=20, description="pass, conditional or fail once concluded")
    filed_by: int = Field(foreign_key="account.id", index=True)
    walk_in: dict = Field(
        default_factory=dict,
        sa_column=Column(JsonType, nullable=False),
        description="name and telephone of the person at the window, when a clerk filed",
    )
    paper: bool = Field(default=False, description="entered from paper, with a business date of its own")
    previous_case_id: int | None = Field(default=None, foreign_key="case.id")
    submitted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    receipt_day: date | None = None
    accepted_on: date | None = Field(default=None, description="effective working day of acceptance")
    rectification_due: date | None = None
    rectification_extended: bool = False
    rectification_rounds: int = 0
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class FormSection(SQLModel, table=True):
    """One section of the one form as entered; `version` guards concurrent editing."""

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    section: str = Field(primary_key=True, max_length=4)
    values: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    handed_in: dict | None = Field(
        default=None,
        sa_column=Column(JsonType, nullable=True),
        description="the answers as last submitted; None before that",
    )
    version: int = 1
    saved_by: int = Field(foreign_key="account.id")
    saved_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Upload(SQLModel, table=True):
    """A file somebody sent: known by its content's digest, usable by the sender's commands only."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str = Field(max_length=64, index=True)
    name: str = Field(max_length=255)
    kind: str = Field(max_length=20, description="file kind code recognised by content")
    mime: str = Field(max_length=120)
    size: int = Field(sa_type=BigInteger)
    pages: int | None = None
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Material(SQLModel, table=True):
    """One version of one material of a case. A removed version stays, with its reason."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    code: str = Field(max_length=40, description="material code of the catalogue")
    slot: int = Field(default=1, description="which of several files of the same material")
    version: int = 1
    upload_id: int = Field(foreign_key="upload.id")
    document_no: str = Field(default="", max_length=100)
    added_by: int = Field(foreign_key="account.id")
    added_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    current: bool = True
    removed_reason: str = Field(default="", max_length=300)


class Invitation(SQLModel, table=True):
    """An invitation to a responsible party to sign its part of the form."""

    __table_args__ = (UniqueConstraint("case_id", "party_kind"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    party_kind: str = Field(max_length=20)
    code_digest: str = Field(max_length=64, unique=True, description="SHA-256 of the code in the invitation")
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    signature_id: int | None = Field(default=None, foreign_key="signature.id")
    opinion: str = Field(default="", max_length=2000)


class Signature(SQLModel, table=True):
    """A drawn signature with re-authentication, bound to the digest of what was signed (requirements §6.3)."""

    __table_args__ = (one_of("purpose", ["declaration", "party", "opinion", "commitment", "conclusion"]),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    name: str = Field(max_length=64)
    purpose: str = Field(max_length=20)
    image_digest: str = Field(max_length=64)
    content_digest: str = Field(max_length=64)
    signed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    permit_id: int | None = Field(
        default=None, foreign_key="sign_permit.id", description="signed without network, by this permission"
    )
    client_time: datetime | None = Field(
        default=None, sa_column=Column(UtcDateTime), description="when it was drawn without network"
    )
