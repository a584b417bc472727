"""Collects the rows of the demonstration and writes them in a few large steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
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


class Shelf:
    """Rows that are not in the database yet; they may point to each other."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = {kind: [] for kind in ORDER}
        self._events: list[Event] = []
        self._links: dict[int, list[CasePerson]] = {}

    def put(self, row: Row) -> Row:
        self._rows[type(row)].append(row)
        if isinstance(row, CasePerson):
            self._links.setdefault(id(row.case), []).append(row)
        return row

    def event(
        self, case: Case, kind: str, at: datetime, *, by: StaffMember | None = None, text: str = "", **detail: Any
    ) -> None:
        """A line of a timeline. A row among `detail` becomes its number when it has one."""
        self._events.append(Event(case=case, kind=kind, at=at, by=by, text=text, detail=detail))

    def links_of(self, case: Case) -> list[CasePerson]:
        """Who is on a case that has not been written yet."""
        return self._links.get(id(case), [])

    def cases(self) -> list[Case]:
        return [row for row in self._rows[Case] if isinstance(row, Case)]

    def write(self) -> None:
        """Put everything into the database. Call inside a transaction."""
        for kind in ORDER:
            rows = self._rows[kind]
            for row in rows:
                _refresh_keys(row)
            kind._default_manager.bulk_create(rows, batch_size=BATCH)
        for event in self._events:
            event.detail = dict(_plain(event.detail))
            _refresh_keys(event)
        # By date, so that the order of the rows is the order of what happened.
        self._events.sort(key=lambda event: event.at)
        Event._default_manager.bulk_create(self._events, batch_size=BATCH)


def _refresh_keys(row: models.Model) -> None:
    """Take over the numbers that rows pointed to got when they were written."""
    for field in row._meta.concrete_fields:
        if field.is_relation and field.is_cached(row):
            related = field.get_cached_value(row)
            setattr(row, field.attname, related.pk if related is not None else None)


def _plain(detail: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in detail.items():
        yield name, value.pk if isinstance(value, models.Model) else value
