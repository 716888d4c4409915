"""The attacker's tools: a bare socket client and the list of everything the server would listen to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from jointreview.ui.guard import is_framework
from tests.hostile.pipeline import all_handlers
from tests.web.conftest import server  # noqa: F401
from tests.web.serving import PASSWORD, Server

ROLES = ("applicant", "clerk", "officer", "coordinator", "admin")


@dataclass(frozen=True)
class Handler:
    """A handler the server has registered, ours or the framework's."""

    name: str
    framework: bool
    allowed: tuple[str, ...]
    own: bool
    arguments: tuple[str, ...]


@pytest.fixture(scope="session")
def handlers() -> list[Handler]:
    """Every registered handler of every state, the framework's own included: names are the same in every process."""
    return [
        Handler(
            name=one.name,
            framework=is_framework(one.registered),
            allowed=tuple(sorted(one.allowed)),
            own=one.function.__module__.startswith("jointreview."),
            arguments=tuple(one.arguments),
        )
        for one in all_handlers()
    ]


@pytest.fixture(scope="session")
def logins(server: Server) -> dict[str, str]:  # noqa: F811
    """An account for each role: role -> login."""
    server.run(
        "from jointreview.commands.identity import add_account\n"
        "for role in args[0]:\n"
        "    login, unit = f'hostile-{role}', 'fire' if role == 'officer' else ''\n"
        "    add_account(login, f'Person {login}', role, args[1], unit=unit)",
        ROLES,
        PASSWORD,
    )
    return {role: f"hostile-{role}" for role in ROLES}
