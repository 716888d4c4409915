"""The reader's name and the time across a page, drawn into the picture itself."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

_INK = (185, 28, 28)
_STRENGTH = 44
"""Of 255: to be read on white paper, and the paper to be read through it."""
_SLANT = 24
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
_CHANGED = (220, 38, 38)
_ALIKE_BELOW = 48


def marked(picture: Path, words: str) -> bytes:
    """The picture of a page as JPEG with `words` slanted all over it."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    return _jpeg(_with_words(image, words))


def difference(one: Path, other: Path, words: str) -> bytes:
    """The second picture, pale, with what differs from the first in red; as JPEG with `words` across it."""
    with Image.open(one) as a, Image.open(other) as b:
        new = b.convert("L")
        old = a.convert("L")
    if old.size != new.size:
        old = old.resize(new.size, Image.Resampling.BILINEAR)
    changed = ImageChops.difference(old, new).point(lambda v: 255 if v >= _ALIKE_BELOW else 0)
    pale = Image.blend(Image.merge("RGB", (new, new, new)), Image.new("RGB", new.size, "white"), 0.55)
    return _jpeg(_with_words(Image.composite(Image.new("RGB", new.size, _CHANGED), pale, changed), words))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86, subsampling=0)
    return out.getvalue()


def _with_words(image: Image.Image, words: str) -> Image.Image:
    size = max(11, max(image.size) // 62)
    tile = _tile(words, size)
    mask = Image.new("L", image.size, 0)
    for row, y in enumerate(range(-tile.height // 2, image.height, tile.height)):
        for x in range(-(tile.width // 2) * (row % 2), image.width, tile.width):
            mask.paste(tile, (x, y))
    return Image.composite(Image.new("RGB", image.size, _INK), image, mask)


@cache
def _font_file() -> str:
    """A font with Chinese characters; empty where the machine has none."""
    asked = shutil.which("fc-match")
    if asked:
        done = subprocess.run([asked, "-f", "%{file}", "sans-serif:lang=zh-cn"], capture_output=True, check=False)
        found = done.stdout.decode("utf-8", "replace")
        if Path(found).is_file() and "CJK" in found:
            return found
    return next((font for font in _FONTS if Path(font).is_file()), "")


def _tile(words: str, size: int) -> Image.Image:
    file = _font_file()
    font = ImageFont.truetype(file, size) if file else ImageFont.load_default(size)
    # The font Pillow brings knows no Chinese: numbers and time stay.
    said = words if file else words.encode("ascii", "ignore").decode()
    left, top, right, bottom = font.getbbox(said)
    flat = Image.new("L", (int(right - left) + 2 * size, int(bottom - top) + 2 * size), 0)
    ImageDraw.Draw(flat).text((size - left, size - top), said, fill=_STRENGTH, font=font)
    return flat.rotate(_SLANT, Image.Resampling.BILINEAR, expand=True)
