"""Writing down gaps: what is missing, where, by which rule, and what is wanted; drafts stay in the browser."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

HTTP_JSX = browser_part(__name__, "signature_http.jsx")
GAP_EDITOR_JSX = browser_part(__name__, "gap_editor.jsx")


class GapEditor(rx.NoSSRComponent):
    """The browser part; use `gap_editor`, which fills in the texts."""

    library = GAP_EDITOR_JSX.importable_path
    tag = "GapEditor"

    command: rx.Var[str]
    args: rx.Var[dict[str, Any]]
    version: rx.Var[int]
    many: rx.Var[bool]
    groups: rx.Var[list[dict[str, Any]]]
    phrases: rx.Var[list[str]]
    draft: rx.Var[str]
    texts: rx.Var[dict[str, str]]
    on_done: rx.EventHandler[rx.event.passthrough_event_spec(dict)]


def gap_editor(command: str, args: rx.Var | dict[str, Any], on_done: Any, **props: Any) -> rx.Component:
    """An editor that runs `command` with its gaps.

    `many` sends a list as `gaps` after asking once more (ReturnCase); otherwise the fields of one gap (RecordGap).
    `groups` are the things to choose from, `[{title, options: [{value: "material:code", label}]}]`; `phrases` are
    standard wordings to insert; `draft` names the draft in this browser; `version` is the version of the case the
    reader has seen. Test ids inside: `<id>-<n>-subject|page|rule|wanted|remove`, `<id>-add`, `<id>-send`.
    """
    return GapEditor.create(command=command, args=args, on_done=on_done, texts=jsx_texts("gap"), **props)
