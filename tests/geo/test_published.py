"""Positions against coordinates that others published, through the readers and back through pyproj.

Gauss-Kruger on the ellipsoid of CGCS2000 (which has the figures of GRS 80): Lantmäteriet, "Gauss Conformal Projection
(Transverse Mercator), Krüger's Formulas", control point. Transverse Mercator elsewhere: IOGP Guidance Note 373-7-2,
worked example of EPSG 9807; Ordnance Survey, "A guide to coordinate systems in Great Britain", annexe C (Caister
water tower).
"""

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from jointreview.geo.crs import CGCS2000_GEOD
from jointreview.geo.parcel import read_parcel
from tests.geo.drawings import csv_table, dxf, kml, packed, polylines, xlsx
from tests.geo.samples import geojson, members_of, shapefile_zip

KRUGER_NORTH, KRUGER_EAST, KRUGER_LAT, KRUGER_LON = 1135809.413803, 555304.016555, 66.0, 24.0
KRUGER = (
    'PROJCS["Kruger",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",84182.879],PARAMETER["False_Northing",-6226307.864],'
    'PARAMETER["Central_Meridian",13.58547],PARAMETER["Scale_Factor",1.00000254],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def plot(east, north):
    """A plot whose corner is the published point."""
    return [(east, north), (east + 80, north), (east + 80, north - 60), (east, north - 60)]


def metres_off(reading, lon, lat):
    return min(CGCS2000_GEOD.inv(lon, lat, x, y)[2] for x, y in shapely.get_coordinates(reading.geometry))


def test_the_published_point_of_kruger_through_a_shapefile():
    files = members_of(shapefile_zip(rings=[plot(KRUGER_EAST, KRUGER_NORTH)]))
    data = packed({f"a{ending}": content for ending, content in files.items()} | {"a.prj": KRUGER})
    reading = read_parcel(data, "a.zip", region=None)
    assert reading.accepted
    assert metres_off(reading, KRUGER_LON, KRUGER_LAT) < 1e-5


@pytest.mark.parametrize(
    ("east", "north", "lon", "lat", "digits"),
    [
        (577274.99, 69740.50, 0.5, 50.5, 0.01),
        (651409.903, 313177.270, 1 + 43 / 60 + 4.5177 / 3600, 52 + 39 / 60 + 27.2531 / 3600, 0.002),
    ],
)
def test_published_points_of_the_british_grid(east, north, lon, lat, digits):
    there = Transformer.from_crs(4277, 27700, always_xy=True).transform(lon, lat)
    assert there == pytest.approx((east, north), abs=digits)
    ring = plot(east, north)
    back = Transformer.from_crs(4326, 27700, always_xy=True)
    for data in (
        geojson(rings=[ring]),
        dxf(polylines([ring])),
        csv_table(("id", "Easting", "Northing"), [(n, *p) for n, p in enumerate(ring)]).encode(),
        xlsx(("points", [("id", "N", "E"), *((n, y, x) for n, (x, y) in enumerate(ring))])),
    ):
        reading = read_parcel(data, "x", declared_epsg=27700)
        assert reading.accepted
        found = np.column_stack(back.transform(*shapely.get_coordinates(reading.geometry).T))
        # The way back over the datum is an approximation of PROJ's that leaves a millimetre.
        assert min(np.hypot(*(found - (east, north)).T)) < 0.002


HUILONG = {
    4528: (40656948.214, 3521759.168),
    4549: (656948.214, 3521759.168),
    4529: (41372864.639, 3521347.691),
    4550: (372864.639, 3521347.691),
}
"""121.6574° E, 31.8080° N in the systems of requirements §5.6."""


@pytest.mark.parametrize("epsg", HUILONG)
def test_the_reference_point_of_the_city_in_every_format(epsg):
    east, north = HUILONG[epsg]
    ring = plot(east, north)
    listed = [(n, y, x) for n, (x, y) in enumerate(ring)]
    for data in (
        dxf(polylines([ring])),
        shapefile_zip(epsg=epsg, rings=[ring]),
        csv_table(("点号", "X", "Y"), listed).encode("gbk"),
        xlsx(("表", [("点号", "X", "Y"), *listed])),
        geojson(rings=[ring]),
    ):
        reading = read_parcel(data, "x")
        assert reading.crs == f"EPSG:{epsg}"
        # The table gives millimetres.
        assert metres_off(reading, 121.6574, 31.8080) < 0.001


def test_kml_and_back_through_pyproj():
    ring = [(121.6574, 31.8080), (121.6584, 31.8080), (121.6584, 31.8070)]
    reading = read_parcel(kml([ring]).encode(), "x.kml")
    assert metres_off(reading, 121.6574, 31.8080) < 1e-6
    plane = Transformer.from_crs(4490, CRS.from_epsg(4529), always_xy=True)
    corner = min(shapely.get_coordinates(reading.geometry), key=lambda p: np.hypot(p[0] - 121.6574, p[1] - 31.8080))
    assert plane.transform(*corner) == pytest.approx(HUILONG[4529], abs=0.001)
