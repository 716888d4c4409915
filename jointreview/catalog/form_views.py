"""The form as others see it: what stays with the project, what a unit may read, what the browser needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol

from jointreview.catalog.form_base import Form, Values, answered, rows_of
from jointreview.catalog.schema import Catalog
from jointreview.catalog.schema_base import Words
from jointreview.catalog.schema_form import Field, Section

Keep = Callable[[Field], bool]


def project_values(catalog: Catalog, all_values: Form) -> dict[str, dict[str, Any]]:
    """The answers that stay with the project and are prefilled into its later cases."""
    return _only(catalog, all_values, lambda field: field.project_data)


def remembered(catalog: Catalog, known: Form, all_values: Form) -> dict[str, dict[str, Any]]:
    """What the project knows after a case was saved: what this stage does not ask stays as it was."""
    found = {code: dict(values) for code, values in known.items()}
    for section in catalog.sections:
        asked = {*section.field_map, *section.table_map}
        kept = {key: value for key, value in known.get(section.code, {}).items() if key not in asked}
        if section.code in all_values or kept:
            found[section.code] = kept
    for code, values in project_values(catalog, all_values).items():
        found[code] = {**found.get(code, {}), **values}
    return found


def prefill(catalog: Catalog, project_values: Form) -> dict[str, dict[str, Any]]:
    """The first values of a new case: what the project knows and this version of the form still asks for."""
    return _only(catalog, project_values, lambda field: field.project_data and not field.computed)


class Issued(Protocol):
    """A certificate as `certificate_values` reads it."""

    @property
    def kind(self) -> str:
        """Its kind in the catalogue."""

    @property
    def number(self) -> str:
        """Its number."""

    @property
    def issued_on(self) -> date:
        """The day it was issued."""


def certificate_values(catalog: Catalog, certificates: Iterable[Issued]) -> dict[str, dict[str, Any]]:
    """The answers that certificates of earlier stages give: of each kind the one issued last.

    Whether a certificate is still valid is the caller's question; two of one day keep the order given.
    """
    newest = {c.kind: c for c in sorted(certificates, key=lambda c: c.issued_on)}
    found: dict[str, dict[str, Any]] = {}
    for section in catalog.sections:
        for field in section.fields:
            issued = newest.get(field.certificate.kind) if field.certificate else None
            if field.certificate and issued is not None:
                value = issued.number if field.certificate.part == "number" else issued.issued_on.isoformat()
                found.setdefault(section.code, {})[field.key] = value
    return found


def visible_values(catalog: Catalog, all_values: Form, unit: str) -> dict[str, dict[str, Any]]:
    """The answers a handling unit may read; with no unit (`""`) those that are for everybody."""
    return _only(catalog, all_values, lambda field: not field.readers or unit in field.readers)


def sensitive_paths(catalog: Catalog) -> set[str]:
    """Paths (`S3.parties.leader_mobile`) whose answers are masked for people who do not need them in full."""
    found = set()
    for section in catalog.sections:
        found |= {f"{section.code}.{f.key}" for f in section.fields if f.sensitive}
        for table in section.tables:
            found |= {f"{section.code}.{table.key}.{c.key}" for c in table.columns if c.sensitive}
    return found


def _only(catalog: Catalog, form: Form, keep: Keep) -> dict[str, dict[str, Any]]:
    found = {}
    for section in catalog.sections:
        kept = _section(section, form.get(section.code, {}), keep)
        if kept:
            found[section.code] = kept
    return found


def _section(section: Section, values: Values, keep: Keep) -> dict[str, Any]:
    kept = {f.key: values[f.key] for f in section.fields if answered(values.get(f.key)) and keep(f)}
    for table in section.tables:
        columns = [c.key for c in table.columns if keep(c)]
        rows = rows_of(values, table)
        if columns and rows:
            kept[table.key] = [{key: row[key] for key in columns if answered(row.get(key))} for row in rows]
    return kept


def public_schema(catalog: Catalog, lang: str | None = None) -> dict[str, Any]:
    """The form for the browser as JSON: sections, fields, tables, options, conditions.

    What has its default value (schema_form) is left out. With `lang` every text is in that language only, else
    in both.
    """
    sections = [section.model_dump(mode="json", exclude_defaults=True) for section in catalog.sections]
    schema = {"catalogue": catalog.code, "version": catalog.version, "sections": sections}
    return _in_language(schema, lang) if lang else schema


def _in_language(node: Any, lang: str) -> Any:
    if isinstance(node, list):
        return [_in_language(part, lang) for part in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"zh", "en"}:
        return Words.model_validate(node).in_(lang)
    if {"zh", "en"} <= set(node):
        rest = {key: value for key, value in node.items() if key not in ("zh", "en")}
        return {**_in_language(rest, lang), "label": node["en" if lang == "en" else "zh"]}
    return {key: _in_language(value, lang) for key, value in node.items()}
