"""Files of an application: each material's current files with their earlier versions, and the parcel of land."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import mapping
from sqlmodel import Session, col, select

from jointreview.commands.scans import scan_states
from jointreview.geo.wkb import from_wkb
from jointreview.models.case import Material, Upload
from jointreview.models.identity import Account
from jointreview.models.project import Parcel
from jointreview.models.upload import READABLE
from jointreview.preview.kinds import HAS_THUMB, way_of
from jointreview.text import tr

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def minute(moment: datetime) -> str:
    """A moment as people in Shanghai read it."""
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}"


def material_files(session: Session, case_id: int) -> dict[str, list[dict[str, Any]]]:
    """Current files by material, each with the versions it replaced, newest first."""
    rows = session.exec(
        select(Material, Upload, Account.name)
        .join(Upload, col(Upload.id) == Material.upload_id)
        .join(Account, col(Account.id) == Material.added_by)
        .where(Material.case_id == case_id)
        .order_by(col(Material.slot), col(Material.version).desc())
    ).all()
    scans = scan_states(session, [upload.digest for _, upload, _ in rows])
    found: dict[str, list[dict[str, Any]]] = {}
    for material, upload, name in rows:
        if not material.current:
            continue
        earlier = [
            _file(m, u, n, scans)
            for m, u, n in rows
            if (m.code, m.slot) == (material.code, material.slot) and not m.current
        ]
        found.setdefault(material.code, []).append({**_file(material, upload, name, scans), "earlier": earlier})
    return found


def _file(material: Material, upload: Upload, added_by: str, scans: dict[str, str]) -> dict[str, Any]:
    scan = scans[upload.digest]
    way = way_of(upload.kind) if scan in READABLE else ""
    return {
        "id": material.id,
        "slot": material.slot,
        "version": material.version,
        "name": upload.name,
        "kind": upload.kind,
        "size": upload.size,
        "pages": upload.pages,
        "scan": scan,
        "document_no": material.document_no,
        "added_at": minute(material.added_at),
        "added_by": added_by,
        "url": f"/api/cases/{material.case_id}/materials/{material.id}",
        "view": f"/cases/{material.case_id}/view/m{material.id}" if way else "",
        "thumb": f"/api/cases/{material.case_id}/files/m{material.id}/thumb"
        if way in HAS_THUMB and scan in READABLE
        else "",
    }


def current_parcel(session: Session, case_id: int) -> Parcel | None:
    """The parcel read last."""
    return session.exec(select(Parcel).where(Parcel.case_id == case_id, col(Parcel.current))).first()


def parcel_shown(session: Session, case_id: int, lang: str) -> dict[str, Any] | None:
    """The parcel's particulars, areas in m², with what was noted while reading; None before a file was read."""
    parcel = current_parcel(session, case_id)
    if parcel is None:
        return None
    upload = session.get(Upload, parcel.upload_id)
    return {
        "id": parcel.id,
        "file": upload.name if upload else "",
        "crs": parcel.crs,
        "crs_name": parcel.crs_name,
        "found_by": tr(lang, parcel.crs_found_by) if parcel.crs_found_by else "",
        "area_plane_m2": parcel.area_plane_m2,
        "area_geodesic_m2": parcel.area_geodesic_m2,
        "parts": parcel.parts,
        "notes": [
            {
                "text": tr(lang, note["key"], **note.get("params", {})),
                "line": note.get("line"),
                "entity": note.get("entity", ""),
            }
            for note in parcel.notes
        ],
        "confirmed_at": minute(parcel.confirmed_at) if parcel.confirmed_at else "",
        "url": f"/api/cases/{case_id}/application/parcel.geojson?v={parcel.id}",
    }


def parcel_geojson(session: Session, case_id: int) -> dict[str, Any]:
    """The parcel as a FeatureCollection in degrees, empty before a file was read."""
    parcel = current_parcel(session, case_id)
    features: list[dict[str, Any]] = []
    if parcel is not None:
        names = "、".join(p.get("name") or p.get("number") or "" for p in parcel.parts)
        features.append(
            {
                "type": "Feature",
                "id": f"parcel-{parcel.id}",
                "geometry": mapping(from_wkb(parcel.wkb)),
                "properties": {"kind": "parcel", "name": names.strip("、")},
            }
        )
    return {"type": "FeatureCollection", "features": features}
