"""The page of a case and its list, by the front door."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases import timeline
from opencasework.office.cases.actions import add_issue, add_person, add_reference
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

# Three of them for the inbox’s count in the rail, two for whom to ring, three for when the person last heard.
MOST_QUERIES = 44


@pytest.mark.parametrize(
    "page",
    [
        "/cases/", "/cases/?show=team", "/cases/?show=waiting", "/cases/?show=closed",
        "/cases/?month=2026-10&category=BEN&body=DWP", "/cases/new/", "/cases/new/?q=marr", "/people/",
        "/people/?q=WX4 7QP", "/people/new/", "/bodies/", "/bodies/?q=pensions", "/bodies/new/",
    ],
)  # fmt: skip
def test_every_list_and_form_opens(page, ana, client):
    CaseFactory(owner=ana)

    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "part",
    [
        "", "?write=call", "?show=notes", "tags/", "access/", "owner/", "next-action/", "next-action/?done=1",
        "closure/", "issues/new/", "references/new/", "people/new/", "people/new/?q=marr", "authorities/",
        "authorities/new/",
    ],
)  # fmt: skip
def test_every_part_of_a_case_opens(part, ana, client):
    case = CaseFactory(by=ana)
    add_reference(case=case, kind="NINO", value="QQ123456C", by=ana)

    assert client.get(f"/cases/{case.pk}/{part}").status_code == 200


def test_every_kind_of_event_has_a_look_on_the_timeline():
    assert set(timeline.LOOKS) == set(Event.Kind.values)


def queries_of(client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def grow(case, *, by) -> None:
    """One more of everything that a case, its constituent or a list can have more of."""
    number = case.events.count()
    case.record(Event.Kind.NOTE, by=StaffFactory(), text=f"Note {number}")
    add_reference(case=case, kind="CTAX", value=f"1000{number}", by=by)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), body=BodyFactory(), by=by)
    add_person(case=case, person=PersonFactory(), role="adviser", relation="", by=by)
    case.shared_with.add(StaffFactory())
    put_enquiry(CaseFactory(by=by, person=case.constituent))
    put_enquiry(case)


@pytest.mark.parametrize("page", ["/cases/", "/cases/?show=team", "/cases/{}/", "/cases/{}/authorities/"])
def test_a_page_takes_no_more_queries_however_much_there_is(page, ana, client):
    case = CaseFactory(by=ana)
    page = page.format(case.pk)
    grow(case, by=ana)
    client.get(page)
    before = queries_of(client, page)

    for _ in range(5):
        grow(case, by=ana)

    assert queries_of(client, page) <= before
    assert before < MOST_QUERIES


def test_what_is_past_its_date_stands_first(ana, client):
    today = timezone.localdate()
    CaseFactory(by=ana, title="Next week", next_action_on=today + timedelta(days=7))
    CaseFactory(by=ana, title="Four days late", next_action_on=today - timedelta(days=4))
    CaseFactory(by=ana, title="Due today", next_action_on=today)

    page = client.get("/cases/").content.decode()

    assert page.index("Four days late") < page.index("Due today") < page.index("Next week")
    assert "4 days late" in page
    assert "Past their date" in page


def titles(response) -> list[str]:
    return [row.case.title for row in response.context["rows"]]


def test_the_list_answers_by_whose_waiting_and_closed(ana, client):
    CaseFactory(by=ana, title="Mine")
    CaseFactory(title="Tom's")
    CaseFactory(by=ana, title="Over", outcome="advised")
    waiting = CaseFactory(title="Waiting")
    put_enquiry(waiting)

    assert titles(client.get("/cases/")) == ["Mine"]
    assert set(titles(client.get("/cases/?show=team"))) == {"Mine", "Tom's", "Waiting"}
    assert titles(client.get("/cases/?show=waiting")) == ["Waiting"]
    assert titles(client.get("/cases/?show=closed")) == ["Over"]


def test_the_list_answers_by_category_body_month_owner_and_words(ana, client):
    october = timezone.make_aware(datetime(2026, 10, 5, 9))
    CaseFactory(by=ana, title="Housing element", body=body("DWP-UC"), at=october)
    CaseFactory(title="Damp", category=CategoryFactory(code="HOU-DAMP"))

    for query in ("month=2026-10", "category=BEN", "body=DWP", f"owner={ana.pk}", "q=hous&show=team"):
        assert titles(client.get(f"/cases/?{query}")) == ["Housing element"], query
    assert titles(client.get("/cases/?month=2026-10&category=BEN&body=DWP")) == ["Housing element"]
    assert titles(client.get("/cases/?month=nonsense&body=NOBODY&show=all")) == []


def test_typing_in_the_list_brings_the_rows_alone(ana, client):
    CaseFactory(by=ana, title="Housing element")

    rows = client.get("/cases/?q=hous", headers={"HX-Request": "true"}).content.decode()

    assert "Housing element" in rows
    assert "<html" not in rows


def test_the_page_says_whom_a_case_waits_on(ana, client):
    case = CaseFactory(by=ana)
    assert "With us" in client.get(f"/cases/{case.pk}/").content.decode()

    put_enquiry(case)

    assert "Waiting on Department for Work and Pensions" in client.get(f"/cases/{case.pk}/").content.decode()


def test_when_a_reply_is_late_the_strip_offers_the_chaser(ana, client):
    case = CaseFactory(by=ana)
    put_enquiry(case)

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        client.force_login(ana)
        page = client.get(f"/cases/{case.pk}/").content.decode()

    enquiry = case.enquiries.get()
    assert "Next: chase Department for Work and Pensions for a reply" in page
    assert f'action="/enquiries/{enquiry.pk}/chase/"' in page
    assert "2 days late" in page


def test_what_happened_with_authority_and_issues_is_said_in_the_title(ana, client):
    case = CaseFactory(by=ana)
    case.record(Event.Kind.AUTHORITY, by=ana, text="Asked of Lowri.", ask=1)
    case.record(Event.Kind.AUTHORITY, by=ana, text="From Lowri.", authority=1, basis="online")
    case.record(Event.Kind.AUTHORITY, by=ana, text="Withdrawn by Lowri.", authority=1, withdrawn=True)
    case.record(Event.Kind.ISSUE_ENDED, by=ana, text="Damp and mould: Put right")

    entries = {entry.title: entry.state for entry in client.get(f"/cases/{case.pk}/").context["entries"]}

    assert entries["Asking for a signature"] == "waiting"
    assert entries["Authority signed online"] == "answered"
    assert entries["Authority withdrawn"] == "late"
    assert "Damp and mould ended: Put right" in entries


def test_the_timeline_shows_notes_alone_when_asked(ana, client):
    case = CaseFactory(by=ana)
    case.record(Event.Kind.NOTE, by=ana, text="She sounded tired.")
    case.record(Event.Kind.REPLY_IN, by=None, text="From DWP: we are looking into it.")

    notes = client.get(f"/cases/{case.pk}/?show=notes", headers={"HX-Request": "true"}).content.decode()
    letters = client.get(f"/cases/{case.pk}/?show=correspondence").content.decode()

    assert "She sounded tired." in notes
    assert "we are looking into it" not in notes
    assert "we are looking into it" in letters
    assert "Automatic" in letters


def test_a_long_timeline_shows_its_newest_ten_and_all_of_it_when_asked(ana, client):
    case = CaseFactory(by=ana)
    for number in range(12):
        case.record(Event.Kind.NOTE, by=ana, text=f"Note number {number}.")

    newest = client.get(f"/cases/{case.pk}/?show=notes").content.decode()
    whole = client.get(f"/cases/{case.pk}/?show=notes&all=1").content.decode()

    assert "Note number 11." in newest
    assert "Note number 1." not in newest
    assert "Show all 12" in newest
    assert "Note number 1." in whole


def put_enquiry(case) -> None:
    """An enquiry to the DWP, by Django's registry: the letters folder lies above this one."""
    letter = apps.get_model("letters", "Letter").objects.create(
        case=case, to_body=body("DWP"), subject="UC", text="…"
    )
    today = timezone.localdate()
    apps.get_model("letters", "Enquiry").objects.create(
        case=case,
        body=body("DWP"),
        letter=letter,
        sent_on=today,
        due_on=today + timedelta(days=28),
        due_rule="20 working days",
    )
