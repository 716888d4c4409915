"""Materials: each with who reads it, its files, earlier versions and digests."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.components.thumb import thumb
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def materials() -> rx.Component:
    """A card for each material."""
    return rx.cond(
        Seen.groups.length() > 0,
        rx.fragment(rx.foreach(Seen.groups, _group)),
        empty_state(t("case.materials_empty"), t("case.materials_empty_why"), icon="files"),
    )


def _group(group: Any) -> rx.Component:
    return section_card(
        group["name"],
        rx.el.details(
            rx.el.summary(t("case.readers", count=group["readers"].to(list[str]).length())),
            rx.el.div(rx.foreach(group["readers"], lambda reader: chip(reader)), class_name="jr-chips"),
            class_name="jr-older",
        ),
        rx.cond(group["permit"]["number"] != "", _permit(group["permit"])),
        rx.cond(
            group["files"].length() > 0,
            rx.fragment(rx.foreach(group["files"], _file)),
            rx.cond(group["permit"]["number"] == "", rx.el.p(t("case.no_file"), class_name="jr-soft")),
        ),
        rx.cond(
            group["older"].length() > 0,
            rx.el.details(
                rx.el.summary(t("case.older_versions")), rx.foreach(group["older"], _file), class_name="jr-older"
            ),
        ),
        actions=(chip(group["needed"], group["tone"]),),
        id="material-" + group["code"].to(str),
    )


def _permit(permit: Any) -> rx.Component:
    """Which permit the department reads in place of a file, or why the one that was there no longer counts."""
    return rx.el.div(
        rx.icon("badge-check", size=20, aria_hidden="true"),
        rx.el.div(
            rx.el.span(permit["number"], class_name="jr-strong"),
            rx.el.span(permit["issuer"], " · ", permit["issued"], " · ", permit["valid"], class_name="jr-soft"),
            class_name="jr-file-text",
        ),
        rx.cond(permit["tone"] == "bad", chip(permit["status"], permit["tone"])),
        rx.cond(
            permit["href"] != "",
            rx.el.a(t("case.permit_verify"), href=permit["href"].to(str), target="_blank", class_name="jr-link"),
        ),
        class_name="jr-file",
        custom_attrs={"data-testid": "permit"},
    )


def _file(file: Any) -> rx.Component:
    digest = rx.el.details(
        rx.el.summary(t("case.digest")),
        rx.el.code("SHA-256 ", file["digest"], class_name="jr-digest"),
        class_name="jr-soft",
    )
    return rx.el.div(
        thumb(file["thumb"], file["view"]),
        rx.el.div(
            rx.cond(
                file["view"] != "",
                rx.el.a(file["name"], href=file["view"].to(str), class_name="jr-file-name"),
                rx.el.span(file["name"], class_name="jr-file-name"),
            ),
            rx.el.span(file["details"], class_name="jr-soft"),
            rx.cond(file["read_by"] != "", rx.el.span(file["read_by"], class_name="jr-soft")),
            class_name="jr-file-text",
        ),
        rx.cond(file["scan"] != "", chip(file["scan"], file["scan_tone"])),
        rx.cond(
            file["view"] != "",
            rx.el.a(
                rx.icon("eye", size=16, aria_hidden="true"),
                t("preview.open"),
                href=file["view"].to(str),
                class_name="jr-button",
                custom_attrs={"data-testid": "view-" + file["digest"].to(str)},
            ),
        ),
        download_link(
            rx.icon("download", size=16, aria_hidden="true"),
            rx.el.span(t("preview.download"), class_name="jr-visually-hidden"),
            href=file["href"],
            class_name="jr-button",
            title=t("preview.download"),
            custom_attrs={"data-testid": "file-" + file["digest"].to(str)},
        ),
        digest,
        class_name="jr-file",
    )
