"""What machines write: reports about our mails, people who are away, lists, replies to invitations."""

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading import message as reading
from opencasework.office.inbox.reading import reports
from opencasework.office.letters import mailing, outbox, tokens, undelivered
from opencasework.office.letters.actions import checks
from opencasework.office.letters.models import BadAddress, Enquiry, Letter, OutgoingMail, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from . import bounces
from .receiving import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
COUNCIL = "members@landlord.example"
ABSENT = {"Auto_Submitted": "auto-replied"}


@pytest.fixture
def sent():
    """A mail of ours that has left."""
    letter = LetterFactory(email=COUNCIL)
    waiting = outbox.queue(letter, by=letter.drafted_by)
    OutgoingMail.objects.filter(pk=waiting.pk).update(state=OutgoingMail.State.SENT)
    outbox.record_departure(letter, at=timezone.now(), by=letter.drafted_by)
    return OutgoingMail.objects.get(pk=waiting.pk)


FAILURES = [bounces.postfix, bounces.gmail, bounces.exchange, bounces.exchange_as_text, bounces.exim]


@pytest.mark.parametrize("report", FAILURES, ids=lambda each: each.__name__)
def test_a_mail_that_came_back_marks_its_address_and_tells_the_owner(report, sent, client):
    message = receive(report(sent.message_id, COUNCIL))

    sent.refresh_from_db()
    assert sent.state == OutgoingMail.State.RETURNED
    assert "there is no such address" in sent.answer
    assert BadAddress.objects.get().address == COUNCIL
    line = sent.letter.case.events.get(kind=Event.Kind.UNDELIVERED)
    assert COUNCIL in line.text
    assert message.machine == Message.Machine.FAILED
    assert message.proposal == Message.Proposal.RETURNED
    assert message.proposed_case == sent.letter.case
    assert message.case is None
    client.force_login(sent.letter.case.owner)
    assert "Came back undelivered" in client.get("/").content.decode()


def test_nobody_is_chased_for_what_never_reached_them(sent):
    enquiry = Enquiry.objects.get(letter=sent.letter)
    late = enquiry.due_on.replace(year=enquiry.due_on.year + 1)

    receive(bounces.postfix(sent.message_id, COUNCIL))

    assert enquiry not in Enquiry.objects.overdue(on=late)


def test_the_next_letter_to_that_address_warns(sent, client):
    receive(bounces.postfix(sent.message_id, COUNCIL))
    letter = LetterFactory(to_body=sent.letter.to_body, email=COUNCIL)
    client.force_login(letter.drafted_by)

    page = client.get(letter.get_absolute_url()).content.decode()

    assert f"A mail to {COUNCIL} came back" in page
    assert all(check.ok for check in checks(letter, on=timezone.localdate()) if check.must)
    client.post(f"/letters/{letter.pk}/address/")
    assert "came back" not in client.get(letter.get_absolute_url()).content.decode()
    assert letter.case.events.filter(text__contains="works again").exists()


def test_an_address_that_writes_to_us_works_again(sent):
    receive(bounces.postfix(sent.message_id, COUNCIL))

    receive(mail(COUNCIL, confirmed=True))

    assert not BadAddress.objects.exists()


def test_somebody_who_pretends_to_be_the_address_does_not_mend_it(sent):
    receive(bounces.postfix(sent.message_id, COUNCIL))

    receive(mail(COUNCIL))

    assert BadAddress.objects.exists()


@pytest.mark.parametrize("report", FAILURES, ids=lambda each: each.__name__)
def test_somebody_who_knows_our_message_id_alone_cannot_forge_a_report(report, sent):
    message = receive(bounces.unmarked(report(sent.message_id, COUNCIL)))

    sent.refresh_from_db()
    assert sent.state == OutgoingMail.State.SENT
    assert not BadAddress.objects.exists()
    assert not sent.letter.case.events.filter(kind=Event.Kind.UNDELIVERED).exists()
    assert "It may be forged" in message.proposal_reason
    assert message.case is None


def test_the_mark_of_one_mail_is_none_of_another(sent):
    raw = bounces.postfix(sent.message_id, COUNCIL)
    other = undelivered.mark("<other@member.example>").encode()

    receive(raw.replace(undelivered.mark(sent.message_id).encode(), other))

    assert not BadAddress.objects.exists()


def test_a_mail_carries_the_mark_that_its_report_must_bring_back(sent):
    assert undelivered.HEADER.lower() == reports.MARK
    assert f"{undelivered.HEADER}: {undelivered.mark(sent.message_id)}" in mailing.content_of(sent).decode()


def test_a_warning_that_brings_nothing_back_says_nothing_on_the_case(sent):
    message = receive(bounces.exim_delayed(sent.message_id, COUNCIL))

    assert message.machine == Message.Machine.DELAYED
    assert message.proposed_case == sent.letter.case
    assert not sent.letter.case.events.filter(text__contains="still trying").exists()


@pytest.mark.parametrize("report", [lambda id, to: bounces.postfix(id, to, action="delayed", status="4.4.1")])
def test_a_mail_that_is_delayed_has_not_failed(report, sent):
    message = receive(report(sent.message_id, COUNCIL))
    receive(report(sent.message_id, COUNCIL).replace(b"09:05", b"13:05"))

    sent.refresh_from_db()
    assert sent.state == OutgoingMail.State.SENT
    assert not BadAddress.objects.exists()
    assert message.machine == Message.Machine.DELAYED
    assert sent.letter.case.events.filter(text__contains="still trying").count() == 1


@pytest.mark.parametrize("report", FAILURES, ids=lambda each: each.__name__)
def test_a_report_about_a_mail_we_never_sent_marks_nothing(report, sent):
    token = sent.message_id.strip("<>").partition(".")[0]

    message = receive(report(f"<{token}.0123456789abcdef@member.example>", COUNCIL))

    sent.refresh_from_db()
    assert sent.state == OutgoingMail.State.SENT
    assert not BadAddress.objects.exists()
    assert message.case is None
    assert message.proposal != Message.Proposal.RETURNED
    assert not sent.letter.case.events.filter(kind=Event.Kind.UNDELIVERED).exists()


def test_a_report_marks_only_the_address_we_wrote_to(sent):
    receive(bounces.postfix(sent.message_id, "somebody.else@landlord.example"))

    assert list(BadAddress.objects.values_list("address", flat=True)) == [COUNCIL]


def test_a_report_puts_none_of_its_words_on_the_case(sent):
    raw = bounces.postfix(sent.message_id, COUNCIL).replace(b"User unknown", b"call 0900 123 now")

    receive(raw)

    assert not any("0900" in event.text for event in sent.letter.case.events.all())


def test_a_mail_that_was_answered_did_not_come_back(sent):
    Reply.objects.create(enquiry=sent.letter.enquiry, received_on=timezone.localdate())

    receive(bounces.postfix(sent.message_id, COUNCIL))

    sent.refresh_from_db()
    assert sent.state == OutgoingMail.State.SENT


def test_a_returned_letter_is_a_draft_again_when_somebody_says_so(sent, client):
    receive(bounces.postfix(sent.message_id, COUNCIL))
    client.force_login(sent.letter.case.owner)

    client.post(f"/mails/{sent.pk}/decision/", {"act": "back"})

    assert Letter.objects.get(pk=sent.letter_id).is_draft
    assert not Enquiry.objects.exists()


def test_a_person_who_sends_a_report_on_is_no_server():
    raw = bounces.postfix("<a@b.example>", COUNCIL).replace(b"Return-Path: <>\n", b"")
    raw = raw.replace(b"MAILER-DAEMON@mx.member.example (Mail Delivery System)", b"Nia <nia@post.example>")
    raw = raw.replace(b"Auto-Submitted: auto-replied\n", b"").replace(
        b"multipart/report; report-type=delivery-status", b"multipart/mixed"
    )

    assert reading.read(raw)[0]["report"] is None


def test_reports_of_a_restricted_case_are_for_those_who_may_know_of_it(sent):
    sent.letter.case.__class__.objects.filter(pk=sent.letter.case_id).update(need_to_know=True)
    stranger = StaffFactory(role=Role.CASEWORKER)

    message = receive(bounces.postfix(sent.message_id, COUNCIL))

    assert message not in Message.objects.visible_to(stranger)


# --- people who are away ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "day"),
    [
        ("I am on annual leave and back on Monday 9 November.", "back_on", "2026-11-09"),
        ("I am out of the office until 4th of December 2026.", "away_until", "2026-12-04"),
        ("Out of office. I return on 05/01/2027.", "back_on", "2027-01-05"),
        ("On leave, returning January 5.", "back_on", "2027-01-05"),
        ("Rydw i ar wyliau. Byddaf yn ôl ar 7 Rhagfyr.", "back_on", "2026-12-07"),
    ],
)
def test_the_day_somebody_is_back_is_read(words, name, day):
    raw = mail(COUNCIL, subject="Automatic reply: Enquiry", **ABSENT).replace(
        b"We have looked into it.", words.encode()
    )

    facts = reading.read(raw)[0]

    assert facts["machine"] == "absence"
    assert facts[name] == day


def test_a_person_who_writes_that_they_are_away_is_no_machine():
    raw = mail(COUNCIL).replace(b"We have looked into it.", b"I am on annual leave until 9 November.")

    assert reading.read(raw)[0]["machine"] == ""


def test_somebody_away_whose_answer_will_be_delayed_is_no_mail_server():
    raw = mail(COUNCIL, subject="Automatic reply: Enquiry", Return_Path="<>", **ABSENT)
    raw = raw.replace(b"We have looked into it.", b"I am away until 9 November. My answer is delayed.")

    assert reading.read(raw)[0]["machine"] == "absence"


def test_somebody_away_is_on_the_case_and_has_not_answered(sent, client):
    raw = mail(COUNCIL, to=sent.reply_to, confirmed=True, subject="Out of office", **ABSENT)
    raw = raw.replace(b"We have looked into it.", b"I am back on Monday 9 November.")

    message = receive(raw)

    enquiry = Enquiry.objects.get()
    assert message.case == sent.letter.case
    assert not Reply.objects.exists()
    assert not enquiry.is_answered
    assert enquiry.unread_reply is None
    assert sent.letter.case.events.filter(text__contains="back on Monday 9 November 2026").exists()
    client.force_login(sent.letter.case.owner)
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "Out of office" in page
    assert "Monday 9 November 2026" in page


def test_an_answer_to_an_invitation_is_labelled_and_answers_nothing(client):
    enquiry = EnquiryFactory(email=COUNCIL)
    token = tokens.issue(enquiry.case, COUNCIL, enquiry=enquiry)
    body = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:Surgery\n"
    body += "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR"
    raw = mail(
        COUNCIL,
        to=f"office+{token.token}@member.example",
        confirmed=True,
        Content_Type="text/calendar; method=REPLY",
    )

    message = receive(raw.replace(b"We have looked into it.", body.encode()))

    assert message.machine == Message.Machine.CALENDAR
    assert message.details["calendar"] == "declined"
    assert message.case == enquiry.case
    assert not Reply.objects.exists()


def test_mail_of_a_list_carries_its_name(client):
    message = receive(mail("a@b.example", List_Id="Friends of the canal <canal.lists.example>"))
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()

    assert message.bulk
    assert "Friends of the canal" in page
    assert "Mailing list" in page
