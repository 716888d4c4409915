"""Review: what is missing. The window's pre-check, each officer's reading, and the gaps told or about to be told."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.gap_editor import gap_editor
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.decisions import decisions
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def review() -> rx.Component:
    """First what this reader can do, then every gap."""
    return rx.fragment(
        rx.cond(Seen.may_return, _precheck()),
        decisions(),
        rx.foreach(Seen.readings, _reading),
        # A unit that was only asked sees the question, not what others miss.
        rx.cond(~Seen.consulted, _gaps()),
    )


def _precheck() -> rx.Component:
    return section_card(
        t("case.precheck"),
        rx.el.p(t("case.precheck_lead"), class_name="jr-soft"),
        gap_editor(
            "ReturnCase",
            {"case_id": Seen.head["id"]},
            Seen.signed,
            id="precheck",
            many=True,
            groups=Seen.gap_groups,
            phrases=Seen.phrases,
            version=Seen.head["version"],
            draft="jr-precheck-" + Seen.head["id"].to_string(),
        ),
    )


def _reading(one: Any) -> rx.Component:
    return section_card(
        one["item"],
        rx.el.p(one["due"], class_name="jr-soft"),
        rx.el.p(t("case.reading_lead"), class_name="jr-soft"),
        rx.cond(
            one["can_record"],
            gap_editor(
                "RecordGap",
                {"case_id": Seen.head["id"], "assignment_id": one["assignment"]},
                Seen.signed,
                id="gap-" + one["assignment"].to_string(),
                many=False,
                groups=Seen.gap_groups,
                phrases=Seen.phrases,
                draft="jr-gap-" + one["assignment"].to_string(),
            ),
        ),
        rx.cond(
            one["can_finish"],
            rx.el.div(
                rx.el.button(
                    t("cmd.finish_document_review"),
                    type="button",
                    on_click=Seen.open_act("FinishDocumentReview", one["assignment"].to(int)),
                    class_name="jr-button jr-main-button",
                    custom_attrs={"data-testid": "act-FinishDocumentReview"},
                ),
                class_name="jr-actions mt-3",
            ),
        ),
        actions=(
            rx.el.button(
                t("case.to_materials"), type="button", on_click=Seen.show("materials"), class_name="jr-button"
            ),
        ),
    )


def _gaps() -> rx.Component:
    return section_card(
        t("case.gaps"),
        rx.cond(
            Seen.gaps.length() > 0,
            rx.el.div(rx.foreach(Seen.gaps, _gap)),
            empty_state(t("case.gaps_empty"), t("case.gaps_empty_why"), icon="clipboard-check"),
        ),
    )


def _gap(gap: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.strong(gap["subject"]),
            rx.cond(gap["place"] != "", rx.el.span(gap["place"], class_name="jr-soft")),
            rx.cond(gap["page"] != "", rx.el.span(gap["page"], class_name="jr-soft")),
            chip(gap["status"], gap["tone"]),
            chip(gap["unit"]),
            class_name="jr-item-head",
        ),
        rx.el.p(gap["wanted"]),
        rx.el.p(t("case.rule"), gap["rule"], class_name="jr-soft"),
        rx.cond(gap["answer"] != "", rx.el.p(rx.el.strong(t("case.answer")), gap["answer"], class_name="jr-answer")),
        rx.el.div(
            rx.cond(
                gap["view"] != "",
                rx.el.a(
                    rx.icon("scan-search", size=16, aria_hidden="true"),
                    t("preview.see_mark"),
                    href=gap["view"].to(str),
                    class_name="jr-button",
                    custom_attrs={"data-testid": "see-gap-" + gap["id"].to_string()},
                ),
            ),
            rx.cond(
                gap["droppable"],
                rx.el.button(
                    t("cmd.drop_gap"),
                    type="button",
                    on_click=Seen.open_about("DropGap", gap["assignment"].to(int), gap["id"].to(int)),
                    class_name="jr-button",
                    custom_attrs={"data-testid": "drop-gap-" + gap["id"].to_string()},
                ),
            ),
            class_name="jr-actions",
        ),
        class_name="jr-item",
        custom_attrs={"data-testid": "gap-row-" + gap["id"].to_string()},
    )
