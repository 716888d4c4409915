"""Cross-references of a catalogue: does everything that is named exist, once, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jointreview.catalog.check_layers import layers
from jointreview.catalog.form_clean import CODE_KINDS, coerce
from jointreview.catalog.reading import Loc, Reading
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_base import CHINESE, Dated, Words
from jointreview.catalog.schema_form import Field, Table
from jointreview.domain.conclusion import AbsencePolicy
from jointreview.domain.conditions import comparisons
from jointreview.domain.identifiers import check_code
from jointreview.domain.pauses import PauseKind
from jointreview.domain.problems import Problem, Refused
from jointreview.text import MissingText, tr

Fault = tuple[Loc, str, dict[str, object]]


def cross_check(catalog: Catalog, reading: Reading) -> list[Problem]:
    """Every fault that the shape alone does not show, with file and line."""
    checks = (
        _codes_once,
        _stages,
        _names_exist,
        _order_of_items,
        _safety,
        _pauses,
        _checklists,
        layers,
        _as_built,
        _form,
        _conditions,
        _numbering,
        _english,
    )
    return [reading.problem(loc, key, **params) for check in checks for loc, key, params in check(catalog)]


def _codes_once(catalog: Catalog) -> Iterator[Fault]:
    """A code may come again only for another period."""
    for name in ("departments", "units", "items", "materials"):
        entries: Sequence[Any] = getattr(catalog, name)
        for n, entry in enumerate(entries):
            if any(entry.code == before.code and entry.overlaps(before) for before in entries[:n]):
                yield (name, n, "code"), "catalog.code_twice", {"code": entry.code}
            if _ends_early(entry):
                yield (name, n, "effective_to"), "catalog.ends_before_start", {"code": entry.code}
    numbers = [(m.number, m.code) for m in catalog.materials]
    for n, (number, code) in enumerate(numbers):
        if any(number == other and code != c for other, c in numbers[:n]):
            yield ("materials", n, "number"), "catalog.code_twice", {"code": number}
    yield from _twice("sections", [s.code for s in catalog.sections])
    yield from _twice("supervision", [r.number for r in catalog.supervision])
    yield from _twice("retention", [r.kind for r in catalog.retention])


def _stages(catalog: Catalog) -> Iterator[Fault]:
    """Stages once each, led by a unit, made of sections that exist; certificates come from an earlier stage."""
    units, sections = {u.code for u in catalog.units}, {s.code for s in catalog.sections}
    yield from _twice("stages", [str(s.number) for s in catalog.stages])
    for n, stage in enumerate(catalog.stages):
        if stage.lead not in units:
            yield ("stages", n, "lead"), "catalog.no_such_unit", {"code": stage.lead}
        yield from _unknown(("stages", n, "sections"), stage.sections, sections, "section")
    used = {code for stage in catalog.stages for code in stage.sections}
    for n, section in enumerate(catalog.sections):
        if section.code not in used:
            yield ("sections", n, "code"), "catalog.section_unused", {"code": section.code}
    for n, item in enumerate(catalog.items):
        for m, code in enumerate(item.after):
            if any(other.code == code and other.stage != item.stage for other in catalog.items):
                yield ("items", n, "after", m), "catalog.other_stage", {"code": code}
    yield from _certificates(catalog)


def _certificates(catalog: Catalog) -> Iterator[Fault]:
    """What a certificate stands for or answers is asked only after the stage that issues it."""
    issued = {i.permit: i.stage for i in catalog.items if i.permit}
    for n, material in enumerate(catalog.materials):
        if material.certificate and issued.get(material.certificate, 9) >= min(material.stages):
            yield ("materials", n, "certificate"), "catalog.no_such_certificate", {"code": material.certificate}
    for s, section in enumerate(catalog.sections):
        stages = [stage.number for stage in catalog.stages if section.code in stage.sections]
        for f, field in enumerate(section.fields):
            asked = [n for n in stages if not field.stages or n in field.stages]
            if field.certificate and issued.get(field.certificate.kind, 9) >= min(asked, default=9):
                loc = ("sections", s, "fields", f, "certificate")
                yield loc, "catalog.no_such_certificate", {"code": field.certificate.kind}


def _ends_early(entry: Dated) -> bool:
    return bool(entry.effective_from and entry.effective_to and entry.effective_to < entry.effective_from)


def _twice(name: str, codes: Sequence[str], *inside: str | int) -> Iterator[Fault]:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            yield (*inside, name, n), "catalog.code_twice", {"code": code}


def _unknown(loc: Loc, named: Iterable[str], known: set[str], what: str) -> Iterator[Fault]:
    for n, name in enumerate(named):
        if name not in known:
            yield (*loc, n), f"catalog.no_such_{what}", {"code": name}


def _names_exist(catalog: Catalog) -> Iterator[Fault]:
    departments = {d.code for d in catalog.departments}
    units = {u.code for u in catalog.units}
    items = {i.code for i in catalog.items}
    for n, unit in enumerate(catalog.units):
        if unit.department not in departments:
            yield ("units", n, "department"), "catalog.no_such_department", {"code": unit.department}
    for n, item in enumerate(catalog.items):
        if item.unit not in units:
            yield ("items", n, "unit"), "catalog.no_such_unit", {"code": item.unit}
        yield from _unknown(("items", n, "after"), item.after, items, "item")
    for n, material in enumerate(catalog.materials):
        yield from _unknown(("materials", n, "needs"), material.needs, units, "unit")
        yield from _unknown(("materials", n, "reads"), material.reads, units, "unit")
        yield from _unknown(("materials", n, "required_with"), material.required_with, items, "item")
        both = set(material.needs) & set(material.reads)
        if both:
            yield ("materials", n, "reads"), "catalog.needs_and_reads", {"units": ", ".join(sorted(both))}
    for field, loc in _fields(catalog):
        yield from _unknown((*loc, "readers"), field.readers, units, "unit")


def _order_of_items(catalog: Catalog) -> Iterator[Fault]:
    """No item may wait for itself, directly or through others."""
    after = {i.code: i.after for i in catalog.items}
    for n, item in enumerate(catalog.items):
        waiting, seen = list(item.after), set()
        while waiting:
            code = waiting.pop()
            if code not in seen:
                seen.add(code)
                waiting += after.get(code, [])
        if item.code in seen:
            yield ("items", n, "after"), "catalog.item_waits_for_itself", {"code": item.code}


def _safety(catalog: Catalog) -> Iterator[Fault]:
    """Silence never closes an item of a safety-critical unit (requirements §2.6)."""
    critical = {u.code for u in catalog.units if u.safety_critical}
    for n, item in enumerate(catalog.items):
        if item.unit in critical and item.absence_policy is not AbsencePolicy.NEVER:
            yield ("items", n, "absence_policy"), "catalog.safety_deemed", {"code": item.code, "unit": item.unit}


def _pauses(catalog: Catalog) -> Iterator[Fault]:
    """Every kind of pause that the clock knows has its rule, once, and no other has one (requirements §4.4)."""
    known = {kind.value for kind in PauseKind}
    codes = [p.code for p in catalog.rules.pauses]
    for n, code in enumerate(codes):
        loc = ("rules", "pauses", n, "code")
        if code not in known:
            yield loc, "catalog.no_such_pause", {"code": code}
        elif code in codes[:n]:
            yield loc, "catalog.code_twice", {"code": code}
    for code in sorted(known - set(codes)):
        yield ("rules", "pauses"), "catalog.no_rule_of_pause", {"code": code}


def _as_built(catalog: Catalog) -> Iterator[Fault]:
    """The keeper of the permitted plans is a unit, and only lines that exist are answered by a comparison."""
    rule = catalog.rules.as_built
    if rule.keeper and rule.keeper not in {u.code for u in catalog.units}:
        yield ("rules", "as_built", "keeper"), "catalog.no_such_unit", {"code": rule.keeper}
    lines = {line.code for checklist in catalog.checklists for line in checklist.lines}
    lines |= {line.code for layer in catalog.layers for hit in layer.on_hit for line in hit.lines}
    for code in rule.lines:
        if code not in lines:
            yield ("rules", "as_built", "lines", code), "catalog.no_such_line", {"code": code}
    for code in rule.control_lines:
        if catalog.layer(code) is None:
            yield ("rules", "as_built", "control_lines", code), "catalog.no_such_code", {"code": code}


def _checklists(catalog: Catalog) -> Iterator[Fault]:
    units = {i.code: i.unit for i in catalog.items}
    lines: set[str] = set()
    for n, checklist in enumerate(catalog.checklists):
        if checklist.item not in units:
            yield ("checklists", n, "item"), "catalog.no_such_item", {"code": checklist.item}
        elif checklist.unit != units[checklist.item]:
            yield (
                ("checklists", n, "unit"),
                "catalog.checklist_unit",
                {"unit": checklist.unit, "item": checklist.item},
            )
        for m, line in enumerate(checklist.lines):
            if line.code in lines:
                yield ("checklists", n, "lines", m, "code"), "catalog.code_twice", {"code": line.code}
            lines.add(line.code)
    listed = {c.item for c in catalog.checklists}
    for n, item in enumerate(catalog.items):
        if item.needs_site and item.code not in listed:
            yield ("items", n), "catalog.no_checklist", {"code": item.code}


def _fields(catalog: Catalog) -> Iterator[tuple[Field, tuple[str | int, ...]]]:
    for s, section in enumerate(catalog.sections):
        for f, field in enumerate(section.fields):
            yield field, ("sections", s, "fields", f)
        for t, table in enumerate(section.tables):
            for c, column in enumerate(table.columns):
                yield column, ("sections", s, "tables", t, "columns", c)


def _form(catalog: Catalog) -> Iterator[Fault]:
    for field, loc in _fields(catalog):
        yield from _twice("options", field.option_codes, *loc)
        if field.pattern:
            try:
                re.compile(field.pattern)
            except re.error as error:
                yield (*loc, "pattern"), "catalog.bad_pattern", {"fault": str(error)}
        yield from _example(field, loc)
    for s, section in enumerate(catalog.sections):
        keys = [f.key for f in section.fields]
        yield from _twice("fields", keys, "sections", s)
        for t, table in enumerate(section.tables):
            loc = ("sections", s, "tables", t)
            if table.key in keys or table.key in [other.key for other in section.tables[:t]]:
                yield (*loc, "key"), "catalog.code_twice", {"code": table.key}
            yield from _table(table, loc)
        for n, notice in enumerate(section.notices):
            loc = ("sections", s, "notices", n)
            if catalog.field(notice.path) is None:
                yield (*loc, "path"), "catalog.no_such_field", {"field": notice.path}
            if not _has_text(notice.key):
                yield (*loc, "key"), "catalog.no_such_text", {"key": notice.key}


def _example(field: Field, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    """A pattern is explained by an example, and an example can be entered."""
    if field.pattern and not field.example:
        yield (*loc, "pattern"), "catalog.pattern_without_example", {"field": field.key}
    if not field.example:
        return
    try:
        found = coerce(field, field.example)
    except Refused as refusal:
        yield (*loc, "example"), refusal.problems[0].key, dict(refusal.problems[0].params)
        return
    fits = not _compiles(field.pattern) or re.search(field.pattern, str(found)) is not None
    if field.type in CODE_KINDS:
        fits = fits and check_code(found, CODE_KINDS[field.type]).valid
    if not fits:
        yield (*loc, "example"), "catalog.bad_example", {"example": field.example}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _has_text(key: str) -> bool:
    try:
        tr("zh", key)
    except MissingText:
        return False
    return True


def _table(table: Table, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    keys = [c.key for c in table.columns]
    yield from _twice("columns", keys, *loc)
    yield from _twice("fixed_rows", [r.code for r in table.fixed_rows], *loc)
    yield from _unknown((*loc, "totals"), table.totals, set(keys), "column")
    if not table.row_key:
        if table.fixed_rows:
            yield (*loc, "fixed_rows"), "catalog.rows_without_key", {}
        return
    column = table.column(table.row_key)
    if column is None:
        yield (*loc, "row_key"), "catalog.no_such_column", {"code": table.row_key}
        return
    for n, row in enumerate(table.fixed_rows):
        if row.code not in column.option_codes:
            yield (*loc, "fixed_rows", n, "code"), "catalog.no_such_option", {"code": row.code, "field": column.key}


def _conditions(catalog: Catalog) -> Iterator[Fault]:
    for loc, condition, table in _all_conditions(catalog):
        for path, operator, value in comparisons(condition, table):
            field = catalog.field(path)
            if not isinstance(field, Field):
                yield loc, "catalog.no_such_field", {"field": path}
            elif field.options and operator != "truthy":
                for code in _flat(value):
                    if code not in field.option_codes:
                        yield loc, "catalog.no_such_option", {"code": code, "field": path}
        for path in _tables_of(condition):
            if not isinstance(catalog.field(path), Table):
                yield loc, "catalog.no_such_field", {"field": path}


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tables_of(condition: Any) -> Iterator[str]:
    if isinstance(condition, dict):
        if "any_row" in condition:
            yield condition["any_row"]
        for part in condition.values():
            yield from _tables_of(part)
    elif isinstance(condition, list):
        for part in condition:
            yield from _tables_of(part)


def _all_conditions(catalog: Catalog) -> Iterator[tuple[Loc, dict[str, Any], str]]:
    """Every condition with its place and the table whose row it may look at."""
    for n, item in enumerate(catalog.items):
        if isinstance(item.applies_when, dict):
            yield ("items", n, "applies_when"), item.applies_when, ""
        for v, variant in enumerate(item.variants):
            yield ("items", n, "variants", v, "when"), variant.when, ""
    for n, material in enumerate(catalog.materials):
        if material.required_when:
            yield ("materials", n, "required_when"), material.required_when, ""
    for s, section in enumerate(catalog.sections):
        for n, notice in enumerate(section.notices):
            yield ("sections", s, "notices", n, "when"), notice.when, ""
        for f, field in enumerate(section.fields):
            yield from _field_conditions(field, ("sections", s, "fields", f), "")
        for t, table in enumerate(section.tables):
            loc = ("sections", s, "tables", t)
            if table.visible_when:
                yield (*loc, "visible_when"), table.visible_when, ""
            for c, column in enumerate(table.columns):
                yield from _field_conditions(column, (*loc, "columns", c), f"{section.code}.{table.key}")
            for r, row in enumerate(table.fixed_rows):
                if row.visible_when:
                    yield (*loc, "fixed_rows", r, "visible_when"), row.visible_when, ""


def _field_conditions(field: Field, loc: Loc, table: str) -> Iterator[tuple[Loc, dict[str, Any], str]]:
    for name in ("required_when", "visible_when"):
        condition = getattr(field, name)
        if condition:
            yield (*loc, name), condition, table


def _numbering(catalog: Catalog) -> Iterator[Fault]:
    for name, pattern in catalog.numbering.items():
        try:
            first, second = pattern.format(year=2026, n=1), pattern.format(year=2026, n=2)
            unique = first != second and first != pattern.format(year=2027, n=1)
        except (KeyError, IndexError, ValueError):
            unique = False
        if not unique:
            yield ("numbering", name), "catalog.bad_number_pattern", {"pattern": pattern}


def _english(catalog: Catalog) -> Iterator[Fault]:
    """English is not Chinese left in place."""
    yield from _english_in(catalog, ())


def _english_in(node: Any, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(node, list):
        for n, part in enumerate(node):
            yield from _english_in(part, (*loc, n))
    elif isinstance(node, Words) or (hasattr(node, "zh") and hasattr(node, "en")):
        if CHINESE.search(node.en):
            yield (*loc, "en"), "catalog.english_is_chinese", {"text": node.en}
    elif hasattr(type(node), "model_fields"):
        for name in type(node).model_fields:
            yield from _english_in(getattr(node, name), (*loc, name))
