"""The quick reader of YAML gives what the careful one gives, or leaves it to that one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from jointreview.catalog.loader import ROOT
from jointreview.catalog.reading import plain
from jointreview.catalog.yaml_fast import Declined, quickly

FILES = sorted((ROOT / "qidong").rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_the_catalogue_is_read_quickly_and_alike(path: Path):
    text = path.read_text(encoding="utf-8")
    assert quickly(text) == plain(YAML().load(text))


SCALARS = st.text("0123456789+-._:eExobTtYynNfalsru~<= ", max_size=12)


@given(SCALARS)
@example("yes")
@example("off")
@example("010")
@example("0o10")
@example("1:30")
@example("1_000")
@example("2026-05-06")
@example("2026-05-06 09:00:00")
@example("2026-5-6")
@example("1e3")
@example(".5")
@example("08:30")
@example("")
@example("<<")
@example("1.")
def test_a_value_is_never_read_in_two_ways(scalar: str):
    text = f"key: {scalar}\nlist: [{scalar}]\n"
    try:
        read = quickly(text)
    except Declined:
        return
    assert repr(read) == repr(plain(YAML().load(text)))


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2\n", "a: [1\n", "\ta: 1\n", "a: yes\n", "a: &x {b: 1}\nc: {<<: *x}\n", "a: !set {b}\n", "a: 0o7\n"],
)
def test_what_is_faulty_or_doubtful_is_left_to_the_careful_reader(text: str):
    with pytest.raises(Declined):
        quickly(text)


def test_the_careful_reader_refuses_a_key_that_stands_twice():
    with pytest.raises(YAMLError):
        YAML().load("a: 1\na: 2\n")
