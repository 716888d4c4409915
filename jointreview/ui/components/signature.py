"""Signing on the screen: a button that opens statement, drawn signature and password, then runs a command."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts
from jointreview.ui.me import Me

HTTP_JSX = browser_part(__name__, "signature_http.jsx")
SIGNATURE_JSX = browser_part(__name__, "signature.jsx")


class SignDialog(rx.NoSSRComponent):
    """The browser part; use `sign_dialog`, which fills in texts and the reader's name."""

    library = SIGNATURE_JSX.importable_path
    tag = "SignDialog"
    lib_dependencies: list[str] = ["signature_pad@5.1.4"]

    command: rx.Var[str]
    args: rx.Var[dict[str, Any]]
    statement: rx.Var[str]
    label: rx.Var[str]
    title: rx.Var[str]
    disabled_reason: rx.Var[str]
    grave: rx.Var[bool]
    name: rx.Var[str]
    version: rx.Var[int]
    texts: rx.Var[dict[str, str]]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """`on_done` gets the server's answer."""
        return super().get_event_triggers() | {"on_done": rx.event.passthrough_event_spec(dict)}


def sign_dialog(
    command: str,
    args: rx.Var | dict[str, Any],
    statement: rx.Var | str,
    label: rx.Var | str,
    on_done: Any,
    **props: Any,
) -> rx.Component:
    """A button that signs and runs `command` with `args` and the signature.

    `on_done` is called with the server's answer. Further props: `id` (also the prefix of the ids inside:
    `-canvas`, `-clear`, `-password`, `-confirm`, `-cancel`, `-problems`), `title`, `disabled_reason` (shown beside
    a disabled button), `grave` (colours the deed), `version` (the version of the case the reader has seen).
    """
    return SignDialog.create(
        command=command,
        args=args,
        statement=statement,
        label=label,
        on_done=on_done,
        name=Me.name,
        texts=jsx_texts("sign"),
        **props,
    )
