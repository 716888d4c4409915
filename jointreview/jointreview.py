"""The application: its pages, its HTTP interface and what lives as long as the server does."""

from __future__ import annotations

import reflex as rx

from jointreview.api.app import build_api
from jointreview.api.gate import FrontGate
from jointreview.api.watching import RealAddress, Watched
from jointreview.jobs.leader import lead
from jointreview.jobs.planning import plan_trips
from jointreview.jobs.previews import prepare_previews
from jointreview.jobs.sweep import sweep
from jointreview.jobs.uploads import tend
from jointreview.settings import settings
from jointreview.ui import guard, hub, measured
from jointreview.ui.pages import (
    account,
    admin,
    apply,
    areas,
    board,
    calendar,
    form,
    handover,
    layers,
    map,
    missing,
    onsite,
    organisation,
    projects,
    record,
    rights,
    supervision,
    targets,
    today,
    trips,
    view,
    work,
)
from jointreview.ui.pages.case import page as case_page
from jointreview.ui.shell import add_pages
from jointreview.ui.theme import STYLE
from jointreview.watch import logs

app = rx.App(
    html_lang="zh-CN",
    style=STYLE,
    stylesheets=["/app.css", "/case.css"],
    head_components=[
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.script(src="/frame.js"),
    ],
    toaster=rx.toast.provider(position="top-center", rich_colors=True, close_button=True),
    api_transformer=[build_api(), FrontGate, Watched, RealAddress],
)
# The frame has its own connection banner in both languages.
app.app_wraps.pop((5, "Overlay"))

app.add_middleware(guard.Guard())
guard.quiet_logs()
logs.set_up(settings().log_format)
measured.measure_events()
app.register_lifespan_task(hub.live)
app.register_lifespan_task(lead)
app.register_lifespan_task(sweep)
app.register_lifespan_task(plan_trips)
app.register_lifespan_task(tend)
app.register_lifespan_task(prepare_previews)
app.register_lifespan_task(measured.count_pages)

add_pages(
    app,
    work.PAGE,
    board.PAGE,
    map.PAGE,
    projects.PAGE,
    projects.ROAD,
    targets.PAGE,
    calendar.PAGE,
    areas.PAGE,
    trips.PAGE,
    supervision.PAGE,
    organisation.PAGE,
    admin.PAGE,
    rights.PAGE,
    record.PAGE,
    handover.PAGE,
    layers.PAGE,
    today.PAGE,
    onsite.PAGE,
    apply.PAGE,
    form.PAGE,
    account.PAGE,
    case_page.PAGE,
    view.PAGE,
    missing.PAGE,
)
