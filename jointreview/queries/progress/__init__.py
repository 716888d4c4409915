"""Progress to the targets: the figures one person may see, within the filters, with the cases behind each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.commands.executor import SHANGHAI
from jointreview.domain.problems import refuse
from jointreview.domain.progress import CaseTime
from jointreview.models.actor import Actor
from jointreview.models.base import reading
from jointreview.queries.progress.behind import shown_cases
from jointreview.queries.progress.figures import Figures, figures
from jointreview.queries.progress.filters import ProgressFilters
from jointreview.queries.progress.forecast import Outlook, outlooks
from jointreview.queries.progress.load import Loaded, load_times
from jointreview.settings import settings

READERS = ("coordinator", "leader", "supervisor")
OWN_UNIT = ("leader",)


@dataclass(frozen=True)
class Progress:
    """What the page and the export show; `shown` are the cases behind the chosen figure."""

    filters: ProgressFilters
    catalog: Catalog
    all: Loaded
    figures: Figures
    outlooks: list[Outlook]
    shown: list[CaseTime]


def progress(actor: Actor, filters: ProgressFilters, lang: str, now: datetime) -> Progress:
    """The figures for one reader; a department's head sees its own unit alone. Refused for other roles."""
    if actor.role not in READERS:
        raise refuse("progress.not_for_you", kind="forbidden")
    today = now.astimezone(SHANGHAI).date()
    catalog = load_catalog(settings().catalogue, today)
    own = actor.role in OWN_UNIT
    with reading() as session:
        everything = load_times(session, actor, today)
    if own:
        filters = filters.but(unit=actor.unit)
        everything = _of_unit(everything, actor.unit)
    found = figures(everything, filters, catalog)
    ahead = outlooks(everything, {c.case_id for c in found.cases if c.ended is None}, catalog, lang)
    if filters.unit:
        ahead = [o for o in ahead if o.unit in ("", filters.unit)]
    shown = shown_cases(everything, found, filters, {o.case_id for o in ahead})
    return Progress(filters, catalog, everything, found, ahead, shown)


def _of_unit(all_: Loaded, unit: str) -> Loaded:
    """Only what concerns one unit: its own rounds, visits and cards, not those of others in its cases."""
    return replace(
        all_,
        rounds=[r for r in all_.rounds if r.unit == unit],
        signed=[s for s in all_.signed if s[0] == unit],
        visits=[v for v in all_.visits if v[0] == unit],
        cards=[c for c in all_.cards if c[0] == unit],
    )
