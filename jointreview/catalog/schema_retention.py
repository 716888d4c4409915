"""How long what is kept, as data: kind, days, why and on what basis."""

from __future__ import annotations

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Part, Words
from jointreview.domain.retention import LEAST_DAYS


class RetentionRule(Part):
    """What of a kind is older than `days` is erased; a kind without a rule is kept."""

    kind: str
    days: int = Limit(ge=1, le=36_500)
    what: Words
    basis: Words

    @model_validator(mode="after")
    def _known_and_long_enough(self) -> RetentionRule:
        if self.kind not in LEAST_DAYS:
            raise ValueError(f"the program erases nothing called {self.kind}")
        if self.days < LEAST_DAYS[self.kind]:
            raise ValueError(f"{self.kind} are kept {LEAST_DAYS[self.kind]} days at least")
        return self
