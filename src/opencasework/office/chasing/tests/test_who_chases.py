"""Who may chase a body: a parliamentary assistant too, who writes no other letters (offices.md §1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

CHASE = {role for role in Role.values if role != Role.VOLUNTEER}  # the row “Chase a body” of the table
SEND = CHASE - {Role.ADMINISTRATOR}  # of these, who sends; an administrator's letters are drafts


@pytest.fixture
def enquiry(on_the_day) -> Enquiry:
    """An ordinary one that everybody may see, two days late."""
    on_the_day(date(2026, 9, 17))
    case = CaseFactory(sensitivity="SEN-1")
    return EnquiryFactory(case=case, to_body=BodyFactory(reply_target_days=10), sent_on=date(2026, 9, 1))


def sign_in(client, role: str) -> StaffMember:
    staff = StaffFactory(role=role)
    client.force_login(staff)
    return staff


def sent(client, letter: Letter):
    return client.post(reverse("letter-sending", args=[letter.pk]), {"version": letter.version})


@pytest.mark.parametrize("role", Role.values)
def test_who_chases_and_who_sends_a_chaser_is_as_the_table_says(role):
    assert (May.CHASE in MAY[role]) == (role in CHASE)
    assert (May.SEND_CHASERS in MAY[role]) == (role in SEND)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.VOLUNTEER])
def test_whoever_chases_drafts_the_next_step_and_records_what_came(client, role, enquiry):
    sign_in(client, role)
    page = client.get(enquiry.get_absolute_url()).content.decode()
    assert reverse("chase", args=[enquiry.pk]) in page

    assert client.post(reverse("chase", args=[enquiry.pk])).status_code == 302
    assert Letter.objects.filter(kind=Letter.Kind.CHASER, about_enquiry=enquiry).count() == 1

    replies = reverse("enquiry-replies", args=[enquiry.pk])
    assert replies in page
    assert client.get(replies).status_code == 200
    client.post(replies, {"received_on": "2026-09-16", "kind": Reply.Kind.SUBSTANTIVE, "note": "Paid."})
    enquiry.refresh_from_db()
    assert enquiry.is_answered


@pytest.mark.parametrize("role", Role.values)
def test_only_who_may_send_chasers_sends_one(client, role, enquiry):
    letter = draft_chaser(enquiry=enquiry, by=enquiry.case.owner).letter
    sign_in(client, role)

    sent(client, letter)

    letter.refresh_from_db()
    assert letter.is_draft == (role not in SEND)


def test_an_assistant_reads_the_chaser_and_sends_takes_back_or_discards_it(client, enquiry):
    letter = draft_chaser(enquiry=enquiry, by=None).letter
    sign_in(client, Role.PARLIAMENTARY_ASSISTANT)
    page = client.get(letter.get_absolute_url()).content.decode()
    assert reverse("letter-sending", args=[letter.pk]) in page
    assert reverse("letter-discarding", args=[letter.pk]) in page
    assert "?edit=1" not in page

    sent(client, letter)
    assert client.post(reverse("letter-undo", args=[letter.pk])).status_code == 302
    letter.refresh_from_db()
    assert letter.is_draft

    client.post(reverse("letter-discarding", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.state == Letter.State.DISCARDED
    client.post(reverse("letter-restoring", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.is_draft


def test_an_assistant_chases_from_the_list_of_late_replies_and_from_the_case(client, enquiry):
    sign_in(client, Role.PARLIAMENTARY_ASSISTANT)
    chase = reverse("chase", args=[enquiry.pk])

    assert chase in client.get(reverse("chasers")).content.decode()
    card = client.get(reverse("case-enquiries", args=[enquiry.case_id])).content.decode()
    assert chase in card
    assert reverse("enquiry-replies", args=[enquiry.pk]) in card
    assert reverse("letter-new", args=[enquiry.case_id]) not in card


def test_an_assistant_sends_no_other_letter_and_changes_no_words(client, enquiry):
    other = LetterFactory(case=enquiry.case, to_body=enquiry.body)
    chaser = draft_chaser(enquiry=enquiry, by=None).letter
    sign_in(client, Role.PARLIAMENTARY_ASSISTANT)

    assert sent(client, other).status_code == 403
    assert client.post(reverse("letter-posting", args=[other.pk]), {}).status_code == 403
    assert client.post(reverse("letter-discarding", args=[other.pk])).status_code == 403
    page = client.get(other.get_absolute_url()).content.decode()
    assert reverse("letter-sending", args=[other.pk]) not in page
    client.post(chaser.get_absolute_url(), {"subject": "Hello", "text": "My own words."})
    assert client.get(reverse("enquiry-new", args=[enquiry.case_id])).status_code == 403

    other.refresh_from_db()
    chaser.refresh_from_db()
    assert other.is_draft
    assert "My own words." not in chaser.text


@pytest.mark.parametrize("how", ["its wording is for a minister", "it goes to the head of a department"])
def test_what_goes_to_a_minister_somebody_else_sends(client, enquiry, how):
    letter = draft_chaser(enquiry=enquiry, by=None).letter
    if how.startswith("its wording"):
        wording = LetterTemplate.objects.filter(to_minister=True).first()
        Letter.objects.filter(pk=letter.pk).update(template=wording)
    else:
        type(enquiry.body).objects.filter(pk=enquiry.body_id).update(kind="department")
        head = BodyContactFactory(body=enquiry.body, kind=BodyContact.Kind.HEAD, email="head@body.example")
        Letter.objects.filter(pk=letter.pk).update(to_contact=head)
    letter.refresh_from_db()
    sign_in(client, Role.PARLIAMENTARY_ASSISTANT)

    assert sent(client, letter).status_code == 403
    page = client.get(letter.get_absolute_url()).content.decode()
    assert reverse("letter-sending", args=[letter.pk]) not in page


def test_an_assistant_does_not_chase_on_a_case_they_may_not_see(client, on_the_day, enquiry):
    sensitive = EnquiryFactory(case=CaseFactory(sensitivity="SEN-2"), sent_on=enquiry.sent_on)
    letter = draft_chaser(enquiry=sensitive, by=None).letter
    sign_in(client, Role.PARLIAMENTARY_ASSISTANT)

    assert client.post(reverse("chase", args=[sensitive.pk])).status_code == 404
    assert sent(client, letter).status_code == 404
    assert client.get(reverse("enquiry-replies", args=[sensitive.pk])).status_code == 404
