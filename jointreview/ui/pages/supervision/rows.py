"""The read models of supervision as the page's state holds them."""

from __future__ import annotations

from typing import TypedDict

from jointreview.commands.executor import SHANGHAI
from jointreview.queries.supervision.cards import CardList, CardRow, Count
from jointreview.queries.supervision.filters import CardFilters
from jointreview.queries.supervision.one import TITLES, CardDetail
from jointreview.queries.supervision.rules import RuleLine
from jointreview.queries.words import day_words
from jointreview.text import tr
from jointreview.ui.components.filters import Option

_TONES = {"late": "bad", "open": "warn", "replied": "accent", "upheld": "neutral", "cancelled": "neutral"}
_GRAVE = ("UpholdCard",)


class Line(TypedDict):
    """A card in words; `href` opens it."""

    id: str
    href: str
    number: str
    colour: str
    rule: str
    facts: str
    case: str
    case_href: str
    project: str
    unit: str
    person: str
    happened: str
    due: str
    lamp: str
    state: str
    tone: str
    late: bool
    groundless: bool
    here: bool


class Tally(TypedDict):
    """A count that leads to what it counts; `mark` is a card's colour where it counts one."""

    name: str
    count: int
    href: str
    mark: str
    here: bool
    test: str


class Happening(TypedDict):
    """Something that happened to a card."""

    title: str
    who: str
    when: str
    text: str
    late: bool


class ActButton(TypedDict):
    """Something the reader may do with the card now."""

    name: str
    title: str
    grave: bool


class Detail(TypedDict):
    """One card in full; `id` is 0 while none is open."""

    id: int
    line: Line
    issued: str
    issued_on: str
    trigger: str
    basis: str
    steps: list[Happening]
    acts: list[ActButton]
    waits: str
    docx: str
    pdf: str


class RuleRow(TypedDict):
    """A rule in words."""

    number: str
    name: str
    colour: str
    about: str
    trigger: str
    basis: str
    addressed: str
    days: str
    how: str
    count: int
    counted: str
    href: str


NO_LINE = Line(
    id="",
    href="",
    number="",
    colour="",
    rule="",
    facts="",
    case="",
    case_href="",
    project="",
    unit="",
    person="",
    happened="",
    due="",
    lamp="",
    state="",
    tone="neutral",
    late=False,
    groundless=False,
    here=False,
)
NO_DETAIL = Detail(
    id=0,
    line=NO_LINE,
    issued="",
    issued_on="",
    trigger="",
    basis="",
    steps=[],
    acts=[],
    waits="",
    docx="",
    pdf="",
)


def lines(found: CardList, filters: CardFilters, lang: str) -> list[Line]:
    """The rows of this page of the list; each opens its card with the filters kept."""
    return [line(row, filters.but(page=found.page, card=row.id).href(), lang, filters.card) for row in found.rows]


def line(row: CardRow, href: str, lang: str, here: int = 0) -> Line:
    """A card in words."""
    return Line(
        id=str(row.id),
        href=href,
        number=row.number,
        colour=row.colour,
        rule=f"{row.rule} {row.rule_name}",
        facts=row.facts,
        case=row.case_number,
        case_href=f"/cases/{row.case_id}",
        project=row.project,
        unit=row.unit_name,
        person=row.person,
        happened=day_words(lang, row.happened_on),
        due=day_words(lang, row.reply_due),
        lamp=row.lamp,
        state=tr(lang, f"supervision.status_{row.state}"),
        tone=_TONES[row.state],
        late=row.state == "late",
        groundless=row.groundless,
        here=row.id == here,
    )


def tallies(found: CardList, filters: CardFilters, lang: str) -> list[Tally]:
    """All, then each state, then each colour; every one leads to what it counts."""
    everything = Tally(
        name=tr(lang, "supervision.all_states"),
        count=sum(c.count for c in found.states),
        href=filters.but(state="").href(),
        mark="",
        here=not filters.state,
        test="all",
    )
    states = [_tally(c, filters.state, "") for c in found.states]
    return [everything, *states, *(_tally(c, filters.colour, c.value) for c in found.colours)]


def _tally(count: Count, chosen: str, mark: str) -> Tally:
    return Tally(
        name=count.name,
        count=count.count,
        href=count.href,
        mark=mark,
        here=chosen == count.value,
        test=count.value,
    )


def options(counts: tuple[Count, ...], chosen: str, lang: str) -> list[Option]:
    """The values of a filter that show something, and the chosen one."""
    return [
        Option(value=c.value, name=tr(lang, "board.counted", name=c.name, count=c.count))
        for c in counts
        if c.count or c.value == chosen
    ]


def detail(found: CardDetail | None, filters: CardFilters, lang: str) -> Detail:
    """One card in words; the empty one for none."""
    if found is None:
        return NO_DETAIL
    row = found.row
    return Detail(
        id=row.id,
        line=line(row, filters.href(), lang),
        issued=found.issued,
        issued_on=day_words(lang, row.issued_on),
        trigger=found.formula,
        basis=found.basis,
        steps=[
            Happening(
                title=step.title,
                who=step.who,
                when=f"{step.when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                text=step.text,
                late=step.late,
            )
            for step in found.steps
        ],
        acts=[ActButton(name=name, title=tr(lang, TITLES[name]), grave=name in _GRAVE) for name in found.acts],
        waits=found.waits,
        docx=f"{found.document}.docx" if found.document else "",
        pdf=f"{found.document}.pdf" if found.document else "",
    )


def rule_rows(found: list[RuleLine], lang: str) -> list[RuleRow]:
    """The rules in words."""
    return [
        RuleRow(
            number=rule.number,
            name=rule.name,
            colour=rule.colour,
            about=rule.about,
            trigger=rule.trigger,
            basis=rule.basis,
            addressed=rule.addressed,
            days=tr(lang, "supervision.days", days=rule.reply_days),
            how=rule.how,
            count=rule.count,
            counted=tr(lang, "supervision.cards_count", count=rule.count),
            href=rule.href,
        )
        for rule in found
    ]
