"""One spatial index for each version of a layer, kept in bounded memory, and what it says about a parcel."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from jointreview.domain.layers import Answer
from jointreview.geo.crs import geodesic_area_m2
from jointreview.geo.wkb import Box

LEAST_M2 = 1.0
"""Two surveys of one boundary differ by centimetres: a smaller overlap along it touches nothing, and is told."""
LEAST_M = 0.1
"""The same for a line that ends at the boundary, in metres inside."""
MOST_NAMES = 20
CACHE_BYTES = 512 * 1024**2
"""What the indexes of all versions may hold together; the one not used for longest goes first."""
_BYTES_OF_POINT, _BYTES_OF_FEATURE = 16, 700
_SEMI_MAJOR, _FLATTENING = 6378137.0, 1 / 298.257222101


@dataclass(frozen=True)
class Touch:
    """What a layer says about a parcel.

    `share` is the touched part of the parcel (0 to 1, overlapping features counted once), `area_geodesic_m2` its area
    on the ellipsoid, `length_m` how far lines run inside, `distance_m` to the nearest feature (0 when one is inside,
    None when none is near), `features` how many are touched, `names` theirs. `sliver_m2` is an overlap too small to
    count.
    """

    answer: Answer
    share: float = 0.0
    area_geodesic_m2: float = 0.0
    length_m: float = 0.0
    distance_m: float | None = None
    features: int = 0
    names: tuple[str, ...] = ()
    sliver_m2: float = 0.0


class LayerIndex:
    """The features of one version in degrees (EPSG:4490), found by place; never changed once built."""

    def __init__(self, geometries: np.ndarray, names: Sequence[str]) -> None:
        self.geometries = geometries
        self.names = list(names)
        self.tree = shapely.STRtree(geometries)
        self.bytes = _BYTES_OF_FEATURE * len(names) + _BYTES_OF_POINT * int(
            shapely.get_num_coordinates(geometries).sum()
        )

    @classmethod
    def of_wkb(cls, wkb: Sequence[bytes], names: Sequence[str]) -> LayerIndex:
        """The index over stored features. Raises ValueError when one is not a geometry."""
        try:
            return cls(np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object), names)
        except (shapely.errors.ShapelyError, TypeError) as fault:
            raise ValueError("a stored feature is not a geometry") from fault

    def within(self, box: Box, most: int) -> np.ndarray:
        """The places of the features whose boxes meet `box`, in the order of the file, at most `most`."""
        found = np.sort(self.tree.query(shapely.box(*box)))
        return found[:most]

    def ask(
        self,
        parcel: Polygon | MultiPolygon,
        hit_within_m: float = 0.0,
        near_m: float = 0.0,
        least_m2: float = LEAST_M2,
        parcel_m2: float | None = None,
    ) -> Touch:
        """What the layer says about a parcel in degrees.

        A hit is common ground of at least `least_m2`, a line or point inside, or any feature within `hit_within_m`.
        The nearest feature is looked for within `near_m`. `parcel_m2` spares computing the parcel's geodesic area.
        """
        plane = _Plane(parcel)
        reach = max(hit_within_m, near_m)
        found = self.tree.query(shapely.box(*plane.around(parcel, reach)))
        if not len(found):
            return Touch(Answer.CLEAR)
        shapely.prepare(parcel)
        crossing = found[shapely.intersects(parcel, self.geometries[found])]
        common = _Common(self.geometries[crossing], parcel, plane, least_m2)
        touched = crossing[common.counts]
        distances = np.zeros(len(crossing))
        if hit_within_m > 0 or not len(touched):
            distances = shapely.distance(plane(parcel), plane(self.geometries[found]))
            touched = np.union1d(touched, found[distances <= hit_within_m]) if hit_within_m > 0 else touched
        nearest = float(distances.min()) if len(distances) else math.inf
        counts = bool(common.counts.any())
        return Touch(
            Answer.HIT if len(touched) else Answer.CLEAR,
            share=min(1.0, common.area_m2 / (parcel_m2 or geodesic_area_m2(parcel))) if counts else 0.0,
            area_geodesic_m2=common.area_m2 if counts else 0.0,
            length_m=common.length_m,
            distance_m=nearest if nearest <= reach else None,
            features=len(touched),
            names=tuple(dict.fromkeys(self.names[i] for i in np.sort(touched) if self.names[i]))[:MOST_NAMES],
            sliver_m2=0.0 if counts else common.area_m2,
        )


class _Common:
    """The ground that features share with a parcel: `counts` tells of each whether it is more than a tolerance."""

    def __init__(self, features: np.ndarray, parcel: BaseGeometry, plane: _Plane, least_m2: float) -> None:
        pieces = shapely.intersection(features, parcel)
        flat, kind = plane(pieces), shapely.get_dimensions(features)
        areas, lengths = shapely.area(flat), np.where(kind == 1, shapely.length(flat), 0.0)
        self.area_m2 = _covered_m2(pieces[areas > 0])
        ground = areas >= least_m2
        if self.area_m2 >= least_m2 and not ground.any():
            ground = areas > 0  # many small pieces are together more than a tolerance
        self.counts = ground | (lengths >= LEAST_M) | (kind == 0)
        self.length_m = float(lengths.sum())


def _covered_m2(pieces: np.ndarray) -> float:
    """The geodesic area that pieces of features cover together; where they overlap the ground counts once."""
    flat = [part for piece in pieces for part in _polygons(piece)]
    if not flat:
        return 0.0
    whole = shapely.union_all(flat) if len(flat) > 1 else flat[0]
    return float(sum(geodesic_area_m2(part) for part in _polygons(whole)))


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    return [part for member in getattr(geometry, "geoms", ()) for part in _polygons(member)]


class _Plane:
    """Degrees around a parcel as metres: east and north scaled by the ellipsoid's radii at its middle."""

    def __init__(self, parcel: BaseGeometry) -> None:
        west, south, east, north = parcel.bounds
        self.lon, self.lat = (west + east) / 2, (south + north) / 2
        sine = math.sin(math.radians(self.lat))
        eccentricity = _FLATTENING * (2 - _FLATTENING)
        root = math.sqrt(1 - eccentricity * sine * sine)
        across = _SEMI_MAJOR / root * math.cos(math.radians(self.lat))
        along = _SEMI_MAJOR * (1 - eccentricity) / root**3
        self.scale = np.radians([across, along])

    def around(self, parcel: BaseGeometry, metres: float) -> Box:
        """The parcel's box, larger by some metres on each side."""
        west, south, east, north = parcel.bounds
        x, y = metres / self.scale
        return west - x, south - y, east + x, north + y

    def __call__(self, geometry: Any) -> Any:
        centre = np.array([self.lon, self.lat])
        return shapely.transform(geometry, lambda xy: (xy - centre) * self.scale)


class LayerCache:
    """Indexes by version, built once however many ask, at most `most` bytes of them; safe under threads."""

    def __init__(self, most: int = CACHE_BYTES) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, LayerIndex] = OrderedDict()
        self._building: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, version: Hashable, build: Callable[[], LayerIndex]) -> LayerIndex:
        """The index of a version, whose key names its content; `build` reads the features when it is not at hand."""
        with self._lock:
            if (index := self._kept.get(version)) is not None:
                self._kept.move_to_end(version)
                return index
            building = self._building.setdefault(version, Lock())
        with building:
            with self._lock:
                if (index := self._kept.get(version)) is not None:
                    return index
            index = build()
            with self._lock:
                self._kept[version] = index
                self._building.pop(version, None)
                while len(self._kept) > 1 and sum(i.bytes for i in self._kept.values()) > self.most:
                    self._kept.popitem(last=False)
        return index


indexes = LayerCache()
"""The indexes of this process."""
