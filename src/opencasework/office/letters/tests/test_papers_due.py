"""A manager sees whose papers were to be destroyed by today, and what to do about it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.stationery import Stationery
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

PAGE = "/office/papers-due/"


def closed(title: str, on: date) -> Case:
    case = CaseFactory(title=title, outcome="explained")
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=timezone.get_default_timezone())
    Case.objects.filter(pk=case.pk).update(closed_at=noon)
    return case


@pytest.fixture
def manager(client, time_machine):
    time_machine.move_to(datetime(2026, 11, 27, 9, tzinfo=timezone.get_default_timezone()))
    OfficeFactory()
    meena = StaffFactory(role=Role.OFFICE_MANAGER)
    client.force_login(meena)
    return meena


def keep_for(years: int) -> None:
    carries = Stationery.here()
    carries.keep_years = years
    carries.save()


def test_the_list_names_what_is_over_and_what_will_be_within_a_month(manager, client):
    keep_for(6)
    closed("Long over", date(2019, 3, 1))
    closed("Over since yesterday", date(2020, 11, 26))
    closed("Ends today", date(2020, 11, 27))
    closed("Ends next week", date(2020, 12, 4))
    closed("Ends in spring", date(2021, 3, 4))
    CaseFactory(title="Still open")

    page = client.get(PAGE).content.decode()

    shown = [
        title
        for title in ("Long over", "Over since yesterday", "Ends today", "Ends next week", "Ends in spring",
                      "Still open")
        if title in page
    ]  # fmt: skip
    assert shown == ["Long over", "Over since yesterday", "Ends today", "Ends next week"]
    assert "2 cases were to be destroyed by today" in page
    assert "papers kept until 26 November 2026" in page
    assert "Nothing is deleted by itself" in page


def test_without_a_rule_the_page_says_where_to_give_one(manager, client):
    closed("Long over", date(2009, 3, 1))

    page = client.get(PAGE).content.decode()

    assert "has not said how long it keeps a case" in page
    assert "Long over" not in page


def test_it_is_reached_from_the_settings_and_the_review_by_a_manager_alone(manager, client):
    reached = [PAGE in client.get(page).content.decode() for page in ("/account/", "/authority/review/")]
    client.force_login(StaffFactory(role=Role.CASEWORKER))
    refused = client.get(PAGE).status_code
    hidden = [PAGE in client.get(page).content.decode() for page in ("/account/", "/authority/review/")]

    assert (reached, refused, hidden) == ([True, True], 403, [False, False])


def test_a_restricted_case_is_not_named_to_whoever_may_not_know_of_it(manager, client):
    keep_for(1)
    case = closed("Her new address", date(2019, 3, 1))
    Case.objects.filter(pk=case.pk).update(need_to_know=True)
    closed("A broken lift", date(2019, 3, 1))
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "A broken lift" in page.content.decode()
    assert "Her new address" not in page.content.decode()
