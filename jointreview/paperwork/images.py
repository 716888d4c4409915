"""Pictures in documents: QR codes, signatures and photographs, made small enough to send."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from PIL import Image, ImageOps, UnidentifiedImageError

from jointreview.domain.problems import refuse

_BROKEN = (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError)
_PHOTO_PIXELS = 1400


@dataclass(frozen=True)
class Picture:
    """An image to print: its bytes and its size in cm."""

    data: bytes
    width_cm: float
    height_cm: float


def _fit(data: bytes, size: tuple[int, int], max_cm: tuple[float, float]) -> Picture:
    scale = min(max_cm[0] / size[0], max_cm[1] / size[1])
    return Picture(data, size[0] * scale, size[1] * scale)


def qr_png(address: str) -> bytes:
    """The QR code of an address as PNG, with the quiet zone of four modules scanners need."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def qr(address: str, side_cm: float = 2.8) -> Picture:
    """The QR code of an address, ready to print."""
    return Picture(qr_png(address), side_cm, side_cm)


def signature(png: bytes, name: str, max_cm: tuple[float, float] = (2.6, 1.1)) -> Picture:
    """A drawn signature scaled into its cell, the empty paper around the strokes cut away.

    Raises Refused `paper.signature_unreadable` for bytes that are no image: an official document is not issued
    with a signature missing unseen.
    """
    try:
        with Image.open(io.BytesIO(png)) as opened:
            image = opened.convert("RGBA")
    except _BROKEN:
        raise refuse("paper.signature_unreadable", where=name, name=name) from None
    white = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(white, image).convert("L")
    strokes = ImageOps.invert(flat).point(lambda level: 255 if level > 24 else 0).getbbox()
    image = image.crop(strokes) if strokes else image
    out = io.BytesIO()
    image.save(out, "PNG")
    return _fit(out.getvalue(), image.size, max_cm)


def photo(data: bytes, max_cm: tuple[float, float] = (5.8, 4.4)) -> Picture | None:
    """A photograph upright and at print resolution, without its metadata (place, device).

    None for bytes Pillow cannot read: the notice then points to the original instead of being held up.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except _BROKEN:
        return None
    image.thumbnail((_PHOTO_PIXELS, _PHOTO_PIXELS))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return _fit(out.getvalue(), image.size, max_cm)
