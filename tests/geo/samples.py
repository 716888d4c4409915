"""Parcel files for tests and the demonstration, built from plain numbers: point lists, GeoJSON, zipped Shapefiles."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from dataclasses import dataclass, field

from pyproj import CRS, Transformer

Ring = list[tuple[float, float]]

OUTER: Ring = [
    (41371302.0, 3524384.0),
    (41371542.0, 3524384.0),
    (41371542.0, 3524204.0),
    (41371362.0, 3524204.0),
    (41371302.0, 3524264.0),
]
HOLE: Ring = [
    (41371402.0, 3524344.0),
    (41371402.0, 3524304.0),
    (41371462.0, 3524304.0),
    (41371462.0, 3524344.0),
]
"""The example plot of requirements §5.7 as (east, north) in zone 41: 39 000 m² net of its hole."""

SCHOOL: Ring = [
    (41372790.412, 3521431.256),
    (41372958.733, 3521424.518),
    (41372951.064, 3521277.502),
    (41372836.527, 3521282.081),
    (41372784.915, 3521306.370),
]
LONDON: Ring = [(-0.1186, 51.4657), (-0.1184, 51.4657), (-0.1184, 51.4655), (-0.1186, 51.4655)]
"""A small square abroad, in degrees."""

HEADER = {
    "格式版本号": "1.00版本",
    "数据产生单位": "启东市江海测绘有限公司",
    "数据产生日期": "2026-05-06",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "41",
    "精度": "0.001",
    "转换参数": ",,,,,,",
}


@dataclass
class Plot:
    """One parcel to be written; rings are open lists of (east, north)."""

    rings: list[Ring] = field(default_factory=lambda: [OUTER, HOLE])
    number: str = "DK001"
    name: str = "启东示例地块一"
    use: str = "工业用地"
    area_ha: str = "3.9000"


def txt(*plots: Plot, header: dict[str, str] | None = None) -> str:
    """A boundary-point list as §5.7 shows it: rings closed, numbered on through the parcel, count with closings."""
    lines = ["[属性描述]", *(f"{k}={v}" for k, v in (HEADER if header is None else header).items()), "[地块坐标]"]
    for plot in plots or (Plot(),):
        count = sum(len(ring) + 1 for ring in plot.rings)
        lines.append(f"{count},{plot.area_ha},{plot.number},{plot.name},面,,{plot.use},,@")
        name = 0
        for ring_number, ring in enumerate(plot.rings, start=1):
            names = [f"J{name + i + 1}" for i in range(len(ring))]
            name += len(ring)
            closed = [*zip(names, ring, strict=True), (names[0], ring[0])]
            lines += [f"{n},{ring_number},{north:.3f},{east:.3f}" for n, (east, north) in closed]
    return "\r\n".join(lines) + "\r\n"


def degrees(ring: Ring, epsg: int = 4529) -> Ring:
    """A ring as (longitude, latitude) in EPSG:4490."""
    transformer = Transformer.from_crs(epsg, 4490, always_xy=True)
    return [transformer.transform(east, north) for east, north in ring]


def projected(ring: Ring, epsg: int) -> Ring:
    """A ring of zone 41 in another system of CGCS2000."""
    transformer = Transformer.from_crs(4529, epsg, always_xy=True)
    return [transformer.transform(east, north) for east, north in ring]


def geojson(plot: Plot | None = None, rings: list[Ring] | None = None, crs: str | None = None) -> bytes:
    """A FeatureCollection; `rings` are written as they are, by default the plot's in degrees."""
    plot = plot or Plot()
    rings = rings if rings is not None else [degrees(ring) for ring in plot.rings]
    collection: dict[str, object] = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": plot.name, "number": plot.number, "land_use": plot.use},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]] for ring in rings]},
            }
        ],
    }
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(collection, ensure_ascii=False).encode()


def shapefile_zip(
    plot: Plot | None = None,
    epsg: int = 4529,
    rings: list[Ring] | None = None,
    prj: bool = True,
    encoding: str = "gbk",
    cpg: bool = False,
    with_z: bool = False,
) -> bytes:
    """A zipped Shapefile as a Chinese Windows makes it: values in GBK, entry names in unmarked CP936."""
    plot = plot or Plot()
    shp, shx = _shp(rings if rings is not None else plot.rings, with_z)
    values = {"地块名称": plot.name, "地块编号": plot.number, "地块用途": plot.use}
    members = {".shp": shp, ".shx": shx, ".dbf": _dbf(values, encoding)}
    if prj:
        members[".prj"] = CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode()
    if cpg:
        members[".cpg"] = encoding.encode()
    return cp936_zip({f"成果/地块{extension}": content for extension, content in members.items()})


def members_of(data: bytes) -> dict[str, bytes]:
    """The members of a zip by extension."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name[name.rindex(".") :]: archive.read(name) for name in archive.namelist()}


def nameless(data: bytes) -> bytes:
    """A zip whose first member, of a one-letter name, has lost that name in the directory."""
    altered = bytearray(data)
    start = altered.find(b"PK\x01\x02")
    altered[start + 28 : start + 32] = struct.pack("<2H", 0, 1)
    return bytes(altered)


def cp936_zip(members: dict[str, bytes]) -> bytes:
    """A zip whose entry names are CP936 bytes, as Windows Explorer writes them."""
    stand_ins = {name: f"{index:02d}" + "x" * (len(name.encode("gbk")) - 2) for index, name in enumerate(members)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(stand_ins[name], content)
    data = buffer.getvalue()
    for name, stand_in in stand_ins.items():
        data = data.replace(stand_in.encode(), name.encode("gbk"))
    return data


def _shp(rings: list[Ring], with_z: bool) -> tuple[bytes, bytes]:
    """One polygon record and its index (ESRI Shapefile Technical Description, 1998)."""
    kind = 15 if with_z else 5
    closed = [[*ring, ring[0]] for ring in rings]
    points = [p for ring in closed for p in ring]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    box = struct.pack("<4d", min(xs), min(ys), max(xs), max(ys))
    starts, at = [], 0
    for ring in closed:
        starts.append(at)
        at += len(ring)
    body = struct.pack("<i", kind) + box + struct.pack("<2i", len(closed), len(points))
    body += struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<2d", *p) for p in points)
    if with_z:
        body += struct.pack("<2d", 3.5, 3.5) + struct.pack(f"<{len(points)}d", *[3.5] * len(points))
    record = struct.pack(">2i", 1, len(body) // 2) + body

    def file_of(content: bytes) -> bytes:
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(content)) // 2)
        return head + struct.pack("<2i", 1000, kind) + box + struct.pack("<4d", 0, 0, 0, 0) + content

    return file_of(record), file_of(struct.pack(">2i", 50, len(body) // 2))


def _dbf(values: dict[str, str], encoding: str) -> bytes:
    """A dBASE III table of one record, its language byte left at zero as many programs do."""
    width = 80
    fields = b"".join(
        name.encode(encoding)[:10].ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
        for name in values
    )
    record = b" " + b"".join(value.encode(encoding).ljust(width) for value in values.values())
    head = struct.pack("<4BIHH20x", 3, 126, 5, 6, 1, 33 + len(fields), len(record))
    return head + fields + b"\r" + record + b"\x1a"


def demo_files() -> dict[str, bytes]:
    """The sample files of docs/samples by name, in GBK as surveyors deliver them."""
    factory = Plot(number="DK001", name="启东智能装备厂房一期", use="工业用地")
    school = Plot(rings=[SCHOOL], number="DK001", name="启东市实验学校扩建", use="教育用地", area_ha="2.4126")
    return {
        "启东智能装备厂房一期.txt": txt(factory).encode("gbk"),
        "启东市实验学校扩建.txt": txt(school).encode("gbk"),
    }
