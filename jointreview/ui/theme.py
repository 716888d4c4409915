"""Colours and fonts with meaning, as Python names for the variables in assets/app.css."""

from __future__ import annotations

from typing import Any

FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

# The clock's lamps: colour, shape (Lucide icon) and the text key of their word. Used for the clock only.
LAMPS = {
    "green": ("var(--lamp-green)", "circle-check", "ui.lamp_green"),
    "notice": ("var(--lamp-blue)", "clock", "ui.lamp_notice"),
    "yellow": ("var(--lamp-yellow)", "triangle-alert", "ui.lamp_yellow"),
    "red": ("var(--lamp-red)", "octagon-alert", "ui.lamp_red"),
    "paused": ("var(--lamp-grey)", "circle-pause", "ui.lamp_paused"),
}

# Tones of chips and notes: never lamp colours, always with words.
TONES = ("neutral", "accent", "good", "warn", "bad")

STYLE: dict[Any, Any] = {
    "font_family": FONT,
    "line_height": "1.6",
    "font_variant_numeric": "tabular-nums",
}
