"""The people of a schedule are protected as those of the letter itself are."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = timezone.get_default_timezone()


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def body():
    return BodyFactory()


def gather(client, letter: Letter, *others: Letter) -> None:
    client.force_login(letter.drafted_by)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(other.case.pk) for other in others]})
    letter.refresh_from_db()


def test_a_letter_is_not_printed_while_somebody_in_its_schedule_is_covered_by_no_authority(client, body):
    bare, letter = LetterFactory(to_body=body, authority=False), LetterFactory(to_body=body)
    gather(client, letter, bare)

    printed = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert printed.status_code == 422
    assert f"No authority covers {body} for {bare.case.reference}" in printed.content.decode()


def test_nobody_is_taken_out_of_the_schedule_and_left_in_the_words(client, body):
    bare, letter = LetterFactory(to_body=body, authority=False), LetterFactory(to_body=body)
    gather(client, letter, bare)
    changed = letter.text.replace("Schedule of cases", "Schedule of the cases")
    Letter.objects.filter(pk=letter.pk).update(text=changed)

    answer = client.post(f"/letters/{letter.pk}/gathering/", {"case": []})

    assert f"{bare.case.reference} would still stand in the letter" in answer.content.decode()
    assert letter.schedule.get().case == bare.case


def test_who_reads_a_letter_has_looked_at_the_sensitive_cases_of_its_schedule(client, body):
    other, letter = LetterFactory(to_body=body, case__sensitivity="SEN-2"), LetterFactory(to_body=body)
    gather(client, letter, other)
    Trace.objects.all().delete()

    client.get(f"/letters/{letter.pk}/")
    client.get(f"/letters/{letter.pk}/")

    assert Trace.objects.filter(kind=Trace.Kind.VIEWED, case_id=other.case.pk).count() == 1


def test_of_a_letter_about_a_case_one_may_not_know_an_enquiry_gives_neither_subject_nor_link(client, body):
    other, letter = LetterFactory(to_body=body), LetterFactory(to_body=body)
    gather(client, letter, other)
    at = datetime(2026, 9, 17, 10, tzinfo=LONDON)
    actions.record_departure(letter, at=at, by=letter.drafted_by)
    letter.case.need_to_know = True
    letter.case.save(update_fields=["need_to_know"])
    client.force_login(StaffFactory())

    shown = client.get(other.case.enquiries.get().get_absolute_url()).content.decode()

    assert letter.case.reference not in shown
    assert letter.get_absolute_url() not in shown
