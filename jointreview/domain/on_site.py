"""What proves that somebody was on site: a position near enough, or the code shown at the gate on that half-day."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
COARSEST_M = 500.0
"""A position less accurate than this (a cell tower, a network address) proves nothing and refutes nothing."""
CODE_LENGTH = 8
LATEST_SYNC_DAYS = 3
"""Working off line ends: what was signed with a permission arrives at most so many days after its last hour."""
_HOURS = {"am": (time(6), time(13)), "pm": (time(11), time(20))}


class Proof(StrEnum):
    """How somebody's arrival is known."""

    CODE = "code"
    POSITION = "position"
    SELF = "self"


def near_enough(distance_m: float, accuracy_m: float, radius_m: float) -> bool | None:
    """Whether a position counts as being there: the nearest place it allows lies within the radius.

    `distance_m` is measured to the parcel (0 inside it), `accuracy_m` as the device reports it. None for a position
    too coarse to say anything (requirements §3.2: GPS within 150 m).
    """
    if accuracy_m > COARSEST_M:
        return None
    return distance_m - accuracy_m <= radius_m


def gate_code(secret: str, visit_id: int, day: date, half: str) -> str:
    """The code of a visit for its half-day, `7K3M-9QXP`: a keyed digest, so that nobody makes one up.

    It changes when the visit is moved, and it reads without 0, 1, 8 and 9, which are mistaken for letters.
    """
    said = f"{visit_id}:{day.isoformat()}:{half}".encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    letters = base64.b32encode(digest).decode()[:CODE_LENGTH]
    return f"{letters[:4]}-{letters[4:]}"


def same_code(given: str, code: str) -> bool:
    """Whether somebody typed or scanned that code; case, spaces and the hyphen do not matter."""
    return hmac.compare_digest(_plain(given), _plain(code))


def _plain(code: str) -> bytes:
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum()).encode()


def code_holds(day: date, half: str, at: datetime) -> bool:
    """Whether the code of a visit counts at that moment: within its half-day, with an hour or two around it."""
    local = at.astimezone(SHANGHAI)
    first, last = _HOURS[half]
    return local.date() == day and first <= local.time() <= last


def permission_ends(granted_at: datetime) -> datetime:
    """When a permission to sign without network ends: with the day on which it was given."""
    day = granted_at.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, time(), SHANGHAI)


def signed_words(*parts: object) -> bytes:
    """The bytes that a phone signs: its parts as a JSON array of texts, as JavaScript writes it."""
    return json.dumps([str(part) for part in parts], ensure_ascii=False, separators=(",", ":")).encode()
