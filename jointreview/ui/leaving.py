"""Ways from the application to the plain pages, which its router does not know."""

from __future__ import annotations

from typing import Any

import reflex as rx


def leave_for(path: str) -> Any:
    """Event for a control: go to a page outside the application, which its router does not know."""
    return rx.call_script(f"location.assign('{path}')")


def sign_out() -> Any:
    """Event for a control: post the sign-out form, so that the cookie goes and no other site can cause it."""
    return rx.call_script(
        "const f = document.createElement('form'); f.method = 'post'; f.action = '/signout';"
        " document.body.append(f); f.submit()"
    )
