"""What every part of the workspace reads from: one session, the reader, the case as it is, and words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from jointreview.catalog.form_items import as_for
from jointreview.catalog.schema import Catalog, Item
from jointreview.commands.all import RULES
from jointreview.commands.case_clock import case_clock
from jointreview.commands.certificates_held import Held, held
from jointreview.commands.executor import SHANGHAI, Context
from jointreview.commands.facts import CaseFacts
from jointreview.commands.layer_answers import with_map
from jointreview.commands.registry import Command, may
from jointreview.commands.relations import only_consulted, own_case
from jointreview.commands.review import WINDOW
from jointreview.commands.sight import may_see
from jointreview.commands.supervision import SEATS
from jointreview.domain.clock import Clock
from jointreview.domain.problems import Refused
from jointreview.models.actor import Actor
from jointreview.models.case import Case
from jointreview.models.identity import ROLES, Account
from jointreview.queries.unsent import Unsent, told_values, unsent
from jointreview.text import for_kind, tr


@dataclass
class Desk:
    """The reader's desk with one case on it."""

    ctx: Context
    lang: str
    revealed: Collection[str] = field(default_factory=frozenset)

    @property
    def session(self) -> Session:
        """The reading session."""
        return self.ctx.session

    @property
    def actor(self) -> Actor:
        """Who reads."""
        return self.ctx.actor

    @property
    def case(self) -> Case:
        """The case that is read."""
        return self.ctx.the_case

    @property
    def case_id(self) -> int:
        """Its id."""
        return self.ctx.case_id

    @cached_property
    def facts(self) -> CaseFacts:
        """The case as relations and checks see it."""
        return self.ctx.facts

    @cached_property
    def catalog(self) -> Catalog:
        """The catalogue of the case."""
        return self.ctx.catalog

    @cached_property
    def values(self) -> dict[str, dict[str, Any]]:
        """The whole form: as entered for who carries the application, for others as last handed in."""
        return told_values(self.session, self.actor, self.facts)

    @cached_property
    def known(self) -> dict[str, Mapping[str, Any]]:
        """The form with what the map says beside it, for rules that look at both."""
        return with_map(self.session, self.case_id, self.values)

    @cached_property
    def clock(self) -> Clock | None:
        """The clock today; None before acceptance."""
        return case_clock(self.session, self.case, self.ctx.today)

    @cached_property
    def is_party(self) -> bool:
        """Whether the reader is only an invited party, who sees the way of the case and nothing of the others."""
        return self.actor.role == "applicant" and own_case(self.actor, self.facts, None) is not None

    @cached_property
    def unsent(self) -> Unsent:
        """What the applicant has not handed in and this reader does not see."""
        return unsent(self.session, self.actor, self.facts)

    @cached_property
    def permits(self) -> Held:
        """What the case may use of its project's permits."""
        return held(self.session, self.case, self.ctx.today)

    @cached_property
    def is_consulted(self) -> bool:
        """Whether the reader's unit was only asked for advice: it sees the question and the papers for it."""
        return only_consulted(self.actor, self.facts)

    def say(self, key: str, /, **params: object) -> str:
        """A text in the reader's language, as it is said of this kind of case."""
        return tr(self.lang, for_kind(key, self.case.kind), **params)

    def may(self, kind: type[Command], target: int | None = None) -> bool:
        """Whether the reader may run the command now."""
        return kind in RULES and may(self.actor, kind, self.facts, target) is None

    def item(self, code: str) -> Item:
        """The item as it is for this case's answers."""
        return as_for(self.catalog.item(code), self.values)

    def unit_name(self, code: str) -> str:
        """The name of a handling unit, of the window, or of the coordinator, whom supervision addresses."""
        if code in (WINDOW, ""):
            return self.say("case.window") if code else ""
        if code in SEATS:
            return self.say(f"supervision.seat_{code}")
        return self.catalog.unit(code).name.in_(self.lang)

    def opener_name(self, code: str) -> str:
        """Who opened a pause, as its event names it: a handling unit, or a role."""
        if code in {u.code for u in self.catalog.units}:
            return self.unit_name(code)
        return self.say(f"account.role_{code}") if code in ROLES else self.say("case.by_system")

    def subject(self, target: str) -> str:
        """What a gap points at: the material's name or the question's label."""
        kind, _, name = target.partition(":")
        try:
            if kind == "material":
                return self.catalog.material(name).name.in_(self.lang)
            part = self.catalog.field(name)
            return (
                part.label.in_(self.lang) if part else self.catalog.section(name.split(".")[0]).title.in_(self.lang)
            )
        except Refused:
            return name

    def person(self, account_id: int | None) -> str:
        """The name of an account."""
        account = self.session.get(Account, account_id) if account_id else None
        return account.name if account else ""

    def day(self, day: date) -> str:
        """A date with its weekday: `2026-05-19 (周二)`."""
        return f"{day.isoformat()} ({self.say(f'case.weekday_{day.isoweekday()}')})"

    def half(self, day: date, half: str) -> str:
        """A half-day: `2026-05-07 (周四) 上午`."""
        return f"{self.day(day)} {self.say(f'case.half_{half}')}"


def minute(moment: datetime) -> str:
    """A time for people: `2026-05-06 09:41`."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def desk_for(
    session: Session, actor: Actor, case_id: int, lang: str, now: datetime, revealed: Collection[str] = ()
) -> Desk | None:
    """The desk of a reader who may see the case; None without the right, as without the case."""
    case = session.get(Case, case_id) if case_id else None
    if case is None:
        return None
    ctx = Context(session=session, actor=actor, now=now, command="", case=case)
    desk = Desk(ctx, lang, revealed)
    return desk if may_see(actor, desk.facts) or only_consulted(actor, desk.facts) else None
