"""The frame around every page: top bar, ways by role, connection banner, skip link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from jointreview.models.identity import ROLES
from jointreview.text import LANGUAGES, tr
from jointreview.ui.components.connection import connection_banner
from jointreview.ui.leaving import leave_for, sign_out
from jointreview.ui.me import Me
from jointreview.ui.nav import Way, phone_bar, ways_for
from jointreview.ui.text import Lang, switch_text_size, t, t_by


@dataclass(frozen=True)
class Page:
    """A page: its route, the text key of its title, what it shows and what runs when it is opened."""

    route: str
    title: str
    content: Callable[[], rx.Component]
    on_load: Sequence[Any] = ()


def add_pages(app: rx.App, *pages: Page) -> None:
    """Register pages in the frame."""
    for page in pages:
        app.add_page(
            _framed(page),
            route=page.route,
            title=_title(page.title),
            on_load=list(page.on_load) or None,
        )


def _title(key: str) -> rx.Var:
    names = {lang: f"{tr(lang, key)} · {tr(lang, 'ui.product')}" for lang in LANGUAGES}
    return rx.cond(Lang.lang == "en", names["en"], names["zh"])


def _framed(page: Page) -> Callable[[], rx.Component]:
    def framed() -> rx.Component:
        return rx.el.div(
            rx.el.a(t("ui.skip"), href="#content", class_name="jr-skip"),
            _top_bar(),
            connection_banner(),
            rx.el.div(
                _by_role(page.route, _rail),
                rx.el.main(page.content(), id="content", tab_index=-1, class_name="jr-main"),
                class_name="jr-body",
            ),
            _by_role(page.route, _bottom_bar),
            class_name="jr-frame",
        )

    framed.__name__ = page.route.strip("/").replace("/", "_").replace("[", "").replace("]", "") or "index"
    return framed


def _top_bar() -> rx.Component:
    return rx.el.header(
        rx.el.a(
            rx.el.img(src="/icon.svg", alt="", width="28", height="28"),
            rx.el.span(t("ui.product"), class_name="jr-brand-name"),
            href="/",
            class_name="jr-brand",
        ),
        rx.el.form(
            rx.icon("search", size=16, aria_hidden="true"),
            rx.el.input(
                name="q",
                type="search",
                placeholder=t("ui.search_hint"),
                aria_label=t("ui.search"),
                class_name="jr-search-input",
            ),
            action="/search",
            role="search",
            class_name="jr-search",
        ),
        rx.el.div(_text_size(), _language(), _colours(), _person(), class_name="jr-bar-end"),
        class_name="jr-bar",
    )


def _language() -> rx.Component:
    """The other language; assets/frame.js acts on the mark, even before the page is connected."""

    def to(code: str, name: str, tag: str) -> rx.Component:
        return rx.el.button(
            name, lang=tag, type="button", class_name="jr-plain-button", custom_attrs={"data-language": code}
        )

    return rx.cond(Lang.lang == "en", to("zh", "中文", "zh-CN"), to("en", "English", "en"))


def _text_size() -> rx.Component:
    return rx.el.button(
        rx.icon("a-large-small", size=18, aria_hidden="true"),
        _other_text_size(),
        on_click=switch_text_size(),
        id="text-size",
        class_name="jr-plain-button jr-text-size",
    )


def _other_text_size() -> rx.Component:
    """What the switch leads to; the document's own mark decides which of the two is shown."""
    return rx.fragment(
        rx.el.span(t("ui.text_large"), class_name="jr-if-normal"),
        rx.el.span(t("ui.text_normal"), class_name="jr-if-large"),
    )


def _colours() -> rx.Component:
    return rx.el.button(
        rx.color_mode_cond(light=rx.icon("moon", size=18), dark=rx.icon("sun", size=18)),
        on_click=rx.toggle_color_mode,
        aria_label=t("ui.colour_mode"),
        title=t("ui.colour_mode"),
        class_name="jr-plain-button jr-icon-button",
    )


def role_name(role: Any) -> rx.Var:
    """The name of a role in the reader's language."""
    return t_by(role, {known: f"account.role_{known}" for known in ROLES})


def _person() -> rx.Component:
    post = rx.cond(Me.post_title != "", Me.post_title, role_name(Me.role))
    return rx.menu.root(
        rx.menu.trigger(
            rx.el.button(
                rx.icon("circle-user-round", size=22, aria_hidden="true"),
                rx.el.span(
                    rx.el.span(Me.name, class_name="jr-person-name"),
                    rx.el.span(post, class_name="jr-person-post"),
                    class_name="jr-person-text",
                ),
                rx.cond(Me.acting_for != "", _acting_for()),
                aria_label=t("ui.person_menu"),
                class_name="jr-plain-button jr-person",
            )
        ),
        rx.menu.content(
            rx.el.div(Me.name, " · ", post, class_name="jr-menu-label"),
            rx.menu.item(t("nav.account"), on_select=rx.redirect("/account")),
            rx.cond(
                Me.role != "applicant",
                rx.menu.item(t("account.post_switch"), on_select=leave_for("/post")),
            ),
            rx.menu.item(_other_text_size(), on_select=switch_text_size()),
            rx.menu.separator(),
            rx.menu.item(t("account.sign_out"), on_select=sign_out(), color="red"),
            align="end",
        ),
    )


def _acting_for() -> rx.Component:
    """Whose post it is; it stays on a phone, where the name does not."""
    return rx.el.span(
        t("people.acting_for", name=Me.acting_for),
        id="acting-for",
        class_name="jr-chip",
        custom_attrs={"data-tone": "accent"},
    )


def _by_role(route: str, bar: Callable[[list[Way], str], rx.Component]) -> rx.Component:
    return rx.match(Me.role, *[(role, bar(ways_for(role), route)) for role in ROLES], rx.fragment())


def _rail(ways: list[Way], here: str) -> rx.Component:
    return rx.el.nav(*[_way(way, here) for way in ways], aria_label=t("nav.label"), class_name="jr-rail")


def _bottom_bar(ways: list[Way], here: str) -> rx.Component:
    shown, more = phone_bar(ways)
    return rx.el.nav(
        *[_way(way, here) for way in shown],
        *([_more(more)] if more else []),
        aria_label=t("nav.label"),
        class_name="jr-bottom",
    )


def _more(ways: list[Way]) -> rx.Component:
    """The entries for which the bar of a phone has no place."""
    return rx.menu.root(
        rx.menu.trigger(
            rx.el.button(
                rx.icon("ellipsis", size=20, aria_hidden="true"),
                rx.el.span(t("nav.more")),
                class_name="jr-way",
                id="nav-more",
            )
        ),
        rx.menu.content(
            *[rx.menu.item(t(way.text), on_select=rx.redirect(way.route)) for way in ways],
            align="end",
        ),
    )


def _way(way: Way, here: str) -> rx.Component:
    is_here = way.route == here or (way.route != "/" and here.startswith(way.route + "/"))
    return rx.el.a(
        rx.icon(way.icon, size=20, aria_hidden="true"),
        rx.el.span(t(way.text)),
        href=way.route,
        class_name="jr-way jr-way-here" if is_here else "jr-way",
        custom_attrs={"aria-current": "page"} if is_here else {},
    )
