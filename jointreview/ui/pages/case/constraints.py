"""Constraints: what each layer of the map answered about the parcel, and what follows from it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.layer_list import KEEPER_ROLES
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.me import Me
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t

_ICONS = {"hit": "triangle-alert", "clear": "circle-check", "not_answered": "circle-help"}


def constraints() -> rx.Component:
    """A row for each layer, what has to be heeded, and asking again; nothing where no layer was asked."""
    found = Seen.constraints
    return rx.cond(
        found["lines"].to(list[dict[str, Any]]).length() > 0,
        section_card(
            t("layers.of_case"),
            rx.el.div(
                chip(found["summary"], found["tone"]),
                rx.cond(
                    found["may_check"],
                    rx.el.button(
                        t("cmd.check_layers"),
                        type="button",
                        on_click=Seen.open_act("CheckLayers", 0),
                        class_name="jr-button jr-no-print",
                        id="check-layers",
                    ),
                ),
                class_name="jr-constraints-head",
            ),
            rx.el.ul(
                rx.foreach(found["lines"].to(list[dict[str, Any]]), _line),
                class_name="jr-constraints",
                id="constraint-lines",
            ),
            rx.cond(
                rx.Var.create(list(KEEPER_ROLES)).contains(Me.role),
                rx.el.a(t("layers.title"), href="/layers", class_name="jr-link jr-no-print", id="all-layers"),
            ),
            _list("layers.heed", found["notes"], "constraint-notes"),
            _list("layers.items_missing", found["missing"], "constraint-items"),
            id="constraints",
        ),
    )


def _line(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.match(
                line["mark"],
                *[(mark, rx.icon(icon, size=16, aria_hidden="true")) for mark, icon in _ICONS.items()],
                rx.fragment(),
            ),
            rx.el.span(line["word"]),
            class_name="jr-layer-answer",
            custom_attrs={"data-mark": line["mark"]},
        ),
        rx.el.div(
            rx.el.span(
                rx.el.strong(line["name"]),
                rx.cond(line["required"], chip(t("layers.required"), "neutral")),
                rx.cond(line["restricted"], chip(t("layers.restricted"), "neutral", "lock")),
                class_name="jr-layer-name",
            ),
            rx.cond(line["figures"] != "", rx.el.span(line["figures"])),
            rx.cond(line["names"] != "", rx.el.span(line["names"], class_name="jr-soft")),
            rx.cond(
                line["note"] != "",
                rx.el.span(
                    line["note"],
                    class_name="jr-note",
                    custom_attrs={"data-tone": rx.cond(line["waits"], "bad", "warn")},
                ),
            ),
            rx.cond(
                line["dated"] != "",
                rx.el.span(
                    t("layers.dated"),
                    " ",
                    line["dated"],
                    " · ",
                    t("layers.asked"),
                    " ",
                    line["asked"],
                    class_name="jr-soft",
                ),
            ),
            class_name="jr-layer-said",
        ),
        custom_attrs={"data-testid": "constraint-" + line["code"].to(str), "data-mark": line["mark"]},
    )


def _list(title: str, entries: Any, name: str) -> rx.Component:
    return rx.cond(
        entries.to(list[str]).length() > 0,
        rx.el.div(
            rx.el.h3(t(title), class_name="jr-soft"),
            rx.el.ul(rx.foreach(entries.to(list[str]), rx.el.li)),
            id=name,
        ),
    )
