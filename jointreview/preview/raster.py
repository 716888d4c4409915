"""Pages of PDFs and pictures as JPEG, for the worker alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from jointreview.preview import limits
from jointreview.preview.faults import Unshowable

_FIRST = (limits.WIDTHS[0], limits.WIDTHS[1])
_WHITE = (255, 255, 255)


def prepare_pdf(source: Path, folder: Path) -> dict[str, Any]:
    """Count the pages and make the first, so that it stands there when somebody opens the file."""
    with _opened(source) as pdf:
        count = len(pdf)
        if count < 1:
            raise Unshowable("no_pages")
        whole = _pdf_page(pdf, 1, _FIRST[1])
        _save(whole, folder / f"p1-{_FIRST[1]}.jpg")
        _save(_narrow(whole, _FIRST[0]), folder / f"p1-{_FIRST[0]}.jpg")
    source.replace(folder / "source")
    return {"pages": min(count, limits.MOST_PAGES), "of": count}


def prepare_picture(source: Path, folder: Path) -> dict[str, Any]:
    """One page, upright."""
    whole = _picture(source, _FIRST[1])
    _save(whole, folder / f"p1-{_FIRST[1]}.jpg")
    _save(_narrow(whole, _FIRST[0]), folder / f"p1-{_FIRST[0]}.jpg")
    source.replace(folder / "source")
    return {"pages": 1, "of": 1}


def make_page(way: str, source: Path, page: int, width: int, out: Path) -> None:
    """One page in one width."""
    if way == "picture":
        _save(_picture(source, width), out)
        return
    with _opened(source) as pdf:
        _save(_pdf_page(pdf, page, width), out)


def _opened(source: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        raise Unshowable("broken") from None


def _pdf_page(pdf: pypdfium2.PdfDocument, page: int, width: int) -> Image.Image:
    """A page upright on white, with its annotations and what was entered into its form."""
    try:
        found = pdf[page - 1]
        wide, high = found.get_size()
        pixels = limits.page_pixels(wide, high, width)
        # A hair less: sides are rounded up.
        scale = min(pixels[0] / wide, pixels[1] / high) * (1 - 1e-9)
        drawn = found.render(scale=scale, fill_color=(*_WHITE, 255), rev_byteorder=True)
        image = drawn.to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        raise Unshowable("page_broken") from None
    return image


def _picture(source: Path, width: int) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.MOST_PICTURE_PIXELS
    try:
        image = Image.open(source, formats=("JPEG", "PNG"))
    except Image.DecompressionBombError:
        raise Unshowable("too_much") from None
    with image as opened:
        if opened.width * opened.height > limits.MOST_PICTURE_PIXELS:
            raise Unshowable("too_much")
        turned = opened.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        wide, high = (opened.height, opened.width) if turned else opened.size
        pixels = limits.page_pixels(wide, high, min(width, wide))
        opened.draft("RGB", pixels[::-1] if turned else pixels)
        upright = ImageOps.exif_transpose(opened)
        flat = Image.new("RGB", upright.size, _WHITE)
        coloured = upright.convert("RGBA")
        flat.paste(coloured, mask=coloured.getchannel("A"))
    return flat.resize(pixels, Image.Resampling.LANCZOS, reducing_gap=2.0) if flat.size != pixels else flat


def _narrow(image: Image.Image, width: int) -> Image.Image:
    pixels = limits.page_pixels(image.width, image.height, min(width, image.width))
    return image.resize(pixels, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _save(image: Image.Image, out: Path) -> None:
    image.save(out, "JPEG", quality=90, subsampling=0)
