"""Sending the answer of a body on to the person, in plain words."""

from __future__ import annotations

from datetime import date

import pytest

from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Attachment
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters import actions as letters
from opencasework.office.letters.pack.documents import blobs
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.telling import forwarding

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(ana, clock):
    """An enquiry whose answer came by mail, with a file."""
    case = CaseFactory(by=ana, channel="email")
    enquiry = EnquiryFactory(case=case, sent_on=date(2026, 10, 20))
    message = MessageFactory(
        case=case, decision="case", enquiry=enquiry, text="The award was wrong.\n\nWe will pay £312.40."
    )
    Attachment.objects.create(
        message=message,
        position=1,
        filename="decision.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
    )
    letters.receive_reply(
        enquiry=enquiry, received_on=date(2026, 11, 2), kind="substantive", by=ana, message_id=message.pk,
        text="RE: award",
    )  # fmt: skip
    return enquiry


def test_an_answer_is_sent_on_in_plain_words_with_the_answer_quoted(answered, client):
    page = f"/enquiries/{answered.pk}/forwarding/"
    shown = client.get(page).content.decode()
    form = {
        "summary": "They were wrong and pay you £312.40.",
        "what_next": "The money comes by Friday.",
        "quotes": "on",
    }

    response = client.post(page, form)

    letter = answered.case.letters.drafts().get()
    assert "We will pay £312.40." in shown
    assert "decision.pdf" in shown
    assert response.url == letter.get_absolute_url()
    assert letter.to_person == answered.case.constituent
    assert "They were wrong and pay you £312.40." in letter.text
    assert "The money comes by Friday." in letter.text
    assert (
        f"What {answered.body} wrote on 2 November 2026:\n\n> The award was wrong.\n>\n> We will pay"
        in letter.text
    )
    assert "missing" not in letter.text


def test_the_files_of_an_answer_that_are_chosen_go_along_and_no_other(answered, client, home):
    case = answered.case
    message = case.messages.get()
    Attachment.objects.create(
        message=message, position=2, filename="their-list-of-others.pdf", content_type="application/pdf",
        size=9, sha256=blobs().put(b"%PDF-1.4 others"),
    )  # fmt: skip
    decision = message.attachments.get(filename="decision.pdf")
    Attachment.objects.filter(pk=decision.pk).update(sha256=blobs().put(b"%PDF-1.4 decision"))
    page = f"/enquiries/{answered.pk}/forwarding/"
    form = {"summary": "They pay you.", "what_next": "By Friday.", "enclosed": [f"file:{decision.pk}"]}

    foreign = client.post(page, form | {"enclosed": ["file:999999"]})
    client.post(page, form)

    letter = case.letters.drafts().get()
    assert "That file did not come with this answer." in foreign.content.decode()
    assert [one.filename for one in letter.enclosures.all()] == ["decision.pdf"]
    assert letter.enclosed
    assert "decision.pdf" in client.get(letter.get_absolute_url()).content.decode()


def test_a_file_that_has_gone_missing_is_said_and_the_letter_is_drafted_all_the_same(answered, client, home):
    missing = answered.case.messages.get().attachments.get()
    form = {"summary": "They pay you.", "what_next": "By Friday.", "enclosed": [f"file:{missing.pk}"]}

    said = client.post(f"/enquiries/{answered.pk}/forwarding/", form, follow=True).content.decode()

    assert "Drafted, without their files. The file of “decision.pdf” is missing." in said
    assert answered.case.letters.drafts().exists()


def test_in_a_rich_letter_the_answer_is_a_quotation(answered, ana):
    letter = forwarding.forward(
        enquiry=answered, answer=forwarding.answer_to(answered), summary="Yes", what_next="Nothing",
        is_no=False, quotes=False, by=ana,
    )  # fmt: skip
    letter.html = "<p>Dear Ms Marrowby,</p><p>Yes.</p>"

    forwarding.quote_below(letter, forwarding.answer_to(answered), body="DWP")

    assert "<blockquote><p>The award was wrong.</p><p>We will pay £312.40.</p></blockquote>" in letter.html
    assert "We will pay £312.40." in letter.text
    assert letter.html.startswith("<p>Dear Ms Marrowby,</p>")


def test_without_plain_words_nothing_is_drafted(answered, client):
    response = client.post(f"/enquiries/{answered.pk}/forwarding/", {"what_next": "Nothing"})

    assert response.status_code == 422
    assert "Say in a sentence or two what the answer is" in response.content.decode()
    assert not answered.case.letters.drafts().exists()


def test_before_there_is_an_answer_there_is_nothing_to_send_on(ana, client, clock):
    enquiry = EnquiryFactory(case=CaseFactory(by=ana))

    said = client.get(f"/enquiries/{enquiry.pk}/forwarding/", follow=True).content.decode()

    assert "has not answered. Record the answer first" in said


def test_of_a_message_about_several_cases_nothing_is_quoted(answered, client):
    message = answered.messages.get()
    message.parts.create(case=answered.case, text="This is about her.", by=answered.case.owner)

    shown = client.get(f"/enquiries/{answered.pk}/forwarding/").content.decode()

    assert "We will pay £312.40." not in shown


def test_the_case_leads_to_sending_the_answer_on(answered, client):
    page = f"/enquiries/{answered.pk}/forwarding/"

    assert page in client.get(f"/cases/{answered.case.pk}/enquiries/").content.decode()
    events = answered.case.events.filter(kind=Event.Kind.PLANNED)
    if events.exists():
        assert page in client.get(f"/cases/{answered.case.pk}/").content.decode()


def test_the_page_that_sends_the_latest_answer_on_is_found_from_the_case(answered, ana, client):
    of_none = CaseFactory(by=ana)

    assert client.get(f"/cases/{answered.case.pk}/forwarding/").url == f"/enquiries/{answered.pk}/forwarding/"
    assert client.get(f"/cases/{of_none.pk}/forwarding/").url.endswith("letters/new/?template=LT-FWD")
