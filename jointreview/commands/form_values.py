"""The form of a case as one map of sections, as entered and as one unit may read it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from jointreview.models.case import FormSection


def form_values(session: Session, case_id: int) -> dict[str, dict[str, Any]]:
    """Everything entered, by section code."""
    rows = session.exec(select(FormSection).where(FormSection.case_id == case_id)).all()
    return {row.section: dict(row.values) for row in rows}
