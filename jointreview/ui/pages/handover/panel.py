"""Posts lent and open work of each person, with what may be done about them."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.faults import confirm_dialog, error_panel
from jointreview.ui.components.fields import choice_entry, text_entry
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.lists import data_table
from jointreview.ui.components.marks import chip
from jointreview.ui.pages.handover.state import HandoverState
from jointreview.ui.text import t

# Reflex turns class attributes into vars, which no checker follows.
Seen: Any = HandoverState


def handover() -> rx.Component:
    """Open work first, then the posts lent now or later."""
    work = [t(f"handover.head_{head}") for head in ("person", "posts", "work", "act")]
    lent = [t(f"handover.head_{head}") for head in ("holder", "deputy", "post", "days", "reason", "act")]
    return rx.fragment(
        section_card(
            t("handover.work_title"),
            rx.el.p(t("handover.work_lead"), class_name="jr-soft mb-3"),
            rx.cond(
                Seen.carriers.length() > 0,
                data_table(work, Seen.carriers, _carrier, t("handover.work_title")),
                empty_state(t("handover.work_none"), t("handover.work_none_why"), icon="users"),
            ),
            id="handover",
        ),
        section_card(
            t("handover.lent_title"),
            rx.cond(Seen.giver["id"] == "", error_panel(Seen.faults)),
            rx.cond(
                Seen.lent.length() > 0,
                data_table(lent, Seen.lent, _lent, t("handover.lent_title")),
                empty_state(t("handover.lent_none"), t("handover.lent_none_why"), icon="user-check"),
            ),
            rx.cond(Seen.posts.length() > 0, _name_deputy()),
            id="lent-posts",
        ),
        _dialog(),
    )


def _carrier(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.div(row["name"], class_name="jr-strong"),
            rx.el.div(row["login"], class_name="jr-soft"),
            rx.cond(row["standing"] != "", chip(row["standing"], "bad")),
        ),
        rx.el.td(rx.el.ul(rx.foreach(row["posts"].to(list[str]), rx.el.li), class_name="jr-plain-list")),
        rx.el.td(row["work"]),
        rx.el.td(
            rx.el.button(
                t("handover.hand_over"),
                type="button",
                on_click=Seen.open_giver(row["id"].to(str)),
                aria_label=t("handover.hand_over_of", name=row["name"]),
                class_name="jr-button",
                custom_attrs={"data-testid": "hand-over-" + row["login"].to(str)},
            )
        ),
        key=row["id"],
        custom_attrs={"data-testid": "carrier-" + row["login"].to(str)},
    )


def _lent(row: Any) -> rx.Component:
    end = t("cmd.end_deputy")
    return rx.el.tr(
        rx.el.td(row["holder"], class_name="jr-strong"),
        rx.el.td(row["deputy"]),
        rx.el.td(row["post"]),
        rx.el.td(row["days"]),
        rx.el.td(row["reason"]),
        rx.el.td(
            rx.cond(
                row["endable"],
                confirm_dialog(
                    rx.el.button(end, type="button", class_name="jr-button jr-grave"),
                    end,
                    t("handover.end_why", holder=row["holder"], deputy=row["deputy"]),
                    end,
                    Seen.end_deputy(row["id"].to(str)),
                    grave=True,
                ),
                rx.el.span(t("handover.not_yours"), class_name="jr-soft"),
            )
        ),
        key=row["id"],
        custom_attrs={"data-testid": "lent-" + row["id"].to(str)},
    )


def _name_deputy() -> rx.Component:
    """For somebody who cannot do it: suddenly ill, or without an account that still opens."""
    return rx.el.form(
        rx.el.h3(t("handover.name_deputy"), class_name="jr-strong mt-4"),
        rx.el.div(
            choice_entry("handover-post", t("account.post"), Seen.posts, value=Seen.post, on_change=Seen.choose_post),
            choice_entry("handover-deputy_id", t("people.deputy"), Seen.deputies, required=True),
            text_entry("handover-from_on", t("people.from_on"), type="date", required=True),
            text_entry("handover-until_on", t("people.until_on"), type="date", required=True),
            text_entry("handover-deputy_reason", t("people.reason"), name="handover-reason", max_length=200),
            class_name="jr-entries",
        ),
        rx.el.button(t("cmd.name_deputy"), type="submit", id="handover-deputy-save", class_name="jr-button"),
        on_submit=Seen.name_deputy,
        reset_on_submit=False,
    )


def _dialog() -> rx.Component:
    """To whom, why, and whether the posts go too: the last question before it is done."""
    giver = Seen.giver
    posts = [("no", t("handover.posts_stay")), ("yes", t("handover.posts_go"))]
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("handover.hand_over_of", name=giver["name"])),
            rx.dialog.description(giver["work"]),
            error_panel(Seen.faults),
            rx.cond(
                giver["takers"].length() > 0,
                rx.el.form(
                    rx.el.div(
                        choice_entry("handover-to_id", t("handover.taker"), giver["takers"], required=True),
                        choice_entry("handover-posts", t("handover.posts"), posts, t("handover.posts_hint")),
                        text_entry(
                            "handover-reason",
                            t("people.reason"),
                            t("handover.reason_hint"),
                            min_length=2,
                            max_length=200,
                            required=True,
                        ),
                        class_name="jr-form-stack",
                    ),
                    _buttons(
                        rx.el.button(
                            t("handover.hand_over"),
                            type="submit",
                            id="handover-save",
                            class_name="jr-button jr-primary",
                        )
                    ),
                    on_submit=Seen.hand_over,
                    reset_on_submit=False,
                ),
                rx.fragment(rx.el.p(t("handover.nobody"), class_name="jr-note mt-3"), _buttons()),
            ),
            max_width="560px",
            custom_attrs={"data-testid": "handover-dialog"},
        ),
        open=giver["id"] != "",
        on_open_change=Seen.giver_open_changed,
    )


def _buttons(*acts: rx.Component) -> rx.Component:
    leave = rx.el.button(t("ui.cancel"), type="button", id="handover-cancel", class_name="jr-button")
    return rx.el.div(rx.dialog.close(leave), *acts, class_name="jr-dialog-actions")
