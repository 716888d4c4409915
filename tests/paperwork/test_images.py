"""Pictures keep their shape, fit their place and lose what nobody should read."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from jointreview.paperwork import images


def test_a_photograph_loses_its_metadata_and_stands_upright():
    image = Image.new("RGB", (400, 200), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    shown = images.photo(out.getvalue())
    assert shown is not None
    printed = Image.open(io.BytesIO(shown.data))
    assert printed.size == (200, 400)
    assert not printed.getexif()
    assert shown.height_cm == pytest.approx(2 * shown.width_cm)


@pytest.mark.parametrize("size", [(600, 240), (100, 900), (2000, 50)])
def test_a_signature_keeps_its_shape_and_fits_its_cell(size):
    out = io.BytesIO()
    Image.new("RGBA", size, "navy").save(out, "PNG")
    drawn = images.signature(out.getvalue(), "张明远")
    assert drawn.width_cm <= 2.6
    assert drawn.height_cm <= 1.1
    assert drawn.width_cm / drawn.height_cm == pytest.approx(size[0] / size[1])
