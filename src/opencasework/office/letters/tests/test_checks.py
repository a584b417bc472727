"""What keeps a letter here: who may send it, what it lacks, whom it would reach, who changed it meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import outbox
from opencasework.office.letters.actions import NotSendable
from opencasework.office.letters.forms import LetterForm
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.participants import participants
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def queued(**given) -> OutgoingMail:
    letter = LetterFactory(**given)
    return outbox.queue(letter, by=letter.drafted_by)


def edited(letter: Letter, **changes) -> dict[str, object]:
    """What the form of a letter posts after some changes."""
    fields = ("to_contact", "means", "to_email", "subject", "text", "no_authority_reason")
    return {name: letter.serializable_value(name) for name in fields} | changes


def after(**time) -> object:
    return timezone.now() + timedelta(**time)


def test_an_edit_that_comes_after_sending_does_not_make_it_a_draft_again(client, monkeypatch):
    letter = LetterFactory()
    client.force_login(letter.drafted_by)
    valid = LetterForm.is_valid

    def sent_meanwhile(form):
        outbox.queue(Letter.objects.get(pk=letter.pk), by=letter.drafted_by)
        return valid(form)

    monkeypatch.setattr(LetterForm, "is_valid", sent_meanwhile)

    response = client.post(f"/letters/{letter.pk}/", edited(letter, text="Too late for this."))

    mail = OutgoingMail.objects.get()
    letter.refresh_from_db()
    assert response.status_code == 422
    assert "This letter can no longer be changed." in response.content.decode()
    assert (letter.state, letter.text) == (Letter.State.SENDING, mail.text)


@pytest.mark.parametrize("act", ["sending", "posting"])
@pytest.mark.parametrize(
    "change",
    [{"text": "Leave it as it is."}, {"subject": "Another matter"}, {"to_email": "other@landlord.example"}],
)
def test_what_a_colleague_changed_meanwhile_does_not_leave_unread(client, act, change):
    letter, colleague = LetterFactory(), StaffFactory()
    client.force_login(letter.drafted_by)
    page = client.get(f"/letters/{letter.pk}/").content.decode()
    client.force_login(colleague)
    client.post(f"/letters/{letter.pk}/", edited(letter, **change))
    client.force_login(letter.drafted_by)
    read = {"version": re.search('name="version" value="([^"]+)"', page)[1], "posted_on": "today"}

    response = client.post(f"/letters/{letter.pk}/{act}/", read)

    letter.refresh_from_db()
    assert response.status_code == 422
    assert f"{colleague} changed this letter after you opened it." in response.content.decode()
    assert letter.is_draft
    assert not OutgoingMail.objects.exists()


def test_the_checks_look_at_the_letter_that_leaves_not_at_the_one_read_before():
    letter = LetterFactory()
    read = Letter.objects.get(pk=letter.pk)
    Letter.objects.update(text="Born on [date of birth missing].")

    with pytest.raises(NotSendable, match="date of birth missing"):
        outbox.queue(read, by=letter.drafted_by)

    letter.refresh_from_db()
    assert letter.is_draft


def test_a_letter_without_authority_needs_a_reason_which_the_timeline_shows(smtp, client):
    letter = LetterFactory(authority=False, to_body=body("DWP"))
    client.force_login(letter.drafted_by)

    read = {"version": letter.version}
    refused = client.post(f"/letters/{letter.pk}/sending/", read)
    client.post(
        f"/letters/{letter.pk}/sending/", read | {"no_authority_reason": "Asked by telephone, form follows"}
    )
    outbox.send_ready(after(minutes=2))

    event = letter.case.events.get(kind=Event.Kind.LETTER_OUT)
    assert refused.status_code == 422
    assert "No authority covers Department for Work and Pensions" in refused.content.decode()
    assert "Asked by telephone, form follows" in event.text


def test_authority_for_one_body_does_not_cover_another():
    letter = LetterFactory(authority=False, to_body=body("HMRC"))
    AuthorityFactory(case=letter.case, covers=[body("DWP")])

    with pytest.raises(NotSendable, match="No authority covers"):
        outbox.queue(letter, by=letter.drafted_by)


def test_authority_that_ends_before_the_next_try_keeps_a_letter_here(smtp, client):
    smtp.refuse_next(450)
    mail = queued(to_body=body("DWP"))
    outbox.send_ready(after(minutes=2))
    client.force_login(mail.queued_by)
    mail.letter.case.authorities.update(expires_on=timezone.localdate() - timedelta(days=1))

    outbox.send_ready(after(minutes=4))

    mail.refresh_from_db()
    page = client.get("/letters/").content.decode()
    assert smtp.received == []
    assert mail.state == State.FAILED
    assert "Kept back. The authority of" in page
    assert "for Department for Work and Pensions ended on" in page
    assert mail.letter.case.events.filter(kind=Event.Kind.UNDELIVERED).count() == 1


@pytest.mark.parametrize("state", [State.FAILED, State.UNCERTAIN])
def test_authority_that_ended_meanwhile_forbids_sending_again(smtp, client, state):
    mail = queued(to_body=body("DWP"))
    OutgoingMail.objects.update(state=state, may_have_arrived=state == State.UNCERTAIN)
    client.force_login(mail.queued_by)
    mail.letter.case.authorities.update(expires_on=timezone.localdate() - timedelta(days=1))

    response = client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})

    mail.refresh_from_db()
    assert response.status_code == 422
    assert "for Department for Work and Pensions ended on" in response.content.decode()
    assert mail.state == state


def test_a_letter_with_a_gap_stays_here():
    letter = LetterFactory(text="Born on [date of birth missing].")

    with pytest.raises(NotSendable, match="date of birth missing"):
        outbox.queue(letter, by=letter.drafted_by)


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("About Zoë Fenwick", "Zoë Fenwick"),
        ("Fenwick’s housing element", "Fenwick"),
        ("Fenwick's housing element", "Fenwick"),
        ("FENWICK: housing element", "FENWICK"),
        ("Housing element (Fenwick)", "Fenwick"),
        ("fenwick_housing", "fenwick"),
        ("Housing element of Zoe\u0308", "Zoë"),
        ("What Ibrahim, her son, asks", "Ibrahim"),
    ],
)
def test_a_mail_to_a_body_names_nobody_on_the_case_in_its_subject(client, subject, named):
    case = CaseFactory(person__full_name="Zoë Fenwick")
    case.case_people.create(
        person=PersonFactory(full_name="Ibrahim Okonjo-Hale"), role=CasePerson.Role.THIRD_PARTY
    )
    letter = LetterFactory(case=case)
    client.force_login(case.owner)
    client.post(f"/letters/{letter.pk}/", edited(letter, subject=subject))
    letter.refresh_from_db()

    response = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert response.status_code == 422
    assert f"Take “{named}” out of the subject" in response.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_subject_without_a_name_goes(client):
    letter = LetterFactory(case=CaseFactory(person__full_name="Zoë Fenwick"))
    client.force_login(letter.drafted_by)
    client.post(f"/letters/{letter.pk}/", edited(letter, subject="Fenwickshire: housing element"))
    letter.refresh_from_db()

    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert OutgoingMail.objects.count() == 1


def test_a_letter_to_a_body_does_not_go_to_a_constituent_by_mistake():
    letter = LetterFactory()
    letter.to_email = letter.case.constituent.email
    letter.save()

    with pytest.raises(NotSendable, match="constituent’s address"):
        outbox.queue(letter, by=letter.drafted_by)


def test_a_letter_to_a_constituent_goes_to_an_address_they_gave():
    letter = LetterFactory(template="LT-ACK")
    letter.to_email = "somebody.else@post.example"
    letter.save()

    with pytest.raises(NotSendable, match="is not an address of"):
        outbox.queue(letter, by=letter.drafted_by)


def test_only_who_may_send_letters_sends_them(client):
    letter = LetterFactory()
    client.force_login(StaffFactory(administrator=True))

    response = client.post(f"/letters/{letter.pk}/sending/")

    assert response.status_code == 403
    assert not OutgoingMail.objects.exists()


def test_the_participants_are_the_people_the_bodies_and_whom_we_wrote_to():
    mail = queued()
    case = mail.letter.case

    assert participants(case) == {case.constituent.email, mail.to}


def test_an_address_nothing_went_to_takes_no_part(client):
    mail = queued(to_body=body("DWP"))
    letter, case = mail.letter, mail.letter.case
    client.force_login(mail.queued_by)
    client.post(f"/letters/{letter.pk}/undo/")
    client.post(f"/letters/{letter.pk}/", edited(letter, to_email="mistyped@elsewhere.example"))
    letter.refresh_from_db()
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    while_it_waits = participants(case)

    client.post(f"/letters/{letter.pk}/undo/")
    taken_back = participants(case)
    client.post(f"/letters/{letter.pk}/discarding/")

    assert "mistyped@elsewhere.example" in while_it_waits
    assert taken_back == participants(case) == {case.constituent.email}
