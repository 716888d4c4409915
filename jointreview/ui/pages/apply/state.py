"""The beginning of an application: for whom, which project, and by invitation."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypedDict
from uuid import uuid4

import pydantic
import reflex as rx

from jointreview.catalog.schema import ACCEPTANCE_STAGE
from jointreview.commands.executor import Outcome, execute
from jointreview.commands.filing import CreateCase, WalkIn
from jointreview.commands.organisations import RegisterOrganisation
from jointreview.commands.parties import AcceptInvitation
from jointreview.commands.registry import Command
from jointreview.domain.problems import Refused
from jointreview.queries.application_start import answers_from, organisations_for, project_known, stages_offered
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.text import lang_of

_IDS = {
    "project_code": "project-code",
    "project_name": "project-name",
    "walk_in": "walk-in-name",
    "walk_in.name": "walk-in-name",
    "walk_in.mobile": "walk-in-mobile",
    "credit_code": "new-credit-code",
    "name": "new-name",
    "code": "invitation-code",
}


class OrganisationRow(TypedDict):
    """An organisation as the page shows it."""

    id: int
    name: str
    credit_code: str


class StageRow(TypedDict):
    """A stage as the page shows it."""

    number: int
    name: str
    text: str
    days: str


class ApplyState(rx.State):
    """What was chosen so far."""

    ready: bool = False
    stages: list[StageRow] = []
    stage: int = ACCEPTANCE_STAGE
    answers_text: str = ""
    organisations: list[OrganisationRow] = []
    organisation_id: int = 0
    registering: bool = False
    project_code: str = ""
    code_state: str = ""
    code_text: str = ""
    invitation: str = ""
    faults: list[Fault] = []
    register_faults: list[Fault] = []
    invitation_faults: list[Fault] = []
    _key: str = ""
    _code: str = ""
    _answers: str = "{}"  # as JSON: what a state holds as a map comes out as a proxy that no command can carry

    @event
    @allow("applicant", "clerk")
    async def load(self):
        """Start anew, with what the address carries: an invitation, or the stage and answers of the wizard."""
        self.reset()
        self._key = str(uuid4())
        carried = self.router.url.query_parameters
        self.invitation = carried.get("invitation", "")[:40]
        lang, today = await lang_of(self), settings().today()
        self.stages = [
            StageRow(
                number=s.number,
                name=s.name,
                text=tr(lang, f"guide.stage_plain_{s.number}"),
                days=tr(lang, "apply.stage_days", days=s.days),
            )
            for s in await asyncio.to_thread(stages_offered, lang, today)
        ]
        if carried.get("stage", "") in {str(s["number"]) for s in self.stages}:
            self.stage = int(carried["stage"])
            answers = await asyncio.to_thread(answers_from, list(carried.items()), self.stage, today)
            self._answers = json.dumps(answers)
            count = sum(len(values) for values in answers.values())
            self.answers_text = tr(lang, "apply.answers_carried", count=count) if count else ""
        await self._find("")
        await self._carry_project(carried.get("project", "")[:100])
        self.ready = True

    @event
    @allow("applicant", "clerk")
    async def choose_stage(self, number: int):
        """Apply in this stage; answers of the wizard belong to the stage they were given for."""
        if number not in {s["number"] for s in self.stages} or number == self.stage:
            return
        self.stage = number
        if self._answers != "{}":
            self._answers = "{}"
            self.answers_text = tr(await lang_of(self), "apply.answers_dropped")

    @event
    @allow("clerk")
    async def find_organisation(self, wanted: str):
        """Look for the organisation of a walk-in applicant."""
        await self._find(wanted[:100])

    @event
    @allow("applicant", "clerk")
    async def choose(self, organisation_id: int):
        """Apply for this organisation."""
        if organisation_id in {o["id"] for o in self.organisations}:
            self.organisation_id = organisation_id
            await self._judge_code()

    @event
    @allow("applicant", "clerk")
    async def look_at_code(self, code: str):
        """Say at once whether the project code is sound and known."""
        self._code = code[:100]
        await self._judge_code()

    @event
    @allow("applicant", "clerk")
    def open_register(self):
        """Show or hide the form for a new organisation."""
        self.registering = not self.registering

    @event
    @allow("applicant", "clerk")
    async def register(self, form: dict[str, Any]):
        """Enter a new organisation and choose it."""
        credit_code, name = _text(form, "credit_code"), _text(form, "name")
        outcome = await self._run(lambda: RegisterOrganisation(credit_code=credit_code, name=name), "register_faults")
        if outcome is None:
            return
        self.registering = False
        await self._find(credit_code)
        self.organisation_id = outcome.value["organisation_id"]
        await self._judge_code()

    @event
    @allow("applicant", "clerk")
    async def create(self, form: dict[str, Any]):
        """Create the case and open its form."""
        actor = await actor_of(self)

        def command() -> CreateCase:
            at_window = actor.role == "clerk"
            return CreateCase(
                organisation_id=self.organisation_id,
                stage=self.stage,
                answers=json.loads(self._answers),
                project_code=_text(form, "project_code"),
                project_name=_text(form, "project_name"),
                walk_in=_walk_in(form) if at_window else None,
                paper=at_window and bool(form.get("paper")),
            )

        if not self.organisation_id:
            lang = await lang_of(self)
            self.faults = [Fault(text=tr(lang, "apply.choose_organisation_first"), where="organisations")]
            return None
        outcome = await self._run(command, "faults", self._key)
        return rx.redirect(f"/cases/{outcome.case_id or outcome.value['case_id']}/form") if outcome else None

    @event
    @allow("applicant")
    async def accept(self, form: dict[str, Any]):
        """Join a case by the code of an invitation."""
        outcome = await self._run(lambda: AcceptInvitation(code=_text(form, "code")), "invitation_faults")
        return rx.redirect(f"/cases/{outcome.value['case_id']}/form") if outcome else None

    async def _find(self, wanted: str) -> None:
        found = await asyncio.to_thread(organisations_for, await actor_of(self), wanted)
        self.organisations = [OrganisationRow(id=o.id, name=o.name, credit_code=o.credit_code) for o in found]
        if self.organisation_id not in {o.id for o in found}:
            self.organisation_id = found[0].id if len(found) == 1 else 0

    async def _carry_project(self, code: str) -> None:
        """The project of the address, if it belongs to an organisation of the reader; else nothing is said."""
        for row in self.organisations if code else []:
            known = await asyncio.to_thread(project_known, code, row["id"])
            if known.kind == "own":
                self.organisation_id, self.project_code, self._code = row["id"], known.code, known.code
                await self._judge_code()
                return

    async def _judge_code(self) -> None:
        if not self._code.strip():
            self.code_state, self.code_text = "", ""
            return
        lang = await lang_of(self)
        known = await asyncio.to_thread(project_known, self._code, self.organisation_id)
        self.code_state = known.kind
        if known.kind == "invalid":
            self.code_text = " ".join(tr(lang, p.key, **p.params) for p in known.problems)
        else:
            self.code_text = tr(lang, f"apply.code_{known.kind}", name=known.name, answers=known.answers)

    async def _run(self, build: Any, shown_in: str, key: str | None = None) -> Outcome | None:
        """Run a command made from a form; what is wrong stands beside the form, which keeps what was entered."""
        try:
            command: Command = build()
            outcome = await asyncio.to_thread(execute, await actor_of(self), command, idempotency_key=key)
        except Refused as refusal:
            found = await faults_of(self, refusal)
            setattr(self, shown_in, [Fault(text=f["text"], where=_IDS.get(f["where"], "")) for f in found])
            return None
        except pydantic.ValidationError as error:
            setattr(self, shown_in, _missing(await lang_of(self), error))
            return None
        setattr(self, shown_in, [])
        return outcome


def _walk_in(form: dict[str, Any]) -> WalkIn:
    return WalkIn(name=_text(form, "walk_in_name"), mobile=_text(form, "walk_in_mobile"))


def _text(form: dict[str, Any], name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _missing(lang: str, error: pydantic.ValidationError) -> list[Fault]:
    """Entries too short or too long, each by the name of its field."""
    found = []
    for one in error.errors(include_input=False, include_url=False):
        name = str(one["loc"][-1]) if one["loc"] else ""
        key = f"apply.bad_{name}" if name in ("name", "mobile", "code", "project_name") else "apply.bad_entry"
        where = "walk_in.mobile" if name == "mobile" else name
        found.append(Fault(text=tr(lang, key), where=_IDS.get(where, "")))
    return found
