"""Who acts: the person of a request, in one post or for organisations, as every rule sees them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """An account acting in one role.

    `role` is applicant, clerk, officer, coordinator or admin; `unit` is an officer's handling unit, else "";
    `organisations` are the organisations an applicant may act for today (valid written authority).
    """

    account_id: int
    name: str
    role: str
    post_id: int | None = None
    post_title: str = ""
    unit: str = ""
    organisations: frozenset[int] = field(default_factory=frozenset)
    language: str = "zh"
    must_change_password: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the person acts in a post of the administration."""
        return self.role != "applicant"
