"""Facts: what happened is counted once, without a name, and stays counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.figures import actions
from opencasework.office.figures.actions import catch_up, gather
from opencasework.office.figures.cube import month_cube
from opencasework.office.figures.models import Fact, Measure
from opencasework.office.inbox.actions import take_back
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.actions import mark_posted, mark_reply, receive_reply
from opencasework.office.letters.models import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def counted(measure: Measure) -> int:
    return Fact.objects.filter(measure=measure).count()


def test_every_issue_counts_when_it_is_taken_on_and_when_it_ends():
    case = CaseFactory(body=body("DWP"), channel="phone")
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=case.owner)
    case.close(outcome="explained", by=case.owner)

    gather()

    assert (counted(Measure.CASES_OPENED), counted(Measure.CASES_CLOSED)) == (2, 2)
    ended = Fact.objects.get(measure=Measure.CASES_CLOSED, category="BEN-UC")
    assert (ended.body, ended.channel, ended.outcome) == ("DWP", "phone", "explained")


def test_what_a_restricted_case_counted_stays_out_of_publications_when_the_case_is_deleted():
    secret, plain = CaseFactory(), CaseFactory()
    Case.objects.filter(pk=secret.pk).update(need_to_know=True)
    gather()
    assert Fact.objects.publishable().count() == 1
    member, colleague = StaffFactory(member=True), StaffFactory()

    for case in (secret, plain):
        Case.objects.get(pk=case.pk).delete()

    assert Fact.objects.count() == 2
    assert Fact.objects.publishable().count() == 1
    assert Fact.objects.visible_to(colleague).count() == 1
    assert Fact.objects.visible_to(member).count() == 2


def test_gathering_again_makes_nothing_new():
    CaseFactory(outcome="explained")

    assert gather() == 2
    assert gather() == 0
    assert gather(everything=True) == 0
    assert Fact.objects.count() == 2


def test_a_line_committed_late_is_not_missed():
    late = CaseFactory(at=timezone.now() - timedelta(days=40)).events.get(kind=Event.Kind.ISSUE_ADDED)
    CaseFactory()
    gather()
    Fact.objects.filter(event_id=late.pk).delete()

    assert gather() == 1
    assert Fact.objects.filter(event_id=late.pk).exists()


def test_gathering_goes_in_batches(monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    CaseFactory.create_batch(5)

    assert gather() == 5


def test_a_fact_counts_in_the_month_the_office_was_in():
    half_past_midnight_in_london = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    CaseFactory(at=half_past_midnight_in_london)

    gather()

    assert (Fact.objects.get().period, Fact.objects.get().on) == ("2026-06", date(2026, 6, 1))


def test_a_letter_marked_as_posted_on_a_day_of_last_month_counts_in_the_month_it_was_recorded():
    with time_machine.travel(datetime(2026, 10, 30, 12, tzinfo=UTC), tick=False):
        letter = LetterFactory(to_body=body("DWP"))
    with time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC), tick=False):
        mark_posted(letter, on=date(2026, 10, 30), by=letter.drafted_by)

    gather()

    assert letter.case.events.get(kind=Event.Kind.LETTER_OUT).at.date() == date(2026, 10, 30)
    assert Fact.objects.get(measure=Measure.ENQUIRIES_SENT).period == "2026-11"


def test_a_view_on_policy_is_not_casework_and_the_offices_own_business_is_nothing():
    CaseFactory(category=CategoryFactory(code="POL-ENV"), outcome="explained")
    CaseFactory(category=CategoryFactory(code="OFF-VISIT"), outcome="explained")

    gather()

    assert [fact.measure for fact in Fact.objects.all()] == [Measure.POLICY_MESSAGES]


def change(client, case, code: str) -> None:
    """Change the issue of a case on its page."""
    client.force_login(case.owner)
    tags = {"urgency": "URG-1", "sensitivity": "SEN-1", "transferability": "TRF-0"}
    client.post(f"/cases/{case.pk}/tags/", {"category": CategoryFactory(code=code).code, **tags})


def test_a_policy_query_that_turns_out_to_be_casework_is_taken_on_in_the_month_of_the_change(client):
    with time_machine.travel(datetime(2026, 10, 5, 12, tzinfo=UTC), tick=False):
        case = CaseFactory(category=CategoryFactory(code="POL-ENV"), body=body("DWP"))
        gather()
    with time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC), tick=False):
        for code in ("BEN-UC", "POL-ENV", "BEN-UC"):
            change(client, case, code)
            gather()
        case.refresh_from_db()
        case.close(outcome="explained", by=case.owner)
        gather()

    facts = [(fact.measure, fact.period, fact.category, fact.body) for fact in Fact.objects.order_by("pk")]
    assert facts == [
        (Measure.POLICY_MESSAGES, "2026-10", "POL-ENV", "DWP"),
        (Measure.CASES_OPENED, "2026-11", "BEN-UC", "DWP"),
        (Measure.CASES_CLOSED, "2026-11", "BEN-UC", "DWP"),
    ]


def test_casework_that_turns_out_to_be_policy_counts_as_policy_and_does_not_end(client):
    case = CaseFactory(category=CategoryFactory(code="BEN-UC"))
    change(client, case, "POL-ENV")
    case.refresh_from_db()
    case.close(outcome="explained", by=case.owner)

    gather()

    assert case.kind == case.Kind.POLICY
    assert [fact.measure for fact in Fact.objects.order_by("pk")] == ["cases_opened", "policy_messages"]


def test_the_other_issues_of_a_policy_query_become_casework_with_it(client):
    case = CaseFactory(category=CategoryFactory(code="POL-ENV"))
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=case.owner)
    change(client, case, "BEN-UC")

    gather()

    opened = Fact.objects.filter(measure=Measure.CASES_OPENED)
    assert set(opened.values_list("category", flat=True)) == {"BEN-UC", "HOU-DAMP"}


def test_an_issue_that_is_taken_up_again_ends_each_time_it_is_recorded():
    case = CaseFactory(outcome="referred")
    case.reopen(next_action="Ring back", next_action_on=timezone.localdate(), by=case.owner)
    case.close(outcome="put-right", by=case.owner)

    gather()

    ended = Fact.objects.filter(measure=Measure.CASES_CLOSED).order_by("pk")
    assert list(ended.values_list("outcome", flat=True)) == ["referred", "put-right"]


def test_lines_that_count_as_nothing_are_looked_at_once(django_assert_num_queries):
    CaseFactory(category=CategoryFactory(code="OFF-VISIT"), outcome="explained")
    enquiry = EnquiryFactory()
    for _ in range(2):
        receive_reply(enquiry=enquiry, received_on=timezone.localdate(), by=None, kind=Reply.Kind.SUBSTANTIVE)
    catch_up()

    with django_assert_num_queries(3):
        assert catch_up() == 0


def test_many_answers_cost_no_more_queries_than_one(django_assert_max_num_queries):
    for _ in range(4):
        enquiry = EnquiryFactory()
        receive_reply(enquiry=enquiry, received_on=timezone.localdate(), by=None, kind=Reply.Kind.SUBSTANTIVE)

    with django_assert_max_num_queries(23):
        gather()

    assert counted(Measure.REPLIES_RECEIVED) == 4


def test_campaign_mail_counts_as_policy_once_nobody_takes_it_back():
    settled = MessageFactory(
        decision=Message.Decision.CAMPAIGN, decided_at=timezone.now() - timedelta(hours=2)
    )
    MessageFactory(decision=Message.Decision.CAMPAIGN, decided_at=timezone.now())

    assert gather() == 1
    assert gather() == 0
    assert Fact.objects.get().message_id == settled.pk


def test_mail_taken_out_of_a_campaign_is_no_longer_a_policy_message():
    mail = MessageFactory(decision=Message.Decision.CAMPAIGN, decided_at=timezone.now() - timedelta(hours=2))
    gather()

    take_back(mail, by=StaffFactory())
    gather()

    assert Fact.objects.count() == 0


def test_an_enquiry_counts_when_it_leaves_and_its_first_answer_when_it_comes():
    enquiry = EnquiryFactory(sent_on=timezone.localdate() - timedelta(days=9), to_body=body("DWP"))
    receive_reply(enquiry=enquiry, received_on=timezone.localdate(), by=None, kind=Reply.Kind.HOLDING)
    gather()
    assert (counted(Measure.ENQUIRIES_SENT), counted(Measure.REPLIES_RECEIVED)) == (1, 0)

    for _ in range(2):
        receive_reply(enquiry=enquiry, received_on=timezone.localdate(), by=None, kind=Reply.Kind.SUBSTANTIVE)
        gather()

    assert counted(Measure.REPLIES_RECEIVED) == 1
    assert Fact.objects.get(measure=Measure.REPLIES_RECEIVED).body == "DWP"


def test_an_answer_taken_back_is_not_counted_and_counts_again_when_there_is_one():
    enquiry = EnquiryFactory()
    reply = receive_reply(
        enquiry=enquiry, received_on=timezone.localdate(), by=None, kind=Reply.Kind.SUBSTANTIVE
    )
    gather()

    mark_reply(reply=reply, kind=Reply.Kind.HOLDING, by=None)
    gather()
    assert counted(Measure.REPLIES_RECEIVED) == 0
    assert gather() == 0

    mark_reply(reply=reply, kind=Reply.Kind.FINAL_RESPONSE, by=None)
    gather()
    gather()
    assert counted(Measure.REPLIES_RECEIVED) == 1


def test_erasing_a_case_keeps_its_count():
    case = CaseFactory(outcome="explained")
    gather()

    CasePerson.objects.filter(case=case).delete()
    case.delete()
    gather(everything=True)

    assert Fact.objects.count() == 2
    assert {fact.case_id for fact in Fact.objects.all()} == {None}


def test_the_cube_of_a_month_holds_first_level_topics_and_bodies():
    november = datetime(2026, 11, 3, 12, tzinfo=UTC)
    CaseFactory(at=november, body=body("DWP"))
    CaseFactory(at=november, body=body("DWP"), category=CategoryFactory(code="BEN-PIP"))
    CaseFactory(at=november, category=CategoryFactory(code="HOU-DAMP"))
    CaseFactory(at=datetime(2026, 10, 3, 12, tzinfo=UTC))
    gather()

    assert month_cube("2026-11") == {
        ("cases_opened", "BEN", "DWP"): 2,
        ("cases_opened", "HOU", ""): 1,
    }


# --- how long bodies take ---------------------------------------------------------------------------------


def on_day(text: str):
    return time_machine.travel(datetime.fromisoformat(f"{text}T12:00+00:00"), tick=False)


def asked(day: str, **details: object):
    """An enquiry put to DWP on a day, by a letter that was posted."""
    with on_day(day):
        return EnquiryFactory(sent_on=date.fromisoformat(day), to_body=body("DWP"), **details)


def answered(enquiry, day: str, recorded: str = "") -> Reply:
    with on_day(recorded or day):
        return receive_reply(
            enquiry=enquiry, received_on=date.fromisoformat(day), by=None, kind=Reply.Kind.SUBSTANTIVE
        )


def periods(measure: Measure) -> list[str]:
    return list(Fact.objects.filter(measure=measure).values_list("period", flat=True))


# Twenty working days after Friday 20 March 2026 are over on Tuesday 21 April, Easter in between.
@pytest.mark.parametrize(("day", "in_time"), [("2026-04-21", True), ("2026-04-22", False)])
def test_a_reply_is_in_time_until_the_twentieth_working_day(day, in_time):
    answered(asked("2026-03-20"), day)

    gather()

    assert (counted(Measure.REPLIES_RECEIVED), counted(Measure.REPLIES_IN_20WD)) == (1, int(in_time))


def test_an_enquiry_without_a_reply_counts_once_in_the_month_in_which_its_20_days_passed():
    asked("2026-03-20")
    with on_day("2026-04-21"):
        gather()
    assert periods(Measure.ENQUIRIES_OVER_20WD) == []

    with on_day("2026-05-11"):
        gather()
        gather(everything=True)

    assert periods(Measure.ENQUIRIES_OVER_20WD) == ["2026-04"]


def test_a_late_reply_leaves_the_enquiry_counted_as_late():
    enquiry = asked("2026-03-20")
    answered(enquiry, "2026-05-06")

    with on_day("2026-05-11"):
        gather()

    assert periods(Measure.ENQUIRIES_OVER_20WD) == ["2026-04"]
    assert periods(Measure.REPLIES_IN_20WD) == []
    assert Fact.objects.get(measure=Measure.REPLIES_RECEIVED).days == 47


def test_a_reply_in_time_that_was_recorded_late_takes_the_lateness_back():
    enquiry = asked("2026-03-20")
    with on_day("2026-04-30"):
        gather()
    answered(enquiry, "2026-04-15", recorded="2026-05-05")

    with on_day("2026-05-06"):
        gather()

    assert periods(Measure.ENQUIRIES_OVER_20WD) == []
    assert periods(Measure.REPLIES_IN_20WD) == ["2026-05"]


def test_an_answer_that_was_none_is_in_no_count():
    enquiry = asked("2026-03-20")
    reply = answered(enquiry, "2026-04-01")
    gather()
    mark_reply(reply=reply, kind=Reply.Kind.HOLDING, by=None)

    gather()

    assert counted(Measure.REPLIES_RECEIVED) == counted(Measure.REPLIES_IN_20WD) == 0


def test_a_case_that_becomes_restricted_and_open_again_leaves_and_enters_what_may_be_published():
    case = CaseFactory()
    gather()
    Case.objects.filter(pk=case.pk).update(need_to_know=True)
    gather()
    assert not Fact.objects.publishable().exists()

    Case.objects.filter(pk=case.pk).update(need_to_know=False)
    gather()

    assert Fact.objects.publishable().count() == 1
