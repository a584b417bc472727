"""Six cases, one call; and from the call the note, the letter, the next step or the end, in one form."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opencasework.office.audit.models import Trace
from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.calls.lists import calls_to_make
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.ringing import rung_next
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/London"))
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def line():
    return BodyContactFactory(
        body=body("DWP"), kind=BodyContact.Kind.HOTLINE, name="MP line", phone="01632 960310",
        hours="Mon-Fri 9:00-17:00", asks_for="Date of birth",
    )  # fmt: skip


def to_ring(ana, **more) -> Case:
    given = {"body": body("DWP-UC"), "next_action": "Ring DWP again", "next_action_on": TODAY}
    return CaseFactory(by=ana, **given | more)


def page(client, address: str) -> str:
    return client.get(address).content.decode()


# --- which calls ------------------------------------------------------------------------------------------


def test_six_universal_credit_cases_are_one_call(ana, client, line):
    for _ in range(5):
        to_ring(ana)
    EnquiryFactory(
        case=CaseFactory(by=ana, body=body("DWP-UC")), to_body=body("DWP"), sent_on=date(2026, 9, 1)
    )

    shown = page(client, "/calls/")

    assert "6 Universal Credit cases, one call" in shown
    assert shown.count('href="tel:01632960310"') == 1
    assert "Open now, until 17:00" in shown
    assert "Answer was due" in shown


def test_more_late_answers_ask_the_database_no_more(ana, client, line):
    def late(number):
        for _ in range(number):
            case = CaseFactory(by=ana, body=body("DWP-UC"))
            EnquiryFactory(case=case, to_body=body("DWP"), sent_on=date(2026, 9, 1))
        with CaptureQueriesContext(connection) as asked:
            assert len(calls_to_make(ana, mine=True, on=TODAY)) == 1
        return len(asked)

    assert late(2) == late(4)


def test_forty_calls_ask_the_database_no_more_than_ten(ana, client):
    def to_make(number):
        for _ in range(number):
            whom = BodyFactory()
            BodyContactFactory(body=whom, kind=BodyContact.Kind.HOTLINE, phone="01632 960310")
            to_ring(ana, body=whom, next_action=f"Ring {whom}")
            EnquiryFactory(case=CaseFactory(by=ana), to_body=whom, sent_on=date(2026, 9, 1))
        with CaptureQueriesContext(connection) as asked:
            shown = page(client, "/calls/")
        assert shown.count('class="call-row"') == len(Case.objects.all()) // 2
        return len(asked)

    page(client, "/calls/")
    assert to_make(10) == to_make(30)


def copies(case: Case, number: int) -> None:
    """As many more cases that differ in nothing but their reference, each with the same late answer."""
    [enquiry] = case.enquiries.all()
    cases = [copy(case) for _ in range(number)]
    for place, each in enumerate(cases):
        each.pk, each.reference = None, f"OC-2026-8{place:04}"
    late = [copy(enquiry) for _ in range(number)]
    for each, made in zip(late, Case.objects.bulk_create(cases), strict=True):
        each.pk, each.letter, each.means, each.case = None, None, "phone", made
    Enquiry.objects.bulk_create(late)


def test_all_late_answers_are_counted_and_those_of_no_call_are_lost_behind_them(ana, client, line):
    first = CaseFactory(by=ana, body=body("DWP-UC"))
    EnquiryFactory(case=first, to_body=body("DWP-UC"), sent_on=date(2026, 8, 3))
    copies(first, 450)
    EnquiryFactory(case=first, to_body=body("DWP"), sent_on=date(2026, 9, 1))  # one number, one case
    to_ring(ana)
    later = CaseFactory(by=ana, title="A passport", body=body("HMPO"))
    EnquiryFactory(case=later, to_body=body("HMPO"), sent_on=date(2026, 10, 1))

    shown = page(client, "/calls/")
    dwp, hmpo = calls_to_make(ana, mine=True, on=TODAY)

    assert (dwp.number, hmpo.number, len(dwp.items)) == (452, 1, 20)
    assert dwp.label == "452 cases, one call"
    assert "2 calls, 453 cases" in shown
    assert "A passport" in shown
    assert "And more, which come up when these are done." in shown
    assert "432 more cases come up when these are done." in page(client, f"/calls/{body('DWP').pk}/")


def test_all_next_actions_that_are_calls_are_counted_and_none_is_lost_behind_them(ana, client, line):
    first = to_ring(ana)
    EnquiryFactory(case=first, to_body=body("DWP-UC"), sent_on=TODAY)
    copies(first, 450)
    EnquiryFactory(case=to_ring(ana), to_body=body("DWP"), sent_on=date(2026, 9, 1))  # late as well, and one
    to_ring(ana, body=body("HMPO"), next_action="Ring HMPO", next_action_on=date(2026, 12, 2))

    shown = page(client, "/calls/")
    dwp, hmpo = calls_to_make(ana, mine=True, on=TODAY)

    assert (dwp.number, hmpo.number, len(dwp.items)) == (452, 1, 20)
    assert "2 calls, 453 cases" in shown
    assert "432 more cases come up when these are done." in page(client, f"/calls/{body('DWP').pk}/")


def test_a_case_that_is_late_and_to_be_rung_about_is_one(ana, client, line):
    EnquiryFactory(case=to_ring(ana), to_body=body("DWP"), sent_on=date(2026, 9, 1))

    assert "1 Universal Credit case<" in page(client, "/calls/")


def test_no_call_lists_more_cases_than_anybody_gets_through(ana, client, line, monkeypatch):
    monkeypatch.setattr("opencasework.office.calls.lists.CALLS_IN_FULL", 0)
    monkeypatch.setattr("opencasework.office.calls.lists.SHOWN", 2)
    for name in ("first", "second", "third"):
        to_ring(ana, title=f"The {name}")

    shown = page(client, "/calls/")

    assert "3 cases, one call" in shown
    assert ("The second" in shown, "The third" in shown) == (True, False)
    assert "And more, which come up when these are done." in shown


def test_of_many_calls_those_about_the_fewest_cases_say_their_number_alone(ana, client, monkeypatch):
    monkeypatch.setattr("opencasework.office.calls.lists.CALLS_IN_FULL", 1)
    for code, number in (("DWP", 2), ("HMPO", 1)):
        for _ in range(number):
            case = CaseFactory(by=ana, title=f"About {code}", body=body(code))
            EnquiryFactory(case=case, to_body=body(code), sent_on=date(2026, 9, 1))

    shown = page(client, "/calls/")

    assert "About DWP" in shown
    assert "About HMPO" not in shown
    assert ": 1 case<" in shown
    assert "Its cases stand on its page." in shown
    assert "About HMPO" in page(client, f"/calls/{body('HMPO').pk}/")


def test_my_day_leads_to_the_calls_and_shows_the_largest(ana, client, line):
    to_ring(ana)

    card = client.get("/calls/", headers={"HX-Request": "true"}).content.decode()

    assert 'hx-get="/calls/"' in page(client, "/")
    assert "1 Universal Credit case" in card


@pytest.mark.parametrize(
    ("action", "rings"),
    [
        ("Ring DWP again", True),
        ("Call Universal Credit about the journal", True),
        ("Phone the service centre", True),
        ("Ring Nkechi about the notice", False),
        ("Call back as promised", False),
        ("Ring her solicitor", False),
    ],
)
def test_a_next_action_says_whether_a_body_or_the_person_is_to_be_rung(action, rings, ana):
    case = to_ring(ana, next_action=action)
    case.constituent.full_name = "Nkechi Marrowby"
    case.constituent.save()

    found = rung_next(Case.objects.get(pk=case.pk))

    assert (found == body("DWP-UC")) is rings


def test_what_is_due_later_or_is_no_call_does_not_stand_there(ana, client, line):
    to_ring(ana, next_action_on=TODAY + timedelta(days=30))
    to_ring(ana, next_action="Write to DWP")

    assert "No calls to make" in page(client, "/calls/")


def test_mine_are_those_i_look_after_and_the_team_has_them_all(ana, client, line):
    to_ring(StaffFactory())

    assert "No calls to make" in page(client, "/calls/")
    assert "1 Universal Credit case" in page(client, "/calls/?whose=team")


def test_nobody_learns_from_the_calls_of_a_case_they_may_not_know(ana, client, line):
    kofi = StaffFactory()
    hidden = to_ring(kofi, title="Moved to a safe house")
    hidden.need_to_know = True
    hidden.save()

    for address in ("/calls/?whose=team", f"/calls/{body('DWP').pk}/?whose=team"):
        shown = page(client, address)
        assert "Moved to a safe house" not in shown
        assert "1 Universal" not in shown
    sent = {
        "case": hidden.pk,
        "other_side": "Bo",
        f"case-{hidden.pk}-raised": "on",
        f"case-{hidden.pk}-text": "x",
    }
    client.post(f"/calls/{body('DWP').pk}/?whose=team", sent)
    assert not hidden.events.filter(kind=Event.Kind.CALL).exists()


# --- what to have at hand ---------------------------------------------------------------------------------


def test_the_sheet_has_at_hand_numbers_in_groups_authority_and_questions(ana, client, line):
    case = to_ring(ana)
    add_reference(case=case, kind="DEPTREF", value="MC2026/0012345", by=ana)
    EnquiryFactory(case=case, to_body=body("DWP-UC"), sent_on=date(2026, 9, 1))
    Authority.objects.all().delete()

    shown = page(client, f"/calls/{body('DWP-UC').pk}/")

    assert "What blocks the payment?" in shown
    assert "Our letter of Tue 1 Sep was to be answered by" in shown
    assert "They will ask for:" in shown
    assert "MC20" not in shown  # masked until somebody asks, which is recorded
    assert "No authority on file" in shown
    assert shown.count("required") == shown.count('name="other_side"')  # else a browser keeps the call back


def test_nobody_asks_why_it_is_late_while_the_clock_stands_still(ana, client, line):
    case = to_ring(ana)
    enquiry = EnquiryFactory(case=case, to_body=body("DWP-UC"), sent_on=date(2026, 9, 1))
    Enquiry.objects.filter(pk=enquiry.pk).update(paused_on=TODAY, pause_reason="They want the form")

    shown = page(client, f"/calls/{body('DWP-UC').pk}/")

    assert "What blocks the payment?" in shown
    assert "was to be answered by" not in shown


def test_the_page_of_a_case_shows_the_authority_that_covers_the_body(ana, client, line):
    case = to_ring(ana)
    Authority.objects.create(
        case=case, person=case.constituent, basis="verbal", covers_any_body=True, given_on=TODAY,
        verbal_reason="On the telephone",
    )  # fmt: skip

    shown = page(client, f"/cases/{case.pk}/")

    assert "Authority on file:" in shown
    assert f"By word of mouth, Thu 26 Nov, by {case.constituent}" in shown


def test_a_number_shown_to_be_read_out_comes_in_groups_and_is_recorded(ana, client, line):
    case = to_ring(ana)
    number = add_reference(case=case, kind="UTR", value="1955839661", by=ana)

    answer = client.post(
        f"/cases/{case.pk}/references/{number.pk}/", {"aloud": "1"}, headers={"HX-Request": "true"}
    )

    assert "<span>19558</span> <span>39661</span>" in answer.content.decode()
    assert case.events.filter(kind=Event.Kind.SEEN).exists()


def test_whoever_opens_the_sheet_leaves_a_line_for_each_sensitive_case(ana, client, line):
    case = to_ring(ana, sensitivity="SEN-2")
    to_ring(ana, sensitivity="SEN-1")

    page(client, f"/calls/{body('DWP').pk}/")

    looks = Trace.objects.filter(kind=Trace.Kind.VIEWED, by=ana)
    assert [trace.case_id for trace in looks] == [case.pk]


# --- from the call ----------------------------------------------------------------------------------------


def test_a_call_gives_note_letter_and_next_step_in_one_form(ana, client, line):
    case = to_ring(ana)
    AuthorityFactory(case=case)
    given = {
        "body": body("DWP-UC").pk, "other_side": "Ms Penrose", "minutes": "12", "text": "They pay on Friday.",
        "confirms": "on", "next_action": "See that it is paid", "on": "fri",
    }  # fmt: skip

    shown = client.post(f"/cases/{case.pk}/calls/", given, follow=True).content.decode()

    case.refresh_from_db()
    letter = Letter.objects.get(case=case)
    assert (case.next_action, case.next_action_on) == ("See that it is paid", date(2026, 11, 27))
    assert (letter.to_body, letter.state, letter.kind) == (body("DWP-UC"), "draft", "update")
    assert "They pay on Friday." in letter.text
    assert "We spoke to Ms Penrose." in letter.text
    assert "26 November 2026" in letter.subject
    assert f'href="/letters/{letter.pk}/"' in shown
    assert "Call with Ms Penrose, 12 minutes" in shown


def test_a_call_with_the_person_is_confirmed_to_the_person(ana, client, line):
    case = to_ring(ana)

    client.post(f"/cases/{case.pk}/calls/", {"other_side": "Her", "text": "Told her.", "confirms": "on"})

    assert Letter.objects.get(case=case).to_person == case.constituent


def test_a_call_can_close_the_case_with_the_money_it_brought(ana, client, line):
    case = to_ring(ana)
    given = {"other_side": "him", "text": "Paid.", "outcome": "money-recovered", "amount": "£1,240.50"}

    shown = client.post(f"/cases/{case.pk}/calls/", given, follow=True).content.decode()

    case.refresh_from_db()
    assert not case.is_open
    assert case.issues.get().pounds == "£1,240.50"
    assert f'action="/cases/{case.pk}/closure/undo/"' in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"outcome": "apology", "next_action": "Ring", "on": "fri"}, "A closed case has no next step"),
        ({"next_action": "Ring"}, "Give the day"),
        ({"outcome": "money-recovered"}, "Write how much was recovered"),
        ({"on": "yesterday"}, "day"),
    ],
)
def test_what_does_not_go_together_is_said_and_nothing_is_kept(given, said, ana, client, line):
    case = to_ring(ana)

    answer = client.post(f"/cases/{case.pk}/calls/", {"other_side": "Bo", "text": "Hm.", **given})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not case.events.filter(kind=Event.Kind.CALL).exists()


def test_whoever_may_not_close_cases_cannot_close_one_by_a_call(client, line):
    OfficeFactory()
    clerk = StaffFactory(role=Role.ADMINISTRATOR)
    client.force_login(clerk)
    case = to_ring(clerk)
    sent = {"other_side": "him", "text": "Paid.", "outcome": "apology"}

    alone = client.post(f"/cases/{case.pk}/calls/", sent)
    named = {
        "case": case.pk,
        "other_side": "Bo",
        **{f"case-{case.pk}-{key}": value for key, value in sent.items()},
    }
    many = client.post(f"/calls/{body('DWP').pk}/", named)

    case.refresh_from_db()
    assert case.is_open
    assert (alone.status_code, many.status_code) == (422, 422)


def test_one_call_is_written_down_on_every_case_that_was_raised(ana, client, line):
    one, two, three = (to_ring(ana) for _ in range(3))
    for case in (one, two, three):
        AuthorityFactory(case=case)
    given = {
        "case": [one.pk, two.pk, three.pk], "other_side": "Ms Penrose", "minutes": "20",
        f"case-{one.pk}-raised": "on", f"case-{one.pk}-text": "Paid on Friday.",
        f"case-{one.pk}-confirms": "on",
        f"case-{one.pk}-next_action": "See that it is paid", f"case-{one.pk}-on": "fri",
        f"case-{two.pk}-text": "All paid.", f"case-{two.pk}-outcome": "put-right",
        f"case-{three.pk}-text": "",
    }  # fmt: skip

    shown = client.post(f"/calls/{body('DWP').pk}/", given, follow=True).content.decode()

    for case in (one, two, three):
        case.refresh_from_db()
    calls = Event.objects.filter(kind=Event.Kind.CALL)
    assert {line.case_id for line in calls} == {one.pk, two.pk}
    assert all(line.text.startswith("Call with Ms Penrose, 20 minutes\n") for line in calls)
    assert (one.next_action, two.is_open, three.next_action) == (
        "See that it is paid",
        False,
        "Ring DWP again",
    )
    assert Letter.objects.get().case == one
    assert "Call written down on 2 cases. 1 is closed." in shown
    assert "1 Universal Credit case" in shown


def test_a_call_that_is_sent_twice_is_one_line_and_one_letter(ana, client, line):
    case = to_ring(ana)
    AuthorityFactory(case=case)
    said = {"text": "Paid on Friday.", "confirms": "on", "next_action": "See that it is paid", "on": "fri"}
    one = {"other_side": "Ms Penrose", **said}
    many = {"case": case.pk, "other_side": "Bo", **{f"case-{case.pk}-{key}": said[key] for key in said}}

    for address, given in ((f"/cases/{case.pk}/calls/", one), (f"/calls/{body('DWP').pk}/", many)):
        client.post(address, given)
        client.post(address, given)

    assert case.events.filter(kind=Event.Kind.CALL).count() == 2  # with Ms Penrose, and with Bo
    assert Letter.objects.filter(case=case).count() == 2


def test_a_slip_on_one_case_keeps_the_call_from_all_and_every_word_on_the_page(ana, client, line):
    one, two = to_ring(ana), to_ring(ana)
    given = {
        "case": [one.pk, two.pk], "other_side": "Ms Penrose",
        f"case-{one.pk}-text": "Paid on Friday.", f"case-{two.pk}-raised": "on", f"case-{two.pk}-text": "",
    }  # fmt: skip

    answer = client.post(f"/calls/{body('DWP').pk}/", given)

    assert answer.status_code == 422
    assert "Paid on Friday." in answer.content.decode()
    assert not Event.objects.filter(kind=Event.Kind.CALL).exists()


def test_a_note_is_kept_on_a_case_that_left_the_list_meanwhile(ana, client, line):
    case = to_ring(ana)
    AuthorityFactory(case=case)
    case.plan(next_action="Write to DWP", on=TODAY, by=ana)

    client.post(
        f"/calls/{body('DWP').pk}/",
        {"case": case.pk, "other_side": "Bo", f"case-{case.pk}-text": "They pay."},
    )

    assert case.events.get(kind=Event.Kind.CALL).text == "Call with Bo\nThey pay."


def test_a_call_about_nothing_is_not_kept(ana, client, line):
    case = to_ring(ana)

    answer = client.post(f"/calls/{body('DWP').pk}/", {"case": case.pk, "other_side": "Bo"})

    assert answer.status_code == 422
    assert "Tick the cases that were raised" in answer.content.decode()


def test_a_volunteer_writes_down_no_call(client, line):
    OfficeFactory()
    vic = StaffFactory(volunteer=True)
    client.force_login(vic)

    assert client.get(f"/calls/{body('DWP').pk}/").status_code == 403
    assert client.get("/calls/").status_code == 200
