"""Every word a person reads, in both languages.

Language files are `text/zh/<area>.yaml` and `text/en/<area>.yaml`: flat `name: text` maps.
The key of a text is `<area>.<name>`; placeholders are `{name}` of str.format.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"
_ROOT = Path(__file__).parent
# The same safe loader in C where PyYAML was built with it: a tenth of the time at every start.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MissingText(KeyError):
    """A key without a text: a fault of the program, found by tests/text."""


@cache
def texts(lang: str) -> dict[str, str]:
    """All texts of one language by key.

    Raises ValueError for a file that is not a flat map of names to strings.
    """
    found: dict[str, str] = {}
    for path in sorted((_ROOT / lang).glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # nosec B506 # safe loader
        for name, text in data.items():
            if not isinstance(text, str):
                raise ValueError(f"{path.name}: {name} is not a text")
            found[f"{path.stem}.{name}"] = text
    return found


def tr(lang: str, key: str, /, **params: object) -> str:
    """The text of `key` in `lang` with its placeholders filled.

    A parameter may be words in both languages, `{"zh": ..., "en": ...}`.
    Raises MissingText for an unknown key; an unknown language reads as Chinese.
    """
    table = texts(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        text = table[key]
    except KeyError:
        raise MissingText(key) from None
    return text.format(**{name: _in(lang, value) for name, value in params.items()}) if params else text


def _in(lang: str, value: object) -> object:
    """A parameter given as words in every language reads in the language of the text."""
    return (
        value.get(lang, value[DEFAULT_LANGUAGE]) if isinstance(value, dict) and DEFAULT_LANGUAGE in value else value
    )


def for_kind(key: str, kind: str) -> str:
    """The key as it is said of a case of that kind: `<key>_review` in a joint review, where there is such a text.

    A review is surveyed (踏勘) and decided on, a completed work is accepted (验收).
    """
    own = f"{key}_review"
    return own if kind == "review" and own in texts(DEFAULT_LANGUAGE) else key


def both(key: str, /, **params: object) -> dict[str, str]:
    """The text of `key` in every language: `{"zh": ..., "en": ...}`."""
    return {lang: tr(lang, key, **params) for lang in LANGUAGES}
