"""From what the query found to what the page's state holds: acts sorted, counts, and empty beginnings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from jointreview.commands.all import RULES
from jointreview.domain.problems import refuse
from jointreview.models.actor import Actor
from jointreview.queries import access, dossier
from jointreview.queries.dossier import views
from jointreview.text import for_kind, tr
from jointreview.ui.pages.case.acts import BESIDE, DIALOGS, ELSEWHERE, FORWARD, IN_PANEL, MOST_FORWARD, QUIET

NO_HEAD = views.Head(
    id=0,
    version=0,
    number="",
    project="",
    code="",
    kind="acceptance",
    stage="",
    organisation="",
    state="",
    tone="neutral",
    outcome="",
    lamp="",
    days="",
    due="",
    wanted="",
    turn="",
    since="",
    form_href="",
    project_href="",
    filed="",
)
NO_VERDICT = views.Verdict(outcome="", tone="neutral", ready=False, reasons=[])
NO_SLOT = views.Slot(key="", day="", half="", label="", possible=False, why="", officers=[], dates=[])
NO_PHOTO = views.Photo(href="", name="")
NO_DIALOG = views.Dialog(name="", title="", text="", confirm="", grave=False, target=0, fields=[], preview=[])
_TITLES = {kind.__name__: rule.title for kind, rule in RULES.items()}
_COUNTED = {"review": "gaps", "findings": "findings", "documents": "documents"}


def workspace(
    actor: Actor, case_id: int, lang: str, now: datetime, revealed: Collection[str] = ()
) -> dict[str, Any] | None:
    """The state's vars by name; None for a case this reader does not get to see."""
    found = dossier.workspace(actor, case_id, lang, now, revealed)
    if found is None:
        return None
    acts = _acts(lang, case_id, found["head"]["kind"], found.pop("possible"))
    if found["head"]["form_href"]:
        edit = _edit(lang, found["head"]["form_href"])
        acts = [edit, *(act for act in acts if act["href"] != edit["href"])]
    first = [act for act in acts if act["name"] in FORWARD][:MOST_FORWARD]
    panels = list(found.pop("panels"))
    counts = {panel: len(found.get(_COUNTED[panel], ())) if panel in _COUNTED else 0 for panel in panels}
    return {
        **found,
        "forward": first,
        "rest": [act for act in acts if act not in first],
        "shown": panels,
        "counts": counts,
    }


def _edit(lang: str, href: str) -> views.Act:
    title, beside = tr(lang, "case.edit_form"), BESIDE["EditForm"]
    return views.Act(name="EditForm", title=title, target=0, grave=False, href=href, beside=beside)


def _acts(lang: str, case_id: int, kind: str, possible: list[tuple[str, int]]) -> list[views.Act]:
    """One entry for each act, those that come forward first."""
    targets: dict[str, int] = {}
    for name, target in possible:
        if name not in QUIET:
            targets.setdefault(name, target)
    order = {name: n for n, name in enumerate(FORWARD)}
    names = sorted(targets, key=lambda name: (order.get(name, len(order)), list(targets).index(name)))
    seen: set[str] = set()
    found = []
    for name in names:
        href = f"/cases/{case_id}/{ELSEWHERE[name]}" if name in ELSEWHERE else ""
        if not (href or name in DIALOGS or name in IN_PANEL) or (href and href in seen):
            continue
        seen.add(href)
        found.append(
            views.Act(
                name=name,
                title=tr(lang, for_kind(_TITLES[name], kind)),
                target=targets[name],
                grave=name in DIALOGS and DIALOGS[name].grave,
                href=href,
                beside=BESIDE.get(name, ""),
            )
        )
    return found


def reveal(actor: Actor, case_id: int, now: datetime, path: str) -> None:
    """Record that masked answers are about to be shown; raises Refused where there is nothing to reveal."""
    if not dossier.revealable(actor, case_id, now, path):
        raise refuse("commands.no_such_case", kind="missing")
    access.reveal(actor, case_id, path)
