"""A body was rung about one case of a letter about several: read, and let go, on that letter itself."""

from __future__ import annotations

import re
from html import unescape

import pytest

from opencasework.office.cases.models import Event
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.tests.chasing import MATTERS, asked, drafted, leave, read, send
from opencasework.office.volumes.tests.test_chasers_gathered import gather, gone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]


def ring(client, own: Letter, text: str = "It is with the decision maker.") -> None:
    said = {"body": own.to_body_id, "other_side": "Mr Shah", "text": text}
    assert client.post(f"/cases/{own.case_id}/calls/", said).status_code == 302


@pytest.fixture
def rung(client, kofi, body) -> list[Letter]:
    """Three in one letter, of which the second was rung about."""
    for matter in MATTERS[:3]:
        asked(body, words=matter)
    lead, *others = drafted()
    gather(client, lead, *others)
    ring(client, others[0])
    return [lead, *others]


def way_out(client, lead: Letter) -> str:
    page = read(client, f"/letters/{lead.pk}/")
    return re.search(rf'action="(/letters/{lead.pk}/schedule/\d+/calls/\d+/)"', page)[1]


def test_the_letter_says_which_case_they_were_rung_about_and_one_press_lets_it_go(client, kofi, rung):
    lead, second, _ = rung

    refused = send(client, lead)
    said = unescape(refused.content.decode())
    pressed = client.post(way_out(client, lead), follow=True).content.decode()

    assert refused.status_code == 422
    assert f"{second.case.reference} of the schedule. {second.to_body} was rung about this case" in said
    assert "it goes all the same, or gather without it." in said
    assert f"The call about {second.case.reference} does not hold it any more." in pressed
    noted = second.case.events.filter(kind=Event.Kind.NOTE, by=kofi).latest("pk")
    assert "may go, although they were rung on" in noted.text
    leave(client, lead)
    assert gone(second)


def test_another_call_holds_it_again(client, rung):
    lead, second, _ = rung
    before = way_out(client, lead)
    ring(client, second, text="It is with the team in Leeds now.")

    said = client.post(before, follow=True).content.decode()

    assert "there was another one since" in said
    assert send(client, lead).status_code == 422


def test_a_call_about_a_case_that_is_not_in_it_is_let_go_elsewhere(client, rung):
    lead, second, third = rung
    gather(client, lead, third)
    call = second.case.events.filter(kind=Event.Kind.CALL).latest("pk")

    said = client.post(f"/letters/{lead.pk}/schedule/{second.pk}/calls/{call.pk}/", follow=True)

    assert "That call does not hold it" in said.content.decode()
    second.refresh_from_db()
    assert second.chaser.call_read is None


def test_who_may_not_write_presses_nothing(client, rung):
    lead, second, _ = rung
    address = way_out(client, lead)
    vic = StaffFactory(role=Role.PARLIAMENTARY_ASSISTANT)
    for letter in rung:
        letter.case.shared_with.add(vic)
    client.force_login(vic)

    assert client.post(address).status_code in {403, 404}
    second.refresh_from_db()
    assert second.chaser.call_read is None
