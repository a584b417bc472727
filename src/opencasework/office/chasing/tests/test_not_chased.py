"""Whom nobody is told to chase: an ombudsman, a body that has promised a day, and one asked by every step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.calls.lists import calls_to_make
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.chasing.models import Rung
from opencasework.office.letters import actions
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.reminders import digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def test_a_complaint_to_an_ombudsman_starts_no_clock_and_is_never_chased():
    letter = LetterFactory(template="LT-OMB", to_body=body("PHSO"))
    actions.record_departure(letter, at=timezone.now(), by=letter.case.owner)

    assert not Enquiry.objects.exists()
    assert draft_due_chasers(timezone.localdate() + timedelta(days=90)) == 0


@pytest.fixture
def promised(client, enquiry, on_the_day) -> Enquiry:
    """Due on 15 September; on the 16th they said that the answer comes by 30 October."""
    on_the_day(date(2026, 9, 16))
    client.force_login(enquiry.case.owner)
    said = {"kind": "holding", "received_on": "today", "promised_on": "30 Oct"}
    client.post(f"/enquiries/{enquiry.pk}/replies/", said)
    return enquiry


def test_until_the_day_they_promised_no_list_tells_anybody_to_chase_or_ring(client, promised, on_the_day):
    on_the_day(date(2026, 10, 20))
    client.force_login(promised.case.owner)

    assert f"Chase {promised.body}" not in client.get("/").content.decode()
    assert "answer is late" not in digest.written(promised.case.owner, timezone.localdate())[1]
    assert calls_to_make(promised.case.owner, mine=True, on=timezone.localdate()) == []
    assert "the day they promised" in client.get("/?whose=waiting").content.decode()
    page = client.get("/chasers/").content.decode()
    assert ("Past their date" in page, "Promised by Fri 30 Oct" in page) == (False, True)

    on_the_day(date(2026, 10, 31))
    client.force_login(promised.case.owner)
    assert f"Chase {promised.body}" in client.get("/").content.decode()
    assert len(calls_to_make(promised.case.owner, mine=True, on=timezone.localdate())) == 1
    assert "Past their date" in client.get("/chasers/").content.decode()


def test_nothing_is_drafted_before_the_day_they_promised(client, promised, on_the_day):
    on_the_day(date(2026, 10, 20))
    client.force_login(promised.case.owner)

    page = client.get(f"/enquiries/{promised.pk}/").content.decode()
    said = client.post(f"/enquiries/{promised.pk}/chase/", follow=True).content.decode()

    assert "by when they promised an answer" in page
    assert f"/enquiries/{promised.pk}/chase/" not in page
    assert "promised an answer by 30 October 2026; a chaser goes after that day" in said
    assert not Letter.objects.drafts().exists()


def test_at_the_end_of_the_ladder_my_day_says_to_consider_the_ombudsman_instead_of_to_chase(
    client, enquiry, on_the_day
):
    enquiry.case.plan(next_action="Ring the family", on=date(2027, 1, 4), by=enquiry.case.owner)
    Rung.objects.exclude(step=Rung.Step.OMBUDSMAN).delete()
    on_the_day(date(2026, 11, 26))
    assert draft_due_chasers(date(2026, 11, 26)) == 1
    client.force_login(enquiry.case.owner)

    page = client.get("/").content.decode()
    assert f"Chase {enquiry.body}" not in page
    assert f"Consider the ombudsman for {enquiry.body}" in page
    assert f'{enquiry.case.get_absolute_url()}#ombudsman"' in page
    words = digest.written(enquiry.case.owner, timezone.localdate())[1]
    assert ("answer is late" in words, "ombudsman to consider" in words) == (False, True)


def test_a_chaser_quotes_the_reference_the_body_gave(enquiry):
    Enquiry.objects.update(their_reference="FEN/2026/118")
    draft_due_chasers(date(2026, 9, 16))

    assert "Your reference FEN/2026/118" in Letter.objects.get(kind=Letter.Kind.CHASER).text
