"""Layers of the map as the region uses them: who may see them, where they must have answered, what a hit brings."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, model_validator
from pydantic import Field as Limit

from jointreview.catalog.schema_base import Part, Words
from jointreview.domain.layers import THEMES


def _known_theme(theme: str) -> str:
    if theme not in THEMES:
        raise ValueError(f"a theme is one of {', '.join(THEMES)}")
    return theme


LAYER_CODE = r"^[a-z][a-z0-9_]{1,39}$"
Theme = Annotated[str, AfterValidator(_known_theme)]


class LayerLine(Part):
    """A point that a hit adds to the checklist of an item; `value_unit` asks for a measured value."""

    item: str
    code: str = Limit(pattern=LAYER_CODE)
    zh: str = Limit(min_length=1)
    en: str = Limit(min_length=1)
    rule: Words | None = None
    asks_value: bool = False
    value_unit: str = ""
    photo_when_fail: bool = True


class Hit(Part):
    """What touching the layer brings to cases of `stages` (none: all): items, materials, checklist lines, a note."""

    stages: list[int] = []
    items: list[str] = []
    materials: list[str] = []
    lines: list[LayerLine] = []
    note: Words | None = None

    def counts_in(self, stage: int) -> bool:
        """Whether it concerns cases of that stage."""
        return not self.stages or stage in self.stages


class MapLayer(Part):
    """One layer of constraints.

    `units` are the only handling units that may see it (none: the whole administration). A feature counts as touched
    within `hit_within_m` metres; the nearest one is told within `near_m`. A decision waits for the answer in cases of
    `required_stages`, and in cases that have one of `required_items`.
    """

    code: str = Limit(pattern=LAYER_CODE)
    name: Words
    theme: Theme
    units: list[str] = []
    basis: Words
    hit_within_m: float = Limit(0.0, ge=0, le=5000)
    near_m: float = Limit(200.0, ge=0, le=20_000)
    required_stages: list[int] = []
    required_items: list[str] = []
    on_hit: list[Hit] = []

    @model_validator(mode="after")
    def _nothing_told_of_what_is_restricted(self) -> MapLayer:
        """The applicant would learn from a material or a note where a restricted layer lies."""
        if self.units and any(hit.materials or hit.note for hit in self.on_hit):
            raise ValueError("a restricted layer may bring items and lines, but no material and no note")
        return self

    def hits_in(self, stage: int) -> list[Hit]:
        """What it brings to cases of that stage."""
        return [hit for hit in self.on_hit if hit.counts_in(stage)]
