"""Who read which document of a case: one row each time somebody opens it or takes it away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import UtcDateTime, one_of

VIEW, DOWNLOAD = "view", "download"


class DocumentRead(SQLModel, table=True):
    """Somebody looked at a version of a material or at an issued document, or downloaded it.

    What a person turns and turns again within minutes is one row (`commands.readings`). Rows are never changed.
    """

    __tablename__ = "document_read"
    __table_args__ = (
        one_of("way", [VIEW, DOWNLOAD]),
        Index("ix_document_read_who", "account_id", "digest", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    material_id: int | None = Field(default=None, foreign_key="material.id")
    document_id: int | None = Field(default=None, foreign_key="issueddocument.id")
    digest: str = Field(max_length=64)
    account_id: int = Field(foreign_key="account.id")
    role: str = Field(max_length=20)
    unit: str = Field(default="", max_length=40)
    acting_for: str = Field(default="", max_length=64, description="whose post a deputy read in")
    way: str = Field(max_length=10)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
