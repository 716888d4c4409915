"""Projects, their single buildings and parcels of land, and where buildings may stand and do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.models.base import JsonType, UtcDateTime, one_of

PLAN_ROLES = ("permitted", "as_built")


class Project(SQLModel, table=True):
    """What is built: entered once, prefilled into every later case."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=24, description="national project code, 24 characters with hyphens")
    name: str = Field(max_length=200)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    values: dict = Field(
        default_factory=dict,
        sa_column=Column(JsonType, nullable=False),
        description="form values of the project (fields marked project_data), by section",
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Building(SQLModel, table=True):
    """A single building (单体) of a project."""

    __table_args__ = (UniqueConstraint("project_id", "serial"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    serial: str = Field(max_length=20)
    name: str = Field(max_length=100)
    accepted_case_id: int | None = Field(default=None, foreign_key="case.id")


class CaseBuilding(SQLModel, table=True):
    """The buildings a case covers: never the whole project implicitly (requirements §2.7)."""

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    building_id: int = Field(foreign_key="building.id", primary_key=True)


class Parcel(SQLModel, table=True):
    """A parcel of land as read from a file: the original, its declared system, and EPSG:4490 as WKB."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    upload_id: int = Field(foreign_key="upload.id")
    crs: str = Field(max_length=40)
    crs_name: str = Field(default="", max_length=120)
    crs_found_by: str = Field(max_length=200)
    area_plane_m2: float
    area_geodesic_m2: float
    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float
    wkb: bytes
    parts: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    notes: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    current: bool = True
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class BuildingPlan(SQLModel, table=True):
    """Outlines of buildings as read from one file: the permitted site plan, or the survey of what was built.

    The original lies in the document store under `digest`; `crs` is the system it is drawn in.
    """

    __tablename__ = "building_plan"
    __table_args__ = (one_of("role", PLAN_ROLES),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    role: str = Field(max_length=12)
    upload_id: int = Field(foreign_key="upload.id")
    digest: str = Field(max_length=64)
    layer: str = Field(default="", max_length=255)
    crs: str = Field(max_length=40)
    crs_name: str = Field(default="", max_length=120)
    crs_found_by: str = Field(max_length=200)
    notes: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    current: bool = True
    read_by: int = Field(foreign_key="account.id")
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Footprint(SQLModel, table=True):
    """One outline of a plan, EPSG:4490 as WKB, and the building of the form that it is.

    `serial` is the building's serial in the form, empty while it is none of them; `matched_by` is `name`, `number`,
    `overlap` or `hand`. `facts` are height_m, floors and floor_area_m2 where the file or its reader stated them.
    """

    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="building_plan.id", index=True)
    position: int
    name: str = Field(default="", max_length=100)
    number: str = Field(default="", max_length=40)
    serial: str = Field(default="", max_length=20)
    matched_by: str = Field(default="", max_length=10)
    wkb: bytes
    area_plane_m2: float
    area_geodesic_m2: float
    facts: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
