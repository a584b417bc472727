"""A complaint on its way to an ombudsman, through the front door."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from opencasework.office.authority.models import SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.models import Outcome
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.checks import days_known
from opencasework.office.referrals.models import Answer, Complaint
from opencasework.office.routes.models import KeyDate
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

from .complaining import begin, card, case_about, lines, page, post, sent_by_post, stage

pytestmark = pytest.mark.django_db
TODAY = "2026-11-23 10:00"  # a Monday


@pytest.fixture(autouse=True)
def _at_ten_on_a_monday(home):
    with time_machine.travel(TODAY, tick=False):
        yield


# --- what is proposed and what is missing -------------------------------------------------------------


def test_the_case_says_which_ombudsman_what_is_missing_and_until_when(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    before = card(client, case)
    assert "Housing Ombudsman Service" in before
    assert "No final answer is recorded" in before
    assert "Record: final response dated" in before
    assert "Say what it led to" in before

    said = stage(client, case, "HA", answered="13 mar 2026", final=True)

    assert "To the Housing Ombudsman Service until Saturday 13 March 2027" in said
    after = card(client, case)
    assert "Final answer on Friday 13 March 2026 (Stage 1, Housing association" in after
    assert "Until Saturday 13 March 2027" in after
    assert "12 months from: final response dated. Source: Four Million Homes" in after
    assert "Stage 1" in after
    assert case.key_dates.get(kind=KeyDate.Kind.FINAL).day == date(2026, 3, 13)
    assert case.key_dates.get(kind=KeyDate.Kind.COMPLAINED).day == date(2026, 1, 5)
    assert "answered Stage 1 on Friday 13 March 2026, not upheld. It is final" in lines(case)[1]


def test_a_day_that_somebody_corrects_counts_on_the_card_and_on_the_route_alike(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", answered="13 may 2026", final=True)

    post(client, "route-date-new", case.pk, kind="final", day="13 mar 2026", known_from="The letter")

    assert "Final answer on Friday 13 March 2026 (The letter)" in card(client, case)
    assert "Until Saturday 13 March 2027" in card(client, case)
    assert "13 March 2027" in client.get(reverse("case-route", args=[case.pk])).content.decode()


def test_a_deadline_that_is_past_when_the_case_is_opened_is_said_and_asks_why_it_is_late(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    said = stage(client, case, "HA", sent="5 jan 2025", answered="13 mar 2025", final=True)
    assert "ended on Friday 13 March 2026. Later at its discretion." in said
    assert "Say why it is late" in card(client, case)
    assert case.next_action_on >= date(2026, 11, 23)

    complaint = begin(client, case, "HOS", late_reason="He was in hospital until October.")

    assert "Late because: He was in hospital until October." in page(client, complaint)


def test_a_stage_cannot_be_answered_before_it_was_asked_nor_twice(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    said = stage(client, case, "HA", sent="5 oct 2026", answered="1 oct 2026")
    assert "It was sent on Monday 5 October 2026" in said
    made = case.complaint_stages.get()
    post(client, "complaint-stage", case.pk, made.pk, on="9 oct 2026", answer="upheld")
    again = post(client, "complaint-stage", case.pk, made.pk, on="12 oct 2026", answer="not")
    assert "has recorded an answer already" in again
    made.refresh_from_db()
    assert (made.answered_on, made.answer) == (date(2026, 10, 9), "upheld")


def test_eight_silent_weeks_open_the_way_to_the_energy_ombudsman(client, ana):
    case = case_about("UTL-EN", "ENERGYSUP", ana)
    assert "Record when the complaint was made" in card(client, case)
    stage(client, case, "ENERGYSUP", name="Complaint", sent="2 nov 2026")
    assert "Wait until Monday 28 December 2026" in card(client, case)
    with time_machine.travel("2026-12-29 10:00", tick=False):
        client.force_login(ana)
        assert "No final answer within 8 weeks" in card(client, case)


def test_the_police_ombudsman_in_northern_ireland_takes_complaints_directly(client, ana):
    OfficeFactory().__class__.objects.update(nation="ni")
    case = case_about("CRI-COMP", "PSNI", ana)
    shown = card(client, case)
    assert "takes complaints directly" in shown


def two_problems(client, ana):
    """A case with Universal Credit and a landlord; the department has given its final answer."""
    case = case_about("BEN-UC", "DWP-UC", ana)
    stage(client, case, "DWP-UC", sent="2 mar 2026", answered="1 apr 2026", final=True)
    damp = case.issues.create(category=Category.objects.get(code="HOU-DAMP"), body=body("HA"))
    return case, damp


def test_the_answer_about_one_problem_is_not_the_answer_about_another(client, ana):
    case, damp = two_problems(client, ana)
    begin(client, case, "HOS", issue=damp.pk)

    complaint = case.complaints.get()
    shown = page(client, complaint)

    assert "Final answer on Wednesday 1 April 2026" not in shown
    assert "No final answer is recorded" in shown
    assert complaint.by_when is None
    assert "Record: final response dated" in shown

    assert f"?kind=final&amp;issue={damp.pk}" in shown
    post(
        client, "route-date-new", case.pk, kind="final", day="1 sep 2026", known_from="The landlord",
        issue=damp.pk,
    )  # fmt: skip
    assert "Final answer on Tuesday 1 September 2026 (The landlord)" in page(client, complaint)


def test_a_problem_with_stages_of_its_own_takes_its_days_from_them(client, ana):
    case, damp = two_problems(client, ana)
    post(
        client, "complaint-stage-new", case.pk, body="HA", name="Stage 1", sent_on="5 may 2026",
        sent_by="person", issue=damp.pk,
    )  # fmt: skip
    begin(client, case, "HOS", issue=damp.pk)
    complaint = case.complaints.get()
    assert days_known(case, damp) == {"complained": date(2026, 5, 5)}
    assert "Record it with the stages of this problem" in page(client, complaint)

    own = case.complaint_stages.get(issue=damp)
    post(client, "complaint-stage", case.pk, own.pk, on="1 jun 2026", answer="not", is_final="on")

    assert "Until Tuesday 1 June 2027" in page(client, complaint)
    credit = case.issues.exclude(pk=damp.pk).get()
    assert days_known(case, credit) == {"complained": date(2026, 3, 2), "final": date(2026, 4, 1)}


# --- on its way ---------------------------------------------------------------------------------------


def test_it_is_submitted_accepted_investigated_and_decided_and_the_problem_ends_with_it(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="19 mar 2026", reference="200000000")
    post(client, "complaint-progress", damp.pk, to="accepted", on="10 apr 2026")
    post(client, "complaint-progress", damp.pk, to="investigating", on="1 jun 2026")
    said = post(
        client, "complaint-progress", damp.pk, to="decided", on="2 nov 2026", decision="partly",
        remedy="An apology and works by Christmas", amount="350", ends_issue="on",
    )  # fmt: skip
    assert "Partly upheld, £350.00, An apology and works by Christmas" in said
    assert "The problem has ended: partly put right." in said
    issue = damp.case.issues.get()
    assert (issue.outcome, issue.amount) == (Outcome.PART_PUT_RIGHT, Decimal("350.00"))
    assert [step.state for step in damp.steps.all()] == [
        "preparing", "submitted", "accepted", "investigating", "decided",
    ]  # fmt: skip
    assert all(step.by == ana for step in damp.steps.all())
    assert "Housing Ombudsman: decided on Monday 2 November 2026" in lines(damp.case)[-1]
    assert "It has ended" in post(client, "complaint-progress", damp.pk, to="accepted", on="today")


@pytest.mark.parametrize(
    ("decision", "amount", "remedy", "outcome"),
    [
        (Answer.UPHELD, "", "Repairs", Outcome.PUT_RIGHT),
        (Answer.UPHELD, "500", "", Outcome.MONEY_RECOVERED),
        (Answer.NOT, "", "", Outcome.NOT_UPHELD),
    ],
)
def test_a_decision_ends_the_problem_as_it_says(client, ana, damp, decision, amount, remedy, outcome):
    post(client, "complaint-submission", damp.pk, on="today")
    post(
        client, "complaint-progress", damp.pk, to="decided", on="today", decision=decision, amount=amount,
        remedy=remedy, ends_issue="on",
    )  # fmt: skip
    assert damp.case.issues.get().outcome == outcome


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"to": "decided", "decision": "not"}, "Choose that, or take the amount out."),
        ({"to": "accepted"}, "Choose “Decided” with it, or take the amount out."),
    ],
)
def test_pounds_beside_what_brings_none_are_asked_about_and_not_dropped(client, ana, damp, given, says):
    post(client, "complaint-submission", damp.pk, on="today")

    asked = post(client, "complaint-progress", damp.pk, **given, on="today", amount="100", ends_issue="on")

    assert says in asked
    damp.refresh_from_db()
    assert (damp.state, damp.amount) == ("submitted", None)
    assert damp.case.issues.get().is_open
    post(client, "complaint-progress", damp.pk, **given, on="today", amount="0")
    damp.refresh_from_db()
    assert damp.state == given["to"]


def test_what_they_are_to_do_beside_no_decision_is_asked_about_and_kept_as_typed(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="today")
    given = {"to": "accepted", "on": "today", "remedy": "An apology by Christmas"}

    asked = post(client, "complaint-progress", damp.pk, **given)

    assert "What they are to do goes with a decision." in asked
    assert "An apology by Christmas" in asked
    damp.refresh_from_db()
    assert damp.state == "submitted"
    post(client, "complaint-progress", damp.pk, **given | {"to": "decided", "decision": "upheld"})
    damp.refresh_from_db()
    assert (damp.state, damp.remedy) == ("decided", "An apology by Christmas")


def test_who_may_not_close_cases_records_a_decision_and_leaves_the_problem_open(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="today")
    client.force_login(StaffFactory(administrator=True))
    decided = {"to": "decided", "on": "today", "decision": "upheld", "amount": "5000"}

    refused = post(client, "complaint-progress", damp.pk, **decided, ends_issue="on")
    assert "leave the problem open" in refused
    assert damp.case.issues.get().is_open

    post(client, "complaint-progress", damp.pk, **decided)
    damp.refresh_from_db()
    assert damp.state == "decided"
    assert damp.case.issues.get().is_open


def test_what_went_in_time_was_in_time_however_late_it_is_recorded(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", sent="5 jan 2025", answered="24 nov 2025", final=True)  # until 24 November 2026
    AuthorityFactory(case=case, given_on=date(2026, 1, 2), expires_on=date(2026, 11, 22))
    complaint = begin(client, case, "HOS")
    with time_machine.travel("2026-11-26 10:00", tick=False):
        client.force_login(ana)
        late = post(client, "complaint-submission", complaint.pk, on="25 nov 2026")
        assert "Not met yet: in time; the person agrees." in late

        ended = post(client, "complaint-submission", complaint.pk, on="20 nov 2026")
        assert "Say why this office sent it all the same, which the weekly review lists" in ended
        assert "Not met yet" not in ended.partition("Say why this office")[0][-200:]

        why = "Posted before it ran out"
        said = post(client, "complaint-submission", complaint.pk, on="20 nov 2026", although=why)

        assert "Submitted to the Housing Ombudsman Service." in said
        shown = page(client, complaint)
        assert "Until Tuesday 24 November 2026." in shown
        assert "Authority covers the Housing Ombudsman." in shown
        assert SentWithout.objects.get().reason == why


def test_what_was_withdrawn_since_covers_no_earlier_day_but_what_the_person_sent_themselves_needs_none(
    client, ana, damp
):
    damp.case.authorities.update(given_on=date(2026, 11, 2), withdrawn_on=date(2026, 11, 22))

    refused = post(client, "complaint-submission", damp.pk, on="20 nov 2026")
    assert "Not met yet: the person agrees." in refused
    damp.refresh_from_db()
    assert damp.submitted_on is None

    themselves = post(client, "complaint-submission", damp.pk, on="20 nov 2026", sent_by="person")
    assert "Submitted to" in themselves
    assert not SentWithout.objects.exists()


def test_what_went_before_the_final_answer_came_asks_why_it_did(client, ana, damp):
    early = {"on": "20 feb 2026"}
    refused = post(client, "complaint-submission", damp.pk, **early)
    assert "Not met yet: the body has had its say." in refused
    damp.refresh_from_db()
    assert damp.submitted_on is None

    said = post(client, "complaint-submission", damp.pk, **early, although="The roof had come down")

    assert "Submitted to" in said
    shown = page(client, damp)
    assert "The final answer came on Friday 13 March 2026, after that day." in shown


def test_what_went_before_the_answer_but_after_the_weeks_of_waiting_asks_nothing(client, ana):
    case = case_about("UTL-EN", "ENERGYSUP", ana)
    stage(client, case, "ENERGYSUP", sent="5 jan 2026", answered="13 mar 2026", final=True)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    complaint = begin(client, case, "ENERGYO")
    within = post(client, "complaint-submission", complaint.pk, on="20 feb 2026")
    assert "Not met yet: the body has had its say." in within

    assert "Submitted to" in post(client, "complaint-submission", complaint.pk, on="4 mar 2026")


def test_what_went_before_the_examiner_had_answered_does_not_count_as_gone(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    stage(client, case, "DWP-UC", answered="1 jul 2026", final=True)
    stage(client, case, "ICE", name="ICE", sent="6 jul 2026", answered="2 nov 2026", final=True)
    complaint = begin(client, case, "PHSO-GOV")

    early = post(client, "complaint-submission", complaint.pk, on="30 oct 2026", although="Posted early")

    assert "comes first, and answered on Monday 2 November 2026, after that day" in early
    on_the_day = post(client, "complaint-submission", complaint.pk, on="2 nov 2026", although="As it was")
    assert "after that day" not in on_the_day


def test_a_letter_posted_in_time_submits_its_complaint_when_that_is_recorded_late(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", sent="5 jan 2025", answered="24 nov 2025", final=True)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    complaint = begin(client, case, "HOS")
    post(client, "complaint-letter", complaint.pk)
    complaint.refresh_from_db()
    Letter.objects.filter(pk=complaint.letter_id).update(means="post")
    with time_machine.travel("2026-11-26 10:00", tick=False):
        client.force_login(ana)
        sent_by_post(client, complaint.letter_id)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.submitted_on) == ("submitted", date(2026, 11, 23))


def test_their_reference_and_why_they_decided_so_are_kept_with_the_decision(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="today")
    post(
        client, "complaint-progress", damp.pk, to="decided", on="today", decision="not",
        reference="HOS-77", why="The landlord acted in time.",
    )  # fmt: skip
    assert "HOS-77" in page(client, damp)
    assert lines(damp.case)[-1].endswith("\nThe landlord acted in time.")


def test_a_decision_may_leave_the_problem_open(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="today")
    post(client, "complaint-progress", damp.pk, to="decided", on="today", decision="upheld")
    assert damp.case.issues.get().is_open


def test_declined_says_why_and_nothing_happens_before_what_came_before(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="19 nov 2026")
    early = post(client, "complaint-progress", damp.pk, to="accepted", on="18 nov 2026")
    assert "It was submitted on Thursday 19 November 2026. Give that day or a later one." in early
    silent = post(client, "complaint-progress", damp.pk, to="declined", on="today")
    assert "Say why they declined it" in silent
    post(client, "complaint-progress", damp.pk, to="declined", on="today", why="It is with a court.")
    damp.refresh_from_db()
    assert damp.result == "Declined: It is with a court."
    assert damp.case.issues.get().is_open


def test_a_reviewer_that_declined_has_not_had_its_say(client, ana):
    case = case_about("BEN-UC", "DWP-UC", ana)
    first = begin(client, case, "ICE")
    Complaint.objects.filter(pk=first.pk).update(
        state="declined", why_declined="Too soon.", submitted_on=date(2026, 11, 2), ended_on=date(2026, 11, 9)
    )

    shown = card(client, case)

    assert "Independent Case Examiner, then PHSO" in shown
    assert "The Independent Case Examiner has answered" not in shown


def test_what_is_missing_asks_for_a_reason_and_the_reason_is_kept(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    complaint = begin(client, case, "HOS")
    refused = post(client, "complaint-submission", complaint.pk, on="today")
    assert "Not met yet: the body has had its say; in time; the person agrees." in refused
    post(client, "complaint-submission", complaint.pk, on="today", although="The landlord will not answer.")
    complaint.refresh_from_db()
    assert complaint.state == "submitted"
    assert "All the same, because: The landlord will not answer." in lines(case)[-1]


def test_a_date_recorded_later_moves_the_last_day_that_lists_show(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    complaint = begin(client, case, "HOS")
    assert complaint.by_when is None
    post(client, "route-date-new", case.pk, kind="final", day="1 sep 2026")
    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 9, 1)
    assert "Four Million Homes" in complaint.by_rule


def test_the_last_fortnight_of_a_complaint_that_is_not_sent_stands_on_my_day(client, ana, damp):
    assert "Complain to the Housing Ombudsman" not in client.get("/").content.decode()
    with time_machine.travel("2027-03-01 10:00", tick=False):
        client.force_login(ana)
        assert "Complain to the Housing Ombudsman" in client.get("/").content.decode()


def test_a_complaint_past_its_last_day_stands_among_what_is_past_its_date(client, ana, damp):
    def sections(day):
        with time_machine.travel(f"{day} 10:00", tick=False):
            client.force_login(ana)
            shown = client.get("/").content.decode()
        found = re.split(r'<h2 id="section-', shown)[1:]
        return [each.split('"')[0] for each in found if "Complain to the Housing Ombudsman" in each], shown

    assert sections("2027-03-02")[0] == ["today"]
    assert "last day Sat 13 Mar" in sections("2027-03-02")[1]
    assert sections("2027-03-13")[0] == ["today"]
    on_the_16th, shown = sections("2027-03-16")
    assert on_the_16th == ["late"]
    assert "3 days late" in shown
    assert "last day was Sat 13 Mar" in shown


def test_one_complaint_runs_at_a_time_and_what_was_submitted_stays_as_it_was(client, ana, damp):
    again = post(
        client, "complaint-new", damp.case_id, issue=damp.issue_id, scheme="HOS", court="none",
        what_happened="x",
    )  # fmt: skip
    assert "under way already" in again
    post(client, "complaint-words", damp.pk, what_happened="Better said.", court="none")
    damp.refresh_from_db()
    assert damp.what_happened == "Better said."
    post(client, "complaint-submission", damp.pk, on="today", although="It is urgent.")
    late = post(client, "complaint-words", damp.pk, what_happened="Rewritten.", court="none")
    assert "what was submitted stays as it was" in late


# --- who may ------------------------------------------------------------------------------------------


def test_a_complaint_on_a_restricted_case_is_not_found_by_who_may_not_know(client, ana, damp):
    damp.case.need_to_know = True
    damp.case.save()
    client.force_login(StaffFactory(first_name="Tom"))
    for name in ("complaint", "complaint-words", "complaint-progress", "complaint-submission"):
        assert client.get(reverse(name, args=[damp.pk])).status_code == 404
    assert client.get(reverse("case-ombudsman", args=[damp.case_id])).status_code == 404
    shown = client.get(reverse("referrals")).content.decode()
    assert damp.case.reference not in shown
    assert damp.case.title not in shown


def test_a_volunteer_changes_nothing(client, ana, damp):
    vic = StaffFactory(volunteer=True)
    damp.case.shared_with.add(vic)
    client.force_login(vic)
    assert "Get the complaint ready" not in card(client, damp.case)
    for name in ("complaint-words", "complaint-signed", "complaint-progress", "complaint-submission"):
        assert client.post(reverse(name, args=[damp.pk])).status_code == 403


@pytest.mark.parametrize(
    ("category", "whom", "scheme", "said"),
    [
        ("UTL-EN", "ENERGYSUP", "ENERGYO", "Until Thursday 26 August 2027"),
        ("MON-FRAUD", "FINFIRM", "FOS", "No final response has come, so its 6 months have not begun."),
        ("TRA-RAIL", "TOC", "RAILO", "No final response has come, so its 12 months have not begun."),
        ("JUS-LAWY", "LAWFIRM", "LEO", "No final response has come, so its 6 months have not begun."),
    ],
)
def test_what_goes_after_the_wait_without_a_final_response_is_in_time(
    client, ana, category, whom, scheme, said
):
    if whom == "LAWFIRM":
        BodyFactory(code=whom, kind="company")
    case = case_about(category, whom, ana)
    client.force_login(ana)
    stage(client, case, whom, sent="1 jul 2026")
    complaint = begin(client, case, scheme)

    assert said in page(client, complaint)
    post(client, "complaint-submission", complaint.pk, on="today", sent_by="person")
    complaint.refresh_from_db()
    assert not complaint.is_preparing


def test_a_lawyer_who_did_not_answer_is_still_complained_about_within_a_year_of_the_act(client, ana):
    BodyFactory(code="LAWFIRM", kind="company")
    case = case_about("JUS-LAWY", "LAWFIRM", ana)
    client.force_login(ana)
    post(client, "route-date-new", case.pk, kind="happened", day="10 jan 2025", known_from="letter")
    stage(client, case, "LAWFIRM", sent="1 jul 2026")

    assert "Ended on Saturday 10 January 2026" in page(client, begin(client, case, "LEO"))
