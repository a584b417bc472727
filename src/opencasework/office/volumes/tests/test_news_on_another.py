"""Something new on one case of a letter about several holds it in the outbox, and says which and why."""

from __future__ import annotations

from html import unescape

import pytest

from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Event
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.tests.chasing import FIRST, MATTERS, asked, drafted, read, send
from opencasework.office.volumes.tests.test_chasers_gathered import gather, gone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]
State = OutgoingMail.State


@pytest.fixture
def waiting(client, kofi, body) -> list[Letter]:
    """Three chasers in one letter, which was sent and has not left yet."""
    for matter in MATTERS[:3]:
        asked(body, words=matter)
    lead, *others = drafted()
    gather(client, lead, *others)
    assert send(client, lead).status_code == 302
    lead.refresh_from_db()
    return [lead, *others]


def when_its_hold_is_over(lead: Letter) -> OutgoingMail:
    outbox.send_ready(lead.mail.send_after)
    return OutgoingMail.objects.get(letter=lead)


def written_in(own: Letter) -> None:
    own.case.record(Event.Kind.MESSAGE_IN, by=None, text="From Nia Pryce: It has been put right", message=1)


def answered(own: Letter) -> None:
    actions.receive_reply(enquiry=own.about_enquiry, received_on=FIRST, kind="substantive")


def closed(own: Letter) -> None:
    own.case.close(by=own.case.owner, outcome="explained")


@pytest.mark.parametrize(
    ("news", "why"),
    [
        (written_in, "Message in."),
        (answered, "has answered this enquiry"),
        (closed, "This case is closed."),
    ],
)
def test_news_on_another_case_holds_it_and_says_which_and_why(client, waiting, smtp, news, why):
    lead, second, _ = waiting
    news(second)

    mail = when_its_hold_is_over(lead)

    assert smtp.received == []
    assert not gone(second)
    assert mail.state == State.STOPPED
    assert f"on {second.case.reference} of the schedule" in mail.answer
    assert why in unescape(read(client, f"/letters/{lead.pk}/"))
    assert "It has been put right" not in mail.answer  # of somebody else, and it goes on this timeline


def test_so_does_an_authority_that_was_withdrawn(client, waiting, smtp):
    lead, second, _ = waiting
    Authority.objects.filter(case=second.case_id).delete()

    mail = when_its_hold_is_over(lead)

    assert smtp.received == []
    assert f"{second.case.reference} of the schedule: no authority covers" in mail.answer


def test_who_has_looked_lets_it_go_all_the_same(client, waiting, smtp):
    lead, second, _ = waiting
    written_in(second)
    mail = when_its_hold_is_over(lead)

    client.post(f"/mails/{mail.pk}/decision/", {"act": "again"})
    when_its_hold_is_over(lead)

    assert len(smtp.received) == 1
    assert gone(second)


def test_an_enquiry_about_several_cases_is_held_too(client, kofi, body, smtp):
    letter, other = (LetterFactory(to_body=body, text=words, by=kofi) for words in MATTERS[:2])
    gather(client, letter, other)
    assert send(client, letter).status_code == 302
    letter.refresh_from_db()
    other.case.record(Event.Kind.CALL, by=StaffFactory(), text="She rang.")

    mail = when_its_hold_is_over(letter)

    assert mail.state == State.STOPPED
    assert f"on {other.case.reference} of the schedule: Call" in mail.answer
