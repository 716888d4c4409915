"""Permitted against built as a browser component: on the form page and in the workspace of a case."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.case_map import CASE_MAP_JSX
from jointreview.ui.components.jsx_texts import jsx_texts
from jointreview.ui.components.parcel import PARCEL_JSX, PARCEL_PARTS
from jointreview.ui.components.signature import SIGNATURE_JSX
from jointreview.ui.components.uploader import UPLOADER_JSX

PLANS_JSX = browser_part(__name__, "plans.jsx")
PLAN_PARTS = [
    browser_part(__name__, "plans_style.jsx"),
    *PARCEL_PARTS,
    CASE_MAP_JSX,
    PARCEL_JSX,
    SIGNATURE_JSX,
    UPLOADER_JSX,
]
"""What the browser part imports: each must be linked for the build."""


class Plans(rx.NoSSRComponent):
    """The browser part; use `plans`, which fills in the texts."""

    library = PLANS_JSX.importable_path
    tag = "Plans"
    lib_dependencies: list[str] = ["signature_pad@5.1.4", "leaflet@1.9.4"]

    case_id: rx.Var[int]
    tick: rx.Var[int]
    with_map: rx.Var[bool]
    texts: rx.Var[dict[str, str]]
    upload_texts: rx.Var[dict[str, str]]
    map_texts: rx.Var[dict[str, str]]
    on_changed: rx.EventHandler[rx.event.no_args_event_spec]


def plans(case_id: Any, tick: Any, on_changed: Any) -> rx.Component:
    """Both plans of a case and the comparison; another `tick` reads again, `on_changed` follows a change."""
    return Plans.create(
        case_id=case_id,
        tick=tick,
        with_map=False,
        on_changed=on_changed,
        texts=jsx_texts("sign", "oneform", "asbuilt"),
        upload_texts=jsx_texts("upload"),
        map_texts=jsx_texts("map"),
    )
