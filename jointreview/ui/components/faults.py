"""What went wrong and what is wanted: the error panel and the confirmation before something final."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from jointreview.domain.problems import Problem, Refused
from jointreview.text import tr
from jointreview.ui.text import lang_of, t


class Fault(TypedDict):
    """A problem as a page shows it: the words and the id of the field it concerns."""

    text: str
    where: str


async def faults_of(state: rx.State, refusal: Refused) -> list[Fault]:
    """Every problem of a refusal in the reader's language, for a state var given to `error_panel`."""
    lang = await lang_of(state)
    return [fault(lang, problem) for problem in refusal.problems]


def fault(lang: str, problem: Problem) -> Fault:
    """One problem in words."""
    return Fault(text=tr(lang, problem.key, **problem.params), where=problem.where)


def error_panel(faults: Any, title: rx.Var | str | None = None) -> rx.Component:
    """The list of problems (a `list[Fault]` var), each leading to its field; nothing while there is none."""
    return rx.cond(
        faults.length() > 0,
        rx.el.div(
            rx.el.strong(title if title is not None else t("ui.problems_title")),
            rx.el.ul(rx.foreach(faults, _fault)),
            role="alert",
            class_name="jr-faults",
        ),
    )


def _fault(item: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(
            item["where"] != "",
            rx.el.a(item["text"], href="#" + item["where"].to(str)),
            rx.el.span(item["text"]),
        )
    )


def confirm_dialog(
    trigger: rx.Component,
    title: rx.Var | str,
    text: rx.Var | str,
    confirm: rx.Var | str,
    on_confirm: Any,
    *more: rx.Component,
    grave: rx.Var | bool = False,
) -> rx.Component:
    """Ask before something final; `confirm` names the deed, `grave` colours it, `more` adds fields."""
    return rx.alert_dialog.root(
        rx.alert_dialog.trigger(trigger),
        rx.alert_dialog.content(
            rx.alert_dialog.title(title),
            rx.alert_dialog.description(text),
            *more,
            rx.el.div(
                rx.alert_dialog.cancel(rx.button(t("ui.cancel"), variant="soft", color_scheme="gray", size="3")),
                rx.alert_dialog.action(
                    rx.button(
                        confirm,
                        on_click=on_confirm,
                        size="3",
                        color_scheme=rx.cond(grave, "red", "indigo") if isinstance(grave, rx.Var) else _colour(grave),
                    )
                ),
                class_name="jr-dialog-actions",
            ),
            max_width="480px",
        ),
    )


def _colour(grave: bool) -> Any:
    return "red" if grave else "indigo"
