"""The dialogs of the working-day table: one day changed, the notice of a year imported."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.fields import choice_entry, labelled, text_entry
from jointreview.ui.components.text_file import text_file
from jointreview.ui.pages.calendar.state import MOST_CSV, CalendarState
from jointreview.ui.text import t

Seen: Any = CalendarState


def day_dialog() -> rx.Component:
    """Change one day; the cases whose due day moves are listed before anybody confirms."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("calendar.change")),
            rx.dialog.description(t("calendar.change_lead")),
            error_panel(Seen.faults),
            rx.el.form(
                rx.el.div(
                    text_entry(
                        "day",
                        t("calendar.day"),
                        Seen.day_now,
                        type="date",
                        value=Seen.day,
                        on_change=Seen.choose_day,
                        required=True,
                    ),
                    choice_entry("kind", t("calendar.kind"), Seen.kinds, value=Seen.kind, on_change=Seen.choose_kind),
                    text_entry("name", t("calendar.name"), t("calendar.name_hint"), max_length=40),
                    text_entry(
                        "source",
                        t("calendar.source"),
                        t("calendar.source_hint"),
                        min_length=2,
                        max_length=120,
                        required=True,
                    ),
                    class_name="jr-entries",
                ),
                _effect(Seen.effect, Seen.moved, "day-effect"),
                _buttons(
                    rx.el.button(
                        rx.cond(
                            Seen.moved.length() > 0,
                            t("calendar.save_moving", count=Seen.moved.length()),
                            t("calendar.save"),
                        ),
                        type="submit",
                        disabled=Seen.day == "",
                        id="day-save",
                        class_name="jr-button jr-primary",
                    ),
                    "day-cancel",
                ),
                on_submit=Seen.save,
                reset_on_submit=False,
            ),
            max_width="680px",
            custom_attrs={"data-testid": "day-dialog"},
        ),
        open=Seen.editing,
        on_open_change=Seen.edit_open_changed,
    )


def import_dialog() -> rx.Component:
    """Import the notice of a year: enter, see what it would do, confirm."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("calendar.import")),
            rx.dialog.description(t("calendar.import_lead")),
            error_panel(Seen.import_faults),
            rx.cond(Seen.import_effect == "", _notice_form(), _notice_effect()),
            max_width="680px",
            custom_attrs={"data-testid": "import-dialog"},
        ),
        open=Seen.importing,
        on_open_change=Seen.import_open_changed,
    )


def _notice_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            text_entry(
                "notice-source",
                t("calendar.source"),
                t("calendar.source_hint"),
                name="notice_source",
                key=Seen.source,
                default_value=Seen.source,
                max_length=120,
            ),
            labelled(
                t("calendar.csv"),
                rx.el.textarea(
                    id="notice-csv",
                    name="csv",
                    key=Seen.csv,
                    default_value=Seen.csv,
                    placeholder="date,is_workday,name\n2027-01-01,0,元旦\n2027-02-14,1",
                    spell_check=False,
                    max_length=MOST_CSV,
                ),
                "notice-csv",
                t("calendar.csv_hint"),
            ),
            text_file(
                Seen.take_file,
                Seen.file_too_large,
                id="notice-file",
                label=t("calendar.csv_file"),
                accept=".csv,.txt,text/csv",
                most=MOST_CSV,
            ),
            class_name="jr-form-stack",
        ),
        _buttons(
            rx.el.button(t("calendar.check"), type="submit", id="notice-check", class_name="jr-button jr-primary"),
            "notice-cancel",
        ),
        on_submit=Seen.check_notice,
        reset_on_submit=False,
    )


def _notice_effect() -> rx.Component:
    return rx.fragment(
        _effect(Seen.import_effect, Seen.import_moved, "notice-effect"),
        rx.el.div(
            rx.el.button(
                t("calendar.back_to_text"),
                type="button",
                on_click=Seen.change_notice,
                id="notice-back",
                class_name="jr-button",
            ),
            rx.el.button(
                t("calendar.import_now"),
                type="button",
                on_click=Seen.import_notice,
                id="notice-import",
                class_name="jr-button jr-primary",
            ),
            class_name="jr-dialog-actions",
        ),
    )


def _effect(text: Any, moved: Any, name: str) -> rx.Component:
    """What will move, in a sentence and case by case."""
    heads = ("calendar.head_case", "calendar.head_old", "calendar.head_new")
    return rx.cond(
        text != "",
        rx.el.div(
            rx.el.p(text, role="status"),
            rx.cond(
                moved.length() > 0,
                rx.el.div(
                    rx.el.table(
                        rx.el.thead(rx.el.tr(*[rx.el.th(t(head), scope="col") for head in heads])),
                        rx.el.tbody(rx.foreach(moved, _moved)),
                        class_name="jr-table",
                    ),
                    class_name="jr-moved",
                    tab_index=0,
                ),
            ),
            id=name,
            class_name="jr-note",
            custom_attrs={"data-tone": rx.cond(moved.length() > 0, "warn", "good")},
        ),
    )


def _moved(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.a(row["project"], href=row["href"].to(str), target="_blank", class_name="jr-link"),
            rx.el.div(row["number"], class_name="jr-soft"),
        ),
        rx.el.td(row["old"], class_name="jr-date"),
        rx.el.td(
            row["new"],
            rx.el.div(rx.cond(row["later"], t("calendar.later"), t("calendar.earlier")), class_name="jr-soft"),
            class_name="jr-date",
        ),
    )


def _buttons(confirm: rx.Component, cancel_id: str) -> rx.Component:
    return rx.el.div(
        rx.dialog.close(rx.el.button(t("ui.cancel"), type="button", id=cancel_id, class_name="jr-button")),
        confirm,
        class_name="jr-dialog-actions",
    )
