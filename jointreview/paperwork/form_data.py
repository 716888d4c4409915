"""What the application form on paper is made of, in the manner of `data`."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.paperwork.data import Paper, Signature

UNSIGNED = Signature()


@dataclass(frozen=True, kw_only=True)
class FormTable:
    """A table of the form, such as the buildings; every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.title}: a row has more or fewer cells than the {len(self.columns)} columns")


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """A section of the form: labelled values, then tables."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    tables: tuple[FormTable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApplicationForm(Paper):
    """联合验收申请表 as the system fills it from the one form; `issuer` is the applicant (requirements §2.9)."""

    sections: tuple[FormSection, ...]
    declaration: str = ""
    signature: Signature = UNSIGNED
    form_version: str = ""
