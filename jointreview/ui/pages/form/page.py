"""The form page from top to bottom."""

from __future__ import annotations

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.lists import busy
from jointreview.ui.components.one_form import one_form
from jointreview.ui.me import Me
from jointreview.ui.pages.form.state import FormState
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """The form, or why there is none."""
    return rx.cond(
        (Me.role == "applicant") | (Me.role == "clerk"),
        rx.match(
            FormState.status,
            ("ready", one_form(FormState.case_id, FormState.tick)),
            ("missing", _missing("apply.form_missing", "apply.form_missing_why")),
            busy(),
        ),
        rx.cond(Me.role == "", busy(), _missing("apply.form_not_yours", "apply.form_not_yours_why")),
    )


def _missing(title: str, why: str) -> rx.Component:
    return empty_state(t(title), t(why), rx.el.a(t("nav.work"), href="/", class_name="jr-button"), icon="file-x")


PAGE = Page("/cases/[id]/form", "apply.form_title", content, on_load=(FormState.load,))
