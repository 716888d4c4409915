"""Layers and their versions as plain data in the reader's language."""

from __future__ import annotations

from typing import TypedDict

from jointreview.catalog.loader import load_catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.models.layer import GeoLayer
from jointreview.queries.layer_list import LayerLine, VersionLine
from jointreview.settings import settings
from jointreview.text import tr

_TONES = {"in_force": "good", "to_come": "accent", "run_out": "warn", "kept": "neutral", "retired": "neutral"}


class VersionRow(TypedDict):
    """A version in words; `retirable` while it is not retired and the reader keeps the layer."""

    id: int
    title: str
    state: str
    tone: str
    days: str
    said: str
    loaded: str
    repaired: list[str]
    retired: str
    retirable: bool


class LayerRow(TypedDict):
    """A layer in words; `map_url` is empty where there is nothing to look at, or it is not for this reader."""

    code: str
    name: str
    theme: str
    theme_name: str
    state: str
    tone: str
    dated: str
    count: str
    source: str
    restricted: str
    required: str
    basis: str
    keeps: bool
    hidden: bool
    map_url: str
    versions: list[VersionRow]


class PictureRow(TypedDict):
    """A background picture."""

    id: int
    name: str
    said: str


NO_LAYER = LayerRow(
    code="",
    name="",
    theme="",
    theme_name="",
    state="",
    tone="neutral",
    dated="",
    count="",
    source="",
    restricted="",
    required="",
    basis="",
    keeps=False,
    hidden=False,
    map_url="",
    versions=[],
)


def layer_row(line: LayerLine, lang: str) -> LayerRow:
    """A layer as the list and its own card show it."""
    now = next((v for v in line.versions if v.state == "in_force"), None)
    catalog = load_catalog(settings().catalogue, settings().today())
    names = {u.code: u.name.in_(lang) for u in catalog.units}
    units = "、".join(names.get(unit, unit) for unit in line.units)
    stages = "、".join(catalog.stage(n).name.in_(lang) for n in line.required_stages)
    looks = now is not None and line.may_look
    return LayerRow(
        code=line.code,
        name=line.name["en" if lang == "en" else "zh"],
        theme=line.theme,
        theme_name=tr(lang, f"layers.theme_{line.theme}"),
        state=tr(lang, "layers.version_in_force") if now else tr(lang, line.why_none),
        tone="good" if now else "bad" if line.required_stages else "neutral",
        dated=now.effective_from.isoformat() if now else "",
        count=_count(now, lang),
        source=now.source if now else "",
        restricted=tr(lang, "layers.only_for", units=units) if units else "",
        required=tr(lang, "layers.required_in", stages=stages) if stages else "",
        basis=line.basis.get(lang, ""),
        keeps=line.may_keep,
        hidden=now is not None and not line.may_look,
        map_url=_map_url(line, now) if looks else "",
        versions=[_version_row(v, line, lang) for v in line.versions],
    )


def _count(version: VersionLine | None, lang: str) -> str:
    if version is None:
        return ""
    if version.origin == "service":
        return tr(lang, "layers.is_service")
    return tr(lang, "layers.features", count=version.count)


def _map_url(line: LayerLine, now: VersionLine | None) -> str:
    """The whole layer in one window; a service is drawn on the map page, window by window."""
    if now is None or len(line.bbox) != 4:
        return ""
    west, south, east, north = line.bbox
    bbox = f"{west - 0.001:.5f},{south - 0.001:.5f},{east + 0.001:.5f},{north + 0.001:.5f}"
    return f"/api/layers/{line.id}/features?bbox={bbox}&v={now.id}"


def _version_row(version: VersionLine, line: LayerLine, lang: str) -> VersionRow:
    until = version.effective_to.isoformat() if version.effective_to else ""
    said = [_count(version, lang), version.source, version.licence, version.crs, version.file_name or version.url]
    when = version.loaded_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return VersionRow(
        id=version.id,
        title=tr(lang, "layers.version", number=version.number),
        state=tr(lang, f"layers.version_{version.state}"),
        tone=_TONES[version.state],
        days=f"{version.effective_from.isoformat()} – {until}",
        said=" · ".join(part for part in said if part),
        loaded=tr(lang, "layers.loaded_by", who=version.loaded_by or tr(lang, "layers.by_operator"), when=when),
        repaired=[
            tr(
                lang,
                "layers.repair_dropped" if r["dropped"] else "layers.repair_changed",
                feature=r["feature"],
                reason=r["reason"],
                change=f"{r['change_m2']:,.1f}",
            )
            for r in version.repaired
        ],
        retired=tr(lang, "layers.retired_because", reason=version.retired_reason) if version.retired_reason else "",
        retirable=line.may_keep and version.state != "retired",
    )


def picture_row(layer: GeoLayer, lang: str) -> PictureRow:
    """A background picture in words."""
    said = " · ".join(part for part in (layer.tiles.get("url", ""), layer.tiles.get("attribution", "")) if part)
    return PictureRow(id=layer.id or 0, name=layer.name_en if lang == "en" else layer.name_zh, said=said)
