"""Which layer of a drawing holds what is wanted: by its usual names, else by being the only one; never by guess."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from jointreview.geo.dxf_scan import Drawing, Entity
from jointreview.geo.problems import ParcelProblem, error, warning

MAX_DEPTH = 8
"""Blocks within blocks deeper than this are refused."""

_SURE = re.compile(
    r"用地(红线|界线|边界|范围)|宗地|界址线|(征地|出让|划拨|供地|项目)(红线|范围|边界|界线)|^JZ[DX]$|^ZD(X|J)?$|^YDHX$"
    r"|(PLOT|SITE|PARCEL|LOT|LAND)(BOUNDARY|LINE|LIMIT|AREA)|PARCEL|CADASTR|PROPERTYLINE|REDLINE"
)
_LIKELY = re.compile(r"红线|地块|地界|^HX$|^(SITE|PLOT|LOT)$|BOUNDARY")
_NEVER = re.compile(
    r"(建筑|道路|生态|退让|退界|控制|文物|管线|铁路|河道)(控制|保护)*(红线|界线)|[蓝绿紫黄黑]线|规划道路"
    r"|标注|注记|文字|尺寸|ROAD|BUILDING|SETBACK|TEXT|DIMENSION"
)
_SHOWN = 8


@dataclass(frozen=True)
class LayerNames:
    """How the layers are called that hold what is wanted: surely, perhaps, and never."""

    sure: re.Pattern[str]
    likely: re.Pattern[str]
    never: re.Pattern[str]


PARCEL_LAYERS = LayerNames(_SURE, _LIKELY, _NEVER)
"""The layers of the land."""

BUILDING_LAYERS = LayerNames(
    re.compile(
        r"建筑(物)?(外)?(轮廓|外墙|基底|边线|外廓)|拟建建筑|竣工建筑|实测建筑|房屋|^JMD$|^JZ(LK|W|JD)$"
        r"|BUILDING(OUTLINE|FOOTPRINT|S)?$|FOOTPRINT"
    ),
    re.compile(r"建筑|单体|楼栋|^JZ$|BUILDING|HOUSE"),
    re.compile(
        r"(建筑|道路|生态|退让|退界|控制|用地)(控制|保护)*(红线|界线)|控制线|退让|退界|间距|轴线|日照|已有|现状|拆除"
        r"|标注|注记|文字|尺寸|名称|ROAD|SETBACK|TEXT|DIM|AXIS|EXISTING"
    ),
)
"""The layers of building outlines in site plans and as-built surveys."""


@dataclass
class LayerCount:
    """What a layer holds: outlines closed in themselves, and lines that may join to outlines."""

    closed: int = 0
    lines: int = 0


@dataclass
class Choice:
    """The layer chosen, or the problems that say why none was."""

    layer: str | None = None
    problems: list[ParcelProblem] = field(default_factory=list)


def layers_of(drawing: Drawing) -> dict[str, LayerCount]:
    """What each layer holds, blocks counted once for each layer they are inserted on."""
    found: dict[str, LayerCount] = {}
    seen: set[tuple[str, str]] = set()
    waiting: list[tuple[list[Entity], str]] = [(drawing.entities, "0")]
    while waiting:
        entities, inherited = waiting.pop()
        for entity in entities:
            layer = effective(entity, inherited)
            if entity.kind == "INSERT":
                block = drawing.blocks.get(entity.block)
                if block is not None and (entity.block, layer) not in seen:
                    seen.add((entity.block, layer))
                    waiting.append((block.entities, layer))
                continue
            count = found.setdefault(layer, LayerCount())
            if entity.closed:
                count.closed += 1
            else:
                count.lines += 1
    return found


def effective(entity: Entity, inherited: str) -> str:
    """The layer an entity shows on: within a block, layer 0 means the layer the block is inserted on."""
    return inherited if entity.layer == "0" else entity.layer


def choose(found: dict[str, LayerCount], wanted: str, names: LayerNames = PARCEL_LAYERS) -> Choice:
    """The layer to read: the wanted one, the one whose name says so, or the only one with a closed outline."""
    if not found:
        return Choice(None, [error("dxf_nothing_drawn")])
    if wanted.strip():
        return _wanted(found, wanted, names)
    for pattern in (names.sure, names.likely):
        named = [name for name in found if pattern.search(plain(name)) and not names.never.search(plain(name))]
        fitting = [name for name in named if found[name].closed] or named
        if len(fitting) == 1:
            return Choice(fitting[0])
        if fitting:
            return Choice(None, [error("dxf_layer_ambiguous", None, layers=_list(fitting, found, names))])
    closed = [name for name, count in found.items() if count.closed]
    if len(closed) == 1 or len(found) == 1:
        only = (closed or list(found))[0]
        return Choice(only, [warning("dxf_layer_assumed", None, layer=only)])
    return Choice(None, [error("dxf_layer_needed", None, layers=_list(closed or list(found), found, names))])


def _wanted(found: dict[str, LayerCount], wanted: str, names: LayerNames) -> Choice:
    exact = [name for name in found if name == wanted]
    alike = exact or [name for name in found if plain(name) == plain(wanted)]
    if len(alike) == 1:
        return Choice(alike[0])
    if alike:
        return Choice(None, [error("dxf_layer_ambiguous", None, layers=_list(alike, found, names))])
    return Choice(
        None, [error("dxf_layer_missing", None, layer=wanted[:60], layers=_list(list(found), found, names))]
    )


def plain(name: str) -> str:
    """A layer's name as the rules compare it; what an attached drawing put before it is left out."""
    last = re.split(r"\$\d+\$|\|", name)[-1]
    return re.sub(r"[\s_\-.·]+", "", unicodedata.normalize("NFKC", last)).upper()


def _list(shown: list[str], found: dict[str, LayerCount], names: LayerNames) -> str:
    """The likeliest layers first, so many as a person reads."""
    first = by_likelihood(shown, found, names)[:_SHOWN]
    return "、".join(first) + ("……" if len(shown) > _SHOWN else "")


def by_likelihood(layers: list[str], found: dict[str, LayerCount], names: LayerNames) -> list[str]:
    """The layers with the likeliest first."""
    return sorted(layers, key=lambda name: -_rank(name, found[name], names))


def _rank(name: str, count: LayerCount, names: LayerNames) -> int:
    text = plain(name)
    by_name = 4 if names.sure.search(text) else 2 if names.likely.search(text) else 0
    return by_name + (1 if count.closed else 0) - (8 if names.never.search(text) else 0)
