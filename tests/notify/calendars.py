"""Calendar files and mails as somebody else's program reads them: vobject, which knows nothing of the writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message

import vobject


@dataclass(frozen=True)
class Read:
    """One event as it was read."""

    method: str
    uid: str
    sequence: int
    status: str
    starts: datetime
    ends: datetime
    summary: str
    description: str
    place: str
    attendees: tuple[str, ...]
    alarms: int


def read(content: bytes) -> list[Read]:
    """The events of a file. Asserts what RFC 5545 asks of its bytes: CRLF everywhere, lines of 75 octets at most."""
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    calendar = vobject.readOne(content.decode("utf-8"))
    assert [zone.tzid.value for zone in calendar.contents.get("vtimezone", [])] in ([], ["Asia/Shanghai"])
    return [_event(calendar.method.value, event) for event in calendar.contents.get("vevent", [])]


def _event(method: str, event: vobject.base.Component) -> Read:
    def text(name: str) -> str:
        return event.contents[name][0].value if name in event.contents else ""

    return Read(
        method=method,
        uid=text("uid"),
        sequence=int(text("sequence")),
        status=text("status"),
        starts=event.dtstart.value,
        ends=event.dtend.value,
        summary=text("summary"),
        description=text("description"),
        place=text("location"),
        attendees=tuple(one.value for one in event.contents.get("attendee", [])),
        alarms=len(event.contents.get("valarm", [])),
    )


def parts(mail: bytes) -> list[Message]:
    """The leaves of a mail, in their order."""
    return [part for part in message_from_bytes(mail).walk() if not part.is_multipart()]


def invitations(mail: bytes) -> list[Read]:
    """What a mail changes in the calendar of its reader, by its files; the reading for mail programs is the same."""
    found = parts(mail)
    files = [p.get_payload(decode=True) for p in found if p.get_content_type() == "application/ics"]
    acted_on = [p for p in found if p.get_content_type() == "text/calendar"]
    for part in acted_on:
        [only] = files
        assert part.get_payload(decode=True) == only and f"METHOD:{part.get_param('method')}".encode() in only
    return [event for content in files for event in read(content)]
