"""The officer's page on site as a browser component: checklist, findings and opinion, kept on the phone first."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts_by_language
from jointreview.ui.me import Me

_PARTS = (
    "checklist_style.jsx",
    "checklist_visit.jsx",
    "checklist_lines.jsx",
    "checklist_findings.jsx",
    "checklist_opinion.jsx",
    "photo_db.jsx",
    "photo_store.jsx",
    "photo_strip.jsx",
    "signature.jsx",
    "signature_http.jsx",
    "site_worker.jsx",
)
CHECKLIST_JSX = browser_part(__name__, "checklist.jsx")
# The files it imports lie beside it.
PART_ASSETS = tuple(browser_part(__name__, name) for name in _PARTS)


class OnSite(rx.NoSSRComponent):
    """The browser part; use `on_site`, which fills in texts and the officer's name."""

    library = CHECKLIST_JSX.importable_path
    tag = "OnSite"
    lib_dependencies: list[str] = ["signature_pad@5.1.4"]

    data: rx.Var[dict[str, Any]]
    account: rx.Var[str]
    case_id: rx.Var[str]
    name: rx.Var[str]
    mobile: rx.Var[str]
    texts: rx.Var[dict[str, dict[str, str]]]
    on_changed: rx.EventHandler[rx.event.passthrough_event_spec()]
    on_reveal: rx.EventHandler[rx.event.passthrough_event_spec()]


def on_site(data: Any, account: Any, case_id: Any, mobile: Any, on_changed: Any, on_reveal: Any) -> rx.Component:
    """Everything an officer does on site for one case.

    `data` is the page as `jointreview.queries.onsite` makes it; `account` and `case_id` (texts) name the
    officer's drawer in the phone's memory, from which the page also starts without the server; `mobile` is the
    contact's number once it was asked for. `on_changed` runs after the server took something, `on_reveal` asks for
    the number.
    """
    return OnSite.create(
        data=data,
        account=account,
        case_id=case_id,
        mobile=mobile,
        name=Me.name,
        texts=jsx_texts_by_language("sign", "onsite"),
        on_changed=on_changed,
        on_reveal=on_reveal,
    )
