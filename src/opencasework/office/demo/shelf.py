"""Collects the rows of the demonstration and writes them in a few large steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any, TypeVar

from django.db import models

from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Case, CasePerson, Event, Issue, ReferenceNumber
from opencasework.office.chasing.models import Chaser
from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail, PersonPhone
from opencasework.office.letters.models import Enquiry, Letter, Reply, ReplyToken
from opencasework.office.staff.models import StaffMember

# Each kind stands after those it points to.
ORDER: tuple[type[models.Model], ...] = (
    Person,
    PersonAddress,
    PersonEmail,
    PersonPhone,
    Case,
    CasePerson,
    Issue,
    ReferenceNumber,
    Authority,
    Letter,
    Enquiry,
    Reply,
    Chaser,
    ReplyToken,
)
BATCH = 400
Row = TypeVar("Row", bound=models.Model)


@dataclass
class Mail:
    """A mail of the past: the raw message, and where it belongs. It has a number once it has been read in."""

    raw: bytes
    case: Case
    at: datetime
    enquiry: Enquiry | None = None
    person: Person | None = None
    pk: int | None = None


def raw_mail(*, sender: tuple[str, str], to: str, at: datetime, subject: str, text: str, name: str) -> bytes:
    """An ordinary mail as a server would deliver it. `name` makes its Message-ID."""
    domain = sender[1].partition("@")[2]
    # By hand, with CRLF as a server has it: the library takes 4 ms a message, and there are 1,400.
    head = (
        f"From: {formataddr(sender)}",
        f"To: {to}",
        f"Subject: {Header(subject, 'utf-8').encode() if not subject.isascii() else subject}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{name}@{domain}>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return "\r\n".join([*head, "", *text.split("\n")]).encode()


class Shelf:
    """Rows that are not in the database yet; they may point to each other."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = {kind: [] for kind in ORDER}
        self._events: list[Event] = []
        self._late: list[models.Model] = []
        self.mails: list[Mail] = []
        self._emails: dict[int, str] = {}
        self._links: dict[int, list[CasePerson]] = {}

    def put(self, row: Row) -> Row:
        self._rows[type(row)].append(row)
        if isinstance(row, PersonEmail):
            self._emails[id(row.person)] = row.address
        if isinstance(row, CasePerson):
            self._links.setdefault(id(row.case), []).append(row)
        return row

    def put_late(self, row: Row) -> Row:
        """A letter that points to an enquiry, which in turn points to an earlier letter."""
        self._late.append(row)
        return row

    def mail(self, mail: Mail) -> Mail:
        self.mails.append(mail)
        return mail

    def email_of(self, person: Person) -> str:
        return self._emails[id(person)]

    def event(
        self,
        case: Case,
        what: str,
        at: datetime,
        /,
        *,
        by: StaffMember | None = None,
        text: str = "",
        **detail: Any,
    ) -> None:
        """A line of a timeline. A row among `detail` becomes its number when it has one.

        In the invented year everything was recorded when it happened.
        """
        self._events.append(
            Event(case=case, kind=what, at=at, recorded_at=at, by=by, text=text, detail=detail)
        )

    def links_of(self, case: Case) -> list[CasePerson]:
        """Who is on a case that has not been written yet."""
        return self._links.get(id(case), [])

    def cases(self) -> list[Case]:
        return [row for row in self._rows[Case] if isinstance(row, Case)]

    def write_rows(self) -> None:
        """Put everything but the timelines into the database. Call inside a transaction."""
        for kind in ORDER:
            if kind is Chaser:
                self._write(Letter, self._late)
            self._write(kind, self._rows[kind])

    def _write(self, kind: type[models.Model], rows: list[models.Model]) -> None:
        for row in rows:
            _refresh_keys(row)
        kind._default_manager.bulk_create(rows, batch_size=BATCH)

    def write_events(self) -> None:
        """Write the timelines, when every mail has its number."""
        for event in self._events:
            event.detail = dict(_plain(event.detail))
            _refresh_keys(event)
        # By date, so that the order of the rows is the order of what happened.
        self._events.sort(key=lambda event: event.at)
        Event._default_manager.bulk_create(self._events, batch_size=BATCH)


def _refresh_keys(row: models.Model) -> None:
    """Take over the numbers that rows pointed to got when they were written."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            related = field.get_cached_value(row)
            setattr(row, field.attname, related.pk if related is not None else None)


def _plain(detail: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in detail.items():
        yield name, value.pk if isinstance(value, models.Model | Mail) else value
