"""Layers of the map: what they are, their dated versions with every feature, and their answers about parcels."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from jointreview.domain.layers import ANSWERS, THEMES
from jointreview.models.base import JsonType, UtcDateTime, one_of


class GeoLayer(SQLModel, table=True):
    """One layer: an area that binds what is built (`features`), or a picture to look at only (`tiles`).

    A layer of the catalogue takes its name, theme, units and distances from there; `units` are the handling units
    that alone may see it, none: everybody of the administration.
    """

    __tablename__ = "geo_layer"
    __table_args__ = (
        one_of("theme", THEMES),
        one_of("kind", ["features", "tiles"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    theme: str
    kind: str = "features"
    units: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    hit_within_m: float = Field(default=0.0, description="so near to a feature counts as touching it")
    near_m: float = Field(default=200.0, description="how far around the parcel the nearest feature is looked for")
    tiles: dict = Field(
        default_factory=dict,
        sa_column=Column(JsonType, nullable=False),
        description="of a picture: url with {z}/{x}/{y}, attribution, max_zoom",
    )
    made_by: int | None = Field(default=None, foreign_key="account.id", description="None: from the command line")
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    retired_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class LayerVersion(SQLModel, table=True):
    """A layer as it is in effect from a day to a day (both included): features of a file, or a service to ask.

    `repaired` lists the features whose geometry was put right while loading, each with what was wrong.
    """

    __tablename__ = "layer_version"
    __table_args__ = (
        UniqueConstraint("layer_id", "number"),
        one_of("origin", ["file", "service"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    layer_id: int = Field(foreign_key="geo_layer.id", index=True)
    number: int
    origin: str
    effective_from: date
    effective_to: date | None = None
    source: str = Field(max_length=200, description="who made the data")
    licence: str = Field(default="", max_length=200, description="under what terms it may be used")
    file_name: str = Field(default="", max_length=255)
    digest: str = Field(max_length=64, description="SHA-256 of the file, or of the service's address and type")
    crs: str = Field(default="", max_length=120)
    crs_found_by: str = Field(default="", max_length=200)
    count: int = Field(default=0, description="features; 0 for a service")
    name_field: str = Field(default="", max_length=60, description="the attribute that names a feature")
    repaired: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    notes: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    bbox: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    service: dict = Field(
        default_factory=dict, sa_column=Column(JsonType, nullable=False), description="url, type_name, name_field"
    )
    loaded_by: int | None = Field(default=None, foreign_key="account.id", description="None: from the command line")
    loaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    retired_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    retired_reason: str = Field(default="", max_length=300)


class LayerFeature(SQLModel, table=True):
    """One feature of a version: WKB in EPSG:4490 with its box, its name and its attributes as they were."""

    __tablename__ = "layer_feature"
    __table_args__ = (Index("ix_layer_feature_of", "version_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="layer_version.id")
    number: int = Field(description="place in the file, from 1")
    name: str = Field(default="", max_length=200)
    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float
    wkb: bytes
    attributes: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))


class LayerAnswer(SQLModel, table=True):
    """What one version of a layer said about one parcel; pinned to both, and kept when a later one replaces it.

    `answer` is hit, clear or not_answered; `reason` is a problem (key, params) where there is something to say.
    Areas are m² in the plane of the parcel's own file, `percent` is of the parcel, distances are metres.
    """

    __tablename__ = "layer_answer"
    __table_args__ = (
        one_of("answer", ANSWERS),
        Index("ix_layer_answer_now", "case_id", "current"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    parcel_id: int = Field(foreign_key="parcel.id")
    parcel_digest: str = Field(max_length=64)
    layer: str = Field(max_length=40, description="code of the layer; one the catalogue requires may have no data")
    version_id: int | None = Field(default=None, foreign_key="layer_version.id", index=True)
    layer_date: date | None = None
    answer: str
    area_m2: float = 0.0
    percent: float = 0.0
    length_m: float = 0.0
    distance_m: float | None = Field(default=None, description="to the nearest feature; 0 inside, None: none near")
    features: int = Field(default=0, description="how many features are touched")
    names: list = Field(default_factory=list, sa_column=Column(JsonType, nullable=False))
    reason: dict = Field(default_factory=dict, sa_column=Column(JsonType, nullable=False))
    said_digest: str = Field(default="", max_length=64, description="SHA-256 of what a service answered")
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    current: bool = True
    replaced_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
