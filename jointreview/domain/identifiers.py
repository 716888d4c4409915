"""One entrance to checking a number: brings it into one form, finds its kind, and checks it."""

from __future__ import annotations

import re
from collections.abc import Callable

from jointreview.domain.code_check import SHOWN, CodeCheck, CodeKind, normalise
from jointreview.domain.credit_code import check_credit_code
from jointreview.domain.permit_numbers import check_construction_permit, check_planning_permit
from jointreview.domain.personal_numbers import check_identity_number, check_mobile
from jointreview.domain.problems import Problem
from jointreview.domain.project_code import check_project_code

__all__ = ["CodeCheck", "CodeKind", "check_code", "check_identity_number", "check_mobile", "normalise"]

_CHECKS: dict[CodeKind, Callable[[str], CodeCheck]] = {
    CodeKind.CREDIT: check_credit_code,
    CodeKind.PROJECT: check_project_code,
    CodeKind.PLANNING_PERMIT: check_planning_permit,
    CodeKind.CONSTRUCTION_PERMIT: check_construction_permit,
    CodeKind.MOBILE: check_mobile,
    CodeKind.IDENTITY: check_identity_number,
}
_LONGEST = 200


def check_code(text: str, kind: CodeKind | str | None = None) -> CodeCheck:
    """Check what somebody typed as a number of `kind`, or of the kind its looks suggest.

    Full-width characters, spaces and lower case are forgiven. Without a kind an eighteen-character code is
    tried as a credit code first. Raises ValueError for a `kind` that does not exist.
    """
    wanted = CodeKind(kind) if kind is not None else None
    code = normalise(text)
    if not code:
        return CodeCheck(wanted, code, (Problem("ids.empty"),))
    if len(code) > _LONGEST:
        return CodeCheck(wanted, code[:SHOWN], (Problem("ids.too_long", {"length": len(code)}),))
    if wanted is None and len(code) == 18:
        return _eighteen(code)
    found = wanted or _guess(code)
    if found is None:
        return CodeCheck(None, code, (Problem("ids.unknown_kind"),))
    return _CHECKS[found](code)


def _eighteen(code: str) -> CodeCheck:
    credit = check_credit_code(code)
    if credit.valid:
        return credit
    permit = check_construction_permit(code)
    return permit if permit.valid else credit


def _guess(code: str) -> CodeKind | None:
    if "字" in code or re.fullmatch("[0-9]{10}[A-Z]{2}[0-9]{7}号?", code):
        return CodeKind.PLANNING_PERMIT
    if "-SX-" in code:
        return CodeKind.CONSTRUCTION_PERMIT
    if code.count("-") >= 3 or len(code) == 24:
        return CodeKind.PROJECT
    if re.fullmatch("[0-9A-Z]{15,20}", code):
        return CodeKind.CREDIT
    return None
