"""What was declined counts: taken on, decided, ended, in the review of the week, and in a publication."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.breakdowns import BREAKDOWNS
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.counting import count_month, count_year
from opencasework.office.routes.models import Decision
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
WHY = "A dispute between two neighbours; told who mediates."


@pytest.fixture
def ana(client):
    ana = StaffFactory(office_manager=True, first_name="Ana")
    client.force_login(ana)
    return ana


def decide(client, case, what, why=WHY):
    client.post(f"/cases/{case.pk}/route/decisions/new/", {"what": what, "why": why})


def line_of(page: str, what: str, heading: str) -> str:
    """The row of this table that begins with these words."""
    table = page[page.index(heading) :]
    row = table[table.index(what) :]
    return row[: row.index("</tr>")]


def test_a_case_that_is_declined_and_closed_is_in_the_figures_as_decided_and_as_ended(client, ana):
    case, other = CaseFactory(by=ana), CaseFactory(by=ana)
    decide(client, case, "decline")
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})
    client.post(f"/cases/{other.pk}/closure/", {"outcome": "explained"})

    page = client.get("/figures/").content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/figures/figures.csv").content.decode("utf-8-sig"))))

    declined = line_of(page, "Decline kindly", "By what was decided")
    assert declined.count(">1</a>") == 2  # decided, and ended
    assert "Nothing was recorded" in page
    counted = {(row["measure"], row["outcome"]): row["count"] for row in rows if row["decision"] == "decline"}
    assert counted == {("cases_decided", ""): "1", ("cases_closed", "advised"): "1"}
    listed = client.get("/figures/cases/?measure=cases_closed&decision=decline").content.decode()
    assert case.reference in listed
    assert other.reference not in listed


def test_it_is_in_a_publication_as_any_other_and_the_decision_is_in_none(client, ana):
    case = CaseFactory(by=ana)
    decide(client, case, "decline")
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})

    gather()

    month, year = Fact.objects.values_list("period", flat=True)[0], timezone.localdate().year
    cells = count_month(month, OfficeFactory()).cells
    assert {cell.measure: number for cell, number in cells.items()} == {"cases_opened": 1, "cases_closed": 1}
    of_year = count_year(str(year)).of_year
    assert of_year.outcomes == {"advised": 1}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_case_counts_once_with_the_decision_that_stands(client, ana, at_once):
    case = CaseFactory(by=ana)
    for what in ("decline", "take_up", "decline"):
        decide(client, case, what)
        if not at_once:
            gather()
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})
    gather()

    made = Fact.objects.filter(measure=Measure.CASES_DECIDED).values_list("decision", flat=True)
    assert list(made) == ["decline"]
    assert Fact.objects.get(measure=Measure.CASES_CLOSED).decision == "decline"


def test_one_that_another_took_the_place_of_in_a_later_month_counts_no_more_and_again_after_a_slip(
    client, ana
):
    with time_machine.travel("2026-10-20 12:00", tick=False):
        client.force_login(ana)
        case = CaseFactory(by=ana)
        decide(client, case, "take_up")
        gather()
    with time_machine.travel("2026-11-20 12:00", tick=False):
        client.force_login(ana)
        decide(client, case, "decline")
        gather()
        decided = Fact.objects.filter(measure=Measure.CASES_DECIDED).values_list("period", "decision")
        after = list(decided.all())
        slip = Decision.objects.get(what="decline")
        client.post(f"/cases/{case.pk}/route/decisions/{slip.pk}/taken-back/")
        gather()

        assert after == [("2026-11", "decline")]
        assert list(decided.all()) == [("2026-10", "take_up")]


def test_one_that_is_said_again_counts_when_it_was_said_first(client, ana):
    with time_machine.travel("2026-10-20 12:00", tick=False):
        client.force_login(ana)
        case = CaseFactory(by=ana)
        decide(client, case, "decline")
    with time_machine.travel("2026-11-20 12:00", tick=False):
        client.force_login(ana)
        decide(client, case, "decline", why="Still.")
        gather()

    assert Fact.objects.get(measure=Measure.CASES_DECIDED).period == "2026-10"


def test_what_an_earlier_version_counted_of_decisions_that_stand_no_more_goes_with_the_next_look_at_all(
    client, ana
):
    case = CaseFactory(by=ana)
    decide(client, case, "take_up")
    gather()
    fact = Fact.objects.get(measure=Measure.CASES_DECIDED)
    decide(client, case, "decline")
    gather()
    fact.pk = None
    fact.save(force_insert=True)

    gather(everything=True)

    assert Fact.objects.get(measure=Measure.CASES_DECIDED).decision == "decline"


def test_every_decision_has_its_name_in_the_figures():
    breakdown = next(each for each in BREAKDOWNS if each.key == "decision")

    assert list(breakdown.names()) == Decision.What.values


def test_the_review_of_the_week_names_what_was_declined_and_why_but_for_restricted_cases(client, ana):
    case, closed, secret = CaseFactory(by=ana), CaseFactory(by=ana), CaseFactory(by=ana, need_to_know=True)
    for one, what in (
        (case, "decline"),
        (closed, "advise"),
        (secret, "decline"),
        (CaseFactory(by=ana), "write"),
    ):
        decide(client, one, what)
    client.post(f"/cases/{closed.pk}/closure/", {"outcome": "advised"})

    page = client.get("/review/letters/").content.decode()
    week_before = client.get("/review/letters/?back=1").content.decode()

    card = page[page.index("What was decided") :]
    assert card.count("1 case<") == 3  # declined, advised, written; the restricted one is counted for nobody
    assert WHY in card
    assert case.reference in card
    assert "closed since" in card
    assert secret.reference not in card
    assert "Nothing was decided" in week_before


def test_a_slip_that_is_taken_back_counts_in_no_figure_and_what_was_decided_before_stands(client, ana):
    case = CaseFactory(by=ana)
    for what in ("take_up", "decline"):
        decide(client, case, what)
    gather()
    slip = Decision.objects.get(what="decline")

    said = client.post(f"/cases/{case.pk}/route/decisions/{slip.pk}/taken-back/", follow=True)
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "explained"})
    gather()

    assert "Taken back: Decline kindly" in said.content.decode()
    made = Fact.objects.filter(measure=Measure.CASES_DECIDED).values_list("decision", flat=True)
    assert list(made) == ["take_up"]
    assert Fact.objects.get(measure=Measure.CASES_CLOSED).decision == "take_up"
    review = client.get("/review/letters/").content.decode()
    assert "Decline kindly" not in review[review.index("What was decided") :]
    shown = client.get(f"/cases/{case.pk}/route/").content.decode()
    assert "Take it up" in shown
    assert "Decline kindly" not in shown
    line = case.events.filter(kind="decided").latest("pk")
    assert line.text == f"Taken back, it was a slip: Decline kindly: {WHY}"


def test_a_slip_noticed_when_the_case_had_ended_and_was_opened_again_leaves_what_it_ended_with(client, ana):
    case = CaseFactory(by=ana)
    decide(client, case, "decline")
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "advised"})
    gather()
    assert Fact.objects.get(measure=Measure.CASES_CLOSED).decision == "decline"
    case.refresh_from_db()
    case.reopen(by=ana, next_action="Ring", next_action_on=timezone.localdate())

    client.post(f"/cases/{case.pk}/route/decisions/{Decision.objects.get().pk}/taken-back/")
    gather()

    assert Fact.objects.get(measure=Measure.CASES_CLOSED).decision == ""
    assert not Fact.objects.filter(measure=Measure.CASES_DECIDED).exists()


def test_the_same_decided_anew_after_a_slip_was_taken_back_counts(client, ana):
    case = CaseFactory(by=ana)
    decide(client, case, "decline")
    client.post(f"/cases/{case.pk}/route/decisions/{Decision.objects.get().pk}/taken-back/")
    decide(client, case, "decline")
    gather()
    assert Fact.objects.filter(measure=Measure.CASES_DECIDED).count() == 1


def test_what_a_colleague_has_given_an_opinion_on_and_what_was_decided_before_stay(client, ana):
    bo, case = StaffFactory(first_name="Bo"), CaseFactory(by=ana)
    decide(client, case, "take_up")
    client.post(
        f"/cases/{case.pk}/route/decisions/new/", {"what": "decline", "why": WHY, "second_opinion_of": bo.pk}
    )
    first, second = Decision.objects.order_by("pk")
    client.force_login(bo)
    mine = client.get("/").content.decode()
    assert "asks Bo" in mine
    where = f'href="/cases/{case.pk}/route/decisions/{second.pk}/"'
    assert where in mine
    client.force_login(ana)
    of_all = client.get("/?whose=team").content.decode()
    assert "asks Bo" in of_all
    assert where not in of_all  # it is not theirs to give
    client.force_login(bo)
    client.post(f"/cases/{case.pk}/route/decisions/{second.pk}/", {"agrees": "yes"})
    assert "asks Bo" not in client.get("/").content.decode()

    for one in (first, second):
        said = client.post(f"/cases/{case.pk}/route/decisions/{one.pk}/taken-back/", follow=True)
        assert "It stays" in said.content.decode()

    assert Decision.objects.standing().count() == 2
