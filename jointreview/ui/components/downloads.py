"""Links to files: the browser fetches them itself, because the router of the pages knows no files."""

from __future__ import annotations

from typing import Any

import reflex as rx


def download_link(*content: Any, href: Any, **props: Any) -> rx.Component:
    """A link that fetches a file from the server."""
    attributes = {**props.pop("custom_attrs", {}), "reloadDocument": True}
    return rx.el.a(*content, href=href, download=True, custom_attrs=attributes, **props)
