"""The frame around every document: header, page numbers, void mark, properties and stable bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt

from jointreview.paperwork import style
from jointreview.paperwork.data import Paper
from jointreview.paperwork.wording import CHINA, clean, say

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_WATERMARK = """
<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
      path="m@7,l@8,m@5,21600l@6,21600e">
    <v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>
      <v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>
      <v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
    <v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>
  </v:shapetype>
  <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" fillcolor="#d04040" stroked="f"
      style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;z-index:-251658752;\
mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;\
mso-position-vertical-relative:margin">
    <v:fill opacity=".3"/><v:textpath style="font-family:&quot;{font}&quot;;font-size:1pt" string={text}/>
  </v:shape>
</w:pict>"""


def add_frame(doc: Any, paper: Paper) -> None:
    """Header with the numbers, footer with 第 X 页 共 Y 页, and 作废 across every page of a void document."""
    section = doc.sections[0]
    header = section.header.paragraphs[0]
    style.dress(header, style.RUNNING)
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    of_case = say("header", number=paper.number, case=paper.case_number)
    header.add_run(clean(of_case if paper.case_number else say("header_number", number=paper.number)))
    if paper.void:
        mark = _WATERMARK.format(font=style.HEADING_FONT, text=quoteattr(say("void_mark")))
        header.add_run()._element.append(parse_xml(mark))
    footer = section.footer.paragraphs[0]
    style.dress(footer, style.RUNNING)
    before, between, after = say("page_number").split("#")
    for text, code in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        footer.add_run(text).font.size = Pt(12)
        if code:
            _field(footer, code)


def _field(paragraph: Any, code: str) -> None:
    """A field that Word and LibreOffice fill; "1" stands in until they do."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        run.font.size = Pt(12)
        if kind in ("begin", "separate", "end"):
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        elif kind == "":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        else:
            continue
        run._element.append(element)


def set_properties(doc: Any, paper: Paper, title: str) -> None:
    """File properties from the document alone: same document, same properties."""
    issued = datetime.combine(paper.issued_on, time(), CHINA).astimezone(UTC).replace(tzinfo=None)
    core = doc.core_properties
    # The format allows 255 characters in each property.
    core.title = clean(f"{title} {paper.number}")[:255]
    core.author = core.last_modified_by = clean(paper.issuer)[:255]
    core.subject = clean(paper.project.works_name)[:255]
    core.identifier = clean(paper.case_number)[:255]
    core.comments = core.keywords = core.category = ""
    core.language = "zh-CN"
    core.created = core.modified = issued
    core.revision = paper.version
    core.version = str(paper.version)


def stable_bytes(doc: Any) -> bytes:
    """The .docx with fixed times inside its zip, so that the same document gives the same bytes."""
    raw, out = io.BytesIO(), io.BytesIO()
    doc.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()
