"""The box a parcel of this city must lie in, and the coordinate systems its surveyors use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A plausibility box in degrees (CGCS2000) and the central meridians tried for easting without a zone number.

    `name_key` names the text with the region's name.
    """

    name_key: str
    west: float
    south: float
    east: float
    north: float
    central_meridians: tuple[float, ...]

    def contains(self, lon: float, lat: float) -> bool:
        """Does the point lie in the box? Not-a-number does not."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


QIDONG = Region(
    name_key="geo.region_qidong",
    west=121.40,
    south=31.60,
    east=121.98,
    north=32.40,
    central_meridians=(123.0, 120.0, 121.0),
)
"""Qidong with a margin around its official extent (requirements §5.6); CM 121° is the city's local system."""
