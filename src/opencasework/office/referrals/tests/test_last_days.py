"""The last day of a complaint: by a reply that was final, in the calendar, at the right scheme."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Transfer
from opencasework.office.letters.answering import mark_reply
from opencasework.office.letters.models import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.referrals.actions import submit
from opencasework.office.referrals.models import Complaint
from opencasework.office.referrals.stages import NotDone
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.models import KeyDate
from opencasework.office.tags.models import Urgency

from .complaining import begin, case_about, page, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def case(client, ana):
    return case_about("HOU-DAMP", "HA", ana)


@pytest.fixture
def enquiry(case, ana):
    return EnquiryFactory(
        case=case, to_body=body("HA"), issue=case.issues.get(), by=ana, sent_on=date(2026, 10, 1)
    )


def final_response(client, enquiry) -> Reply:
    client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": "final_response", "received_on": "3 nov 2026"})
    return enquiry.replies.get()


def route(client, case) -> str:
    return client.get(f"/cases/{case.pk}/route/").content.decode()


def closing(client, case) -> str:
    return client.get(f"/cases/{case.pk}/closure/").content.decode()


def test_a_final_response_that_comes_as_a_reply_starts_the_limits_wherever_they_are_shown(
    client, ana, case, enquiry
):
    complaint = begin(client, case, "HOS")
    assert complaint.by_when is None

    final_response(client, enquiry)

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 11, 3)
    assert "3 November 2027" in route(client, case)
    assert "Final answer on Tuesday 3 November 2026 (reply of Housing association" in page(client, complaint)
    assert KeyDate.objects.get().issue == case.issues.get()
    ends = {(thing.key.split("-")[0], thing.on) for thing in things_of(ana, today=timezone.localdate())}
    assert ("complaint", date(2027, 11, 3)) in ends
    assert ("limit", date(2027, 11, 3)) not in ends  # one last day, said once


def test_closing_the_case_names_a_complaint_that_has_not_gone_with_its_last_day(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    assert "The complaint to the Housing Ombudsman Service has not gone yet. Once" in closing(client, case)
    final_response(client, enquiry)

    last = "has not gone yet; its last day is Wednesday 3 November 2027. Once the case is closed, My day"
    assert last in closing(client, case)
    assert last in client.get(f"/cases/{case.pk}/?write=call").content.decode()
    with time_machine.travel("2027-11-04 10:00", tick=False):
        client.force_login(ana)
        assert "its last day was Wednesday 3 November 2027" in closing(client, case)

    submit(complaint, on=date(2026, 11, 23), by=ana, although="Damp on the lungs", sent_by="person")
    assert "has not gone yet" not in closing(client, case)


def test_one_that_was_no_final_response_after_all_starts_none(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    reply = final_response(client, enquiry)
    enquiry.refresh_from_db()
    enquiry.changed_mind = "yes"
    enquiry.save()

    mark_reply(reply=reply, kind=Reply.Kind.HOLDING, by=ana)

    complaint.refresh_from_db()
    enquiry.refresh_from_db()
    assert complaint.by_when is None
    assert "3 November 2027" not in route(client, case)
    assert "No final answer is recorded" in page(client, complaint)
    assert (enquiry.answered_on, enquiry.changed_mind) == (None, "")


def test_a_complaint_does_not_go_to_a_scheme_that_no_longer_looks_at_it(client, ana, case):
    complaint = begin(client, case, "HOS")
    case.issues.update(body=body("LA-SC"))
    complaint.refresh_from_db()

    with pytest.raises(NotDone, match="Scottish Public Services Ombudsman"):
        submit(complaint, on=timezone.localdate(), by=ana, although="It is urgent.")

    complaint.refresh_from_db()
    assert complaint.is_preparing


def answer(client, enquiry, day: str) -> str:
    given = {"kind": "final_response", "received_on": day}
    return client.post(f"/enquiries/{enquiry.pk}/replies/", given, follow=True).content.decode()


def to_the_council(case, ana, *, issue):
    return EnquiryFactory(
        case=case, to_body=body("LA-DISTRICT"), issue=issue, by=ana, sent_on=date(2026, 10, 1)
    )


def days_counted(case) -> set[date]:
    return {each.day for each in KeyDate.objects.standing().filter(case=case, kind=KeyDate.Kind.FINAL)}


def test_the_final_response_of_another_body_does_not_give_the_person_more_time(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    answer(client, enquiry, "13 oct 2026")

    said = answer(client, to_the_council(case, ana, issue=case.issues.get()), "19 nov 2026")

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 10, 13)
    assert days_counted(case) == {date(2026, 10, 13)}
    assert "is not whom a problem of this case is about" in said


def test_one_about_no_problem_in_particular_counts_for_those_of_its_body(client, ana, case):
    theirs = case.issues.create(category=case.issues.get().category, body=body("LA-DISTRICT"))

    answer(client, to_the_council(case, ana, issue=None), "19 nov 2026")

    assert [each.issue for each in KeyDate.objects.standing()] == [theirs]


def test_a_second_final_response_leaves_the_first_day_and_says_so(client, ana, case, enquiry):
    answer(client, enquiry, "13 oct 2026")

    said = answer(client, enquiry, "20 nov 2026")

    assert days_counted(case) == {date(2026, 10, 13)}
    assert "Limits still run from Tuesday 13 October 2026" in said


def test_an_earlier_one_that_is_recorded_later_counts(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    answer(client, enquiry, "20 nov 2026")

    answer(client, enquiry, "13 oct 2026")

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 10, 13)


def correct(client, reply: Reply, kind: str) -> None:
    client.post(f"/replies/{reply.pk}/kind/", {"kind": kind})


def test_after_one_that_was_none_the_limits_run_from_the_earliest_that_is_one(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    for day in ("13 oct 2026", "20 nov 2026", "18 nov 2026"):
        answer(client, enquiry, day)

    correct(client, enquiry.replies.get(received_on=date(2026, 10, 13)), "holding")

    complaint.refresh_from_db()
    assert complaint.by_when == date(2027, 11, 18)
    assert days_counted(case) == {date(2026, 11, 18)}

    correct(client, enquiry.replies.get(received_on=date(2026, 11, 18)), "partial")
    assert days_counted(case) == {date(2026, 11, 20)}


def test_one_to_another_enquiry_about_the_same_counts_then_and_of_one_day_the_other(
    client, ana, case, enquiry
):
    again = EnquiryFactory(
        case=case, to_body=enquiry.body, issue=enquiry.issue, by=ana, sent_on=date(2026, 10, 2)
    )
    answer(client, enquiry, "13 oct 2026")
    answer(client, again, "13 oct 2026")
    answer(client, to_the_council(case, ana, issue=enquiry.issue), "14 oct 2026")

    correct(client, enquiry.replies.get(), "holding")
    assert days_counted(case) == {date(2026, 10, 13)}

    correct(client, again.replies.get(), "holding")
    assert days_counted(case) == set()  # the council is not whom the problem is about


def test_a_day_that_somebody_said_was_wrong_does_not_come_back_by_itself(client, ana, case, enquiry):
    answer(client, enquiry, "20 nov 2026")
    client.post(f"/cases/{case.pk}/route/dates/{KeyDate.objects.get().pk}/taken-back/")
    answer(client, enquiry, "13 oct 2026")

    correct(client, enquiry.replies.get(received_on=date(2026, 10, 13)), "holding")

    assert days_counted(case) == set()


def test_a_day_that_was_typed_from_the_letter_stands_against_the_day_it_came(client, ana, case, enquiry):
    typed = {"kind": "final", "day": "10 oct 2026", "known_from": "Letter"}
    client.post(f"/cases/{case.pk}/route/dates/new/", typed)

    answer(client, enquiry, "13 oct 2026")

    assert days_counted(case) == {date(2026, 10, 10)}


def test_a_day_that_was_taken_back_counts_nowhere(client, ana, case, enquiry):
    complaint = begin(client, case, "HOS")
    final_response(client, enquiry)

    client.post(f"/cases/{case.pk}/route/dates/{KeyDate.objects.get().pk}/taken-back/")

    complaint.refresh_from_db()
    assert complaint.by_when is None
    assert "No final answer is recorded" in page(client, complaint)


def test_closing_names_a_complaint_that_is_with_the_ombudsman(client, case):
    complaint = begin(client, case, "HOS")
    Complaint.objects.filter(pk=complaint.pk).update(
        state=Complaint.State.SUBMITTED, submitted_on=date(2026, 11, 12), by_when=date(2027, 11, 3)
    )  # fmt: skip

    said = closing(client, case)

    assert "is under way, submitted on Thursday 12 November 2026" in said
    assert "its last day is Wednesday 3 November 2027" in said
    Complaint.objects.update(state=Complaint.State.WITHDRAWN, ended_on=date(2026, 11, 13))
    assert "is under way" not in closing(client, case)


def test_closing_names_a_partner_who_has_not_answered(client, case):
    asked = Transfer.objects.create(
        case=case, level=Transfer.Level.SIGNPOST, to_name="Citizens Advice",
        consent=Transfer.Consent.NOT_NEEDED,
        answer_by=date(2026, 12, 4), offered_on=date(2026, 11, 20),
    )  # fmt: skip

    said = closing(client, case)

    assert "Citizens Advice has not said whether they take it; the answer" in said
    assert "due by Friday 4 December 2026" in said
    Transfer.objects.filter(pk=asked.pk).update(answer="accepted", answered_on=date(2026, 11, 21))
    assert "has not said whether" not in closing(client, case)


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("code", ["LT-ACK", "LT-CLOSE"])
def test_no_letter_sends_the_person_to_an_ombudsman_who_has_the_complaint(client, ana, damp, code, language):
    case, last_day = damp.case, "13 Mawrth 2027" if language == "cy" else "13 March 2027"
    given = {"template": code, "language": language}
    before = client.get(f"/cases/{case.pk}/letters/new/", given).content.decode()
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", sent_by="person")

    after = client.get(f"/cases/{case.pk}/letters/new/", given).content.decode()

    assert last_day in before
    assert last_day not in after


def test_nor_does_the_check_of_an_acknowledgement_ask_for_its_last_day_or_the_form_that_closes_the_case(
    client, ana, damp
):
    case = damp.case
    case.urgency = Urgency.TIME_LIMITED
    case.save()
    letter = LetterFactory(case=case, template="LT-ACK", text="Hello")
    asked = client.get(letter.get_absolute_url()).content.decode()
    told = closing(client, case)
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", sent_by="person")

    assert "say that 13 March 2027 is their last day" in asked
    assert "say that 13 March 2027" not in client.get(letter.get_absolute_url()).content.decode()
    assert "A time limit of theirs runs" in told
    assert "A time limit of theirs runs" not in closing(client, case)


def test_a_complaint_that_was_taken_back_leaves_the_last_day_to_be_told(client, ana, damp):
    post(client, "complaint-submission", damp.pk, on="1 apr 2026", sent_by="person")
    post(client, "complaint-progress", damp.pk, to="withdrawn", on="2 apr 2026", why="They asked")

    shown = client.get(f"/cases/{damp.case.pk}/letters/new/", {"template": "LT-ACK"}).content.decode()

    assert "13 March 2027" in shown
