"""Decisions of a joint review: the reader's own, everybody's, questions between units, the lead's conclusion."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.components.signature import sign_dialog
from jointreview.ui.pages.case.deciding import Writing
from jointreview.ui.pages.case.dialog import photos
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def decisions() -> rx.Component:
    """First how it ended or what this reader does, then what everybody decided."""
    return rx.fragment(
        rx.cond(Seen.concluded["outcome"] != "", _concluded()),
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


def _deciding(one: Any) -> rx.Component:
    mine = one["assignment"].to(int)
    return section_card(
        one["item"],
        rx.el.p(one["due"], class_name="jr-soft"),
        rx.cond(one["why_not"] != "", rx.el.p(one["why_not"], class_name="jr-answer")),
        rx.cond(one["survey"]["head"] != "", _survey(one["survey"])),
        rx.cond(
            one["results"].length() > 0,
            rx.fragment(
                rx.cond(Writing.faulty == mine, error_panel(Writing.draft_faults)),
                _form(one, hidden=Writing.draft_of == mine),
                rx.cond(
                    Writing.draft_of == mine,
                    _signing(
                        Writing.draft_statement,
                        sign_dialog(
                            "DecideItem",
                            Writing.draft_args,
                            Writing.draft_statement,
                            t("cmd.decide_item"),
                            Writing.signed_here,
                            id="decide-" + mine.to_string(),
                        ),
                    ),
                ),
            ),
        ),
        # What was written stays with its item when another one above it is signed and goes.
        key=mine.to_string(),
        custom_attrs={"data-testid": "deciding-" + mine.to_string()},
    )


def _survey(survey: Any) -> rx.Component:
    """What the department itself found on the site, in sight while it decides."""
    return rx.el.section(
        rx.el.h3(t("decision.survey")),
        rx.el.p(survey["head"], class_name="jr-soft"),
        rx.el.ul(rx.foreach(survey["notes"].to(list[dict[str, str]]), _note), class_name="jr-survey-notes"),
        photos(survey["photos"].to(list[dict[str, str]])),
        rx.cond(
            survey["record"] != "",
            download_link(t("decision.record"), href=survey["record"].to(str), class_name="jr-link"),
        ),
        class_name="jr-survey",
        custom_attrs={"data-testid": "survey-found"},
    )


def _note(note: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            note["text"],
            rx.cond(note["note"] != "", rx.el.span(note["note"], class_name="jr-soft")),
            class_name="jr-row-text",
        ),
        chip(note["result"], note["tone"]),
        class_name="jr-row",
    )


def _form(one: Any, hidden: Any) -> rx.Component:
    """The form of a decision; it stays where it is while its words are read once more, so that nothing is lost."""
    mine = one["assignment"].to_string()
    name = "decide-" + mine + "-"
    return rx.el.form(
        rx.el.input(type="hidden", name="assignment_id", value=mine),
        _field(
            name + "result",
            t("decision.result"),
            rx.el.select(
                rx.el.option(t("decision.choose"), value=""),
                rx.foreach(
                    one["results"].to(list[dict[str, str]]), lambda r: rx.el.option(r["label"], value=r["value"])
                ),
                id=name + "result",
                name="result",
                required=True,
            ),
        ),
        _field(
            name + "text",
            t("decision.text"),
            rx.el.textarea(id=name + "text", name="text", rows=4, required=True, max_length=3000),
        ),
        rx.cond(one["asks_number"], _permit(one, name)),
        _field(
            name + "condition",
            t("decision.condition_field"),
            rx.el.textarea(id=name + "condition", name="condition", rows=2, max_length=1000),
            when="PASS_COND",
        ),
        rx.cond(
            one["deferrable"],
            _field(
                name + "commitment_until",
                t("decision.commitment_until"),
                rx.el.input(id=name + "commitment_until", type="date", name="commitment_until"),
                when="PASS_COND",
            ),
        ),
        _field(
            name + "basis",
            t("decision.basis_field"),
            rx.el.input(id=name + "basis", name="basis", max_length=500),
            when="FAIL",
        ),
        _check(),
        on_submit=Writing.check_decision,
        reset_on_submit=False,
        class_name=rx.cond(hidden, "jr-decision-form jr-away", "jr-decision-form"),
    )


def _permit(one: Any, name: Any) -> rx.Component:
    granted = "PASS PASS_COND"
    return rx.fragment(
        _field(
            name + "document_no",
            one["number_label"],
            rx.el.input(id=name + "document_no", name="document_no", max_length=100),
            when=granted,
        ),
        _field(
            name + "valid_until",
            t("decision.valid_until"),
            rx.el.input(id=name + "valid_until", type="date", name="valid_until"),
            when=granted,
        ),
    )


def _field(field_id: Any, label: Any, control: rx.Component, when: str = "") -> rx.Component:
    """A labelled entry; `when` names the results that ask for it, none means all."""
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        control,
        class_name="jr-field",
        custom_attrs={"data-when": when} if when else {},
    )


def _check() -> rx.Component:
    return rx.el.div(
        rx.el.button(t("decision.check"), type="submit", class_name="jr-button jr-main-button"),
        class_name="jr-actions mt-3",
    )


def _signing(statement: Any, sign: rx.Component) -> rx.Component:
    """What will be signed, as it stands in the file afterwards, with the way back to the form."""
    return rx.el.div(
        rx.el.p(statement, class_name="jr-answer jr-statement"),
        rx.el.div(
            sign,
            rx.el.button(t("decision.change"), type="button", on_click=Writing.change, class_name="jr-button"),
            class_name="jr-actions mt-3",
        ),
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
                class_name="jr-button mt-2",
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
        class_name="jr-button mt-2",
        custom_attrs={"data-testid": name.replace("_", "-") + "-" + one["id"].to_string()},
    )


def _conclusion() -> rx.Component:
    """The outcome as computed, the lead unit's own words, and its signature."""
    verdict = Seen.verdict
    ready = Writing.conclusion_ready
    return section_card(
        t("decision.conclusion"),
        rx.el.p(t("case.verdict_lead"), chip(verdict["outcome"], verdict["tone"]), class_name="jr-verdict"),
        rx.cond(
            Seen.lead_waits != "",
            rx.el.p(Seen.lead_waits, class_name="jr-soft"),
            rx.fragment(
                _points(verdict["reasons"], "conclusion-reasons"),
                rx.el.form(
                    _field(
                        "conclusion-text",
                        t("decision.summary"),
                        rx.el.textarea(
                            id="conclusion-text", name="text", rows=4, required=True, min_length=10, max_length=3000
                        ),
                    ),
                    _check(),
                    on_submit=Writing.check_conclusion,
                    reset_on_submit=False,
                    class_name=rx.cond(ready, "jr-away", ""),
                ),
                rx.cond(
                    ready,
                    _signing(
                        Writing.conclusion_args["text"].to(str),
                        sign_dialog(
                            "ConcludeReview",
                            Writing.conclusion_args,
                            Writing.conclusion_args["text"].to(str),
                            t("cmd.conclude_review"),
                            Writing.signed_here,
                            id="conclude-review",
                            version=Seen.head["version"],
                        ),
                    ),
                ),
            ),
        ),
        id="lead-conclusion",
    )


def _concluded() -> rx.Component:
    """How the review ended, in the lead unit's words, with the decision document."""
    ended = Seen.concluded
    return section_card(
        t("decision.conclusion"),
        rx.el.p(chip(ended["outcome"], ended["tone"]), class_name="jr-verdict"),
        rx.el.p(ended["text"], class_name="mt-3"),
        _points(ended["points"], "conclusion-points"),
        rx.el.p(ended["signed"], class_name="jr-soft"),
        rx.cond(
            ended["document"] != "",
            rx.el.p(download_link(ended["document_no"], href=ended["document"], class_name="jr-link")),
        ),
        id="conclusion",
    )


def _points(lines: Any, list_id: str) -> rx.Component:
    lines = lines.to(list[str])
    return rx.cond(lines.length() > 0, rx.el.ul(rx.foreach(lines, rx.el.li), class_name="jr-points", id=list_id))
