"""The catalogue a case is judged by: the version of the day it was accepted, as its stage sees it."""

from __future__ import annotations

from datetime import date

from jointreview.catalog.loader import load_catalog
from jointreview.catalog.schema import Catalog
from jointreview.models.case import Case


def case_catalog(case: Case, today: date) -> Catalog:
    """The catalogue under which the case was accepted, or today's for a case not yet accepted."""
    return load_catalog(case.catalogue, case.accepted_on or today, case.stage)
