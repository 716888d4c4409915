"""`python -m jointreview plan`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.planning_instances import instance as realistic
from jointreview.__main__ import main
from jointreview.settings import ROOT
from tests.planning.checker import faults


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "question.json"
    path.write_text(json.dumps(realistic(8, 1)), "utf-8")
    return path


def refusal(capsys, *args: str) -> str:
    assert main(["plan", *args]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_standard_output_is_the_answer_and_nothing_else(file):
    command = [sys.executable, "-m", "jointreview", "plan", str(file), "--seconds", "20", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert list(answer) == ["status", "trips", "unserved", "totals", "bound", "objective", "gap", "seconds"]
    assert faults(realistic(8, 1), answer) == []


def test_the_command_imports_no_part_of_the_application():
    program = "import jointreview.__main__ as m, sys\nm.build_parser('plan')\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"reflex", "sqlalchemy", "pydantic", "geopandas", "jointreview.models", "jointreview.commands"}
    assert not heavy & set(done.stdout.split())


def test_the_time_limit_is_kept(tmp_path, capsys):
    path = tmp_path / "large.json"
    path.write_text(json.dumps(realistic(60, 2)), "utf-8")
    began = time.monotonic()
    assert main(["plan", str(path), "--seconds", "3", "--json"]) == 0
    assert time.monotonic() - began < 5
    assert faults(realistic(60, 2), json.loads(capsys.readouterr().out)) == []


@pytest.mark.parametrize(("lang", "word"), [("en", "Best plan, proven"), ("zh", "最优方案")])
def test_people_get_a_table(file, capsys, lang, word):
    assert main(["plan", str(file), "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert word in said
    assert "R8" in said and "car-1" in said


def test_a_fault_is_named_with_its_path(file, capsys):
    question = realistic(8, 1)
    question["requests"][3]["windows"][0] = ["2026-05-11", "night"]
    question["colour"] = "red"
    file.write_text(json.dumps(question), "utf-8")
    said = refusal(capsys, str(file))
    assert "requests[3].windows[0]: " in said
    assert 'colour: The key "colour" is not known here.' in said


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b'{"a": 1, "a": 2}', b"[]"])
def test_a_file_that_is_no_question_is_refused(tmp_path, capsys, content):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert refusal(capsys, str(path))


def test_a_missing_file_and_a_strange_limit_are_refused(file, capsys):
    assert "no/such.json" in refusal(capsys, "no/such.json")
    assert "--seconds" in refusal(capsys, str(file), "--seconds", "soon")
    assert "--seconds" in refusal(capsys, str(file), "--seconds", "-1")
    assert "--seconds" in refusal(capsys, str(file), "--seconds", "nan")


def test_confirmed_trips_that_contradict_each_other_are_answered_and_told(file, capsys):
    assert main(["plan", str(file), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)["trips"][0]
    question = realistic(8, 1) | {"confirmed": [first, first]}
    file.write_text(json.dumps(question), "utf-8")
    assert main(["plan", str(file), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "infeasible-input"
    assert "confirmed[1].car: " in captured.err
