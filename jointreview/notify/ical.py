"""iCalendar (RFC 5545, 5546): an entry of a person's calendar as an invitation by mail and in the calendar read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vText
from pydantic import BaseModel, ConfigDict

from jointreview.settings import settings
from jointreview.text import tr

SHANGHAI = ZoneInfo("Asia/Shanghai")
REMIND_BEFORE = timedelta(hours=1)
READ_AGAIN_AFTER = timedelta(hours=1)
# China has kept one time since 1992: the years before would only fill the file.
_ZONE_FROM, _ZONE_UNTIL = date(1992, 1, 1), date(2100, 1, 1)
_PRODUCT = "-//Joint Review//jointreview//ZH"

Said = tuple[str, dict[str, Any]]
"""A text key and its parameters: entries are worded in the language of whoever reads them."""


class Entry(BaseModel):
    """What stands in a calendar from `starts` to `ends` (points in time); `path` is the page that shows more."""

    model_config = ConfigDict(frozen=True)

    starts: datetime
    ends: datetime
    summary: Said
    place: str = ""
    lines: tuple[Said, ...] = ()
    path: str = ""


class Issue(BaseModel):
    """An entry as of one moment: the same `uid` for good, a `sequence` that grows, and whether it was called off."""

    model_config = ConfigDict(frozen=True)

    uid: str
    sequence: int
    at: datetime
    cancelled: bool = False
    entry: Entry


@dataclass(frozen=True)
class Invitation:
    """A calendar message as mail carries it: `method` is REQUEST or CANCEL."""

    method: str
    content: bytes


def invitation(issue: Issue, lang: str, name: str, address: str) -> Invitation:
    """The message that puts the entry into the calendar of `address`, changes it there or takes it away.

    Nobody reads answers by mail: officers answer in the product, hence RSVP=FALSE.
    """
    method = "CANCEL" if issue.cancelled else "REQUEST"
    event = _event(issue, lang)
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params.update(
        {"CN": vText(name), "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    )
    organizer = vCalAddress(f"mailto:{settings().mail_from}")
    organizer.params["CN"] = vText(settings().issuer_zh)
    event.add("organizer", organizer)
    event.add("attendee", attendee)
    calendar = _calendar([event])
    calendar.add("method", method)
    return Invitation(method, calendar.to_ical())


def feed(issues: Iterable[Issue], lang: str, title: str) -> bytes:
    """The calendar a program reads again and again: entries of one person, nothing about anybody else's answers."""
    calendar = _calendar([_event(issue, lang) for issue in issues])
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", SHANGHAI.key)
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    return calendar.to_ical()


def _calendar(events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(_ZONE_FROM, _ZONE_UNTIL)
    return calendar


def _event(issue: Issue, lang: str) -> Event:
    entry, event = issue.entry, Event()
    event.add("uid", issue.uid)
    event.add("sequence", issue.sequence)
    event.add("dtstamp", issue.at.astimezone(UTC))
    event.add("last-modified", issue.at.astimezone(UTC))
    event.add("dtstart", entry.starts.astimezone(SHANGHAI))
    event.add("dtend", entry.ends.astimezone(SHANGHAI))
    event.add("summary", _said(lang, entry.summary))
    event.add("status", "CANCELLED" if issue.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    link = f"{settings().address}{entry.path}" if entry.path else ""
    told = [*(_said(lang, line) for line in entry.lines), *([link] if link else [])]
    if told:
        event.add("description", "\n".join(told))
    if entry.place:
        event.add("location", entry.place)
    if link:
        event.add("url", link)
    if not issue.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _said(lang, entry.summary))
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
    return event


def _said(lang: str, said: Said) -> str:
    key, params = said
    return tr(lang, key, **params)
