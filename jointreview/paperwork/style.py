"""How official documents look: page, typefaces and paragraph styles of the Chinese government layout."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
HEADING_FONT, SUBHEADING_FONT, SONG_FONT = "黑体", "楷体_GB2312", "宋体"
LATIN_FONT = "Times New Roman"
RED = RGBColor(0xC0, 0x00, 0x00)

PAGE_CM = (21.0, 29.7)
TOP_CM, BOTTOM_CM, LEFT_CM, RIGHT_CM = 3.7, 3.5, 2.8, 2.6
TEXT_CM = PAGE_CM[0] - LEFT_CM - RIGHT_CM
WIDE_TEXT_CM = PAGE_CM[1] - TOP_CM - BOTTOM_CM


@dataclass(frozen=True)
class Face:
    """A paragraph style: East Asian typeface, size and spacing in points; `line` 0 means single spacing."""

    font: str
    size: float
    align: ALIGN = ALIGN.JUSTIFY
    line: float = 0
    before: float = 0
    after: float = 0
    indent_chars: int = 0
    keep_next: bool = False
    bold: bool = False
    red: bool = False


TITLE, NUMBER, ADDRESSEE, BODY = "Paper Title", "Paper Number", "Paper Addressee", "Paper Body"
HEADING, SUBHEADING, CAPTION, ANNEX = "Paper Heading", "Paper Subheading", "Paper Caption", "Paper Annex"
CELL, CENTRED, LABEL = "Paper Cell", "Paper Cell Centred", "Paper Cell Label"
FINE, FINE_LEFT, FINE_LABEL, NOTE, SMALL, SMALL_LABEL, VOID, SIGNED = (
    "Paper Cell Fine",
    "Paper Cell Fine Left",
    "Paper Cell Fine Label",
    "Paper Note",
    "Paper Small",
    "Paper Small Label",
    "Paper Void",
    "Paper Signed",
)
RUNNING = "Paper Running"

FACES = {
    TITLE: Face(TITLE_FONT, 22, ALIGN.CENTER, line=33, after=6, keep_next=True),
    NUMBER: Face(BODY_FONT, 14, ALIGN.CENTER, line=24, after=10),
    ADDRESSEE: Face(BODY_FONT, 16, ALIGN.LEFT, line=28, keep_next=True),
    # Left, not justified: a case number that cannot break would tear the line before it apart.
    BODY: Face(BODY_FONT, 16, ALIGN.LEFT, line=28, indent_chars=2),
    HEADING: Face(HEADING_FONT, 16, line=28, before=8, after=4, indent_chars=2, keep_next=True),
    SUBHEADING: Face(SUBHEADING_FONT, 14, ALIGN.LEFT, line=24, before=8, after=2, keep_next=True),
    CAPTION: Face(HEADING_FONT, 14, ALIGN.CENTER, line=24, before=6, after=4, keep_next=True),
    ANNEX: Face(BODY_FONT, 14, ALIGN.LEFT, line=24, indent_chars=2),
    CELL: Face(BODY_FONT, 12, ALIGN.LEFT, line=17),
    CENTRED: Face(BODY_FONT, 12, ALIGN.CENTER, line=17),
    LABEL: Face(HEADING_FONT, 12, ALIGN.CENTER, line=17),
    FINE: Face(BODY_FONT, 10.5, ALIGN.CENTER, line=14),
    FINE_LEFT: Face(BODY_FONT, 10.5, ALIGN.LEFT, line=14),
    FINE_LABEL: Face(HEADING_FONT, 10.5, ALIGN.CENTER, line=14),
    NOTE: Face(BODY_FONT, 10.5, ALIGN.LEFT, line=15, before=2),
    SMALL: Face(BODY_FONT, 9, ALIGN.CENTER, line=12),
    SMALL_LABEL: Face(HEADING_FONT, 9, ALIGN.CENTER, line=12),
    VOID: Face(HEADING_FONT, 14, ALIGN.LEFT, line=22, red=True),
    SIGNED: Face(BODY_FONT, 16, ALIGN.CENTER, line=28),
    RUNNING: Face(SONG_FONT, 9, ALIGN.CENTER),
}


def dress(paragraph: Any, name: str) -> None:
    """Give a paragraph one of the faces.

    By its identifier: asked by name, python-docx reads every style of the document for every paragraph.
    """
    paragraph._p.style = name.replace(" ", "")


def new_document() -> Any:
    """An empty A4 document with the styles above and nothing of python-docx's template to be seen."""
    return Document(io.BytesIO(_empty_document()))


@cache
def _empty_document() -> bytes:
    doc = Document()
    for rel_id, rel in list(doc.part.package.rels.items()):
        if rel.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del doc.part.package.rels[rel_id]
    portrait(doc.sections[0])
    _typeface(doc.styles["Normal"], BODY_FONT, 16)
    language = doc.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    for name, face in FACES.items():
        _add_style(doc, name, face)
    file = io.BytesIO()
    doc.save(file)
    return file.getvalue()


def portrait(section: Any) -> None:
    """A4 upright with the margins of GB/T 9704: 3.7 / 3.5 / 2.8 / 2.6 cm."""
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(PAGE_CM[0]), Cm(PAGE_CM[1])
    section.top_margin, section.bottom_margin = Cm(TOP_CM), Cm(BOTTOM_CM)
    section.left_margin, section.right_margin = Cm(LEFT_CM), Cm(RIGHT_CM)
    section.header_distance, section.footer_distance = Cm(2.2), Cm(2.2)


def landscape(section: Any) -> None:
    """A4 on its side, margins turned with the page, for tables too wide to stand upright."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(PAGE_CM[1]), Cm(PAGE_CM[0])
    section.top_margin, section.bottom_margin = Cm(LEFT_CM), Cm(RIGHT_CM)
    section.left_margin, section.right_margin = Cm(TOP_CM), Cm(BOTTOM_CM)
    section.header_distance, section.footer_distance = Cm(1.5), Cm(1.5)


def _add_style(doc: Any, name: str, face: Face) -> None:
    style = doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = doc.styles["Normal"]
    _typeface(style, face.font, face.size)
    style.font.bold = face.bold
    if face.red:
        style.font.color.rgb = RED
    form = style.paragraph_format
    form.alignment = face.align
    form.space_before, form.space_after = Pt(face.before), Pt(face.after)
    form.keep_with_next = face.keep_next
    form.widow_control = True
    if face.line:
        # "At least", not "exactly": a signature in the line must not be cut off.
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(face.line)
    else:
        form.line_spacing = 1.0
    # Lines keep their own height: the template's grid would stretch them to its pitch.
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(grid, "w:spacing", "w:ind", "w:jc", "w:rPr")
    if face.indent_chars:
        form.first_line_indent = Pt(face.size * face.indent_chars)
        properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(face.indent_chars * 100))


def _typeface(style: Any, font: str, size: float) -> None:
    style.font.name, style.font.size = LATIN_FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), font)
