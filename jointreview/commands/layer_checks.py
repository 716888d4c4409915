"""Asking the layers of the map about a parcel: on confirming it, when a layer changes, and whenever somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import shapely
from sqlmodel import Session, col, select

from jointreview.catalog.form_items import items_for
from jointreview.commands.executor import Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.files import content_digest
from jointreview.commands.form_values import form_values
from jointreview.commands.layer_answers import (
    Standing,
    confirmed_parcel,
    parcel_digest,
    required_codes,
    said_by,
    standings,
    with_map,
)
from jointreview.commands.layer_sight import index_of
from jointreview.commands.people import officers_of, staff_with_role
from jointreview.commands.registry import CaseCommand, command
from jointreview.commands.relations import handed_in_or_at_window, unit_takes_part
from jointreview.domain.case_states import IN_PROCESS, OPEN, CaseState
from jointreview.domain.layers import Answer
from jointreview.domain.problems import Problem
from jointreview.geo.layer_index import Touch
from jointreview.geo.wfs import NoAnswer, Said, ask
from jointreview.geo.wkb import Box, from_wkb
from jointreview.models.actor import Actor
from jointreview.models.layer import GeoLayer, LayerAnswer, LayerVersion
from jointreview.models.project import Parcel
from jointreview.settings import settings

Heard = Mapping[int, Said | NoAnswer]
"""What services said, by the id of the layer's version."""
_DEGREES_OF_A_METRE = 1.3e-5


class CheckLayers(CaseCommand):
    """Ask every layer about the parcel anew; answers that stand stay as they are."""


def parcel_placed(actor: Actor, facts: CaseFacts, target: int | None) -> Problem | None:
    """The parcel's place is confirmed."""
    return None if facts.parcel_confirmed else Problem("layers.no_parcel")


def services_heard(ctx: Context, cmd: CaseCommand) -> Callable[[], Heard]:
    """How the services are asked, all of them, before the transaction."""
    parcel = confirmed_parcel(ctx.session, cmd.case_id)
    if parcel is None:
        return dict
    asked = [
        (s.version, max(s.row.hit_within_m, s.row.near_m))
        for s in standings(ctx.session, ctx.catalog, ctx.today).values()
        if s.row is not None and s.version is not None and s.version.origin == "service"
    ]
    box = (parcel.min_lon, parcel.min_lat, parcel.max_lon, parcel.max_lat)
    return partial(_hear, [(v.id or 0, dict(v.service), _wider(box, reach)) for v, reach in asked])


def _hear(questions: list[tuple[int, dict[str, Any], Box]]) -> Heard:
    heard: dict[int, Said | NoAnswer] = {}
    for version_id, service, box in questions:
        try:
            heard[version_id] = ask(service, box, settings().layer_hosts)
        except NoAnswer as silent:
            heard[version_id] = silent
    return heard


def _wider(box: Box, metres: float) -> Box:
    edge = metres * _DEGREES_OF_A_METRE
    return box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge


@command(
    title="cmd.check_layers",
    grants={
        "coordinator": handed_in_or_at_window,
        "clerk": handed_in_or_at_window,
        "officer": unit_takes_part,
        "leader": unit_takes_part,
        "system": None,
    },
    states=OPEN,
    checks=(parcel_placed,),
    prepare=services_heard,
)
def check_layers(ctx: Context, cmd: CheckLayers) -> dict:
    before = _brought(ctx)
    changed = ask_layers(ctx, ctx.prepared)
    if changed and CaseState(ctx.the_case.state) in IN_PROCESS:
        _tell_of_new_items(ctx, before)
    return {"changed": changed}


def ask_layers(ctx: Context, heard: Heard | None = None) -> int:
    """Ask every layer about the confirmed parcel and keep what is new; answers how many answers changed.

    Services are only asked before the transaction: without `heard` their answer is still to come.
    """
    parcel = confirmed_parcel(ctx.session, ctx.case_id)
    if parcel is None:
        return 0
    digest = parcel_digest(parcel)
    rows = ctx.session.exec(
        select(LayerAnswer).where(LayerAnswer.case_id == ctx.case_id, col(LayerAnswer.current))
    ).all()
    earlier = {row.layer: row for row in rows}
    changed = 0
    for standing in _asked(ctx):
        answer = _answer(ctx, standing, parcel, digest, heard or {})
        old = earlier.pop(standing.code, None)
        if old is not None and _same(old, answer):
            continue
        changed += 1
        _replace(ctx, old)
        ctx.session.add(answer)
    for gone in earlier.values():
        changed += 1
        _replace(ctx, gone)
    if changed:
        ctx.session.flush()
        _record(ctx)
    return changed


def _replace(ctx: Context, old: LayerAnswer | None) -> None:
    if old is not None:
        old.current, old.replaced_at = False, ctx.now
        ctx.session.add(old)


def _asked(ctx: Context) -> list[Standing]:
    """Layers with data, and those a decision needs; one whose versions were all retired is used no more."""
    items = [a.item for a in ctx.facts.assignments]
    required = set(required_codes(ctx.catalog, ctx.the_case.stage, items))
    return [
        standing
        for standing in standings(ctx.session, ctx.catalog, ctx.today).values()
        if standing.version is not None
        or standing.code in required
        or (standing.row is not None and standing.why_none in ("layers.run_out", "layers.not_yet"))
    ]


def _answer(ctx: Context, standing: Standing, parcel: Parcel, digest: str, heard: Heard) -> LayerAnswer:
    answer = LayerAnswer(
        case_id=ctx.case_id,
        parcel_id=parcel.id or 0,
        parcel_digest=digest,
        layer=standing.code,
        answer=Answer.NOT_ANSWERED.value,
        asked_at=ctx.now,
    )
    if standing.version is None or standing.row is None:
        answer.reason = {"key": standing.why_none, "params": {}}
        return answer
    answer.version_id, answer.layer_date = standing.version.id, standing.version.effective_from
    try:
        touch, answer.said_digest = _touch(ctx.session, standing.row, standing.version, parcel, heard)
    except NoAnswer as silent:
        answer.reason = {"key": silent.problem.key, "params": dict(silent.problem.params)}
        return answer
    except (ValueError, shapely.errors.ShapelyError):
        answer.reason = {"key": "layers.cannot_compute", "params": {}}
        return answer
    _fill(answer, touch, parcel)
    return answer


def _touch(
    session: Session, layer: GeoLayer, version: LayerVersion, parcel: Parcel, heard: Heard
) -> tuple[Touch, str]:
    digest = ""
    if version.origin == "service":
        said = heard.get(version.id or 0, NoAnswer("waits"))
        if isinstance(said, NoAnswer):
            raise said
        index, digest = said.index, said.digest
    else:
        index = index_of(session, version)
    ground = from_wkb(parcel.wkb)
    return index.ask(ground, layer.hit_within_m, layer.near_m, parcel_m2=parcel.area_geodesic_m2), digest


def _fill(answer: LayerAnswer, touch: Touch, parcel: Parcel) -> None:
    answer.answer = touch.answer.value
    answer.area_m2 = round(touch.share * parcel.area_plane_m2, 2)
    answer.percent = round(touch.share * 100, 4)
    answer.length_m = round(touch.length_m, 1)
    answer.distance_m = None if touch.distance_m is None else round(touch.distance_m, 2)
    answer.features, answer.names = touch.features, list(touch.names)
    if touch.sliver_m2 > 0.01:
        answer.reason = {"key": "layers.sliver", "params": {"area": f"{touch.sliver_m2:.2f}"}}


def _same(old: LayerAnswer, new: LayerAnswer) -> bool:
    """Whether an answer says what the earlier one said, of the same version and parcel."""
    left_out = {"id", "asked_at", "current", "replaced_at", "parcel_id", "said_digest"}
    return old.model_dump(exclude=left_out) == new.model_dump(exclude=left_out)


def _record(ctx: Context) -> None:
    """The event counts what everybody may know; its digest stands for every answer."""
    rows = ctx.session.exec(
        select(LayerAnswer)
        .where(LayerAnswer.case_id == ctx.case_id, col(LayerAnswer.current))
        .order_by(LayerAnswer.layer)
    ).all()
    units = {s.code: s.units for s in standings(ctx.session, ctx.catalog, ctx.today).values()}
    open_ = [r.answer for r in rows if not units.get(r.layer)]
    pinned = [[r.layer, r.version_id, r.parcel_digest, said_by(r)] for r in rows]
    ctx.event(
        "layers_checked",
        effective_on=ctx.today,
        hit=open_.count(Answer.HIT),
        clear=open_.count(Answer.CLEAR),
        not_answered=open_.count(Answer.NOT_ANSWERED),
        digest=content_digest(pinned),
    )


def _brought(ctx: Context) -> set[str]:
    values = with_map(ctx.session, ctx.case_id, form_values(ctx.session, ctx.case_id), restricted=True)
    return {choice.item.code for choice in items_for(ctx.catalog, values) if choice.applies}


def _tell_of_new_items(ctx: Context, before: set[str]) -> None:
    """After acceptance nobody is drawn in silently: the coordinator and the lead decide about departments."""
    there = {a.item for a in ctx.facts.assignments}
    new = sorted(_brought(ctx) - before - there)
    told = staff_with_role(ctx.session, "coordinator")
    told += [a.id for a in officers_of(ctx.session, ctx.facts.lead) if a.id]
    key = "notify.layers_bring" if new else "notify.layers_changed"
    ctx.notify(told, key, number=ctx.the_case.number, items="、".join(new))
