"""The permits a case may rest on: what its project holds, and what lapsed and has to be shown again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema import Material as Asked
from jointreview.domain.case_states import CaseState
from jointreview.models.case import Case
from jointreview.models.outcome import Certificate

_STILL_WRITTEN = (CaseState.DRAFT.value, CaseState.RETURNED.value)


@dataclass(frozen=True)
class Held:
    """The project's permits by kind, as one case may use them.

    `usable` has of each kind the one issued last that is in force; `ended` of every other kind the one issued last,
    which expired or was revoked and stands for nothing any more.
    """

    usable: dict[str, Certificate]
    ended: dict[str, Certificate]

    def stands_for(self, material: Asked) -> Certificate | None:
        """The permit that the system fetches in place of an upload."""
        return self.usable.get(material.certificate) if material.certificate else None

    def lapsed_for(self, material: Asked) -> Certificate | None:
        """The permit that stood for the material and no longer does."""
        return self.ended.get(material.certificate) if material.certificate else None

    @property
    def kinds(self) -> dict[str, bool]:
        """Kinds of permit the project won, with whether one is in force, as the form engine asks it."""
        return dict.fromkeys(self.ended, False) | dict.fromkeys(self.usable, True)


def reference_day(case: Case, today: date) -> date:
    """The day on which a permit has to be in force: today while the application is written, else its receipt.

    A permit that expires while the departments work was good when it was handed in.
    """
    return today if case.state in _STILL_WRITTEN else case.receipt_day or today


def held_of(certificates: Iterable[Certificate], case: Case, today: date) -> Held:
    """What of the project's certificates, in the order of their issue, the case may use."""
    on = reference_day(case, today)
    usable: dict[str, Certificate] = {}
    ended: dict[str, Certificate] = {}
    for one in certificates:
        in_force = one.status == "valid" and (one.valid_until is None or one.valid_until >= on)
        (usable if in_force else ended)[one.kind] = one
    return Held(usable, {kind: one for kind, one in ended.items() if kind not in usable})


def certificates_of(session: Session, project_ids: Iterable[int]) -> list[Certificate]:
    """Every certificate of these projects, ended ones too, the oldest first."""
    return list(
        session.exec(
            select(Certificate)
            .where(col(Certificate.project_id).in_(list(project_ids)))
            .order_by(col(Certificate.issued_on), col(Certificate.id))
        ).all()
    )


def held(session: Session, case: Case, today: date) -> Held:
    """What the case may use of its project's permits."""
    return held_of(certificates_of(session, [case.project_id]), case, today)


def pinned(certificate: Certificate) -> str:
    """How a permit stands among the digests an opinion was given on."""
    return f"certificate:{certificate.id}"


def with_permits(catalog: Catalog, files: dict[str, list[str]], permits: Held) -> dict[str, list[str]]:
    """The digests by material, and with them the permits that stand for a material."""
    found = {code: list(digests) for code, digests in files.items()}
    for material in catalog.materials:
        permit = permits.stands_for(material)
        if permit is not None:
            found.setdefault(material.code, []).append(pinned(permit))
    return {code: sorted(digests) for code, digests in found.items()}
