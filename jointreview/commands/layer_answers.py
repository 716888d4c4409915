"""What the layers of the map said about a case's parcel: read back, and which answers are still waited for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from jointreview.catalog.form_layers import MAP
from jointreview.catalog.schema import Catalog
from jointreview.commands.layer_sight import dates_of, version_in_force
from jointreview.domain.layers import Answer, why_none
from jointreview.models.layer import GeoLayer, LayerAnswer, LayerVersion
from jointreview.models.project import Parcel


@dataclass(frozen=True)
class Standing:
    """A layer as it stands on a day: its version in force, or the text that says why there is none.

    `row` is None for a layer of the catalogue that was never loaded; `units` are the only ones that may see it.
    """

    code: str
    name: dict[str, str]
    units: tuple[str, ...]
    row: GeoLayer | None
    version: LayerVersion | None
    why_none: str = ""


def parcel_digest(parcel: Parcel) -> str:
    """What an answer is pinned to: the SHA-256 of the parcel's geometry."""
    return hashlib.sha256(parcel.wkb).hexdigest()


def confirmed_parcel(session: Session, case_id: int) -> Parcel | None:
    """The parcel in force, once its place is confirmed."""
    return session.exec(
        select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current), col(Parcel.confirmed_at).is_not(None))
    ).first()


def standings(session: Session, catalog: Catalog, day: date) -> dict[str, Standing]:
    """Every layer of constraints that was ever loaded, and every layer of the catalogue, by code."""
    rows = {row.code: row for row in session.exec(select(GeoLayer).where(GeoLayer.kind == "features")).all()}
    versions = session.exec(select(LayerVersion)).all()
    found = {}
    for code in [*(layer.code for layer in catalog.layers), *sorted(rows)]:
        row, known = rows.get(code), catalog.layer(code)
        mine = [v for v in versions if row is not None and v.layer_id == row.id]
        version = version_in_force(mine, day)
        why = "" if version else why_none([dates_of(v) for v in mine], day)
        name = known.name.model_dump() if known else {"zh": row.name_zh, "en": row.name_en} if row else {}
        units = tuple(known.units if known else row.units if row else ())
        found[code] = Standing(code, name, units, row, version, why)
    return found


def answers_now(session: Session, case_id: int) -> list[LayerAnswer]:
    """The answers that count about the parcel as it is; none while it is not confirmed."""
    parcel = confirmed_parcel(session, case_id)
    if parcel is None:
        return []
    return list(
        session.exec(
            select(LayerAnswer)
            .where(
                LayerAnswer.case_id == case_id,
                col(LayerAnswer.current),
                LayerAnswer.parcel_digest == parcel_digest(parcel),
            )
            .order_by(LayerAnswer.layer)
        ).all()
    )


def with_map(
    session: Session, case_id: int, values: Mapping[str, Mapping[str, Any]], restricted: bool = False
) -> dict[str, Mapping[str, Any]]:
    """The form with what the map says beside it, for rules that look at both.

    What only some units may know is left out unless `restricted`: an applicant who moves the parcel about must not
    find out where a shelter lies.
    """
    answers = answers_now(session, case_id)
    hidden = set() if restricted else restricted_codes(session, [a.layer for a in answers])
    return {**values, MAP: {a.layer: said_by(a) for a in answers if a.layer not in hidden}}


def restricted_codes(session: Session, codes: Iterable[str]) -> set[str]:
    """Those of the layers that only some units may see."""
    wanted = set(codes)
    if not wanted:
        return set()
    return {
        row.code for row in session.exec(select(GeoLayer).where(col(GeoLayer.code).in_(wanted))).all() if row.units
    }


def said_by(answer: LayerAnswer) -> dict[str, Any]:
    """An answer as rules read it."""
    return {
        "answer": answer.answer,
        "area_m2": answer.area_m2,
        "percent": answer.percent,
        "length_m": answer.length_m,
        "distance_m": answer.distance_m,
        "date": answer.layer_date.isoformat() if answer.layer_date else "",
    }


@dataclass(frozen=True)
class Unanswered:
    """A layer a decision waits for: its name, and why there is no answer as a text key with parameters."""

    code: str
    name: dict[str, str]
    key: str
    params: dict[str, Any]


def required_codes(catalog: Catalog, stage: int, items: Iterable[str]) -> list[str]:
    """The layers that must have answered before a case of that stage with these items is decided."""
    wanted = set(items)
    return [
        layer.code for layer in catalog.layers if stage in layer.required_stages or wanted & set(layer.required_items)
    ]


def unanswered(
    session: Session, catalog: Catalog, case_id: int, stage: int, items: Iterable[str], day: date
) -> tuple[Unanswered, ...]:
    """Required layers without an answer of their version in force about the parcel as it is.

    An answer given before the layer or the parcel changed does not count: nobody decides on yesterday's red line.
    """
    required = required_codes(catalog, stage, items)
    if not required:
        return ()
    known = standings(session, catalog, day)
    answers = {a.layer: a for a in answers_now(session, case_id)}
    parcel = confirmed_parcel(session, case_id)
    found = []
    for code in required:
        standing, answer = known[code], answers.get(code)
        key, params = _silence(standing, answer, parcel is not None)
        if key:
            found.append(Unanswered(code, standing.name, key, params))
    return tuple(found)


def _silence(standing: Standing, answer: LayerAnswer | None, placed: bool) -> tuple[str, dict[str, Any]]:
    """Why there is no answer that counts; an empty key when there is one."""
    if standing.version is None:
        return standing.why_none, {}
    if not placed:
        return "layers.no_parcel", {}
    if answer is None or answer.version_id != standing.version.id:
        return "layers.to_be_asked", {}
    if answer.answer == Answer.NOT_ANSWERED:
        return str(answer.reason.get("key", "layers.to_be_asked")), dict(answer.reason.get("params", {}))
    return "", {}
