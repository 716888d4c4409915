"""What runs beside the pages: who leads, what ran and how it went, what waits."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from jointreview.queries.jobs import ORDER, Job, jobs_view
from jointreview.text import tr
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import facts, section_card
from jointreview.ui.components.lists import data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.text import lang_of, t

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHOWN = ("messages", "messages_sending", "messages_dead", "plans", "plans_running", "checks", "scans")


class JobRow(TypedDict):
    """A job in words."""

    name: str
    title: str
    standing: str
    tone: str
    last: str
    took: str
    next: str
    runs: int
    fault: str


class JobsState(rx.State):
    """What runs beside the pages, as it was when it was read."""

    leader: str = ""
    since: str = ""
    at: str = ""
    jobs: list[JobRow] = []
    waiting: dict[str, int] = dict.fromkeys(_SHOWN, 0)

    async def _read(self) -> None:
        lang = await lang_of(self)
        view = await asyncio.to_thread(jobs_view)
        self.leader = ":".join(view.leader.split(":")[:2])
        self.since = _when(view.since)
        self.at = _when(view.now)
        self.jobs = [job_row(job, lang) for job in view.jobs]
        self.waiting = {name: view.waiting.get(name, 0) for name in _SHOWN}


def job_row(job: Job, lang: str) -> JobRow:
    """A job as its line shows it."""
    running = job.ended_at is None
    standing = "running" if running else "failed" if job.failures else "fine"
    return JobRow(
        name=job.name,
        title=tr(lang, f"jobs.job_{job.name}") if job.name in ORDER else job.name,
        standing=tr(lang, f"jobs.is_{standing}", count=job.failures),
        tone={"running": "accent", "failed": "bad", "fine": "good"}[standing],
        last=_when(job.started_at),
        took=tr(lang, "jobs.seconds", seconds=f"{job.seconds:.1f}"),
        next=_when(job.next_at) if job.next_at else "—",
        runs=job.runs,
        fault=f"{job.fault} · {_when(job.failed_at)}" if job.failed_at else "",
    )


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(_SHANGHAI):%m-%d %H:%M:%S}" if moment else "—"


# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = JobsState


def jobs(again: Any) -> rx.Component:
    """Who leads and what waits, then every job; `again` reads anew."""
    heads = ("job", "standing", "last", "took", "next", "runs", "fault")
    return rx.fragment(
        section_card(
            t("jobs.waiting"),
            rx.cond(
                Seen.leader != "",
                rx.el.p(
                    t("jobs.led", worker=Seen.leader, since=Seen.since),
                    id="jobs-leader",
                    class_name="jr-note mb-3",
                    custom_attrs={"data-tone": "good"},
                ),
                rx.el.p(
                    t("jobs.led_by_nobody"),
                    id="jobs-leader",
                    role="alert",
                    class_name="jr-note mb-3",
                    custom_attrs={"data-tone": "bad"},
                ),
            ),
            facts(*[(t(f"jobs.queue_{n}"), rx.el.span(Seen.waiting[n], id=f"queue-{n}")) for n in _SHOWN]),
            actions=(
                rx.el.button(
                    t("admin.look_again"), type="button", on_click=again, id="jobs-again", class_name="jr-button"
                ),
            ),
        ),
        section_card(
            t("jobs.title"),
            rx.el.p(t("jobs.lead", at=Seen.at), class_name="jr-soft mb-3"),
            rx.cond(
                Seen.jobs.length() > 0,
                data_table([t(f"jobs.head_{head}") for head in heads], Seen.jobs, _job, t("jobs.title")),
                empty_state(t("jobs.none"), t("jobs.none_why"), icon="clock"),
            ),
        ),
    )


def _job(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row["title"], class_name="jr-strong"),
        rx.el.td(chip(row["standing"], row["tone"])),
        rx.el.td(row["last"], class_name="jr-date"),
        rx.el.td(row["took"], class_name="jr-date"),
        rx.el.td(row["next"], class_name="jr-date"),
        rx.el.td(row["runs"]),
        rx.el.td(row["fault"], class_name="jr-soft"),
        key=row["name"],
        custom_attrs={"data-testid": "job-" + row["name"].to(str)},
    )
