"""One card in full: what it is about, what may be done, its rule in words, its story, and its notice."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.layout import facts
from jointreview.ui.components.lists import timeline
from jointreview.ui.components.marks import card_mark, chip, lamp
from jointreview.ui.pages.supervision.state import Seen
from jointreview.ui.text import t


def card_panel() -> rx.Component:
    """The open card, or a sentence for one that the reader does not get to see."""
    return rx.cond(
        Seen.one["id"] > 0,
        _card(),
        rx.cond(
            Seen.one_missing,
            rx.el.aside(
                rx.el.p(t("supervision.no_such_card_here")),
                _back(),
                class_name="jr-card jr-supervision-one",
                id="card-missing",
            ),
        ),
    )


def _back() -> rx.Component:
    return rx.el.a(
        rx.icon("arrow-left", size=15, aria_hidden="true"),
        t("supervision.close"),
        href=Seen.back_href,
        class_name="jr-link jr-supervision-back jr-no-print",
        id="card-close",
    )


def _card() -> rx.Component:
    line: Any = Seen.one["line"]
    return rx.el.aside(
        _back(),
        rx.el.div(card_mark(line["colour"]), rx.el.h2(line["rule"]), class_name="jr-item-head"),
        rx.el.p(line["number"], class_name="jr-soft", id="card-number"),
        rx.el.div(
            chip(line["state"], line["tone"]),
            lamp(line["lamp"]),
            rx.cond(line["groundless"], chip(t("supervision.groundless"), "accent")),
            class_name="jr-case-state",
            id="card-state",
        ),
        rx.cond(
            Seen.one["acts"].length() > 0,
            rx.el.div(rx.foreach(Seen.one["acts"], _act), class_name="jr-actions jr-no-print", id="card-acts"),
            rx.el.p(Seen.one["waits"], class_name="jr-answer", id="card-waits"),
        ),
        facts(
            (t("supervision.head_unit"), line["unit"]),
            (t("supervision.head_person"), rx.cond(line["person"] != "", line["person"], t("supervision.no_person"))),
            (t("supervision.head_case"), rx.el.a(line["case"], href=line["case_href"], class_name="jr-link")),
            (t("supervision.head_project"), line["project"]),
            (t("supervision.head_happened"), line["happened"]),
            (t("supervision.head_issued"), Seen.one["issued_on"]),
            (t("supervision.head_reply_due"), line["due"]),
            (t("supervision.head_how"), Seen.one["issued"]),
        ),
        rx.el.h3(t("supervision.head_facts")),
        rx.el.p(line["facts"], id="card-facts"),
        rx.el.h3(t("supervision.rule_words")),
        rx.el.p(Seen.one["trigger"]),
        rx.el.p(t("supervision.head_basis"), "  ", Seen.one["basis"], class_name="jr-soft"),
        rx.el.h3(t("supervision.story")),
        timeline(Seen.one["steps"], _step),
        _notice(),
        class_name="jr-card jr-supervision-one",
        id="card-detail",
        aria_label=line["number"].to(str),
    )


def _act(act: Any) -> rx.Component:
    return rx.el.button(
        act["title"],
        type="button",
        on_click=Seen.open_act(act["name"].to(str)),
        class_name=rx.cond(act["grave"], "jr-button jr-grave-button", "jr-button jr-main-button"),
        custom_attrs={"data-testid": "act-" + act["name"].to(str)},
    )


def _step(step: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(step["title"], class_name="jr-strong"),
            rx.cond(step["late"], chip(t("supervision.late_reply"), "bad")),
            class_name="jr-item-head",
        ),
        rx.el.div(
            rx.el.span(step["who"]), " · ", rx.el.span(step["when"], class_name="jr-date"), class_name="jr-soft"
        ),
        rx.cond(step["text"] != "", rx.el.p(step["text"], class_name="jr-answer")),
    )


def _notice() -> rx.Component:
    """The supervision notice (督办单) as issued."""
    return rx.cond(
        Seen.one["docx"] != "",
        rx.fragment(
            rx.el.h3(t("supervision.notice")),
            rx.el.div(
                download_link(
                    rx.icon("download", size=16, aria_hidden="true"),
                    t("case.docx"),
                    href=Seen.one["docx"],
                    class_name="jr-button",
                    id="card-docx",
                ),
                rx.el.button(
                    rx.icon("file-text", size=16, aria_hidden="true"),
                    "PDF",
                    type="button",
                    on_click=Seen.get_pdf(Seen.one["pdf"].to(str)),
                    class_name="jr-button",
                    id="card-pdf",
                ),
                class_name="jr-actions jr-no-print",
            ),
        ),
    )
