"""The directory of bodies and the office's own contacts."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.bodies.directory import load_packaged
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    OfficeFactory(reply_days=12)
    ana = StaffFactory()
    client.force_login(ana)
    return ana


def test_the_directory_is_there_and_loading_it_again_changes_nothing():
    before = Body.objects.count()

    load_packaged()

    assert before == Body.objects.count() > 200


def test_a_body_is_found_by_words_of_its_name_or_its_code(ana, client):
    by_name = client.get("/bodies/?q=work+pensions").content.decode()
    by_code = client.get("/bodies/?q=hmpo", headers={"HX-Request": "true"}).content.decode()

    assert "Department for Work and Pensions" in by_name
    assert "HM Passport Office" in by_code
    assert "<html" not in by_code


def test_kinds_are_named_as_people_name_them():
    named = {kind: Body(kind=kind).kind_name for kind in ("nhs_type", "devolved_gov", "rep_councillor")}

    assert named == {
        "nhs_type": "NHS (type)",
        "devolved_gov": "Devolved government",
        "rep_councillor": "Councillor",
    }


def test_the_page_says_how_long_a_body_may_take_and_who_says_so(ana, client):
    page = client.get(f"/bodies/{body('DWP').pk}/").content.decode()

    assert "20 working days" in page
    assert "Cabinet Office correspondence data" in page
    assert page.index("Independent Case Examiner") < page.index("Parliamentary and Health Service Ombudsman")


def test_where_a_body_has_no_target_the_offices_own_rule_counts(ana, client):
    without = BodyFactory(reply_target_days=None, parent=None)

    page = client.get(f"/bodies/{without.pk}/").content.decode()

    assert "12 working days" in page
    assert "this office&#x27;s rule" in page


def test_a_contact_is_added_changed_and_removed(ana, client):
    dwp = body("DWP")

    client.post(
        f"/bodies/{dwp.pk}/contacts/new/", {"kind": "hotline", "name": "MP team", "email": "mps@dwp.example"}
    )
    contact = dwp.contacts.get()
    client.post(f"/bodies/{dwp.pk}/contacts/{contact.pk}/", {"kind": "hotline", "phone": "01632 960200"})
    assert "01632 960200" in client.get(f"/bodies/{dwp.pk}/").content.decode()
    client.post(f"/bodies/{dwp.pk}/contacts/{contact.pk}/removal/")

    assert not dwp.contacts.exists()


def test_a_contact_needs_one_way_to_reach_it(ana, client):
    response = client.post(f"/bodies/{body('DWP').pk}/contacts/new/", {"kind": "hotline", "name": "MP team"})

    assert response.status_code == 422
    assert "one way to reach them" in response.content.decode()


def test_a_contact_belongs_to_the_body_of_its_address(ana, client):
    contact = BodyContactFactory()

    assert client.get(f"/bodies/{body('DWP').pk}/contacts/{contact.pk}/").status_code == 404


def test_a_landlord_the_directory_lacks_is_added_with_a_code_of_its_own(ana, client):
    for name in ("Fenwick Homes", "Fenwick Homes!"):
        client.post("/bodies/new/", {"name": name, "kind": "housing"})

    codes = list(Body.objects.filter(is_local=True).order_by("pk").values_list("code", "nation"))
    assert codes == [("FENWICK-HOMES", "en"), ("FENWICK-HOMES-2", "en")]


def test_a_body_that_is_there_already_is_not_added_twice(ana, client):
    response = client.post("/bodies/new/", {"name": "hm passport office", "kind": "service"})

    assert response.status_code == 422
    assert "is in the directory already" in response.content.decode()


def test_the_name_of_a_body_turns_nothing_round_that_stands_behind_it(client):
    ours = BodyFactory()
    client.force_login(StaffFactory(office_manager=True))

    client.post(f"/bodies/{ours.pk}/edit/", {"name": "Fenwick \u202edtL", "kind": "housing"})

    ours.refresh_from_db()
    assert ours.name == "Fenwick dtL"


def test_only_managers_change_a_body(client):
    ours = BodyFactory()
    change = {"name": "Fenwick Homes Ltd", "kind": "housing"}

    client.force_login(StaffFactory())
    assert client.post(f"/bodies/{ours.pk}/edit/", change).status_code == 403
    client.force_login(StaffFactory(office_manager=True))
    assert client.post(f"/bodies/{ours.pk}/edit/", change).status_code == 302
    ours.refresh_from_db()
    assert ours.name == "Fenwick Homes Ltd"


def test_a_volunteer_adds_no_contact(client):
    client.force_login(StaffFactory(volunteer=True))

    assert client.post(f"/bodies/{body('DWP').pk}/contacts/new/", {"kind": "hotline"}).status_code == 403
    assert not BodyContact.objects.exists()


# --- hotlines, hours and who checked ------------------------------------------------------------------


def a_hotline(**more):
    return {"kind": "hotline", "name": "MP team", "phone": "01632 960200", "is_checked": "on"} | more


@time_machine.travel(datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/London")), tick=False)
def test_a_line_for_members_shows_its_hours_what_they_ask_and_who_checked_it(ana, client):
    dwp = body("DWP")

    client.post(
        f"/bodies/{dwp.pk}/contacts/new/",
        a_hotline(hours="weekdays 9-5", asks_for="National Insurance number\nDate of birth"),
    )
    page = client.get(f"/bodies/{dwp.pk}/").content.decode()

    assert "Mon-Fri 9:00-17:00" in page
    assert "Open now, until 17:00" in page
    assert "National Insurance number</li><li>Date of birth" in page
    assert f"Last checked 26 November 2026 by {ana}" in page
    assert 'href="tel:01632960200"' in page


def test_hours_nobody_understands_are_refused_with_a_way_to_write_them(ana, client):
    response = client.post(f"/bodies/{body('DWP').pk}/contacts/new/", a_hotline(hours="office hours"))

    assert response.status_code == 422
    assert "Write them like “Mon-Fri 9-17”" in response.content.decode()


def test_one_button_says_checked_today_and_can_be_taken_back(ana, client):
    bea = StaffFactory()
    contact = BodyContactFactory(body=body("DWP"), checked_on=date(2025, 1, 1), checked_by=bea)
    page = f"/bodies/{contact.body.pk}/"
    assert "is-late-text" in client.get(page).content.decode()

    said = client.post(f"{page}contacts/{contact.pk}/checked/", follow=True).content.decode()
    contact.refresh_from_db()
    assert (contact.checked_on, contact.checked_by) == (timezone.localdate(), ana)
    undo = re.search(rf"{page}checked/undo/[^\"']+/", said).group()
    client.post(undo)

    contact.refresh_from_db()
    assert (contact.checked_on, contact.checked_by) == (date(2025, 1, 1), bea)
    assert client.post(f"{page}checked/undo/forged/").status_code == 404


def test_the_whole_body_is_checked_at_once(ana, client):
    contact = BodyContactFactory(body=body("DWP"))

    client.post(f"/bodies/{contact.body.pk}/checked/")

    contact.refresh_from_db()
    assert contact.checked_by == body("DWP").checked_by == ana


def test_a_local_office_is_added_under_its_body_and_is_rung_by_the_number_above_where_it_has_none(
    ana, client
):
    client.post(f"/bodies/{body('DWP').pk}/contacts/new/", a_hotline())
    client.post(f"/bodies/{body('JCP').pk}/units/new/", {"name": "Fenwick Jobcentre", "kind": "local_office"})

    unit = Body.objects.get(name="Fenwick Jobcentre")
    page = client.get(f"/bodies/{unit.pk}/").content.decode()
    assert (unit.parent, unit.is_local, unit.nation) == (body("JCP"), True, "gb")
    assert "GB-GOR-D10/fenwick-jobcentre" in page
    assert "01632 960200" in page
    assert "Fenwick Jobcentre" in client.get(f"/bodies/{body('JCP').pk}/").content.decode()


def test_a_body_an_office_adds_gets_the_org_id_a_register_has_for_its_name(ana, client):
    client.post("/bodies/new/", {"name": "National Crime Agency", "kind": "service"})
    client.post("/bodies/new/", {"name": "Fenwick Lettings", "kind": "housing"})
    refused = client.post("/bodies/new/", {"name": "Another", "kind": "housing", "org_id": "12"})

    assert Body.objects.get(name="National Crime Agency").org_id.startswith("GB-GOR-")
    assert Body.objects.get(name="Fenwick Lettings").full_code == ""
    assert "An org-id looks like" in refused.content.decode()
