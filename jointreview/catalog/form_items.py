"""What the answers decide: which items apply, which materials are needed, which units take part, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from jointreview.catalog.form_base import Form, holds, in_words
from jointreview.catalog.form_layers import item_brought, material_brought
from jointreview.catalog.schema import Catalog, HandlingUnit, Item, Material, Track
from jointreview.catalog.schema_base import When, Words
from jointreview.text import tr

Need = Literal["required", "deferrable", "optional", "shared", "fetched", "generated", "not_needed"]


class ItemChoice(NamedTuple):
    """An item as it is for these answers (its variant applied), whether it applies, and why."""

    item: Item
    applies: bool
    because: Words


class MaterialChoice(NamedTuple):
    """A material, how far it is needed, and why.

    `required` must be there; `deferrable` may follow; `shared` is a certificate nobody here issued, an upload is
    welcome; `fetched` is one the system has; `generated` is made by the system.
    """

    material: Material
    needed: Need
    because: Words

    @property
    def must_upload(self) -> bool:
        """Whether the case cannot be filed without an upload of it."""
        return self.needed == "required"


@dataclass(frozen=True)
class BroughtIn:
    """A unit that takes part because of an answer, with the items it brings."""

    unit: HandlingUnit
    items: tuple[Item, ...]
    because: Words


def items_for(catalog: Catalog, all_values: Form) -> list[ItemChoice]:
    """Every item of the catalogue in its order, with whether it applies."""
    return [_choice(catalog, item, all_values) for item in catalog.items]


_OTHER_TRACK = {"government": "form.because_track_government", "private": "form.because_track_private"}


def track_of(form: Form) -> Track:
    """Whether a project counts as government-invested or private, by the source of its money (requirements §1.2)."""
    return "government" if form.get("S2", {}).get("investment_source") == "government" else "private"


_TRACKS: dict[str, When] = {
    "government": {"field": "S2.investment_source", "eq": "government"},
    "private": {"not": {"field": "S2.investment_source", "eq": "government"}},
}


def whole_condition(item: Item) -> When | Literal["always"]:
    """When an item applies, with the projects it is for: one condition, which a browser judges as well."""
    parts = [_TRACKS[track] for track in item.tracks] if len(item.tracks) == 1 else []
    if item.applies_when != "always":
        parts.append(item.applies_when)
    return {"all": parts} if len(parts) > 1 else parts[0] if parts else "always"


def _choice(catalog: Catalog, item: Item, form: Form) -> ItemChoice:
    shaped = as_for(item, form)
    if item.tracks and track_of(form) not in item.tracks:
        return ItemChoice(shaped, False, _says(_OTHER_TRACK[track_of(form)]))
    if item.applies_when == "always":
        return ItemChoice(shaped, True, _says("form.because_always"))
    words = in_words(catalog, item.applies_when)
    if holds(item.applies_when, form):
        return ItemChoice(shaped, True, _reason(catalog, item.applies_when, form))
    if (touched := item_brought(catalog, item.code, form)) is not None:
        return ItemChoice(shaped, True, touched)
    return ItemChoice(shaped, False, _says("form.because_not", condition=words))


def _reason(catalog: Catalog, condition: When, form: Form) -> Words:
    """Of alternatives only those that hold: nobody wants to read the others."""
    if "any" in condition:
        condition = {"any": [part for part in condition["any"] if holds(part, form)]}
    return in_words(catalog, condition)


def _says(key: str, **words: Words) -> Words:
    """A text whose parameters are words."""
    zh = tr("zh", key, **{name: w.zh for name, w in words.items()})
    return Words(zh=zh, en=tr("en", key, **{name: w.en for name, w in words.items()}))


def as_for(item: Item, form: Form) -> Item:
    """The item with the first of its variants that holds applied."""
    variant = next((v for v in item.variants if holds(v.when, form)), None)
    if variant is None:
        return item
    return item.model_copy(
        update={
            "name": variant.name,
            "kind": variant.kind,
            "result_document": variant.result_document,
            "legal_basis": variant.legal_basis,
            "absence_policy": variant.absence_policy,
            "deferral": variant.deferral,
        }
    )


def materials_for(
    catalog: Catalog, all_values: Form, held: Mapping[str, bool] = MappingProxyType({})
) -> list[MaterialChoice]:
    """Every material of the catalogue by number, with how far it is needed.

    `held` are the kinds of certificate the project won, with whether one is in force: then it is fetched, and when it
    lapsed it has to be handed in.
    """
    applying = {choice.item.code for choice in items_for(catalog, all_values) if choice.applies}
    ordered = sorted(catalog.materials, key=lambda m: m.number)
    return [
        _fetched(material, held[material.certificate])
        if material.certificate in held
        else _material(catalog, material, all_values, applying)
        for material in ordered
    ]


def _fetched(material: Material, in_force: bool) -> MaterialChoice:
    if in_force:
        return MaterialChoice(material, "fetched", _says("form.because_fetched"))
    return MaterialChoice(material, "required", _says("form.because_lapsed"))


def _material(catalog: Catalog, material: Material, form: Form, applying: set[str]) -> MaterialChoice:
    if material.generated:
        return MaterialChoice(material, "generated", _says("form.because_generated"))
    if material.requirement == "shared":
        return MaterialChoice(material, "shared", _says("form.because_shared"))
    need: Need = "required" if material.requirement == "main" else "deferrable"
    hits = [code for code in material.required_with if code in applying]
    if hits:
        return MaterialChoice(material, need, _says("form.because_item", items=_names(catalog, hits)))
    if material.required_when and holds(material.required_when, form):
        return MaterialChoice(material, need, in_words(catalog, material.required_when))
    if (touched := material_brought(catalog, material.code, form)) is not None:
        return MaterialChoice(material, need, touched)
    if material.required_with:
        names = _names(catalog, material.required_with)
        return MaterialChoice(material, "not_needed", _says("form.because_not_item", items=names))
    if material.required_when:
        words = in_words(catalog, material.required_when)
        return MaterialChoice(material, "not_needed", _says("form.because_not", condition=words))
    return MaterialChoice(material, need, _says("form.because_always"))


def _names(catalog: Catalog, codes: list[str]) -> Words:
    names = [catalog.item(code).name for code in codes]
    return Words(zh="、".join(n.zh for n in names), en=", ".join(n.en for n in names))


def brought_in(catalog: Catalog, all_values: Form) -> list[BroughtIn]:
    """The units that take part only because of an answer, in the catalogue's order of items."""
    always = {item.unit for item in catalog.items if item.applies_when == "always"}
    found: dict[str, list[ItemChoice]] = {}
    for choice in items_for(catalog, all_values):
        if choice.applies and choice.item.unit not in always:
            found.setdefault(choice.item.unit, []).append(choice)
    return [
        BroughtIn(
            catalog.unit(unit),
            tuple(c.item for c in choices),
            Words(
                zh="；".join(dict.fromkeys(c.because.zh for c in choices)),
                en="; ".join(dict.fromkeys(c.because.en for c in choices)),
            ),
        )
        for unit, choices in found.items()
    ]
