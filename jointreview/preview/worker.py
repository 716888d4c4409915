"""The process that opens files from outside: it limits itself first, then makes pages and says what it found."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from jointreview.preview import limits
from jointreview.preview.faults import Unshowable


def main(argv: list[str]) -> int:
    """`way source folder` prepares a file, `page way source page width out` makes one page of it."""
    way, *order = argv
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Libraries print; what they print is nobody's answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit_itself(way)
    found: dict[str, Any]
    try:
        found = _page(order) if way == "page" else _prepare(way, Path(order[0]), Path(order[1]))
    except Unshowable as reason:
        found = {"problem": f"preview.{reason}"}
    except MemoryError:
        found = {"problem": "preview.too_much"}
    except RecursionError:
        found = {"problem": "preview.broken"}
    # A hostile or damaged file makes a parser fail in any way.
    except Exception as fault:
        found = {"problem": "preview.broken", "fault": f"{type(fault).__name__}: {fault}"[:300]}
    answer.write(json.dumps(found))
    answer.flush()
    return 0


def _limit_itself(way: str) -> None:
    os.nice(10)
    seconds = limits.SECONDS[way]
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY[way], limits.MEMORY[way]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.LARGEST_WRITTEN, limits.LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _prepare(way: str, source: Path, folder: Path) -> dict[str, Any]:
    """The pages of a file, with what they are made from in `folder`."""
    # Each way loads its own libraries: half a second of start for one page would be a pity.
    if way == "pdf":
        from jointreview.preview import raster

        return raster.prepare_pdf(source, folder)
    if way == "picture":
        from jointreview.preview import raster

        return raster.prepare_picture(source, folder)
    if way == "office":
        from jointreview.preview import office

        return office.prepare(source, folder)
    if way == "drawing":
        from jointreview.preview import drawing

        return drawing.prepare(source, folder)
    from jointreview.preview import places

    return places.prepare(source, folder)


def _page(order: list[str]) -> dict[str, Any]:
    from jointreview.preview import raster

    way, source, page, width, out = order
    raster.make_page(way, Path(source), int(page), int(width), Path(out))
    return {"made": True}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
