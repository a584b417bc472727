"""The page of a case and its list, by the front door."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases import timeline
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


@pytest.mark.parametrize(
    "page",
    [
        "/cases/", "/cases/?show=team", "/cases/?show=waiting", "/cases/?show=closed",
        "/cases/?month=2026-10&category=BEN&body=DWP", "/cases/new/", "/cases/new/?q=marr", "/people/",
        "/people/?q=WX4 7QP", "/people/new/", "/bodies/", "/bodies/?q=pensions", "/bodies/new/",
    ],
)  # fmt: skip
def test_every_list_and_form_opens(page, ana, client):
    CaseFactory(owner=ana)

    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "part",
    [
        "", "?write=call", "?show=notes", "tags/", "access/", "owner/", "next-action/", "next-action/?done=1",
        "closure/", "issues/new/", "references/new/", "people/new/", "people/new/?q=marr", "authorities/",
        "authorities/new/",
    ],
)  # fmt: skip
def test_every_part_of_a_case_opens(part, ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case)
    add_reference(case=case, kind="NINO", value="QQ123456C", by=ana)

    assert client.get(f"/cases/{case.pk}/{part}").status_code == 200


def test_every_kind_of_event_has_a_look_on_the_timeline():
    assert set(timeline.LOOKS) == set(Event.Kind.values)
