"""The address of a React part that lies beside its Python module."""

from __future__ import annotations

import reflex as rx
from reflex.assets import AssetPathStr
from reflex_base.environment import EnvironmentVariables


def browser_part(module: str, name: str) -> AssetPathStr:
    """The part `name` beside `module` (give `__name__`): linked into the assets when the front end is built.

    A server of a finished build links nothing, and rx.asset would read the source of every caller on the stack for
    each of the parts: more than a second of each start.
    """
    if EnvironmentVariables.REFLEX_SKIP_COMPILE.get():
        return AssetPathStr(f"/external/{module.replace('.', '/')}/{name}")
    return rx.asset(name, shared=True, _stack_level=2)
