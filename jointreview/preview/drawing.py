"""Drawings (DXF) as SVG, for the worker alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ezdxf
from ezdxf import recover
from ezdxf.addons.drawing import Frontend, RenderContext, layout
from ezdxf.addons.drawing.config import BackgroundPolicy, Configuration, ImagePolicy
from ezdxf.addons.drawing.svg import SVGBackend
from ezdxf.document import Drawing
from ezdxf.fonts import fonts

from jointreview.preview import svg
from jointreview.preview.faults import Unshowable

_PAPER_MM = 1189.0
_MARGIN_MM = 10.0
_CHINESE = (
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSerifCJK-Regular.ttc", "wqy-microhei.ttc"),
    *("wqy-zenhei.ttc", "uming.ttc", "ukai.ttc", "simsun.ttc", "simhei.ttf", "simfang.ttf"),
)
# A drawing names pictures by paths of its author's machine: on this one they are nobody's business.
_PLAIN = Configuration(
    background_policy=BackgroundPolicy.WHITE, image_policy=ImagePolicy.RECT, max_flattening_distance=0.05
)


def prepare(source: Path, folder: Path) -> dict[str, Any]:
    """The model space as the first page, then the layouts that hold something."""
    document = _opened(source)
    _write_chinese(document)
    pages = 0
    for name in ["Model", *(n for n in document.layout_names_in_taborder() if n != "Model")][:20]:
        drawn = _drawn(document, name)
        if drawn is None:
            continue
        pages += 1
        (folder / f"p{pages}.svg").write_bytes(drawn)
    if not pages:
        raise Unshowable("nothing_drawn")
    return {"pages": pages, "of": pages, "vector": True}


def _opened(source: Path) -> Drawing:
    try:
        return ezdxf.readfile(source)
    except (ezdxf.DXFError, UnicodeDecodeError, ValueError):
        pass
    try:
        return recover.readfile(source)[0]
    except (ezdxf.DXFError, UnicodeDecodeError, ValueError, OSError):
        raise Unshowable("broken") from None


def _drawn(document: Drawing, name: str) -> bytes | None:
    """A layout as SVG; None when nothing of it can be seen."""
    backend = SVGBackend()
    Frontend(RenderContext(document), backend, config=_PLAIN).draw_layout(document.layout(name))
    if not backend.player().bbox().has_data:
        return None
    paper = layout.Page(
        0, 0, layout.Units.mm, layout.Margins.all(_MARGIN_MM), max_width=_PAPER_MM, max_height=_PAPER_MM
    )
    content = backend.get_string(paper, settings=layout.Settings(fit_page=True))
    if "<path" not in content and "<circle" not in content and "<line" not in content:
        return None
    try:
        return svg.harmless(content)
    except ValueError:
        raise Unshowable("too_much") from None


def _write_chinese(document: Drawing) -> None:
    """Chinese drawings name fonts that are not here: the first Chinese one that is takes the place of all."""
    manager = fonts.font_manager
    found = next((name for name in _CHINESE if manager.has_font(name)), "")
    if not found:
        return
    manager._fallback_font_name = found
    face = manager.get_font_face(found)
    manager.find_best_match = lambda *_, **__: face  # type: ignore[method-assign]
    for style in document.styles:
        style.dxf.font = found
        style.dxf.discard("bigfont")
        style.discard_extended_font_data()
