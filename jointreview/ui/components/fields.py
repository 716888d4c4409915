"""Labelled inputs for short forms: label above, hint below, the error panel's links lead to their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import reflex as rx


def labelled(label: Any, control: rx.Component, control_id: str, hint: Any = "") -> rx.Component:
    """A control with its label above and an optional hint below."""
    note = rx.el.span(hint, class_name="jr-soft") if isinstance(hint, rx.Var) or hint else rx.fragment()
    return rx.el.div(rx.el.label(label, html_for=control_id), control, note, class_name="jr-entry")


def text_entry(control_id: str, label: Any, hint: Any = "", **props: Any) -> rx.Component:
    """A line of text; `name` is the id unless given."""
    props.setdefault("name", control_id)
    return labelled(label, rx.el.input(id=control_id, **props), control_id, hint)


def choice_entry(
    control_id: str, label: Any, options: Iterable[tuple[Any, Any]] | Any, hint: Any = "", **props: Any
) -> rx.Component:
    """A choice; `options` are pairs of value and name, or a list var of `{value, name}`."""
    props.setdefault("name", control_id)
    shown = (
        rx.foreach(options, lambda o: rx.el.option(o["name"], value=o["value"].to(str)))
        if isinstance(options, rx.Var)
        else rx.fragment(*[rx.el.option(name, value=value) for value, name in options])
    )
    return labelled(label, rx.el.select(shown, id=control_id, **props), control_id, hint)
