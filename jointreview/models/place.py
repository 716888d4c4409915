"""Where cases lie, which lamp they show and whose turn it is, in the columns that lists and the map ask for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class CasePlace(SQLModel, table=True):
    """What lists and the map know of a case: derived from all that belongs to it (commands/places.py), never edited.

    It holds for the case's `version`, the day `day` and the working-day table's `revision`. `lamp` is a lamp of the
    clock, or empty; it is the turn of `turn` since the day `since`. `x` and `y` are the middle of the parcel on the
    web map's square, 2^30 units wide, so that whole numbers divide into the cells of any zoom; with the box in
    EPSG:4490 degrees they are None without a parcel.
    """

    __tablename__ = "case_place"
    __table_args__ = (Index("ix_case_place_box", "west", "south", "east", "north"),)

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    version: int
    day: date
    revision: int
    lamp: str = Field(default="", max_length=10)
    due: date | None = None
    turn: str = Field(default="", max_length=20)
    since: date | None = None
    town: str = Field(default="", max_length=40)
    parcel_id: int | None = Field(default=None, foreign_key="parcel.id")
    x: int | None = None
    y: int | None = None
    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None
