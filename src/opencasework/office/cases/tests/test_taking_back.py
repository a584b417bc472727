"""The last plan, hand-over and change of levels can be taken back, from the message and from the timeline."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases import actions, taking_back
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Kind = Event.Kind


def undo_in(page: str) -> str:
    """Where the message that says it was done takes it back."""
    return page.partition("/undo/")[0].rpartition('action="')[2] + "/undo/"


def plan(client, case, words: str) -> str:
    answer = client.post(
        f"/cases/{case.pk}/next-action/", {"next_action": words, "on": "in 10 days"}, follow=True
    )
    return answer.content.decode()


def test_a_plan_is_taken_back_and_the_timeline_keeps_both(client):
    case = CaseFactory()
    client.force_login(case.owner)
    planned = (case.next_action, case.next_action_on)
    page = plan(client, case, "Ring the landlord")
    line = case.events.filter(kind=Kind.PLANNED).first()

    assert f"/cases/{case.pk}/lines/{line.pk}/undo/" in page
    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == planned
    assert case.events.filter(kind=Kind.PLANNED).count() == 2


def test_a_plan_that_was_changed_again_is_not_taken_back(client):
    case = CaseFactory()
    client.force_login(case.owner)
    plan(client, case, "Ring the landlord")
    first = case.events.filter(kind=Kind.PLANNED).first()
    plan(client, case, "Write to the landlord")

    page = client.post(f"/cases/{case.pk}/lines/{first.pk}/undo/", follow=True).content.decode()

    case.refresh_from_db()
    assert "it was changed again since" in page
    assert case.next_action == "Write to the landlord"


def test_a_case_given_away_comes_back(client):
    case, tom = CaseFactory(), StaffFactory()
    client.force_login(case.owner)
    owner = case.owner
    case.assign(to=tom, by=owner)
    line = taking_back.last_line(case, Kind.ASSIGNED)

    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")

    case.refresh_from_db()
    assert case.owner == owner


def test_levels_are_taken_back_but_not_a_restriction(client):
    case = CaseFactory()
    client.force_login(case.owner)
    levels = {"transferability": case.transferability, "tag_reason": "", "by": case.owner}
    before = case.urgency
    actions.set_tags(case=case, urgency="URG-3", sensitivity=case.sensitivity, **levels)
    line = taking_back.last_line(case, Kind.TAGGED)

    client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/")
    case.refresh_from_db()
    after = case.urgency
    actions.set_tags(case=case, urgency=after, sensitivity="SEN-4", **levels)

    assert after == before
    assert taking_back.last_line(case, Kind.TAGGED) is None


def test_after_a_day_the_log_offers_it_no_more(client):
    case = CaseFactory()
    case.plan(next_action="Ring the landlord", on=timezone.localdate() + timedelta(days=3), by=case.owner)

    assert taking_back.undoable(case)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert not taking_back.undoable(case)


def test_who_may_not_change_cases_takes_nothing_back(client):
    case = CaseFactory()
    case.plan(next_action="Ring the landlord", on=timezone.localdate() + timedelta(days=3), by=case.owner)
    vic = StaffFactory(volunteer=True)
    case.shared_with.add(vic)
    client.force_login(vic)
    line = case.events.filter(kind=Kind.PLANNED).first()

    assert client.post(f"/cases/{case.pk}/lines/{line.pk}/undo/").status_code == 403
    assert "Take back" not in client.get(f"/cases/{case.pk}/").content.decode()
