"""The people of a schedule are protected as those of the letter itself are."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from opencasework.office.audit.models import Trace
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import actions
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = timezone.get_default_timezone()


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def body():
    return BodyFactory()


@pytest.fixture
def ana():
    return StaffFactory(first_name="Ana")


def gather(client, letter: Letter, *others: Letter) -> None:
    client.force_login(letter.drafted_by)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(other.case.pk) for other in others]})
    letter.refresh_from_db()


def test_a_letter_is_not_printed_while_somebody_in_its_schedule_is_covered_by_no_authority(client, body, ana):
    bare, letter = LetterFactory(to_body=body, by=ana, authority=False), LetterFactory(to_body=body, by=ana)
    gather(client, letter, bare)

    printed = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert printed.status_code == 422
    assert f"{bare.case.reference} of the schedule: no authority covers {body}." in printed.content.decode()


def test_nobody_is_taken_out_of_the_schedule_and_left_in_the_words(client, body, ana):
    bare, letter = LetterFactory(to_body=body, by=ana, authority=False), LetterFactory(to_body=body, by=ana)
    gather(client, letter, bare)
    changed = letter.text.replace("Schedule of cases", "Schedule of the cases")
    Letter.objects.filter(pk=letter.pk).update(text=changed)

    answer = client.post(f"/letters/{letter.pk}/gathering/", {"case": []})

    assert f"{bare.case.reference} would still stand in the letter" in answer.content.decode()
    assert letter.schedule.get().case == bare.case


def test_who_reads_a_letter_has_looked_at_the_sensitive_cases_of_its_schedule(client, body, ana):
    other = LetterFactory(to_body=body, by=ana, case__sensitivity="SEN-2")
    letter = LetterFactory(to_body=body, by=ana)
    gather(client, letter, other)
    Trace.objects.all().delete()

    client.get(f"/letters/{letter.pk}/")
    client.get(f"/letters/{letter.pk}/")

    assert Trace.objects.filter(kind=Trace.Kind.VIEWED, case_id=other.case.pk).count() == 1


def test_of_a_letter_about_a_case_one_may_not_know_an_enquiry_gives_neither_subject_nor_link(
    client, body, ana
):
    other, letter = LetterFactory(to_body=body, by=ana), LetterFactory(to_body=body, by=ana)
    gather(client, letter, other)
    at = datetime(2026, 9, 17, 10, tzinfo=LONDON)
    actions.record_departure(letter, at=at, by=letter.drafted_by)
    letter.case.need_to_know = True
    letter.case.save(update_fields=["need_to_know"])
    client.force_login(StaffFactory())

    shown = client.get(other.case.enquiries.get().get_absolute_url()).content.decode()

    assert letter.case.reference not in shown
    assert letter.get_absolute_url() not in shown


def test_a_draft_of_a_colleague_is_not_thrown_away_when_its_case_is_gathered(client, body, ana):
    theirs = LetterFactory(to_body=body, by=StaffFactory())
    letter = LetterFactory(to_body=body, by=ana)
    client.force_login(ana)

    answer = client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(theirs.case.pk)]})

    theirs.refresh_from_db()
    assert answer.status_code == 422
    assert f"A letter of {theirs.drafted_by} to {body} waits as a draft" in answer.content.decode()
    assert theirs.is_draft
    assert not letter.schedule.exists()


def test_a_case_that_is_restricted_after_it_was_gathered_is_in_no_word_of_the_letter(client, body, ana):
    first, second = LetterFactory(to_body=body, by=ana), LetterFactory(to_body=body, by=ana)
    letter = LetterFactory(to_body=body, by=ana)
    gather(client, letter, first, second)

    client.post(f"/cases/{first.case.pk}/restriction/", {"restricted": "yes"}, follow=True)

    letter.refresh_from_db()
    client.force_login(StaffFactory())
    history = client.get(f"/letters/{letter.pk}/history/?version=2").content.decode()
    assert first.case.reference not in letter.text
    assert str(first.case.constituent) not in letter.text
    assert f"1. {second.case.constituent}" in letter.text
    assert [line.case for line in letter.schedule.all()] == [second.case]
    assert first.case.reference not in history
    assert "Versions that were about other cases too are left out." in history
    told = letter.case.events.filter(text__contains="A case was taken out of the letter").get()
    assert first.case.reference not in told.text


def test_the_last_case_taken_out_takes_the_heading_of_the_schedule_with_it(client, body, ana):
    only, letter = LetterFactory(to_body=body, by=ana), LetterFactory(to_body=body, by=ana)
    words = letter.text
    gather(client, letter, only)

    client.post(f"/cases/{only.case.pk}/restriction/", {"restricted": "yes"})

    letter.refresh_from_db()
    assert letter.text == words.strip()


def gathered(client, body, ana) -> tuple[Letter, Letter]:
    """A letter with a case of somebody else in its schedule, and what was drafted on that case before."""
    plain = {"to_body": body, "by": ana, "case__sensitivity": "SEN-1"}
    other, letter = LetterFactory(case__title="Mould behind the cot", **plain), LetterFactory(**plain)
    gather(client, letter, other)
    assert "Mould behind the cot" in letter.text
    return letter, other


def test_a_gathered_case_that_becomes_part_of_a_restricted_one_is_in_no_word_of_the_letter(client, body, ana):
    letter, other = gathered(client, body, ana)
    hidden = CaseFactory(by=ana, need_to_know=True)

    client.post(f"/cases/{hidden.pk}/merging/", {"other": other.case.reference}, follow=True)

    other.case.refresh_from_db()
    letter.refresh_from_db()
    assert other.case.merged_into == hidden
    assert other.case.reference not in letter.text
    assert "Mould behind the cot" not in letter.text
    assert not letter.schedule.exists()
    client.force_login(StaffFactory())
    history = client.get(f"/letters/{letter.pk}/history/?version=2").content.decode()
    assert other.case.reference not in history
    assert "Mould behind the cot" not in history


def test_so_is_one_whose_survivor_is_restricted_later(client, body, ana):
    letter, other = gathered(client, body, ana)
    survivor = CaseFactory(by=ana)
    client.post(f"/cases/{survivor.pk}/merging/", {"other": other.case.reference})

    client.post(f"/cases/{survivor.pk}/restriction/", {"restricted": "yes"})

    letter.refresh_from_db()
    assert other.case.reference not in letter.text
    assert "Mould behind the cot" not in letter.text
    assert not letter.schedule.exists()


def test_a_letter_does_not_leave_while_words_about_a_restricted_case_stay_in_it(client, body, ana):
    letter, other = gathered(client, body, ana)
    mended = letter.text.replace(f", our reference {other.case.reference}", "")
    Letter.objects.filter(pk=letter.pk).update(text=mended)

    client.post(f"/cases/{other.case.pk}/restriction/", {"restricted": "yes"})
    printed = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert printed.status_code == 422
    assert "A case of the schedule can no longer be named" in printed.content.decode()
    assert letter.schedule.get().case == other.case
    assert letter.case.events.filter(text__contains="take its words out").exists()


def test_a_gathered_case_that_not_all_who_read_the_letter_may_know_of_is_taken_out(client, body, ana):
    StaffFactory(role=Role.ADMINISTRATOR)
    letter, other = gathered(client, body, ana)

    as_tagged = {"urgency": other.case.urgency, "transferability": other.case.transferability}
    category = other.case.issues.get().category.code
    client.post(f"/cases/{other.case.pk}/tags/", {"category": category, "sensitivity": "SEN-2", **as_tagged})

    other.case.refresh_from_db()
    letter.refresh_from_db()
    assert other.case.sensitivity == "SEN-2"
    assert other.case.reference not in letter.text
    assert not letter.schedule.exists()
