"""SQLModel tables, one file per aggregate; importing this package registers them all."""

from jointreview.models import (
    appointment,
    case,
    consultation,
    event,
    identity,
    layer,
    outcome,
    place,
    pocket,
    project,
    review,
    supervision,
    timekeeping,
    trip,
    upload,
    visit,
)

__all__ = [
    "appointment",
    "case",
    "consultation",
    "event",
    "identity",
    "layer",
    "outcome",
    "place",
    "pocket",
    "project",
    "review",
    "supervision",
    "timekeeping",
    "trip",
    "upload",
    "visit",
]
