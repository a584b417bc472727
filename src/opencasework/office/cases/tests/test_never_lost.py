"""A restricted case is never lost to all but the member: whoever acts stays named where nobody else is."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.cases import moving, team
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
NEW = {
    "full_name": "Nkechi Marrowby",
    "title": "Damp in the bedroom",
    "category": "HOU-DAMP",
    "transferability": "TRF-0",
    "channel": "phone",
    "urgency": "URG-1",
    "owner": "",
}


@pytest.fixture
def kofi(client):
    """A caseworker, signed in, in an office with a member and another caseworker."""
    OfficeFactory()
    StaffFactory(first_name="Amira", member=True)
    StaffFactory(first_name="Ana")
    kofi = StaffFactory(first_name="Kofi")
    client.force_login(kofi)
    return kofi


def sees(staff, case):
    return Case.objects.visible_to(staff).filter(pk=case.pk).exists()


def said(response):
    return [(str(each), each.extra_tags or "") for each in get_messages(response.wsgi_request)]


def is_named(staff, case):
    lines = case.events.filter(kind=Event.Kind.ACCESS, detail__named=staff.pk)
    return case.shared_with.filter(pk=staff.pk).exists() and lines.exists()


@pytest.mark.parametrize("level", ["SEN-3", "SEN-4"])
def test_whoever_opens_a_case_for_nobody_stays_named_on_it(kofi, client, level):
    CategoryFactory(code="HOU-DAMP")

    response = client.post("/cases/new/", {**NEW, "sensitivity": level})

    case = Case.objects.get()
    assert response.url == case.get_absolute_url()
    assert is_named(kofi, case)
    assert "You stay named on it" in said(response)[0][0]


def test_a_case_that_everybody_sees_names_nobody(kofi, client):
    CategoryFactory(code="HOU-DAMP")

    response = client.post("/cases/new/", {**NEW, "sensitivity": "SEN-1"})

    assert not Case.objects.get().shared_with.exists()
    assert said(response)[0][0].endswith(".")
    assert "named" not in said(response)[0][0]


@pytest.mark.parametrize("given", [{"sensitivity": "SEN-3"}, {"need_to_know": True}])
def test_giving_it_to_nobody_keeps_whoever_did_so_and_can_be_taken_back(kofi, client, given):
    case = CaseFactory(by=kofi, **given)

    response = client.post(reverse("case-owner", args=[case.pk]), {"owner": "", "note": ""})

    [(words, undo)] = said(response)
    assert words == "Nobody has this case now. You stay named on it: nobody else but the member would see it."
    assert is_named(kofi, case)
    client.post(undo.split("undo:")[1].split()[0])
    case.refresh_from_db()
    assert case.owner == kofi


def test_who_gives_it_out_of_their_sight_is_told_so_and_offered_no_undo(kofi, client):
    StaffFactory(first_name="Mona", role="office_manager")
    case = CaseFactory(by=kofi, sensitivity="SEN-3")

    response = client.post(reverse("case-owner", args=[case.pk]), {"owner": "", "note": ""})

    [(words, tags)] = said(response)
    assert words == "Nobody has this case now. You see it no longer."
    assert "undo" not in tags
    assert not sees(kofi, case)


def test_the_last_helper_stays_named(kofi, client):
    case = CaseFactory(by=kofi, owner=None, need_to_know=True)
    case.shared_with.clear()
    team.add_helper(case=case, staff=kofi, by=kofi)
    helper = case.helpers.get()

    response = client.post(reverse("case-helper-removal", args=[case.pk, helper.pk]))

    assert not case.helpers.exists()
    assert "You stay named on it" in said(response)[0][0]
    assert is_named(kofi, case)


def test_the_last_name_cannot_be_taken_off_though_the_member_would_see_it(kofi, client):
    case = CaseFactory(by=kofi, owner=None, need_to_know=True)

    response = client.post(reverse("case-unnaming", args=[case.pk, kofi.pk]))

    assert "Nobody but the member could open this case" in said(response)[0][0]
    assert sees(kofi, case)


def test_a_case_raised_above_its_team_keeps_who_raised_it(kofi, client):
    case = CaseFactory(by=kofi, owner=None, sensitivity="SEN-1")
    tags = {"category": case.issues.get().category.code, "urgency": "URG-1", "transferability": "TRF-0"}

    client.post(reverse("case-tags", args=[case.pk]), {**tags, "sensitivity": "SEN-3"})

    assert is_named(kofi, case)


def test_opening_to_the_team_what_its_sensitivity_keeps_from_them_is_said_so(kofi, client):
    case = CaseFactory(by=kofi, need_to_know=True, sensitivity="SEN-3")

    response = client.post(reverse("case-restriction", args=[case.pk]), {"restricted": "no"})

    assert said(response)[0][0] == f"{case.reference} is open to the team. Nobody more sees it by that."


def test_a_merge_taken_back_leaves_no_case_for_nobody(kofi, client):
    case = CaseFactory(by=kofi, owner=None, sensitivity="SEN-1")
    into = CaseFactory(by=kofi, sensitivity="SEN-3")
    move = moving.merge(case=case, into=into, by=kofi)

    client.post(reverse("case-move-undo", args=[into.pk, move.pk]))

    assert sees(kofi, case)
    assert sees(kofi, into)
