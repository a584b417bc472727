"""The right route on a case: its limits, what is decided about it, and who may know."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from opencasework.office.cases import moving
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.routes.guide import all_routes, routes_for
from opencasework.office.routes.models import Decision, KeyDate
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client, home):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana


def about(code: str, by, **more):
    return CaseFactory(by=by, category=Category.objects.get(code=code), **more)


def card(client, case) -> str:
    return client.get(reverse("case-route", args=[case.pk]), headers={"HX-Request": "true"}).content.decode()


def record(client, case, **given):
    return client.post(reverse("route-date-new", args=[case.pk]), given, follow=True)


def test_the_page_of_a_case_has_its_route_at_once_as_the_card_alone_shows_it(client, ana):
    case = about("BEN-PIP", ana)
    record(client, case, kind="reconsidered", day="16 nov 2026")
    client.post(reverse("route-decision-new", args=[case.pk]), {"what": "take_up", "why": "It is wrong"})

    page = client.get(case.get_absolute_url()).content.decode()

    in_page = re.search(r'<section class="card" id="route">.*?</section>', page, re.DOTALL)
    assert in_page is not None
    assert without_tokens(in_page[0]) == without_tokens(card(client, case))
    assert "16 November 2026" in in_page[0]
    assert "Take it up" in in_page[0]


def without_tokens(shown: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown).strip()


@pytest.mark.parametrize(
    ("day", "weeks", "until"),
    [("7 apr 2026", "8 weeks.", "2 June 2026"), ("8 apr 2026", "6 weeks.", "20 May 2026")],
)
def test_a_telecoms_complaint_says_the_weeks_that_its_last_day_was_counted_by(client, ana, day, weeks, until):
    case = about("UTL-BB", ana)

    record(client, case, kind="complained", day=day)

    shown = card(client, case)
    assert until in shown
    assert weeks in shown
    assert ("6 weeks." in shown) != ("8 weeks." in shown)


@time_machine.travel("2026-11-23 10:00", tick=False)
def test_a_recorded_date_starts_the_clock_and_the_card_says_until_when(client, ana):
    case = about("BEN-PIP", ana)
    assert "Record: decision letter dated" in card(client, case)

    page = record(client, case, kind="decision", day="3 nov", known_from="Letter of DWP")

    assert "Decision letter dated" in page.content.decode()
    shown = card(client, case)
    assert "3 December 2026" in shown
    assert "10 days left" in shown
    assert "Disability Rights UK" in shown  # the source goes with it
    line = case.events.filter(kind=Event.Kind.DATED).get()
    assert line.text == "Decision letter dated: Tuesday 3 November 2026 (Letter of DWP)"


@time_machine.travel("2026-11-23 10:00", tick=False)
def test_a_limit_that_is_past_when_the_case_is_opened_is_said_with_what_is_still_possible(client, ana):
    case = about("BEN-PIP", ana)
    page = record(client, case, kind="decision", day="1 oct").content.decode()
    assert "ended on Sunday 1 November 2026" in page
    assert "13 months" in page
    assert "22 days past" in card(client, case)


@time_machine.travel("2026-11-23 10:00", tick=False)
def test_the_date_recorded_last_counts_and_the_one_before_is_kept(client, ana):
    case = about("BEN-PIP", ana)
    record(client, case, kind="decision", day="3 nov")
    record(client, case, kind="decision", day="10 nov")
    assert "10 December 2026" in card(client, case)
    assert "3 December 2026" not in card(client, case)
    assert KeyDate.objects.filter(case=case).count() == 2


@time_machine.travel("2026-11-23 10:00", tick=False)
@pytest.mark.parametrize(
    ("kind", "says"),
    [("review_asked", "Used on 10 November 2026"), ("reconsidered", "Used by 10 November 2026")],
)
def test_a_limit_that_a_date_shows_to_be_used_counts_no_days_any_more(client, ana, kind, says):
    case = about("BEN-PIP", ana)
    record(client, case, kind="decision", day="1 oct")
    assert "22 days past" in card(client, case)

    record(client, case, kind=kind, day="10 nov")

    shown = card(client, case)
    assert says in shown
    assert "22 days past" not in shown
    again = record(client, case, kind="decision", day="2 oct").content.decode()
    assert "ended on" not in again  # it was used: nobody is warned


@time_machine.travel("2026-11-23 10:00", tick=False)
def test_of_two_problems_with_one_last_day_only_the_one_that_was_used_says_so(client, ana):
    case = about("BEN-PIP", ana)
    carer = case.issues.create(category=Category.objects.get(code="BEN-CARE"))
    record(client, case, kind="decision", day="3 nov", issue="all")

    record(client, case, kind="review_asked", day="10 nov", issue=carer.pk)

    shown = card(client, case)
    assert shown.count("Used on 10 November 2026") == 1
    assert shown.count("10 days left") == 1


@time_machine.travel("2026-11-23 10:00", tick=False)
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "decision", "day": "3 dec 2026"}, "That day has not come yet"),
        ({"kind": "decision", "day": "soon"}, "soon"),
        ({"kind": "birthday", "day": "3 nov"}, "Select a valid choice"),
        ({"day": "3 nov"}, "Say which date it is"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_sentence(client, ana, given, says):
    case = about("BEN-PIP", ana)
    page = record(client, case, **given)
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not KeyDate.objects.exists()


@time_machine.travel("2026-11-23 10:00", tick=False)
def test_a_notice_may_take_effect_on_a_day_that_lies_ahead(client, ana):
    case = about("PLA-ENF", ana)
    record(client, case, kind="effect", day="10 dec")
    assert "9 December 2026" in card(client, case)


def test_what_is_decided_and_why_stands_on_the_case(client, ana):
    case = about("PLA-APP", ana)
    given = {"what": "decline", "why": "A neighbour has no right of appeal; told how to comment."}
    client.post(reverse("route-decision-new", args=[case.pk]), given)

    shown = card(client, case)
    assert "Decline kindly" in shown
    assert "no right of appeal" in shown
    assert case.events.filter(kind=Event.Kind.DECIDED).get().detail["decision"] == "decline"
    # Declined is still a case, and counted.
    assert case.is_open


def test_a_decision_needs_a_reason(client, ana):
    case = about("PLA-APP", ana)
    page = client.post(reverse("route-decision-new", args=[case.pk]), {"what": "decline", "why": " "})
    assert page.status_code == 422
    assert "Say why" in page.content.decode()
    assert not Decision.objects.exists()


def test_a_later_decision_stands_and_the_earlier_one_is_kept(client, ana):
    case = about("PLA-APP", ana)
    for what, why in (("advise", "Comments close on Friday."), ("write", "The council lost the comments.")):
        client.post(reverse("route-decision-new", args=[case.pk]), {"what": what, "why": why})
    shown = card(client, case)
    assert shown.index("lost the comments") < shown.index("Decided before") < shown.index("close on Friday")


def test_a_colleague_who_is_asked_gives_a_second_opinion_once(client, ana):
    bo, case = StaffFactory(), about("PLA-APP", ana)
    given = {"what": "decline", "why": "Planning only.", "second_opinion_of": bo.pk}
    client.post(reverse("route-decision-new", args=[case.pk]), given)
    decision = Decision.objects.get()
    where = reverse("route-opinion", args=[case.pk, decision.pk])
    assert client.get(where).status_code == 404  # only who was asked

    client.force_login(bo)
    assert "Give your opinion" in card(client, case)
    page = client.post(where, {"agrees": "no", "opinion": ""})
    assert "Say what you would do instead" in page.content.decode()
    client.post(where, {"agrees": "no", "opinion": "Ask about the process."})
    client.post(where, {"agrees": "yes"})

    shown = card(client, case)
    assert f"{bo} sees it otherwise" in shown
    assert "Ask about the process" in shown


@pytest.mark.parametrize(
    ("nation", "council"),
    [("en", "District or borough council (England)"), ("wa", "County or county borough council (Wales)")],
)
def test_business_rates_are_two_routes_of_which_one_is_the_councils(client, ana, nation, council):
    Office.objects.update(nation=nation)

    shown = unescape(card(client, about("BUS-RATES", ana)))

    value = shown.index("Business rates: the rateable value</h3>")
    bill = shown.index("the bill, a relief, arrears</h3>")
    assert bill < value
    assert council in shown[bill:value]
    assert "Valuation Office Agency" not in shown[bill:value]
    assert "Valuation Office Agency" in shown[value:]
    assert council not in shown[value:]
    assert shown.count("Source of these steps:") == 2


def test_a_decision_that_another_took_the_place_of_waits_for_no_opinion(client, ana):
    bo, case = StaffFactory(), about("PLA-APP", ana)
    where = reverse("route-decision-new", args=[case.pk])
    client.post(where, {"what": "decline", "why": "Planning only.", "second_opinion_of": bo.pk})
    client.force_login(bo)
    assert "for a second opinion" in client.get("/").content.decode()

    client.post(where, {"what": "take_up", "why": "It is about the process."})

    assert "for a second opinion" not in client.get("/").content.decode()


def test_a_decision_pressed_twice_is_one(client, ana):
    case = about("PLA-APP", ana)
    for _press in range(2):
        client.post(
            reverse("route-decision-new", args=[case.pk]), {"what": "decline", "why": "Planning only."}
        )

    assert Decision.objects.count() == 1
    assert case.events.filter(kind="decided").count() == 1


def test_nobody_is_asked_about_a_case_they_may_not_know(client, ana):
    volunteer, case = StaffFactory(role=Role.VOLUNTEER), about("PLA-APP", ana)
    where = reverse("route-decision-new", args=[case.pk])
    assert f'value="{volunteer.pk}"' not in client.get(where).content.decode()
    given = {"what": "write", "why": "x", "second_opinion_of": volunteer.pk}
    assert client.post(where, given).status_code == 422


def test_a_case_somebody_may_not_know_shows_no_route(client, ana):
    case = about("PLA-APP", ana)
    client.force_login(StaffFactory(role=Role.VOLUNTEER))
    assert client.get(reverse("case-route", args=[case.pk])).status_code == 404


def test_a_problem_without_a_route_still_says_what_to_ask(client, ana):
    case = about("ENV-WILD", ana)
    assert "Ask who decides" in card(client, case)


def test_the_page_works_without_scripts(client, ana):
    case = about("HOU-DAMP", ana)
    page = client.get(reverse("case-route", args=[case.pk])).content.decode()
    assert "<html" in page
    assert "Housing Ombudsman" in page
    assert reverse("case-route", args=[case.pk]) in client.get(case.get_absolute_url()).content.decode()


def test_dates_move_with_a_case_that_becomes_part_of_another(client, ana):
    one, other = about("BEN-PIP", ana), about("BEN-PIP", ana)
    record(client, one, kind="decision", day="today")
    record(client, other, kind="decision", day="yesterday")
    moving.merge(case=one, into=other, by=ana)
    assert KeyDate.objects.filter(case=other).count() == 2


# --- sources and nations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("nation", ["en", "wa", "sc", "ni"])
def test_every_step_and_every_limit_stands_with_its_source_and_its_day(client, ana, nation):
    Office.objects.update(nation=nation)
    for category in sorted({code for route in all_routes() for code in route.categories}):
        case = about(category, ana)
        shown = card(client, case)
        routes = routes_for(category, nation=nation)
        limits = {
            limit.code: limit
            for route in routes
            for limit in route.clocks(nation=nation)
            if route.runs(limit, case.issues.get(), nation=nation) is not False
        }

        assert shown.count(", as of ") == len(routes) + len(limits)
        for each in (*routes, *limits.values()):
            assert f"{each.source}, as of {each.as_of_day:%-d %B %Y}" in unescape(shown)


@pytest.mark.parametrize(
    ("nation", "category", "kind", "runs", "does_not"),
    [
        (
            "en",
            "JUS-CIVIL",
            "happened",
            ["Judicial review; promptly"],
            ["in Scotland", "in Northern Ireland"],
        ),
        ("sc", "JUS-CIVIL", "happened", ["Judicial review in Scotland"], ["promptly", "Legal Ombudsman"]),
        ("ni", "IMM-DET", "happened", ["Judicial review in Northern Ireland"], ["promptly", "in Scotland"]),
        ("sc", "OFF-DATA", "decision", ["Ask a Scottish authority to review"], []),
        ("sc", "OFF-DATA", "reviewed", ["Appeal to the Scottish Information Commissioner"], []),
        ("wa", "OFF-DATA", "decision", ["internal review"], ["Scottish"]),
        ("ni", "FAM-CHILDCARE", "reconsidered", ["Appeal to the Appeals Service in Northern Ireland"], []),
        ("sc", "FAM-CHILDCARE", "reconsidered", ["Appeal about Child Benefit"], ["Appeals Service"]),
    ],
)
@time_machine.travel("2026-11-23 10:00", tick=False)
def test_a_limit_is_counted_from_the_dates_of_the_case_where_it_is_the_law(
    client, ana, nation, category, kind, runs, does_not
):
    Office.objects.update(nation=nation)
    case = about(category, ana)

    record(client, case, kind=kind, day="3 nov")

    limits = card(client, case).split("</h3>")[1].split("First:")[0]
    for name in runs:
        assert re.search(f"{name}[^<]*: <strong>", limits)
    assert not any(name in limits for name in does_not)


@pytest.mark.parametrize(
    ("nation", "decides"),
    [
        ("ni", "Appeals Service (Northern Ireland)"),
        ("en", "First-tier Tribunal (Social Security and Child Support)"),
    ],
)
def test_a_route_that_holds_everywhere_names_the_tribunal_of_the_nation_alone(client, ana, nation, decides):
    Office.objects.update(nation=nation)

    who = card(client, about("FAM-CHILDCARE", ana)).split("Who decides:")[1].split("</p>")[0]

    assert re.findall(r">([^<>]+)</a>", who) == ["Child Benefit Office", "HM Revenue and Customs", decides]
