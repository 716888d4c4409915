"""Questions that decide what a project needs: those still relevant, what follows from the answers, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

from jointreview.catalog.form_base import in_words, visible
from jointreview.catalog.form_clean import coerce
from jointreview.catalog.form_items import ItemChoice, items_for, whole_condition
from jointreview.catalog.schema import Catalog, HandlingUnit, Item, Material, Stage
from jointreview.catalog.schema_base import When, Words
from jointreview.catalog.schema_form import Field, Table
from jointreview.domain.conditions import evaluate, fields_of, judge
from jointreview.domain.problems import Problem, Refused

Given = Mapping[str, list[str]]
Fate = Literal["needed", "open", "not_needed"]
LONGEST = 400
"""Of an answer in an address at most so many characters are read."""


@dataclass(frozen=True)
class Question:
    """A question of the form that decides something.

    `path` is that of the field, or of a table's column when it asks which kinds of rows there are: then several
    options may be chosen. `value` is the answer as stored, None when there is none.
    """

    path: str
    label: Words
    field: Field
    several: bool
    value: Any
    problem: Problem | None = None


@dataclass(frozen=True)
class ItemFate:
    """An item, whether it is needed, and why - or what it depends on."""

    item: Item
    unit: HandlingUnit
    fate: Fate
    because: Words


@dataclass(frozen=True)
class MaterialFate:
    """A material and whether it is needed."""

    material: Material
    fate: Fate


@dataclass(frozen=True)
class Advice:
    """What the answers so far say: questions, items, materials and the time of the stage in working days."""

    stage: Stage
    questions: tuple[Question, ...]
    items: tuple[ItemFate, ...]
    materials: tuple[MaterialFate, ...]
    form: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[ItemFate, ...]:
        """The items that are certain."""
        return tuple(i for i in self.items if i.fate == "needed")

    @property
    def unsettled(self) -> tuple[ItemFate, ...]:
        """The items that depend on questions still open."""
        return tuple(i for i in self.items if i.fate == "open")

    @property
    def units(self) -> tuple[HandlingUnit, ...]:
        """The units that certainly take part, each once."""
        return tuple({i.unit.code: i.unit for i in self.needed}.values())


class _Answers:
    """The answers of an address, read by the catalogue of one stage."""

    def __init__(self, catalog: Catalog, given: Given) -> None:
        self.catalog = catalog
        self.conditions = [*_item_conditions(catalog), *_material_conditions(catalog)]
        asked = set().union(*(fields_of(c) for c in self.conditions))
        self.paths = [path for path, _, _ in _entries(catalog) if path in self._with_visibility(asked)]
        self.values: dict[str, Any] = {}
        self.problems: dict[str, Problem] = {}
        for path in self.paths:
            self._read(path, given)
        self._drop_unasked()

    def _with_visibility(self, paths: set[str]) -> set[str]:
        """Also the questions that decide whether one of these is asked."""
        found = set(paths)
        for path in paths:
            asked = _asked_when(self.catalog, path)
            found |= fields_of(asked) if asked else set()
        return found

    def _read(self, path: str, given: Given) -> None:
        entry, table = _field(self.catalog, path), _table_of(self.catalog, path)
        texts = [part for text in given.get(path, [])[:60] if (part := text[:LONGEST].strip())]
        if not texts:
            return
        several = table is not None or entry.type == "multi_choice"
        try:
            if several:
                chosen = {coerce(_single(entry), code) for text in texts for code in text.split(";") if code}
                self.values[path] = [code for code in entry.option_codes if code in chosen]
            else:
                self.values[path] = coerce(entry, texts[-1])
        except Refused as refusal:
            self.problems[path] = refusal.problems[0]

    def _drop_unasked(self) -> None:
        """An answer to a question that the other answers made pointless does not count."""
        for path in self.paths:
            asked = _asked_when(self.catalog, path)
            if path in self.values and asked and not evaluate(asked, self.form()):
                del self.values[path]

    def form(self) -> dict[str, dict[str, Any]]:
        """The answers as sections of the form; of a table one row for each combination of what was chosen."""
        form: dict[str, dict[str, Any]] = {}
        tables: dict[tuple[str, str], dict[str, list[str]]] = {}
        for path, value in self.values.items():
            section, key, *column = path.split(".")
            if column:
                tables.setdefault((section, key), {})[column[0]] = value
            else:
                form.setdefault(section, {})[key] = value
        for (section, key), columns in tables.items():
            rows = [dict(zip(columns, codes, strict=True)) for codes in product(*columns.values())]
            form.setdefault(section, {})[key] = rows
        return form

    def open_(self, path: str) -> bool:
        """Whether the answer is missing and may still come."""
        if path in self.values or not isinstance(self.catalog.field(path), Field):
            return False
        asked = _asked_when(self.catalog, path)
        return asked is None or self.judged(asked) is not False

    def judged(self, condition: When) -> bool | None:
        """The condition by the answers so far."""
        return judge(condition, self.form(), self.open_)

    def questions(self) -> Iterator[Question]:
        """What was answered, and what can still change something."""
        unsettled = [c for c in self.conditions if self.judged(c) is None]
        relevant = self._with_visibility(set().union(*(fields_of(c) for c in unsettled)))
        for path in self.paths:
            entry, table = _field(self.catalog, path), _table_of(self.catalog, path)
            given = path in self.values or path in self.problems
            asked = _asked_when(self.catalog, path)
            if (given or path in relevant) and (asked is None or self.judged(asked) is True):
                label = _joined(table.label, entry.label) if table else entry.label
                several = table is not None or entry.type == "multi_choice"
                yield Question(path, label, entry, several, self.values.get(path), self.problems.get(path))


def advise(catalog: Catalog, stage: int, given: Given) -> Advice:
    """What a project needs in a stage, by the answers given as `path: texts`; what is not asked is left aside.

    `catalog` is the whole catalogue of the day. An answer that cannot be read is named at its question and counts as
    none. Raises Refused (missing) for an unknown stage.
    """
    staged = catalog.for_stage(stage)
    answers = _Answers(staged, given)
    choices = {c.item.code: c for c in items_for(staged, answers.form())}
    items = tuple(_item(staged, item, answers, choices[item.code]) for item in staged.items)
    fates = {i.item.code: i.fate for i in items}
    materials = sorted(staged.materials, key=lambda m: m.number)
    return Advice(
        stage=catalog.stage(stage),
        questions=tuple(answers.questions()),
        items=items,
        materials=tuple(MaterialFate(m, _material(m, answers, fates)) for m in materials),
        form=answers.form(),
    )


def carried_over(catalog: Catalog, stage: int, given: Given) -> dict[str, dict[str, Any]]:
    """The answers as they go into the form of a new case: of rows only the cells that the form asks."""
    form = advise(catalog, stage, given).form
    for section in catalog.for_stage(stage).sections:
        for table in section.tables:
            rows = form.get(section.code, {}).get(table.key, [])
            kept = [{k: v for k, v in row.items() if visible(_column(table, k), form, row)} for row in rows]
            if rows:
                form[section.code][table.key] = [row for n, row in enumerate(kept) if row not in kept[:n]]
    return form


def as_parameters(advice: Advice) -> list[tuple[str, str]]:
    """The answers as parameters of an address, each name once: several options are joined by semicolons."""
    return [(q.path, _text(q.value)) for q in advice.questions if q.value is not None]


def _item(catalog: Catalog, item: Item, answers: _Answers, choice: ItemChoice) -> ItemFate:
    held = answers.judged(_condition(item))
    unit = catalog.unit(item.unit)
    if held is None:
        depends = item.applies_when if isinstance(item.applies_when, dict) else _condition(item)
        return ItemFate(item, unit, "open", in_words(catalog, depends))
    return ItemFate(choice.item, unit, "needed" if held else "not_needed", choice.because)


def _material(material: Material, answers: _Answers, items: Mapping[str, Fate]) -> Fate:
    if not material.required_with and material.required_when is None:
        return "needed"
    fates = {items.get(code, "not_needed") for code in material.required_with}
    held = answers.judged(material.required_when) if material.required_when else False
    if "needed" in fates or held:
        return "needed"
    return "open" if "open" in fates or held is None else "not_needed"


def _condition(item: Item) -> When:
    found = whole_condition(item)
    return {"all": []} if found == "always" else found


def _item_conditions(catalog: Catalog) -> Iterator[When]:
    for item in catalog.items:
        own = _condition(item)
        yield own
        for variant in item.variants:
            yield {"all": [own, variant.when]}


def _material_conditions(catalog: Catalog) -> Iterator[When]:
    for material in catalog.materials:
        if material.required_when and material.requirement != "shared" and not material.generated:
            yield material.required_when


def _entries(catalog: Catalog) -> Iterator[tuple[str, Field, Table | None]]:
    for section in catalog.sections:
        for entry in section.fields:
            yield f"{section.code}.{entry.key}", entry, None
        for table in section.tables:
            for column in table.columns:
                yield f"{section.code}.{table.key}.{column.key}", column, table


def _field(catalog: Catalog, path: str) -> Field:
    found = catalog.field(path)
    assert isinstance(found, Field), path
    return found


def _table_of(catalog: Catalog, path: str) -> Table | None:
    found = catalog.field(".".join(path.split(".")[:2])) if path.count(".") == 2 else None
    return found if isinstance(found, Table) else None


def _asked_when(catalog: Catalog, path: str) -> When | None:
    """When a question is asked at all; of a column, when some row asks it. None: always."""
    entry, table = catalog.field(path), _table_of(catalog, path)
    if not isinstance(entry, Field) or not entry.visible_when:
        return None
    if table is None:
        return entry.visible_when
    return {"any_row": path.rpartition(".")[0], "where": entry.visible_when}


def _column(table: Table, key: str) -> Field:
    found = table.column(key)
    assert found is not None, key
    return found


def _single(entry: Field) -> Field:
    """The field as one that takes a single option."""
    return entry.model_copy(update={"type": "choice"})


def _joined(table: Words, column: Words) -> Words:
    return Words(zh=f"{table.zh}：{column.zh}", en=f"{table.en}: {column.en}")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def given_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters of an address by name, at most so many as there can be questions."""
    given: dict[str, list[str]] = {}
    for name, text in list(pairs)[:400]:
        given.setdefault(name, []).append(text)
    return given
