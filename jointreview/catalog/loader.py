"""Finds the catalogue version that is in effect on a day and loads it once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jointreview.catalog.check import cross_check
from jointreview.catalog.reading import read_folder, validate, values_of
from jointreview.catalog.schema import Catalog
from jointreview.domain.problems import Problem, Refused, refuse

ROOT = Path(__file__).parent
SAMPLE_NOTICE_DAYS = 7
"""How soon after filing the example asks for the visit, in natural days."""


def load_catalog(name: str = "qidong", on: date | None = None, stage: int | None = None) -> Catalog:
    """The catalogue `name` as in effect on the day `on` (None: the newest version, whole).

    With `stage` as the cases of that stage see it: its sections, items, materials and days. Raises Refused with
    every fault and `where` as `file:line`; kind `missing` when no version is in effect.
    """
    return _staged(ROOT, name, on, stage) if stage else _loaded(ROOT, name, on)


def load_folder(folder: Path) -> Catalog:
    """One version from its folder, whole; raises Refused with every fault."""
    reading = read_folder(folder)
    catalog = validate(reading)
    if catalog is not None:
        reading.problems += cross_check(catalog, reading)
    if catalog is None or reading.problems:
        raise Refused(*reading.problems)
    return catalog


def versions(root: Path, name: str) -> list[Path]:
    """The folders of all versions of a catalogue: `<name>` and `<name>@<version>`."""
    return [folder for folder in [root / name, *sorted(root.glob(f"{name}@*"))] if folder.is_dir()]


def every_version(name: str) -> list[Catalog]:
    """Every version of a catalogue, whole, whenever it is in effect."""
    return [_version(folder) for folder in versions(ROOT, name)]


def version_overlaps(root: Path, name: str) -> list[Problem]:
    """Versions in effect on the same day; versions that cannot be read are left to `load_folder`."""
    readable = []
    for folder in versions(root, name):
        try:
            readable.append((folder, load_folder(folder)))
        except Refused:
            continue
    return [
        Problem(
            "catalog.versions_overlap",
            {"version": catalog.version, "other": other.version},
            f"{folder.name}/catalog.yaml:1",
        )
        for n, (folder, catalog) in enumerate(readable)
        for _, other in readable[:n]
        if catalog.overlaps(other)
    ]


@lru_cache(maxsize=256)
def _loaded(root: Path, name: str, on: date | None) -> Catalog:
    found = [_version(folder) for folder in versions(root, name)]
    if on is not None:
        found = [catalog for catalog in found if catalog.in_effect(on)]
    if not found:
        raise refuse("catalog.none_in_effect", kind="missing", name=name, on=on.isoformat() if on else "")
    newest = max(found, key=lambda catalog: catalog.effective_from or date.min)
    return newest.on(on) if on else newest


@lru_cache(maxsize=256)
def _staged(root: Path, name: str, on: date | None, stage: int) -> Catalog:
    return _loaded(root, name, on).for_stage(stage)


@lru_cache(maxsize=16)
def _version(folder: Path) -> Catalog:
    return load_folder(folder)


def sample_values(name: str, today: date | None = None) -> dict[str, dict[str, Any]]:
    """A complete, valid example form: `factory` or `school`; all people and numbers in it are made up.

    With `today` the half-days for the visit lie in the days after it, as they must when a case is filed. Raises
    Refused (missing) for an unknown name.
    """
    path = ROOT / "qidong" / "samples" / f"{name}.yaml"
    if not path.is_file():
        raise refuse("catalog.no_such_code", kind="missing", code=name)
    values: dict[str, dict[str, Any]] = values_of(path.read_text(encoding="utf-8"))
    if today is not None:
        days = (today + timedelta(days=n) for n in range(SAMPLE_NOTICE_DAYS, SAMPLE_NOTICE_DAYS + 14))
        weekdays = [day.isoformat() for day in days if day.weekday() < 5]
        for slot, day in zip(values["S11"]["candidate_slots"], weekdays, strict=False):
            slot["date"] = day
    return values
