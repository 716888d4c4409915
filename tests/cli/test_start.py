"""What a start of the product waits for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jointreview.__main__ import main
from jointreview.settings import ROOT

HEAVY = ("pandas", "geopandas", "folium", "docx", "minio", "jointreview.commands", "jointreview.geo", "reflex")


def imported_by(code: str) -> set[str]:
    """The names of the modules that are there after `code`, in an interpreter of its own."""
    program = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"REFLEX_ENV_MODE": "prod", "__REFLEX_SKIP_COMPILE": "true"},  # as the server starts
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_the_start_imports_nothing_it_does_not_need() -> None:
    names = imported_by("import jointreview.__main__ as m\nm.build_parser('run')")
    assert "jointreview.cli.run" in names
    assert not [name for name in HEAVY if name in names]


def test_the_server_starts_without_what_only_files_of_land_need() -> None:
    names = imported_by("import jointreview.jointreview")
    assert not [name for name in ("pandas", "geopandas", "folium") if name in names]


def test_every_command_is_listed_by_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f" {name} " in said for name in ("run", "due", "ids", "parcel", "demo", "catalog", "audit", "health"))
