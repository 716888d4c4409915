"""SVG of our own making: what may stand in it, how large it is, and the reader's name across it."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from jointreview.preview import limits

FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
"""Chinese first: by itself a browser may take whatever it finds for Chinese words."""
_SPACE = "http://www.w3.org/2000/svg"
_TAGS = frozenset(
    {
        *("svg", "g", "defs", "style", "title", "path", "rect", "circle", "ellipse"),
        *("line", "polyline", "polygon", "text", "tspan"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("class", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "points"),
        *("width", "height", "viewBox", "preserveAspectRatio", "transform", "opacity"),
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
        *("stroke-linejoin", "stroke-dasharray", "vector-effect"),
        *("font-size", "font-family", "font-weight", "text-anchor"),
    }
)
_REACHES_OUT = re.compile(r"url\s*\(|@import|expression|javascript:|\\", re.IGNORECASE)
_VIEW_BOX = re.compile(rb'viewBox="\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.e]+)[\s,]+([\d.e]+)\s*"')
_SPACE_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}space"


def harmless(content: str) -> bytes:
    """The drawing with nothing left in it but shapes and words: no script, no link, no address of anything.

    Raises ValueError for what is no SVG, and for more than the limit.
    """
    if len(content) > limits.LARGEST_SVG or "<!DOCTYPE" in content or "<!ENTITY" in content:
        raise ValueError("too large, or not of our making")
    try:
        root = ElementTree.fromstring(content)  # nosec B314 # DOCTYPE and entities were refused
    except ElementTree.ParseError as fault:
        raise ValueError("no SVG") from fault
    if root.tag != f"{{{_SPACE}}}svg":
        raise ValueError("no SVG")
    _strip(root)
    ElementTree.register_namespace("", _SPACE)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _strip(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        allowed = name in _ATTRIBUTES or name == _SPACE_ATTRIBUTE
        if not allowed or _REACHES_OUT.search(value):
            del element.attrib[name]
    if element.tag == f"{{{_SPACE}}}style" and _REACHES_OUT.search(element.text or ""):
        element.text = ""
    for child in list(element):
        space, _, tag = str(child.tag).rpartition("}")
        if space != f"{{{_SPACE}" or tag not in _TAGS:
            element.remove(child)
        else:
            _strip(child)


def extent(content: bytes) -> tuple[float, float]:
    """Width and height of the drawing in its own units; (1000, 1000) for one that does not say."""
    found = _VIEW_BOX.search(content[:4000])
    return (float(found[1]), float(found[2])) if found else (1000.0, 1000.0)


def marked(content: bytes, words: str) -> bytes:
    """The drawing with `words` slanted all over it."""
    wide, high = extent(content)
    size = (wide * high) ** 0.5 / 46
    line = escape(words)
    across, down = size * (len(words) * 0.75 + 6), size * 7
    rows = []
    y, row = 0.0, 0
    while y < high + wide:
        x = -across / 2 * (row % 2)
        while x < wide + high:
            rows.append(f'<text x="{x:.0f}" y="{y:.0f}">{line}</text>')
            x += across
        y, row = y + down, row + 1
    layer = (
        f'<g fill="#b91c1c" fill-opacity="0.16" font-family="{FONTS}" font-size="{size:.0f}" '
        f'transform="rotate(-24) translate({-high * 0.4:.0f} 0)">{"".join(rows)}</g>'
    )
    head, end, rest = content.rpartition(b"</svg>")
    return head + layer.encode() + end + rest if end else content


def page(body: str, wide: int = 794, high: int = 1123) -> str:
    """A page of paper with `body` on it; A4 upright unless told otherwise."""
    return (
        f'<svg xmlns="{_SPACE}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">'
        f'<rect x="0" y="0" width="{wide}" height="{high}" fill="#ffffff"/>{body}</svg>'
    )


def clean_words(text: str) -> str:
    """Text as it may stand in XML."""
    return escape("".join(c if c >= " " and c not in "\x7f\ufffe\uffff" else " " for c in text))
