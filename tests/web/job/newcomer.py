"""Somebody who files for the first time, with the demonstration's texts open beside the form; every hand is counted.

The model is the keystroke-level model of Card, Moran and Newell (1980) with its constants, in seconds: a keystroke of
an average typist (K), pointing with the mouse (P), a press or release of its button (B), moving a hand between mouse
and keyboard (H), and making up one's mind (M, once for every answer). A Chinese character counts as three keystrokes.
An answer longer than a paste is copied from the texts beside the form, as anybody would. Waiting for the product is
measured, not modelled.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

K, P, B, H, M = 0.2, 1.1, 0.1, 0.4, 1.35
CLICK = P + 2 * B
# Mark the text beside the form, Ctrl+C, to the form's window; the click into the field and Ctrl+V come on top.
COPY = P + B + P + B + H + 2 * K + 2 * K
PASTE = 2 * K
KEYS_OF_A_CHINESE_CHARACTER = 3


@dataclass
class Newcomer:
    """Acts on a page by clicks and keys only, and keeps account of them."""

    page: Page
    counts: Counter[str] = field(default_factory=Counter)
    hands: float = 0.0
    waited: float = 0.0

    def does(self, what: str, seconds: float) -> None:
        """Put one interaction on the account."""
        self.counts[what] += 1
        self.hands += seconds

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What happens inside is the product's time: it is measured."""
        begin = time.monotonic()
        yield
        self.waited += time.monotonic() - begin
        self.counts["waits"] += 1

    def click(self, selector: str) -> None:
        """Make up one's mind, point, press."""
        self.does("clicks", M + CLICK)
        self.page.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        """An answer into its field: typed, or copied when that is less work."""
        keys = sum(1 if ord(c) < 0x2000 else KEYS_OF_A_CHINESE_CHARACTER for c in text)
        entry = self.page.locator(selector).first
        entry.click()
        entry.press("ControlOrMeta+a")
        if keys * K <= COPY + PASTE:
            self.does("fields typed", M + CLICK + 2 * H + keys * K)
            self.counts["keys"] += keys
        else:
            self.does("fields copied", M + CLICK + COPY + PASTE)
            self.counts["keys"] += 4
        if entry.get_attribute("type") == "date":
            entry.fill(text)  # the browser's own control takes digits only one part at a time
        else:
            self.page.keyboard.insert_text(text)

    def choose(self, selector: str, value: str) -> None:
        """One of a list."""
        self.does("choices", M + 2 * CLICK)
        self.page.locator(selector).first.select_option(value)

    def mark(self, selector: str) -> None:
        """One of the buttons beside a question."""
        self.does("clicks", M + CLICK)
        self.page.locator(f"label:has({selector})").first.click()

    def paste_rows(self, path: str, lines: list[str]) -> None:
        """Rows from a spreadsheet through the table's own window for pasting."""
        self.does("tables pasted", M + CLICK + COPY + CLICK + PASTE + CLICK)
        self.counts["keys"] += 4
        self.page.get_by_test_id(f"{path}-paste").click()
        self.page.locator(f"[id='{path}-paste-text']").click()
        self.page.keyboard.insert_text("\n".join(lines))
        self.page.locator(f"[id='{path}-paste-take']").click()

    def paste_cells(self, cell: str, lines: list[str]) -> None:
        """Rows from a spreadsheet into a table whose rows are given, from one of its cells on."""
        self.does("tables pasted", M + CLICK + COPY + PASTE)
        self.counts["keys"] += 4
        self.page.locator(cell).first.click()
        self.page.locator(cell).first.evaluate(
            """(cell, text) => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const how = { clipboardData: data, bubbles: true, cancelable: true };
              cell.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            "\n".join(lines),
        )

    def hand_over(self, selector: str, file: Any) -> None:
        """A file by the browser's chooser: open it, find the file, open the file."""
        self.does("files", M + CLICK + M + P + 4 * B)
        self.page.locator(selector).set_input_files(file)

    def draw(self, canvas: str) -> None:
        """A signature drawn with the mouse, counted as ten movements."""
        self.does("signatures", M + 10 * P + 2 * B)
        box = self.page.locator(canvas).bounding_box()
        assert box is not None
        left, top = box["x"] + 30, box["y"] + box["height"] * 0.6
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        for n in range(1, 12):
            self.page.mouse.move(left + n * 14, top - (18 if n % 2 else -12))
        self.page.mouse.up()

    def report(self) -> str:
        """The account in one line."""
        parts = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return f"{parts}; hands and head {self.hands:.0f} s, waiting {self.waited:.0f} s"
