"""Rows of My day about forms for signature that have come back and wait to be filed."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.authority.models import ReturnedForm
from opencasework.office.kit import dates
from opencasework.office.kit.addresses import address
from opencasework.office.kit.words import begun_small
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo


def rows(staff: StaffMember, day: Day) -> QuerySet[ReturnedForm]:
    return on_visible_cases(ReturnedForm.objects.waiting(), staff, case="ask__case")


def _came_back(form: ReturnedForm) -> str:
    if form.missing:
        return f"A form has come back without {begun_small(form.what_is_missing.rstrip(','))}"
    return "A signed form has come back, file it"


def read(form: ReturnedForm, day: Day) -> Todo:
    url = address("returned-form", form.pk)
    return Todo(
        case=form.ask.case,
        title=f"{_came_back(form)}: {form.ask.case.title}",
        url=url,
        icon="file-check",
        on=day.today,
        note=f"arrived {dates.short(timezone.localdate(form.arrived_at), today=day.today)}",
        button="Look",
        button_icon="file-check",
        button_url=url,
        key="a",
    )
