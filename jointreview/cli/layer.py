"""python -m jointreview layer: load layers of the map, list them, check a parcel file against them."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pydantic
from sqlmodel import col, select

from jointreview.commands.files import document_store
from jointreview.commands.layer_sight import index_of, version_in_force
from jointreview.commands.layers import FileSaid, load_version, read_file
from jointreview.domain.layers import Answer
from jointreview.domain.problems import Problem, Refused, refuse
from jointreview.geo.layer_formats import MAX_BYTES
from jointreview.geo.layer_index import Touch
from jointreview.geo.parcel import MAX_BYTES as PARCEL_BYTES
from jointreview.geo.parcel import read_parcel
from jointreview.geo.wfs import NoAnswer, ask
from jointreview.jobs.layer_checks import recheck_layers
from jointreview.models.base import reading, writing
from jointreview.models.layer import GeoLayer, LayerVersion
from jointreview.settings import settings
from jointreview.text import LANGUAGES, tr

NAME = "layer"
HELP = tr("en", "layers.cli_help")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Three actions: load, list and check."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    load = actions.add_parser("load", help=tr("en", "layers.cli_load"))
    load.add_argument("code")
    load.add_argument("file", type=Path)
    load.add_argument("--from", dest="effective_from", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    load.add_argument("--to", dest="effective_to", type=date.fromisoformat, metavar="YYYY-MM-DD")
    load.add_argument("--source", required=True)
    for name in ("licence", "name-zh", "name-en", "theme", "name-field", "file-layer"):
        load.add_argument(f"--{name}", default="")
    load.add_argument("--unit", action="append", default=[], help=tr("en", "layers.cli_unit"))
    load.add_argument("--crs", type=int, metavar="EPSG", help=tr("en", "geo.cli_crs"))
    load.add_argument("--repair", action="store_true", help=tr("en", "layers.cli_repair"))
    check = actions.add_parser("check", help=tr("en", "layers.cli_check"))
    check.add_argument("file", type=Path, help=tr("en", "geo.cli_file"))
    check.add_argument("--crs", type=int, metavar="EPSG")
    for action in (load, check, actions.add_parser("list", help=tr("en", "layers.cli_list"))):
        action.add_argument("--lang", choices=LANGUAGES, default="en", help=tr("en", "geo.cli_lang"))


def run(args: argparse.Namespace) -> int:
    """Do the chosen action."""
    action: Callable[[argparse.Namespace], int] = {"load": _load, "list": _list, "check": _check}[args.action]
    return action(args)


def _content(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except OSError:
        raise refuse("geo.file_missing", name=str(path)) from None


def _load(args: argparse.Namespace) -> int:
    data = _content(args.file, MAX_BYTES)
    try:
        said = FileSaid(
            code=args.code,
            effective_from=args.effective_from,
            effective_to=args.effective_to,
            source=args.source,
            licence=args.licence,
            name_zh=args.name_zh,
            name_en=args.name_en,
            theme=args.theme or None,
            units=args.unit,
            name_field=args.name_field,
            file_layer=args.file_layer,
            declared_epsg=args.crs,
            repair=args.repair,
        )
    except pydantic.ValidationError as fault:
        wrong = [str(error["loc"][-1]) for error in fault.errors()]
        raise Refused(*(Problem("layers.cli_bad", {"name": name}) for name in wrong)) from None
    stored = document_store().put(io.BytesIO(data), MAX_BYTES)
    found = read_file(stored.digest, args.file.name, len(data), said)
    now = settings().current_time()
    with writing() as session:
        version = load_version(session, said, found, stored.digest, args.file.name, now, None)
        number = version.number
    for repair in found.repairs:
        key = "layers.repair_dropped" if repair.dropped else "layers.repair_changed"
        print(tr(args.lang, key, feature=repair.feature, reason=repair.reason, change=f"{repair.change_m2:,.1f}"))
    for remark in found.warnings:
        print(remark.message(args.lang))
    print(
        tr(args.lang, "layers.cli_loaded", code=said.code, number=number, count=len(found.geometries), crs=found.crs)
    )
    asked = recheck_layers(now)
    print(tr(args.lang, "layers.cli_rechecked", count=asked))
    return 0


def _list(args: argparse.Namespace) -> int:
    today = settings().today()
    with reading() as session:
        layers = session.exec(select(GeoLayer).order_by(GeoLayer.code)).all()
        versions = session.exec(
            select(LayerVersion).order_by(col(LayerVersion.layer_id), col(LayerVersion.number))
        ).all()
    for layer in layers:
        mine = [v for v in versions if v.layer_id == layer.id]
        now = version_in_force(mine, today)
        print(f"{layer.code}  {layer.name_en if args.lang == 'en' else layer.name_zh}")
        for version in mine:
            until = version.effective_to.isoformat() if version.effective_to else ""
            state = "retired" if version.retired_at else "in_force" if now is version else "kept"
            words = tr(args.lang, f"layers.version_{state}")
            dates = f"{version.effective_from} – {until}"
            print(f"  {version.number}  {dates}  {version.count}  {version.source}  [{words}]")
    return 0


def _check(args: argparse.Namespace) -> int:
    """Every layer asked about the parcel of a file; 0 when all answered, 1 when one did not."""
    parcel = read_parcel(_content(args.file, PARCEL_BYTES), args.file.name, args.crs)
    if parcel.geometry is None or not parcel.accepted or parcel.bbox is None:
        raise Refused(*(p.as_problem(args.file.name) for p in parcel.errors))
    today, silent = settings().today(), 0
    with reading() as session:
        for layer in session.exec(select(GeoLayer).where(GeoLayer.kind == "features").order_by(GeoLayer.code)).all():
            versions = session.exec(select(LayerVersion).where(LayerVersion.layer_id == layer.id)).all()
            version = version_in_force(versions, today)
            name = layer.name_en if args.lang == "en" else layer.name_zh
            try:
                if version is None:
                    raise NoAnswer("none")
                service = version.origin == "service"
                index = (
                    ask(version.service, parcel.bbox, settings().layer_hosts).index
                    if service
                    else index_of(session, version)
                )
            except NoAnswer as no:
                silent += 1
                why = tr(args.lang, no.problem.key, **no.problem.params)
                print(f"{name}: {tr(args.lang, 'layers.answer_not_answered')} – {why}")
                continue
            touch = index.ask(parcel.geometry, layer.hit_within_m, layer.near_m)
            print(f"{name}: {_said(args.lang, touch, parcel.area_plane_m2 or 0.0)} [{version.effective_from}]")
    return 1 if silent else 0


def _said(lang: str, touch: Touch, area_m2: float) -> str:
    said = [tr(lang, f"layers.answer_{touch.answer.value}")]
    if touch.answer is Answer.HIT and touch.share:
        share = f"{touch.share * 100:.2f}"
        said.append(tr(lang, "layers.figure_area", area=f"{touch.share * area_m2:,.1f}", percent=share))
    if touch.length_m:
        said.append(tr(lang, "layers.figure_length", length=f"{touch.length_m:,.0f}"))
    if touch.distance_m:
        said.append(tr(lang, "layers.figure_distance", distance=f"{touch.distance_m:,.1f}"))
    return ", ".join([*said, *touch.names])
