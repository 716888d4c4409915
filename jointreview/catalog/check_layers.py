"""Cross-references of the layers of the map: units, items and materials that exist, lines that fit a checklist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jointreview.catalog.reading import Loc
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_layers import Hit

Fault = tuple[Loc, str, dict[str, object]]
MOST_LINES = 10
"""A checklist stays a page on the site: with everything layers may add it has at most so many lines more."""


def layers(catalog: Catalog) -> Iterator[Fault]:
    """What a layer names exists, in the stage it is named for, and no code comes twice."""
    units, stages = {u.code for u in catalog.units}, {s.number for s in catalog.stages}
    codes = [layer.code for layer in catalog.layers]
    for n, layer in enumerate(catalog.layers):
        if layer.code in codes[:n]:
            yield ("layers", n, "code"), "catalog.code_twice", {"code": layer.code}
        yield from _unknown(("layers", n, "units"), layer.units, units, "unit")
        yield from _unknown(("layers", n, "required_stages"), layer.required_stages, stages, "stage")
        yield from _unknown(
            ("layers", n, "required_items"), layer.required_items, {i.code for i in catalog.items}, "item"
        )
        for h, hit in enumerate(layer.on_hit):
            yield from _hit(catalog, ("layers", n, "on_hit", h), hit)
    yield from _lines(catalog)


def _hit(catalog: Catalog, loc: tuple[str | int, ...], hit: Hit) -> Iterator[Fault]:
    yield from _unknown((*loc, "stages"), hit.stages, {s.number for s in catalog.stages}, "stage")
    items = {i.code for i in catalog.items if hit.counts_in(i.stage)}
    materials = {m.code for m in catalog.materials if any(hit.counts_in(s) for s in m.stages)}
    yield from _unknown((*loc, "items"), hit.items, items, "item")
    yield from _unknown((*loc, "materials"), hit.materials, materials, "material")
    listed = {c.item for c in catalog.checklists}
    for m, line in enumerate(hit.lines):
        if line.item not in items or line.item not in listed:
            yield (*loc, "lines", m, "item"), "catalog.no_such_checklist", {"code": line.item}


def _lines(catalog: Catalog) -> Iterator[Fault]:
    """Codes of lines are unique over all checklists, and no item gets more lines than can be walked through."""
    seen = {line.code for checklist in catalog.checklists for line in checklist.lines}
    added: dict[str, int] = {}
    for n, layer in enumerate(catalog.layers):
        for h, hit in enumerate(layer.on_hit):
            for m, line in enumerate(hit.lines):
                loc = ("layers", n, "on_hit", h, "lines", m, "code")
                if line.code in seen:
                    yield loc, "catalog.code_twice", {"code": line.code}
                seen.add(line.code)
                added[line.item] = added.get(line.item, 0) + 1
                if added[line.item] > MOST_LINES:
                    yield loc, "catalog.too_many_lines", {"item": line.item, "most": MOST_LINES}


def _unknown(loc: Loc, named: Iterable[str | int], known: set[str] | set[int], what: str) -> Iterator[Fault]:
    for n, name in enumerate(named):
        if name not in known:
            yield (*loc, n), f"catalog.no_such_{what}", {"code": str(name)}
