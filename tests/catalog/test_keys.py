"""Every message of catalogue and form has its text, and every text of theirs is used."""

import re
from pathlib import Path

import pytest

from jointreview.text import LANGUAGES, texts

SOURCES = [
    *Path("jointreview/catalog").rglob("*.py"),
    *Path("jointreview/catalog").rglob("*.yaml"),
    Path("jointreview/domain/conditions.py"),
    Path("jointreview/cli/catalog.py"),
]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
NAMED = set(re.findall(r'"((?:form|catalog)\.(?!yaml")[a-z0-9_]+)"', CODE))
NAMED |= set(re.findall(r"key: (form\.[a-z0-9_]+)$", CODE, re.MULTILINE))
BUILT = ("form.condition_", "form.within_", "form.over_", "form.under_", "catalog.no_such_")
"""Beginnings of keys that are put together from a part known at run time."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_has_a_text(lang):
    assert sorted(key for key in NAMED if key not in texts(lang)) == []


def test_every_text_is_used():
    own = {key for key in texts("zh") if key.startswith(("form.", "catalog."))}
    assert sorted(key for key in own - NAMED if not key.startswith(BUILT)) == []
