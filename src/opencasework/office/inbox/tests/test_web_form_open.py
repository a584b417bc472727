"""The public form is for everybody: programs, floods, opening and closing it, what its pages give away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.config.health import checks
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.webform import allowance, sending
from opencasework.office.inbox.webform.models import (
    WebDraft,
    WebDraftFile,
    WebForm,
    WebFormUse,
)
from opencasework.office.staff.tests.factories import StaffFactory

from .writing import HAPPENED, JPEG, Constituent, _people_take_their_time, open_form  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


# --- programs, and too many ----------------------------------------------------------------------------


def test_a_program_that_fills_in_everything_is_asked_whether_it_is_a_person(client):
    someone = Constituent(client).write(until="check")

    someone.post("check", {"website": "https://spam.example"})
    assert someone.page.status_code == 422
    assert not Message.objects.exists()

    someone.post("check")
    assert Message.objects.count() == 1


def test_a_program_that_is_quicker_than_anybody_waits_and_loses_nothing(client, monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 60)
    someone = Constituent(client).write(until="check")

    someone.post("check")

    assert someone.page.status_code == 422
    assert WebDraft.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("most", [(1, 100), (100, 1)])
def test_a_flood_is_stopped_with_the_telephone_number_and_the_draft_stays(client, monkeypatch, most):
    monkeypatch.setitem(allowance.MOST, allowance.SENT, most)
    Constituent(client).write()
    client.cookies.clear()
    someone = Constituent(client).write(until="check")

    someone.post("check")

    assert someone.page.status_code == 429
    assert "Nothing you wrote is lost" in someone.html
    assert "01632 960100" in someone.html
    assert Message.objects.count() == 1
    assert WebDraft.objects.exists()


def test_each_part_of_the_network_has_its_own_share_and_no_address_is_kept(client, settings, monkeypatch):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setitem(allowance.MOST, allowance.BEGUN, (1, 100))
    statuses = []
    for said in ("203.0.113.5", "203.0.113.77", "198.51.100.1", "2001:db8::1", "2001:db8:0:ff::2"):
        client.cookies.clear()
        headers = {"x-forwarded-for": f"192.0.2.66, {said}"}
        statuses.append(client.post("/write/", {"postcode": "WX4 7QP"}, headers=headers).status_code)

    assert statuses == [200, 429, 200, 200, 429]
    assert all(len(who) == 64 for who in WebFormUse.objects.exclude(who="").values_list("who", flat=True))
    assert WebFormUse.objects.get(who="").amount == 3


def test_a_flood_at_the_first_page_leaves_what_was_typed_and_brought_along(client, monkeypatch):
    monkeypatch.setitem(allowance.MOST, allowance.BEGUN, (0, 0))
    someone = Constituent(client)
    carried = json.dumps({"happened": {"happened": HAPPENED}})

    someone.post("postcode", {"postcode": "WX4 7QP", "carried": carried})

    assert someone.page.status_code == 429
    assert 'value="WX4 7QP"' in someone.html
    assert json.loads(someone.hidden["carried"])["happened"] == {"happened": HAPPENED}


def test_a_flood_of_files_stops_and_keeps_the_rest(client, monkeypatch):
    monkeypatch.setitem(allowance.MOST, allowance.MEGABYTES, (1, 100))
    someone = Constituent(client).write(until="files")
    someone.post("files", {"add": "yes", "chosen": SimpleUploadedFile("a.jpg", JPEG)})

    someone.post("files", {"add": "yes", "chosen": SimpleUploadedFile("b.jpg", JPEG + b"b")})

    assert someone.page.status_code == 422
    assert [file.name for file in WebDraft.objects.get().files.all()] == ["a.jpg"]
    assert someone.write().receipt


def test_the_files_of_all_drafts_together_have_a_limit_and_the_rest_is_kept(client, monkeypatch):
    Constituent(client).write(until="files").post("files", {"chosen": SimpleUploadedFile("a.jpg", JPEG)})
    client.cookies.clear()
    monkeypatch.setattr(allowance, "LARGEST_DRAFTS", len(JPEG) + 5)
    someone = Constituent(client).write(until="files")

    someone.post("files", {"chosen": SimpleUploadedFile("b.jpg", JPEG + b"b")})

    assert someone.page.status_code == 422
    assert "Nothing you wrote is lost" in someone.html
    assert WebDraftFile.objects.get().name == "a.jpg"
    assert someone.write().receipt


def test_old_counts_are_forgotten(client):
    Constituent(client).write(until="happened")
    assert WebFormUse.objects.exists()

    sending.forget_old_drafts(timezone.now() + timedelta(hours=30))

    assert not WebFormUse.objects.exists()


def test_nothing_is_mailed_to_the_address_somebody_typed(client, mailoutbox):
    Constituent(client).write()

    assert mailoutbox == []


# --- open and closed ------------------------------------------------------------------------------------


def test_a_closed_form_says_so_with_the_other_ways(client, open_form):  # noqa: F811
    WebForm.objects.update(is_on=False)

    page = client.get("/write/").content.decode()

    assert "The form is closed" in page
    assert "01632 960100" in page
    assert "<form" not in page


def test_whoever_was_writing_when_it_closed_may_finish(client):
    someone = Constituent(client).write(until="you")
    WebForm.objects.update(is_on=False)

    assert someone.write().receipt


def test_a_manager_opens_it_and_copies_its_address(client):
    WebForm.objects.all().delete()
    client.force_login(StaffFactory(office_manager=True))
    assert "/settings/web-form/" in client.get("/account/").content.decode()
    assert "http://testserver/write/" in client.get("/settings/web-form/").content.decode()

    client.post(
        "/settings/web-form/", {"is_on": "on", "intro": "We answer in two days.", "phone": "01632 960199"}
    )

    first = client.get("/write/").content.decode()
    assert "We answer in two days." in first
    assert "01632 960199" in first


def test_a_caseworker_does_not_open_or_close_it(client):
    client.force_login(StaffFactory())

    assert client.post("/settings/web-form/", {"is_on": ""}).status_code == 403


def test_an_address_that_is_none_is_explained_to_the_manager(client):
    client.force_login(StaffFactory(office_manager=True))

    page = client.post("/settings/web-form/", {"privacy_url": "our website"})

    assert page.status_code == 422
    assert "Write the whole address" in page.content.decode()


def test_doctor_says_how_the_form_stands(open_form):  # noqa: F811
    def said():
        return next(check for check in checks() if check.name == "Web form")

    assert said().ok
    WebForm.objects.update(privacy_url="")
    assert not said().ok
    WebForm.objects.update(is_on=False)
    assert "Closed" in said().sentence


# --- what the pages give away -----------------------------------------------------------------------------


def test_the_pages_are_public_small_and_hidden_from_search_engines(client):
    first = client.get("/write/")
    step = client.get("/write/happened/")

    assert "X-Robots-Tag" not in first
    assert step["X-Robots-Tag"] == "noindex, nofollow"
    assert step["Cache-Control"] == "no-store"
    assert "app.js" not in first.content.decode()
    assert len(first.content) < 9_000
    assert client.get("/write/nothing/").status_code == 404


def test_no_answer_stands_in_an_address(client):
    someone = Constituent(client)

    response = client.post("/write/", someone.hidden | {"postcode": "WX4 7QP"})

    assert (response.status_code, response.url) == (303, "/write/happened/")
    assert "WX4" not in response.url


def test_a_last_page_asked_for_too_early_leads_to_the_first_that_is_missing(client):
    someone = Constituent(client)

    someone.get("/write/check/")
    assert client.get("/write/check/").url == "/write/happened/"


def test_changing_an_answer_leads_back_to_the_check(client):
    someone = Constituent(client).write(until="check")

    someone.post("check", {"go": "wanted"})
    assert someone.step == "wanted"
    someone.post("wanted", {"wanted": "Only an answer."})

    assert someone.step == "check"
    assert "Only an answer." in someone.html
