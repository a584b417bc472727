"""A page that only looks asks for nothing that the case is known to have none of."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases import asking, beside, drafts
from opencasework.office.cases.actions import add_issue, add_person, add_reference
from opencasework.office.cases.models import Case, CaseLink, CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.cases.tests.test_case_page import put_enquiry
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client) -> Case:
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return CaseFactory(by=ana)


def looked_at(case: Case) -> Case:
    found = Case.objects.get(pk=case.pk)
    beside.look(found)
    return found


def test_of_a_new_case_it_is_known_what_it_lacks(case):
    found = looked_at(case)

    assert found.lacks("links_made", "transfers", "drafts", "merged_cases", "replies", beside.ELSEWHERE)
    beside.fetch(found)
    assert list(found.helpers.all()) == []


def test_what_a_case_has_is_never_said_to_be_lacking(case):
    other = CaseFactory(by=case.owner)
    CaseLink.objects.create(one=other, other=case, by=case.owner)
    CasePerson.objects.create(case=other, person=case.constituent, role=CasePerson.Role.THIRD_PARTY)
    drafts.keep(case=case, staff=case.owner, form="note", values={"text": "She rang"}, since=timezone.now())
    Case.objects.filter(pk=other.pk).update(merged_into=case, closed_at=case.opened_at)

    found = looked_at(case)

    assert not any(map(found.lacks, ["links_received", beside.ELSEWHERE, "drafts", "merged_cases"]))
    assert found.lacks("links_made")


def test_nobody_who_has_not_looked_is_told_that_anything_lacks(case):
    assert not any(map(Case.objects.get(pk=case.pk).lacks, beside.KINDS))


def test_the_page_shows_what_came_to_a_case_since_it_was_looked_at(client, case):
    client.get(f"/cases/{case.pk}/")
    other = CaseFactory(by=case.owner, title="The roof leaks")
    CaseLink.objects.create(one=case, other=other, by=case.owner)

    assert "The roof leaks" in client.get(f"/cases/{case.pk}/").content.decode()


def test_what_is_fetched_for_a_page_is_what_stands_there_and_in_that_order(case):
    put_enquiry(case)
    put_enquiry(case)
    for text in ("Which flat?", "Since when?"):
        asking.ask(case=case, to="constituent", text=text, due_on=timezone.localdate(), by=case.owner)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), body=BodyFactory(), by=case.owner)
    add_reference(case=case, kind="CTAX", value="10001", by=case.owner)
    add_person(case=case, person=PersonFactory(), role="adviser", relation="", by=case.owner)
    found = looked_at(case)

    beside.fetch(found)

    for way in beside.SHOWN:
        with CaptureQueriesContext(connection) as queries:
            fetched = at(found, way)
        assert [queries.captured_queries, fetched] == [[], at(Case.objects.get(pk=case.pk), way)], way


def at(case: Case, way: str) -> list[object]:
    """The rows at the end of a way, through Django's own relations."""
    rows: list[Any] = [case]
    order = iter(way.split("__"))
    for name in order:
        ahead = [getattr(row, name) for row in rows]
        rows = [each for one in ahead if one for each in (one.all() if hasattr(one, "all") else [one])]
    return rows


def test_a_number_that_no_case_can_have_is_not_found(client, case):
    assert client.get(f"/cases/{10**25}/").status_code == 404
