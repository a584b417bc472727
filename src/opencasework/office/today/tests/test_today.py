"""My day: what needs somebody, in one order, each row with the button that does the next thing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.actions import share
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.actions import receive_reply
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


@pytest.fixture
def ana(client):
    staff = StaffFactory()
    client.force_login(staff)
    return staff


def case_of(staff, title, on, **given):
    return CaseFactory(by=staff, title=title, next_action="Ring", next_action_on=on, **given)


def titles(page: str) -> list[str]:
    return re.findall(r'class="row-title" href="[^"]*">([^<]*)<', page)


def my_day(client, whose="mine", **more) -> str:
    return client.get("/", {"whose": whose, **more}).content.decode()


def test_what_is_past_its_date_comes_first_then_today_then_the_rest_of_the_week(client, ana):
    case_of(ana, "on Sunday", MONDAY + timedelta(days=6))
    case_of(ana, "today", MONDAY)
    case_of(ana, "a day late", MONDAY - timedelta(days=1))
    case_of(ana, "nine days late", MONDAY - timedelta(days=9))
    case_of(ana, "next Monday", MONDAY + timedelta(days=7))

    page = my_day(client)

    assert titles(page) == ["Ring: nine days late", "Ring: a day late", "Ring: today", "Ring: on Sunday"]
    assert "Monday 23 November. Three things need you; two are past their date." in page
    assert "9 days late" in page


def test_of_one_day_the_urgent_case_comes_first(client, ana):
    case_of(ana, "calm", MONDAY)
    case_of(ana, "urgent", MONDAY, urgency="URG-3")

    assert titles(my_day(client)) == ["Ring: urgent", "Ring: calm"]


def test_a_late_reply_can_be_chased_from_the_row(client, ana):
    enquiry = EnquiryFactory(
        case=case_of(ana, "Damp", MONDAY + timedelta(days=30)),
        to_body=BodyFactory(name="Fenwick Homes"),
        sent_on=MONDAY - timedelta(days=60),
    )

    page = my_day(client)
    assert titles(page) == ["Chase Fenwick Homes: Damp"]
    assert client.post(re.search(r'action="(/enquiries/\d+/chase/)"', page).group(1)).status_code == 302

    page = my_day(client)
    assert titles(page) == ["Chase Fenwick Homes: Damp"]
    assert "Send chaser" in page
    assert enquiry.chasers.get().letter.get_absolute_url() in page


def test_a_body_chased_lately_is_left_in_peace(client, ana):
    case = case_of(ana, "Damp", MONDAY + timedelta(days=30))
    enquiry = EnquiryFactory(case=case, sent_on=date(2026, 8, 3))
    chaser = draft_chaser(enquiry=enquiry, by=ana)
    type(chaser.letter).objects.filter(pk=chaser.letter.pk).update(
        state="sent", sent_at="2026-11-20T10:00:00Z", sent_by=ana
    )

    assert titles(my_day(client)) == []

    with time_machine.travel("2026-12-05T09:00:00Z", tick=False):
        client.force_login(ana)
        assert "Chase" in titles(my_day(client))[0]


def test_a_body_that_has_replied_is_read_and_not_chased(client, ana):
    enquiry = EnquiryFactory(
        case=case_of(ana, "Damp", MONDAY + timedelta(days=30)),
        to_body=BodyFactory(name="Fenwick Homes"),
        sent_on=MONDAY - timedelta(days=60),
    )
    draft = draft_chaser(enquiry=enquiry, by=ana).letter
    receive_reply(enquiry=enquiry, received_on=MONDAY - timedelta(days=3))

    assert titles(my_day(client)) == ["Fenwick Homes has replied, read it: Damp"]
    assert titles(my_day(client, "waiting")) == []
    assert "Fenwick Homes has replied, read it: Damp" in client.get("/chasers/").content.decode()
    case_page = client.get(enquiry.case.get_absolute_url()).content.decode()
    assert "Next: Fenwick Homes has replied, read it" in case_page
    assert f"/enquiries/{enquiry.pk}/chase/" not in case_page
    letter = client.get(draft.get_absolute_url()).content.decode()
    assert "Fenwick Homes has replied on 20 November 2026: say first what the reply is." in letter
    assert client.post(f"/letters/{draft.pk}/sending/", {"version": draft.version}).status_code == 422


def test_a_late_case_that_only_waits_stands_there_once(client, ana):
    case = CaseFactory(by=ana, title="Damp")
    enquiry = EnquiryFactory(
        case=case, to_body=BodyFactory(name="Fenwick Homes"), sent_on=MONDAY - timedelta(days=60)
    )

    case.refresh_from_db()
    assert case.next_action == f"See whether {enquiry.body} has replied"
    assert titles(my_day(client)) == ["Chase Fenwick Homes: Damp"]


@pytest.mark.parametrize(
    ("action", "button", "leads_to"),
    [
        ("Tell them the outcome and close", "Close case", "/cases/{}/closure/"),
        ("Write to the body", "Write", "/cases/{}/letters/new/"),
        ("Tell Nkechi what DWP said", "Write", "/cases/{}/forwarding/"),
    ],
)
def test_the_button_of_a_row_is_the_next_thing(action, button, leads_to, client, ana):
    case = CaseFactory(by=ana, title="Damp", next_action=action, next_action_on=MONDAY)

    page = my_day(client)

    link = re.search(
        r'<a class="btn btn-plain btn-next" href="([^"]+)" data-row-key="e">.*?<span>([^<]+)<', page
    )
    assert link.groups() == (leads_to.format(case.pk), button)


def test_drafts_replies_and_failed_mail_stand_in_the_list(client, ana):
    later = MONDAY + timedelta(days=30)
    letter = LetterFactory(case=case_of(ana, "draft", later))
    enquiry = EnquiryFactory(case=case_of(ana, "reply", later), sent_on=MONDAY - timedelta(days=2))
    receive_reply(enquiry=enquiry, received_on=MONDAY, by=None)
    sent = EnquiryFactory(case=case_of(ana, "failed", later), sent_on=MONDAY).letter
    OutgoingMail.objects.create(
        letter=sent, to="x@body.example", reply_to="o@office.example", subject="Lost", text="…",
        message_id="<1@office.example>", state="uncertain", send_after="2026-11-23T09:00:00Z",
    )  # fmt: skip

    page = my_day(client)

    assert f"has replied, read it: {enquiry.case.title}" in page
    assert "Delivery uncertain: Lost" in page
    assert letter.get_absolute_url() in page
    assert "Three things need you; none is past its date." in page


def test_mine_team_and_waiting_are_counted_and_kept_apart(client, ana):
    case_of(ana, "mine", MONDAY)
    case_of(StaffFactory(), "colleague's", MONDAY)
    EnquiryFactory(case=case_of(ana, "waiting", MONDAY + timedelta(days=30)), sent_on=MONDAY)

    assert titles(my_day(client)) == ["Ring: mine"]
    assert sorted(titles(my_day(client, "team"))) == [
        "Ring: colleague's".replace("'", "&#x27;"),
        "Ring: mine",
    ]
    page = my_day(client, "waiting")
    assert titles(page)[0].startswith("Reply expected from")
    assert re.findall(r'(Mine|Team|Waiting) <span class="count">(\d+)<', page) == [
        ("Mine", "1"),
        ("Team", "2"),
        ("Waiting", "1"),
    ]


def test_done_says_so_on_the_timeline_and_comes_back_on_the_next_working_day(client, ana):
    case = case_of(ana, "Damp", date(2026, 11, 20))

    response = client.post(f"/today/cases/{case.pk}/done/", follow=True)

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Decide the next step", date(2026, 11, 24))
    assert case.events.filter(kind="note", text="Done: Ring").exists()
    assert "Done: Ring." in response.content.decode()


def test_done_can_be_undone_for_that_case_only(client, ana):
    case, other = case_of(ana, "Damp", MONDAY), case_of(ana, "Other", MONDAY)
    page = client.post(f"/today/cases/{case.pk}/done/", follow=True).content.decode()
    undo = re.search(r'action="(/today/cases/\d+/undo/[^"]+)"', page).group(1)

    assert client.post(undo.replace(f"/{case.pk}/", f"/{other.pk}/")).status_code == 404
    assert client.post(f"/today/cases/{case.pk}/undo/made-up/").status_code == 404
    client.post(undo)

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Ring", MONDAY)


@pytest.mark.parametrize("act", ["done", "snooze"])
def test_what_a_colleague_planned_since_is_not_undone(client, ana, act):
    case = case_of(ana, "Damp", MONDAY)
    page = client.post(f"/today/cases/{case.pk}/{act}/", {"until": "friday"}, follow=True).content.decode()
    undo = re.search(r'action="(/today/cases/\d+/undo/[^"]+)"', page).group(1)
    case.plan(next_action="Ring the hospital today", on=MONDAY, by=StaffFactory())

    said = client.post(undo, follow=True).content.decode()

    case.refresh_from_db()
    assert case.next_action == "Ring the hospital today"
    assert "Somebody has planned anew since: Ring the hospital today" in said


@pytest.mark.parametrize(
    ("said", "until"),
    [("tomorrow", date(2026, 11, 24)), ("monday", date(2026, 11, 30)), ("27 nov", date(2026, 11, 27))],
)
def test_snoozing_puts_the_action_off(said, until, client, ana):
    case = case_of(ana, "Damp", MONDAY)

    response = client.post(f"/today/cases/{case.pk}/snooze/", {"until": said}, follow=True)

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Ring", until)
    assert case.reference in response.content.decode()


@pytest.mark.parametrize(
    ("said", "why"),
    [("", "Say until when"), ("yesterday", "Choose today or a later day"), ("x", "not a date")],
)
def test_a_snooze_without_a_sound_date_asks_again(said, why, client, ana):
    case = case_of(ana, "Damp", MONDAY)

    response = client.post(f"/today/cases/{case.pk}/snooze/", {"until": said})

    assert response.status_code == 422
    assert why in response.content.decode()


def test_a_script_gets_the_list_alone_with_the_toast(client, ana):
    case = case_of(ana, "Damp", MONDAY)

    page = client.post(
        f"/today/cases/{case.pk}/done/",
        {"whose": "team"},
        headers={"HX-Request": "true", "HX-Target": "todo"},
    ).content.decode()

    assert "<html" not in page
    assert 'aria-current="true">Team' in page
    assert "Nothing needs you today." in page
    assert """hidden hx-swap-oob="outerHTML:#rail a[href='/'] .rail-count\"""" in page


def test_a_hidden_case_is_nowhere_on_the_page(client, ana):
    senior = StaffFactory(senior=True)
    case = case_of(senior, "Canary refuge", MONDAY - timedelta(days=3))
    enquiry = EnquiryFactory(case=case, sent_on=MONDAY - timedelta(days=60))
    receive_reply(enquiry=enquiry, received_on=MONDAY, by=None)
    LetterFactory(case=case)
    share(case=case, need_to_know=True, shared_with=[], by=senior)

    for whose in ("mine", "team", "waiting"):
        page = my_day(client, whose)
        assert "Canary" not in page
        assert case.reference not in page
        assert str(enquiry.body) not in page
        assert set(re.findall(r'class="count">(\d+)<', page)) == {"0"}
        assert "rail-count" not in page
    for act in ("done", "snooze"):
        assert client.post(f"/today/cases/{case.pk}/{act}/", {"until": "tomorrow"}).status_code == 404


def test_a_volunteer_may_not_plan_but_sees_their_own_cases(client):
    vic = StaffFactory(volunteer=True)
    case = case_of(vic, "Leaflets", MONDAY)
    client.force_login(vic)

    page = my_day(client)

    assert titles(page) == ["Ring: Leaflets"]
    assert "today-done" not in page
    assert client.post(f"/today/cases/{case.pk}/done/").status_code == 403


def test_a_closed_case_needs_nobody(client, ana):
    enquiry = EnquiryFactory(case=case_of(ana, "Damp", MONDAY), sent_on=MONDAY - timedelta(days=60))
    enquiry.case.close(outcome="explained", by=ana)

    page = my_day(client)

    assert titles(page) == []
    assert "Nothing needs you today." in page


def test_this_week_stands_against_the_same_days_of_last(client, ana):
    with time_machine.travel("2026-11-16T08:00:00Z"):
        CaseFactory(by=ana)
    with time_machine.travel("2026-11-18T08:00:00Z"):
        CaseFactory(by=ana)
    CaseFactory(by=ana, outcome="explained")

    page = my_day(client)

    assert "1 <small>from 1</small></dd><dt>Opened" in page
    assert "1 <small>from 0</small></dd><dt>Closed" in page


def test_a_long_list_shows_the_first_rows_and_says_how_many_more(client, ana):
    for days in range(14):
        case_of(ana, f"number {days}", MONDAY - timedelta(days=days + 1))

    page = my_day(client)
    assert len(titles(page)) == 12
    assert "Show 2 more" in page
    assert len(titles(my_day(client, all=1))) == 14


def test_the_rail_counts_what_needs_the_office(client, ana):
    MessageFactory.create_batch(3)
    case_of(ana, "late", MONDAY - timedelta(days=1))

    page = client.get("/search/").content.decode()
    fetched = client.get("/today/rail/", headers={"HX-Request": "true"}).content.decode()

    assert "rail-count" not in page
    assert 'hx-get="/today/rail/"' in page
    rail = dict(
        re.findall(r"rail-item\[href='([^']+)'\]\"><span class=\"rail-count(?: is-late)?\">(\d+)", fetched)
    )
    assert (rail["/"], rail["/inbox/"], rail["/cases/"]) == ("1", "3", "1")
    assert "with some late" in fetched


def test_my_day_shows_the_counts_of_the_rail_at_once(client, ana):
    case_of(ana, "late", MONDAY - timedelta(days=1))

    page = client.get("/").content.decode()

    rail = dict(re.findall(r'rail-label">([^<]+)</span><span class="rail-count(?: is-late)?">(\d+)', page))
    assert (rail["My day"], rail["Cases"]) == ("1", "1")
    assert 'hx-get="/today/rail/"' not in page


def test_whoever_opens_the_counts_by_hand_comes_to_my_day(client, ana):
    assert client.get("/today/rail/").url == "/"


def test_a_visitor_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/accounts/login/").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_work(client, ana):
    taken = []
    for round_ in range(2):
        for number in range(4):
            case = case_of(ana, f"{round_} {number}", MONDAY - timedelta(days=number))
            EnquiryFactory(case=case, sent_on=MONDAY - timedelta(days=60))
            receive_reply(enquiry=case.enquiries.get(), received_on=MONDAY, by=None)
            LetterFactory(case=case)
        for whose in ("mine", "team", "waiting"):
            with CaptureQueriesContext(connection) as queries:
                my_day(client, whose)
            taken.append(len(queries))
    assert taken[3:] == taken[:3]
    assert max(taken) <= 40
    assert Case.objects.count() == 8
