"""`python -m jointreview ids check`."""

import json

import pytest

from jointreview.__main__ import main


def test_a_valid_code_exits_with_0_and_says_what_it_is(capsys):
    assert main(["ids", "check", "91110000600037341l"]) == 0
    assert "91110000600037341L is a valid unified social credit code" in capsys.readouterr().out


def test_an_invalid_code_exits_with_1_and_says_why(capsys):
    assert main(["ids", "check", "91110000600037342L"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and "should be P, not L" in captured.err


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        ("2017-320681-47-03-123456", "project", 0),
        ("2013-320681-47-03-123456", "project", 1),
        ("建字第3206142026GG0051651号", "planning-permit", 0),
        ("320623202004020101", "construction-permit", 0),
        ("320623202004020101", "credit", 1),
    ],
)
def test_the_kind_can_be_named(capsys, code, kind, status):
    assert main(["ids", "check", code, "--kind", kind, "--json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["valid"], bool(found["problems"])) == (kind, status == 0, status == 1)


def test_warnings_do_not_refuse(capsys):
    assert main(["ids", "check", "2101-990681-89-01-123456"]) == 0
    assert "Please note" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["mobile", "colour"])
def test_other_kinds_are_refused(capsys, kind):
    assert main(["ids", "check", "13812345678", "--kind", kind]) == 1
    assert "credit, project" in capsys.readouterr().err
