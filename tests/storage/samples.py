"""Small files of every kind, made on the spot."""

import io
import zipfile

from docx import Document
from PIL import Image
from pypdf import PdfWriter


def pdf(pages=1):
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def picture(format):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, format)
    return out.getvalue()


def docx():
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("质量评估报告")
    document.save(out)
    return out.getvalue()


def archive(*names, content=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, content)
    return out.getvalue()


SHAPEFILE = archive("红线/地块.shp", "红线/地块.shx", "红线/地块.DBF", "红线/地块.prj", "红线/地块.shp.xml")
OFD = archive("OFD.xml", "Doc_0/Document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DWG = b"AC1032\x00\x00\x00\x00" + bytes(200)
DXF = b"999\r\nmade by hand\r\n  0\r\nSECTION\r\n  2\r\nHEADER\r\n  9\r\n$ACADVER\r\n  1\r\nAC1027\r\n"
IFC = b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\n"
STEP = IFC.replace(b"IFC4", b"AP203")
TXT = "[属性描述]\r\n坐标系=2000国家大地坐标系\r\nJ1,1,3524384.000,41371302.000\r\n"
GEOJSON = '{"type": "FeatureCollection", "name": "地块", "features": []}'.encode()
EXE = b"MZ" + bytes(58) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00" + bytes(64)
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(20)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
