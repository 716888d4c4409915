"""What will be late if nothing changes: open rounds and cases against their usual duration, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jointreview.catalog.schema import Catalog
from jointreview.commands.standings import grouped
from jointreview.domain.progress import Expected, Usual, expected, usual
from jointreview.queries.progress.load import Loaded
from jointreview.queries.words import day_words
from jointreview.text import tr


@dataclass(frozen=True)
class Outlook:
    """An open round, or a whole case (`unit` empty), that will or may be late; dates are `2026-05-19 (周二)`.

    `sure` tells that already the usual duration ends after the due day, otherwise only a slow one does.
    """

    case_id: int
    unit: str
    what: str
    due: date
    expected: Expected
    usual: Usual
    sure: bool
    reason: str


def outlooks(all_: Loaded, cases: set[int], catalog: Catalog, lang: str) -> list[Outlook]:
    """What runs in these cases and will or may end after its due day, the surest and earliest first.

    Past durations are those of all rounds the reader may see that their unit closed; a clock that stands still has
    no due day and is not in the list.
    """
    rule = catalog.progress.forecast
    past = grouped(((r.unit, r.kind), r.used) for r in all_.rounds if r.finished)
    found = []
    last: dict[int, tuple[date, date]] = {}
    for round_ in all_.rounds:
        clock = all_.round_clocks.get(round_.round_id)
        if clock is None or clock.due is None or round_.case_id not in cases:
            continue
        usually = usual(past.get((round_.unit, round_.kind), []), round_.promised, rule.least, rule.slow_share)
        then = expected(clock.used, usually, all_.today, all_.calendar)
        before = last.get(round_.case_id, (date.min, date.min))
        last[round_.case_id] = (max(before[0], then.middle), max(before[1], then.high))
        unit = catalog.unit(round_.unit).name.in_(lang)
        what = tr(lang, f"progress.round_{round_.kind}")
        if then.high > clock.due:
            reason = _reason(lang, unit, what, usually, then, clock.due)
            found.append(
                Outlook(round_.case_id, round_.unit, what, clock.due, then, usually, then.middle > clock.due, reason)
            )
    of_stage = grouped((c.stage, c.used) for c in all_.cases if c.concluded)
    for case in all_.cases:
        clock = all_.clocks.get(case.case_id)
        if clock is None or clock.due is None or case.case_id not in cases:
            continue
        usually = usual(of_stage.get(case.stage, []), case.promised, rule.least, rule.slow_share)
        alone = expected(clock.used, usually, all_.today, all_.calendar)
        rounds = last.get(case.case_id, (date.min, date.min))
        then = Expected(max(alone.middle, rounds[0]), max(alone.high, rounds[1]))
        if then.high > clock.due:
            whole = tr(lang, "progress.whole_case")
            stage = catalog.stage(case.stage).name.in_(lang)
            reason = _reason(lang, stage, whole, usually, then, clock.due)
            found.append(Outlook(case.case_id, "", whole, clock.due, then, usually, then.middle > clock.due, reason))
    return sorted(found, key=lambda o: (not o.sure, o.due, o.case_id, o.unit))


def _reason(lang: str, who: str, what: str, usually: Usual, then: Expected, due: date) -> str:
    key = "progress.reason_promise" if usually.from_promise else "progress.reason_past"
    return tr(
        lang,
        key,
        who=who,
        what=what,
        n=usually.rests_on,
        middle=usually.middle,
        high=usually.high,
        day=day_words(lang, then.middle),
        slow=day_words(lang, then.high),
        due=day_words(lang, due),
    )
