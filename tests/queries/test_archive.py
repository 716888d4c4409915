"""The archive of a closed case: whole for any BagIt tool, complete, without secrets, and every change found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import bagit
import pytest
from sqlmodel import col, select

from jointreview.cli import archive as cli
from jointreview.commands.conclusion import Conclude
from jointreview.commands.layer_checks import CheckLayers
from jointreview.domain.problems import Refused
from jointreview.models import base
from jointreview.models.case import Case, Material
from jointreview.models.event import Event
from jointreview.models.outcome import IssuedDocument
from jointreview.models.review import Opinion
from jointreview.queries.archive.export import export_case
from jointreview.queries.archive.rows import case_rows
from jointreview.queries.archive.verify import verify
from jointreview.storage.bag import Piece, write_zip
from tests.commands.layer_world import load
from tests.commands.snapshots import remembered
from tests.commands.world import World

FAR_AWAY = {"type": "Polygon", "coordinates": [[[121.85, 31.7], [121.86, 31.7], [121.86, 31.71], [121.85, 31.7]]]}


@remembered
def closed(world: World) -> int:
    case_id = world.all_passed()
    world.do("coordinator", Conclude(case_id=case_id, signature=world.signature("coordinator")))
    return case_id


def unpacked(tmp_path: Path, world: World) -> tuple[Path, int]:
    case_id = closed(world)
    name, _ = export_case(world.actors["coordinator"], case_id, tmp_path / "case.zip", world.now)
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        archive.extractall(tmp_path / "bag")
    return tmp_path / "bag" / name, case_id


def records(bag: Path, table: str) -> list[dict]:
    return json.loads((bag / "data" / "records" / f"{table}.json").read_text(encoding="utf-8"))


def test_the_bag_is_sound_for_the_library_of_congress_and_holds_every_document(world: World, tmp_path: Path):
    bag, case_id = unpacked(tmp_path, world)
    assert bagit.Bag(str(bag)).validate()
    with base.reading() as session:
        case = session.get_one(Case, case_id)
        documents = session.exec(select(IssuedDocument.digest).where(IssuedDocument.case_id == case_id)).all()
        events = session.exec(select(Event.hash).where(Event.case_id == case_id).order_by(col(Event.seq))).all()
        materials = session.exec(select(Material.code).where(Material.case_id == case_id)).all()
        opinions = session.exec(select(Opinion.id).where(Opinion.case_id == case_id)).all()
    listed = {one["sha256"]: one["path"] for one in json.loads((bag / "data" / "files.json").read_text("utf-8"))}
    assert set(documents) <= set(listed) and all(listed[d].startswith("data/documents/") for d in documents)
    assert {path.parent.name for path in (bag / "data" / "materials").glob("*/*")} == set(materials)
    assert [row["hash"] for row in records(bag, "event")] == list(events)
    assert [row["id"] for row in records(bag, "opinion")] == list(opinions)
    info = bagit.Bag(str(bag)).info
    assert info["External-Identifier"] == case.number and records(bag, "case")[0]["number"] == case.number
    assert records(bag, "formsection") and records(bag, "checklistanswer") and records(bag, "visitmember")


def test_no_code_to_look_up_or_key_of_the_gate_goes_along(world: World, tmp_path: Path):
    bag, case_id = unpacked(tmp_path, world)
    with base.reading() as session:
        secret = session.get_one(Case, case_id).lookup_code
    text = "".join(path.read_text("utf-8") for path in (bag / "data" / "records").glob("*.json"))
    assert secret not in text
    assert not (bag / "data" / "records" / "gate_key.json").exists()


def test_what_a_restricted_layer_answered_stays_at_home(world: World):
    case_id = world.accepted()
    load(world, "control_green", FAR_AWAY)
    world.do("coordinator", CheckLayers(case_id=case_id))
    with base.reading() as session:
        told = case_rows(session, case_id, [])["layer_answer"]
        assert "control_green" in {row["layer"] for row in told}
        rest = case_rows(session, case_id, ["control_green"]).get("layer_answer", [])
    assert rest == [row for row in told if row["layer"] != "control_green"]


def test_the_same_case_gives_the_same_bytes(world: World, tmp_path: Path):
    case_id = closed(world)
    for name in ("a.zip", "b.zip"):
        export_case(None, case_id, tmp_path / name, world.now)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_every_kind_of_change_is_found(world: World, tmp_path: Path, capsys):
    bag, _ = unpacked(tmp_path, world)
    sound = verify(tmp_path / "case.zip")
    assert sound.faults == () and sound.events > 10 and sound.files > 3
    assert cli.run(_args(tmp_path / "case.zip")) == 0
    document = next((bag / "data" / "documents").iterdir())
    document.write_bytes(document.read_bytes()[:-1] + b"!")
    assert "archive.bag_fault" in {key for key, _ in verify(bag).faults}
    assert cli.run(_args(bag)) == 1 and document.name[:6] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rows: rows[2].update(kind="accepted_by_magic"), "archive.event_changed"),
        (lambda rows: rows.pop(3), "archive.event_missing"),
        (lambda rows: rows.pop(), "archive.end_missing"),
    ],
)
def test_a_chain_changed_with_fitting_digests_is_found(world: World, tmp_path: Path, change, fault: str):
    """Whoever changes the events can make the bag anew; the chain still tells."""
    bag, _ = unpacked(tmp_path, world)
    rows = records(bag, "event")
    change(rows)
    pieces = []
    for path in sorted((bag / "data").rglob("*")):
        if path.is_file():
            content = path.read_bytes() if path.name != "event.json" else json.dumps(rows).encode()
            pieces.append(Piece(str(path.relative_to(bag / "data")), [content]))
    write_zip(tmp_path / "forged.zip", "x", pieces, {})
    assert {key for key, _ in verify(tmp_path / "forged.zip").faults} == {fault}


def test_only_a_closed_case_and_only_by_a_coordinator(world: World, tmp_path: Path):
    case_id, tmp_path = world.visiting(), tmp_path / "out"
    tmp_path.mkdir()
    with pytest.raises(Refused):
        export_case(world.actors["coordinator"], case_id, tmp_path / "open.zip", world.now)
    with pytest.raises(Refused) as refused:
        export_case(None, case_id, tmp_path / "open.zip", world.now)
    assert refused.value.problems[0].key == "archive.still_open"
    for who in ("fire", "applicant", "clerk", "supervisor"):
        with pytest.raises(Refused):
            export_case(world.actors[who], closed(world), tmp_path / "no.zip", world.now)
    assert list(tmp_path.iterdir()) == []


def test_a_zip_that_leads_out_of_its_folder_and_what_is_no_bag_are_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
    (tmp_path / "plain.txt").write_text("x")
    for name in ("out.zip", "plain.txt", "nothing"):
        with pytest.raises(Refused):
            verify(tmp_path / name)
    assert not (tmp_path.parent / "evil.txt").exists()


def _args(bag: Path):
    import argparse

    parser = argparse.ArgumentParser()
    cli.arguments(parser)
    return parser.parse_args(["verify", str(bag)])
