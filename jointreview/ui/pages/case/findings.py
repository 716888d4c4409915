"""Findings: numbered faults with rule, criterion and photographs, how they were put right, and where they stand."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import facts
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.case.dialog import photos
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def findings() -> rx.Component:
    """A card for each finding."""
    return rx.cond(
        Seen.findings.length() > 0,
        rx.fragment(rx.foreach(Seen.findings, _finding)),
        empty_state(t("case.findings_empty"), t("case.findings_empty_why"), icon="circle-check-big"),
    )


def _finding(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.h2(one["number"]),
            chip(one["status"], one["tone"]),
            chip(one["unit"]),
            class_name="jr-item-head",
        ),
        rx.el.p(one["text"], class_name="jr-strong"),
        facts(
            (t("case.finding_rule"), one["rule"]),
            (t("case.finding_criterion"), one["criterion"]),
            (t("case.finding_place"), one["place"]),
        ),
        photos(one["photos"]),
        rx.cond(
            one["answer"] != "",
            rx.el.div(
                rx.el.strong(t("case.finding_answer")),
                rx.el.p(one["answer"]),
                photos(one["answer_photos"]),
                class_name="jr-answer",
            ),
        ),
        rx.cond(one["note"] != "", rx.el.p(rx.el.strong(t("case.finding_note")), one["note"])),
        rx.cond(
            one["answerable"],
            rx.el.button(
                rx.cond(one["answer"] != "", t("case.answer_again"), t("cmd.answer_finding")),
                type="button",
                on_click=Seen.open_about("AnswerFinding", 0, one["id"].to(int)),
                class_name="jr-button jr-main-button mt-3",
                custom_attrs={"data-testid": "answer-finding-" + one["id"].to_string()},
            ),
        ),
        class_name="jr-card jr-finding",
        id="finding-" + one["id"].to_string(),
        custom_attrs={"data-fresh": one["fresh"]},
    )
