"""What the map says of the case's parcel, layer by layer, for this reader: hit, clear or not answered."""

from __future__ import annotations

from typing import Any, TypedDict

from jointreview.catalog.form_items import items_for
from jointreview.catalog.form_layers import notes, percent
from jointreview.commands.layer_answers import Standing, answers_now, required_codes, standings, with_map
from jointreview.commands.layer_checks import CheckLayers
from jointreview.commands.layer_sight import sees
from jointreview.domain.layers import Answer
from jointreview.models.layer import LayerAnswer
from jointreview.queries.dossier.desk import Desk, minute

_TONES = {Answer.HIT.value: "warn", Answer.CLEAR.value: "good", Answer.NOT_ANSWERED.value: "bad"}
_ORDER = {Answer.NOT_ANSWERED.value: 0, Answer.HIT.value: 1, Answer.CLEAR.value: 2}


class ConstraintLine(TypedDict):
    """A layer with its answer; `mark` is hit, clear or not_answered, `figures` area, share, length, distance.

    `waits` tells that a decision waits for it, `restricted` that only some units see it.
    """

    code: str
    name: str
    mark: str
    word: str
    tone: str
    figures: str
    names: str
    dated: str
    asked: str
    note: str
    waits: bool
    required: bool
    restricted: bool


class Constraints(TypedDict):
    """The whole section: the layers, what has to be heeded, items that the map asks for and nobody has."""

    lines: list[ConstraintLine]
    notes: list[str]
    missing: list[str]
    summary: str
    tone: str
    may_check: bool


NO_CONSTRAINTS = Constraints(lines=[], notes=[], missing=[], summary="", tone="neutral", may_check=False)


def visible_answers(desk: Desk) -> list[tuple[Standing, LayerAnswer | None]]:
    """The layers this reader may know of, each with its answer: required ones also while nobody asked them."""
    if desk.is_party:
        return []
    found = {a.layer: a for a in answers_now(desk.session, desk.case_id)}
    items = [a.item for a in desk.facts.assignments]
    required = required_codes(desk.catalog, desk.case.stage, items)
    known = standings(desk.session, desk.catalog, desk.ctx.today)
    return [
        (standing, found.get(code))
        for code, standing in known.items()
        if (code in found or code in required) and _may_know(desk, standing)
    ]


def _may_know(desk: Desk, standing: Standing) -> bool:
    """An applicant learns what its own parcel touches, but nothing of what is for some units alone."""
    return sees(desk.actor, standing.units) if desk.actor.is_staff else not standing.units


def constraints(desk: Desk) -> Constraints:
    """The section as the reader sees it."""
    waiting = {one.code: desk.say(one.key, **one.params) for one in desk.facts.unanswered_layers}
    items = [a.item for a in desk.facts.assignments]
    required = set(required_codes(desk.catalog, desk.case.stage, items))
    lines = [_line(desk, standing, answer, waiting, required) for standing, answer in visible_answers(desk)]
    lines.sort(key=lambda line: (_ORDER[line["mark"]], not line["required"], line["name"]))
    counts = {mark: sum(line["mark"] == mark for line in lines) for mark in _ORDER}
    tone = next((_TONES[mark] for mark in _ORDER if counts[mark]), "neutral")
    return Constraints(
        lines=lines,
        notes=_notes(desk),
        missing=_missing(desk, set(items)),
        summary=desk.say("layers.summary", **counts) if lines else "",
        tone=tone,
        may_check=desk.may(CheckLayers),
    )


def _line(
    desk: Desk, standing: Standing, answer: LayerAnswer | None, waiting: dict[str, str], required: set[str]
) -> ConstraintLine:
    # An answer of an earlier version no longer counts for a layer that a decision needs.
    silent = answer is None or (standing.code in waiting and answer.answer != Answer.NOT_ANSWERED)
    mark = Answer.NOT_ANSWERED.value if silent or answer is None else answer.answer
    note = waiting.get(standing.code, "")
    if not note and answer is not None and answer.reason:
        note = desk.say(str(answer.reason["key"]), **answer.reason.get("params", {}))
    told = answer if answer is not None and not silent else None
    return ConstraintLine(
        code=standing.code,
        name=standing.name["en" if desk.lang == "en" else "zh"],
        mark=mark,
        word=desk.say(f"layers.answer_{mark}"),
        tone=_TONES[mark],
        figures=figures(desk, told) if told else "",
        names="、".join(told.names[:5]) if told else "",
        dated=desk.day(told.layer_date) if told and told.layer_date else "",
        asked=minute(told.asked_at) if told else "",
        note=note,
        waits=standing.code in waiting,
        required=standing.code in required,
        restricted=bool(standing.units),
    )


def figures(desk: Desk, answer: LayerAnswer) -> str:
    """Area and share, length inside, or the distance, in words."""
    parts = []
    if answer.area_m2:
        parts.append(desk.say("layers.figure_area", area=f"{answer.area_m2:,.1f}", percent=percent(answer.percent)))
    if answer.length_m:
        parts.append(desk.say("layers.figure_length", length=f"{answer.length_m:,.0f}"))
    if answer.distance_m:
        parts.append(desk.say("layers.figure_distance", distance=f"{answer.distance_m:,.1f}"))
    elif answer.distance_m is None and answer.answer == Answer.CLEAR:
        parts.append(desk.say("layers.figure_far"))
    elif answer.answer == Answer.CLEAR:
        parts.append(desk.say("layers.figure_beside"))
    return desk.say("layers.figure_joint").join(parts)


def _notes(desk: Desk) -> list[str]:
    if desk.is_party:
        return []
    known: dict[str, Any] = {**with_map(desk.session, desk.case_id, {})}
    return [note.in_(desk.lang) for _, note in notes(desk.catalog, known)]


def _missing(desk: Desk, items: set[str]) -> list[str]:
    """The items the map brings in that have no department yet, for those who can add one."""
    if not items or desk.actor.role not in ("coordinator", "leader", "officer"):
        return []
    before = {c.item.code for c in items_for(desk.catalog, desk.values) if c.applies}
    now = [c for c in items_for(desk.catalog, desk.known) if c.applies and c.item.code not in before | items]
    return [f"{c.item.code} {c.item.name.in_(desk.lang)}: {c.because.in_(desk.lang)}" for c in now]
