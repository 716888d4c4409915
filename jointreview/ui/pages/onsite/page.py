"""The page on site from top to bottom, or what right is missing and whom to ask."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.checklist import on_site
from jointreview.ui.components.faults import error_panel
from jointreview.ui.pages.onsite.state import OnSiteState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
_FAULTS: Any = OnSiteState.faults


def content() -> rx.Component:
    """The officer's page; a refusal says what is missing."""
    return rx.cond(
        _FAULTS.length() > 0,
        rx.el.div(
            error_panel(_FAULTS, t("onsite.denied")),
            rx.el.a(t("onsite.back_to_case"), href="/cases/" + OnSiteState.case_key, class_name="jr-button"),
        ),
        on_site(
            data=OnSiteState.data,
            account=OnSiteState.account,
            case_id=OnSiteState.case_key,
            mobile=OnSiteState.mobile,
            on_changed=OnSiteState.refresh,
            on_reveal=OnSiteState.show_mobile,
        ),
    )


PAGE = Page("/cases/[id]/onsite", "onsite.title", content, on_load=(OnSiteState.load,))
