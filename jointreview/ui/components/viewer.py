"""Reading a document page by page: pages as pictures with the reader's name, zoom, keys and touch."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.browser_part import browser_part
from jointreview.ui.components.jsx_texts import jsx_texts

HTTP_JSX = browser_part(__name__, "signature_http.jsx")
VIEWER_JSX = browser_part(__name__, "viewer.jsx")
PARTS = [
    browser_part(__name__, name)
    for name in ("viewer_compare.jsx", "viewer_marks.jsx", "viewer_page.jsx", "viewer_style.jsx")
]
"""What the browser part imports: each must be linked for the build."""


class Viewer(rx.NoSSRComponent):
    """The browser part; use `viewer`, which fills in the texts."""

    library = VIEWER_JSX.importable_path
    tag = "Viewer"

    case_id: rx.Var[str]
    what: rx.Var[str]
    tick: rx.Var[int]
    texts: rx.Var[dict[str, str]]


def viewer(**props: Any) -> rx.Component:
    """The viewer of the document `what` (`m12`, `d7`) of a case; another `tick` reads again.

    `?page=12` of the address opens that page.
    """
    return Viewer.create(texts=jsx_texts("sign", "preview"), **props)
