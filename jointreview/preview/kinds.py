"""Which kinds of files are shown, and how."""

from __future__ import annotations

_WAYS = {
    "pdf": ("pdf",),
    "picture": ("jpg", "png"),
    "office": ("docx", "xlsx"),
    "drawing": ("dxf",),
    "places": ("txt", "csv", "geojson", "kml", "kmz", "shp"),
}
_WAY = {kind: way for way, kinds in _WAYS.items() for kind in kinds}

HAS_THUMB = frozenset({"pdf", "picture", "office"})
"""Ways of which a first page in small can be shown."""


def way_of(kind: str) -> str:
    """How files of a kind (a code of `storage.sniff.KINDS`) are shown; empty for those that are not."""
    return _WAY.get(kind, "")
