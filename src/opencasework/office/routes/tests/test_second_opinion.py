"""A second opinion is told to whoever asked for it, and is of the decision that it was asked about."""

from __future__ import annotations

from html import unescape

import pytest
import time_machine
from django.urls import reverse

from opencasework.office.cases.actions import share
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.reminders.digest import written
from opencasework.office.routes.models import Decision
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Lee")
    client.force_login(ana)
    return ana


@pytest.fixture
def bo():
    return StaffFactory(first_name="Bo", last_name="Rex")


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, title="A fence")


def decide(client, case, what="decline", why="Planning only.", asked=None) -> Decision:
    given = {"what": what, "why": why, "second_opinion_of": asked.pk if asked else ""}
    client.post(reverse("route-decision-new", args=[case.pk]), given)
    return Decision.objects.standing().filter(case=case).first()


def where(decision) -> str:
    return reverse("route-opinion", args=[decision.case_id, decision.pk])


def give(client, decision, who, agrees="no", opinion="Ask about the process."):
    client.force_login(who)
    return client.post(where(decision), {"agrees": agrees, "opinion": opinion}, follow=True)


def my_day(client, staff, whose="mine") -> str:
    client.force_login(staff)
    return unescape(client.get(f"/?whose={whose}").content.decode())


TOLD = "Bo Rex sees it otherwise (Decline kindly): A fence"


def test_whoever_asked_has_it_on_their_day_and_in_the_digest_until_they_say_it_is_seen(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    assert TOLD not in my_day(client, ana)
    give(client, decision, bo)

    assert TOLD in my_day(client, ana)
    assert TOLD not in my_day(client, bo)
    assert "a second opinion was given" in written(ana, decision.at.date())[1].lower()
    client.force_login(ana)
    said = client.post(reverse("today-opinion", args=[decision.pk]), follow=True)
    assert "Seen" in said.content.decode()
    assert TOLD not in my_day(client, ana)

    client.post(reverse("today-opinion-again", args=[decision.pk]))
    assert TOLD in my_day(client, ana)


def test_it_goes_once_they_decide_anew(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    give(client, decision, bo)
    client.force_login(ana)
    decide(client, case, what="write", why="Bo is right.")

    assert TOLD not in my_day(client, ana)


def test_one_given_after_the_case_was_closed_is_told_too_and_one_given_before_is_not(client, case, ana, bo):
    before = decide(client, case, asked=bo)
    give(client, before, bo)
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})
    other = CaseFactory(by=ana, title="A hedge")
    client.force_login(ana)
    after = decide(client, other, asked=bo)
    client.post(f"/cases/{other.pk}/closure/", {"outcome": "advised"})
    give(client, after, bo, agrees="yes", opinion="")

    assert TOLD not in my_day(client, ana)
    assert "Bo Rex agrees (Decline kindly): A hedge" in my_day(client, ana)


def test_who_may_not_know_of_the_case_any_more_is_told_nothing(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    give(client, decision, bo)
    senior = StaffFactory(senior=True)
    case.refresh_from_db()
    case.assign(to=senior, by=senior)
    share(case=case, need_to_know=True, shared_with=[], by=senior)

    assert "A fence" not in my_day(client, ana)
    client.force_login(ana)
    assert client.post(reverse("today-opinion", args=[decision.pk])).status_code == 404


def test_who_may_not_work_on_cases_does_not_say_for_somebody_else_that_it_was_seen(client, case, ana):
    volunteer = StaffFactory(role=Role.VOLUNTEER)
    case.owner = volunteer
    case.save()
    decision = decide(client, case, asked=volunteer)
    give(client, decision, volunteer)

    assert client.post(reverse("today-opinion", args=[decision.pk])).status_code == 403
    assert "sees it otherwise (Decline kindly): A fence" in my_day(client, ana)


def test_of_one_that_another_took_the_place_of_whoever_gives_it_is_told_so(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    decide(client, case, what="write", why="The council lost it.")
    client.force_login(bo)
    page = unescape(client.get(where(decision)).content.decode())
    assert "Ana Lee has decided anew since: Write." in page

    said = unescape(give(client, decision, bo).content.decode())

    assert (
        "Your opinion is on the timeline, and counts for nothing that stands: Ana Lee has decided anew since"
        in said
    )
    shown = unescape(client.get(reverse("case-route", args=[case.pk])).content.decode())
    assert "sees it otherwise" not in shown[: shown.index("Decided before")]
    assert "Ask about the process." in shown[shown.index("Decided before") :]
    line = case.events.filter(kind="decided").latest("pk")
    assert line.text.startswith("Sees it otherwise (Decline kindly, of which another has taken the place)")
    assert "sees it otherwise" not in my_day(client, ana)


def test_what_is_typed_about_one_that_was_taken_back_meanwhile_is_shown_again(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    client.post(reverse("route-decision-back", args=[case.pk, decision.pk]))

    said = give(client, decision, bo, opinion="Ask about the fence.").content.decode()

    assert "was taken back" in said
    assert "Ask about the fence." in said
    assert Decision.objects.get().answered_at is None


def test_given_twice_by_a_double_press_it_is_one_and_other_words_are_shown_again(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    first, second = give(client, decision, bo), give(client, decision, bo)
    third = give(client, decision, bo, opinion="Something else.").content.decode()

    for said in (first, second):
        assert "Your opinion is on the case" in said.content.decode()
    assert "You have given your opinion already" in third
    assert "Something else." in third
    assert case.events.filter(kind="decided", detail__has_key="opinion").count() == 1


def test_closing_names_an_opinion_that_is_still_wanted_and_goes_on_all_the_same(client, case, ana, bo):
    with time_machine.travel("2026-11-03 10:00", tick=False):
        client.force_login(ana)
        decide(client, case, asked=bo)
    client.force_login(ana)

    page = unescape(client.get(f"/cases/{case.pk}/closure/").content.decode())
    by_telephone = unescape(client.get(f"{case.get_absolute_url()}?write=call").content.decode())
    closed = client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})

    wanted = "Bo Rex was asked for a second opinion (Decline kindly) on Tuesday 3 November 2026"
    assert wanted in page
    assert wanted in by_telephone
    assert closed.status_code == 302
    assert "for a second opinion" not in my_day(client, bo)


def test_closing_names_an_opinion_that_whoever_asked_has_not_seen(client, case, ana, bo):
    decision = decide(client, case, asked=bo)
    give(client, decision, bo)

    page = unescape(client.get(f"/cases/{case.pk}/closure/").content.decode())
    client.force_login(ana)
    client.post(reverse("today-opinion", args=[decision.pk]))
    later = unescape(client.get(f"/cases/{case.pk}/closure/").content.decode())

    said = "Bo Rex sees it otherwise (Decline kindly), which Ana Lee has not seen yet."
    assert said in page
    assert said not in later


def test_closing_says_nothing_of_an_opinion_on_what_another_took_the_place_of(client, case, ana, bo):
    decide(client, case, asked=bo)
    decide(client, case, what="write", why="The council lost it.")

    assert "second opinion" not in client.get(f"/cases/{case.pk}/closure/").content.decode()
