"""Why a file cannot be shown."""

from __future__ import annotations


class Unshowable(Exception):
    """The file cannot be shown; the argument is the last part of a key of the area `preview`."""
