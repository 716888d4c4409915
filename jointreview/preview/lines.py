"""Text as pages: the lines of a file with their numbers, in a type of one width."""

from __future__ import annotations

import unicodedata

from jointreview.preview import svg

LINES_ON_PAGE = 62
MOST_LINES = 3000
_COLUMNS = 88
_TOP, _STEP, _LEFT = 52, 17, 92


def as_pages(lines: list[str]) -> list[str]:
    """The lines as SVG pages, numbered as in the file; what is too long goes on below."""
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        pieces = _cut(line.expandtabs(4).rstrip())
        rows += [(str(number) if not n else "", piece) for n, piece in enumerate(pieces)]
    sheets = [rows[at : at + LINES_ON_PAGE] for at in range(0, len(rows), LINES_ON_PAGE)] or [[]]
    return [svg.page("".join(_row(n, *row) for n, row in enumerate(sheet))) for sheet in sheets]


def _row(n: int, number: str, text: str) -> str:
    y = _TOP + n * _STEP
    counted = (
        f'<text x="{_LEFT - 12}" y="{y}" text-anchor="end" font-size="10" font-family="monospace" fill="#64748b">'
        f"{number}</text>"
    )
    return (
        f"{counted if number else ''}"
        f'<text x="{_LEFT}" y="{y}" font-size="12" font-family="monospace" fill="#0f172a" xml:space="preserve">'
        f"{svg.clean_words(text)}</text>"
    )


def _cut(line: str) -> list[str]:
    """A line in pieces that fit; a Chinese character takes two places."""
    pieces, piece, used = [], "", 0
    for character in line[:4000]:
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used + wide > _COLUMNS:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + character, used + wide
    return [*pieces, piece]
