"""A parcel against 50,000 constraint polygons: the index of the product and PostGIS, on the same data in one run.

`make bench-postgis` adds Debian's PostGIS (installed when run by root); without it only our own row is printed. Both
answer the same question for the same parcels: which polygons are touched, with the area of each common piece.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import shapely
from pyproj import Transformer

from bench.tables import table
from jointreview.geo.layer_index import LayerIndex

POLYGONS, CORNERS, PARCELS, WARM = 50_000, 50, 400, 50
PLANE = 4549
BOUND_MS = 5.0


def made_up(seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Irregular polygons over the city, and parcels of a few hectares, in degrees."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((121.40, 31.60), (121.98, 32.40), (POLYGONS, 2))
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radii = rng.uniform(0.0003, 0.003, (POLYGONS, 1)) * rng.uniform(0.7, 1.3, (POLYGONS, CORNERS))
    ring = np.stack([radii * np.cos(angles), radii * np.sin(angles) * 0.85], axis=-1) + centres[:, None]
    polygons = shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1))
    corners = rng.uniform((121.50, 31.70), (121.90, 32.30), (PARCELS, 2))
    shape = np.array([(0, 0), (0.0025, 0), (0.0025, 0.002), (0.001, 0.0025), (0, 0.002), (0, 0)])
    return polygons, shapely.polygons(shape[None] + corners[:, None])


def ours(polygons: np.ndarray, parcels: np.ndarray) -> tuple[list[float], list[int], float]:
    """Milliseconds and hits for each parcel, warm, and how long the index took."""
    start = time.perf_counter()
    index = LayerIndex(polygons, [""] * len(polygons))
    index.ask(parcels[0], near_m=200)
    built = time.perf_counter() - start
    times, hits = [], []
    for parcel in parcels:
        start = time.perf_counter()
        touch = index.ask(parcel, near_m=200)
        times.append((time.perf_counter() - start) * 1000)
        hits.append(touch.features)
    return times[WARM:], hits[WARM:], built


class PostGis:
    """A throw-away cluster of Debian's PostgreSQL with PostGIS, reached through its own client library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        shutil.chown(folder, "postgres")
        self._as("initdb", "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -p 54987 -c listen_addresses='' -c fsync=off"
        self._as("pg_ctl", "-D", str(folder / "data"), "-w", "-o", options, "-l", str(folder / "log"), "start")

    def _as(self, program: str, *arguments: str) -> None:
        words = " ".join(f'"{part}"' for part in (str(self.bin / program), *arguments))
        subprocess.run(["su", "postgres", "-c", words], check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        self._as("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def measure(self, polygons: np.ndarray, parcels: np.ndarray) -> tuple[list[float], list[int], float]:
        """The same, by one prepared statement for each parcel over the local socket."""
        import psycopg

        dsn = f"host={self.folder} port=54987 user=postgres dbname=postgres"
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
            connection.execute(f"CREATE TABLE zone (id int, shape geometry(Polygon, {PLANE}))")
            with connection.cursor().copy("COPY zone (id, shape) FROM STDIN") as copy:
                for n, wkb in enumerate(_ewkb(polygons)):
                    copy.write_row((n, wkb))
            start = time.perf_counter()
            connection.execute("CREATE INDEX ON zone USING gist (shape)")
            connection.execute("ANALYZE zone")
            built = time.perf_counter() - start
            question = (
                "SELECT id, ST_Area(ST_Intersection(shape, p.g)) FROM zone, (SELECT %s::geometry AS g) p "
                "WHERE ST_Intersects(shape, p.g)"
            )
            times, hits = [], []
            for wkb in _ewkb(parcels):
                start = time.perf_counter()
                rows = connection.execute(question, (wkb,), prepare=True).fetchall()
                times.append((time.perf_counter() - start) * 1000)
                hits.append(sum(area >= 1.0 for _, area in rows))
        return times[WARM:], hits[WARM:], built


def _ewkb(shapes: np.ndarray) -> list[str]:
    """Hexadecimal EWKB in the plane PostGIS measures in."""
    flat = Transformer.from_crs(4490, PLANE, always_xy=True)
    there = shapely.transform(shapes, lambda xy: np.column_stack(flat.transform(xy[:, 0], xy[:, 1])))
    return [shapely.to_wkb(shape, hex=True, include_srid=True) for shape in shapely.set_srid(there, PLANE)]


def _row(name: str, measured: tuple[list[float], list[int], float]) -> tuple[str, ...]:
    times, hits, built = measured
    figures = (built, statistics.median(times), float(np.percentile(times, 95)), max(times))
    return name, *(f"{figure:.2f}" for figure in figures), str(sum(hits))


def main() -> int:
    """Print the table; 1 when a bound is missed."""
    polygons, parcels = made_up()
    found = {"joint review (STRtree, geodesic areas)": ours(polygons, parcels)}
    if "--postgis" in sys.argv:
        if os.getuid() != 0 or not list(Path("/usr/lib/postgresql").glob("*/bin")):
            print("PostGIS needs root and Debian's postgis: apt-get install postgresql postgis", file=sys.stderr)
            return 1
        with tempfile.TemporaryDirectory() as folder:
            server = PostGis(Path(folder))
            try:
                found["PostGIS (GiST, ST_Intersection)"] = server.measure(polygons, parcels)
            finally:
                server.stop()
    title = f"A parcel against {POLYGONS:,} polygons of {CORNERS} corners, {PARCELS - WARM} parcels, warm"
    table(
        title,
        ("engine", "index s", "median ms", "p95 ms", "max ms", "touched"),
        [_row(*one) for one in found.items()],
    )
    times, hits, _ = found["joint review (STRtree, geodesic areas)"]
    good = statistics.median(times) < BOUND_MS
    for name, (theirs, their_hits, _) in found.items():
        good &= statistics.median(times) <= statistics.median(theirs)
        if abs(sum(hits) - sum(their_hits)) > 0.001 * sum(hits):
            print(f"{name} found other polygons: {sum(their_hits)} instead of {sum(hits)}")
            good = False
    print("bounds held" if good else "BOUNDS MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
