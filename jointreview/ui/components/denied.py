"""A page for certain roles: others read which right is missing and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_page
from jointreview.ui.components.lists import busy
from jointreview.ui.me import Me
from jointreview.ui.text import t


def only_for(
    roles: Sequence[str], content: Callable[[], rx.Component], missing: str, at_once: bool = False
) -> rx.Component:
    """The content for the roles; for others the sentence under the text key `missing`.

    `at_once` shows the content before the role is known: for parts that ask the server, which refuses them itself.
    """
    refusal = empty_page(
        t("admin.denied"),
        t(missing),
        rx.el.a(t("nav.work"), href="/", class_name="jr-button", id="denied-back"),
        icon="lock",
    )
    known: Any = rx.Var.create(list(roles))
    if at_once:
        return rx.cond((Me.role == "") | known.contains(Me.role), content(), refusal)
    return rx.cond(known.contains(Me.role), content(), rx.cond(Me.role == "", busy(), refusal))
