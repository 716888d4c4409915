"""What layers of the map bring to a case: items, materials, checklist lines and notes, each with its reason.

The answers of the layers stand beside the sections of the form under `MAP`, by the layer's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jointreview.catalog.form_base import Form
from jointreview.catalog.schema import Catalog, Checklist, ChecklistLine
from jointreview.catalog.schema_base import Words
from jointreview.catalog.schema_layers import Hit, MapLayer
from jointreview.domain.layers import Answer
from jointreview.text import both

MAP = "MAP"
"""The section of the answers of layers; a catalogue's sections are called S1, S2 …"""


def touched(catalog: Catalog, form: Form) -> Iterator[tuple[MapLayer, Mapping[str, Any]]]:
    """The layers of the catalogue that answered "hit", each with its answer."""
    answers = form.get(MAP, {})
    for layer in catalog.layers:
        answer = answers.get(layer.code)
        if answer and answer["answer"] == Answer.HIT:
            yield layer, answer


def _hits(catalog: Catalog, form: Form) -> Iterator[tuple[Hit, Words]]:
    for layer, answer in touched(catalog, form):
        reason = because(layer, answer)
        yield from ((hit, reason) for hit in layer.on_hit)


def item_brought(catalog: Catalog, item: str, form: Form) -> Words | None:
    """Why the map brings an item in; None when it does not."""
    return _joined([reason for hit, reason in _hits(catalog, form) if item in hit.items])


def material_brought(catalog: Catalog, material: str, form: Form) -> Words | None:
    """Why the map asks for a material; None when it does not."""
    return _joined([reason for hit, reason in _hits(catalog, form) if material in hit.materials])


def notes(catalog: Catalog, form: Form) -> list[tuple[MapLayer, Words]]:
    """What has to be heeded, by layer."""
    return [(layer, hit.note) for layer, _ in touched(catalog, form) for hit in layer.on_hit if hit.note]


def checklist_with(catalog: Catalog, item: str, form: Form) -> Checklist | None:
    """The checklist of an item with the lines that the map adds, each with its reason."""
    checklist = catalog.checklist(item)
    if checklist is None:
        return None
    added = [
        ChecklistLine(
            code=line.code,
            zh=f"{line.zh}（{reason.zh}）",
            en=f"{line.en} ({reason.en})",
            rule=line.rule,
            asks_value=line.asks_value,
            value_unit=line.value_unit,
            photo_when_fail=line.photo_when_fail,
        )
        for hit, reason in _hits(catalog, form)
        for line in hit.lines
        if line.item == item
    ]
    return checklist.model_copy(update={"lines": [*checklist.lines, *added]}) if added else checklist


def because(layer: MapLayer, answer: Mapping[str, Any]) -> Words:
    """The reason in words; of a restricted layer no more than that there is one."""
    if layer.units:
        return Words(**both("layers.because_restricted"))
    said: dict[str, object] = {"layer": layer.name.model_dump(), "date": answer.get("date") or "—"}
    if answer.get("area_m2"):
        key = "layers.because_area"
        said |= {"area": f"{answer['area_m2']:,.1f}", "percent": percent(answer["percent"])}
    elif answer.get("length_m"):
        key = "layers.because_length"
        said["length"] = f"{answer['length_m']:,.0f}"
    elif answer.get("distance_m"):
        key = "layers.because_near"
        said["distance"] = f"{answer['distance_m']:,.1f}"
    else:
        key = "layers.because_touch"
    return Words(**both(key, **said))


def percent(value: float) -> str:
    """A share of the parcel in percent, never 0 for something."""
    return "< 0.1" if 0 < value < 0.05 else f"{value:.1f}"


def _joined(reasons: list[Words]) -> Words | None:
    once = list(dict.fromkeys((r.zh, r.en) for r in reasons))
    return Words(zh="；".join(zh for zh, _ in once), en="; ".join(en for _, en in once)) if once else None
