"""Who may see a layer of the map, which of its versions counts, and the index over the features of a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from jointreview.domain.layers import Dates, in_force
from jointreview.geo.layer_index import LayerIndex, indexes
from jointreview.models.actor import Actor
from jointreview.models.layer import LayerFeature, LayerVersion


def sees(actor: Actor, units: Iterable[str]) -> bool:
    """Whether the person may see where a layer restricted to `units` (none: the whole administration) lies.

    An applicant sees no layer as a whole; where a civil-defence shelter lies is for that unit alone, not for the
    coordinator or the administrator who loaded it (requirements §6.1).
    """
    only = frozenset(units)
    return actor.is_staff and (not only or actor.unit in only)


def version_in_force(versions: Sequence[LayerVersion], day: date) -> LayerVersion | None:
    """Of a layer's versions the one that counts on a day."""
    found = in_force([dates_of(v) for v in versions], day)
    return next((v for v in versions if found and v.number == found.number), None)


def dates_of(version: LayerVersion) -> Dates:
    """A version as the rule of its days sees it."""
    return Dates(version.number, version.effective_from, version.effective_to, version.retired_at is not None)


def index_of(session: Session, version: LayerVersion) -> LayerIndex:
    """The index over a version's features, read from the database when it is not at hand."""

    def build() -> LayerIndex:
        rows = session.exec(
            select(LayerFeature.wkb, LayerFeature.name)
            .where(LayerFeature.version_id == version.id)
            .order_by(col(LayerFeature.number))
        ).all()
        return LayerIndex.of_wkb([wkb for wkb, _ in rows], [name for _, name in rows])

    return indexes.get((version.id, version.digest, version.loaded_at), build)
