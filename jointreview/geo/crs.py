"""Coordinate systems: naming them, building the Gauss-Kruger ones, and turning coordinates into CGCS2000 degrees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

CGCS2000 = 4490
CGCS2000_GEOD = Geod(a=6378137.0, rf=298.257222101)
_WGS84 = 4326
_FIRST_ZONE = {3: 25, 6: 13}
_LAST_ZONE = {3: 45, 6: 23}
_ZONED_EPSG = {3: 4513, 6: 4491}
_UNZONED_EPSG = {3: 4534, 6: 4502}
_OLD_DATUMS = {"Xian 1980": "datum_xian80", "Beijing 1954": "datum_beijing54", "New Beijing": "datum_beijing54"}


@dataclass(frozen=True)
class Frame:
    """A coordinate system in use: `code` for records, `found_by` the text key that says how it was found."""

    crs: CRS
    code: str
    found_by: str

    @property
    def name(self) -> str:
        """The system's registered name."""
        return str(self.crs.name)

    @property
    def is_geographic(self) -> bool:
        """Are the coordinates angles?"""
        return bool(self.crs.is_geographic)

    @property
    def unit_m(self) -> float:
        """Metres in one unit of a projected system (1 for metres, 0.3048… for feet)."""
        return float(self.crs.axis_info[0].unit_conversion_factor)

    @property
    def tolerance(self) -> float:
        """One millimetre in the units of the system; boundary points closer than that are one point."""
        return 1e-8 if self.is_geographic else 0.001 / self.unit_m

    @cached_property
    def _to_degrees(self) -> tuple[Transformer, bool]:
        target = CGCS2000 if _datum_is_cgcs2000(self.crs) else _WGS84
        try:
            return Transformer.from_crs(self.crs, target, always_xy=True, allow_ballpark=False), False
        except ProjError:
            return Transformer.from_crs(self.crs, target, always_xy=True), True

    @property
    def position_is_approximate(self) -> bool:
        """True when no published transformation to WGS 84 exists and the datum is taken as equal."""
        return self._to_degrees[1]

    def to_degrees(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude in CGCS2000 (EPSG:4490); infinite where the system does not reach.

        Other datums go through WGS 84, which agrees with CGCS2000 within a few centimetres.
        """
        lon, lat = self._to_degrees[0].transform(np.asarray(x, float), np.asarray(y, float))
        return np.asarray(lon), np.asarray(lat)

    def found(self, found_by: str) -> Frame:
        """The same system, found in another way."""
        return replace(self, found_by=found_by)


def _datum_is_cgcs2000(crs: CRS) -> bool:
    geodetic = crs.geodetic_crs
    return geodetic is not None and geodetic.name in ("China Geodetic Coordinate System 2000", "CGCS2000")


def old_datum(crs: CRS) -> str | None:
    """The text of the refusal when a system stands on a Chinese datum before CGCS2000, else None."""
    geodetic = crs.geodetic_crs
    name = "" if geodetic is None else geodetic.name.replace("_", " ")
    return next((key for start, key in _OLD_DATUMS.items() if start in name), None)


def frame_of_epsg(code: int, found_by: str) -> Frame | None:
    """The system of an EPSG code; None if there is no such code or it is not a horizontal system."""
    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        return None
    return frame_of_crs(crs, found_by)


def frame_of_crs(crs: CRS, found_by: str) -> Frame | None:
    """A frame around a system read from a file; None unless it is projected or geographic.

    A system that EPSG knows is replaced by EPSG's definition: ESRI texts abbreviate.
    """
    if crs.is_geocentric or not (crs.is_projected or crs.is_geographic):
        return None
    try:
        epsg = crs.to_epsg()
    except CRSError:
        epsg = None
    if epsg is None:
        return Frame(crs, crs.name, found_by)
    return Frame(CRS.from_epsg(epsg), f"EPSG:{epsg}", found_by)


def zone_width(zone: int) -> int | None:
    """3 or 6 (degrees) for a Chinese Gauss-Kruger zone number, None for any other number.

    The two series do not overlap within China: 3-degree 25–45, 6-degree 13–23.
    """
    return next((w for w in (3, 6) if _FIRST_ZONE[w] <= zone <= _LAST_ZONE[w]), None)


def three_degree_zone(lon: float) -> int:
    """The 3-degree zone of a longitude (requirements §5.6: ⌊(L + 1.5) / 3⌋)."""
    return int((lon + 1.5) // 3)


def zoned_frame(zone: int, found_by: str) -> Frame | None:
    """CGCS2000 Gauss-Kruger with the zone number before the easting; None for an unknown zone."""
    width = zone_width(zone)
    return None if width is None else frame_of_epsg(_ZONED_EPSG[width] + zone - _FIRST_ZONE[width], found_by)


def unzoned_frame(zone: int, found_by: str) -> Frame | None:
    """CGCS2000 Gauss-Kruger of a zone's central meridian, easting without zone number; None for an unknown zone."""
    width = zone_width(zone)
    return None if width is None else frame_of_epsg(_UNZONED_EPSG[width] + zone - _FIRST_ZONE[width], found_by)


def meridian_frame(central_meridian: float, found_by: str) -> Frame | None:
    """CGCS2000 Gauss-Kruger on any central meridian; on whole 3-degree meridians this is EPSG's system.

    A city's own meridian (such as 121°) has no EPSG code; its code is `CGCS2000-CM121`.
    """
    if central_meridian % 3 == 0:
        return unzoned_frame(int(central_meridian) // 3, found_by)
    definition = CRS.from_epsg(_UNZONED_EPSG[3]).to_json_dict()
    definition.pop("id", None)
    definition.pop("area", None)
    definition.pop("bbox", None)
    definition["name"] = f"CGCS2000 / Gauss-Kruger CM {central_meridian:g}E"
    conversion = definition["conversion"]
    conversion.pop("id", None)
    conversion["name"] = f"Gauss-Kruger CM {central_meridian:g}E"
    for parameter in conversion["parameters"]:
        if parameter["name"] == "Longitude of natural origin":
            parameter["value"] = central_meridian
    return Frame(CRS.from_json_dict(definition), f"CGCS2000-CM{central_meridian:g}", found_by)


def zone_of_frame(frame: Frame) -> int | None:
    """The zone number a Chinese zone-numbered system expects before the easting, None for any other system."""
    operation = frame.crs.coordinate_operation
    if operation is None or "Gauss-Kruger zone" not in frame.name:
        return None
    false_easting = next((p.value for p in operation.params if p.name == "False easting"), 0.0)
    zone = int(float(false_easting) // 1_000_000)
    return zone if zone_width(zone) else None


def geodesic_area_m2(geometry: Polygon | MultiPolygon) -> float:
    """Area in m² on the CGCS2000 ellipsoid of a geometry in degrees."""
    polygons = geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]
    return sum(abs(CGCS2000_GEOD.geometry_area_perimeter(orient(p))[0]) for p in polygons)


def local_equal_area(geometry: Polygon | MultiPolygon) -> Transformer:
    """From CGCS2000 degrees to an equal-area plane in metres centred on the geometry."""
    centre = geometry.envelope.centroid
    plane = CRS.from_dict(
        {"proj": "laea", "lat_0": centre.y, "lon_0": centre.x, "a": 6378137.0, "rf": 298.257222101, "units": "m"}
    )
    return Transformer.from_crs(plane.geodetic_crs, plane, always_xy=True)
