"""The whole road of a project from top to bottom: names, two measures of time, four stages, permits."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.queries.projects.list import READERS
from jointreview.ui.components.blank import empty_state
from jointreview.ui.components.denied import only_for
from jointreview.ui.components.layout import page_header, section_card
from jointreview.ui.components.lists import busy, data_table
from jointreview.ui.components.marks import chip, lamp
from jointreview.ui.me import Me
from jointreview.ui.pages.projects.state import RoadState
from jointreview.ui.shell import Page
from jointreview.ui.text import t

Seen: Any = RoadState


def content() -> rx.Component:
    """The project of the address."""
    return rx.el.div(
        rx.el.link(rel="stylesheet", href="/projects.css", precedence="default"),
        only_for(READERS, _project, "projects.not_for_you"),
        class_name="jr-projects",
    )


def _project() -> rx.Component:
    return rx.match(
        Seen.status,
        ("ready", _road()),
        (
            "missing",
            empty_state(
                t("projects.missing"),
                t("projects.missing_why"),
                rx.el.a(t("projects.missing_back"), href="/projects", class_name="jr-button", id="missing-back"),
                icon="folder-x",
            ),
        ),
        busy(),
    )


def _road() -> rx.Component:
    road = Seen.road
    return rx.fragment(
        page_header(
            road["name"],
            rx.cond(
                road["start"] != "",
                rx.el.a(
                    road["start"], href=road["start_href"], id="start-next", class_name="jr-button jr-main-button"
                ),
            ),
            lead=road["code"].to(str) + " · " + road["organisation"].to(str),
        ),
        _measures(road),
        rx.el.section(
            rx.el.h2(t("projects.stages"), class_name="jr-visually-hidden"),
            rx.el.ol(rx.foreach(Seen.stages, _stage), class_name="jr-road", id="road"),
        ),
        _permits(),
    )


def _measures(road: Any) -> rx.Component:
    return section_card(
        t("projects.measures"),
        rx.cond(
            road["counted"],
            rx.el.div(
                rx.el.div(
                    rx.el.h3(t("projects.used")),
                    rx.el.p(road["used_text"], class_name="jr-measure", id="road-used"),
                    rx.el.progress(value=road["used"], max=road["target"], aria_label=road["used_text"]),
                    rx.el.p(t("projects.used_why"), class_name="jr-soft"),
                    custom_attrs={"data-over": rx.cond(road["over"], "true", "false")},
                ),
                rx.el.div(
                    rx.el.h3(t("projects.span")),
                    rx.el.p(road["span_text"], class_name="jr-measure", id="road-span"),
                    rx.el.p(t("projects.span_why"), class_name="jr-soft"),
                ),
                class_name="jr-measures",
            ),
            rx.el.p(t("projects.no_measures"), class_name="jr-soft"),
        ),
        rx.cond(
            (Me.role == "officer") | (Me.role == "leader"),
            rx.el.p(t("projects.measures_unit"), class_name="jr-soft"),
        ),
        actions=(rx.cond(road["standing"] != "", chip(road["standing"], "accent")),),
    )


def _stage(stage: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(stage["number"], class_name="jr-road-number", aria_hidden="true"),
            rx.el.h3(stage["name"]),
            chip(stage["mark_text"], stage["tone"]),
            class_name="jr-road-head",
        ),
        rx.el.p(stage["promised"], class_name="jr-soft"),
        rx.cond(stage["used"] != "", rx.el.p(stage["used"], class_name="jr-strong")),
        rx.cond(stage["nothing"] != "", rx.el.p(stage["nothing"], class_name="jr-road-nothing")),
        rx.foreach(stage["cases"].to(list[dict[str, Any]]), _case),
        class_name="jr-road-stage",
        custom_attrs={"data-mark": stage["mark"], "data-testid": "road-stage-" + stage["number"].to(str)},
    )


def _case(case: Any) -> rx.Component:
    return rx.el.a(
        rx.el.span(
            rx.el.span(case["number"], class_name="jr-date jr-strong"),
            chip(case["state"], case["tone"]),
            class_name="jr-road-case-head",
        ),
        rx.cond(case["lamp"] != "", lamp(case["lamp"], case["days"])),
        rx.foreach(case["dates"].to(list[str]), lambda line: rx.el.span(line, class_name="jr-soft")),
        rx.cond(
            case["used"] != "",
            rx.el.span(
                case["used"],
                rx.cond(case["over"], rx.el.strong(" · ", t("projects.case_over"), class_name="jr-road-over")),
            ),
        ),
        rx.cond(case["span"] != "", rx.el.span(case["span"], class_name="jr-soft")),
        href=case["href"].to(str),
        class_name="jr-road-case",
    )


def _permits() -> rx.Component:
    names = ("name", "number", "unit", "issued", "from", "uses")
    return section_card(
        t("projects.permits_title"),
        rx.cond(
            Seen.permits.length() > 0,
            data_table(
                [t(f"projects.permit_{name}") for name in names], Seen.permits, _permit, t("projects.permits_title")
            ),
            rx.el.p(
                rx.el.span(t("projects.permits_none"), class_name="jr-strong"),
                " ",
                t("projects.permits_none_why"),
                class_name="jr-soft",
            ),
        ),
        id="permits",
    )


def _permit(permit: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.div(permit["name"], class_name="jr-strong"), chip(permit["status"], permit["tone"])),
        rx.el.td(permit["number"]),
        rx.el.td(permit["unit"]),
        rx.el.td(permit["issued"], class_name="jr-date"),
        rx.el.td(
            rx.cond(
                permit["href"] != "",
                rx.el.a(permit["case_number"], href=permit["href"].to(str), class_name="jr-link"),
                "—",
            )
        ),
        rx.el.td(rx.foreach(permit["uses"].to(list[str]), lambda use: rx.el.div(use))),
        custom_attrs={"data-testid": "permit-row"},
    )


ROAD = Page("/projects/[id]", "projects.road_title", content, on_load=(RoadState.load,))
