"""Closing a case, alone or two at once, taking it back, and taking a case up again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def kinds(case: Case) -> list[str]:
    return list(case.events.values_list("kind", flat=True))


def test_a_closing_is_taken_back_at_once_with_the_next_action_it_had(ana, client):
    on = timezone.localdate() + timedelta(days=9)
    case = CaseFactory(by=ana, next_action="Ring the council", next_action_on=on)

    page = client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology"}, follow=True).content.decode()
    assert f'action="/cases/{case.pk}/closure/undo/"' in page
    client.post(f"/cases/{case.pk}/closure/undo/")

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Ring the council", on)
    assert case.issues.get().is_open


def test_figures_forget_a_closing_that_was_taken_back(ana, client):
    case = CaseFactory(by=ana)
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology"})
    gather()
    assert Fact.objects.filter(measure="cases_closed").count() == 1

    client.post(f"/cases/{case.pk}/closure/undo/")
    gather()

    assert Fact.objects.filter(measure="cases_closed").count() == 0


def test_it_can_be_taken_back_days_later_from_the_page(ana, client):
    case = CaseFactory(by=ana, outcome="apology")

    assert "Take the closing back" in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_case_taken_up_again_since_keeps_what_came_of_it(ana, client):
    case = CaseFactory(by=ana, outcome="apology")
    client.post(
        f"/cases/{case.pk}/reopening/", {"reason": "They rang", "next_action": "Ring", "on": "tomorrow"}
    )

    page = client.post(f"/cases/{case.pk}/closure/undo/", follow=True).content.decode()

    assert "cannot be taken back any more" in page
    case.refresh_from_db()
    assert case.next_action == "Ring"


def test_whoever_comes_second_is_told_who_closed_it_when_and_how(ana, client):
    kofi = StaffFactory(first_name="Kofi", last_name="Wren")
    case = CaseFactory(by=ana)
    case.close(outcome="apology", by=kofi)

    page = client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"}, follow=True).content.decode()

    at = timezone.localtime(case.events.get(kind=Event.Kind.CLOSED).recorded_at)
    assert f"Kofi Wren closed this case at {at:%H:%M} today: Apology. Nothing of yours was saved" in page


def test_reopening_asks_why_and_keeps_it(ana, client):
    case = CaseFactory(by=ana, outcome="apology")
    again = {"next_action": "Ring", "on": "tomorrow"}

    refused = client.post(f"/cases/{case.pk}/reopening/", again)
    client.post(f"/cases/{case.pk}/reopening/", {**again, "reason": "The council broke its word"})

    assert refused.status_code == 422
    line = case.events.get(kind=Event.Kind.REOPENED)
    assert line.text.startswith("The council broke its word")
    assert line.by == ana


def test_closing_ends_every_open_issue_with_the_outcome_and_keeps_the_amount_once(ana, client):
    case = CaseFactory(by=ana)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), body=body("DWP"), by=ana)

    page = client.post(
        f"/cases/{case.pk}/closure/", {"outcome": "money-recovered", "amount": "420.50"}, follow=True
    ).content.decode()

    assert [(issue.outcome, issue.amount) for issue in case.issues.all()] == [
        ("money-recovered", Decimal("420.50")),
        ("money-recovered", None),
    ]
    assert f"/cases/{case.pk}/letters/new/?template=LT-CLOSE" in page
    ended = case.events.filter(kind=Event.Kind.ISSUE_ENDED).order_by("pk").last()
    assert ended.detail == {
        "outcome": "money-recovered", "category": "HOU-DAMP", "body": "DWP", "kind": "casework",
        "channel": "email", "issue": case.issues.last().pk,
    }  # fmt: skip


def test_an_amount_beside_another_outcome_is_asked_about_and_not_dropped(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology", "amount": "10"})

    assert response.status_code == 422
    assert "take the amount out" in response.content.decode()
    assert Case.objects.get(pk=case.pk).is_open

    assert case.issues.get().amount is None


@pytest.mark.parametrize(
    "amount",
    ["12,50", "1,5", "£1,23", "£1,2,3,4", "0,500", "1,234,56", "1.234,50", "1 23", "1e5", "_5", "1_000", "£"],
)
def test_an_amount_that_can_be_read_in_two_ways_is_asked_about(amount, ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/closure/", {"outcome": "money-recovered", "amount": amount})

    assert response.status_code == 422
    assert "with a point before the pence and commas between thousands alone" in response.content.decode()
    case.refresh_from_db()
    assert case.is_open


@pytest.mark.parametrize(
    ("amount", "pounds"),
    [
        ("£1,234.50", "1234.50"),
        ("1 234.50", "1234.50"),
        ("1\u00a0234", "1234"),
        ("1,234,567.5", "1234567.50"),
        (" £ 12.50 ", "12.50"),
        (".50", "0.50"),
        ("1234", "1234"),
    ],
)
def test_an_amount_is_read_as_people_write_it(amount, pounds, ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "money-recovered", "amount": amount})

    assert case.issues.get().amount == Decimal(pounds)


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("-5", "never less than nothing"),
        ("-£1,240.50", "never less than nothing"),
        ("99999999999", "more than can be added up here"),
        ("123456789.10", "more than can be added up here"),
        ("12.345", "Write pence with two figures at most"),
        ("ten", "Write the amount in figures"),
        ("1e9", "Write the amount in figures"),
    ],
)
def test_an_amount_that_cannot_be_is_said_in_a_sentence(amount, says, ana, client):
    case = CaseFactory(by=ana)
    issue = add_issue(case=case, category=CategoryFactory(code="TAX-SVC"), by=ana)
    of_its_own = {
        "outcome": "advised",
        f"outcome_{issue.pk}": "money-recovered",
        f"amount_{issue.pk}": amount,
    }

    for given in ({"outcome": "money-recovered", "amount": amount}, of_its_own):
        page = client.post(f"/cases/{case.pk}/closure/", given)

        assert page.status_code == 422
        assert says in page.content.decode()
        assert "Ensure" not in page.content.decode()


@pytest.mark.parametrize("amount", ["", "0"])
def test_money_recovered_asks_how_much(amount, ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/closure/", {"outcome": "money-recovered", "amount": amount})

    assert response.status_code == 422
    assert "Write how much was recovered, in pounds." in response.content.decode()
    case.refresh_from_db()
    assert case.is_open


def test_closing_says_who_has_not_answered_yet(ana, client):
    case, dwp = CaseFactory(by=ana), body("DWP")
    EnquiryFactory(case=case, to_body=dwp)

    page = client.get(f"/cases/{case.pk}/closure/").content.decode()

    assert f"{dwp.name} has not answered yet; closing the case ends the wait" in page


def test_a_case_is_not_closed_without_an_outcome(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/closure/", {})

    assert response.status_code == 422
    assert "The figures count every outcome" in response.content.decode()
    case.refresh_from_db()
    assert case.is_open


def test_a_closed_case_is_reopened_with_a_next_action(ana, client):
    case = CaseFactory(by=ana, outcome="lost-touch")

    client.post(
        f"/cases/{case.pk}/reopening/", {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}
    )

    case.refresh_from_db()
    assert (case.is_open, case.next_action) == (True, "Ring back")
    assert kinds(case)[0] == Event.Kind.REOPENED


def test_a_reopened_case_is_asked_anew_how_it_ended_and_the_timeline_keeps_how_it_had(ana, client):
    case = CaseFactory(by=ana)
    first = {"outcome": "money-recovered", "amount": "420.50"}
    client.post(f"/cases/{case.pk}/closure/", first)
    again = {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}

    page = client.post(f"/cases/{case.pk}/reopening/", again, follow=True).content.decode()
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology"})

    assert "is open again; it had ended: Money recovered, £420.50." in page
    issue = case.issues.get()
    assert (issue.outcome, issue.amount) == ("apology", None)
    assert kinds(case).count(Event.Kind.ISSUE_ENDED) == 2


def test_reopening_leaves_alone_what_had_ended_before_the_closing_and_its_money(ana, client):
    case = CaseFactory(by=ana)
    ended = case.issues.get()
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), body=body("DWP"), by=ana)
    money = {"outcome": "money-recovered", "amount": "420.00"}
    client.post(f"/cases/{case.pk}/issues/{ended.pk}/ending/", money)
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})

    again = {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}
    client.post(f"/cases/{case.pk}/reopening/", again)

    assert [(issue.outcome, issue.amount) for issue in case.issues.order_by("pk")] == [
        ("money-recovered", Decimal("420.00")),
        ("", None),
    ]


def test_an_issue_is_not_added_to_a_closed_case(ana, client):
    case = CaseFactory(by=ana, outcome="apology")

    response = client.post(f"/cases/{case.pk}/issues/new/", {"category": "HOU-DAMP"}, follow=True)

    assert "An issue cannot be added to a closed case. Reopen it first." in response.content.decode()
    assert case.issues.count() == 1


def test_closing_a_closed_case_changes_nothing(ana):
    case = CaseFactory(by=ana, outcome="apology")
    events = case.events.count()

    case.close(outcome="put-right", by=ana)

    assert case.issues.get().outcome == "apology"
    assert case.events.count() == events


def at_once(address: str, *forms: dict[str, str]) -> list[str]:
    """What colleagues see who send these forms at the same moment, one each."""
    all_ready, pages = Barrier(len(forms)), []

    def send(form: dict[str, str]) -> None:
        staff = Client()
        staff.force_login(StaffFactory())
        all_ready.wait(timeout=20)
        pages.append(staff.post(address, form, follow=True).content.decode())
        connection.close()

    threads = [Thread(target=send, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return pages


@pytest.mark.django_db(transaction=True)
def test_of_two_people_closing_at_once_one_outcome_stands_and_the_other_is_told():
    OfficeFactory()
    case = CaseFactory()
    one, other = {"outcome": "apology"}, {"outcome": "advised"}

    pages = at_once(f"/cases/{case.pk}/closure/", one, other)

    kinds = list(case.events.values_list("kind", flat=True))
    assert kinds.count(Event.Kind.CLOSED) == kinds.count(Event.Kind.ISSUE_ENDED) == 1
    assert sum("closed this case at" in page for page in pages) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_reopening_at_once_one_plan_stands_and_the_other_finds_their_words():
    OfficeFactory()
    case = CaseFactory(outcome="apology")
    one = {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}
    other = {"reason": "A letter came", "next_action": "Write to them", "on": "tomorrow"}

    pages = at_once(f"/cases/{case.pk}/reopening/", one, other)

    case.refresh_from_db()
    [told] = [page for page in pages if "opened this case again at" in page]
    lost = other if case.next_action == one["next_action"] else one
    assert lost["reason"] in told
    assert lost["next_action"] in told


@pytest.fixture
def two_problems(ana):
    case = CaseFactory(by=ana, body=body("DWP"))
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), body=body("DWP"), by=ana)
    return case, *case.issues.order_by("pk")


def test_each_problem_may_end_in_its_own_way_on_one_screen(ana, client, two_problems):
    case, first, second = two_problems
    shown = client.get(f"/cases/{case.pk}/closure/").content.decode()
    assert f'name="outcome_{first.pk}"' in shown
    assert f'name="amount_{second.pk}"' in shown
    sent = {
        f"outcome_{first.pk}": "money-recovered", f"amount_{first.pk}": "£1,240.50",
        f"outcome_{second.pk}": "not-upheld", "changed": "She has her arrears.",
    }  # fmt: skip

    client.post(f"/cases/{case.pk}/closure/", sent)

    ended = case.issues.order_by("pk").values_list("outcome", "amount")
    assert list(ended) == [("money-recovered", Decimal("1240.50")), ("not-upheld", None)]
    assert case.events.get(kind=Event.Kind.CLOSED).text == "She has her arrears."


def test_one_word_is_for_all_problems_but_those_that_ended_otherwise(ana, client, two_problems):
    case, _first, second = two_problems

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "put-right", f"outcome_{second.pk}": "advised"})

    assert list(case.issues.order_by("pk").values_list("outcome", flat=True)) == ["put-right", "advised"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"outcome_1": "advised"}, "Say how the case ended"),
        ({"outcome": "advised", "outcome_1": "money-recovered"}, "Write how much was recovered"),
        ({"outcome_1": "money-recovered", "amount_1": "lots", "outcome": "advised"}, "in figures"),
    ],
)
def test_a_case_is_not_closed_while_one_problem_has_no_end(sent, said, ana, client, two_problems):
    case, first, _second = two_problems
    named = {name.replace("_1", f"_{first.pk}"): value for name, value in sent.items()}

    answer = client.post(f"/cases/{case.pk}/closure/", named)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not case.issues.exclude(outcome="").exists()


def test_the_closing_letter_is_drafted_with_the_money_and_what_changed(ana, client):
    case = CaseFactory(by=ana)
    sent = {
        "outcome": "money-recovered", "amount": "420", "letter": "on",
        "changed": "The arrears are paid in full.",
    }  # fmt: skip

    answer = client.post(f"/cases/{case.pk}/closure/", sent)

    letter = case.letters.get()
    assert answer.url == f"/letters/{letter.pk}/"
    assert (letter.state, letter.kind, letter.to_person) == ("draft", "closing", case.constituent)
    assert "The money has been paid: £420.00." in letter.text
    assert "The arrears are paid in full." in letter.text
    assert "[" not in letter.text


def test_whom_we_lost_touch_with_is_told_that_we_tried(ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "lost-touch", "letter": "on"})

    assert case.letters.get().template.code == "LT-CLOSE-NOCON"


def test_the_letter_can_be_left_out_and_written_later(ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})

    assert not case.letters.exists()
