"""Importing this registers every command."""

from jointreview.commands import (
    administration,
    calendar_admin,
    conclusion,
    deputies,
    extensions,
    filing,
    handover,
    intake,
    onsite,
    organisations,
    outbox,
    parties,
    pauses,
    rectification,
    review,
    silence,
    visits,
)
from jointreview.commands.registry import RULES

__all__ = [
    "RULES",
    "administration",
    "calendar_admin",
    "conclusion",
    "deputies",
    "extensions",
    "filing",
    "handover",
    "intake",
    "onsite",
    "organisations",
    "outbox",
    "parties",
    "pauses",
    "rectification",
    "review",
    "silence",
    "visits",
]
