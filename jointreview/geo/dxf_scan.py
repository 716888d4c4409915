"""Looking through a DXF without loading it: which entities lie where, in one bounded pass over its lines.

A drawing is a list of pairs: a line with a group code, a line with a value. Only what can be part of a boundary is
noted, with the line it begins on and its place in the file; `dxf_shapes` reads those that are wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jointreview.geo.archive import Refusal
from jointreview.geo.problems import error, warning
from jointreview.geo.raw import RawFile

BINARY_MARK = b"AutoCAD Binary DXF\r\n\x1a\x00"
MAX_ENTITIES = 200_000
"""More entities than a survey drawing of a district has: a file beyond it is refused, not worked through."""

_MAX_LINE = 1024
_KINDS = {
    kind.encode(): kind
    for kind in ("LINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE", "LWPOLYLINE", "POLYLINE", "HATCH", "INSERT")
}
_CLOSED_KINDS = {"CIRCLE", "HATCH"}
_POLYLINES = {"LWPOLYLINE", "POLYLINE"}
_WITHIN_ANOTHER = {b"VERTEX", b"SEQEND", b"ATTRIB"}
_END_OF_SECTION = re.compile(rb"(?:^|\n)[ \t]*0[ \t]*\r?\n[ \t]*ENDSEC[ \t]*(?=\r?\n|$)")
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:999[ \t]*\r?[\n\r][^\n\r]{0,2000}\r?[\n\r]\s*){0,50}0[ \t]*\r?[\n\r]\s*SECTION"
)
_CODE_PAGES = {"ANSI_936": "gb18030", "GB2312": "gb18030", "ANSI_950": "big5", "ANSI_932": "cp932"}
_TEXTS = {b"TEXT", b"MTEXT"}
_MOST_TEXTS = 20_000
_FORMAT = re.compile(r"\\[ACFfHQTWp][^;\\]*;|\\[PNXLlOoKk~]|%%[uoUO]")
_BETWEEN = b"\x00"
_MOST_TAGS = 3_000_000
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


@dataclass(slots=True)
class Entity:
    """One entity: `start` and `end` are its bytes in the file; `block` is what an INSERT refers to.

    A POLYLINE reaches to its SEQEND. `handle` may be empty: R12 drawings need none.
    """

    kind: str
    line: int
    start: int
    end: int = 0
    layer: str = "0"
    handle: str = ""
    block: str = ""
    flags: int = 0
    hidden: bool = False

    @property
    def closed(self) -> bool:
        """Does it alone bound an area?"""
        return self.kind in _CLOSED_KINDS or (self.kind in _POLYLINES and bool(self.flags & 1))

    @property
    def label(self) -> str:
        """How people find it: its handle, or the line where it has none."""
        return self.handle or f"L{self.line}"


@dataclass(slots=True)
class Text:
    """A text of the drawing itself (not of its blocks) and where it stands."""

    text: str = ""
    x: float = 0.0
    y: float = 0.0
    simple: bool = True
    aligned: bool = False


@dataclass
class Block:
    """A block's entities and its base point."""

    base: tuple[float, float] = (0.0, 0.0)
    entities: list[Entity] = field(default_factory=list)


@dataclass
class Drawing:
    """What a pass over the file found; `unit` is the code of $INSUNITS, 0 where none is stated."""

    data: bytes
    unit: int = 0
    version: str = ""
    entities: list[Entity] = field(default_factory=list)
    blocks: dict[str, Block] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)


def looks_like_dxf(data: bytes) -> bool:
    """Does the content begin as a drawing does?"""
    return data.startswith(BINARY_MARK) or bool(_BEGINNING.match(data))


def scan(data: bytes, raw: RawFile) -> Drawing:
    """Every entity that may bound an area. Raises Refusal for a file that is cut off, damaged or beyond measure."""
    binary = data.startswith(BINARY_MARK)
    if binary:
        data = _as_text(data)
    elif b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    scanner = _Scanner(data, raw, binary)
    scanner.run()
    return scanner.finish()


class _Scanner:
    """One pass over the pairs; names stay bytes until the end, when their encoding can be judged."""

    def __init__(self, data: bytes, raw: RawFile, binary: bool) -> None:
        self.drawing = Drawing(data)
        self.raw = raw
        self.binary = binary
        self.line = 1
        self.at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.section = _BETWEEN
        self.variable = b""
        self.codepage = ""
        self.ended = False
        self.entity: Entity | None = None
        self.text: Text | None = None
        self.block: Block | None = None
        self.count = 0
        self.block_name = b""
        self.base = [0.0, 0.0]
        self.within = False

    def pairs(self) -> Iterator[tuple[int, bytes, int, int]]:
        """Code, value, line and place of each pair; leaves out sections that hold no geometry."""
        find, data = self.drawing.data.find, self.drawing.data
        size = len(data)
        while self.at < size:
            start, line = self.at, self.line
            middle = find(b"\n", start)
            if middle < 0:
                self._last_line(data[start:])
                return
            end = find(b"\n", middle + 1)
            end = size if end < 0 else end
            text = data[start : min(middle, start + _MAX_LINE)]
            try:
                code = int(text)
            except ValueError:
                raise Refusal(error("dxf_bad_code", line, text=_shown(text))) from None
            self.at, self.line = end + 1, line + 2
            yield code, data[middle + 1 : min(end, middle + 1 + _MAX_LINE)].strip(), line, start

    def _last_line(self, text: bytes) -> None:
        if text.strip(b" \t\r\n\x00\x1a") and not self.ended:
            raise Refusal(error("dxf_cut_off", self.line))
        self.at = len(self.drawing.data)

    def run(self) -> None:
        """Read to the end of the file or its EOF mark."""
        for code, value, line, start in self.pairs():
            if code == 0:
                self._close(start)
                if value == b"EOF":
                    self.ended = True
                    return
                self._begin(value, line, start)
            elif self.entity is not None:
                self._property(self.entity, code, value)
            elif self.text is not None:
                self._text_property(self.text, code, value)
            elif self.section == b"" and code == 2:
                self._enter(value)
            elif self.section == b"HEADER":
                self._header(code, value)
            elif self.block is not None:
                self._block_property(code, value)

    def _enter(self, name: bytes) -> None:
        self.section = name
        if name in (b"HEADER", b"BLOCKS", b"ENTITIES"):
            return
        found = _END_OF_SECTION.search(self.drawing.data, max(0, self.at - 1))
        if found is None:
            raise Refusal(error("dxf_cut_off", self.line + self.drawing.data.count(b"\n", self.at)))
        self.line += self.drawing.data.count(b"\n", self.at, found.end()) + 1
        self.at = found.end() + len(b"\n") + (self.drawing.data[found.end() : found.end() + 1] == b"\r")
        self.section = _BETWEEN

    def _begin(self, kind: bytes, line: int, start: int) -> None:
        if kind == b"SECTION":
            self.section, self.block = b"", None
        elif kind == b"ENDSEC":
            self.section = _BETWEEN
        elif self.section == b"BLOCKS" and kind == b"BLOCK":
            self._count(line)
            self.block, self.base = Block(), [0.0, 0.0]
            self.block_name = b""
        elif self.section == b"BLOCKS" and kind == b"ENDBLK":
            self.block = None
        elif kind in _KINDS and (self.section == b"ENTITIES" or self.block is not None):
            self._count(line)
            self.entity = Entity(_KINDS[kind], line, start)
        self.text = None
        if kind in _TEXTS and self.section == b"ENTITIES" and len(self.drawing.texts) < _MOST_TEXTS:
            self.text = Text(simple=kind == b"TEXT")
            self.drawing.texts.append(self.text)
        self.within = kind in _WITHIN_ANOTHER

    def _count(self, line: int) -> None:
        self.count += 1
        if self.count > MAX_ENTITIES:
            raise Refusal(error("dxf_too_many", line, most=MAX_ENTITIES))

    def _close(self, start: int) -> None:
        entity = self.entity
        if entity is None:
            return
        following = self.drawing.data[start : start + 40].split(b"\n", 2)
        name = following[1].strip() if len(following) > 1 else b""
        entity.end = start
        if entity.kind == "POLYLINE" and name in _WITHIN_ANOTHER:
            return
        self.entity = None
        if not entity.hidden:
            (self.block.entities if self.block is not None else self.drawing.entities).append(entity)

    def _property(self, entity: Entity, code: int, value: bytes) -> None:
        """The layer, handle and so on of an entity; of those that go on in vertices only the head counts."""
        if entity.end:
            return
        if code == 8:
            entity.layer = value.decode("latin-1")
        elif code == 5 and not entity.handle:
            entity.handle = value.decode("ascii", "replace")[:16]
        elif code == 2 and entity.kind == "INSERT" and not entity.block:
            entity.block = value.decode("latin-1")
        elif code == 70 and entity.kind in _POLYLINES:
            entity.flags = _whole(value)
        elif code in (60, 67) and _whole(value):
            entity.hidden = True

    @staticmethod
    def _text_property(text: Text, code: int, value: bytes) -> None:
        """What it says (MTEXT in pieces) and where: an aligned simple text stands at its second point."""
        if code in (1, 3):
            text.text += value.decode("latin-1")
        elif code in (72, 73) and text.simple:
            text.aligned = text.aligned or _whole(value) != 0
        elif code in (10, 20) or (code in (11, 21) and text.aligned):
            try:
                number = float(value)
            except ValueError:
                return
            if code % 20 == 10 or code == 11:
                text.x = number
            else:
                text.y = number

    def _header(self, code: int, value: bytes) -> None:
        if code == 9:
            self.variable = value
        elif self.variable == b"$INSUNITS" and code == 70:
            self.drawing.unit = _whole(value)
        elif self.variable == b"$ACADVER" and code == 1:
            self.drawing.version = value.decode("ascii", "replace")
        elif self.variable == b"$DWGCODEPAGE" and code == 3:
            self.codepage = value.decode("ascii", "replace").upper()

    def _block_property(self, code: int, value: bytes) -> None:
        assert self.block is not None
        if self.within:
            return
        if code == 2 and not self.block_name and value:
            self.block_name = value
            self.drawing.blocks[value.decode("latin-1")] = self.block
        elif code in (10, 20) and not self.block.entities:
            try:
                self.base[code // 10 - 1] = float(value)
            except ValueError:
                return
            self.block.base = (self.base[0], self.base[1])

    def finish(self) -> Drawing:
        """The drawing with its names in the encoding the file is written in."""
        inside = self.entity is not None or self.section != _BETWEEN
        if not self.ended and inside:
            raise Refusal(error("dxf_cut_off", self.line - 1))
        if not self.ended:
            self.raw.problems.append(warning("dxf_no_end", self.line - 1))
        drawing = self.drawing
        every = [*drawing.entities, *(e for block in drawing.blocks.values() for e in block.entities)]
        names = {name for e in every for name in (e.layer, e.block)} | set(drawing.blocks)
        names |= {text.text for text in drawing.texts}
        encoding = self._encoding({name for name in names if not name.isascii()})
        true = {name: _true_name(name, encoding) for name in names}
        for entity in every:
            entity.layer, entity.block = true[entity.layer], true[entity.block].lower()
        for text in drawing.texts:
            text.text = _plain_text(true[text.text])
        drawing.blocks = {true[name].lower(): block for name, block in drawing.blocks.items()}
        return drawing

    def _encoding(self, names: set[str]) -> str:
        """UTF-8 since AutoCAD 2007, before that the stated code page; what does not decode is tried as GBK.

        Western code pages are stated by programs that know no better: Chinese names prove them wrong.
        """
        text = "\n".join(sorted(names)).encode("latin-1")
        stated = _CODE_PAGES.get(self.codepage, "")
        modern = self.binary or self.drawing.version >= "AC1021"
        for encoding in (["utf-8", stated] if modern or not stated else [stated, "utf-8"]) + ["gb18030"]:
            try:
                if encoding and text.decode(encoding):
                    return encoding
            except UnicodeDecodeError:
                continue
        return "latin-1"


def _true_name(name: str, encoding: str) -> str:
    text = name if name.isascii() else name.encode("latin-1").decode(encoding, "replace")
    return _UNICODE.sub(lambda match: chr(int(match.group(1), 16)), text)


def _plain_text(text: str) -> str:
    """A text without the marks of fonts, heights and line breaks that MTEXT carries."""
    return " ".join(_FORMAT.sub(" ", text).replace("{", "").replace("}", "").split())


def _whole(value: bytes) -> int:
    try:
        return int(value)
    except ValueError:
        return 0


def _shown(text: bytes) -> str:
    return text[:40].decode("utf-8", "replace").strip()


def _as_text(data: bytes) -> bytes:
    """A binary DXF as the pairs of lines of a text one. Raises Refusal for a damaged file."""
    import struct

    from ezdxf.lldxf.const import DXFError
    from ezdxf.lldxf.tagger import binary_tags_loader

    lines: list[str] = []
    try:
        for tag in binary_tags_loader(data, errors="replace"):
            value = "" if isinstance(tag.value, bytes) else str(tag.value).replace("\n", " ").replace("\r", " ")
            lines.append(f"{tag.code}\n{value}\n")
            if tag.code == 0 and value == "EOF":
                break
            if len(lines) > _MOST_TAGS:
                raise Refusal(error("dxf_too_many", None, most=MAX_ENTITIES))
    except (DXFError, struct.error, IndexError, ValueError, LookupError) as fault:
        raise Refusal(error("dxf_unreadable")) from fault
    return "".join(lines).encode("utf-8", "replace")
