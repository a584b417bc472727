"""A body that has become part of another is found by its old name, and what is for it goes to that one."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Enquiry
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def region() -> Body:
    return BodyFactory(name="The Region")


@pytest.fixture
def case(client, on_the_day) -> Case:
    on_the_day(date(2026, 9, 16))
    OfficeFactory()
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    return CaseFactory()


@pytest.fixture
def old(client, case, region) -> Body:
    """A district that somebody has said is part of the region now."""
    return merged(client, BodyFactory(name="Old District"), region)


def merged(client, body: Body, successor: Body) -> Body:
    assert client.post(f"/bodies/{body.pk}/successor/", {"successor": successor.code}).status_code == 302
    return body


def issue_with(client, case: Case, body: Body):
    chosen = {"category": case.issues.get().category.code, "body": body.code}
    return client.post(f"/cases/{case.pk}/issues/{case.issues.get().pk}/", chosen)


def test_whoever_looks_for_it_to_write_to_is_led_to_its_successor(client, case, old, region):
    page = client.get(f"/cases/{case.pk}/letters/new/?q=district").content.decode()

    assert "Old District, now part of The Region" in page
    assert f"?body={region.pk}" in page
    assert f"?body={old.pk}" not in page


def test_where_that_one_is_part_of_a_third_one_is_led_there(client, case, old, region):
    third = BodyFactory(name="The Third")
    merged(client, region, third)

    page = client.get(f"/cases/{case.pk}/letters/new/?q=district").content.decode()

    assert "Old District, now part of The Third" in page
    assert f"?body={third.pk}" in page


def test_a_problem_that_is_put_with_it_is_with_its_successor(client, case, old, region):
    page = client.get(f"/cases/{case.pk}/issues/{case.issues.get().pk}/").content.decode()
    assert "Old District, now part of The Region" in page

    issue_with(client, case, old)

    assert case.issues.get().body == region


def test_a_problem_that_was_with_it_stays_when_only_its_kind_is_changed(client, case, region):
    old = BodyFactory(name="Old District")
    issue_with(client, case, old)
    merged(client, old, region)

    issue_with(client, case, old)

    assert case.issues.get().body == old


def test_who_was_asked_by_telephone_is_kept_and_its_successor_owes_the_answer(client, case, old, region):
    page = client.get(f"/cases/{case.pk}/enquiries/new/").content.decode()
    assert "Old District, now part of The Region" in page

    said = {"body": old.code, "question": "When will you answer?", "asked_on": "2026-09-15"}
    said |= {"means": "phone", "no_authority_reason": "Urgent: no food."}
    client.post(f"/cases/{case.pk}/enquiries/new/", said)

    made = Enquiry.objects.get()
    assert (made.body, made.handed_on.asked) == (region, old)


def test_one_that_is_part_of_no_other_any_more_is_offered_as_before(client, case, old, region):
    client.post(f"/bodies/{old.pk}/successor/removal/")

    page = client.get(f"/cases/{case.pk}/letters/new/?q=district").content.decode()

    assert "now part of" not in page
    assert f"?body={old.pk}" in page
