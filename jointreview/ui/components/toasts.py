"""Short messages after an action, in the reader's language."""

from __future__ import annotations

from typing import Any

import reflex as rx

from jointreview.domain.problems import Refused
from jointreview.text import tr
from jointreview.ui.text import lang_of


async def done(state: rx.State, key: str, /, **params: object) -> Any:
    """Event: a message that something was done."""
    return rx.toast.success(tr(await lang_of(state), key, **params))


async def refused(state: rx.State, refusal: Refused) -> Any:
    """Event: why something was not done, with every problem."""
    lang = await lang_of(state)
    texts = [tr(lang, problem.key, **problem.params) for problem in refusal.problems]
    return rx.toast.error(texts[0], description=" ".join(texts[1:]) or None, duration=10000)
