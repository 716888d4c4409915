"""Files for the demonstration: signatures, photographs and material PDFs that are plainly samples."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math

from PIL import Image, ImageDraw, ImageFont


def signature_image(name: str) -> str:
    """A handwriting-like line, different for each name, as the browser would send it (PNG data URL)."""
    seed = hashlib.sha256(name.encode()).digest()
    image = Image.new("RGBA", (420, 150), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for stroke in range(2 + seed[0] % 2):
        a, b, c = seed[stroke + 1], seed[stroke + 5], seed[stroke + 9]
        left, width = 20 + stroke * 110, 120 + a % 60
        points = [
            (
                left + width * n / 40,
                75 + 35 * math.sin(n * (0.22 + b / 900)) + 16 * math.cos(n * (0.5 + c / 700)),
            )
            for n in range(41)
        ]
        draw.line(points, fill=(18, 26, 78, 255), width=4, joint="curve")
    return "data:image/png;base64," + base64.b64encode(_written(image, "PNG")).decode()


def photo(caption: str, shade: int = 0) -> bytes:
    """A drawn picture of a building site as JPEG, with a caption, so that nobody takes it for a real one."""
    image = Image.new("RGB", (960, 640), (176 - shade, 196, 214))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, 960, 640), fill=(150, 138, 120))
    draw.rectangle((180, 190, 620, 470), fill=(206, 202, 194), outline=(90, 90, 90), width=4)
    for column in range(6):
        for row in range(3):
            x, y = 205 + column * 68, 215 + row * 75
            draw.rectangle((x, y, x + 44, y + 48), fill=(96 + shade, 128, 150), outline=(70, 70, 70))
    draw.rectangle((700, 300, 820, 470), fill=(184, 92 + shade, 60), outline=(90, 40, 30), width=5)
    draw.text((24, 590), f"SAMPLE  {caption}", fill=(250, 250, 250), font=ImageFont.load_default(26))
    return _written(image, "JPEG")


def material_pdf(code: str, pages: int = 2) -> bytes:
    """A PDF of some pages that says which material it stands for."""
    sheets = []
    for page in range(1, pages + 1):
        sheet = Image.new("L", (620, 877), 255)
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((40, 40, 580, 837), outline=120, width=2)
        draw.text((70, 80), "SAMPLE DOCUMENT", fill=60, font=ImageFont.load_default(30))
        draw.text((70, 130), code, fill=60, font=ImageFont.load_default(24))
        draw.text((70, 790), f"page {page} / {pages}", fill=90, font=ImageFont.load_default(18))
        for line in range(18):
            draw.line((70, 200 + line * 30, 540 - (line * 37) % 120, 200 + line * 30), fill=200, width=3)
        sheets.append(sheet)
    written = io.BytesIO()
    sheets[0].save(written, "PDF", save_all=True, append_images=sheets[1:], resolution=75)
    return written.getvalue()


def parcel_txt(name: str, north: float, east: float, width: float, depth: float) -> bytes:
    """A rectangular parcel as 国土 TXT in zone 41 (GBK); metres, `north` and `east` of its south-west corner."""
    corners = [
        (north + depth, east),
        (north + depth, east + width),
        (north, east + width),
        (north, east),
    ]
    head = (
        "[属性描述]\n格式版本号=1.00版本\n数据产生单位=启东市示例测绘有限公司\n数据产生日期=2026-05-06\n"
        "坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=41\n精度=0.001\n"
        "转换参数=,,,,,,\n[地块坐标]\n"
    )
    rows = [f"J{n},1,{y:.3f},{x:.3f}" for n, (y, x) in enumerate([*corners, corners[0]], start=1)]
    rows[-1] = rows[-1].replace("J5", "J1")
    title = f"5,{width * depth / 10000:.4f},DK001,{name},面,,工业用地,,@"
    return (head + "\n".join([title, *rows]) + "\n").encode("gbk")


def plan_geojson(north: float, east: float, moved: float = 0.0) -> bytes:
    """The three buildings of the example factory in zone 41, `north` and `east` of their plot's south-west corner.

    The research building stands `moved` metres farther south than permitted.
    """
    rows = (
        ("001", "1#厂房", (20.0, 30.0, 150.0, 82.304), 15.7, 1, 12345.67),
        ("002", "2#研发楼", (195.0, 60.0 - moved, 41.5, 20.0), 24.0, 6, 4980.0),
        ("003", "门卫", (240.0, 10.05, 6.0, 6.0), 3.6, 1, 36.0),
    )
    features = []
    for serial, name, (x, y, width, depth), height, floors, area in rows:
        corners = ((0, 0), (width, 0), (width, depth), (0, depth), (0, 0))
        ring = [[round(east + x + dx, 3), round(north + y + dy, 3)] for dx, dy in corners]
        properties = {"楼号": serial, "建筑名称": name, "建筑高度": height, "地上层数": floors, "建筑面积": area}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4529"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False).encode()


def _written(image: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()
