"""The four figures that the reform is measured by: 10, 10, 45 and 99.9 per cent (requirements §1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.catalog.schema import ACCEPTANCE_STAGE
from jointreview.domain.progress import STAGES, spread
from jointreview.queries.progress import Progress
from jointreview.queries.progress.words import number_words, percent_words
from jointreview.text import tr

KEYS = ("review", "acceptance", "project", "on_time")
_STAGE_OF = {"review": STAGES[0], "acceptance": ACCEPTANCE_STAGE}


@dataclass(frozen=True)
class Headline:
    """A figure against its target: `met` is None without anything to count; `counted` opens `show`.

    `value` in working days, or a share; `more` are further remarks with the figures they open.
    """

    key: str
    title: str
    value: float | None
    text: str
    unit: str
    target: str
    met: bool | None
    counted: str
    show: str
    more: tuple[tuple[str, str], ...]
    formula: str


def headlines(found: Progress, lang: str) -> list[Headline]:
    """The four figures within the filters."""
    by_stage = (_of_stage(found, lang, key) for key in _STAGE_OF)
    return [*by_stage, _project(found, lang), _on_time(found, lang)]


def _of_stage(found: Progress, lang: str, key: str) -> Headline:
    number = _STAGE_OF[key]
    days = spread(c.used for c in found.figures.cases if c.concluded and c.stage == number)
    promised = found.catalog.stage(number).promised_days
    show = f"stage_concluded:{number}"
    more: tuple[tuple[str, str], ...] = ()
    if days.median is not None:
        more = tuple(
            (tr(lang, f"targets.{name}", n=number_words(value)), "")
            for name, value in (("median", days.median), ("p90", days.p90))
        )
    return Headline(
        key,
        tr(lang, f"targets.headline_{key}"),
        days.average,
        number_words(days.average),
        tr(lang, "targets.days_unit"),
        tr(lang, "targets.at_most", n=promised),
        None if days.average is None else days.average <= promised,
        tr(lang, "targets.of_cases", n=days.count),
        show if days.count else "",
        more,
        tr(lang, "targets.formula_stage_days"),
    )


def _project(found: Progress, lang: str) -> Headline:
    days, target = found.figures.project_days, found.catalog.progress.project_days
    standing = [p.standing for p in found.figures.projects]
    more: list[tuple[str, str]] = []
    if found.figures.project_span.average is not None:
        more.append((tr(lang, "targets.span", n=number_words(found.figures.project_span.average)), ""))
    for name, text in (("running", "still_running"), ("part", "only_part")):
        if count := standing.count(name):
            more.append((tr(lang, f"targets.{text}", n=count), f"projects_{name}"))
    return Headline(
        "project",
        tr(lang, "targets.headline_project"),
        days.average,
        number_words(days.average),
        tr(lang, "targets.days_unit"),
        tr(lang, "targets.at_most", n=target),
        None if days.average is None else days.average <= target,
        tr(lang, "targets.of_projects", n=days.count),
        "projects_whole" if days.count else "",
        tuple(more),
        tr(lang, "targets.formula_project"),
    )


def _on_time(found: Progress, lang: str) -> Headline:
    rate, target = found.figures.in_time, found.catalog.progress.on_time_share
    over = found.figures.running_over
    return Headline(
        "on_time",
        tr(lang, "targets.headline_on_time"),
        rate.share,
        percent_words(rate.share),
        "",
        tr(lang, "targets.at_least", n=percent_words(target)),
        None if rate.share is None else rate.share >= target,
        tr(lang, "targets.of_rated", good=rate.good, of=rate.of),
        "rated" if rate.of else "",
        ((tr(lang, "targets.running_over", n=over), "running_over"),) if over else (),
        tr(lang, "targets.formula_on_time"),
    )
