"""A row of what needs somebody: whose it is, when, and about which case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from opencasework.office.cases.models import Case
from opencasework.office.tags.models import Urgency


class Whose(Enum):
    """Whose work is shown; the value stands in the address."""

    MINE = "mine"
    TEAM = "team"
    WAITING = "waiting"


@dataclass(frozen=True)
class Todo:
    """One row: what to do, about which case, by when, and the button that does the next thing."""

    case: Case
    title: str
    url: str
    icon: str
    on: date
    note: str
    button: str
    button_icon: str
    button_url: str
    posts: bool = False  # the button changes something, so it is a form
    for_anyone: bool = False  # whoever it is asked of may press it, whatever their role, and nobody else
    plans: bool = False  # it is the case's next action: it can be done, or put off
    key: str = ""  # that presses the button
    when: str = ""  # said instead of the day, where no day counts
    why: str = ""  # a reason that somebody gave

    @property
    def order(self) -> tuple[date, str, int]:
        """Earlier first; of one day, the more urgent case first."""
        return self.on, _REVERSED[self.case.urgency], self.case.pk

    @property
    def is_urgent(self) -> bool:
        return self.case.urgency in {Urgency.URGENT, Urgency.EMERGENCY}


_REVERSED = {level: str(9 - int(level[-1])) for level in Urgency.values}


@dataclass(frozen=True)
class Day:
    """The day the list is for, and the week one looks ahead to: at the weekend the coming one."""

    today: date

    @property
    def is_weekend(self) -> bool:
        return self.today.weekday() >= 5

    @property
    def end_of_week(self) -> date:
        """Sunday."""
        return self.today + timedelta(days=(13 if self.is_weekend else 6) - self.today.weekday())
