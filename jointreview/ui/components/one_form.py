"""The one form in the browser: reads and saves over HTTP by itself, so that typing causes no event."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.case_map import CASE_MAP_JSX
from jointreview.ui.components.jsx_texts import jsx_texts
from jointreview.ui.components.parcel import PARCEL_JSX, PARCEL_PARTS
from jointreview.ui.components.plans import PLAN_PARTS, PLANS_JSX
from jointreview.ui.components.signature import SIGNATURE_JSX
from jointreview.ui.components.thumb import THUMB_JSX
from jointreview.ui.components.uploader import PACKAGES, UPLOADER_JSX
from jointreview.ui.text import Lang

ONE_FORM_JSX = browser_part(__name__, "one_form.jsx")
PARTS = [
    browser_part(__name__, "one_form_drafts.jsx"),
    browser_part(__name__, "one_form_fields.jsx"),
    browser_part(__name__, "one_form_finish.jsx"),
    browser_part(__name__, "one_form_logic.jsx"),
    browser_part(__name__, "one_form_materials.jsx"),
    browser_part(__name__, "one_form_parties.jsx"),
    browser_part(__name__, "one_form_parts.jsx"),
    browser_part(__name__, "one_form_paste.jsx"),
    browser_part(__name__, "one_form_store.jsx"),
    browser_part(__name__, "one_form_style.jsx"),
    browser_part(__name__, "one_form_table.jsx"),
    CASE_MAP_JSX,
    PARCEL_JSX,
    *PARCEL_PARTS,
    PLANS_JSX,
    *PLAN_PARTS,
    SIGNATURE_JSX,
    THUMB_JSX,
    UPLOADER_JSX,
]
"""What the browser part imports: each must be linked for the build."""


class OneForm(rx.NoSSRComponent):
    """The browser part; use `one_form`, which fills in the texts."""

    library = ONE_FORM_JSX.importable_path
    tag = "OneForm"
    lib_dependencies: list[str] = ["signature_pad@5.1.4", "leaflet@1.9.4", *PACKAGES]

    case_id: rx.Var[int]
    tick: rx.Var[int]
    lang: rx.Var[str]
    texts: rx.Var[dict[str, str]]
    sign_texts: rx.Var[dict[str, str]]
    upload_texts: rx.Var[dict[str, str]]
    map_texts: rx.Var[dict[str, str]]


def one_form(case_id: rx.Var | int, tick: rx.Var | int) -> rx.Component:
    """The form of a case; another `tick` makes it read again what others changed."""
    texts: dict[str, Any] = {
        "texts": jsx_texts("asbuilt", "oneform"),
        "sign_texts": jsx_texts("sign"),
        "upload_texts": jsx_texts("upload"),
        "map_texts": jsx_texts("map"),
    }
    return OneForm.create(case_id=case_id, tick=tick, lang=Lang.lang, **texts)
