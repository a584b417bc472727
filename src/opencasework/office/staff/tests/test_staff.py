"""Who may do what, and who may change that."""

from __future__ import annotations

import pytest

from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.permissions import MAY, May, may
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

PAGES = [
    "/cases/",
    "/cases/1/",
    "/cases/new/",
    "/people/",
    "/people/1/",
    "/bodies/",
    "/staff/",
    "/authorities/1/scan/",
]


def test_every_role_stands_in_the_table():
    assert set(MAY) == set(Role.values)


def test_nobody_prepares_and_signs_figures_without_seeing_them():
    for acts in MAY.values():
        assert May.SEE_FIGURES in acts or not acts & {May.PREPARE_FIGURES, May.SIGN_FIGURES}


def test_a_volunteer_may_do_nothing_but_read_what_is_theirs():
    assert not any(may(StaffFactory.build(volunteer=True), act) for act in May)


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_asked_to_sign_in(page, client):
    response = client.get(page)

    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={page}"


def test_the_settings_say_what_a_role_may_do_and_switch_the_keys(client):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    assert "Close cases" in client.get("/account/").content.decode()

    client.post("/account/", {})

    ana.refresh_from_db()
    assert not ana.keyboard_shortcuts
    assert 'data-keys="off"' in client.get("/account/").content.decode()


def test_a_manager_gives_a_colleague_another_role(client):
    OfficeFactory()
    vic = StaffFactory(volunteer=True)
    client.force_login(StaffFactory(office_manager=True))

    client.post(f"/staff/{vic.pk}/", {"role": "caseworker", "is_active": "on"})

    vic.refresh_from_db()
    assert vic.role == Role.CASEWORKER


def test_somebody_who_has_left_cannot_sign_in(client):
    OfficeFactory()
    vic = StaffFactory(volunteer=True)
    client.force_login(StaffFactory(office_manager=True))

    client.post(f"/staff/{vic.pk}/", {"role": "volunteer"})

    vic.refresh_from_db()
    assert not vic.is_active
    assert not client.login(username=vic.username, password="correct horse battery staple")


def test_nobody_gives_a_role_that_may_do_more_than_their_own(client):
    OfficeFactory()
    senior, ana = StaffFactory(senior=True), StaffFactory()
    client.force_login(senior)

    response = client.post(f"/staff/{ana.pk}/", {"role": "office_manager", "is_active": "on"})

    assert response.status_code == 422
    ana.refresh_from_db()
    assert ana.role == Role.CASEWORKER


@pytest.mark.parametrize("whose", ["own", "office_manager"])
def test_nobody_changes_themselves_or_somebody_above_them(whose, client):
    OfficeFactory()
    senior = StaffFactory(senior=True)
    other = senior if whose == "own" else StaffFactory(office_manager=True)
    role = other.role
    client.force_login(senior)

    client.post(f"/staff/{other.pk}/", {"role": "volunteer"})

    other.refresh_from_db()
    assert (other.role, other.is_active) == (role, True)


def test_a_caseworker_manages_nobody(client):
    client.force_login(StaffFactory())

    assert client.post(f"/staff/{StaffFactory().pk}/", {"role": "volunteer"}).status_code == 403


def test_help_is_a_page_for_whoever_works_without_scripts(client):
    OfficeFactory()
    client.force_login(StaffFactory())

    page = client.get("/help/").content.decode()

    assert 'href="/help/"' in client.get("/cases/").content.decode()
    assert '<a href="/inbox/">Inbox</a>' in page
    assert "Write a note on a case" in page


@pytest.mark.parametrize("page", ["/", "/cases/", "/help/", "/search/?q=&palette", "/search/?q=>new&palette"])
def test_a_volunteer_is_not_offered_what_they_may_not_do(page, client):
    OfficeFactory()
    client.force_login(StaffFactory(volunteer=True))

    assert 'href="/cases/new/"' not in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["/cases/", "/cases/?show=team", "/people/", "/chasers/"])
def test_a_volunteer_without_a_case_reads_why_a_list_is_empty(page, client):
    OfficeFactory()
    client.force_login(StaffFactory(volunteer=True))

    page = client.get(page).content.decode()

    assert "yours or shared with you." in page
    assert "first message" not in page
