"""The form engine's front door: clean, check, derive, decide, show. Pure functions of catalogue, values and day."""

from __future__ import annotations

from jointreview.catalog.form_base import Check
from jointreview.catalog.form_checks import Completeness, check_form, check_section, completeness
from jointreview.catalog.form_clean import clean_section
from jointreview.catalog.form_items import (
    BroughtIn,
    ItemChoice,
    MaterialChoice,
    brought_in,
    items_for,
    materials_for,
    track_of,
)
from jointreview.catalog.form_verdicts import IndexVerdict, derived, verdicts
from jointreview.catalog.form_views import (
    certificate_values,
    prefill,
    project_values,
    public_schema,
    remembered,
    sensitive_paths,
    visible_values,
)

__all__ = [
    "BroughtIn",
    "Check",
    "Completeness",
    "IndexVerdict",
    "ItemChoice",
    "MaterialChoice",
    "brought_in",
    "certificate_values",
    "check_form",
    "check_section",
    "clean_section",
    "completeness",
    "derived",
    "items_for",
    "materials_for",
    "prefill",
    "project_values",
    "public_schema",
    "remembered",
    "sensitive_paths",
    "track_of",
    "verdicts",
    "visible_values",
]
