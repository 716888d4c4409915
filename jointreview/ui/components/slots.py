"""A strip of half-days: free, on a visit, or not available; a tap changes what one may change."""

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx

from jointreview.ui.text import t


class SlotHalf(TypedDict):
    """A half-day: `kind` is free, visit or busy; `note` says more; `href` leads to the case of a visit."""

    day: str
    half: str
    kind: str
    note: str
    href: str
    label: str


class SlotDay(TypedDict):
    """A day with its two halves."""

    title: str
    weekday: str
    am: SlotHalf
    pm: SlotHalf


def slot_strip(days: Any, on_mark: Any, on_clear: Any) -> rx.Component:
    """The days (`list[SlotDay]`) side by side; `on_mark(day, half)` takes a free half, `on_clear` frees it."""

    def half(slot: Any) -> rx.Component:
        return rx.match(
            slot["kind"],
            ("visit", _visit(slot)),
            ("busy", _toggle(slot, "true", t("work.slot_busy"), on_clear(slot["day"], slot["half"]))),
            _toggle(slot, "false", t("work.slot_free"), on_mark(slot["day"], slot["half"])),
        )

    def day(item: Any) -> rx.Component:
        return rx.el.li(
            rx.el.div(
                rx.el.span(item["title"], class_name="jr-date"),
                rx.el.span(item["weekday"], class_name="jr-soft"),
                class_name="jr-slot-day",
            ),
            half(item["am"]),
            half(item["pm"]),
        )

    return rx.el.ol(rx.foreach(days, day), class_name="jr-slots", tab_index=0, aria_label=t("work.slots"))


def _toggle(slot: Any, pressed: str, word: Any, on_click: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(_half_name(slot), class_name="jr-soft"),
        rx.el.span(word),
        type="button",
        on_click=on_click,
        aria_label=slot["label"],
        class_name="jr-slot",
        custom_attrs={
            "aria-pressed": pressed,
            "data-kind": slot["kind"],
            "data-testid": "slot-" + slot["day"].to(str) + "-" + slot["half"].to(str),
        },
    )


def _visit(slot: Any) -> rx.Component:
    return rx.el.a(
        rx.el.span(_half_name(slot), class_name="jr-soft"),
        rx.el.span(slot["note"], class_name="jr-slot-note"),
        href=slot["href"].to(str),
        aria_label=slot["label"],
        title=slot["label"],
        class_name="jr-slot",
        custom_attrs={
            "data-kind": "visit",
            "data-testid": "slot-" + slot["day"].to(str) + "-" + slot["half"].to(str),
        },
    )


def _half_name(slot: Any) -> rx.Component:
    return rx.cond(slot["half"] == "am", t("work.slot_am"), t("work.slot_pm"))
