"""Files that try to hurt whoever opens them, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib

import ezdxf
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject

SCRIPT = "<script>alert(1)</script>"
IMAGE = "/etc/passwd"


def drawing(text: str = SCRIPT) -> bytes:
    """A drawing whose words are a script, with a picture by a path of another machine."""
    document = ezdxf.new("R2010", setup=True)
    space = document.modelspace()
    space.add_text(text, height=2.5)
    space.add_mtext(f"{text} onload=alert(1) javascript:alert(1)").set_location((0, -5))
    space.add_lwpolyline([(0, 0), (100, 0), (100, 60), (0, 60)], close=True, dxfattribs={"layer": SCRIPT[1:7]})
    picture = document.add_image_def(IMAGE, size_in_pixel=(10, 10))
    space.add_image(picture, insert=(10, 10), size_in_units=(10, 10))
    out = io.StringIO()
    document.write(out)
    return out.getvalue().encode()


def pdf_of_boxes(*boxes: tuple[float, float]) -> bytes:
    """A PDF whose pages claim to be that large."""
    writer, out = PdfWriter(), io.BytesIO()
    for wide, high in boxes:
        page = writer.add_blank_page(100, 100)
        page[NameObject("/MediaBox")] = ArrayObject([FloatObject(n) for n in (0, 0, wide, high)])
    writer.write(out)
    return out.getvalue()


def pdf_of_pages(count: int) -> bytes:
    """A PDF with so many pages, each the same few bytes; written by hand because libraries take seconds."""
    out = [b"%PDF-1.4\n"]
    places = []

    def put(number: int, body: bytes) -> None:
        places.append(sum(map(len, out[-1:])) + (places[-1] if places else 0))
        out.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    put(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    put(2, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, kids))
    for n in range(count):
        put(n + 3, b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] >>")
    whole = b"".join(out)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    size = count + 3
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (size, table, size)
    return whole + end + b"startxref\n%d\n%%%%EOF\n" % len(whole)


def png_of(wide: int, high: int) -> bytes:
    """A PNG of a few bytes that claims to be that large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
