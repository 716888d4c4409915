"""What all parts of a catalogue share: words in both languages, dates of effect, conditions, options."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from jointreview.domain.conditions import faults_of
from jointreview.text import tr

CHINESE = re.compile(r"[\u3400-\u9fff]")


class Part(BaseModel):
    """A part of the catalogue: unknown keys are faults, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """A text in both languages; a name without Chinese characters (`GB 32100-2015`) may be written once."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _once_for_both(cls, data: Any) -> Any:
        if isinstance(data, str) and data and not CHINESE.search(data):
            return {"zh": data, "en": data}
        return data

    def __str__(self) -> str:
        return self.zh

    def in_(self, lang: str) -> str:
        """The text in `lang`; an unknown language reads Chinese."""
        return self.en if lang == "en" else self.zh


def _well_formed(condition: dict[str, Any]) -> dict[str, Any]:
    faults = faults_of(condition)
    if faults:
        raise ValueError("; ".join(tr("en", f.key, **f.params) for f in faults))
    return condition


When = Annotated[dict[str, Any], AfterValidator(_well_formed)]
"""A condition of jointreview.domain.conditions, well-formed."""


class Dated(Part):
    """Something that is in effect from a day to a day, both included; an open end means no limit."""

    effective_from: date | None = None
    effective_to: date | None = None

    def in_effect(self, on: date) -> bool:
        """Whether it is in effect on that day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )

    def overlaps(self, other: Dated) -> bool:
        """Whether both are in effect on some day."""
        starts = max(self.effective_from or date.min, other.effective_from or date.min)
        ends = min(self.effective_to or date.max, other.effective_to or date.max)
        return starts <= ends


class Option(Part):
    """One answer to choose."""

    code: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
