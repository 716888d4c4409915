"""Layers that changed are asked again for every open case, and services that were silent."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from jointreview.commands.executor import SHANGHAI, execute
from jointreview.commands.layer_checks import CheckLayers
from jointreview.commands.layer_sight import version_in_force
from jointreview.domain.case_states import OPEN
from jointreview.domain.layers import Answer
from jointreview.domain.problems import Refused
from jointreview.models.actor import SYSTEM
from jointreview.models.base import reading
from jointreview.models.case import Case
from jointreview.models.layer import GeoLayer, LayerAnswer, LayerVersion
from jointreview.models.project import Parcel

SERVICE_AGAIN = timedelta(minutes=10)
"""A service that did not answer is asked again after so long."""
MOST_AT_ONCE = 200
"""So many cases in one sweep: messages and deadlines wait behind it."""
_log = logging.getLogger(__name__)


def recheck_layers(now: datetime, most: int = MOST_AT_ONCE) -> int:
    """Ask again where an answer is missing or of another version or parcel; answers how many cases were asked."""
    with reading() as session:
        waiting = _waiting(session, now)[:most]
    for case_id in waiting:
        try:
            execute(SYSTEM, CheckLayers(case_id=case_id), now=now)
        except Refused as refusal:
            _log.warning("the layers of case %s were not asked: %s", case_id, refusal)
    return len(waiting)


def _waiting(session: Session, now: datetime) -> list[int]:
    """The open cases with a confirmed parcel for which some answer is not the one of today."""
    versions = _in_force(session, now)
    parcels = session.exec(
        select(Parcel.case_id, Parcel.id)
        .join(Case, col(Case.id) == Parcel.case_id)
        .where(
            col(Parcel.current),
            col(Parcel.confirmed_at).is_not(None),
            col(Case.state).in_([state.value for state in OPEN]),
        )
    ).all()
    ids = [v.id for v in versions]
    answered = (
        select(LayerAnswer.case_id, LayerAnswer.parcel_id, func.count())
        .where(col(LayerAnswer.current), col(LayerAnswer.version_id).in_(ids))
        .group_by(col(LayerAnswer.case_id), col(LayerAnswer.parcel_id))
    )
    fresh = {(case_id, parcel_id): count for case_id, parcel_id, count in session.exec(answered).all()}
    outdated = select(LayerAnswer.case_id).where(
        col(LayerAnswer.current), col(LayerAnswer.version_id).is_not(None), col(LayerAnswer.version_id).not_in(ids)
    )
    again = {*session.exec(outdated).all(), *_silent(session, versions, now)}
    return sorted(
        case_id
        for case_id, parcel_id in parcels
        if fresh.get((case_id, parcel_id or 0), 0) < len(ids) or case_id in again
    )


def _in_force(session: Session, now: datetime) -> list[LayerVersion]:
    day = now.astimezone(SHANGHAI).date()
    versions = session.exec(select(LayerVersion)).all()
    layers = session.exec(select(GeoLayer.id).where(GeoLayer.kind == "features")).all()
    found = [version_in_force([v for v in versions if v.layer_id == layer], day) for layer in layers]
    return [version for version in found if version is not None]


def _silent(session: Session, versions: list[LayerVersion], now: datetime) -> set[int]:
    """The cases that wait for a service: never asked, or without an answer some time ago."""
    services = [v.id for v in versions if v.origin == "service"]
    if not services:
        return set()
    rows = session.exec(
        select(LayerAnswer).where(
            col(LayerAnswer.current),
            LayerAnswer.answer == Answer.NOT_ANSWERED.value,
            col(LayerAnswer.version_id).in_(services),
        )
    ).all()
    first = {row.case_id for row in rows if row.reason.get("key") == "layers.service_waits"}
    return first | {row.case_id for row in rows if now - row.asked_at >= SERVICE_AGAIN}
