"""Charts whose bars open what they count; each stands beside a table with the same numbers."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.ui.pages.targets.state import TargetsState
from jointreview.ui.text import Lang, t

Seen: Any = TargetsState

_INK = "var(--jr-soft)"
_GOOD, _BAD, _PALE = "var(--jr-accent)", "var(--jr-bad)", "color-mix(in srgb, var(--jr-soft) 35%, transparent)"
_ROW, _TALL_ROW = 34, 50
_TICK = {"fontSize": 12, "fill": _INK}
_NAME = {"fontSize": 11, "fill": _INK}


def _figure_of(item: rx.Var) -> tuple[Any]:
    """What a clicked bar hands over: the name of its figure."""
    bar: Any = item.to(dict[str, dict[str, str]])
    return (bar["payload"]["show"],)


class Bar(rx.recharts.Bar):
    """A bar that tells which figure it shows when it is clicked; charts know their children by this class name."""

    on_click: rx.EventHandler[_figure_of]


def _bar(key: str, name: Any, colour: str, stack: str = "") -> rx.Component:
    more: dict[str, Any] = {"stack_id": stack} if stack else {"min_point_size": 3}
    return Bar.create(
        data_key=key,
        name=name,
        fill=colour,
        max_bar_size=34,
        is_animation_active=False,
        on_click=lambda show: Seen.open_figure(show),
        custom_attrs={"cursor": "pointer"},
        **more,
    )


def _tip() -> rx.Component:
    """The value under the pointer, in the page's colours."""
    return rx.recharts.graphing_tooltip(
        cursor={"fill": "var(--jr-accent-soft)"},
        content_style={"background": "var(--jr-card)", "borderColor": "var(--jr-line)", "color": "var(--jr-ink)"},
        item_style={"color": "var(--jr-ink)"},
        is_animation_active=False,
    )


def _legend() -> rx.Component:
    """What the two colours of a chart mean."""
    return rx.recharts.legend(vertical_align="top", align="right", height=30, icon_type="square", icon_size=11)


def _target(**where: Any) -> rx.Component:
    return rx.recharts.reference_line(stroke="var(--jr-warn)", stroke_width=2, stroke_dasharray="6 4", **where)


def _upright(bars: Any, *parts: rx.Component, unit: str = "", **more: Any) -> rx.Component:
    """Upright bars over names."""
    return rx.recharts.bar_chart(
        rx.recharts.cartesian_grid(vertical=False, stroke="var(--jr-line)"),
        rx.recharts.x_axis(data_key="name", tick=_TICK, tick_line=False, stroke=_INK),
        rx.recharts.y_axis(
            tick=_TICK, tick_line=False, axis_line=False, allow_decimals=False, width=44, unit=unit, **more
        ),
        _tip(),
        *parts,
        data=bars,
        height=240,
        margin={"top": 12, "right": 12, "bottom": 4, "left": 0},
        custom_attrs={"accessibilityLayer": False},
    )


def _lying(bars: Any, *parts: rx.Component, unit: str = "", row: Any = _ROW, **more: Any) -> rx.Component:
    """Lying bars beside long names, which are longer in English; the height grows with their number."""
    long = Lang.lang == "en"
    return rx.recharts.bar_chart(
        rx.recharts.cartesian_grid(horizontal=False, stroke="var(--jr-line)"),
        rx.recharts.x_axis(type_="number", tick=_TICK, tick_line=False, stroke=_INK, unit=unit, **more),
        rx.recharts.y_axis(
            data_key="name",
            type_="category",
            tick=_NAME,
            tick_line=False,
            axis_line=False,
            width=rx.cond(long, 200, 164),
            interval=0,
        ),
        _tip(),
        *parts,
        data=bars,
        layout="vertical",
        height=bars.length().to(int) * row + 60,
        margin={"top": 4, "right": 16, "bottom": 4, "left": 0},
        custom_attrs={"accessibilityLayer": False},
    )


def days_chart() -> rx.Component:
    """Concluded cases by days used, within the promise and beyond it, against the target."""
    return _upright(
        Seen.bars["days"],
        _bar("value", t("targets.chart_within"), _GOOD, "cases"),
        _bar("over", t("targets.chart_over"), _BAD, "cases"),
        _target(x=Seen.promised.to_string()),
        _legend(),
    )


def rate_chart(key: str) -> rx.Component:
    """A share by month against the target."""
    return _upright(
        Seen.bars[key],
        _bar("value", t("targets.head_share"), _GOOD),
        _target(y=Seen.on_time.to(int)),
        unit="%",
        domain=[0, 100],
    )


def stages_chart() -> rx.Component:
    """Average days by stage beside the promised ones."""
    return _lying(
        Seen.bars["stages"],
        _bar("value", t("targets.legend_average"), _GOOD),
        _bar("over", t("targets.legend_promised"), _PALE),
        _legend(),
        row=_TALL_ROW,
    )


def units_chart() -> rx.Component:
    """Share of rounds in time by department."""
    return _lying(
        Seen.bars["units"],
        _bar("value", t("targets.head_share"), _GOOD),
        _target(x=Seen.on_time.to(int)),
        row=rx.cond(Lang.lang == "en", _TALL_ROW, _ROW),
        unit="%",
        domain=[0, 100],
    )


def time_chart() -> rx.Component:
    """Working days by who had them."""
    return _lying(Seen.bars["time"], _bar("value", t("targets.head_workdays"), _GOOD), allow_decimals=False)
