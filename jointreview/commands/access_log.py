"""Reading that is itself written down: the record taken out as a file."""

from __future__ import annotations

from datetime import datetime

from jointreview.models.actor import Actor
from jointreview.models.base import writing
from jointreview.models.identity import Audit


def taken_out(actor: Actor, kind: str, now: datetime) -> None:
    """The record left the product as a file."""
    with writing() as db:
        db.add(Audit(at=now, account_id=actor.account_id, action="record.taken_out", details={"kind": kind}))
