"""The rules of supervision as data: number, colour, basis, figures, who is addressed and since when."""

from __future__ import annotations

import string
from datetime import date
from typing import Literal

from pydantic import Field as Limit
from pydantic import model_validator

from jointreview.catalog.schema_base import Dated, Words
from jointreview.domain.supervision import CHECKS


class SupervisionRule(Dated):
    """One rule. `check` names the function that finds its grounds; without one cards are issued by hand only.

    `formula` says in words what the function computes; its placeholders are the parameters.
    """

    number: str = Limit(pattern=r"^R\d{2}$")
    name: Words
    colour: Literal["yellow", "red"]
    about: Literal["case", "round", "pause", "event"]
    check: str = ""
    formula: Words
    basis: Words
    parameters: dict[str, float] = {}
    addressed: Literal["unit", "window", "coordinator"]
    reply_workdays: int = Limit(1, ge=1, le=10)

    @model_validator(mode="after")
    def _figures_fit(self) -> SupervisionRule:
        if not self.check:
            wanted: set[str] = set()
        elif self.check not in CHECKS:
            raise ValueError(f"no check of the program is called {self.check}")
        else:
            wanted = set(CHECKS[self.check].figures)
            if CHECKS[self.check].about != self.about:
                raise ValueError(f"{self.check} is about {CHECKS[self.check].about}, not {self.about}")
        if set(self.parameters) != wanted:
            raise ValueError(f"parameters are {sorted(wanted)}, not {sorted(self.parameters)}")
        for text in (self.formula.zh, self.formula.en):
            if {name for _, name, _, _ in string.Formatter().parse(text) if name} != wanted:
                raise ValueError("the formula names each parameter, and nothing else")
        return self

    def formula_in(self, lang: str) -> str:
        """The formula in words with its figures."""
        return self.formula.in_(lang).format(**{name: f"{value:g}" for name, value in self.parameters.items()})

    def counts_on(self, day: date) -> bool:
        """Whether what happened on that day falls under the rule."""
        return self.in_effect(day)
