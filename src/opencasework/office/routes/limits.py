"""Time limits: until when something can be asked for, or has to be answered, from the dates on a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from opencasework.office.kit import tables
from opencasework.office.kit.dates import months_later, say
from opencasework.office.kit.working_days import ANYWHERE, working_days_after
from opencasework.office.places.models import NATIONS_OF
from opencasework.office.routes.models import KeyDate

SIX_WEEKS_SINCE = date(2026, 4, 8)  # telecoms complaints made before it have eight weeks: Ofcom, July 2025
WEEKS_BEFORE = "8"


# Days of what came back once a limit had been used, on some day before.
ANSWERS = (KeyDate.Kind.RECONSIDERED, KeyDate.Kind.REVIEWED, KeyDate.Kind.REVIEWER, KeyDate.Kind.REJECTED)


@dataclass(frozen=True)
class Used:
    """A limit was used on that day; `before`: what is dated then is the answer, so on a day before it."""

    on: date
    before: bool


def _day(used: Used) -> date:
    return used.on


@dataclass(frozen=True)
class Limit:
    """A time limit, a row of `data/limits.csv`. Source, day and whether it was checked go with it."""

    code: str
    name: str
    whose: str  # "person": their own to keep; "body": by then it has to answer
    nation: str
    value: str  # a number, or a day where `unit` is fixed_date
    unit: str
    starts: str  # the kind of date it runs from, see KeyDate.Kind
    counting: str  # "", inclusive, less_a_day, before, anywhere, fixed
    also: str  # "earlier:KIND:NUMBER:UNIT" or "later:…": a second end; of KIND|KIND the later day starts it
    late: str
    body: str
    source: str
    as_of: str  # the day of the research it rests on, YYYY-MM-DD
    checked: str
    used_by: str  # kinds of dates, between spaces: one of them, after that it runs from, says it was used
    paused_by: str  # the kind of date that, within the limit, stops its clock
    resumed_by: str  # and the kind with which the clock goes on; until then its last day is not known
    after: str  # the body's own limit: where its answer does not come, this one runs from the end of that

    @property
    def as_of_day(self) -> date:
        return date.fromisoformat(self.as_of)

    def used(self, dates: Mapping[str, date]) -> Used | None:
        """The first later date that says it was used, such as that a reconsideration was asked for."""
        start = dates.get(self.starts)
        if start is None:
            return None
        its = [(dates[kind], kind) for kind in self.used_by.split() if kind in dates]
        return min((Used(day, kind in ANSWERS) for day, kind in its if start <= day), key=_day, default=None)

    @property
    def other_end(self) -> str:
        """The second end: “or 12 months from: it happened, whichever is earlier”; empty without one."""
        if not self.also:
            return ""
        which, kinds, value, unit = self.also.split(":")
        named = " or ".join(str(KeyDate.Kind(kind).label).lower() for kind in kinds.split("|"))
        length = f"{value} {unit.removesuffix('s') if value == '1' else unit}"
        return f"or {length} from: {named}, whichever is {which}"

    def speaks_of(self, nation: str) -> bool:
        """Whether it runs in en, wa, sc or ni."""
        return nation in NATIONS_OF[self.nation]

    @property
    def starts_in_words(self) -> str:
        """The date that has to be known for it, as a form names it."""
        return str(KeyDate.Kind(self.starts).label) if self.starts else ""

    @property
    def resumes_in_words(self) -> str:
        """The date with which a clock that was stopped goes on, as a form names it."""
        return str(KeyDate.Kind(self.resumed_by).label) if self.resumed_by else ""

    @property
    def begins_with(self) -> tuple[str, ...]:
        """The kinds of dates that it may run from: its own, and that of the limit which it comes after."""
        return (self.starts, all_limits()[self.after].starts) if self.after else (self.starts,)

    @property
    def length(self) -> str:
        """How long it is, in words: “1 month”, “28 days”; empty for a fixed day."""
        if self.unit == "fixed_date":
            return ""
        unit = self.unit.removeprefix("calendar_").replace("_", " ")
        length = f"{self.value} {unit.removesuffix('s') if self.value == '1' else unit}"
        if self.counting == "before":
            return "Before that day"
        return f"{length} less a day" if self.counting == "less_a_day" else length


@dataclass(frozen=True)
class Running:
    """A limit as it was when it began, with its last day. `check` says why that is a guess, if it is one."""

    limit: Limit
    until: date
    check: str = ""

    def days_left(self, *, on: date) -> int:
        """Days from `on` to the last day; negative once it is past."""
        return (self.until - on).days


@lru_cache(maxsize=1)
def all_limits() -> dict[str, Limit]:
    """Every limit by its code."""
    return {
        row["code"]: Limit(**row) for row in tables.rows("opencasework.office.routes", "limits.csv")
    }  # a column too many or too few is a TypeError here, at the first page


def running(limit: Limit, dates: Mapping[str, date], *, nation: str) -> Running | None:
    """The limit's last day, from what is known; None while the date it runs from is not.

    None, too, where its clock was stopped in time, and does not go on yet.

    `dates` are days by KeyDate.Kind. Working days are those of `nation`.
    """
    if limit.counting == "fixed":
        return Running(limit, date.fromisoformat(limit.value))
    start = dates.get(limit.starts)
    if start is None:
        return _after_silence(limit, dates, nation) if limit.after else None
    if limit.code == "DL-COMMSWAIT" and start < SIX_WEEKS_SINCE:
        limit = replace(limit, value=WEEKS_BEFORE)  # so that its words go with its last day
    until, check = _counted(limit, start, int(limit.value), limit.unit, nation)
    if _is_paused(limit, dates, start, until):
        return _gone_on(limit, dates, until)
    if limit.also:
        until, check = _with_the_other_end(limit, dates, until, check, nation)
    if limit.code == "DL-SEND":
        until = _out_of_the_holidays(until)
    return Running(limit, until, check)


def _is_paused(limit: Limit, dates: Mapping[str, date], start: date, until: date) -> bool:
    stopped = dates.get(limit.paused_by)
    return stopped is not None and start <= stopped <= until


def _gone_on(limit: Limit, dates: Mapping[str, date], until: date) -> Running | None:
    """As its clock goes on after a certificate: later by the days it stood, and no sooner than a month on.

    None while no certificate has come. Source: Employment Rights Act 1996 s.207B(3) and (4), which count one
    after the other (Luton Borough Council v Haque, UKEAT/0180/17).
    """
    stopped, resumed = dates[limit.paused_by], dates.get(limit.resumed_by)
    if resumed is None or resumed < stopped:
        return None
    stood = (resumed - stopped).days
    later, month = until + timedelta(days=stood), months_later(resumed, 1)
    if later > month:
        days = "1 day" if stood == 1 else f"{stood} days"
        return Running(limit, later, f"The clock stood still for {days}.")
    missing = " That month has no such day: its last is shown." if month.day != resumed.day else ""
    return Running(limit, month, f"It is a month from the certificate.{missing}")


def _after_silence(limit: Limit, dates: Mapping[str, date], nation: str) -> Running | None:
    """As it runs where no answer came: from the end of the time in which the body had to give one."""
    wait = all_limits()[limit.after]
    its = running(wait, dates, nation=nation)
    if its is None:
        return None
    if wait.unit == limit.unit == "months":  # two months to answer and two to appeal are four by the law
        both = int(wait.value) + int(limit.value)
        until, check = _counted(limit, dates[wait.starts], both, limit.unit, nation)
    else:
        until, check = _counted(limit, its.until, int(limit.value), limit.unit, nation)
    waited = limit.starts_in_words.removesuffix(" dated").lower()
    said = f"No {waited} is recorded, so it is counted from the end of the {wait.length}."
    opens = f"Unanswered, it may go there from {say(its.until + timedelta(days=1))}."
    return Running(limit, until, f"{said} {opens} {check}".strip())


def _counted(limit: Limit, start: date, value: int, unit: str, nation: str) -> tuple[date, str]:
    check = ""
    if unit in ("months", "years"):
        until = months_later(start, value * (12 if unit == "years" else 1))
        if until.day != start.day:
            check = "The month has no such day: its last is shown. Check with the body."
    elif unit == "weeks":
        until = start + timedelta(weeks=value)
    elif unit == "school_days":
        # School holidays only make it later, so this is the earliest it can be.
        until, check = working_days_after(start, value, nation=nation), "About: it counts school days."
    elif unit == "working_days":
        where = ANYWHERE if limit.counting == "anywhere" else nation
        until = working_days_after(start, value, nation=where)
    else:
        until = start + timedelta(days=-value if limit.counting == "before" else value)
    if limit.counting in ("inclusive", "less_a_day"):
        until -= timedelta(days=1)
    return until, check


def _with_the_other_end(
    limit: Limit, dates: Mapping[str, date], until: date, check: str, nation: str
) -> tuple[date, str]:
    which, kinds, value, unit = limit.also.split(":")
    other_starts = [dates[kind] for kind in kinds.split("|") if kind in dates]
    if not other_starts:
        if which == "earlier":
            named = " or ".join(f"“{KeyDate.Kind(kind).label}”" for kind in kinds.split("|"))
            return until, f"It may end sooner: record {named}."
        return until, check
    other_start = max(other_starts)
    other, its_check = _counted(limit, other_start, int(value), unit, nation)
    chosen = min(until, other) if which == "earlier" else max(until, other)
    return chosen, its_check if chosen == other else check


def _out_of_the_holidays(until: date) -> date:
    """What ends in August or between Christmas and New Year moves to the next term's first working day.

    Source: IPSEA, on appeals to the SEND tribunal.
    """
    if until.month == 8:
        return working_days_after(date(until.year, 8, 31), 1)
    if (until.month, until.day) >= (12, 25) or (until.month, until.day) == (1, 1):
        year = until.year + (until.month == 12)
        return working_days_after(date(year, 1, 1), 1)
    return until
