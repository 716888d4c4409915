"""How much a preview may cost: every file comes from outside and may be made to hurt."""

from __future__ import annotations

MB = 1024**2

LARGEST_SOURCE = 300 * MB
"""Bytes of a file that is prepared at all; beyond it there is the download."""
LARGEST = {"drawing": 60 * MB, "places": 32 * MB, "office": 60 * MB}
"""The same where a way of showing holds the whole file in memory."""
MOST_PAGES = 3000
"""Pages that can be turned to; a file with more says so."""
WIDTHS = (240, 1000, 1600, 2400)
"""Widths in pixels in which pages are made: a fixed set, so that the cache stays small; the first is small."""
MOST_PIXELS = 12_000_000
"""Pixels of one page, however large or long its box claims to be."""
LONGEST_SIDE = 9000
MOST_PICTURE_PIXELS = 120_000_000
"""Pixels of a picture that is opened: unpacked they all lie in memory."""
LARGEST_SVG = 12 * MB

SECONDS = {"pdf": 40, "picture": 40, "office": 100, "drawing": 90, "places": 60, "text": 30, "page": 25}
"""How long the process that makes a preview may live."""
MEMORY = {
    "pdf": 1500 * MB,
    "picture": 1500 * MB,
    "office": 6000 * MB,
    "drawing": 2000 * MB,
    "places": 3000 * MB,
    "text": 1000 * MB,
    "page": 1500 * MB,
}
"""Address space of that process; LibreOffice reserves far more than it uses."""
LARGEST_WRITTEN = 400 * MB
"""The largest file it may write."""


def fitting_width(asked: int) -> int:
    """The width that is made for a wish: the next larger one."""
    return next((width for width in WIDTHS if width >= asked), WIDTHS[-1])


def page_pixels(width: float, height: float, wide: int) -> tuple[int, int]:
    """Pixels of a page of the given proportions when it is to be `wide`; never more than the limits.

    Raises ValueError for a page without an extent.
    """
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise ValueError("a page without an extent")
    high = wide * height / width
    shrink = min(1.0, LONGEST_SIDE / high, (MOST_PIXELS / (wide * high)) ** 0.5)
    return max(1, round(wide * shrink)), max(1, round(high * shrink))
