"""Tasks that pauses and extensions make: requests to decide, and pauses that run or run longer than planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jointreview.commands.extensions import ApproveExtension
from jointreview.commands.pauses import ApprovePause, ClosePause
from jointreview.commands.registry import may
from jointreview.domain.pauses import overrun
from jointreview.models.timekeeping import Extension, PauseRequest

PANEL = "?panel=time"


def time_tasks(c: Any) -> Iterator[Any]:
    """What the reader of `my_work` has to do about the time of the case `c`."""
    for pause in c.facts.pauses:
        row = c.session.get_one(PauseRequest, pause.id)
        rule = c.catalog.rules.pause(pause.kind)
        procedure = rule.procedure(row.procedure) if rule else None
        params = {"kind": (procedure or rule).name.model_dump() if rule else pause.kind}
        if may(c.actor, ApprovePause, c.facts, pause.id) is None:
            yield c.task("decide_pause", "open", PANEL, None, params=params, since=row.requested_at)
        elif (
            pause.status == "open"
            and c.actor.role != "leader"
            and may(c.actor, ClosePause, c.facts, pause.id) is None
        ):
            over = overrun(pause.planned_end, None, c.today)
            what, lamp = ("pause_overrun", "yellow") if over else ("pause_running", "paused")
            by_itself = bool(rule and rule.ends_by_itself)
            yield c.task(
                what, "open", PANEL, pause.planned_end, params=params, lamp=lamp, waiting=not over or by_itself
            )
    for asked in c.facts.extensions:
        if may(c.actor, ApproveExtension, c.facts, asked.id) is None:
            row = c.session.get_one(Extension, asked.id)
            yield c.task("decide_extension", "open", PANEL, None, params={"days": row.days}, since=row.requested_at)
