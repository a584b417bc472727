"""A stage that was recorded by mistake is taken back: it counts for nothing, and the timeline keeps both."""

from __future__ import annotations

import pytest

from opencasework.office.authority.models import SentWithout
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import card, case_about, lines, post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def case(ana):
    return case_about("HOU-DAMP", "HA", ana)


def dates(case) -> list[str]:
    found = KeyDate.objects.standing().filter(case=case).order_by("day", "pk")
    return [f"{each.kind} {each.day:%-d %b}" for each in found]


def test_it_is_taken_back_with_the_dates_it_brought_and_the_timeline_keeps_both(client, case):
    stage(client, case, "HA", sent="5 jan 2026", answered="2 feb 2026", final=True)
    made = case.complaint_stages.get()
    assert dates(case) == ["complained 5 Jan", "final 2 Feb"]

    said = post(client, "complaint-stage-back", case.pk, made.pk)

    assert "Taken back: Stage 1, " in said
    assert dates(case) == []
    assert "The complaint so far" not in card(client, case)
    assert [line.partition(":")[0] for line in lines(case)][-1] == "Taken back, it was a mistake"
    assert "Complaint to" in lines(case)[0]


def test_only_once_and_it_takes_no_answer_any_more(client, case):
    stage(client, case, "HA")
    made = case.complaint_stages.get()
    post(client, "complaint-stage-back", case.pk, made.pk)
    number = len(lines(case))

    assert "already" in post(client, "complaint-stage-back", case.pk, made.pk)
    assert client.post(f"/cases/{case.pk}/complaint-stages/{made.pk}/", {"on": "today"}).status_code == 404
    assert len(lines(case)) == number


def test_the_complaint_then_began_with_the_stage_that_is_first_now(client, case):
    stage(client, case, "HA", sent="5 jan 2026")
    stage(client, case, "HA", name="Stage 2", sent="9 mar 2026")

    post(client, "complaint-stage-back", case.pk, case.complaint_stages.get(name="Stage 1").pk)

    assert dates(case) == ["complained 9 Mar"]
    assert "Stage 2" in card(client, case)


def test_a_date_that_somebody_recorded_themselves_stays(client, case):
    stage(client, case, "HA", sent="5 jan 2026")
    given = {"kind": "complained", "day": "5 jan 2026", "known_from": "their letter"}
    post(client, "route-date-new", case.pk, **given, issue=case.issues.get().pk)

    post(client, "complaint-stage-back", case.pk, case.complaint_stages.get().pk)

    assert dates(case) == ["complained 5 Jan"]


def test_what_went_without_authority_by_it_is_taken_back_in_the_review(client, ana, case):
    post(
        client, "complaint-stage-new", case.pk, body="HA", name="Stage 1", sent_on="today", sent_by="office",
        issue=case.issues.get().pk, no_authority_reason="They ring tomorrow",
    )  # fmt: skip
    assert SentWithout.objects.get().taken_back_at is None

    post(client, "complaint-stage-back", case.pk, case.complaint_stages.get().pk)

    assert SentWithout.objects.get().taken_back_by == ana


def test_a_volunteer_takes_nothing_back(client, case):
    stage(client, case, "HA")
    made = case.complaint_stages.get()
    client.force_login(StaffFactory(volunteer=True))

    assert client.post(f"/cases/{case.pk}/complaint-stages/{made.pk}/taken-back/").status_code == 403
