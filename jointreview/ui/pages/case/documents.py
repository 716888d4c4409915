"""Documents: what was issued, whether it is in force, how to get it, how to verify it, how it was delivered."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.said import said
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def documents() -> rx.Component:
    """A card for each document, the newest first; of a closed case the archive; then who read the papers."""
    return rx.fragment(_archive(), _issued(), rx.cond(Seen.read_log.length() > 0, _read_log()))


def _archive() -> rx.Component:
    """The whole case as one bag, for whoever may take it out."""
    return rx.cond(
        Seen.archive != "",
        rx.el.div(
            download_link(
                rx.icon("archive", size=16, aria_hidden="true"),
                t("archive.download"),
                href=Seen.archive,
                class_name="jr-button",
                custom_attrs={"data-testid": "archive"},
            ),
            rx.el.span(t("archive.download_why"), class_name="jr-soft"),
            class_name="jr-actions jr-no-print mb-3",
        ),
    )


def _issued() -> rx.Component:
    return rx.cond(
        Seen.documents.length() > 0,
        rx.fragment(rx.foreach(Seen.documents, _document)),
        empty_state(t("case.documents_empty"), said("case.documents_empty_why"), icon="stamp"),
    )


def _read_log() -> rx.Component:
    return section_card(
        t("preview.read_log"),
        rx.el.p(t("preview.read_log_why"), class_name="jr-soft"),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        *[rx.el.th(t(f"preview.read_{name}"), scope="col") for name in ("what", "who", "way", "when")]
                    )
                ),
                rx.el.tbody(
                    rx.foreach(
                        Seen.read_log,
                        lambda line: rx.el.tr(
                            rx.el.td(line["what"]),
                            rx.el.td(line["who"]),
                            rx.el.td(line["way"]),
                            rx.el.td(line["when"]),
                            key=line["key"],
                        ),
                    )
                ),
                class_name="jr-read-log",
            ),
            class_name="jr-scroll",
            tab_index=0,
        ),
        id="read-log",
    )


def _document(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.h2(one["title"]),
            chip(one["status"], one["tone"]),
            class_name="jr-item-head",
        ),
        rx.el.p(one["number"], " · ", one["issued"], class_name="jr-soft"),
        rx.cond(one["reason"] != "", rx.el.p(one["reason"], class_name="jr-answer")),
        rx.el.div(
            rx.el.a(
                rx.icon("eye", size=16, aria_hidden="true"),
                t("preview.open"),
                href=one["view"],
                class_name="jr-button",
                custom_attrs={"data-testid": "view-" + one["id"].to_string()},
            ),
            download_link(
                rx.icon("download", size=16, aria_hidden="true"),
                t("case.docx"),
                href=one["docx"],
                class_name="jr-button",
                custom_attrs={"data-testid": "docx-" + one["id"].to_string()},
            ),
            rx.cond(
                one["pdf"] != "",
                rx.el.button(
                    rx.icon("file-text", size=16, aria_hidden="true"),
                    "PDF",
                    type="button",
                    on_click=Seen.get_pdf(one["pdf"].to(str)),
                    class_name="jr-button",
                    custom_attrs={"data-testid": "pdf-" + one["id"].to_string()},
                ),
            ),
            rx.cond(
                one["verify"] != "",
                rx.el.a(
                    rx.icon("shield-check", size=16, aria_hidden="true"),
                    t("case.verify"),
                    href=one["verify"],
                    target="_blank",
                    class_name="jr-button",
                    custom_attrs={"data-testid": "verify-" + one["id"].to_string()},
                ),
            ),
            class_name="jr-actions jr-no-print",
        ),
        rx.cond(
            one["qr"] != "",
            rx.el.details(
                rx.el.summary(t("case.qr")),
                rx.el.img(src=one["qr"], alt=t("case.qr"), class_name="jr-qr", loading="lazy"),
                class_name="jr-soft jr-no-print",
            ),
        ),
        rx.foreach(one["deliveries"], lambda line: rx.el.p(line, class_name="jr-answer")),
        class_name="jr-card",
        custom_attrs={"data-testid": "document-" + one["id"].to_string()},
    )
