"""`python -m jointreview due`."""

import json
import subprocess
import sys
from datetime import datetime

import pytest

from jointreview.__main__ import main
from jointreview.domain.calendar import LOCAL_TIME


def due(capsys, *args: str) -> dict:
    assert main(["due", *args, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *args: str) -> str:
    assert main(["due", *args]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_the_answer_has_exactly_its_keys_and_explains_every_day(capsys):
    found = due(capsys, "--accepted", "2026-02-09", "--days", "10", "--on", "2026-02-26")
    assert list(found) == ["due", "used", "remaining", "lamp", "provisional", "explanation"]
    assert (found["due"], found["used"], found["remaining"]) == ("2026-02-28", 8, 2)
    assert (found["lamp"], found["provisional"]) == ("notice", False)
    assert all(set(line) == {"date", "counted", "reason"} for line in found["explanation"])
    assert sum(line["counted"] for line in found["explanation"]) == 10
    reasons = {line["date"]: line["reason"] for line in found["explanation"]}
    assert "Spring Festival" in reasons["2026-02-17"]
    assert "make-up" in reasons["2026-02-28"]


def test_pauses_are_united(capsys):
    found = due(
        capsys, "--accepted", "2025-05-12", "--days", "10", "--on", "2025-06-10",
        "--pause", "2025-05-14:2025-05-21", "--pause", "2025-05-19:2025-05-27",
    )  # fmt: skip
    assert (found["due"], found["remaining"], found["lamp"]) == ("2025-06-09", -1, "red")
    assert {x["reason"] for x in found["explanation"] if "paused" in x["reason"]} == {"paused, not counted"}


def test_an_open_pause_has_no_due_date(capsys):
    found = due(capsys, "--accepted", "2026-02-09", "--days", "10", "--pause", "2026-02-11:", "--on", "2026-02-12")
    assert (found["due"], found["lamp"], found["used"]) == (None, "paused", 2)
    assert found["explanation"][-1]["date"] == "2026-02-12"


def test_a_year_without_a_notice_is_provisional(capsys):
    assert not due(capsys, "--accepted", "2026-12-17", "--days", "10")["provisional"]
    assert due(capsys, "--accepted", "2026-12-18", "--days", "10")["provisional"]


def test_without_a_day_it_is_as_of_today(capsys):
    today = datetime.now(LOCAL_TIME).date().isoformat()
    arguments = ("--accepted", "2026-03-09", "--days", "10")
    assert due(capsys, *arguments) == due(capsys, *arguments, "--on", today)


def test_a_calendar_file_is_the_whole_calendar(capsys, tmp_path):
    table = tmp_path / "days.csv"
    table.write_text("date,is_workday,name\n2031-03-05,0,地方节日\n2031-03-08,1\n", "gb18030")
    found = due(capsys, "--accepted", "2031-03-03", "--days", "4", "--on", "2031-03-03", "--calendar", str(table))
    assert (found["due"], found["provisional"]) == ("2031-03-08", False)
    assert "地方节日" in found["explanation"][2]["reason"]


def test_a_promise_of_no_days_is_due_on_the_day(capsys):
    found = due(capsys, "--accepted", "2026-03-09", "--days", "0", "--on", "2026-03-09")
    assert (found["due"], found["remaining"]) == ("2026-03-09", 0)


def test_people_get_a_table(capsys):
    assert main(["due", "--accepted", "2026-12-18", "--days", "10", "--on", "2026-12-18"]) == 0
    out = capsys.readouterr().out
    assert "2027-01-04 (provisional" in out
    assert "2026-12-21 Mon  +  working day 1 of 10" in out


def test_acceptance_on_a_rest_day_is_refused_with_the_next_working_day(capsys):
    assert "2026-02-24" in refusal(capsys, "--accepted", "2026-02-16", "--days", "10")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--accepted", "2026-02-30", "--days", "10"], "2026-02-30"),
        (["--accepted", "20260209", "--days", "10"], "20260209"),
        (["--accepted", "0001-01-01", "--days", "10"], "1990"),
        (["--days", "10"], "--accepted"),
        (["--accepted", "2026-02-09"], "--days"),
        (["--accepted", "2026-02-09", "--days", "-1"], "-1"),
        (["--accepted", "2026-02-09", "--days", "ten"], "ten"),
        (["--accepted", "2026-02-09", "--days", "999999"], "3650"),
        (["--accepted", "2026-02-09", "--days", "10", "--on", "soon"], "soon"),
        (["--accepted", "2026-02-09", "--days", "10", "--pause", "2026-02-11"], "START:END"),
        (["--accepted", "2026-02-09", "--days", "10", "--pause", "2026-02-06:2026-02-11"], "2026-02-06"),
        (["--accepted", "2026-02-09", "--days", "10", "--pause", "2026-02-12:2026-02-11"], "before its start"),
        (["--accepted", "2026-02-09", "--days", "10", "--pause", "2026-02-12:x"], '"x"'),
        (["--accepted", "2026-02-09", "--days", "10", "--calendar", "/nowhere.csv"], "/nowhere.csv"),
    ],
)
def test_faulty_input_is_refused_in_words(capsys, arguments, said):
    assert said in refusal(capsys, *arguments)


def test_every_fault_is_told_at_once(capsys):
    told = refusal(capsys, "--accepted", "x", "--days", "y", "--pause", "z")
    assert len(told.splitlines()) == 3


def test_a_faulty_calendar_names_its_lines(capsys, tmp_path):
    table = tmp_path / "days.csv"
    table.write_text("date,is_workday\n2031-02-30,0\n2031-03-01,?\n")
    told = refusal(capsys, "--accepted", "2031-03-03", "--days", "4", "--calendar", str(table))
    assert "Line 2" in told and "Line 3" in told


def test_it_runs_as_a_command():
    run = subprocess.run(
        [sys.executable, "-m", "jointreview", "due", "--accepted", "2026-02-08", "--days", "10"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1 and "2026-02-09" in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize("form", [("--json",), ()])
def test_a_reader_that_stops_early_is_no_fault(form):
    command = [sys.executable, "-m", "jointreview", "due", "--accepted", "2026-02-09", "--days", "1000", *form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asked:
        asked.stdout.close()
        assert (asked.stderr.read(), asked.wait()) == ("", 0)
