"""Background tiles by configuration: which addresses, in which datum, and from which hosts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from jointreview.settings import Settings, settings

_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
_TIANDITU_LAYERS = {"vec": ("vec", "cva"), "img": ("img", "cia")}
"""A background of the national map service and its names, which lie on a layer of their own."""
_WMTS_NAMES = {"TileMatrix": "z", "TileRow": "y", "TileCol": "x"}


def tile_addresses(options: Settings | None = None) -> list[str]:
    """The addresses of the layers, the lowest first, as templates with {z}, {x}, {y} and {s}; none: a quiet grid."""
    options = options or settings()
    if options.tianditu_key:
        key = quote(options.tianditu_key, safe="")
        return [_TIANDITU.format(layer=layer, key=key) for layer in _TIANDITU_LAYERS[options.tianditu_kind]]
    found = []
    for address in options.tiles_url.split():
        for wmts, name in _WMTS_NAMES.items():
            address = address.replace(f"{{{wmts}}}", f"{{{name}}}")
        found.append(address)
    return found


def tiles_for_map(options: Settings | None = None) -> dict[str, Any]:
    """What the map in the browser needs: `urls`, `subdomains`, `attribution`, `datum`; empty without tiles.

    The datum is `cgcs2000` (as good as WGS 84) or `gcj02`: on tiles of the latter the map draws everything converted.
    """
    options = options or settings()
    addresses = tile_addresses(options)
    if not addresses:
        return {}
    national = bool(options.tianditu_key)
    return {
        "urls": addresses,
        "subdomains": "01234567" if national else options.tiles_subdomains,
        "attribution": options.tiles_attribution or ("© 天地图" if national else ""),
        "datum": "cgcs2000" if national else options.tiles_datum,
    }


def tile_origins(options: Settings | None = None) -> list[str]:
    """The origins the browser may ask for tiles, each once; an address of our own site names none."""
    options = options or settings()
    shown = tiles_for_map(options)
    found: dict[str, None] = {}
    for address in shown.get("urls", ()):
        for name in shown["subdomains"] if "{s}" in address else ("",):
            parts = urlsplit(address.replace("{s}", name))
            if parts.netloc:
                found[f"{parts.scheme}://{parts.netloc}"] = None
    return list(found)
