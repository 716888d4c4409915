"""Stages, titles, dates and days of a clock in the words that lists and public pages share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jointreview.commands.case_catalog import case_catalog
from jointreview.domain.clock import Clock, Lamp
from jointreview.models.case import Case
from jointreview.settings import settings
from jointreview.text import texts, tr


def stage_words(case: Case) -> dict[str, str]:
    """The name of the stage of a case, in both languages."""
    return case_catalog(case, settings().today()).stage(case.stage).name.model_dump()


def document_title(lang: str, title: str, case: Case) -> str:
    """The title of an issued document, which is stored as a text key; a review's names its stage."""
    return tr(lang, title, stage=stage_words(case)) if title in texts(lang) else title


def day_words(lang: str, day: date | None) -> str:
    """A date with its weekday, `2026-05-19 (周二)`; empty for none."""
    if day is None:
        return ""
    return tr(lang, "views.day", day=day.isoformat(), weekday=tr(lang, f"views.weekday_{day.isoweekday()}"))


def listed(lang: str, names: Iterable[str]) -> str:
    """Names one after the other as the language does it: `甲、乙`, `A, B`."""
    return tr(lang, "views.list_joint").join(names)


def days_words(lang: str, clock: Clock | None) -> str:
    """How many working days are left or over; empty before acceptance and after the end."""
    if clock is None or clock.lamp is Lamp.DONE:
        return ""
    if clock.paused:
        return tr(lang, "views.days_paused", days=clock.used)
    if clock.remaining < 0:
        return tr(lang, "views.days_over", days=-clock.remaining)
    return tr(lang, "views.days_left", days=clock.remaining) if clock.remaining else tr(lang, "views.days_left_today")
