"""The page of a case from top to bottom: header, map beside panels, the dialog of the open act."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.components.blank import empty_page
from jointreview.ui.components.case_map import case_map
from jointreview.ui.components.downloads import download_link
from jointreview.ui.components.faults import error_panel
from jointreview.ui.components.layout import section_card
from jointreview.ui.components.plans import plans
from jointreview.ui.pages.case.cards import card_strip
from jointreview.ui.pages.case.dialog import action_dialog, photo_viewer
from jointreview.ui.pages.case.documents import documents
from jointreview.ui.pages.case.findings import findings
from jointreview.ui.pages.case.form import form
from jointreview.ui.pages.case.header import header
from jointreview.ui.pages.case.history import history
from jointreview.ui.pages.case.materials import materials
from jointreview.ui.pages.case.offering_state import OfferState
from jointreview.ui.pages.case.overview import overview
from jointreview.ui.pages.case.review import review
from jointreview.ui.pages.case.said import said
from jointreview.ui.pages.case.state import PANELS, Seen
from jointreview.ui.pages.case.survey import survey
from jointreview.ui.pages.case.time import time
from jointreview.ui.shell import Page
from jointreview.ui.text import t


def content() -> rx.Component:
    """Skeleton while loading, a clear sentence for a case one may not see, else the workspace."""
    return rx.el.div(
        rx.match(
            Seen.status,
            ("ready", _workspace()),
            ("missing", _missing()),
            _skeleton(),
        ),
        class_name="jr-case",
    )


def _workspace() -> rx.Component:
    return rx.fragment(
        header(),
        error_panel(Seen.faults),
        card_strip(),
        _tabs(),
        rx.el.div(
            rx.el.div(
                rx.match(
                    Seen.panel,
                    ("review", review()),
                    ("form", form()),
                    ("plans", _plans()),
                    ("materials", materials()),
                    ("survey", survey()),
                    ("findings", findings()),
                    ("documents", documents()),
                    ("time", time()),
                    ("history", history()),
                    overview(),
                ),
                class_name="jr-case-panel",
                id="panel",
                role="tabpanel",
                aria_labelledby="tab-" + Seen.panel,
            ),
            rx.el.aside(
                case_map(url=Seen.map_url, labels=True, height="100%", tiles=Seen.tiles),
                _map_files(),
                class_name="jr-case-map jr-no-print",
                aria_label=t("case.panel_map"),
            ),
            class_name="jr-case-body",
            custom_attrs={"data-panel": Seen.panel},
        ),
        action_dialog(),
        photo_viewer(),
    )


def _plans() -> rx.Component:
    """Permitted against built; what is done there announces itself, so that the map beside it follows."""
    return section_card(
        t("asbuilt.title"),
        rx.el.p(t("asbuilt.lead"), class_name="jr-soft"),
        plans(Seen.head["id"], Seen.head["version"], Seen.refresh),
    )


def _map_files() -> rx.Component:
    """What the map can be taken away as."""
    return rx.el.p(
        rx.cond(
            Seen.sheet_url != "",
            rx.el.a(t("case.map_sheet"), href=Seen.sheet_url, target="_blank", class_name="jr-link", id="map-sheet"),
        ),
        rx.cond(
            Seen.parcel_url != "",
            rx.fragment(
                download_link("GeoPackage", href=Seen.parcel_url + ".gpkg", class_name="jr-link", id="parcel-gpkg"),
                download_link("Shapefile", href=Seen.parcel_url + ".zip", class_name="jr-link", id="parcel-shp"),
            ),
        ),
        class_name="jr-map-files",
    )


def _tabs() -> rx.Component:
    return rx.el.div(
        *[_tab(name) for name in PANELS],
        role="tablist",
        aria_label=t("case.panels"),
        class_name="jr-tabs jr-no-print",
    )


def _tab(name: str) -> rx.Component:
    here = Seen.panel == name
    count: Any = Seen.counts[name]
    tab = rx.el.button(
        said(f"case.panel_{name}"),
        rx.cond(count > 0, rx.el.span(count, class_name="jr-tab-count")),
        role="tab",
        type="button",
        id=f"tab-{name}",
        aria_controls="panel",
        on_click=Seen.show(name),
        class_name=rx.cond(here, "jr-tab jr-tab-here", "jr-tab"),
        custom_attrs={"aria-selected": rx.cond(here, "true", "false"), "data-tab": name},
    )
    return rx.cond(Seen.shown.contains(name), tab)


def _skeleton() -> rx.Component:
    return rx.el.div(
        *[rx.el.div(class_name=f"jr-bone jr-bone-{size}") for size in ("head", "tabs", "body")],
        rx.el.span(t("ui.loading"), class_name="jr-visually-hidden"),
        role="status",
    )


def _missing() -> rx.Component:
    return empty_page(
        t("case.missing"),
        t("case.missing_why"),
        rx.el.a(t("case.missing_back"), href="/", class_name="jr-button", id="missing-back"),
        icon="folder-x",
    )


PAGE = Page("/cases/[id]", "case.title", content, on_load=(Seen.load, OfferState.load))
