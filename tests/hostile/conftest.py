"""The attacker's tools: a bare socket client and the list of everything the server would listen to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.web.conftest import server  # noqa: F401
from tests.web.serving import Server

ROLES = ("applicant", "clerk", "officer", "coordinator", "admin")

_LIST_HANDLERS = """
import rxconfig, inspect
from jointreview.jointreview import app
from jointreview.ui.allow import MARK
from jointreview.ui.guard import is_framework
from reflex_base.registry import RegistrationContext
result = []
for name, known in RegistrationContext.get().event_handlers.items():
    fn = known.handler.fn
    result.append({
        "name": name,
        "module": known.states[0].__module__,
        "framework": is_framework(known),
        "allowed": sorted(getattr(fn, MARK, ())),
        "background": known.handler.is_background,
        "own": fn.__module__.startswith("jointreview."),
        "arguments": list(inspect.signature(fn).parameters)[1:],
    })
"""


@dataclass(frozen=True)
class Handler:
    """A handler the server has registered, ours or the framework's."""

    name: str
    module: str
    framework: bool
    allowed: tuple[str, ...]
    background: bool
    own: bool
    arguments: tuple[str, ...]


@pytest.fixture(scope="session")
def handlers(server: Server) -> list[Handler]:  # noqa: F811
    """Every registered handler of every state, the framework's own included."""
    found = server.run(_LIST_HANDLERS)
    return [
        Handler(**{**row, "allowed": tuple(row["allowed"]), "arguments": tuple(row["arguments"])}) for row in found
    ]


@pytest.fixture(scope="session")
def logins(server: Server) -> dict[str, str]:  # noqa: F811
    """An account for each role: role -> login."""
    for role in ROLES:
        server.account(f"hostile-{role}", role, unit="fire" if role == "officer" else "")
    return {role: f"hostile-{role}" for role in ROLES}
