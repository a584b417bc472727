"""How far a complaint has come at an ombudsman, recorded by mistake, is taken back: it stands as it stood."""

from __future__ import annotations

import pytest
import time_machine

from opencasework.office.authority.models import SentWithout
from opencasework.office.cases.models import Event
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Complaint
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import begin, case_about, lines, page, post, sent_by_post, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Ngata")
    client.force_login(ana)
    return ana


@pytest.fixture
def sent(client, damp):
    """A complaint that the housing ombudsman has."""
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", reference="H-1", sent_by="person")
    damp.refresh_from_db()
    assert damp.state == Complaint.State.SUBMITTED
    return damp


def went_on(client, complaint, to, **more) -> str:
    return post(client, "complaint-progress", complaint.pk, **{"to": to, "on": "2 nov 2026", **more})


def take_back(client, complaint, state) -> str:
    step = complaint.steps.filter(state=state).latest("pk")
    said = post(client, "complaint-step-back", complaint.pk, step.pk)
    complaint.refresh_from_db()
    return said


def test_it_stands_as_it_stood_and_the_wrong_entry_is_shown_struck_with_who_took_it_back(client, ana, sent):
    went_on(client, sent, "accepted", reference="H-2")

    said = take_back(client, sent, "accepted")

    assert "Taken back: Accepted, Monday 2 November 2026." in said
    assert (sent.state, sent.reference) == ("submitted", "H-1")
    shown = page(client, sent)
    assert "<del>Accepted, 2 November 2026</del>" in shown
    assert "Taken back by Ana Ngata, 23 November 2026" in shown
    assert "Submitted" in shown
    told = lines(sent.case)
    assert told[-1].startswith(
        "Taken back, it was a mistake: Housing Ombudsman: accepted on Monday 2 November"
    )
    assert told[-2].startswith("Housing Ombudsman: accepted on")
    assert sent.case.events.filter(kind=Event.Kind.OMBUDSMAN).latest("pk").by == ana


def test_it_is_recorded_anew_as_it_was_and_an_earlier_day_is_no_longer_before_the_wrong_one(client, sent):
    went_on(client, sent, "accepted")
    take_back(client, sent, "accepted")

    went_on(client, sent, "accepted", on="5 may 2026")

    sent.refresh_from_db()
    assert sent.state == "accepted"
    assert "5 May 2026" in page(client, sent)


def test_a_decision_that_was_a_mistake_lets_the_problem_go_on_and_no_figure_counts_it(client, sent):
    went_on(client, sent, "decided", decision="upheld", amount="200", remedy="Pay", ends_issue="on")
    gather()
    assert Fact.objects.filter(measure=Measure.CASES_CLOSED).count() == 1

    said = take_back(client, sent, "decided")

    gather()
    issue = sent.case.issues.get()
    assert "Taken back: Decided" in said
    assert issue.is_open
    assert issue.amount is None
    assert not Fact.objects.filter(measure=Measure.CASES_CLOSED).exists()
    assert (sent.state, sent.decision, sent.remedy, sent.amount, sent.ended_on) == (
        "submitted", "", "", None, None,
    )  # fmt: skip
    assert sent.scheme.short in client.get("/referrals/").content.decode()


def test_a_problem_that_somebody_has_ended_anew_since_stays_as_they_ended_it(client, sent):
    went_on(client, sent, "decided", decision="upheld", ends_issue="on")
    issue = sent.case.issues.get()
    client.post(f"/cases/{sent.case.pk}/issues/{issue.pk}/reopening/")
    ended = {"outcome": "explained", f"outcome_{issue.pk}": "explained"}
    client.post(f"/cases/{sent.case.pk}/issues/{issue.pk}/ending/", ended)
    issue.refresh_from_db()
    assert issue.outcome == "explained"

    said = take_back(client, sent, "decided")

    issue.refresh_from_db()
    assert "The problem stays as it ended" in said
    assert issue.outcome == "explained"
    assert sent.state == "submitted"


def test_a_decision_by_whose_end_the_case_was_closed_stays_until_the_case_is_open_again(client, sent):
    went_on(client, sent, "decided", decision="upheld", ends_issue="on")
    sent.case.close(outcome="", by=sent.case.owner)

    assert "The case was closed since. Open it again first." in take_back(client, sent, "decided")
    assert sent.state == "decided"


def test_the_later_step_is_taken_back_first_and_each_only_once(client, sent):
    went_on(client, sent, "accepted", on="10 apr 2026")
    went_on(client, sent, "investigating", on="1 jun 2026")
    number = len(lines(sent.case))

    early = take_back(client, sent, "accepted")
    take_back(client, sent, "investigating")

    assert "It was being investigated on Monday 1 June 2026. Take that back first." in early
    assert sent.state == "accepted"
    assert "already" in take_back(client, sent, "investigating")
    assert len(lines(sent.case)) == number + 1


def test_why_they_declined_it_goes_with_it_and_so_does_that_we_took_it_back_ourselves(client, sent):
    went_on(client, sent, "declined", why="It is with a court.")
    take_back(client, sent, "declined")
    assert (sent.state, sent.why_declined) == ("submitted", "")
    assert "It is with a court." in lines(sent.case)[-1]

    went_on(client, sent, "withdrawn")
    take_back(client, sent, "withdrawn")
    assert sent.is_open


def test_that_it_ended_stays_while_another_about_the_same_is_on_its_way(client, sent):
    went_on(client, sent, "withdrawn")
    begin(client, sent.case, "HOS")

    assert "Another complaint to the Housing Ombudsman about this is under way." in take_back(
        client, sent, "withdrawn"
    )
    assert sent.state == "withdrawn"


def test_a_decision_on_which_the_next_ombudsman_was_asked_stays(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    stage(client, case, "DWP-UC", answered="1 oct 2026", final=True)
    first = begin(client, case, "ICE")
    post(client, "complaint-submission", first.pk, on="2 oct 2026", sent_by="person", although="They know")
    went_on(client, first, "decided", decision="not")
    with time_machine.travel("2026-11-24 10:00", tick=False):
        client.force_login(ana)
        second = begin(client, case, "PHSO-GOV")

        assert "A complaint to the PHSO was begun since. Take that one back first." in take_back(
            client, first, "decided"
        )
        post(client, "complaint-progress", second.pk, to="withdrawn", on="today")
        assert "Taken back: Decided" in take_back(client, first, "decided")


def test_that_it_was_submitted_is_taken_back_with_what_the_review_says_of_it(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", answered="13 mar 2026", final=True)
    made = begin(client, case, "HOS")
    post(client, "complaint-submission", made.pk, on="today", sent_by="office", although="They ring")
    made.refresh_from_db()
    assert made.state == "submitted"

    take_back(client, made, "submitted")

    assert SentWithout.objects.get().taken_back_by == ana
    assert (made.state, made.submitted_on, made.although) == ("preparing", None, "")
    assert "It has gone" in page(client, made)


def test_with_a_letter_by_post_it_is_taken_back_before_the_letter_is(client, damp):
    post(client, "complaint-letter", damp.pk)
    damp.refresh_from_db()
    damp.letter.means = "post"
    damp.letter.save()
    sent_by_post(client, damp.letter.pk)
    damp.refresh_from_db()
    assert damp.state == "submitted"
    stays = client.post(f"/letters/{damp.letter.pk}/undo/", follow=True)
    assert "Look at the complaint first" in stays.content.decode()

    take_back(client, damp, "submitted")

    assert damp.state == "preparing"
    client.post(f"/letters/{damp.letter.pk}/undo/")
    damp.letter.refresh_from_db()
    assert damp.letter.state != "sent"


def test_who_may_not_record_it_takes_it_not_back(client, sent):
    went_on(client, sent, "decided", decision="upheld", ends_issue="on")
    by = client.session["_auth_user_id"]
    client.force_login(StaffFactory(role=Role.ADMINISTRATOR))
    assert "You may not close cases" in take_back(client, sent, "decided")
    assert sent.state == "decided"

    client.force_login(StaffMember.objects.get(pk=by))
    take_back(client, sent, "decided")
    client.force_login(StaffFactory(role=Role.ADMINISTRATOR))
    assert "You may not send letters" in take_back(client, sent, "submitted")
    assert sent.state == "submitted"


def test_a_volunteer_takes_nothing_back(client, sent):
    went_on(client, sent, "accepted")
    client.force_login(StaffFactory(volunteer=True))
    step = sent.steps.latest("pk")

    assert client.post(f"/complaints/{sent.pk}/steps/{step.pk}/taken-back/").status_code == 403
    assert "Take back" not in page(client, sent)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_an_earlier_ending_recovered_is_there_again_and_counted(client, ana, sent, at_once):
    case, issue = sent.case, sent.issue
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "money-recovered", "amount": "420"})
    again = {"reason": "They rang", "next_action": "Ring", "on": "tomorrow"}
    client.post(f"/cases/{case.pk}/reopening/", again)
    went_on(client, sent, "decided", decision="upheld", amount="500", ends_issue="on")
    if not at_once:
        gather()

    take_back(client, sent, "decided")

    gather()
    issue.refresh_from_db()
    assert (issue.outcome, issue.pounds) == ("", "£420.00")
    assert recovered() == [420]
    gather(everything=True)
    assert recovered() == [420]


def recovered() -> list[int]:
    return list(Fact.objects.filter(pounds__gt=0).values_list("pounds", flat=True))
