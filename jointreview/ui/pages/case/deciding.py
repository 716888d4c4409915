"""From what a department or the lead unit wrote to what it signs: checked first, then read once more, then signed."""

from __future__ import annotations

import asyncio
from typing import Any

import pydantic

from jointreview.commands.decisions import GRANTED, Decision
from jointreview.domain.problems import Problem
from jointreview.queries import dossier
from jointreview.settings import settings
from jointreview.text import tr
from jointreview.ui.allow import allow, event
from jointreview.ui.components.faults import Fault, fault
from jointreview.ui.me import actor_of
from jointreview.ui.pages.case.state import CaseState
from jointreview.ui.text import lang_of

_ASKED = ("result", "text", "document_no", "valid_until", "condition", "commitment_until", "basis")
# What only some results ask for: what was written for another one is left aside.
_ONLY_FOR = {
    "document_no": GRANTED,
    "valid_until": GRANTED,
    "condition": frozenset({"PASS_COND"}),
    "commitment_until": frozenset({"PASS_COND"}),
    "basis": frozenset({"FAIL"}),
}


class DecidingState(CaseState):
    """What stands ready to be signed in the review panel; the forms keep what was entered until it is signed."""

    draft_of: int = 0
    draft_args: dict[str, Any] = {}
    draft_statement: str = ""
    faulty: int = 0
    draft_faults: list[Fault] = []
    conclusion_ready: bool = False
    conclusion_args: dict[str, Any] = {"text": ""}

    @event
    @allow("officer")
    async def check_decision(self, form: dict[str, Any]):
        """Say what speaks against the decision; else show it as it will be signed."""
        one = next((d for d in self.deciding if str(d["assignment"]) == str(form.get("assignment_id"))), None)
        if one is None:
            return
        lang, mine = await lang_of(self), one["assignment"]
        entered = _entered(form)
        args = {"case_id": self._case_id, "assignment_id": mine, **{k: v for k, v in entered.items() if v}}
        try:
            decision = Decision.model_validate(args)
            found = await asyncio.to_thread(
                dossier.objections, await actor_of(self), settings().current_time(), decision
            )
        except pydantic.ValidationError:
            found = [Problem("case.fill_in")]
        self.faulty, self.draft_of = (mine, 0) if found else (0, mine)
        told = [fault(lang, problem) for problem in found]
        self.draft_faults = [Fault(text=f["text"], where=f"decide-{mine}-{f['where']}") for f in told]
        self.draft_args, self.draft_statement = args, _statement(lang, one, entered)

    @event
    @allow("officer", "leader")
    def check_conclusion(self, form: dict[str, Any]):
        """The lead unit's own words, ready to be signed."""
        self.conclusion_args = {"case_id": self._case_id, "text": str(form.get("text") or "").strip()}
        self.conclusion_ready = bool(self.conclusion_args["text"])

    @event
    @allow("officer", "leader")
    def change(self):
        """Back to the form, which still holds what was entered."""
        self.draft_of, self.conclusion_ready = 0, False

    @event
    @allow("officer", "leader")
    def signed_here(self, answer: dict[str, Any]):
        """What was ready is signed: nothing stands ready any more."""
        self.draft_of, self.draft_args, self.draft_statement = 0, {}, ""
        self.conclusion_ready, self.conclusion_args = False, {"text": ""}
        return CaseState.signed(answer)


def _entered(form: dict[str, Any]) -> dict[str, str]:
    """What the form holds, without what the chosen result does not ask for."""
    entered = {name: str(form.get(name) or "").strip() for name in _ASKED}
    unasked = {name for name, results in _ONLY_FOR.items() if entered["result"] not in results}
    return {name: "" if name in unasked else value for name, value in entered.items()}


def _statement(lang: str, one: Any, entered: dict[str, str]) -> str:
    """The decision in words, every part of it on a line of its own."""
    label = next((r["label"] for r in one["results"] if r["value"] == entered["result"]), "")
    lines = [tr(lang, "decision.statement", item=one["item"], result=label), entered["text"]]
    parts = {
        "document_no": tr(lang, "decision.document", document=one["number_label"], number=entered["document_no"]),
        "valid_until": tr(lang, "decision.valid", day=entered["valid_until"]),
        "condition": tr(lang, "decision.condition", text=entered["condition"]),
        "commitment_until": tr(lang, "decision.committed", day=entered["commitment_until"]),
        "basis": tr(lang, "decision.basis", text=entered["basis"]),
    }
    return "\n".join([*lines, *(line for name, line in parts.items() if entered[name])])


# For components, as in `state.Seen`.
Writing: Any = DecidingState
