"""What runs beside the pages: which worker leads, and what each job did last."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import UtcDateTime


class Lease(SQLModel, table=True):
    """Who may do what exactly one worker does, until when by the database's clock."""

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=120, description="host, process and a word of its own")
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class JobState(SQLModel, table=True):
    """What is known of one job; times are those of the clock on the wall, whatever the product's time is."""

    __tablename__ = "job_state"

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(default="", max_length=120)
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime), description="None: it runs")
    seconds: float = Field(default=0.0, description="how long it took when it last ended")
    every: float = Field(default=0.0, description="seconds between its end and its next beginning")
    runs: int = 0
    failures: int = Field(default=0, description="in a row; 0 after a success")
    failed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    fault: str = Field(default="", max_length=120, description="kind of the last failure, nothing of its content")
