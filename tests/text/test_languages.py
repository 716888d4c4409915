"""Both languages say the same things."""

import string
from pathlib import Path

import pytest
import yaml

from jointreview.text import LANGUAGES, MissingText, both, texts, tr


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_key_has_a_text_in_every_language():
    keys = {lang: set(texts(lang)) for lang in LANGUAGES}
    assert keys["zh"] == keys["en"], sorted(keys["zh"] ^ keys["en"])


def test_placeholders_agree():
    zh, en = texts("zh"), texts("en")
    differing = [k for k in zh if placeholders(zh[k]) != placeholders(en.get(k, ""))]
    assert differing == []


def test_no_text_is_empty():
    assert [k for lang in LANGUAGES for k, v in texts(lang).items() if not v.strip()] == []


def test_no_key_is_written_twice():
    class Strict(yaml.SafeLoader):
        pass

    def no_duplicates(loader, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            assert key_node.value not in seen, f"{key_node.value} twice at {key_node.start_mark}"
            seen.add(key_node.value)
        return yaml.SafeLoader.construct_mapping(loader, node, deep)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, no_duplicates)
    for path in Path("jointreview/text").glob("*/*.yaml"):
        yaml.load(path.read_text(encoding="utf-8"), Strict)


def test_missing_text_is_an_error_and_unknown_language_reads_chinese():
    with pytest.raises(MissingText):
        tr("zh", "no.such_key")
    key = next(iter(texts("zh")))
    assert tr("xx", key) == texts("zh")[key]
    assert set(both(key)) == set(LANGUAGES)
