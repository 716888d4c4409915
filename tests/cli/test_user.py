"""Accounts from the command line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from jointreview.__main__ import main
from jointreview.cli.run import check_port
from jointreview.cli.setup_db import safe_address
from jointreview.commands import identity
from jointreview.domain.problems import Refused
from jointreview.models.base import engine
from jointreview.settings import settings


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A migrated database of its own."""
    monkeypatch.setenv("JOINTREVIEW_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JOINTREVIEW_DATABASE_URL", "")
    settings.cache_clear()
    engine.cache_clear()
    assert main(["migrate"]) == 0
    yield
    engine().dispose()
    settings.cache_clear()
    engine.cache_clear()


def type_in(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))


def test_an_added_account_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "Right-Password-1")
    added = ["user", "add", "--login", "otto", "--name", "李工", "--role", "officer", "--unit", "fire"]
    assert main([*added, "--password-stdin"]) == 0
    assert identity.sign_in("otto", "Right-Password-1").post_chosen


def test_every_fault_of_an_account_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "short")
    assert main(["user", "add", "--login", "X", "--name", "李工", "--role", "officer", "--password-stdin"]) == 1
    told = capsys.readouterr().err
    for words in ("login name", "handling unit", "too short"):
        assert words in told


def test_a_new_password_must_be_changed_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    identity.add_account("anna", "王安娜", "admin", "Right-Password-1")
    assert main(["user", "password", "--login", "anna"]) == 0
    made = capsys.readouterr().out.strip()
    assert identity.sign_in("anna", made).must_change_password


def test_a_taken_port_is_named_with_the_way_to_another() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refusal:
            check_port("127.0.0.1", port)
    assert refusal.value.problems[0].params["port"] == port


def test_a_printed_database_address_has_no_password() -> None:
    assert safe_address("postgresql+psycopg://jr:secret@db:5432/jr") == "postgresql+psycopg://jr@db:5432/jr"
    assert safe_address("sqlite:////x/y.db") == "sqlite:////x/y.db"
