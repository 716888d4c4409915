"""Decisions of a joint review: the reader's own, everybody's, questions between units, the lead's conclusion."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.components.signature import sign_dialog
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def decisions() -> rx.Component:
    """First what this reader does, then what everybody decided."""
    return rx.fragment(
        error_panel(Seen.faults),
        rx.cond(Seen.leads, _conclusion()),
        rx.foreach(Seen.deciding, _deciding),
        rx.cond(
            Seen.questions.length() > 0,
            section_card(t("decision.questions"), rx.foreach(Seen.questions, _question)),
        ),
        rx.cond(
            Seen.decisions.length() > 0,
            section_card(t("decision.decisions"), rx.foreach(Seen.decisions, _decision)),
        ),
    )


def _field(label: Any, control: rx.Component, hint: Any = "") -> rx.Component:
    return rx.el.label(
        rx.el.span(label), control, rx.cond(hint != "", rx.el.span(hint, class_name="jr-soft")), class_name="jr-field"
    )


def _deciding(one: Any) -> rx.Component:
    ready = Seen.draft_of == one["assignment"]
    return section_card(
        one["item"],
        rx.el.p(one["due"], class_name="jr-soft"),
        rx.cond(one["why_not"] != "", rx.el.p(one["why_not"], class_name="jr-answer")),
        rx.cond(
            one["record"] != "",
            rx.el.a(t("decision.record"), href=one["record"], class_name="jr-link", target="_blank"),
        ),
        rx.cond(one["results"].length() > 0, rx.fragment(_form(one), rx.cond(ready, _signing(one)))),
        custom_attrs={"data-testid": "deciding-" + one["assignment"].to_string()},
    )


def _form(one: Any) -> rx.Component:
    return rx.el.form(
        rx.el.input(type="hidden", name="assignment_id", value=one["assignment"].to_string()),
        _field(
            t("decision.result"),
            rx.el.select(
                rx.foreach(
                    one["results"].to(list[dict[str, str]]), lambda r: rx.el.option(r["label"], value=r["value"])
                ),
                name="result",
                required=True,
            ),
        ),
        _field(t("decision.text"), rx.el.textarea(name="text", rows=4, required=True, max_length=3000)),
        rx.cond(one["asks_number"], _field(one["number_label"], rx.el.input(name="document_no", max_length=100))),
        rx.cond(one["asks_number"], _field(t("decision.valid_until"), rx.el.input(type="date", name="valid_until"))),
        _field(t("decision.condition_field"), rx.el.textarea(name="condition", rows=2, max_length=1000)),
        rx.cond(
            one["deferrable"],
            _field(t("decision.commitment_until"), rx.el.input(type="date", name="commitment_until")),
        ),
        _field(t("decision.basis_field"), rx.el.input(name="basis", max_length=500)),
        rx.el.div(
            rx.el.button(t("decision.check"), type="submit", class_name="jr-button jr-main-button"),
            class_name="jr-actions",
        ),
        on_submit=Seen.check_decision,
        reset_on_submit=False,
        class_name="jr-decision-form",
    )


def _signing(one: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(Seen.draft_statement, class_name="jr-answer"),
        sign_dialog(
            "DecideItem",
            Seen.draft_args,
            Seen.draft_statement,
            t("cmd.decide_item"),
            Seen.signed,
            id="decide-" + one["assignment"].to_string(),
        ),
        class_name="mt-3",
    )


def _decision(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            rx.el.strong(one["item"]),
            chip(one["result"], one["tone"]),
            chip(one["unit"]),
            class_name="jr-item-head",
        ),
        rx.cond(one["stale"] != "", rx.el.p(rx.icon("file-warning", size=16), one["stale"], class_name="jr-answer")),
        rx.cond(one["text"] != "", rx.el.p(one["text"])),
        rx.foreach(one["details"].to(list[str]), lambda line: rx.el.p(line, class_name="jr-soft")),
        rx.el.p(one["signed"], class_name="jr-soft"),
        rx.cond(
            one["confirmable"],
            sign_dialog(
                "ConfirmOpinion",
                {"case_id": Seen.head["id"], "assignment_id": one["assignment"]},
                t("decision.confirm_statement"),
                t("cmd.confirm_opinion"),
                Seen.signed,
                id="confirm-" + one["assignment"].to_string(),
            ),
        ),
        rx.cond(
            one["reopenable"],
            rx.el.button(
                t("cmd.reopen_opinion"),
                type="button",
                on_click=Seen.open_act("ReopenOpinion", one["assignment"].to(int)),
                class_name="jr-button",
            ),
        ),
        class_name="jr-item",
        custom_attrs={"data-testid": "decision-" + one["assignment"].to_string()},
    )


def _question(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(rx.el.strong(one["head"]), chip(one["status"], one["tone"]), class_name="jr-item-head"),
        rx.el.p(one["question"]),
        rx.el.p(one["due"], class_name="jr-soft"),
        rx.cond(one["answer"] != "", rx.el.p(one["answer"], class_name="jr-answer")),
        rx.cond(one["answerable"], _about("AnswerConsultation", "answer_consultation", one)),
        rx.cond(one["withdrawable"], _about("WithdrawConsultation", "withdraw_consultation", one)),
        class_name="jr-item",
    )


def _about(command: str, name: str, one: Any) -> rx.Component:
    return rx.el.button(
        t(f"cmd.{name}"),
        type="button",
        on_click=Seen.open_about(command, one["assignment"].to(int), one["id"].to(int)),
        class_name="jr-button",
        custom_attrs={"data-testid": name.replace("_", "-") + "-" + one["id"].to_string()},
    )


def _conclusion() -> rx.Component:
    """The outcome as computed, the lead unit's own words, and its signature."""
    verdict = Seen.verdict
    return section_card(
        t("decision.conclusion"),
        rx.el.p(t("case.verdict_lead"), chip(verdict["outcome"], verdict["tone"]), class_name="jr-verdict"),
        rx.cond(
            Seen.lead_waits != "",
            rx.el.p(Seen.lead_waits, class_name="jr-soft"),
            rx.fragment(
                rx.el.form(
                    _field(
                        t("decision.summary"), rx.el.textarea(name="text", rows=4, required=True, max_length=3000)
                    ),
                    rx.el.div(
                        rx.el.button(t("decision.check"), type="submit", class_name="jr-button jr-main-button"),
                        class_name="jr-actions",
                    ),
                    on_submit=Seen.check_conclusion,
                    reset_on_submit=False,
                ),
                rx.cond(
                    Seen.conclusion_args["text"] != "",
                    sign_dialog(
                        "ConcludeReview",
                        Seen.conclusion_args,
                        Seen.conclusion_args["text"].to(str),
                        t("cmd.conclude_review"),
                        Seen.signed,
                        id="conclude-review",
                        version=Seen.head["version"],
                    ),
                ),
            ),
        ),
        id="lead-conclusion",
    )
