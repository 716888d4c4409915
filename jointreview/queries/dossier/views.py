"""What the workspace shows, as plain data in the reader's language: one class for each repeated thing."""

from __future__ import annotations

from typing import TypedDict

from jointreview.queries.permits import PermitCard


class Head(TypedDict):
    """The header: what the case is, how it stands in time, and whose turn it is.

    `wanted` names the last day for what a notice asks of the applicant; empty without one.
    """

    id: int
    version: int
    number: str
    project: str
    code: str
    kind: str
    stage: str
    organisation: str
    state: str
    tone: str
    outcome: str
    lamp: str
    days: str
    due: str
    wanted: str
    turn: str
    since: str
    form_href: str
    project_href: str
    filed: str


class Act(TypedDict):
    """Something this person may do now; `href` leads elsewhere, `beside` names a panel with a button of its own."""

    name: str
    title: str
    target: int
    grave: bool
    href: str
    beside: str


class DayLine(TypedDict):
    """One day of the explanation of a date."""

    day: str
    text: str
    mark: str


class Labelled(TypedDict):
    """A name and what it is."""

    label: str
    value: str


class TimeLine(TypedDict):
    """A pause or an extension: what, for whom, by whom, on what evidence, how long, and what may be done with it."""

    key: str
    title: str
    scope: str
    status: str
    tone: str
    by: str
    decided: str
    basis: str
    evidence: str
    reason: str
    length: str
    warning: str
    result: str
    document: str
    document_no: str
    acts: list[Act]


class Step(TypedDict):
    """One stage of the way of a case."""

    title: str
    when: str
    mark: str


class MatrixRow(TypedDict):
    """One department's item across documents, site and opinion."""

    key: str
    unit: str
    item: str
    because: str
    phone: str
    officer: str
    documents: str
    documents_tone: str
    site: str
    site_tone: str
    opinion: str
    opinion_tone: str
    number: str
    lamp: str
    days: str
    fresh: bool


class Pair(TypedDict):
    """A question of the form with its answer; a masked answer can be shown by its path."""

    label: str
    value: str
    path: str
    masked: bool


class Grid(TypedDict):
    """A table of the form."""

    title: str
    path: str
    masked: bool
    heads: list[str]
    rows: list[list[str]]
    totals: list[str]


class FormPart(TypedDict):
    """A section of the form as read."""

    code: str
    title: str
    pairs: list[Pair]
    grids: list[Grid]


class FileLine(TypedDict):
    """One version of one file of a material."""

    name: str
    href: str
    details: str
    digest: str
    view: str
    thumb: str
    read_by: str
    scan: str
    scan_tone: str
    current: bool


class MaterialGroup(TypedDict):
    """A material with who reads it and its files."""

    code: str
    name: str
    needed: str
    tone: str
    permit: PermitCard
    readers: list[str]
    files: list[FileLine]
    older: list[FileLine]


class SlotOfficer(TypedDict):
    """Who would go for a department."""

    unit: str
    name: str
    officer: str


class Slot(TypedDict):
    """A half-day for a visit, with officers and what it means for the dates, or with why it will not do."""

    key: str
    day: str
    half: str
    label: str
    possible: bool
    why: str
    officers: list[SlotOfficer]
    dates: list[str]


class Choice(TypedDict):
    """One answer to choose."""

    value: str
    label: str


class UnitChoice(TypedDict):
    """The officers a department can send."""

    unit: str
    name: str
    chosen: str
    officers: list[Choice]


class Member(TypedDict):
    """An officer on a visit."""

    unit: str
    unit_name: str
    name: str
    attendance: str
    tone: str
    replaceable: bool
    member: int
    reply: str
    reversible: bool


class VisitCard(TypedDict):
    """A joint visit; `trip` is the trip it is a stop of, where its papers are for the reader."""

    id: int
    number: str
    when: str
    trip: str
    status: str
    tone: str
    place: str
    contact: str
    reason: str
    gate: str
    members: list[Member]


class Photo(TypedDict):
    """A photograph."""

    href: str
    name: str


class FindingCard(TypedDict):
    """A numbered finding with its evidence and its answer."""

    id: int
    number: str
    unit: str
    text: str
    rule: str
    criterion: str
    place: str
    status: str
    tone: str
    note: str
    photos: list[Photo]
    answer: str
    answer_photos: list[Photo]
    answerable: bool
    fresh: bool


class GapLine(TypedDict):
    """One thing missing as a department or the window asks for it."""

    id: int
    assignment: int
    unit: str
    subject: str
    page: str
    place: str
    view: str
    rule: str
    wanted: str
    status: str
    tone: str
    answer: str
    droppable: bool


class DocumentLine(TypedDict):
    """An issued document."""

    id: int
    title: str
    number: str
    issued: str
    status: str
    tone: str
    reason: str
    docx: str
    pdf: str
    view: str
    verify: str
    qr: str
    deliveries: list[str]


class ReadLine(TypedDict):
    """Somebody read a paper of the case."""

    key: str
    what: str
    who: str
    way: str
    when: str


class HistoryLine(TypedDict):
    """An event."""

    key: str
    title: str
    who: str
    when: str
    business: str
    backfilled: bool
    details: str
    fresh: bool


class Reading(TypedDict):
    """A department's own reading of the documents, for its officer."""

    assignment: int
    item: str
    due: str
    can_finish: bool
    can_record: bool


class DialogField(TypedDict):
    """A field of an action's dialog."""

    name: str
    label: str
    kind: str
    required: bool
    value: str
    hint: str
    options: list[Choice]


class Dialog(TypedDict):
    """The open action: what it does in words and what it asks for."""

    name: str
    title: str
    text: str
    confirm: str
    grave: bool
    target: int
    fields: list[DialogField]
    preview: list[str]


class CardStrip(TypedDict):
    """An undecided supervision card of the case: what, to whom, when a reply is due, what the reader may do."""

    id: int
    colour: str
    rule: str
    unit: str
    state: str
    tone: str
    due: str
    lamp: str
    href: str
    acts: list[Act]


class Commitment(TypedDict):
    """A conditional pass the applicant has to sign for."""

    assignment: int
    unit: str
    condition: str
    until: str


class Verdict(TypedDict):
    """The conclusion as computed now, with the reason for every item."""

    outcome: str
    tone: str
    ready: bool
    reasons: list[str]
