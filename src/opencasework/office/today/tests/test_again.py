"""A closed case is looked at again on the day that was set when it was closed, and stays closed."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from opencasework.office.cases.models import FollowUp
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.reminders.things import things_of
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LONDON = timezone.get_default_timezone()


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=LONDON)


@pytest.fixture
def closed(client, home, time_machine):
    """A case that its caseworker closed on 1 September, to be looked at again in three months."""
    time_machine.move_to(at(2026, 9, 1), tick=False)
    case = CaseFactory(title="The boiler does not work")
    client.force_login(case.owner)
    client.post(
        f"/cases/{case.pk}/closure/",
        {"outcome": "put-right", "again_on": "3 months", "again_what": "Ask whether the repair held"},
    )
    case.refresh_from_db()
    assert not case.is_open
    return case


def test_it_comes_up_in_my_day_on_that_day_and_no_sooner(client, closed, time_machine):
    before = client.get("/").content.decode()
    time_machine.move_to(at(2026, 12, 1), tick=False)
    client.force_login(closed.owner)

    on_the_day = client.get("/").content.decode()

    closed.refresh_from_db()
    assert "Ask whether the repair held" not in before
    assert "Ask whether the repair held: The boiler does not work" in on_the_day
    assert not closed.is_open
    assert "look at it again" in [each.words for each in things_of(closed.owner, today=timezone.localdate())]


def test_whoever_looked_says_how_it_stands_and_may_look_once_more(client, closed, time_machine):
    time_machine.move_to(at(2026, 12, 1), tick=False)
    client.force_login(closed.owner)
    [due] = FollowUp.objects.open()

    unsaid = client.post(due.get_absolute_url(), {"said": ""})
    client.post(due.get_absolute_url(), {"said": "Warm since October.", "on": "1 month"})

    assert unsaid.status_code == 422
    assert closed.events.filter(text__contains="Warm since October.").exists()
    [again] = FollowUp.objects.open()
    assert (again.on.isoformat(), again.what) == ("2027-01-01", "Ask whether the repair held")
    assert "Ask whether the repair held" not in client.get("/").content.decode()


def test_a_closing_that_is_taken_back_asks_nobody_to_look_again(client, closed):
    client.post(f"/cases/{closed.pk}/closure/undo/")

    assert not FollowUp.objects.exists()


def test_a_day_that_has_gone_is_refused_with_a_sentence(client, home):
    case = CaseFactory()
    client.force_login(case.owner)

    page = client.post(f"/cases/{case.pk}/closure/", {"outcome": "put-right", "again_on": "1 sep 2020"})

    case.refresh_from_db()
    assert "Give a day to come, or leave it empty." in page.content.decode()
    assert case.is_open


def test_whoever_writes_while_a_colleague_answers_loses_nothing_and_is_told(client, closed, time_machine):
    time_machine.move_to(at(2026, 12, 1), tick=False)
    [due] = FollowUp.objects.open()
    kofi = StaffFactory(first_name="Kofi")
    client.force_login(kofi)
    client.post(due.get_absolute_url(), {"said": "Warm since October."})
    client.force_login(closed.owner)
    mine = {"said": "She says it is cold again.", "on": "1 month"}

    late = client.post(due.get_absolute_url(), mine)

    page = late.content.decode()
    assert late.status_code == 409
    assert f"{kofi} answered this at 10:00 today: “Warm since October.”" in page
    assert "She says it is cold again." in page
    assert 'value="1 month"' in page
    assert not closed.events.filter(text__contains="cold again").exists()
    assert not FollowUp.objects.open().exists()

    client.post(due.get_absolute_url(), {**mine, "beside": "yes"})

    assert closed.events.filter(text__contains="cold again", by=closed.owner).exists()
    assert FollowUp.objects.open().get().on.isoformat() == "2027-01-01"


def test_sending_the_same_answer_twice_keeps_it_once(client, closed, time_machine):
    time_machine.move_to(at(2026, 12, 1), tick=False)
    client.force_login(closed.owner)
    [due] = FollowUp.objects.open()

    answers = [client.post(due.get_absolute_url(), {"said": "Warm.", "on": "1 month"}) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert closed.events.filter(text__contains="Warm.").count() == 1
    assert FollowUp.objects.open().count() == 1


def test_reopening_a_case_ends_looking_at_it_again(client, closed, time_machine):
    time_machine.move_to(at(2026, 11, 30), tick=False)
    client.force_login(closed.owner)
    [due] = FollowUp.objects.open()
    again = {"reason": "It broke down", "next_action": "Ring the council", "on": "1 week"}

    client.post(f"/cases/{closed.pk}/reopening/", again)
    late = client.post(due.get_absolute_url(), {"said": "Warm since October."})
    time_machine.move_to(at(2026, 12, 1), tick=False)
    client.force_login(closed.owner)

    closed.refresh_from_db()
    assert closed.is_open
    assert not FollowUp.objects.open().exists()
    line = closed.events.get(kind="reopened").text
    assert (
        "Not to be looked at again on Tuesday 1 December 2026 any more: Ask whether the repair held." in line
    )
    assert late.status_code == 409
    assert "You reopened the case at 10:00 today" in late.content.decode()
    assert "Ask whether the repair held" not in client.get("/").content.decode()
    assert "look at it again" not in [
        each.words for each in things_of(closed.owner, today=timezone.localdate())
    ]


def shown_to(client, staff) -> bool:
    client.force_login(staff)
    return "Ask whether the repair held" in client.get("/").content.decode()


def test_when_its_owner_has_left_a_manager_is_asked_to_look(client, closed, time_machine):
    time_machine.move_to(at(2026, 12, 1), tick=False)
    manager, kofi = StaffFactory(office_manager=True), StaffFactory(first_name="Kofi")
    before = shown_to(client, manager)

    client.post(f"/staff/{closed.owner.pk}/", {"role": closed.owner.role})

    assert not before
    assert shown_to(client, manager)
    assert not shown_to(client, kofi)


def test_when_its_owner_has_left_and_a_colleague_closed_it_that_colleague_looks(client, home, time_machine):
    time_machine.move_to(at(2026, 9, 1), tick=False)
    case, kofi, manager = CaseFactory(), StaffFactory(first_name="Kofi"), StaffFactory(office_manager=True)
    client.force_login(kofi)
    wish = {"outcome": "put-right", "again_on": "3 months", "again_what": "Ask whether the repair held"}
    client.post(f"/cases/{case.pk}/closure/", wish)
    time_machine.move_to(at(2026, 12, 1), tick=False)
    before = shown_to(client, kofi)

    client.force_login(manager)
    client.post(f"/staff/{case.owner.pk}/", {"role": case.owner.role})

    assert not before
    assert shown_to(client, kofi)
    assert not shown_to(client, manager)
