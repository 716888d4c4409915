"""Parts several documents share: the project's facts, buildings, signature cells, findings with photographs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jointreview.paperwork import images, style
from jointreview.paperwork.data import BuildingLine, Finding, ProjectFacts, Signature
from jointreview.paperwork.images import Picture
from jointreview.paperwork.sheet import Sheet, person_text
from jointreview.paperwork.tables import Line, Row, Span, centred, label, text_width
from jointreview.paperwork.wording import area, metres, minute, or_dash, say, say_of

_FOUR = (2.6, 5.2, 2.6, 5.2)
_SHORT_VALUE = 11
_BUILDINGS_IN_CELL = 3


def facts_table(sheet: Sheet, project: ProjectFacts, case_number: str) -> None:
    """The project in a table; more than a few buildings go to the annex `buildings_annex` writes."""
    pairs = [
        (say("project_name"), project.name),
        (say("works_name"), project.works_name),
        (say("project_code"), project.code),
        (say("case_number"), case_number),
        (say("address"), project.address),
        (say("area_label"), area(project.area_m2)),
        (say("storeys"), project.storeys),
        (say_of(sheet.paper, "buildings"), _buildings_text(project.buildings)),
        (say("owner"), project.owner),
        (say("survey_unit"), project.survey),
        (say("design_unit"), project.design),
        (say("contractor"), project.contractor),
        (say("supervisor"), project.supervisor),
    ]
    if project.contact:
        pairs.append((say("contact"), person_text(project.contact)))
    pairs_table(sheet, pairs)


def _buildings_text(buildings: Sequence[BuildingLine]) -> str:
    if len(buildings) > _BUILDINGS_IN_CELL:
        return say("buildings_annexed", count=len(buildings))
    return "、".join(building.name for building in buildings)


def pairs_table(sheet: Sheet, pairs: Iterable[tuple[str, str]]) -> None:
    """Labels and values: two short values share a row, a long one takes a row of its own."""
    rows: list[Row] = []
    waiting: tuple[str, str] | None = None
    for name, value in pairs:
        short = text_width(value) <= _SHORT_VALUE and "\n" not in value
        if waiting and short:
            rows.append((label(waiting[0]), or_dash(waiting[1]), label(name), or_dash(value)))
            waiting = None
            continue
        if waiting:
            rows.append(_full_row(*waiting))
            waiting = None
        if short:
            waiting = (name, value)
        else:
            rows.append(_full_row(name, value))
    if waiting:
        rows.append(_full_row(*waiting))
    if rows:
        sheet.table(_FOUR, rows)


def _full_row(name: str, value: str) -> Row:
    return (label(name), Span(or_dash(value), 3))


def buildings_annex(sheet: Sheet, buildings: Sequence[BuildingLine]) -> None:
    """Every building in a table of its own, when there are too many for a cell."""
    if len(buildings) <= _BUILDINGS_IN_CELL:
        return
    sheet.new_page()
    sheet.paragraph(say_of(sheet.paper, "buildings_annex"), style.CAPTION)
    rows: list[Row] = [[label(say(f"building_{name}")) for name in ("n", "name", "use", "storeys", "area", "height")]]
    for n, one in enumerate(buildings, start=1):
        size = metres(one.area_m2)
        texts = (str(n), one.name, or_dash(one.use), or_dash(one.storeys), size, metres(one.height_m))
        rows.append([Line(text, style.FINE) for text in texts])
    sheet.table((1.2, 4.0, 2.5, 3.8, 2.4, 1.7), rows, headers=1)


def signature_cell(signature: Signature, max_cm: tuple[float, float] = (2.6, 1.1)) -> tuple[Line | Picture, ...]:
    """A drawn signature over the name and time; a dash when nobody signed."""
    if not signature.name and signature.image_png is None:
        return (centred(say("none")),)
    cell: list[Line | Picture] = []
    if signature.image_png is not None:
        cell.append(images.signature(signature.image_png, signature.name, max_cm))
    cell.append(Line(signature.name, style.FINE))
    if signature.signed_at:
        cell.append(Line(minute(signature.signed_at), style.FINE))
    return tuple(cell)


def findings_table(sheet: Sheet, findings: Sequence[Finding]) -> None:
    """Every finding as a block: unit, what was found, clause, criterion, who found it, photographs."""
    for n, finding in enumerate(findings, start=1):
        head = say("finding_head", n=n, unit=finding.unit, item=finding.item) if finding.item else ""
        sheet.paragraph(head or say("finding_head_unit", n=n, unit=finding.unit), style.SUBHEADING)
        pairs = (
            (say("finding_text"), finding.text),
            (say("finding_clause"), finding.clause),
            (say_of(sheet.paper, "finding_criterion"), finding.criterion),
            (say_of(sheet.paper, "finding_inspector"), finding.inspector),
        )
        rows: list[Row] = [(label(name), Span(or_dash(value), 2)) for name, value in pairs]
        sheet.table((2.6, 6.5, 6.5), rows + _photo_rows(finding.photos))


def _photo_rows(photos: Sequence[bytes]) -> list[Row]:
    """Two photographs to a row; one that cannot be shown says so."""
    shown: list[Picture | Line] = [images.photo(data) or Line(say("photo_unreadable")) for data in photos]
    rows: list[Row] = []
    for start in range(0, len(shown), 2):
        pair = shown[start : start + 2]
        name = label(say("finding_photos"))
        rows.append((name, *pair) if len(pair) == 2 else (name, Span(pair[0], 2)))
    return rows
