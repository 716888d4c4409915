"""Work on site as browser components: the officer's day, and each case's checklist, findings and opinion."""

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
    "checklist_refused.jsx",
    "photo_db.jsx",
    "pocket_day.jsx",
    "pocket_permit.jsx",
    "pocket_stop.jsx",
    "photo_keep.jsx",
    "photo_store.jsx",
    "photo_strip.jsx",
    "signature.jsx",
    "signature_http.jsx",
    "site_jobs.jsx",
    "site_keys.jsx",
    "site_place.jsx",
    "site_worker.jsx",
)
CHECKLIST_JSX = browser_part(__name__, "checklist.jsx")
POCKET_JSX = browser_part(__name__, "pocket.jsx")
# The files they import lie beside them.
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


class Pocket(rx.NoSSRComponent):
    """The browser part; use `pocket`, which fills in the texts."""

    library = POCKET_JSX.importable_path
    tag = "Pocket"
    lib_dependencies: list[str] = ["signature_pad@5.1.4"]

    texts: rx.Var[dict[str, dict[str, str]]]


def pocket() -> rx.Component:
    """Today's visits of the officer who is signed in on this device; it reads and keeps everything by itself."""
    return Pocket.create(texts=jsx_texts_by_language("sign", "onsite"))
