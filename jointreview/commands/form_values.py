"""The form of a case as one map of sections, as entered and as one unit may read it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from jointreview.models.case import FormSection


def form_values(session: Session, case_id: int) -> dict[str, dict[str, Any]]:
    """Everything entered, by section code."""
    rows = session.exec(select(FormSection).where(FormSection.case_id == case_id)).all()
    return {row.section: dict(row.values) for row in rows}


def handed_in_values(session: Session, case_id: int) -> dict[str, dict[str, Any]]:
    """The form as it was last handed in: what the applicant changes afterwards is not yet said to anybody."""
    rows = session.exec(select(FormSection).where(FormSection.case_id == case_id)).all()
    return {row.section: dict(row.values if row.handed_in is None else row.handed_in) for row in rows}


def hand_in(session: Session, case_id: int) -> None:
    """From now on the form as it is counts as handed in."""
    for row in session.exec(select(FormSection).where(FormSection.case_id == case_id)).all():
        row.handed_in = dict(row.values)
        session.add(row)
