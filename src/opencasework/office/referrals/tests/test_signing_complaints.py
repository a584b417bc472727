"""What only the member may send to an ombudsman leaves with their own signature, on these very words."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Event
from opencasework.office.letters import actions, drafting
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import lines, page, post, sent_by_post

pytestmark = pytest.mark.django_db
TODAY = "2026-11-23 10:00"  # a Monday


@pytest.fixture(autouse=True)
def _at_ten_on_a_monday(home):
    with time_machine.travel(TODAY, tick=False):
        yield


def test_the_covering_letter_leaves_with_the_members_approval_of_these_very_words_alone(
    client, ana, passport
):
    amira = StaffFactory(first_name="Amira", member=True)
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    letter = passport.letter
    assert letter.to_body.code == "PHSO"
    assert "final response: 1 October 2026" in letter.text
    assert "What it led to: Asthma" in letter.text

    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)
    assert "Only the member signs a complaint to the Parliamentary Ombudsman" in refused.content.decode()
    letter.refresh_from_db()
    assert letter.is_draft

    client.force_login(amira)
    client.post(f"/letters/{letter.pk}/approval/", {"version": letter.version})
    assert f"Signed by {amira} on Monday 23 November 2026, word for word" in page(client, passport)
    Letter.objects.filter(pk=letter.pk).update(text=letter.text + "\n\nOne word more.")
    assert "The member signs it here" in page(client, passport)
    Letter.objects.filter(pk=letter.pk).update(text=letter.text)

    client.force_login(ana)
    letter.refresh_from_db()
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    assert OutgoingMail.objects.filter(letter=letter).exists()
    passport.refresh_from_db()
    assert passport.is_preparing  # it waits in the outbox


def test_a_member_who_writes_the_letter_has_not_signed_it_by_that(client, passport):
    amira = StaffFactory(first_name="Amira", member=True)
    client.force_login(amira)
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    letter = passport.letter

    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    unsigned = OutgoingMail.objects.exists()
    beside_the_button = page(client, passport)
    stale = post(client, "complaint-signing", passport.pk, version="another")
    post(client, "complaint-signing", passport.pk, version=letter.version)
    shown = page(client, passport)
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert not unsigned
    assert escape(letter.text.splitlines()[-1]) in beside_the_button
    assert "Read it again, then sign it." in stale
    assert f"Signed by {amira} on Monday 23 November 2026, word for word" in shown
    said = passport.case.events.filter(kind=Event.Kind.REVIEWED, by=amira)
    assert said.filter(text__startswith="Signed: ").exists()
    assert OutgoingMail.objects.filter(letter=letter).exists()


def test_nobody_but_the_member_signs(client, ana, passport):
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()

    refused = client.post(
        reverse("complaint-signing", args=[passport.pk]), {"version": passport.letter.version}
    )

    assert refused.status_code == 403
    assert "It waits for the member to sign it" in page(client, passport)


def test_a_complaint_that_was_taken_back_takes_its_letter_with_it(client, ana, passport):
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    letter = passport.letter
    post(client, "complaint-progress", passport.pk, to="withdrawn", on="today")

    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)

    assert "Its complaint was taken back" in refused.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_covering_letter_without_a_complaint_does_not_leave(client, ana):
    letter = LetterFactory(template="LT-OMB", to_body=body("PHSO"), by=ana)

    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)

    assert "there is none on the case" in refused.content.decode()
    assert not OutgoingMail.objects.exists()


def test_no_other_letter_to_that_ombudsman_leaves_without_the_member_either(client, ana, passport):
    letter = LetterFactory(case=passport.case, to_body=body("PHSO"), authority=False, by=ana)

    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)

    assert "Only the member signs a complaint to the Parliamentary Ombudsman" in refused.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_posted_letter_submits_its_complaint_when_the_member_has_signed_the_form_by_hand(
    client, ana, passport
):
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    Letter.objects.filter(pk=passport.letter_id).update(means="post")
    unseen = client.post(reverse("complaint-signed", args=[passport.pk]), {"on": "today"})
    assert "Look at the signed form first" in unseen.content.decode()
    post(client, "complaint-signed", passport.pk, on="today", seen="on")

    letter = Letter.objects.get(pk=passport.letter_id)
    posted = client.post(
        f"/letters/{letter.pk}/posting/", {"posted_on": "2026-11-23", "version": letter.version}, follow=True
    )
    assert posted.status_code == 200
    passport.refresh_from_db()
    assert (passport.state, passport.submitted_on) == ("submitted", date(2026, 11, 23))
    assert "Signed by hand on Monday 23 November 2026, seen by Ana" in page(client, passport)
    assert any("PHSO: submitted" in line for line in lines(passport.case))


@pytest.fixture
def signed(client, passport):
    """Its covering letter goes by post, and the member signed it by hand."""
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    Letter.objects.filter(pk=passport.letter_id).update(means="post")
    post(client, "complaint-signed", passport.pk, on="today", seen="on")
    assert "Signed by hand on Monday 23 November 2026" in page(client, passport)
    return passport


def test_words_said_anew_are_for_the_member_to_sign_anew(client, ana, signed):
    post(client, "complaint-words", signed.pk, what_happened="Another story.", court="none")

    assert "Signed by hand" not in page(client, signed)
    assert "The member signed the printed form by hand" in page(client, signed)
    assert "Only the member signs" in post(client, "complaint-submission", signed.pk, on="today")
    assert "Only the member signs" in sent_by_post(client, signed.letter_id)

    post(client, "complaint-signed", signed.pk, on="today", seen="on")
    assert "Signed by hand" in page(client, signed)


def test_a_letter_changed_after_the_member_signed_it_by_hand_does_not_leave(client, ana, signed):
    Letter.objects.filter(pk=signed.letter_id).update(text="Quite other words.")

    assert "Signed by hand" not in page(client, signed)
    assert "Only the member signs" in post(client, "complaint-submission", signed.pk, on="today")
    assert "Only the member signs" in sent_by_post(client, signed.letter_id)
    signed.refresh_from_db()
    assert signed.is_preparing


def test_without_signature_or_authority_no_reason_gets_a_complaint_past(client, ana, passport):
    said = post(client, "complaint-submission", passport.pk, on="today", although="It is urgent.")
    assert "Only the member signs" in said
    passport.refresh_from_db()
    assert passport.is_preparing


def test_of_two_colleagues_who_write_the_letter_at_once_one_has_written_it(client, ana, damp, monkeypatch):
    fill = drafting.put_words

    def a_colleague_is_quicker(*args, **more):
        monkeypatch.setattr(drafting, "put_words", fill)
        post(client, "complaint-letter", damp.pk)
        return fill(*args, **more)

    monkeypatch.setattr(drafting, "put_words", a_colleague_is_quicker)
    opened = client.post(reverse("complaint-letter", args=[damp.pk]))

    letter = Letter.objects.get()
    assert opened.url == letter.get_absolute_url()
    assert damp.case.events.filter(kind=Event.Kind.DRAFTED).count() == 1
    damp.refresh_from_db()
    assert damp.letter == letter

    actions.discard(letter)
    post(client, "complaint-letter", damp.pk)
    assert Letter.objects.count() == 2


def test_a_look_at_the_pack_of_a_complaint_offers_the_documents_of_its_case(client, ana, passport):
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    shown = page(client, passport)
    assert reverse("letter-papers", args=[passport.letter_id]) in shown
    assert client.get(reverse("letter-papers", args=[passport.letter_id])).status_code == 200


def test_the_member_signs_no_form_before_its_letter_was_written_and_it_goes_not_before_that(client, signed):
    early = post(client, "complaint-signed", signed.pk, on="1 jan 2020", seen="on")
    gone = post(client, "complaint-submission", signed.pk, on="3 oct 2026")

    assert "The letter was written on Monday 23 November 2026. Give that day or a later one." in early
    assert "The member signed it on Monday 23 November 2026. Give that day or a later one." in gone
    signed.refresh_from_db()
    assert (signed.is_preparing, signed.signed_on) == (True, date(2026, 11, 23))


def test_the_signature_of_a_member_who_has_left_does_not_count(client, ana, passport):
    amira = StaffFactory(first_name="Amira", member=True)
    post(client, "complaint-letter", passport.pk)
    passport.refresh_from_db()
    client.force_login(amira)
    client.post(f"/letters/{passport.letter.pk}/approval/", {"version": passport.letter.version})
    client.force_login(ana)
    assert "Signed by Amira" in page(client, passport)

    type(amira).objects.filter(pk=amira.pk).update(is_active=False)

    assert "Signed by Amira" not in page(client, passport)
