"""Each problem of a case has its own dates, and so its own last days; what was wrong is taken back."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from opencasework.office.bodies.models import Body
from opencasework.office.cases import ledger, moving
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.deadlines import warning
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.models import KeyDate, LastDay
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2026-11-23 10:00", tick=False):
        yield


@pytest.fixture
def ana(client, home):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def case(ana):
    """A case about a decision on PIP, to which others are added."""
    case = CaseFactory(by=ana, category=Category.objects.get(code="BEN-PIP"))
    return case


@pytest.fixture
def pip(case):
    return case.issues.get()


@pytest.fixture
def overpaid(case):
    category = Category.objects.get(code="BEN-OVP")
    return case.issues.create(category=category, body=Body.objects.get(code="DWP-UC"))


def card(client, case) -> str:
    page = client.get(reverse("case-route", args=[case.pk]), headers={"HX-Request": "true"})
    return page.content.decode()


def record(client, case, issue="", **given):
    about = issue if isinstance(issue, str) else issue.pk
    return client.post(reverse("route-date-new", args=[case.pk]), {"issue": about, **given}, follow=True)


def last_days(shown: str) -> list[str]:
    """The last days of asking for a mandatory reconsideration, as the card names them."""
    return re.findall(r"[Mm]andatory reconsideration[^<]*<strong>([^<]*)</strong>", shown)


def test_of_two_decisions_each_has_its_own_last_day(client, ana, case, pip, overpaid):
    record(client, case, pip, kind="decision", day="3 nov")
    record(client, case, overpaid, kind="decision", day="17 nov")

    assert sorted(last_days(card(client, case))) == ["17 December 2026", "3 December 2026"]
    ends = [thing.on.isoformat() for thing in things_of(ana, today=KeyDate.objects.first().at.date())]
    assert {"2026-12-03", "2026-12-17"} <= set(ends)
    assert "3 December 2026" in warning(case, on=KeyDate.objects.first().at.date())  # the first to end
    lines = case.events.filter(kind=Event.Kind.DATED).values_list("text", flat=True)
    assert f"Decision letter dated: Tuesday 3 November 2026 for {pip.named}" in lines


def test_what_is_known_of_one_problem_leaves_the_other_to_be_asked_for(client, ana, case, pip, overpaid):
    record(client, case, pip, kind="decision", day="3 nov")

    shown = card(client, case)

    assert last_days(shown) == ["3 December 2026"]
    assert f"?kind=decision&amp;issue={overpaid.pk}" in shown
    assert f"?kind=decision&amp;issue={pip.pk}" not in shown


def asked_for(shown: str) -> list[tuple[str, str]]:
    """For which problems the card asks for the date of a decision that can be looked at again, and where."""
    link = r'mandatory reconsideration ?([^<]*?) <a href="[^"]*kind=decision([^"]*)">'
    return re.findall(link, shown)


def test_of_two_problems_with_one_limit_and_no_day_both_are_asked_for(client, case, pip, overpaid):
    assert asked_for(card(client, case)) == [(f"({pip.named} and {overpaid.named})", "")]

    record(client, case, overpaid, kind="decision", day="3 nov")

    assert asked_for(card(client, case)) == [("", f"&amp;issue={pip.pk}")]


def test_where_one_problem_wants_a_date_and_another_its_body_the_card_says_both(client, ana):
    case = CaseFactory(by=ana, category=Category.objects.get(code="HOU-DAMP"))
    case.issues.create(category=Category.objects.get(code="CRI-ASB"))

    shown = card(client, case)

    assert "to the Housing Ombudsman: it hangs on whom this is about" in shown
    assert re.search(r"to the Housing Ombudsman\s*<a href", shown)


def test_two_problems_that_go_the_same_way_are_told_apart_by_name(client, ana, case, pip):
    other = case.issues.create(category=pip.category, body=Body.objects.get(code="DWP-UC"))
    record(client, case, pip, kind="decision", day="3 nov")
    record(client, case, other, kind="decision", day="17 nov")

    shown = card(client, case)

    assert sorted(last_days(shown)) == ["17 December 2026", "3 December 2026"]
    assert f"({other.named}): <strong>17 December 2026" in shown
    record(client, case, "all", kind="decision", day="10 nov")
    assert last_days(card(client, case)) == ["10 December 2026"]  # the same for both, said once


def test_where_there_are_several_the_form_asks_which_and_takes_no_answer_for_one(client, case, pip, overpaid):
    where = reverse("route-date-new", args=[case.pk])
    asked = client.get(f"{where}?kind=decision&issue={overpaid.pk}").content.decode()
    assert f'<option value="{overpaid.pk}" selected' in asked
    assert "All of them" in asked

    refused = record(client, case, kind="decision", day="3 nov")

    assert refused.status_code == 422
    assert "Say which problem it is about" in refused.content.decode()
    elsewhere = CaseFactory().issues.get()
    assert record(client, case, elsewhere, kind="decision", day="3 nov").status_code == 422
    assert not KeyDate.objects.exists()


def test_where_there_is_one_it_is_about_that_and_not_about_what_is_added_later(client, case, pip):
    record(client, case, kind="decision", day="3 nov")
    assert KeyDate.objects.get().issue == pip
    case.issues.create(category=Category.objects.get(code="BEN-UC"))
    assert last_days(card(client, case)) == ["3 December 2026"]


def test_only_the_problem_whose_limit_has_passed_is_warned_about(client, case, pip, overpaid):
    record(client, case, pip, kind="decision", day="1 oct")
    said = record(client, case, overpaid, kind="decision", day="3 nov").content.decode()
    assert "ended on" not in said.split("<main")[1].split("route")[0]


def test_a_date_of_a_problem_that_was_written_down_twice_counts_for_the_one_it_is(client, ana, case, pip):
    twin = case.issues.create(category=pip.category)
    record(client, case, twin, kind="decision", day="3 nov")
    assert ledger.count_once(issue=twin, original=pip, by=ana) is not None
    assert last_days(card(client, case)) == ["3 December 2026"]


def test_dates_go_with_their_problem_to_a_new_case(client, ana, case, pip, overpaid):
    record(client, case, pip, kind="decision", day="3 nov")
    record(client, case, overpaid, kind="decision", day="17 nov")
    new = moving.split(
        case=case, title="Told to pay back", issues=[overpaid.pk],
        people=[link.pk for link in case.case_people.all()], rows={}, lines=[], next_action="Ring",
        next_action_on=case.next_action_on, by=ana,
    )  # fmt: skip
    assert last_days(card(client, case)) == ["3 December 2026"]
    assert last_days(card(client, new)) == ["17 December 2026"]


@pytest.mark.parametrize("dates_go", [False, True])
def test_a_date_of_all_problems_is_one_of_both_cases_when_one_becomes_two(
    client, ana, case, overpaid, dates_go
):
    record(client, case, "all", kind="decision", day="3 nov")
    dates = list(KeyDate.objects.values_list("pk", flat=True))
    new = moving.split(
        case=case, title="Told to pay back", issues=[overpaid.pk],
        people=[link.pk for link in case.case_people.all()],
        rows={"routes.KeyDate.case": dates} if dates_go else {}, lines=[], next_action="Ring",
        next_action_on=case.next_action_on, by=ana,
    )  # fmt: skip
    assert last_days(card(client, case)) == ["3 December 2026"]
    assert last_days(card(client, new)) == ["3 December 2026"]
    assert LastDay.objects.filter(case=new).exists()

    moving.unsplit(move=new.moves_in.get(), by=ana)

    assert last_days(card(client, case)) == ["3 December 2026"]


def test_a_case_of_many_problems_leaves_no_limit_out(client, ana):
    case = CaseFactory(by=ana, category=Category.objects.get(code="IMM-ILR"))
    case.issues.create(category=Category.objects.get(code="HOU-EVICT"))
    late = case.issues.create(category=Category.objects.get(code="BEN-PIP"))
    record(client, case, late, kind="decision", day="3 nov")
    assert last_days(card(client, case)) == ["3 December 2026"]
    assert "3 December 2026" in warning(case, on=case.opened_at.date())


def test_a_medical_licence_has_another_last_day_in_scotland(client, ana):
    case = CaseFactory(by=ana, category=Category.objects.get(code="TRA-DVLAM"))
    record(client, case, kind="decision", day="3 nov")
    assert "3 May 2027" in card(client, case)
    Office.objects.update(nation="sc")
    shown = card(client, case)
    assert "24 November 2026" in shown
    assert "3 May 2027" not in shown


# --- taken back ---------------------------------------------------------------------------------------------


def test_a_wrong_date_is_taken_back_and_the_one_before_it_counts_again(client, ana, case, pip):
    record(client, case, kind="decision", day="3 nov")
    record(client, case, kind="decision", day="13 nov", known_from="Letter of DWP")
    wrong = KeyDate.objects.latest("pk")
    where = reverse("route-date-back", args=[case.pk, wrong.pk])
    assert where in card(client, case)

    said = client.post(where, follow=True).content.decode()

    assert "Taken back: Decision letter dated, Friday 13 November 2026" in said
    assert last_days(card(client, case)) == ["3 December 2026"]
    line = case.events.filter(kind=Event.Kind.DATED).latest("pk")
    assert line.text == (
        "Taken back, it was wrong: Decision letter dated: Friday 13 November 2026 (Letter of DWP)"
    )
    assert "had been taken back already" in client.post(where, follow=True).content.decode()
    assert case.events.filter(kind=Event.Kind.DATED).count() == 3


def test_with_the_only_date_taken_back_no_limit_runs_anywhere(client, ana, case, pip):
    record(client, case, kind="decision", day="3 nov")
    client.post(reverse("route-date-back", args=[case.pk, KeyDate.objects.get().pk]))
    assert not last_days(card(client, case))
    assert warning(case, on=case.opened_at.date()) == ""
    assert not [thing for thing in things_of(ana, today=case.opened_at.date()) if "limit" in thing.key]


def test_nobody_takes_back_what_they_may_not_know_of(client, ana, case, pip):
    record(client, case, kind="decision", day="3 nov")
    known = KeyDate.objects.get()
    client.force_login(StaffFactory(role=Role.VOLUNTEER))
    refused = client.post(reverse("route-date-back", args=[case.pk, known.pk]))
    assert refused.status_code in (403, 404)
    client.force_login(ana)
    other = CaseFactory(by=ana)
    assert client.post(reverse("route-date-back", args=[other.pk, known.pk])).status_code == 404
    known.refresh_from_db()
    assert known.taken_back_at is None


# --- a date recorded while two cases were one --------------------------------------------------------------


@pytest.fixture
def other(ana):
    """Another case, about an overpayment."""
    return CaseFactory(by=ana, category=Category.objects.get(code="BEN-OVP"))


def test_a_date_recorded_meanwhile_goes_back_with_the_problem_it_is_of(client, ana, case, pip, other):
    move = moving.merge(case=case, into=other, by=ana, same=())
    record(client, other, pip, kind="decision", day="3 nov")
    record(client, other, other.issues.exclude(pk=pip.pk).get(), kind="decision", day="17 nov")
    record(client, other, "all", kind="received", day="18 nov")

    moving.unmerge(move=move, by=ana)

    assert [each.day.day for each in KeyDate.objects.filter(case=case)] == [3, 18]
    assert [each.day.day for each in KeyDate.objects.filter(case=other)] == [17, 18]
    assert last_days(card(client, case)) == ["3 December 2026"]
    shown = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Decision letter dated: Tuesday 3 November 2026" in shown
    assert "17 November 2026" not in shown


def test_it_goes_back_through_another_merge_and_stays_when_that_is_taken_back_too(
    client, ana, case, pip, other
):
    third = CaseFactory(by=ana, category=Category.objects.get(code="BEN-OVP"))
    first = moving.merge(case=case, into=other, by=ana, same=())
    record(client, other, pip, kind="decision", day="3 nov")
    second = moving.merge(case=other, into=third, by=ana, same=())

    moving.unmerge(move=first, by=ana)
    moving.unmerge(move=second, by=ana)

    assert KeyDate.objects.get().case == case
    shown = client.get(f"/cases/{case.pk}/").content.decode()
    assert shown.count("Decision letter dated: Tuesday 3 November 2026") == 1


def test_merged_again_and_taken_apart_again_the_date_stays_with_its_problem(client, ana, case, pip, other):
    move = moving.merge(case=case, into=other, by=ana, same=())
    record(client, other, pip, kind="decision", day="3 nov")
    moving.unmerge(move=move, by=ana)
    again = moving.merge(case=case, into=other, by=ana, same=())
    assert KeyDate.objects.get().case == other

    moving.unmerge(move=again, by=ana)

    assert KeyDate.objects.get().case == case
    shown = client.get(f"/cases/{case.pk}/").content.decode()
    assert shown.count("Decision letter dated: Tuesday 3 November 2026") == 1


def test_a_date_that_is_recorded_by_a_double_press_is_one_and_is_taken_back_whole(client, case, pip):
    said = {"kind": "decision", "day": "2 Oct 2026", "known_from": "The letter", "issue": pip.pk}

    for _press in range(2):
        client.post(reverse("route-date-new", args=[case.pk]), said)
    recorded = KeyDate.objects.get()
    client.post(reverse("route-date-back", args=[case.pk, recorded.pk]))

    assert not KeyDate.objects.standing().exists()
    assert "2 October 2026" not in card(client, case)
