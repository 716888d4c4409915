"""Looking the catalogue through from the command line."""

import shutil

from jointreview.__main__ import main
from jointreview.catalog.loader import ROOT, load_catalog


def test_a_sound_catalogue_is_summed_up(capsys):
    assert main(["catalog", "check"]) == 0
    shown = capsys.readouterr()
    assert f"{len(load_catalog('qidong').items)} items" in shown.out and "no faults" in shown.out
    assert shown.err == ""


def test_a_fault_is_printed_with_file_and_line(tmp_path, capsys):
    folder = shutil.copytree(ROOT / "qidong", tmp_path / "draft")
    path = folder / "items" / "stage4.yaml"
    text = path.read_text(encoding="utf-8")
    line = text[: text.index("unit: lightning")].count("\n") + 1
    path.write_text(text.replace("unit: lightning", "unit: lightening", 1), encoding="utf-8")
    assert main(["catalog", "check", "--dir", str(folder)]) == 1
    shown = capsys.readouterr()
    assert f"draft/items/stage4.yaml:{line}: There is no handling unit “lightening”." in shown.err.splitlines()
    assert shown.out == ""


def test_a_folder_that_is_no_catalogue_is_a_fault(tmp_path, capsys):
    assert main(["catalog", "check", "--dir", str(tmp_path / "nowhere")]) == 1
    assert "catalog.yaml: The file is missing." in capsys.readouterr().err
