"""Texts on pages: both languages are in the page, the reader's cookie chooses."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

import reflex as rx

from jointreview.text import LANGUAGES, for_kind, tr

LANGUAGE_COOKIE = "jr_lang"
TEXT_SIZE_COOKIE = "jr_text"  # read by assets/frame.js before the first paint
_YEAR = 365 * 24 * 3600


class Lang(rx.State):
    """The reader's language, `zh` or `en`, kept in the cookie that the plain pages read as well."""

    lang: str = rx.Cookie("zh", name=LANGUAGE_COOKIE, path="/", max_age=_YEAR, same_site="lax")


def t(key: str, /, **params: Any) -> rx.Var:
    """The text of `key` in the reader's language; parameters may be state vars."""
    return rx.cond(Lang.lang == "en", _filled(tr("en", key), params), _filled(tr("zh", key), params))


def _filled(template: str, params: Mapping[str, Any]) -> Any:
    """The template with its placeholders replaced; a plain string when no parameter is a var."""
    if not params:
        return template
    if not any(isinstance(value, rx.Var) for value in params.values()):
        return template.format(**params)
    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            parts.append(rx.Var.create(literal))
        if name:
            value = params[name]
            parts.append(value.to_string(use_json=False) if isinstance(value, rx.Var) else rx.Var.create(str(value)))
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def t_kind(key: str, kind: rx.Var, /) -> rx.Var:
    """The text of `key` as it is said of a case whose kind a state var holds (text.for_kind)."""
    return rx.cond(kind == "review", t(for_kind(key, "review")), t(key))


def t_by(value: rx.Var, keys: Mapping[Any, str], otherwise: str = "") -> rx.Var:
    """The text that `keys` names for the value of a var, for example a status: `{"open": "case.open", ...}`."""
    return rx.match(value, *[(known, t(key)) for known, key in keys.items()], t(otherwise) if otherwise else "")


async def lang_of(state: rx.State) -> str:
    """The reader's language in a handler, for texts made by the server."""
    chosen = (await state.get_state(Lang)).lang
    return chosen if chosen in LANGUAGES else "zh"


async def say(state: rx.State, key: str, /, **params: object) -> str:
    """The text of `key` in the reader's language, for a handler."""
    return tr(await lang_of(state), key, **params)


def switch_language(to: str) -> Any:
    """Event for a handler: remember the language and load the page again in it (assets/frame.js)."""
    return rx.call_script(f'jrLanguage("{to}")')


def switch_text_size() -> Any:
    """Event for a control: large text or the ordinary size, at once and remembered in this browser."""
    return rx.call_script(
        "(() => { const root = document.documentElement; const large = root.dataset.text !== 'large'; "
        "if (large) root.dataset.text = 'large'; else delete root.dataset.text; "
        f"document.cookie = `{TEXT_SIZE_COOKIE}=${{large ? 'large' : ''}}; "
        f"path=/; max-age={_YEAR}; samesite=lax`; }})()"
    )
