"""The policy of retention applied: once a day beside the pages, or from the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import func, select

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema_retention import RetentionRule
from jointreview.commands.erasing import due, erase, record_files
from jointreview.domain.retention import LEAST_DAYS, erased_before
from jointreview.models.base import reading
from jointreview.models.identity import Audit
from jointreview.settings import SHANGHAI, settings

FIRST_HOUR = 3
"""By Shanghai's clock: people sleep."""
STOOD_STILL = timedelta(days=60)
_CACHES = ("previews/??/*/*", "pdf/*", "archives/*")
_log = logging.getLogger(__name__)
_done_on: dict[str, date] = {}


@dataclass(frozen=True)
class Applied:
    """A rule and how many it erased, or would erase."""

    rule: RetentionRule
    count: int


def keep_policy(now: datetime) -> None:
    """Once a day, in the night or as soon as a server that was down is back."""
    local = now.astimezone(SHANGHAI)
    if local.hour >= FIRST_HOUR and _done_on.get(settings().database) != local.date():
        _done_on[settings().database] = local.date()
        if _stood_still(now):
            _log.error("nothing is erased: the record ends long before now, the clock may be wrong; erase by hand")
            return
        for rule in _rules(now):
            try:
                _apply(rule, now, dry=False)
            except Exception:
                _log.exception("what the policy says of %s was not erased and is tried again tomorrow", rule.kind)


def _stood_still(now: datetime) -> bool:
    """Whether the record's last act lies so far back that rather the clock is wrong: what is erased is gone."""
    with reading() as session:
        last = session.exec(select(func.max(Audit.at))).one()
    return last is not None and now - last > STOOD_STILL


def apply_policy(now: datetime, dry: bool = False) -> list[Applied]:
    """Erase what every rule of the catalogue in force says; `dry` only counts."""
    return [Applied(rule, _apply(rule, now, dry)) for rule in _rules(now)]


def _rules(now: datetime) -> list[RetentionRule]:
    """Those in force, in the order that erases what others leave without use last."""
    rules = load_catalog(settings().catalogue, now.astimezone(SHANGHAI).date()).retention
    return sorted(rules, key=lambda rule: list(LEAST_DAYS).index(rule.kind))


def _apply(rule: RetentionRule, now: datetime, dry: bool) -> int:
    before = erased_before(now, rule.days)
    if rule.kind != "pages":
        return due(rule.kind, before) if dry else erase(rule.kind, before, now)
    files = list(_old_files(before))
    if files and not dry:
        for file in files:
            file.unlink(missing_ok=True)
        record_files(rule.kind, len(files), before, now)
    return len(files)


def _old_files(before: datetime) -> Iterator[Path]:
    """Files of the caches that nobody made or looked at since; each can be made again."""
    for pattern in _CACHES:
        for file in settings().data_dir.glob(pattern):
            with suppress(OSError):
                seen = file.stat()
                if file.is_file() and max(seen.st_mtime, seen.st_atime) < before.timestamp():
                    yield file
