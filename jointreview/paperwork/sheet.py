"""A document under construction: title, paragraphs, numbered headings, tables and the closing block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from docx.enum.section import WD_SECTION
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from jointreview.paperwork import frame, images, style, tables
from jointreview.paperwork.data import Paper, PersonLine, Remedy
from jointreview.paperwork.images import Picture
from jointreview.paperwork.tables import Line, Row
from jointreview.paperwork.wording import chinese_number, clean, day, or_dash, say


class Sheet:
    """Builds one document from top to bottom; `finish` gives the bytes."""

    def __init__(self, paper: Paper, title: str) -> None:
        """Open a document with its title, number and, when void, the reason why."""
        self.paper, self.title = paper, title
        self.doc: Any = style.new_document()
        self._headings = 0
        self._wide = self._break = False
        frame.set_properties(self.doc, paper, title)
        frame.add_frame(self.doc, paper)
        self.paragraph(title, style.TITLE)
        self.paragraph(self._number_line(), style.NUMBER)
        if paper.void:
            self._void_box(paper)

    def _number_line(self) -> str:
        paper = self.paper
        if paper.version < 2 and not paper.replaces:
            return paper.number
        if not paper.replaces:
            return say("number_version", number=paper.number, version=paper.version)
        return say("number_replaces", number=paper.number, version=paper.version, replaces=paper.replaces)

    def _void_box(self, paper: Paper) -> None:
        assert paper.void
        lines = [say("void_since", day=day(paper.void.voided_on)), say("void_reason", reason=paper.void.reason)]
        if paper.void.replaced_by:
            lines.append(say("void_replaced", number=paper.void.replaced_by))
        self.table([style.TEXT_CM], [[tuple(Line(text, style.VOID) for text in lines)]])
        self.gap()

    def paragraph(self, text: str, name: str = style.BODY) -> Any:
        """Paragraphs of a style, one for each line of the text; gives the last one."""
        last = None
        for part in clean(text).split("\n"):
            last = self.doc.add_paragraph(part)
            style.dress(last, name)
            if self._break:
                last.paragraph_format.page_break_before = True
                self._break = False
        return last

    def new_page(self) -> None:
        """The next paragraph starts a page."""
        self._break = True

    def addressee(self, name: str) -> None:
        """Whom the document speaks to, followed by a colon."""
        self.paragraph(say("addressee", name=or_dash(name)), style.ADDRESSEE)

    def heading(self, text: str) -> None:
        """A heading counted 一、二、三 through the document."""
        self._headings += 1
        self.paragraph(say("heading", n=chinese_number(self._headings), text=text), style.HEADING)

    def items(self, texts: Iterable[str]) -> None:
        """Paragraphs counted 1. 2. 3."""
        for n, text in enumerate(texts, start=1):
            self.paragraph(f"{n}. {text}")

    def table(self, widths: Sequence[float], rows: Sequence[Row], headers: int = 0, borders: bool = True) -> Any:
        """A table; widths in cm, the first `headers` rows repeat on every page."""
        before = next(reversed(list(self.doc.iter_inner_content())), None)
        if isinstance(before, Paragraph) and before.style and before.style.name == style.BODY:
            before.paragraph_format.space_after = Pt(6)
        return tables.add_table(self.doc, widths, rows, headers, borders)

    def gap(self) -> None:
        """A little space after a table."""
        self.paragraph("", style.NOTE)

    def wide(self, wanted: bool) -> None:
        """Go on upright or sideways, on a new page when the direction changes."""
        if wanted == self._wide:
            return
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        (style.landscape if wanted else style.portrait)(section)
        self._wide = wanted

    def contact(self, person: PersonLine | None) -> None:
        """Whom to ask, where there is somebody."""
        if person:
            self.paragraph(say("contact_line", who=person_text(person)))

    def remedy(self, remedy: Remedy | None) -> None:
        """Where the applicant can turn: 行政复议法 art. 20 (60 days), 行政诉讼法 art. 46 (six months)."""
        if remedy:
            self.paragraph(say("remedy", review_body=remedy.review_body, court=remedy.court))

    def closing(self) -> None:
        """QR code and address on the left; issuer, date and what the confirmation is worth on the right."""
        paper = self.paper
        hints = [say("scan_hint")]
        if paper.verify_code:
            hints = [say("verify_code", code=paper.verify_code), say("verify_hint", url=paper.verify_url)]
        left: tuple[Line | Picture, ...] = (images.qr(paper.verify_url, side_cm=2.6),)
        left += tuple(Line(hint, style.SMALL) for hint in hints)
        right = (
            Line(paper.issuer, style.SIGNED),
            Line(day(paper.issued_on), style.SIGNED),
            Line(paper.assurance or say("assurance"), style.FINE),
        )
        self.gap()
        self._keep_end_with_closing()
        self.table([7.0, style.TEXT_CM - 7.0], [[left, right]], borders=False)

    def _keep_end_with_closing(self) -> None:
        """The page that is signed must not stand without any of the text before it."""
        *_, before, spacing = list(self.doc.iter_inner_content())
        spacing.paragraph_format.keep_with_next = True
        if isinstance(before, Table):
            tables.keep_row(before.rows[-1])
        else:
            before.paragraph_format.keep_with_next = True

    def finish(self) -> bytes:
        """The document as .docx, the same bytes for the same content."""
        return frame.stable_bytes(self.doc)


def person_text(person: PersonLine) -> str:
    """Unit, name, duty and phone as far as known, in one line."""
    return "　".join(part for part in (person.unit, person.name, person.duty, person.phone) if part)
