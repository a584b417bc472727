"""Deciding about messages by the front door: one step each, undone in one step, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Lys")
    client.force_login(ana)
    return ana


@pytest.fixture
def message():
    return MessageFactory(subject="Bin day", from_name="Nia Pryce", from_address="nia@post.example")


def url(name, message):
    return reverse(name, args=[message.pk])


def said(response):
    return [str(each) for each in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    "number", ["²", "9" * 18, "9" * 19, "9" * 5_000], ids=["squared", "high", "higher", "long"]
)
def test_a_number_no_case_or_person_can_have_is_not_found(client, ana, message, number):
    answers = [
        client.get("/inbox/new/", {"person": number}),
        client.post(url("message-filing", message), {"case": number}),
        client.post(url("message-filing", message), {"case": CaseFactory().pk, "enquiry": number}),
    ]
    unknown = client.get(url("message-case", message), {"person": number})

    assert {answer.status_code for answer in answers} == {404}
    assert unknown.status_code in (200, 404)


@pytest.mark.parametrize("decision", ["filed_away", "other_member", "campaign"])
def test_one_press_decides_and_one_undoes(client, ana, message, decision):
    done = client.post(url("message-decision", message), {"decision": decision, "note": " Clean Rivers "})
    message.refresh_from_db()
    decided = (message.decision, message.decided_by, message.decision_note)
    [toast] = get_messages(done.wsgi_request)
    back = client.post(toast.extra_tags.removeprefix("undo:"))

    message.refresh_from_db()
    assert decided == (decision, ana, "Clean Rivers")
    assert "Bin day" in str(toast)
    assert message.is_untriaged
    assert back["Location"] == url("message", message)


def test_deciding_moves_on_to_the_next_and_at_the_end_to_the_one_before(client, ana):
    newest, middle, oldest = (
        MessageFactory(received_at=datetime(2026, 11, day, tzinfo=UTC)) for day in (3, 2, 1)
    )

    def file_away(message):
        return client.post(url("message-decision", message), {"decision": "filed_away"})["Location"]

    assert file_away(middle) == url("message", oldest)
    assert file_away(oldest) == url("message", newest)
    assert file_away(newest) == "/inbox/"


def test_a_message_joins_the_case_a_person_chooses(client, ana, message):
    case = CaseFactory()

    response = client.post(url("message-filing", message), {"case": case.pk})

    message.refresh_from_db()
    assert message.case == case
    assert message.decided_by == ana
    assert case.reference in said(response)[0]
    assert case.events.filter(kind=Event.Kind.MESSAGE_IN, detail__message=message.pk).count() == 1


def test_an_accepted_proposal_with_an_enquiry_becomes_a_reply(client, ana):
    enquiry = EnquiryFactory()
    message = MessageFactory(
        proposal="unverified", proposed_case=enquiry.case, proposed_enquiry=enquiry, proposal_reason="Token."
    )

    shown = client.get(url("message", message)).content.decode()
    response = client.post(url("message-filing", message), {"case": enquiry.case.pk, "enquiry": enquiry.pk})

    message.refresh_from_db()
    assert f"Accept on {enquiry.case.reference}" in shown
    assert message.enquiry == enquiry
    assert "as a reply from" in said(response)[0]
    assert enquiry.replies.get().kind == ""
    enquiry.refresh_from_db()
    assert not enquiry.is_answered


def test_an_enquiry_of_another_case_is_refused(client, ana, message):
    enquiry = EnquiryFactory()

    response = client.post(url("message-filing", message), {"case": CaseFactory().pk, "enquiry": enquiry.pk})

    message.refresh_from_db()
    assert response.status_code == 404
    assert message.is_untriaged


def test_a_message_cannot_be_put_on_a_case_one_may_not_see(client, ana, message):
    hidden = CaseFactory(need_to_know=True)

    response = client.post(url("message-filing", message), {"case": hidden.pk})

    message.refresh_from_db()
    assert response.status_code == 404
    assert message.is_untriaged


def test_typing_finds_cases_and_names_the_enquiries_they_wait_for(client, ana, message):
    enquiry = EnquiryFactory(case=CaseFactory(title="Housing element stopped"))
    CaseFactory(title="Something else")

    response = client.get(
        url("message-filing", message), {"q": "housing"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert enquiry.case.reference in response
    assert f"As a reply from {enquiry.body}" in response
    assert "Something else" not in response
    assert "<html" not in response


# --- a new case ---------------------------------------------------------------------------------------


def test_a_case_form_is_filled_in_from_the_mail(client, ana):
    message = MessageFactory(
        from_name="Nia Pryce",
        from_address="nia@post.example",
        subject="RE: Fwd: Universal Credit stopped",
        text="My number is QQ 12 34 56 C. Ring 01632 960 417.\n\n3 Quarry Lane, WX4 7QP",
    )

    form = client.get(url("message-case", message)).context["form"]

    assert form["title"].value() == "Universal Credit stopped"
    assert form["full_name"].value() == "Nia Pryce"
    assert form["email"].value() == "nia@post.example"
    assert form["postcode"].value() == "WX4 7QP"
    assert form["phone"].value() == "01632 960 417"
    assert form["owner"].value() == str(ana.pk)
    assert form["channel"].value() == "email"
    assert form["category"].value() == "BEN-UC"
    assert [label for _, label in form.fields["found"].choices] == ["National Insurance number QQ 12 34 56 C"]


def test_opening_a_case_makes_the_person_and_keeps_the_numbers(client, ana):
    message = MessageFactory(text="My number is QQ 12 34 56 C.", from_name="Nia Pryce")
    form = client.get(url("message-case", message)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"category": "HOU-DAMP"}

    response = client.post(url("message-case", message), sent)

    case = Case.objects.get()
    message.refresh_from_db()
    assert message.case == case
    assert message.person == case.constituent
    assert case.constituent.full_name == "Nia Pryce"
    assert case.constituent.email == message.from_address
    assert case.owner == ana
    assert [(number.kind, number.value) for number in case.references.all()] == [("NINO", "QQ 12 34 56 C")]
    assert f"Case {case.reference} is open" in said(response)[0]


def test_a_known_sender_gets_the_case_without_being_written_down_again(client, ana):
    nia = PersonFactory(email__address="nia@post.example")
    message = MessageFactory(from_address="nia@post.example")

    form = client.get(url("message-case", message)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    client.post(url("message-case", message), sent | {"category": "HOU-DAMP", "person": nia.pk})

    assert form.person == nia
    assert Case.objects.get().constituent == nia
    assert Person.objects.count() == 1


def test_a_shared_address_is_for_a_person_to_decide(client, ana):
    for _ in range(2):
        PersonFactory(email__address="family@post.example")
    message = MessageFactory(from_address="family@post.example")

    assert client.get(url("message-case", message)).context["form"].person is None


def test_a_case_form_with_a_gap_says_what_is_missing(client, ana, message):
    response = client.post(url("message-case", message), {"full_name": "Nia", "title": ""})

    message.refresh_from_db()
    assert response.status_code == 422
    assert "Give the case a title." in response.content.decode()
    assert message.is_untriaged


def test_undoing_a_case_puts_the_message_back_and_the_case_opened_for_it_goes(client, ana, message):
    form = client.get(url("message-case", message)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    client.post(url("message-case", message), sent | {"category": "HOU-DAMP"})
    reference = Case.objects.get().reference

    response = client.post(url("message-undo", message))

    message.refresh_from_db()
    assert message.is_untriaged
    assert not Case.objects.exists()
    assert f"Back in the inbox. {reference}, opened for it, is gone again" in said(response)[-1]


def test_undoing_an_accepted_reply_takes_it_off_the_enquiry_and_accepting_it_again_puts_it_back(client):
    enquiry = EnquiryFactory()
    message = MessageFactory(
        proposal="unverified", proposed_case=enquiry.case, proposed_enquiry=enquiry, proposal_reason="Token."
    )
    client.force_login(enquiry.case.owner)
    accepted = {"case": enquiry.case.pk, "enquiry": enquiry.pk}
    client.post(url("message-filing", message), accepted)

    client.post(url("message-undo", message))
    after_undo = enquiry.replies.count()
    client.post(url("message-filing", message), accepted)

    assert after_undo == 0
    assert enquiry.replies.count() == 1


def test_an_assistant_may_sort_but_not_open_cases(client, message):
    client.force_login(StaffFactory(assistant=True))

    assert client.get("/inbox/").status_code == 200
    assert client.get(url("message-case", message)).status_code == 403
    assert client.post(url("message-case", message)).status_code == 403


# --- two at once --------------------------------------------------------------------------------------


def test_the_second_of_two_people_is_told_who_decided_and_changes_nothing(client, ana, message):
    tom = StaffFactory(first_name="Tom", last_name="Rees")
    case = CaseFactory()
    client.post(url("message-filing", message), {"case": case.pk})
    client.force_login(tom)

    filed_away = client.post(url("message-decision", message), {"decision": "filed_away"})
    elsewhere = client.post(url("message-filing", message), {"case": CaseFactory().pk})
    sent = {"full_name": "Nia", "title": "Bins", "category": "HOU-DAMP", "transferability": "TRF-0"}
    opened = client.post(url("message-case", message), sent | {"channel": "email"})

    message.refresh_from_db()
    assert message.case == case
    assert message.decided_by == ana
    sentence = f"{ana} had put it on a case already. Nothing was changed."
    assert [said(each)[-1] for each in (filed_away, elsewhere, opened)] == [sentence] * 3
    assert not Person.objects.filter(full_name="Nia").exists()


def test_taking_a_message_shows_the_name_and_only_one_has_it(client, ana, message):
    client.post(url("message-taking", message), {"act": "take"})
    text = client.get("/inbox/").content.decode()
    client.force_login(StaffFactory(first_name="Tom"))
    refused = client.post(url("message-taking", message), {"act": "take"})

    message.refresh_from_db()
    assert f"{ana} has it" in text
    assert message.taken_by == ana
    assert said(refused)[-1].startswith(f"{ana} has it.")


def test_letting_go_frees_a_message(client, ana, message):
    client.post(url("message-taking", message), {"act": "take"})
    client.post(url("message-taking", message), {"act": "release"})

    message.refresh_from_db()
    assert message.taken_by is None


def test_what_went_out_or_is_not_read_yet_cannot_be_decided_about(client, ana):
    case = CaseFactory(owner=ana)
    out = MessageFactory(direction="out", case=case, decision="case")
    raw = MessageFactory(state="raw")

    assert client.post(url("message-undo", out)).status_code == 404
    assert client.post(url("message-decision", raw), {"decision": "filed_away"}).status_code == 404


def test_a_press_without_a_decision_says_what_to_do(client, ana, message):
    response = client.post(url("message-decision", message), {"decision": "burn"})

    message.refresh_from_db()
    assert message.is_untriaged
    assert said(response) == ["Say what becomes of the message: press one of the buttons."]


# --- by hand ------------------------------------------------------------------------------------------


def test_a_call_is_written_down_and_waits_in_the_inbox(client, ana):
    response = client.post(
        "/inbox/new/",
        {"from_name": "Mr Osei", "subject": "Passport", "text": "He flies on Friday."},
    )

    message = Message.objects.get()
    assert response["Location"] == url("message", message)
    assert (message.channel, message.from_name, message.taken_by) == ("phone", "Mr Osei", ana)
    assert message.is_untriaged


def test_a_letter_of_an_earlier_day_keeps_its_day_and_its_person(client, ana):
    nia = PersonFactory(full_name="Nia Pryce")

    client.post(
        "/inbox/new/letter/",
        {"person": nia.pk, "subject": "Rent", "text": "…", "received_on": "3 Nov 2025"},
    )

    message = Message.objects.get()
    assert message.person == nia
    assert message.received_at.date().isoformat() == "2025-11-03"


def test_a_note_without_words_is_not_kept(client, ana):
    response = client.post("/inbox/new/", {"from_name": "Mr Osei"})

    assert response.status_code == 422
    assert "Write what was said or written." in response.content.decode()
    assert not Message.objects.exists()
