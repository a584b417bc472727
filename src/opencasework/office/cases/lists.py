"""The list of cases: which to show, in which order, and how a row reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, CaseQuerySet, Status
from opencasework.office.cases.models.status import WAITING
from opencasework.office.cases.told import Told, told_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit import around, dates
from opencasework.office.kit.addresses import address
from opencasework.office.kit.questions import rows_of
from opencasework.office.kit.words import begun_small
from opencasework.office.staff.counting import counted
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category

ROWS = 50  # on a page
SHOWN = {
    "mine": "Mine",
    "helping": "Helping",
    "team": "Team",
    "waiting": "Waiting",
    "closed": "Closed",
    "all": "Open and closed",
}


def month_choices() -> list[tuple[str, str]]:
    """The months of the last two years, the newest first: 2026-10, October 2026."""
    months, day = [], timezone.localdate().replace(day=1)
    for _ in range(24):
        months.append((f"{day:%Y-%m}", f"{dates.MONTHS[day.month - 1].capitalize()} {day.year}"))
        day = (day - timedelta(days=1)).replace(day=1)
    return [("", "Any month"), *months]


def group_choices() -> list[tuple[str, str]]:
    """The first level of categories, to choose from; the address of the page may name a second-level one."""
    groups = Category.objects.filter(parent=None).values_list("code", "label")
    return [("", "Anything"), *((code, label) for code, label in groups)]


class CaseFilter(forms.Form):
    """The questions a list of cases answers. Every one is optional and stands in the address of the page."""

    q = forms.CharField(label="Find", required=False, max_length=100)
    category = forms.ModelChoiceField(
        label="About", queryset=Category.objects.all(), to_field_name="code", required=False
    )
    body = forms.CharField(label="Body", required=False, max_length=24)
    owner = forms.ModelChoiceField(
        label="Caseworker",
        queryset=StaffMember.objects.filter(is_active=True).order_by("first_name", "username"),
        required=False,
        empty_label="Anybody",
    )
    status = forms.ChoiceField(
        label="Where it stands", choices=[("", "Anywhere"), *Status.choices], required=False
    )
    month = forms.RegexField(label="Opened in", regex=r"^\d{4}-(0[1-9]|1[0-2])$", required=False)

    def __init__(self, data: Any, *, staff: StaffMember) -> None:
        super().__init__(data)
        self.staff = staff
        self.fields["category"].widget.choices = group_choices()
        self.fields["month"].widget = forms.Select(choices=month_choices())
        self.is_valid()
        asked = any(self.cleaned_data.get(name) for name in ("category", "body", "owner", "month", "status"))
        show = data.get("show", "")
        self.show = show if show in SHOWN else ("all" if asked else "mine")

    def narrowed(self, cases: CaseQuerySet) -> CaseQuerySet:
        """The cases that answer the other questions."""
        asked = self.cleaned_data
        if asked.get("q"):
            cases = cases.with_words(asked["q"])
        if asked.get("category"):
            cases = cases.about(asked["category"])
        if asked.get("body"):
            body = Body.objects.filter(code=asked["body"]).first()
            cases = cases.concerning(body) if body else cases.none()
        if asked.get("owner"):
            cases = cases.filter(owner=asked["owner"])
        if asked.get("status"):
            cases = cases.at(asked["status"])
        if asked.get("month"):
            cases = cases.filter(
                opened_at__gte=first_of(asked["month"]), opened_at__lt=end_of(asked["month"])
            )
        return cases

    def cases(self) -> CaseQuerySet:
        """The cases to show, in the order that serves: what is due first, or the latest first."""
        found = self.narrowed(in_segment(self.show, self.staff))
        if self.show == "closed":
            return found.order_by("-closed_at", "-pk")
        return found.order_by("next_action_on", "pk") if self.show != "all" else found

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked than which segment."""
        return any(self.cleaned_data.values())

    def counts(self) -> dict[str, int]:
        """How many cases each segment holds, for the labels; of the closed ones only where they are shown."""
        found = counted(_segments, self.staff, self.show in ("closed", "all"))
        # What became part of another case is closed, so these are all that stand for themselves.
        return found | {"all": found["team"] + found.get("closed", 0)}

    def count_by_status(self, counts: dict[str, int]) -> None:
        """Say beside each status how many of the cases shown stand there, whatever else is asked."""
        # An open case is never part of another.
        show = "team" if self.show == "all" else self.show
        found = rows_of(_by_status, self.staff, show) if show != "closed" else []
        standing = {each["status_now"]: each["number"] for each in found}
        standing[Status.CLOSED] = counts.get("closed", 0)
        choices = [(key, f"{words} ({standing.get(key, 0)})") for key, words in Status.choices]
        self.fields["status"].widget.choices = [("", "Anywhere"), *choices]


def in_segment(show: str, staff: StaffMember) -> CaseQuerySet:
    """The cases of one segment that this colleague may know of, before the other questions."""
    cases = Case.objects.visible_to(staff)
    if show == "mine":
        return cases.open().filter(owner=staff)
    if show == "helping":
        return cases.open().helped_by(staff)
    if show == "team":
        return cases.open()
    if show == "waiting":
        return cases.waiting()
    return cases.closed() if show == "closed" else cases.standing()


def _segments(staff: StaffMember, with_closed: bool) -> dict[str, CaseQuerySet]:  # noqa: FBT001
    names = ["mine", "helping", "team", "waiting", *(["closed"] if with_closed else [])]
    return {show: in_segment(show, staff) for show in names}


def _by_status(staff: StaffMember, show: str) -> QuerySet[Any, Any]:
    return in_segment(show, staff).by_status()


def first_of(month: str) -> datetime:
    """The first moment of 2026-10."""
    year, number = month.split("-")
    return timezone.make_aware(datetime.combine(date(int(year), int(number), 1), time()))


def end_of(month: str) -> datetime:
    """The first moment after 2026-10."""
    year, number = (int(part) for part in month.split("-"))
    return first_of(f"{year + number // 12}-{number % 12 + 1}")


@dataclass(frozen=True)
class Row:
    """A case as a list shows it."""

    case: Case
    status: Status
    constituent: Person | None
    category: Category | None
    waits_for: list[Body]  # where it waits for a body
    group: str  # the heading it stands under; empty for none
    state: str  # late, due or nothing
    icon: str
    date: str
    note: str
    authority: tuple[str, str] = ("", "")  # a body waits for it: the state, and the words
    told: Told | None = None  # when the person last heard from us

    @property
    def next_url(self) -> str:
        """Where the next action is said done."""
        return address("case-next-action", self.case.pk)

    @property
    def tags_url(self) -> str:
        return address("case-tags", self.case.pk)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody else has the next word."""
        return self.status in WAITING


# What a row of a list shows beside its case: the way there, and in which order.
BESIDE: dict[str, tuple[str, ...]] = {
    "owner": (),
    "case_people": ("pk",),
    "case_people__person": (),
    "issues": ("pk",),
    "issues__category": (),
    "enquiries": ("-sent_on", "-pk"),
    "enquiries__body": (),
    "enquiries__replies": ("-received_on", "-pk"),
    "questions": ("-asked_at", "-pk"),
    "authority_demands": ("due_on", "pk"),
    "authority_demands__body": (),
}


def rows(cases: Iterable[Case], *, today: date) -> list[Row]:
    """How these cases read today, with all that stands beside them, in a fixed number of queries."""
    shown = list(cases)
    around.fetch_each(shown, BESIDE)
    heard = told_of(shown, today=today)
    return [_row(case, heard.get(case.pk), today=today) for case in shown]


def _authority(case: Case, *, today: date) -> tuple[str, str]:
    """The first body that waits for a signed authority. They are kept in the folder above."""
    if case.closed_at is not None:
        return "", ""
    running = [each for each in around.of(case, "authority_demands") if each.is_waiting]
    if not running:
        return "", ""
    state, words = running[0].state(on=today)
    return state, f"{running[0].body} waits for authority: {begun_small(words)}"


def _row(case: Case, heard: Told | None, *, today: date) -> Row:
    status = case.status
    group, state, icon, day, note = _when(case, status, today=today)
    bodies = case.waiting_on if status == Status.BODY else []
    return Row(
        case, status, case.constituent, case.main_category, bodies, group, state, icon, day, note,
        authority=_authority(case, today=today), told=heard,
    )  # fmt: skip


def _when(case: Case, status: Status, *, today: date) -> tuple[str, str, str, str, str]:
    """Its heading, state and icon, its date, and a few words below that."""
    if case.closed_at is not None:
        closed = dates.short(timezone.localdate(case.closed_at), today=today)
        return "", "", "circle-check", closed, ", ".join(case.outcomes)
    on = case.next_action_on or today
    late = dates.lateness(on, today=today)
    icon = "folder" if status == Status.WITH_US else "hourglass"
    if late:
        return "Past their date", "late", icon, late, f"due {dates.short(on, today=today)}"
    if on == today:
        return "Today", "due", icon, "Today", ""
    group = "This week" if on <= today + timedelta(days=6 - today.weekday()) else "Later"
    days = (on - today).days
    return group, "", icon, dates.short(on, today=today), f"in {days} day{'' if days == 1 else 's'}"
