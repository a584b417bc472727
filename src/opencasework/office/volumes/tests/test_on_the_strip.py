"""The strip of a case says where the chaser of a late reply stands: drafted, going along, gone."""

from __future__ import annotations

from html import unescape

import pytest

from opencasework.office.chasing.actions import next_chase_on
from opencasework.office.letters.models import Letter
from opencasework.office.volumes.tests.chasing import MATTERS, asked, drafted, leave, moved_to, read, send
from opencasework.office.volumes.tests.test_chasers_gathered import SECOND, gather

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]
DRAFTED = "The chaser is drafted for you to read and send."


@pytest.fixture
def chasers(kofi, body) -> list[Letter]:
    for matter in MATTERS[:2]:
        asked(body, words=matter)
    return drafted()


def strip(client, letter: Letter) -> str:
    page = unescape(read(client, f"/cases/{letter.case_id}/"))
    return page.partition('aria-label="Next action"')[2].partition("</section>")[0]


def test_one_that_waits_by_itself_is_drafted(client, chasers):
    assert DRAFTED in strip(client, chasers[0])


def test_one_that_goes_along_says_so_and_once_it_has_left_when_the_next_step_is_due(client, body, chasers):
    lead, own = chasers
    gather(client, lead, own)
    waits = strip(client, own)
    send(client, lead)
    on_its_way = strip(client, own)
    client.post(f"/letters/{lead.pk}/undo/")
    lead.refresh_from_db()
    leave(client, lead)

    gone = strip(client, own)

    assert DRAFTED not in waits + on_its_way + gone
    assert "The chaser waits to go in one letter with other cases." in waits
    assert "The chaser is on its way in one letter with other cases." in on_its_way
    assert f"{body} was chased and has not replied" in gone
    assert "First chaser sent on 16 September 2026 in one letter with other cases." in gone
    assert "The next step is due on 30 September 2026: Second chaser." in gone
    assert "in one letter" not in strip(client, lead)  # whose letter it is
    assert next_chase_on(own.about_enquiry) == SECOND


def test_once_the_next_step_is_due_it_is_to_be_chased_again(client, kofi, chasers, time_machine):
    leave(client, chasers[0])
    moved_to(time_machine, client, SECOND, by=kofi)

    said = strip(client, chasers[0])

    assert "Next: chase" in said
    assert "First chaser sent on 16 September 2026. The next step is due: Second chaser." in said
