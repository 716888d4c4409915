"""Numbers, figures and filters of progress in words."""

from __future__ import annotations

from jointreview.catalog.schema import Catalog
from jointreview.domain.progress import Rate
from jointreview.queries.board import town_names
from jointreview.queries.progress.behind import CASES, NAMES
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.load import Loaded
from jointreview.text import tr

_PLAIN_KINDS = ("departments", "window", "applicant")


def number_words(value: float | None) -> str:
    """A number of days with one place after the point where it has any; a dash for none."""
    if value is None:
        return "—"
    return f"{value:.1f}".removesuffix(".0")


def percent_words(share: float | None) -> str:
    """A share as per cent, never rounded up to a target that is missed: 99.89 stays 99.8; a dash for none."""
    if share is None:
        return "—"
    return f"{int(share * 1000 + 1e-9) / 10:.1f}%"


def rate_words(lang: str, rate: Rate) -> str:
    """A rate with what it counts, `98.3% (59/60)`."""
    if rate.share is None:
        return "—"
    return tr(lang, "targets.share_of", share=percent_words(rate.share), good=rate.good, of=rate.of)


def kind_words(lang: str, kind: str) -> str:
    """Who had the time: the departments, the window, the applicant, or a kind of pause."""
    if kind in _PLAIN_KINDS:
        return tr(lang, f"targets.kind_{kind}")
    return tr(lang, "targets.kind_pause", name=tr(lang, f"clock.pause_{kind}"))


def figure_words(lang: str, show: str, all_: Loaded, catalog: Catalog) -> str:
    """What a figure named in the address counts."""
    name, _, value = show.partition(":")
    if name and name not in NAMES:
        return tr(lang, "targets.show_unknown")
    return tr(lang, f"targets.show_{name}", value=_value_words(lang, name, value, all_, catalog))


def _value_words(lang: str, name: str, value: str, all_: Loaded, catalog: Catalog) -> str:
    if name.startswith("unit"):
        return next((u.name.in_(lang) for u in catalog.units if u.code == value), value)
    if name.startswith("stage") and name in CASES:
        return next((s.name.in_(lang) for s in catalog.stages if str(s.number) == value), value)
    if name == "time":
        known = {*_PLAIN_KINDS, *(kind.value for c in all_.cases for kind in c.paused)}
        return kind_words(lang, value) if value in known else value
    if name == "project":
        case_id = next((c.case_id for c in all_.cases if str(c.project_id) == value), 0)
        return all_.names[case_id][1] if case_id else value
    return value


def filter_words(lang: str, filters: ProgressFilters, catalog: Catalog) -> str:
    """The filters in force, as one line."""
    parts = []
    if filters.stage:
        parts.append((tr(lang, "targets.stage"), catalog.stage(filters.stage).name.in_(lang)))
    if filters.unit:
        unit = next((u.name.in_(lang) for u in catalog.units if u.code == filters.unit), filters.unit)
        parts.append((tr(lang, "targets.unit"), unit))
    if filters.track:
        parts.append((tr(lang, "targets.track"), tr(lang, f"targets.track_{filters.track}")))
    if filters.town:
        parts.append((tr(lang, "targets.town"), town_names(catalog, lang).get(filters.town, filters.town)))
    if filters.since:
        parts.append((tr(lang, "targets.since"), filters.since))
    if filters.until:
        parts.append((tr(lang, "targets.until"), filters.until))
    if not parts:
        return tr(lang, "targets.no_filters")
    return "；".join(f"{n}：{v}" for n, v in parts) if lang == "zh" else "; ".join(f"{n}: {v}" for n, v in parts)
