"""Reads the files of one catalogue version and remembers on which line everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from jointreview.catalog.schema import Catalog
from jointreview.catalog.yaml_fast import Declined, quickly
from jointreview.domain.problems import Problem

MAPS = ("catalog.yaml", "departments.yaml")
"""Files whose keys stand at the top of the catalogue; the others are the value of the key of their name."""
LISTS = ("stages.yaml", "numbering.yaml", "rules.yaml", "supervision.yaml", "progress.yaml", "phrases.yaml")
OPTIONAL = ("layers.yaml", "retention.yaml")
"""The same, for what a region may go without."""
FOLDERS = ("items", "materials", "checklists")
"""Lists that stand in several files, each a list: the value of the key is all of them in the order of their names."""
Loc = Sequence[str | int]


@dataclass
class Source:
    """One file with its values, and its lines once somebody asks for one."""

    path: Path
    text: str
    data: Any

    @cached_property
    def marked(self) -> Any:
        """The values as the careful reader gives them, which remember where they stand."""
        return YAML().load(self.text)

    def line(self, loc: Loc) -> int:
        """The line of the deepest part of `loc` that exists, from 1."""
        node, line = self.marked, 1
        for step in loc:
            position = getattr(node, "lc", None)
            try:
                line = (position.key(step) if isinstance(node, dict) else position.item(step))[0] + 1  # type: ignore[union-attr]
                node = node[step]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
        return line


@dataclass
class Reading:
    """What was read: raw values by top key, the file and the part of it each came from, and what went wrong.

    `split` names for each entry of a list in several files its file and its place there.
    """

    folder: Path
    raw: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, tuple[Source, tuple[str, ...]]] = field(default_factory=dict)
    sections: list[Source] = field(default_factory=list)
    split: dict[str, list[tuple[Source, int]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, loc: Loc) -> str:
        """Where `loc` of the catalogue stands, as `file:line` below the catalogue's folder."""
        if loc and loc[0] == "sections" and len(loc) > 1 and isinstance(loc[1], int):
            return self._at(self.sections[loc[1]], loc[2:])
        if len(loc) > 1 and loc[0] in self.split and isinstance(loc[1], int):
            source, place = self.split[str(loc[0])][loc[1]]
            return self._at(source, [place, *loc[2:]])
        if loc and loc[0] in self.origin:
            source, prefix = self.origin[str(loc[0])]
            return self._at(source, [*prefix, *loc[1:]])
        return MAPS[0]

    def _at(self, source: Source, loc: Loc) -> str:
        return f"{source.path.relative_to(self.folder.parent)}:{source.line(loc)}"

    def problem(self, loc: Loc, key: str, /, **params: object) -> Problem:
        """A problem at a part of the catalogue."""
        return Problem(key, params, self.place(loc))


def read_folder(folder: Path) -> Reading:
    """Read all files of a version; what cannot be read is named in `problems`."""
    reading = Reading(folder)
    for name in MAPS:
        source = _read(reading, folder / name)
        if source is not None and isinstance(source.data, dict):
            for key in source.data:
                reading.raw[key] = source.data[key]
                reading.origin[key] = (source, (key,))
    for name in (*LISTS, *(n for n in OPTIONAL if (folder / n).is_file())):
        source = _read(reading, folder / name)
        if source is not None:
            key = Path(name).stem
            reading.raw[key] = source.data
            reading.origin[key] = (source, ())
    for key in FOLDERS:
        _read_list(reading, key, sorted((folder / key).glob("*.yaml")))
    for path in sorted((folder / "form").glob("S*.yaml")):
        source = _read(reading, path)
        if source is not None:
            reading.sections.append(source)
    reading.raw["sections"] = [s.data for s in reading.sections]
    return reading


def _read_list(reading: Reading, key: str, paths: Sequence[Path]) -> None:
    entries, places = [], []
    for path in paths:
        source = _read(reading, path)
        if source is None:
            continue
        if not isinstance(source.data, list):
            where = str(path.relative_to(reading.folder.parent))
            reading.problems.append(Problem("catalog.no_list", {}, f"{where}:1"))
            continue
        entries += source.data
        places += [(source, n) for n in range(len(source.data))]
    if not paths:
        where = str((reading.folder / key).relative_to(reading.folder.parent))
        reading.problems.append(Problem("catalog.file_missing", {}, where))
    reading.raw[key] = entries
    reading.split[key] = places


def validate(reading: Reading) -> Catalog | None:
    """The catalogue, or None after adding every fault to `reading.problems`."""
    if reading.problems:
        return None
    try:
        return Catalog.model_validate(reading.raw)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            reading.problems.append(_problem(reading, fault["type"], fault["loc"], fault["msg"]))
        return None


def _problem(reading: Reading, kind: str, loc: Loc, message: str) -> Problem:
    name = str(loc[-1]) if loc else ""
    if kind == "missing":
        return reading.problem(loc[:-1], "catalog.missing_key", name=name)
    if kind == "extra_forbidden":
        return reading.problem(loc, "catalog.unknown_key", name=name)
    path = ".".join(str(step) for step in loc)
    return reading.problem(loc, "catalog.bad_value", path=path, fault=message)


def _read(reading: Reading, path: Path) -> Source | None:
    where = str(path.relative_to(reading.folder.parent))
    try:
        text = path.read_text(encoding="utf-8")
        data = values_of(text)
    except FileNotFoundError:
        reading.problems.append(Problem("catalog.file_missing", {}, where))
    except UnicodeDecodeError:
        reading.problems.append(Problem("catalog.not_utf8", {}, where))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        reading.problems.append(Problem("catalog.not_yaml", {"fault": str(error.problem)}, f"{where}:{line}"))
    except YAMLError as error:
        reading.problems.append(Problem("catalog.not_yaml", {"fault": str(error)}, where))
    else:
        return Source(path, text, data)
    return None


def values_of(text: str) -> Any:
    """The values of a YAML text (version 1.2). Raises YAMLError with the place of a fault."""
    try:
        return plain(quickly(text))
    except Declined:
        return plain(YAML().load(text))


def plain(node: Any) -> Any:
    """Round-trip values as plain Python values."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, bool | date) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
