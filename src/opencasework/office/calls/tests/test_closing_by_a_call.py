"""A call that ends a case: how each problem ended, the money, what changed, the letter drafted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory
from tests.services.browser import barriers_on

pytestmark = pytest.mark.django_db
CALL = {"other_side": "Ms Penrose", "text": "It is all paid.", "nothing_said": "on"}


def to_ring(by: Any, *, problems: int = 1) -> Case:
    case = CaseFactory(
        by=by, body=body("DWP-UC"), next_action="Ring DWP again", next_action_on=timezone.localdate()
    )
    for code in ("HOU-DAMP", "HOU-REPAIRS")[: problems - 1]:
        add_issue(case=case, category=CategoryFactory(code=code), body=body("DWP-UC"), by=by)
    AuthorityFactory(case=case)
    return case


def endings(case: Case) -> list[tuple[str, Decimal | None]]:
    return list(case.issues.order_by("pk").values_list("outcome", "amount"))


def with_prefix(case: Case, given: dict[str, str]) -> dict[str, str]:
    return {f"case-{case.pk}-{name}": value for name, value in given.items()}


def test_each_problem_ends_in_its_own_way_from_the_call(ana, client):
    case = to_ring(ana, problems=2)
    first, second = case.issues.order_by("pk")
    shown = client.get(f"/cases/{case.pk}/?write=call").content.decode()
    assert f'name="outcome_{first.pk}"' in shown
    assert f'name="amount_{second.pk}"' in shown
    sent = CALL | {
        "body": str(body("DWP-UC").pk),
        f"outcome_{first.pk}": "money-recovered", f"amount_{first.pk}": "£1,240.50",
        f"outcome_{second.pk}": "not-upheld", "changed": "She has her arrears.",
    }  # fmt: skip

    client.post(f"/cases/{case.pk}/calls/", sent)

    assert endings(case) == [("money-recovered", Decimal("1240.50")), ("not-upheld", None)]
    assert case.events.get(kind=Event.Kind.CLOSED).text == "She has her arrears."
    assert case.events.filter(kind=Event.Kind.CALL).count() == 1


def test_of_a_case_with_one_problem_nothing_more_is_asked_than_how_it_ended(ana, client):
    case = to_ring(ana)

    shown = client.get(f"/cases/{case.pk}/?write=call").content.decode()
    client.post(f"/cases/{case.pk}/calls/", CALL | {"body": "else", "outcome": "apology"})

    assert f'name="outcome_{case.issues.get().pk}"' not in shown
    assert endings(case) == [("apology", None)]
    assert not case.letters.exists()


def test_the_closing_letter_is_drafted_as_on_the_page_that_closes(ana, client):
    by_call, by_page = to_ring(ana), to_ring(ana)
    end = {"outcome": "money-recovered", "amount": "420", "changed": "The arrears are paid.", "letter": "on"}

    answer = client.post(f"/cases/{by_call.pk}/calls/", CALL | {"body": "else"} | end)
    client.post(f"/cases/{by_page.pk}/closure/", end)

    letter = by_call.letters.get()
    assert answer.url == f"/letters/{letter.pk}/"
    assert (letter.state, letter.kind, letter.to_person) == ("draft", "closing", by_call.constituent)
    assert letter.template == by_page.letters.get().template
    assert "The money has been paid: £420.00." in letter.text
    assert "The arrears are paid." in letter.text
    shown = client.get(answer.url).content.decode()
    assert f"Call added. {by_call.reference} is closed: Money recovered." in shown
    assert f'action="/cases/{by_call.pk}/closure/undo/"' in shown


def test_the_letter_that_confirms_the_call_is_drafted_beside_it(ana, client):
    case = to_ring(ana)
    sent = {"body": str(body("DWP-UC").pk), "outcome": "explained", "letter": "on", "confirms": "on"}

    shown = client.post(f"/cases/{case.pk}/calls/", CALL | sent, follow=True).content.decode()

    confirms = case.letters.get(to_body=body("DWP-UC"))
    assert case.letters.filter(kind="closing").count() == 1
    assert f'href="/letters/{confirms.pk}/"' in shown


def test_a_call_that_is_sent_twice_drafts_one_closing_letter(ana, client):
    case = to_ring(ana)
    sent = CALL | {"body": "else", "outcome": "apology", "letter": "on"}

    for _ in range(2):
        client.post(f"/cases/{case.pk}/calls/", sent)

    assert (case.letters.count(), case.events.filter(kind=Event.Kind.CALL).count()) == (1, 1)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"outcome_1": "advised"}, "Say how the case ended"),
        ({"outcome": "advised", "outcome_1": "money-recovered"}, "Write how much was recovered"),
        ({"outcome_1": "money-recovered", "amount_1": "lots", "outcome": "advised"}, "in figures"),
        ({"amount": "100"}, "Say how the case ended"),
        ({"changed": "She is paid."}, "Say how the case ended"),
        ({"outcome_1": "advised", "outcome_2": "advised", "on": "tomorrow"}, "has no next step"),
        ({"outcome": "apology", "seen": "1"}, "was added meanwhile"),
    ],
)
def test_what_is_missing_is_said_and_the_call_waits(sent, said, ana, client):
    case = to_ring(ana, problems=2)
    ends = {f"_{place}": f"_{issue.pk}" for place, issue in enumerate(case.issues.order_by("pk"), start=1)}
    named = {
        name[:-2] + ends[name[-2:]] if name[-2:] in ends else name: value for name, value in sent.items()
    }

    answer = client.post(f"/cases/{case.pk}/calls/", CALL | {"body": "else"} | named)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert '<details class="more-fold" open>' in answer.content.decode()
    assert not case.events.filter(kind=Event.Kind.CALL).exists()


def test_a_call_that_ends_nothing_is_kept_although_an_issue_was_added_meanwhile(ana, client):
    case = to_ring(ana, problems=2)
    seen = str(case.issues.order_by("pk")[0].pk)

    client.post(f"/cases/{case.pk}/calls/", CALL | {"body": "else", "seen": seen})

    assert case.events.filter(kind=Event.Kind.CALL).count() == 1


def test_pounds_of_each_problem_count_where_one_word_is_said_for_all(ana, client):
    case = to_ring(ana, problems=2)
    first, second = case.issues.order_by("pk")
    sent = {"outcome": "money-recovered", f"amount_{first.pk}": "100", f"amount_{second.pk}": "200"}

    client.post(f"/cases/{case.pk}/closure/", sent)

    assert endings(case) == [("money-recovered", Decimal(100)), ("money-recovered", Decimal(200))]


def test_pounds_for_all_that_are_not_those_of_each_are_asked_about(ana, client):
    case = to_ring(ana, problems=2)
    first, second = case.issues.order_by("pk")
    each = {"outcome": "money-recovered", f"amount_{first.pk}": "100", f"amount_{second.pk}": "200"}

    page = client.post(f"/cases/{case.pk}/closure/", each | {"amount": "450"}).content.decode()

    assert "Each issue has pounds of its own, £300.00 together." in page
    client.post(f"/cases/{case.pk}/closure/", each | {"amount": "300"})
    assert endings(case) == [("money-recovered", Decimal(100)), ("money-recovered", Decimal(200))]


def test_a_case_whose_issues_have_all_ended_is_closed_by_a_tick(ana, client):
    case = to_ring(ana)
    case.issues.get().end(outcome="apology", by=ana)
    shown = client.get(f"/cases/{case.pk}/?write=call").content.decode()
    assert 'name="closes"' in shown
    assert 'name="outcome"' not in shown

    refused = client.post(f"/cases/{case.pk}/calls/", CALL | {"body": "else", "outcome": "advised"})
    client.post(f"/cases/{case.pk}/calls/", CALL | {"body": "else", "closes": "on"})

    assert "All its issues have ended meanwhile." in refused.content.decode()
    case.refresh_from_db()
    assert not case.is_open
    assert endings(case) == [("apology", None)]


def test_whoever_comes_second_is_told_who_closed_it_and_the_call_is_kept(ana, client):
    case = to_ring(ana)
    case.close(outcome="put-right", by=StaffFactory(first_name="Kofi", last_name="Wren"))
    sent = CALL | {"body": "else", "outcome": "apology", "letter": "on"}

    page = client.post(f"/cases/{case.pk}/calls/", sent, follow=True).content.decode()

    assert "Kofi Wren closed this case" in page
    assert case.events.filter(kind=Event.Kind.CALL).count() == 1
    assert endings(case) == [("put-right", None)]
    assert not case.letters.exists()


def test_closing_says_in_the_call_who_has_not_answered_yet(ana, client):
    case = to_ring(ana)
    EnquiryFactory(case=case, to_body=body("DWP"))

    page = client.get(f"/cases/{case.pk}/?write=call").content.decode()

    assert "has not answered yet; closing the case ends the wait" in page


def test_one_call_about_several_cases_ends_each_with_its_own_problems_and_letters(ana, client):
    BodyContactFactory(body=body("DWP"), kind="hotline", phone="01632 960310")
    one, two, three = to_ring(ana, problems=2), to_ring(ana), to_ring(ana)
    first, second = one.issues.order_by("pk")
    shown = client.get(f"/calls/{body('DWP').pk}/").content.decode()
    assert f'name="case-{one.pk}-outcome_{second.pk}"' in shown
    sent: dict[str, Any] = {"case": [one.pk, two.pk, three.pk], "other_side": "Ms Penrose"}
    sent |= with_prefix(one, {
        "text": "Paid.", "nothing_said": "on", "letter": "on", "seen": f"{first.pk} {second.pk}",
        f"outcome_{first.pk}": "money-recovered", f"amount_{first.pk}": "50", "outcome": "explained",
    })  # fmt: skip
    sent |= with_prefix(
        two, {"text": "They were sorry.", "nothing_said": "on", "outcome": "apology", "letter": "on"}
    )
    sent |= with_prefix(three, {"letter": "on"})  # as the page has it; not raised

    page = client.post(f"/calls/{body('DWP').pk}/", sent, follow=True).content.decode()

    assert endings(one) == [("money-recovered", Decimal(50)), ("explained", None)]
    assert endings(two) == [("apology", None)]
    assert endings(three) == [("", None)]
    assert set(Letter.objects.values_list("case", "kind")) == {(one.pk, "closing"), (two.pk, "closing")}
    assert "2 are closed." in page
    assert "Read the 2 closing letters" in page


def test_how_a_case_ended_is_never_dropped_for_a_tick_that_is_missing(ana, client):
    case = to_ring(ana)
    sent = {"case": case.pk, "other_side": "Bo", **with_prefix(case, {"outcome": "apology"})}

    answer = client.post(f"/calls/{body('DWP').pk}/", sent)

    assert answer.status_code == 422
    assert "Write what was said." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_works_with_scripts_off_on_a_phone_by_keyboard_alone(live_office):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    BodyContactFactory(body=body("DWP"), kind="hotline", phone="01632 960310")
    case = to_ring(ana, problems=2)
    live_office.sign_in(ana)
    with live_office.window((390, 844), java_script_enabled=False) as page:
        page.goto(f"{live_office.url}/cases/{case.pk}/?write=call")
        page.get_by_label("Call with").fill("Ms Penrose")
        page.get_by_label("What was said").fill("It is all paid.")
        fold = page.get_by_text("Or close the case", exact=True)
        fold.focus()
        page.keyboard.press("Enter")
        page.get_by_label("How did it end?").select_option(label="Apology")
        damp = page.get_by_role("group", name="Damp")
        damp.get_by_label("How it ended").select_option(label="Money recovered")
        damp.get_by_label("Pounds recovered").fill("80")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Add call").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_text("This is the closing letter: read it, and send it.")).to_be_visible()
    assert endings(case) == [("apology", None), ("money-recovered", Decimal(80))]


@pytest.mark.django_db(transaction=True)
def test_nothing_bars_anybody_from_the_end_of_a_call(live_office):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    BodyContactFactory(body=body("DWP"), kind="hotline", phone="01632 960310")
    case = to_ring(ana, problems=3)
    live_office.sign_in(ana)
    page = live_office.page()
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        for address in (f"/cases/{case.pk}/?write=call", f"/calls/{body('DWP').pk}/"):
            page.goto(live_office.url + address)
            page.get_by_text("Or close the case", exact=True).click()
            expect(page.get_by_label("How it ended").first).to_be_visible()
            assert barriers_on(page, f"{address}, {size['width']}") == []
