"""Links to files: the browser fetches them itself, because the router of the pages knows no files."""

from __future__ import annotations

from typing import Any

import reflex as rx


def download_link(*content: Any, href: Any, **props: Any) -> rx.Component:
    """A link that fetches a file from the server."""
    attributes = {**props.pop("custom_attrs", {}), "reloadDocument": True}
    return rx.el.a(*content, href=href, download=True, custom_attrs=attributes, **props)


FETCH = """(async () => {
  const answer = await fetch(HREF, { credentials: "same-origin" });
  if (answer.ok) {
    const named = /filename\\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") || "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = named ? decodeURIComponent(named[1]) : "document.pdf";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return "";
  }
  const said = await answer.json().catch(() => ({}));
  return (said.problems || []).map((p) => p.text).join(" ") || `HTTP ${answer.status}`;
})()"""
"""Fetches HREF and saves it; answers the server's words when there is nothing to save."""
