"""The state of the workspace: what the query found for this reader, the open dialog, and the acts."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pydantic
import reflex as rx

from jointreview.commands.executor import execute
from jointreview.commands.visits import ScheduleVisit
from jointreview.domain.problems import Problem, Refused
from jointreview.queries import dossier
from jointreview.queries.dossier import decisions as decision_views
from jointreview.queries.dossier import layers as layer_views
from jointreview.queries.dossier import views
from jointreview.queries.dossier.cards import ON_CARD
from jointreview.queries.dossier.time import ON_EXTENSION, ON_PAUSE
from jointreview.settings import settings
from jointreview.text import for_kind, tr
from jointreview.ui import hub
from jointreview.ui.allow import allow, allow_any, event
from jointreview.ui.components import toasts
from jointreview.ui.components.downloads import FETCH
from jointreview.ui.components.faults import Fault, faults_of
from jointreview.ui.me import actor_of
from jointreview.ui.pages.case import present
from jointreview.ui.pages.case.acts import DIALOGS, FORMS, IN_PANEL, snake
from jointreview.ui.pages.case.asking import built, dialog_of, faults_in, left_open
from jointreview.ui.text import lang_of

PANELS = (
    "overview",
    "review",
    "form",
    "plans",
    "materials",
    "survey",
    "findings",
    "documents",
    "time",
    "history",
    "map",
)
WORKERS = ("applicant", "clerk", "officer", "leader", "coordinator", "supervisor")
_PATH = re.compile(r"/cases/(\d{1,12})/?")
_IN_SIGHT = "document.querySelector('.jr-tab-here')?.scrollIntoView({inline: 'center', block: 'nearest'})"
_FRESH = {"rows": "key", "findings": "id", "events": "key"}


class CaseState(rx.State):
    """One case as this reader may see it."""

    status: str = "loading"
    panel: str = "overview"
    shown: list[str] = []
    counts: dict[str, int] = dict.fromkeys(PANELS, 0)
    head: views.Head = present.NO_HEAD
    days: list[views.DayLine] = []
    steps: list[views.Step] = []
    forward: list[views.Act] = []
    rest: list[views.Act] = []
    rows: list[views.MatrixRow] = []
    verdict: views.Verdict = present.NO_VERDICT
    commitments: list[views.Commitment] = []
    cards: list[views.CardStrip] = []
    constraints: layer_views.Constraints = layer_views.NO_CONSTRAINTS
    parts: list[views.FormPart] = []
    groups: list[views.MaterialGroup] = []
    readings: list[views.Reading] = []
    deciding: list[decision_views.Deciding] = []
    decisions: list[decision_views.DecisionCard] = []
    questions: list[decision_views.Question] = []
    leads: bool = False
    lead_waits: str = ""
    concluded: decision_views.Concluded = decision_views.NOT_CONCLUDED
    consulted: bool = False
    gaps: list[views.GapLine] = []
    gap_groups: list[dict[str, Any]] = []
    phrases: list[str] = []
    visits: list[views.VisitCard] = []
    slots: list[views.Slot] = []
    units: list[views.UnitChoice] = []
    findings: list[views.FindingCard] = []
    documents: list[views.DocumentLine] = []
    read_log: list[views.ReadLine] = []
    events: list[views.HistoryLine] = []
    time_facts: list[views.Labelled] = []
    time_acts: list[views.Act] = []
    pauses: list[views.TimeLine] = []
    extensions: list[views.TimeLine] = []
    provisional: bool = False
    may_return: bool = False
    may_schedule: bool = False
    may_conclude: bool = False
    map_url: str = ""
    sheet_url: str = ""
    parcel_url: str = ""
    archive: str = ""
    tiles: dict[str, Any] = {}

    slot: views.Slot = present.NO_SLOT
    dialog: views.Dialog = present.NO_DIALOG
    dialog_faults: list[Fault] = []
    faults: list[Fault] = []
    uploads: list[views.Choice] = []
    photo: views.Photo = present.NO_PHOTO
    busy: bool = False
    kept: str = rx.SessionStorage("", name="jr_act")
    """The open dialog, remembered by the tab: after a lost connection it opens again with what was typed."""

    _case_id: int = 0
    _about: dict[str, Any] = {}
    _seen_version: int = 0
    _key: str = ""
    _revealed: list[str] = []

    @event
    @allow_any
    async def load(self):
        """Open the case of the address at the panel of the address, and follow it live."""
        found = _PATH.fullmatch(self.router.url.path)
        asked = self.router.url.query_parameters.get("panel", "overview")
        kept = self.kept
        self.reset()
        self._case_id = int(found[1]) if found else 0
        self.panel = asked if asked in PANELS else "overview"
        hub.subscribe(self, f"case:{self._case_id}", refresh=CaseState.refresh)
        await self._read(mark=False)
        if (left := left_open(kept, self._case_id)) and self.status == "ready":
            await self._open(*left)
        return rx.call_script(_IN_SIGHT)

    @event
    @allow_any
    async def refresh(self):
        """Somebody changed the case: read again and show softly what is new."""
        await self._read(mark=True)

    async def _read(self, mark: bool) -> None:
        actor, lang = await actor_of(self), await lang_of(self)
        seen = await asyncio.to_thread(present.workspace, actor, self._case_id, lang, _now(), list(self._revealed))
        if seen is None:
            self.status = "missing"
            return
        for name, value in seen.items():
            if mark and name in _FRESH:
                value = _marked(getattr(self, name), value, _FRESH[name])
            if getattr(self, name) != value:
                setattr(self, name, value)
        if self.panel not in self.shown:
            self.panel = "overview"
        self.status = "ready"

    @event
    @allow_any
    async def show(self, panel: str):
        """Another panel; the address follows, so that it can be sent to a colleague."""
        if panel not in self.shown:
            return None
        self.panel = panel
        return rx.call_script(f"history.replaceState(history.state, '', '?panel={panel}'); {_IN_SIGHT}")

    @event
    @allow(*WORKERS)
    async def open_act(self, name: str, target: int):
        """Open the dialog of an act, or the panel where it is done."""
        if name in IN_PANEL:
            return [CaseState.show(IN_PANEL[name]), rx.call_script(_LEAD.replace("FORM", json.dumps(FORMS[name])))]
        return await self._open(name, {"assignment_id": target})

    @event
    @allow(*WORKERS)
    async def open_listed(self, name: str, target: int, href: str):
        """An act of the menu: on another page, or here."""
        if any(act["href"] == href for act in self.rest) and href:
            return rx.redirect(href)
        return CaseState.open_act(name, target)

    @event
    @allow(*WORKERS)
    async def open_about(self, name: str, target: int, subject: int):
        """Open the dialog of an act on one gap, finding, question, pause, extension or card."""
        about = {"DropGap": "gap_id", "AnswerFinding": "finding_id"}
        about |= dict.fromkeys(("AnswerConsultation", "WithdrawConsultation"), "consultation_id")
        about |= dict.fromkeys(ON_PAUSE, "pause_id") | dict.fromkeys(ON_EXTENSION, "extension_id")
        about |= dict.fromkeys(ON_CARD, "card_id") | {"ReverseAbsence": "member_id"}
        if name in about:
            await self._open(name, {"assignment_id": target, about[name]: subject})

    @event
    @allow("coordinator", "officer")
    async def replace_officer(self, unit: str):
        """Open the choice of another officer of a unit."""
        await self._open("ReplaceOfficer", {"unit": unit})

    async def _open(self, name: str, about: dict[str, Any]) -> None:
        if name not in DIALOGS:
            return
        actor, lang = await actor_of(self), await lang_of(self)
        offered = await asyncio.to_thread(dossier.offered, actor, self._case_id, lang, _now(), name, about)
        self._about, self._seen_version, self._key = about, self.head["version"], str(uuid4())
        self.uploads, self.dialog_faults, self.busy = [], [], False
        self.dialog = dialog_of(lang, name, offered, self.head["kind"], about)
        self.kept = json.dumps([self._case_id, name, about])

    def _title(self, lang: str, act: str) -> str:
        return tr(lang, for_kind(f"cmd.{snake(act)}", self.head["kind"]))

    @event
    @allow_any
    def close_act(self):
        """Leave without doing it."""
        self.dialog, self.dialog_faults, self.uploads, self.busy = present.NO_DIALOG, [], [], False
        self.kept = ""

    @event
    @allow_any
    def act_open_changed(self, is_open: bool):
        """The dialog was left by its cross, by Escape or by a click outside."""
        if not is_open:
            return CaseState.close_act
        return None

    @event
    @allow(*WORKERS)
    def uploaded(self, answer: dict[str, Any]):
        """A file of the open dialog has arrived."""
        upload_id = answer.get("upload_id")
        if isinstance(upload_id, int):
            self.uploads = [
                *self.uploads,
                views.Choice(value=str(upload_id), label=str(answer.get("name", ""))[:200]),
            ]

    @event
    @allow(*WORKERS)
    async def run(self, form: dict[str, Any]):
        """Do what the open dialog says; refused, it stays open with every reason."""
        name, lang = self.dialog["name"], await lang_of(self)
        spec = DIALOGS.get(name)
        if spec is None:
            return
        self.busy, self.dialog_faults = True, []
        yield
        try:
            command = built(name, self._case_id, self._about, form, [int(file["value"]) for file in self.uploads])
            outcome = await asyncio.to_thread(
                execute,
                await actor_of(self),
                command,
                expected_version=self._seen_version if spec.versioned else None,
                idempotency_key=self._key,
            )
        except pydantic.ValidationError as error:
            self.busy, self.dialog_faults = False, faults_in(lang, error)
            return
        except Refused as refusal:
            self.busy, self.dialog_faults = False, await faults_of(self, refusal)
            await self._read(mark=True)
            # What was wrong may have been corrected from the list just read: the next try is another deed.
            self._key, self._seen_version = str(uuid4()), self.head["version"]
            return
        self.close_act()
        await self._read(mark=True)
        yield await toasts.done(self, "case.done", title=self._title(lang, name))
        if name == "CopyCase" and outcome.value.get("case_id"):
            yield rx.redirect(f"/cases/{outcome.value['case_id']}/form")

    @event
    @allow(*WORKERS)
    async def signed(self, answer: dict[str, Any]):
        """A browser component ran its command itself: read again."""
        await self._read(mark=True)
        return await toasts.done(self, "case.done_plain")

    @event
    @allow("coordinator")
    async def choose_slot(self, key: str):
        """Take a half-day; the officers proposed for it stand in the choices."""
        chosen = next((slot for slot in self.slots if slot["key"] == key and slot["possible"]), None)
        if chosen is None:
            return
        proposed = {one["unit"]: one["officer"] for one in chosen["officers"]}
        self.units = [views.UnitChoice(**{**unit, "chosen": proposed.get(unit["unit"], "")}) for unit in self.units]
        self.slot = chosen

    @event
    @allow("coordinator")
    async def schedule(self, form: dict[str, Any]):
        """Fix the visit with the chosen officers."""
        self.faults = []
        try:
            officers = {unit["unit"]: int(form.get(f"officer-{unit['unit']}") or 0) for unit in self.units}
            command = ScheduleVisit.model_validate(
                {
                    "case_id": self._case_id,
                    "day": self.slot["day"],
                    "half": self.slot["half"],
                    "officers": officers,
                    "meeting_point": form.get("meeting_point") or "",
                }
            )
            await asyncio.to_thread(execute, await actor_of(self), command)
        except (pydantic.ValidationError, ValueError):
            self.faults = await faults_of(self, Refused(Problem("case.fill_in")))
            return None
        except Refused as refusal:
            self.faults = await faults_of(self, refusal)
            await self._read(mark=True)
            return None
        self.slot = present.NO_SLOT
        await self._read(mark=True)
        return await toasts.done(self, "case.done", title=self._title(await lang_of(self), "ScheduleVisit"))

    @event
    @allow(*WORKERS)
    async def reveal(self, path: str):
        """Show masked answers in full; that they were shown is recorded."""
        try:
            await asyncio.to_thread(present.reveal, await actor_of(self), self._case_id, _now(), path)
        except Refused as refusal:
            return await toasts.refused(self, refusal)
        self._revealed = [*self._revealed, path]
        await self._read(mark=False)
        return None

    @event
    @allow_any
    def view_photo(self, href: str, name: str):
        """Open the viewer."""
        self.photo = views.Photo(href=href, name=name)

    @event
    @allow_any
    def photo_open_changed(self, is_open: bool):
        """Close the viewer."""
        if not is_open:
            self.photo = present.NO_PHOTO

    @event
    @allow_any
    async def get_pdf(self, href: str):
        """Fetch a PDF; when the server has none its message says how to get it."""
        if not href.startswith("/api/"):
            return None
        return rx.call_script(FETCH.replace("HREF", json.dumps(href)), callback=CaseState.pdf_answered)

    @event
    @allow_any
    async def pdf_answered(self, message: str):
        """Nothing to say when the file came."""
        return rx.toast.warning(message, duration=12000) if message else None


# The form may stand below the fold, or appear only with its panel: the page goes there and the focus into it.
_LEAD = """(async () => {
  const until = performance.now() + 3000;
  let form = null;
  while (!(form = document.querySelector(FORM)) && performance.now() < until)
    await new Promise(requestAnimationFrame);
  if (!form) return;
  const fields = "input:not([type=hidden]), select, textarea, button:not([disabled])";
  const first = form.matches(fields) ? form : form.querySelector(fields);
  if (!first) form.tabIndex = -1;
  (first || form).focus({ preventScroll: true });
  form.scrollIntoView({ block: form.offsetHeight > innerHeight ? "start" : "center" });
})()"""


def _now() -> datetime:
    return settings().current_time()


def _marked(before: list[Any], after: list[Any], key: str) -> list[Any]:
    """The new list with what differs from the one before marked as fresh."""
    plain = {row[key]: {**row, "fresh": False} for row in before}
    return [{**row, "fresh": plain.get(row[key]) != row} for row in after]


# For components: Reflex turns the attributes of the class into vars, which no checker follows.
Seen: Any = CaseState
