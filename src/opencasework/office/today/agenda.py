"""The list of My day: its sections, how much is in each, and the rows shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import QuerySet

from opencasework.office.kit import around, dates
from opencasework.office.kit.questions import instances_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.models import awake
from opencasework.office.today.row import Day, Todo, Whose
from opencasework.office.today.todo import ASKED, KINDS, OWED, STOPPED, Kind

ROWS = 12  # of a section, until more are asked for
MOST_ROWS = 200  # of a section, when they are
# Title, icon, state.
SECTIONS = {
    "late": ("Past their date", "clock-alert", "late"),
    "today": ("Today", "sun", ""),
    "week": ("Later this week", "calendar", ""),
    "later": ("After that", "calendar", ""),
    "stopped": ("The clock stands still", "pause", ""),
}

# What a row shows beside its case: the way there, and in which order.
BESIDE: dict[str, tuple[str, ...]] = {
    "case_people": ("pk",),
    "case_people__person": (),
    "issues": ("pk",),
    "issues__category": (),
}


@dataclass(frozen=True)
class Row:
    """A thing to do as the list shows it: when, in words, and a few words below that."""

    todo: Todo
    date: str
    note: str
    kind: str  # the name of its kind, and its number among those: what a snooze goes by
    number: int


@dataclass(frozen=True)
class Section:
    """The rows under one heading."""

    key: str
    title: str
    icon: str
    state: str
    total: int
    rows: list[Row]

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return self.total - len(self.rows)


def kinds(whose: Whose) -> tuple[Kind, ...]:
    return (OWED, ASKED, STOPPED) if whose is Whose.WAITING else KINDS


def sets(staff: StaffMember, whose: Whose, day: Day) -> dict[str, QuerySet[Any]]:
    """Every set of rows of a list, to be counted: by "mine_planned_late" and so on."""
    return {
        f"{whose.value}_{kind.name}_{section}": kind.standing_in(section, _rows(kind, staff, whose, day), day)
        for kind in kinds(whose)
        for section in kind.sections
    }


def total(counts: dict[str, int], whose: Whose, *sections: str) -> int:
    """How many rows the named sections of a list hold."""
    return sum(
        counts.get(f"{whose.value}_{kind.name}_{section}", 0) for kind in kinds(whose) for section in sections
    )


def sections(
    staff: StaffMember, whose: Whose, day: Day, counts: dict[str, int], *, everything: bool
) -> list[Section]:
    """The sections that have rows, with the first rows of each, or (with `everything`) nearly all."""
    limit = MOST_ROWS if everything else ROWS
    found = []
    for key, (title, icon, state) in SECTIONS.items():
        filled = [kind for kind in kinds(whose) if counts.get(f"{whose.value}_{kind.name}_{key}")]
        read = _read(filled, staff, whose, day, key, limit)
        ordered = sorted(read, key=lambda each: each[0].order)[:limit]
        if ordered:
            rows = [Row(todo, *_when(todo, day), kind, number) for todo, kind, number in ordered]
            if key == "week" and day.is_weekend:
                title = "In the coming week"
            found.append(Section(key, title, icon, state, total(counts, whose, key), rows))
    around.fetch_each([row.todo.case for section in found for row in section.rows], BESIDE)
    return found


def needs(things: int, late: int) -> str:
    """How the day stands, in a sentence."""
    if not things:
        return "Nothing needs you today."
    number = str(apnumber(things)).capitalize()
    sentence = f"{number} thing{' needs' if things == 1 else 's need'} you"
    if not late:
        return f"{sentence}; {'it is not' if things == 1 else 'none is'} past its date."
    if late == things:
        return f"{sentence}; {'it is past its date' if things == 1 else 'all are past their date'}."
    return f"{sentence}; {apnumber(late)} {'is past its date' if late == 1 else 'are past their date'}."


def _rows(kind: Kind, staff: StaffMember, whose: Whose, day: Day) -> QuerySet[Any]:
    rows = kind.rows(staff, day)
    if whose is not Whose.MINE:
        return rows
    return awake(rows.filter(kind.mine(staff)), staff, kind.name, on=day.today, last_day=kind.last_day)


def _read(
    filled: list[Kind], staff: StaffMember, whose: Whose, day: Day, section: str, limit: int
) -> Iterator[tuple[Todo, str, int]]:
    for kind in filled:
        rows = instances_of(_standing, kind, section, staff, whose, day, limit)
        around.fetch_each(rows, dict.fromkeys(kind.ways, ()))
        yield from ((kind.read(row, day), kind.name, row.pk) for row in rows)


def _standing(
    kind: Kind, section: str, staff: StaffMember, whose: Whose, day: Day, limit: int
) -> QuerySet[Any]:
    rows = kind.standing_in(section, _rows(kind, staff, whose, day), day)
    return rows.order_by(kind.date_field or "pk", "pk")[:limit]


def _when(todo: Todo, day: Day) -> tuple[str, str]:
    if todo.when:
        return todo.when, todo.note
    late = dates.lateness(todo.on, today=day.today)
    if late:
        return late, todo.note or f"due {dates.short(todo.on, today=day.today)}"
    if todo.on == day.today:
        return "Today", todo.note
    days = (todo.on - day.today).days
    return dates.short(todo.on, today=day.today), todo.note or f"in {days} day{'' if days == 1 else 's'}"
