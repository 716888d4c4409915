"""The way of a case as a row of stages: behind, now, ahead."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.text import t


def stages(steps: Any) -> rx.Component:
    """The stages in order; `steps` is a list of `{title, when, mark}`, mark done, now or next."""
    return rx.el.ol(rx.foreach(steps, _stage), class_name="jr-stages", aria_label=t("case.stages"))


def _stage(step: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.match(
                step["mark"],
                ("done", rx.icon("check", size=14, aria_hidden="true")),
                ("now", rx.icon("arrow-right", size=14, aria_hidden="true")),
                ("ended", rx.icon("square", size=14, aria_hidden="true")),
                rx.fragment(),
            ),
            step["title"],
        ),
        rx.el.div(step["when"], class_name="jr-soft"),
        custom_attrs={"data-mark": step["mark"], "aria-current": rx.cond(step["mark"] == "now", "step", "false")},
    )
