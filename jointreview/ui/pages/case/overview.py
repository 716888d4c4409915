"""Overview: the way of the case, the matrix of departments, and what waits for a signature."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.marks import chip
from jointreview.ui.components.matrix import matrix
from jointreview.ui.components.signature import sign_dialog
from jointreview.ui.components.timeline2 import stages
from jointreview.ui.pages.case.constraints import constraints
from jointreview.ui.pages.case.state import Seen
from jointreview.ui.text import t


def overview() -> rx.Component:
    """From where the case stands to who takes part."""
    return rx.fragment(
        section_card(t("case.stages"), stages(Seen.steps)),
        rx.foreach(Seen.commitments, _commitment),
        rx.cond(Seen.may_conclude, _verdict()),
        section_card(
            t("case.departments"),
            rx.cond(
                Seen.rows.length() > 0,
                matrix(Seen.rows),
                empty_state(t("case.departments_empty"), t("case.departments_empty_why"), icon="users"),
            ),
        ),
        constraints(),
    )


def _verdict() -> rx.Component:
    """The computed conclusion with its reasons, and the signature that issues it."""
    verdict = Seen.verdict
    return section_card(
        t("case.verdict"),
        rx.el.p(
            t("case.verdict_lead"), chip(verdict["outcome"], verdict["tone"]), id="verdict", class_name="jr-verdict"
        ),
        rx.el.ol(rx.foreach(verdict["reasons"], rx.el.li), class_name="jr-preview", id="verdict-reasons"),
        sign_dialog(
            "Conclude",
            {"case_id": Seen.head["id"]},
            t("case.conclude_statement", project=Seen.head["project"], outcome=verdict["outcome"]),
            t("case.conclude_sign"),
            Seen.signed,
            id="conclude",
            title=t("cmd.conclude"),
            version=Seen.head["version"],
            disabled_reason=rx.cond(verdict["ready"], "", t("case.verdict_not_yet")),
        ),
        id="verdict-card",
    )


def _commitment(one: Any) -> rx.Component:
    """A conditional pass: what is promised, until when, and the applicant's signature."""
    return section_card(
        t("case.commitment"),
        rx.el.p(rx.el.strong(one["unit"]), "  ", one["condition"]),
        rx.el.p(t("case.commitment_until"), one["until"], class_name="jr-soft"),
        sign_dialog(
            "SignCommitment",
            {"case_id": Seen.head["id"], "assignment_id": one["assignment"]},
            t("case.commitment_statement", condition=one["condition"], until=one["until"]),
            t("case.commitment_sign"),
            Seen.signed,
            id="commitment-" + one["assignment"].to_string(),
            title=t("cmd.sign_commitment"),
            version=Seen.head["version"],
        ),
        custom_attrs={"data-testid": "commitment"},
    )
