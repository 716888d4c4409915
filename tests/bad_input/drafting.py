"""A draft and what its writer reads after a change to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from jointreview.catalog.loader import sample_values
from jointreview.models import base
from jointreview.models.case import FormSection
from tests.api.helpers import Browsers


@dataclass
class Draft:
    """A case of the example factory, still with its applicant."""

    house: Browsers
    case_id: int

    def sample(self, section: str) -> dict[str, Any]:
        """The section as the example has it."""
        return sample_values("factory", self.house.world.today)[section]

    def stored(self, section: str) -> FormSection:
        """The section as it is kept."""
        with base.reading() as session:
            row = session.get(FormSection, (self.case_id, section))
        assert row is not None
        return row

    def put(self, section: str, values: Any, lang: str = "zh", version: int | None = None) -> httpx.Response:
        """Save a section as a browser does; `values` may be anything."""
        body = {"values": values, "base_version": self.stored(section).version if version is None else version}
        path = f"/api/cases/{self.case_id}/form/{section}"
        return self.house.put("applicant", path, params={"lang": lang}, json=body)

    def raw(self, section: str, values: str, lang: str = "zh") -> httpx.Response:
        """Save a section with `values` written as they are, also when no program would write them."""
        return self.house.put(
            "applicant",
            f"/api/cases/{self.case_id}/form/{section}",
            params={"lang": lang},
            content=f'{{"values": {values}, "base_version": {self.stored(section).version}}}'.encode(),
            headers={"content-type": "application/json"},
        )

    def checked(self, section: str, changes: dict[str, Any], lang: str = "zh") -> set[tuple[str, str, str]]:
        """What the checks say after `changes` to the section: (place, level, text); the example comes back."""
        answer = self.put(section, {**self.sample(section), **changes}, lang)
        assert answer.status_code == 200, answer.text
        self.put(section, self.sample(section))
        return {(c["path"], c["level"], c["text"]) for c in answer.json()["checks"]}


def told(answer: httpx.Response) -> dict[str, str]:
    """The problems of a refusal: text by place."""
    assert answer.status_code in (403, 404, 409, 422), answer.text
    return {p["where"]: p["text"] for p in answer.json()["problems"]}
