"""The ways through the product by role: at most seven in the rail, five on a phone."""

from __future__ import annotations

from dataclasses import dataclass

from jointreview.models.identity import KEEPER_ROLES, ROLES


@dataclass(frozen=True)
class Way:
    """An entry: where it leads, its text key, its Lucide icon and whether a phone shows it."""

    route: str
    text: str
    icon: str
    roles: tuple[str, ...]
    phone: bool = True


_EVERYBODY = ROLES
PHONE_PLACES = 5

WAYS = (
    Way("/", "nav.work", "inbox", _EVERYBODY),
    Way("/onsite", "onsite.nav", "clipboard-check", ("officer",)),
    Way("/board", "board.nav", "layout-list", ("coordinator", "clerk", "officer", "leader", "supervisor")),
    Way(
        "/map",
        "mapspace.nav",
        "map",
        ("applicant", "coordinator", "clerk", "officer", "leader", "supervisor"),
    ),
    Way("/trips", "tripboard.nav", "bus", ("coordinator",)),
    Way("/targets", "targets.nav", "target", ("coordinator", "leader", "supervisor")),
    Way("/apply", "apply.nav", "file-plus-2", ("applicant", "clerk")),
    Way(
        "/projects",
        "projects.nav",
        "route",
        ("applicant", "clerk", "officer", "supervisor"),
    ),  # a coordinator and the head of a department come to them from the board
    Way("/organisation", "organisation.nav", "building-2", ("applicant", "clerk")),
    Way(
        "/calendar",
        "calendar.nav",
        "calendar-days",
        ("coordinator", "clerk", "officer", "leader", "supervisor", "admin"),
    ),
    Way("/handover", "handover.nav", "user-cog", ("leader",)),
    Way(
        "/supervision", "supervision.nav", "shield-alert", ("coordinator", "officer", "leader", "supervisor")
    ),  # the window comes to its cards from its list of work
    Way("/layers", "layers.nav", "layers", ("admin",)),  # others come from the map and from the case
    Way("/admin", "admin.nav", "users-round", ("admin",)),
    Way("/rights", "rights.nav", "key-round", ("security",)),
    Way("/record", "record.nav", "scroll-text", ("auditor",)),
    # On a phone, and for whom the rail is full, the account is in the person's menu alone.
    Way("/account", "nav.account", "user-round", ("applicant", *KEEPER_ROLES), phone=False),
)


def ways_for(role: str) -> list[Way]:
    """The entries of a role, in order."""
    return [way for way in WAYS if role in way.roles]


def phone_bar(ways: list[Way]) -> tuple[list[Way], list[Way]]:
    """What the bar of a phone shows, and what its "more" opens: five places, the last of them "more" if need be."""
    shown = [way for way in ways if way.phone]
    if len(shown) <= PHONE_PLACES:
        return shown, []
    return shown[: PHONE_PLACES - 1], shown[PHONE_PLACES - 1 :]
