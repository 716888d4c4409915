"""Writing parcels for other programs: GeoPackage and zipped Shapefile, in EPSG:4490 degrees."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from jointreview.geo.crs import CGCS2000

_MOST_TEXT = 80
"""A text of a Shapefile has 254 bytes; of UTF-8 Chinese, eighty characters fit whole."""

_SHAPEFILE_NAMES = {
    "name": "DKMC",
    "number": "DKBH",
    "land_use": "DKYT",
    "case_number": "AJBH",
    "source_crs": "SRC_CRS",
    "area_plane_m2": "MJ_PLANE",
    "area_geodesic_m2": "MJ_ELLIPS",
}
"""Field names of a dBASE table have ten bytes: those of the ministry's parcel tables where they have one."""


@dataclass(frozen=True)
class Exported:
    """A parcel to be written: geometry in EPSG:4490 degrees, areas in m², `source_crs` the system it was drawn in."""

    geometry: Polygon | MultiPolygon
    name: str = ""
    number: str = ""
    land_use: str = ""
    case_number: str = ""
    source_crs: str = ""
    area_plane_m2: float | None = None
    area_geodesic_m2: float | None = None


_TEXTS = ("name", "number", "land_use", "case_number", "source_crs")
_NUMBERS = ("area_plane_m2", "area_geodesic_m2")


def to_geopackage(parcels: Sequence[Exported]) -> bytes:
    """A GeoPackage with the layer `parcels`."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "parcels.gpkg")
        _write(path, "GPKG", parcels, {name: name for name in (*_TEXTS, *_NUMBERS)}, layer="parcels")
        return path.read_bytes()


def to_shapefile_zip(parcels: Sequence[Exported]) -> bytes:
    """A zip of .shp, .shx, .dbf, .prj and .cpg; the table is in UTF-8, which its .cpg says."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "parcels.shp")
        _write(path, "ESRI Shapefile", parcels, _SHAPEFILE_NAMES, encoding="UTF-8")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.writestr(file.name, file.read_bytes())
    return buffer.getvalue()


def _write(path: Path, driver: str, parcels: Sequence[Exported], names: dict[str, str], **options: str) -> None:
    import pyogrio  # with it comes pandas, which no start should wait for

    columns = [np.array([getattr(p, n)[:_MOST_TEXT] for p in parcels], dtype=object) for n in _TEXTS]
    columns += [np.array([_number(getattr(p, n)) for p in parcels], dtype=float) for n in _NUMBERS]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([_multi(p.geometry) for p in parcels], dtype=object)),
        columns,
        fields=[names[n] for n in (*_TEXTS, *_NUMBERS)],
        geometry_type="MultiPolygon" if driver == "GPKG" else "Polygon",
        crs=f"EPSG:{CGCS2000}",
        driver=driver,
        **options,
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else round(value, 3)


def _multi(geometry: Polygon | MultiPolygon) -> MultiPolygon:
    polygons = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    return MultiPolygon([orient(polygon) for polygon in polygons])
