"""Cases with several problems, colleagues and neighbours: what a ledger, a merge and a wait look like."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from opencasework.office.cases import actions, asking, ledger, moving, team
from opencasework.office.cases.models import Case, CaseLink, Event, Outcome, Question
from opencasework.office.constituents.models import Person
from opencasework.office.demo.lives import Office, person_row

CASES = 3  # as many of the year's cases are told here


def tell(office: Office, person: Person) -> Case:
    """One woman with four problems, the same opened twice, and her neighbour, with the acts of the office.

    Returns her case.
    """
    priya, kofi, bethan = (office.staff[name] for name in ("priya", "kofi", "bethan"))
    opened = datetime.combine(office.today - timedelta(days=27), time(9, 20), timezone.get_current_timezone())
    case = actions.open_case(
        person=person, category=office.categories["BEN-UC"], body=office.bodies.get("DWP-UC"),
        title="Housing element stopped after move", channel="surgery", by=priya, owner=priya, at=opened,
        next_action="Send the council her new tenancy agreement",
        next_action_on=office.working_day(office.today + timedelta(days=2)), tag_reason="Risk of eviction",
    )  # fmt: skip
    grant, _, damp = (
        actions.add_issue(
            case=case, category=office.categories[code], body=office.bodies.get(body), by=priya, at=opened
        )
        for code, body in (("HOU-PRS", "L-WBC"), ("HOU-EVICT", "L-FENWICK"), ("HOU-DAMP", "L-FENWICK"))
    )
    case.record(
        Event.Kind.CALL, by=priya, minutes=12,
        text=f"Call with {person}, 12 minutes\nLandlord has served a section 8 notice for £1,940 arrears. Hearing not "
        "listed yet. Sounded exhausted; I ring again on Tuesday.",
    )  # fmt: skip
    ledger.end_issue(issue=grant, outcome=Outcome.MONEY_RECOVERED, amount=420, by=priya)
    ledger.end_issue(issue=damp, outcome=Outcome.WITHDREW, by=priya)
    team.add_helper(case=case, staff=kofi, by=priya)
    twin = actions.open_case(
        person=person, category=office.categories["HOU-EVICT"], title="Eviction letter", by=bethan,
        owner=bethan, channel="phone", at=opened + timedelta(days=9),
        next_action="Ask for a copy of the notice",
        next_action_on=office.working_day(office.today + timedelta(days=1)),
    )  # fmt: skip
    twin.record(
        Event.Kind.NOTE, by=bethan, text="She rang about the notice; I did not see that Priya knows her."
    )
    moving.merge(case=twin, into=case, by=priya)
    case.refresh_from_db()
    asking.ask(
        case=case, to=Question.To.CONSTITUENT, text="On which day was the notice handed to you?",
        due_on=office.working_day(office.today + timedelta(days=3)), by=priya,
    )  # fmt: skip
    neighbour = actions.open_case(
        person=_next_door(person), category=office.categories["HOU-DAMP"], by=kofi, owner=kofi,
        title="Damp in the flat below", channel="phone", at=opened + timedelta(days=2),
        next_action="Send the letter to the landlord",
        next_action_on=office.working_day(office.today + timedelta(days=5)),
    )  # fmt: skip
    team.link_cases(case=case, other=neighbour, kind=CaseLink.Kind.SAME_PROBLEM, by=priya)
    asking.ask(
        case=neighbour, to=Question.To.MEMBER, text="May the letter to the landlord go over your name?",
        due_on=office.working_day(office.today + timedelta(days=1)), by=kofi,
    )  # fmt: skip
    return case


def somebody(office: Office) -> Person:
    """Whom the case is for; put on the shelf with the others."""
    invented = office.population.somebody()
    return person_row(office, invented)


def _next_door(person: Person) -> Person:
    return (
        Person.objects.filter(case_people__case__kind="casework")
        .exclude(pk=person.pk)
        .order_by("-pk")
        .distinct()[0]
    )
