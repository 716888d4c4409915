"""The world of the commands' tests, to be looked at."""

from tests.commands.conftest import world

__all__ = ["world"]
