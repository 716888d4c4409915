"""The page of the record from top to bottom."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.fields import labelled
from jointreview.ui.components.filters import filter_choice, search_line
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy, data_table
from jointreview.ui.components.paging import paging
from jointreview.ui.pages.record.state import READERS, RecordState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = RecordState


def content() -> rx.Component:
    """The record, for the auditor."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/board.css", precedence="default"),
        only_for(READERS, _page, "record.denied_why"),
    )


def _page() -> rx.Component:
    return rx.fragment(
        page_header(t("record.title"), lead=t("record.lead")),
        _chains(),
        rx.cond(Seen.loaded, _record(), busy()),
    )


def _chains() -> rx.Component:
    return section_card(
        t("record.chains"),
        rx.el.p(t("record.chains_lead"), class_name="jr-soft mb-3"),
        rx.cond(
            Seen.verdict != "",
            rx.el.p(
                Seen.verdict, role="status", class_name="jr-note", id="verdict", custom_attrs={"data-tone": Seen.tone}
            ),
        ),
        rx.cond(
            Seen.faults.length() > 0,
            rx.el.ul(rx.foreach(Seen.faults, rx.el.li), class_name="jr-plain-list mt-3", id="chain-faults"),
        ),
        actions=(
            rx.el.button(
                t("record.verify"),
                type="button",
                on_click=Seen.verify,
                disabled=Seen.checking,
                id="verify",
                class_name="jr-button jr-primary",
            ),
        ),
    )


def _day(name: str, value: Any, changed: Any) -> rx.Component:
    box = rx.el.input(type="date", id=f"record-{name}", value=value, on_change=changed)
    return labelled(t(f"record.{name}"), box, f"record-{name}")


def _record() -> rx.Component:
    heads = [t(f"admin.head_{head}") for head in ("when", "who", "what", "subject", "details")]
    return section_card(
        t("admin.panel_audit"),
        rx.el.p(t("admin.audit_lead"), class_name="jr-soft mb-3"),
        rx.el.div(
            search_line(
                "audit-search",
                t("admin.audit_search"),
                t("admin.audit_search_hint"),
                Seen.wanted,
                Seen.look_for,
                t("admin.look"),
            ),
            filter_choice(
                "audit-group",
                t("admin.audit_group"),
                t("admin.everything"),
                Seen.groups,
                Seen.group,
                Seen.choose_group,
            ),
            _day("since", Seen.since, Seen.choose_since),
            _day("until", Seen.until, Seen.choose_until),
            class_name="jr-filters",
        ),
        rx.cond(
            Seen.rows.length() > 0,
            rx.fragment(
                data_table(heads, Seen.rows, _entry, t("admin.panel_audit")),
                paging(Seen.at, Seen.pages, Seen.total, Seen.turn_to, "audit"),
            ),
            empty_state(t("admin.audit_none"), t("admin.audit_none_why"), icon="search-x"),
        ),
        actions=(
            download_link(t("record.xlsx"), href=Seen.xlsx, id="record-xlsx", class_name="jr-button"),
            download_link(t("record.csv"), href=Seen.csv, id="record-csv", class_name="jr-button"),
        ),
    )


def _entry(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row["when"], class_name="jr-date"),
        rx.el.td(row["who"]),
        rx.el.td(row["what"]),
        rx.el.td(row["subject"]),
        rx.el.td(row["details"], class_name="jr-soft"),
        custom_attrs={"data-testid": "audit-row"},
    )


PAGE = Page("/record", "record.title", content, on_load=(RecordState.load,))
