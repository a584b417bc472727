"""A colleague's days as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, Timezone

from opencasework.office.reminders.things import Thing, things_of
from opencasework.office.staff.models import StaffMember

SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # days are counted from here
ASK_AGAIN = timedelta(hours=1)
PRODUCT = "-//Open Casework//Office calendar//EN"
DOMAIN = "calendar.opencasework"  # of the numbers of entries; it names no office


def calendar_of(staff: StaffMember, *, today: date, origin: str) -> bytes:
    """The file as a calendar fetches it: all-day entries with a reference and a kind of thing, no more.

    `origin` is where this office is reached; an entry leads to its case, which asks for a sign-in.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Casework")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    # Of the day and not of the moment: the file stays the same, and is fetched once, while nothing changes.
    stamp = datetime.combine(today, time(), tzinfo=UTC)
    things = things_of(staff, today=today)
    for thing in things:
        calendar.add_component(_entry(thing, stamp=stamp, origin=origin))
    if not things:  # a calendar without any component is not one
        calendar.add_component(_zone())
    return bytes(calendar.to_ical())


def _entry(thing: Thing, *, stamp: datetime, origin: str) -> Event:
    entry = Event()
    entry.add("uid", f"{_number(thing.key)}@{DOMAIN}")
    # When something happened on a restricted case is not told: its entry is one of today.
    changed_at = None if thing.case.is_restricted else thing.changed_at
    entry.add("dtstamp", changed_at or stamp)
    if changed_at:
        entry.add("last-modified", changed_at)
    # Without a greater one Outlook keeps a changed entry as it was.
    entry.add("sequence", (stamp - SINCE).days if thing.case.is_restricted else thing.sequence)
    entry.add("dtstart", thing.on)
    entry.add("dtend", thing.on + timedelta(days=1))
    entry.add("summary", thing.summary)
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT")  # it takes no time of the day away
    if not thing.case.is_restricted:
        entry.add("url", f"{origin}{thing.case.get_absolute_url()}")
    return entry


def _number(key: str) -> str:
    """A number that stays with its thing and says nothing of it."""
    return salted_hmac("reminders.feed", key, algorithm="sha256").hexdigest()[:32]


@lru_cache(maxsize=1)
def _zone() -> Timezone:
    return Timezone.from_tzid("Europe/London")
