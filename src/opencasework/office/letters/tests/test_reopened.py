"""A closing letter, and its case that is open again before it left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db
PAID = {"outcome": "money-recovered", "amount": "1240.50", "changed": "The arrears are paid.", "letter": "on"}
AGAIN = {"reason": "They rang", "next_action": "Ring", "on": "tomorrow"}


@pytest.fixture(autouse=True)
def _office(home):
    OfficeFactory()


@pytest.fixture
def case(ana, client):
    """A case that Ana closed, with a closing letter that waits to be read."""
    case = CaseFactory(by=ana)
    close(client, case)
    return case


def close(client, case, **more) -> Letter:
    client.post(f"/cases/{case.pk}/closure/", {**PAID, **more})
    return case.letters.drafts().latest("pk")


def reopen(client, case) -> None:
    client.post(f"/cases/{case.pk}/reopening/", AGAIN)


def undo(client, case) -> None:
    client.post(f"/cases/{case.pk}/closure/undo/")


def edit(client, letter: Letter, **words) -> None:
    letter.refresh_from_db()
    names = ("to_contact", "means", "to_email", "subject", "text", "html")
    given = {name: letter.serializable_value(name) or "" for name in names} | {"version": letter.version}
    client.post(f"/letters/{letter.pk}/", given | words)
    letter.refresh_from_db()


def send(client, letter: Letter) -> None:
    letter.refresh_from_db()
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    letter.refresh_from_db()


@pytest.mark.parametrize("again", [reopen, undo])
def test_as_it_was_drafted_it_is_thrown_away(client, case, again):
    letter = case.letters.get()

    again(client, case)

    letter.refresh_from_db()
    assert letter.state == Letter.State.DISCARDED
    assert "The case is open again, so the closing letter" in case.events.get(kind="note").text


@pytest.mark.parametrize("again", [reopen, undo])
def test_what_waits_in_the_outbox_does_not_leave(client, case, again, smtp):
    letter = case.letters.get()
    send(client, letter)
    waited = letter.state

    again(client, case)
    outbox.send_ready(timezone.now() + timedelta(minutes=5))

    letter.refresh_from_db()
    assert waited == Letter.State.SENDING
    assert letter.state == Letter.State.DISCARDED
    assert not smtp.received


@pytest.mark.parametrize("again", [reopen, undo])
def test_one_that_somebody_worked_on_stays_theirs_and_does_not_leave(client, case, again):
    letter = case.letters.get()
    edit(client, letter, text=f"{letter.text}\n\nRing me on Friday.")

    again(client, case)
    page = client.get(f"/letters/{letter.pk}/").content.decode()
    edit(client, letter, text=f"{letter.text}\n\nOr on Monday.")
    send(client, letter)

    assert letter.state == Letter.State.DRAFT
    assert "and this says that it is closed. Throw it away." in page


def test_each_closing_has_one_closing_letter(client, case):
    reopen(client, case)

    close(client, case, outcome="apology", amount="")

    (letter,) = case.letters.drafts()
    assert "1,240.50" not in letter.text


def test_one_of_an_earlier_closing_leaves_once_its_words_are_of_this_one(client, case):
    letter = case.letters.get()
    edit(client, letter, text=f"{letter.text}\n\nRing me on Friday.")
    reopen(client, case)
    close(client, case, outcome="apology", amount="")

    before = client.get(f"/letters/{letter.pk}/").content.decode()
    edit(client, letter, text="They are sorry.")
    after = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "and closed anew since. Change this to what is so now, or throw it away." in before
    assert "closed anew since" not in after


def test_one_of_a_case_that_stays_closed_leaves(client, case, smtp):
    letter = case.letters.get()

    send(client, letter)
    outbox.send_ready(timezone.now() + timedelta(minutes=5))

    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT
