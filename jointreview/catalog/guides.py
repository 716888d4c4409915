"""The guide to each item, made from the catalogue that makes the form: same item, same code, same standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointreview.catalog.form_base import in_words
from jointreview.catalog.loader import sample_values
from jointreview.catalog.schema import ACCEPTANCE_STAGE, Catalog, Department, HandlingUnit, Item, Material, Stage
from jointreview.catalog.schema_base import When, Words
from jointreview.catalog.schema_form import Field, Section
from jointreview.domain.problems import refuse
from jointreview.text import LANGUAGES, both


@dataclass(frozen=True)
class GuideLine:
    """An item in the list of guides."""

    item: Item
    stage: Stage
    unit: HandlingUnit
    department: Department


@dataclass(frozen=True)
class GuideVariant:
    """What the item is while `when` holds."""

    name: Words
    when: Words
    result_document: Words
    legal_basis: Words


@dataclass(frozen=True)
class GuideMaterial:
    """A material of the item.

    `when`: only then (None: always). `decides`: the unit cannot decide without it. `issued_by`: the items of
    an earlier stage whose certificate stands for it.
    """

    material: Material
    when: Words | None
    decides: bool
    issued_by: tuple[Item, ...]


@dataclass(frozen=True)
class Guide:
    """Everything the public page of an item says. `applies`: when it is needed (None: always)."""

    item: Item
    stage: Stage
    unit: HandlingUnit
    department: Department
    version: str
    effective_from: date | None
    effective_to: date | None
    applies: Words | None
    variants: tuple[GuideVariant, ...]
    materials: tuple[GuideMaterial, ...]
    after: tuple[Item, ...]
    precheck_workdays: int
    notice_workdays: int
    documents_workdays: int
    reinspection_workdays: int


def guide_lines(catalog: Catalog, stage: int = 0, department: str = "", wanted: str = "") -> list[GuideLine]:
    """The items of a stage (0: all) and a department (empty: all) that contain every word of `wanted`."""
    words = wanted.casefold().split()
    return [
        line
        for line in _lines(catalog)
        if stage in (0, line.stage.number)
        and department in ("", line.department.code)
        and all(word in _searchable(line) for word in words)
    ]


def _lines(catalog: Catalog) -> Iterator[GuideLine]:
    for stage in catalog.stages:
        for item in (i for i in catalog.items if i.stage == stage.number):
            unit = catalog.unit(item.unit)
            yield GuideLine(item, stage, unit, catalog.department(unit.department))


def _searchable(line: GuideLine) -> str:
    words = [line.item.name, line.unit.name, line.department.name, line.item.result_document, line.item.legal_basis]
    words += [variant.name for variant in line.item.variants]
    return "\n".join([line.item.code, *(w.in_(lang) for w in words for lang in LANGUAGES)]).casefold()


def guide(catalog: Catalog, code: str) -> Guide:
    """The guide to an item by its code, capitals or not. Raises Refused (missing) for an unknown code."""
    item = next((i for i in catalog.items if i.code.casefold() == code.casefold()), None)
    if item is None:
        raise refuse("catalog.no_such_code", kind="missing", code=code[:40])
    unit, stage, rules = catalog.unit(item.unit), catalog.stage(item.stage), catalog.rules
    return Guide(
        item=item,
        stage=stage,
        unit=unit,
        department=catalog.department(unit.department),
        version=catalog.version,
        effective_from=item.effective_from or catalog.effective_from,
        effective_to=item.effective_to or catalog.effective_to,
        applies=in_words(catalog, item.applies_when) if isinstance(item.applies_when, dict) else None,
        variants=tuple(
            GuideVariant(v.name, in_words(catalog, v.when), v.result_document, v.legal_basis) for v in item.variants
        ),
        materials=tuple(_materials(catalog, item)),
        after=tuple(catalog.item(other) for other in item.after),
        precheck_workdays=rules.precheck_workdays,
        notice_workdays=rules.gap_list_workdays,
        documents_workdays=unit.sub_deadline_days.documents,
        reinspection_workdays=unit.sub_deadline_days.reinspection,
    )


def _materials(catalog: Catalog, item: Item) -> Iterator[GuideMaterial]:
    """What the item's unit reads in its stage, without what belongs to other items only."""
    for material in sorted(catalog.materials, key=lambda m: m.number):
        others_only = bool(material.required_with) and item.code not in material.required_with
        if item.stage not in material.stages or item.unit not in material.readers() or others_only:
            continue
        when = None if item.code in material.required_with else _when(catalog, material.required_when)
        issuers = tuple(i for i in catalog.items if i.permit and i.permit == material.certificate)
        yield GuideMaterial(material, when, item.unit in material.needs, issuers)


def _when(catalog: Catalog, condition: When | None) -> Words | None:
    return in_words(catalog, condition) if condition else None


@dataclass(frozen=True)
class ExampleTable:
    """A table of the example: heads and rows."""

    label: Words
    heads: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class ExampleSection:
    """A section of the example form as people read it."""

    title: Words
    answers: tuple[tuple[Words, Words], ...]
    tables: tuple[ExampleTable, ...]


_EXAMPLES = {"government": "school", "private": "factory"}


def example_form(catalog: Catalog, stage: int, track: str) -> list[ExampleSection]:
    """A complete made-up form of a stage, for a government or a private project. Raises Refused (missing)."""
    if track not in _EXAMPLES:
        raise refuse("catalog.no_such_code", kind="missing", code=track[:40])
    name = _EXAMPLES[track] if stage == ACCEPTANCE_STAGE else f"stage{stage}_{_EXAMPLES[track]}"
    sections = catalog.for_stage(stage).sections
    values = sample_values(name)
    return [_example(section, values[section.code]) for section in sections if section.code in values]


def _example(section: Section, values: dict[str, Any]) -> ExampleSection:
    answers = tuple((f.label, _answer(f, values[f.key])) for f in section.fields if f.key in values)
    tables = []
    for table in section.tables:
        rows = values.get(table.key, [])
        columns = [c for c in table.columns if any(c.key in row for row in rows)]
        cells = tuple(tuple(_answer(c, row[c.key]) if c.key in row else _PLAIN for c in columns) for row in rows)
        if rows:
            tables.append(ExampleTable(table.label, tuple(c.label for c in columns), cells))
    return ExampleSection(section.title, answers, tuple(tables))


_PLAIN = Words(zh="—", en="—")


def _answer(field: Field, value: Any) -> Words:
    if isinstance(value, bool):
        return Words(**both("guide.answer_yes" if value else "guide.answer_no"))
    if field.options:
        chosen = [o for o in field.options if o.code in (value if isinstance(value, list) else [value])]
        return Words(zh="、".join(o.zh for o in chosen), en=", ".join(o.en for o in chosen))
    unit = field.unit
    text = f"{value:,}" if isinstance(value, int | float) and field.key != "industry_code_year" else str(value)
    return Words(zh=f"{text} {unit.zh}" if unit else text, en=f"{text} {unit.en}" if unit else text)
