"""The list of tasks in groups of time, and why it is empty when it is."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.models.identity import ROLES
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.lists import busy
from jointreview.ui.components.marks import lamp
from jointreview.ui.me import Me
from jointreview.ui.pages.work.state import WorkState
from jointreview.ui.text import t, t_by

# Reflex turns class attributes into vars, which no checker follows.
_GROUPS: Any = WorkState.groups
_ROLE: Any = Me.role


def tasks() -> rx.Component:
    """All groups; an empty list says why and what comes next."""
    return rx.cond(
        WorkState.loaded,
        rx.cond(_GROUPS.length() > 0, rx.fragment(_nothing_now(), rx.foreach(WorkState.groups, _group)), _empty()),
        busy(),
    )


def _empty() -> rx.Component:
    return empty_state(t("ui.work_empty"), t_by(_ROLE, {role: f"work.empty_{role}" for role in ROLES}))


def _nothing_now() -> rx.Component:
    """Everything on the list waits for others."""
    return rx.cond(
        WorkState.groups[0]["name"] == "others", rx.el.p(t("work.only_others"), class_name="jr-quiet-note")
    )


def _group(group: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(group["title"]),
            rx.el.span(group["count"], class_name="jr-soft jr-date"),
            class_name="jr-group-head",
        ),
        rx.el.ul(rx.foreach(group["tasks"].to(list[dict[str, Any]]), _task), class_name="jr-tasks"),
        aria_label=group["title"].to(str),
        custom_attrs={"data-testid": "group-" + group["name"].to(str)},
    )


def _task(task: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            lamp(task["lamp"]),
            rx.el.span(rx.cond(task["due"] != "", task["due"], t("work.no_due")), class_name="jr-soft jr-date"),
            class_name="jr-task-when",
        ),
        rx.el.div(
            rx.el.div(task["what"], class_name="jr-task-what"),
            rx.el.div(
                task["project"],
                " · ",
                task["stage"],
                " · ",
                rx.el.span(task["number"], class_name="jr-date"),
                " · ",
                rx.el.span(task["since"], class_name="jr-date"),
                class_name="jr-task-case",
            ),
        ),
        rx.el.a(
            task["action"],
            rx.el.span(" ", task["project"], class_name="jr-visually-hidden"),
            href=task["href"].to(str),
            class_name="jr-button jr-task-go",
            custom_attrs={"data-testid": "do-" + task["key"].to(str)},
        ),
        class_name="jr-task",
        custom_attrs={
            "data-late": rx.cond(task["late"], "true", "false"),
            "data-waiting": rx.cond(task["waiting"], "true", "false"),
            "data-testid": "task-" + task["key"].to(str),
        },
    )
