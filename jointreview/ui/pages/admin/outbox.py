"""Messages that did not leave: what is known of each, sending it again, or giving it up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.outbox import GiveUpMessage, SendAgain
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused
from jointreview.queries.outbox import DeadLetter, outbox_view
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.faults import Fault, confirm_dialog, error_panel, faults_of
from jointreview.ui.components.layout import facts, section_card
from jointreview.ui.components.lists import data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of, say, t

_SHANGHAI = ZoneInfo("Asia/Shanghai")


class LetterRow(TypedDict):
    """A message in words; its text is not shown."""

    id: str
    when: str
    person: str
    channel: str
    standing: str
    uncertain: bool
    error: str
    tries: int


class OutboxState(rx.State):
    """The messages that need the administrator."""

    waiting: int = 0
    dead: int = 0
    uncertain: int = 0
    letters: list[LetterRow] = []
    faults: list[Fault] = []

    @event
    @allow("admin")
    async def send_again(self, message_id: str):
        """The message is tried anew."""
        if await self._run(SendAgain, message_id):
            return await toasts.done(self, "admin.outbox_sent_again")
        return None

    @event
    @allow("admin")
    async def give_up(self, message_id: str):
        """The message is closed; the person reads it in the product."""
        if await self._run(GiveUpMessage, message_id):
            return await toasts.done(self, "admin.outbox_given_up")
        return None

    async def _run(self, kind: type[Command], message_id: str) -> bool:
        self.faults = []
        try:
            await asyncio.to_thread(execute, await actor_of(self), kind.model_validate({"message_id": message_id}))
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
        except pydantic.ValidationError:
            self.faults = [Fault(text=await say(self, "people.no_such_message"), where="")]
        await self._read()
        return not self.faults

    async def _read(self) -> None:
        lang = await lang_of(self)
        found = await asyncio.to_thread(outbox_view)
        self.waiting, self.dead, self.uncertain = found.waiting, found.dead, found.uncertain
        self.letters = [letter_row(letter, lang) for letter in found.letters]


def letter_row(letter: DeadLetter, lang: str) -> LetterRow:
    """A message as its line shows it."""
    standing = "uncertain" if letter.uncertain else "dead"
    return LetterRow(
        id=str(letter.message_id),
        when=_when(letter.at),
        person=letter.person,
        channel=tr(lang, f"people.channel_{letter.channel}"),
        standing=tr(lang, f"admin.outbox_is_{standing}"),
        uncertain=letter.uncertain,
        error=letter.error.removeprefix("uncertain: ") or "—",
        tries=letter.tries,
    )


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"


# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = OutboxState


def outbox() -> rx.Component:
    """How many wait and did not leave, then those that need somebody."""
    heads = ("when", "addressee", "channel", "delivery", "error", "manage")
    return section_card(
        t("admin.panel_outbox"),
        rx.el.p(t("admin.outbox_lead"), class_name="jr-soft mb-3"),
        error_panel(Seen.faults),
        rx.el.div(
            facts(
                (t("admin.outbox_waiting"), rx.el.span(Seen.waiting, id="outbox-waiting")),
                (t("admin.outbox_is_dead"), rx.el.span(Seen.dead, id="outbox-dead")),
                (t("admin.outbox_is_uncertain"), rx.el.span(Seen.uncertain, id="outbox-uncertain")),
            ),
            class_name="mb-3",
        ),
        rx.cond(
            Seen.letters.length() > 0,
            data_table([t(f"admin.head_{head}") for head in heads], Seen.letters, _letter, t("admin.panel_outbox")),
            empty_state(t("admin.outbox_none"), t("admin.outbox_none_why"), icon="mail-check"),
        ),
    )


def _letter(row: Any) -> rx.Component:
    again, give_up = t("admin.outbox_again"), t("admin.outbox_give_up")
    return rx.el.tr(
        rx.el.td(row["when"], class_name="jr-date"),
        rx.el.td(row["person"], class_name="jr-date"),
        rx.el.td(row["channel"]),
        rx.el.td(
            chip(row["standing"], rx.cond(row["uncertain"], "warn", "bad")),
            rx.el.div(t("admin.outbox_tries", count=row["tries"]), class_name="jr-soft"),
        ),
        rx.el.td(row["error"], class_name="jr-soft"),
        rx.el.td(
            rx.el.div(
                confirm_dialog(
                    _button(again, "again-", row),
                    again,
                    rx.cond(
                        row["uncertain"],
                        t("admin.outbox_again_uncertain", person=row["person"]),
                        t("admin.outbox_again_why", person=row["person"], channel=row["channel"]),
                    ),
                    again,
                    Seen.send_again(row["id"].to(str)),
                ),
                confirm_dialog(
                    _button(give_up, "give-up-", row, " jr-grave"),
                    give_up,
                    t("admin.outbox_give_up_why", person=row["person"]),
                    give_up,
                    Seen.give_up(row["id"].to(str)),
                    grave=True,
                ),
                class_name="jr-actions",
            )
        ),
        key=row["id"],
        custom_attrs={"data-testid": "letter-" + row["id"].to(str)},
    )


def _button(text: Any, name: str, row: Any, more: str = "") -> rx.Component:
    return rx.el.button(
        text,
        type="button",
        class_name=f"jr-button{more}",
        custom_attrs={"data-testid": name + row["id"].to(str)},
    )
