"""What stands in the form of a new case before anybody types: what the project knows, and answers brought along."""

from __future__ import annotations

from typing import Any

from jointreview.catalog.form_engine import clean_section, prefill
from jointreview.catalog.schema import Catalog
from jointreview.domain.problems import Problem, Refused
from jointreview.models.identity import Organisation
from jointreview.models.project import Project

Answers = dict[str, dict[str, Any]]


def first_values(catalog: Catalog, known: Answers, answers: Answers) -> Answers:
    """What the project knows, and over it the answers; rows of a table that it knows stay.

    Raises Refused with every fault of answers that this stage's form does not take.
    """
    found = prefill(catalog, known)
    problems: list[Problem] = []
    for section, values in answers.items():
        try:
            cleaned = clean_section(catalog, section, values)
        except Refused as refusal:
            problems += refusal.problems
            continue
        before = found.setdefault(section, {})
        tables = catalog.section(section).table_map
        before.update({key: value for key, value in cleaned.items() if key not in tables or not before.get(key)})
    if problems:
        raise Refused(*problems)
    return found


def with_identity(found: Answers, project: Project, organisation: Organisation) -> Answers:
    """Over it project and applicant: known already, not asked again, and not to be brought along otherwise."""
    identity = {
        "project_code": project.code,
        "applicant_name": organisation.name,
        "applicant_credit_code": organisation.credit_code,
    }
    return {
        **found,
        "S1": {**found.get("S1", {}), **identity},
        "S2": {"project_name": project.name, **found.get("S2", {})},
    }
