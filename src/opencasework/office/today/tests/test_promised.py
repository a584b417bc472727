"""What a body promised stands under Waiting at the day it promised, until that day has passed.

An answer whose clock stands still stands there as that.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.tests.factories import EnquiryFactory

from .test_today import MONDAY, my_day, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def late(ana, title):
    """An enquiry of which the reply was due long ago."""
    case = CaseFactory(by=ana, title=title, next_action="Ring", next_action_on=MONDAY + timedelta(days=60))
    body = BodyFactory(name=f"{title} Homes")
    return EnquiryFactory(case=case, to_body=body, sent_on=MONDAY - timedelta(days=60))


def promise(client, enquiry, day):
    said = {"kind": "holding", "received_on": "today", "promised_on": day}
    assert client.post(f"/enquiries/{enquiry.pk}/replies/", said).status_code == 302


def sections(page: str) -> dict[str, list[str]]:
    """The titles of the rows by the heading they stand under."""
    parts = re.split(
        r"<h2[^>]*>(Past their date|Today|Later this week|After that|The clock stands still)\b", page
    )
    return {heading: titles(rows) for heading, rows in zip(parts[1::2], parts[2::2], strict=True)}


def test_a_promised_answer_is_not_past_its_date_before_the_day_they_promised(client, ana):
    for title, day in (("Later", "14 Dec"), ("Friday", "27 Nov"), ("Monday", "23 Nov 2026")):
        made = late(ana, title)
        if title == "Monday":
            with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
                client.force_login(ana)
                promise(client, made, day)
            client.force_login(ana)
        else:
            promise(client, made, day)
    late(ana, "Silent")

    page = my_day(client, "waiting")

    assert sections(page) == {
        "Past their date": ["Chase Silent Homes: Silent"],
        "Today": ["Reply expected from Monday Homes: Monday"],
        "Later this week": ["Reply expected from Friday Homes: Friday"],
        "After that": ["Reply expected from Later Homes: Later"],
    }
    assert page.count("the day they promised") == 3
    case = Case.objects.get(title="Friday")
    assert "Next: chase" not in client.get(case.get_absolute_url()).content.decode()
    assert 'Waiting <span class="count">4<' in page


def test_once_that_day_has_passed_it_is_past_its_date_and_a_later_promise_counts(client, ana):
    made = late(ana, "Damp")
    promise(client, made, "25 Nov")
    with time_machine.travel("2026-11-26T09:00:00Z", tick=False):
        client.force_login(ana)
        assert list(sections(my_day(client, "waiting"))) == ["Past their date"]

        promise(client, made, "18 Dec")

        assert list(sections(my_day(client, "waiting"))) == ["After that"]


def test_a_day_before_the_answer_is_due_moves_nothing(client, ana):
    case = CaseFactory(by=ana, title="Damp", next_action="Ring", next_action_on=MONDAY + timedelta(days=60))
    made = EnquiryFactory(case=case, sent_on=MONDAY)
    promise(client, made, "25 Nov")

    assert list(sections(my_day(client, "waiting"))) == ["After that"]
    assert made.due_on > MONDAY + timedelta(days=7)


# --- the clock stands still -------------------------------------------------------------------------------


def stop(client, enquiry):
    said = {"stopped_on": "today", "reason": "They want the signed form"}
    assert client.post(f"/enquiries/{enquiry.pk}/stop/", said).status_code == 302


def test_an_answer_whose_clock_stands_still_is_shown_as_stopped_with_why_and_is_not_late(client, ana):
    made = late(ana, "Damp")
    late(ana, "Silent")
    stop(client, made)

    page = my_day(client, "waiting")

    assert sections(page) == {
        "Past their date": ["Chase Silent Homes: Silent"],
        "The clock stands still": ["Clock stopped for Damp Homes: Damp"],
    }
    row = page.partition("Clock stopped for Damp Homes: Damp")[2].partition("</li>")[0]
    assert "They want the signed form" in row
    assert "<strong>Stopped</strong><span>since Mon 23 Nov</span>" in row
    assert f'href="{made.get_absolute_url()}"' in row
    assert "Chase" not in row
    assert 'Waiting <span class="count">2<' in page


def test_nowhere_is_an_answer_late_whose_clock_stands_still(client, ana):
    made = late(ana, "Damp")
    stop(client, made)

    mine, case = my_day(client), client.get(made.case.get_absolute_url()).content.decode()
    body = client.get(f"/bodies/{made.body.pk}/answers/").content.decode()
    chasers = client.get("/chasers/").content.decode()

    assert "Damp Homes" not in " ".join(titles(mine))
    assert "Next: chase" not in case
    assert "Clock stopped" in body
    assert "They want the signed form" in body
    assert "Clock stopped" in client.get(f"{made.case.get_absolute_url()}enquiries/").content.decode()
    assert "They want the signed form" in chasers
    for page in (mine, case, body, chasers):
        assert not re.search(r"-?\d+ days? (late|left)", page)
    assert client.get("/today/rail/", headers={"HX-Request": "true"}).content.decode().count("is-late") == 0
