"""Who acts: the person of a request, in one post or for organisations, as every rule sees them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """An account acting in one role.

    `role` is one of `models.identity.ROLES`, or `system` for what the rules do by themselves; `unit` is the handling
    unit of an officer or leader, else ""; `acting_for` names the holder of the post when a deputy acts;
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
    acting_for: str = ""

    @property
    def is_staff(self) -> bool:
        """Whether the person acts in a post of the administration."""
        return self.role != "applicant"


SYSTEM = Actor(0, "", "system")
"""Who acts when a rule acts by itself: silence that counts as acceptance, a supplement never given, a card."""
