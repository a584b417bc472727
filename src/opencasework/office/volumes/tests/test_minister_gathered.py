"""The step to a minister or chief executive in one letter: each case has an enquiry with a clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.chasing.models import Rung
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.undelivered import came_back, works_again
from opencasework.office.volumes.tests.chasing import FIRST, MATTERS, asked, leave, read
from opencasework.office.volumes.tests.test_chasers_gathered import gather, gone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]


@pytest.fixture
def below(kofi, body) -> list[Enquiry]:
    """Three late answers of one body, in an office that goes to the head of it at once."""
    BodyContactFactory(body=body, kind=BodyContact.Kind.HEAD, email="chief@fenwick.example")
    Rung.objects.exclude(step=Rung.Step.HEAD).delete()
    Rung.objects.update(days=1)
    return [one for matter in MATTERS[:3] for one in asked(body, words=matter)]


@pytest.fixture
def steps(below) -> list[Letter]:
    draft_due_chasers(FIRST)
    return list(Letter.objects.drafts().filter(chaser__isnull=False).order_by("about_enquiry_id"))


def test_they_are_offered_as_chasers_are(client, steps):
    lead, *others = steps

    panel = read(client, f"/letters/{lead.pk}/volume/")
    page = read(client, f"/letters/{lead.pk}/gathering/")
    late = read(client, "/chasers/")

    assert "2 more chasers to" in panel
    assert all(other.case.reference in page for other in others)
    assert "each of them is a new enquiry with a clock of its own" in page
    assert "3 chasers to" in late


def test_when_it_leaves_each_case_has_an_enquiry_with_a_clock_and_what_is_below_waits_for_it(
    client, below, steps, smtp
):
    lead, *others = steps
    gather(client, lead, *others)
    assert "I have had no answer on these cases either." in lead.text

    leave(client, lead)

    assert len(smtp.received) == 1
    assert all(gone(step) for step in steps)
    above = Enquiry.objects.exclude(pk__in=[one.pk for one in below]).order_by("case_id")
    assert [one.letter for one in above] == steps
    assert {one.sent_on for one in above} == {FIRST}
    assert {one.due_on for one in above} == {date(2026, 9, 30)}  # ten working days of its own
    assert list(Enquiry.objects.waited_for().order_by("case_id")) == list(above)
    assert not Letter.objects.drafts().exists()


def test_an_answer_to_one_of_them_answers_what_is_below_it_alone(client, below, steps):
    lead, second, third = steps
    gather(client, lead, second, third)
    leave(client, lead)

    client.post(
        f"/enquiries/{Enquiry.objects.get(letter=second).pk}/replies/",
        {"received_on": FIRST.isoformat(), "kind": "substantive", "note": "Done."},
    )

    standing = Enquiry.objects.in_bulk([one.pk for one in below])
    assert [standing[one.pk].is_answered for one in below] == [False, True, False]


def test_it_is_one_letter_in_the_counts(client, steps, body):
    lead, *others = steps
    gather(client, lead, *others)
    leave(client, lead)

    review = read(client, "/review/letters/")

    row = review.partition(body.get_absolute_url())[2].partition("</tr>")[0]
    assert row.count('<td class="num">1</td>') == 2  # one letter, one enquiry


def test_where_it_comes_back_none_of_them_has_a_clock_until_it_has_left_anew(
    client, below, steps, smtp, time_machine
):
    lead, *others = steps
    gather(client, lead, *others)
    leave(client, lead)

    assert came_back(lead.mail, status="5.1.1")

    assert not any(gone(other) for other in others)
    assert not Enquiry.objects.filter(letter__in=others).exists()
    works_again(lead.mail.to)
    time_machine.shift(timedelta(hours=1))
    assert outbox.send_again(lead.mail)
    outbox.send_ready(timezone.now() + timedelta(hours=1))
    assert Enquiry.objects.filter(letter__in=others).count() == 2
