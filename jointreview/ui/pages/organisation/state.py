"""What the page of organisations knows, and the few things done on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.organisations import AdmitAgent, EndAgent, RegisterOrganisation, RequestAgency
from jointreview.commands.registry import Command
from jointreview.domain.identifiers import check_code
from jointreview.domain.problems import Refused, refuse
from jointreview.queries.organisations import found_organisations, open_requests, own_organisations
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, event
from jointreview.ui.components import toasts
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.pages.organisation.rows import AgentRow, OrganisationRow, agent_row, organisation_row
from jointreview.ui.text import lang_of, say

READERS = ("applicant", "clerk")
_FORMS = ("register", "request")


class OrganisationState(rx.State):
    """Organisations as this person sees them; `letters` are the names of letters sent but not yet used, by form."""

    loaded: bool = False
    organisations: list[OrganisationRow] = []
    requests: list[AgentRow] = []
    found: list[OrganisationRow] = []
    wanted: str = ""
    code_ok: dict[str, bool] = {"register": False, "request": False}
    code_says: dict[str, str] = {"register": "", "request": ""}
    letters: dict[str, str] = {"register": "", "request": ""}
    faults: dict[str, list[Fault]] = {"register": [], "request": []}
    emptied: dict[str, int] = {"register": 0, "request": 0}
    admitting: str = ""
    admitting_text: str = ""
    admit_faults: list[Fault] = []
    _letter_ids: dict[str, int] = {}

    @event
    @allow(*READERS)
    async def load(self):
        """Read everything; read again when the own account is told something."""
        actor = await actor_of(self)
        hub.subscribe(self, f"account:{actor.account_id}", refresh=OrganisationState.refresh)
        self.admitting = ""
        await self._read()

    @event
    @allow(*READERS)
    async def refresh(self):
        """Read again what the page shows."""
        await self._read()

    @event
    @allow("clerk")
    async def look_for(self, form: dict[str, Any]):
        """Organisations by name or credit code, for the window."""
        self.wanted = str(form.get("q", "")).strip()[:80]
        await self._read()

    @event
    @allow(*READERS)
    async def look_at_code(self, form: str, code: str):
        """Say as it is typed whether the credit code is sound."""
        if form not in _FORMS:
            return
        checked, lang = check_code(code[:100], "credit"), await lang_of(self)
        problems = " ".join(tr(lang, p.key, **p.params) for p in checked.problems)
        said = tr(lang, "organisation.code_ok", code=checked.normalised) if checked.valid else problems
        self.code_ok = {**self.code_ok, form: checked.valid}
        self.code_says = {**self.code_says, form: said if code.strip() else ""}

    @event
    @allow(*READERS)
    def register_letter(self, sent: dict[str, Any]):
        """The letter of authority for the organisation to be registered."""
        self._keep_letter("register", sent)

    @event
    @allow("applicant")
    def request_letter(self, sent: dict[str, Any]):
        """The letter of authority for the request to act."""
        self._keep_letter("request", sent)

    @event
    @allow(*READERS)
    async def register(self, form: dict[str, Any]):
        """Enter an organisation; the applicant who does so becomes its manager here."""
        name, letter = _text(form, "name"), self._letter_ids.get("register")
        code = _text(form, "credit_code")
        done = await self._run(
            lambda: RegisterOrganisation(credit_code=code, name=name, letter_upload_id=letter), "register"
        )
        return await toasts.done(self, "organisation.registered", name=name) if done else None

    @event
    @allow("applicant")
    async def request(self, form: dict[str, Any]):
        """Ask to act for an organisation that is known already."""
        letter, code = self._letter_ids.get("request"), _text(form, "credit_code")
        if letter is None:
            missing = Fault(text=await say(self, "organisation.letter_missing"), where="request-letter")
            self.faults = {**self.faults, "request": [missing]}
            return None
        done = await self._run(lambda: RequestAgency(credit_code=code, letter_upload_id=letter), "request")
        return await toasts.done(self, "organisation.requested") if done else None

    @event
    @allow(*READERS)
    def ask_admit(self, agent_id: str, text: str):
        """Open the admission of an agent."""
        self.admitting, self.admitting_text, self.admit_faults = agent_id[:20], text[:300], []

    @event
    @allow(*READERS)
    def admit_open_changed(self, is_open: bool):
        """The dialog of an admission was closed."""
        if not is_open:
            self.admitting = ""

    @event
    @allow(*READERS)
    async def admit(self, form: dict[str, Any]):
        """Let somebody act, until the day of the letter if it names one."""
        try:
            command = AdmitAgent(agent_id=_id(self.admitting), valid_until=_until(_text(form, "valid_until")))
            await asyncio.to_thread(execute, await actor_of(self), command)
        except Refused as refusal:
            self.admit_faults = await faults_of(self, refusal)
            return None
        self.admitting = ""
        await self._read()
        return await toasts.done(self, "organisation.admitted")

    @event
    @allow(*READERS)
    async def end(self, agent_id: str):
        """Somebody no longer acts for the organisation, or a request is turned down."""
        try:
            await asyncio.to_thread(execute, await actor_of(self), EndAgent(agent_id=_id(agent_id)))
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        finally:
            await self._read()
        return await toasts.done(self, "organisation.ended")

    def _keep_letter(self, form: str, sent: dict[str, Any]) -> None:
        upload_id = sent.get("upload_id")
        if isinstance(upload_id, int):
            self._letter_ids = {**self._letter_ids, form: upload_id}
            self.letters = {**self.letters, form: str(sent.get("name", ""))[:255]}

    async def _run(self, build: Callable[[], Command], form: str) -> bool:
        """Run a command made from a form; what is wrong stands in the form, which keeps what was entered."""
        try:
            await asyncio.to_thread(execute, await actor_of(self), build())
        except Refused as refusal:
            found = await faults_of(self, refusal)
            shown = [
                Fault(text=f["text"], where=f"{form}-code" if f["where"] == "credit_code" else "") for f in found
            ]
            self.faults = {**self.faults, form: shown}
            return False
        except pydantic.ValidationError:
            wrong = Fault(text=await say(self, "organisation.bad_name"), where=f"{form}-name")
            self.faults = {**self.faults, form: [wrong]}
            return False
        self._empty(form)
        await self._read()
        return True

    def _empty(self, form: str) -> None:
        self.faults, self.letters = {**self.faults, form: []}, {**self.letters, form: ""}
        self.code_says, self._letter_ids = {**self.code_says, form: ""}, {**self._letter_ids}
        self._letter_ids.pop(form, None)
        self.emptied = {**self.emptied, form: self.emptied[form] + 1}

    async def _read(self) -> None:
        actor, lang, today = await actor_of(self), await lang_of(self), settings().today()
        if actor.role == "applicant":
            own = await asyncio.to_thread(own_organisations, actor, today)
            self.organisations = [organisation_row(view, lang) for view in own]
        if self.wanted:
            found = await asyncio.to_thread(found_organisations, actor, self.wanted, today)
            self.found = [organisation_row(view, lang) for view in found]
        else:
            self.found = []
        self.requests = [agent_row(v, lang) for v in await asyncio.to_thread(open_requests, actor, today)]
        self.loaded = True


def _text(form: dict[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise refuse("commands.no_such_agent", kind="missing")
    return int(text)


def _until(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse("clock.bad_date", where="valid_until", text=text[:20]) from None
