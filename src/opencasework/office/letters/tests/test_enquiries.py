"""An enquiry has a clock: when it is due, what answers it, and what does not."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.actions import THEN_WRITE
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def test_the_body_s_own_target_counts_in_working_days_from_the_day_after_sending():
    # Thursday 17 December 2026 and ten working days; 25 and 28 December and 1 January do not count.
    enquiry = EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=date(2026, 12, 17))

    assert enquiry.due_on == date(2027, 1, 5)
    assert "aims to answer within 10 working days" in enquiry.due_rule


def test_a_body_without_a_target_takes_its_parent_s():
    parent = BodyFactory(reply_target_days=20)
    enquiry = EnquiryFactory(
        to_body=BodyFactory(reply_target_days=None, parent=parent), sent_on=date(2026, 9, 1)
    )

    assert enquiry.due_on == date(2026, 9, 29)
    assert parent.name in enquiry.due_rule


def test_a_body_without_any_target_gets_the_office_s_fifteen_days():
    enquiry = EnquiryFactory(to_body=BodyFactory(reply_target_days=None), sent_on=date(2026, 10, 29))

    assert enquiry.due_on == date(2026, 11, 19)
    assert "this office's rule" in enquiry.due_rule


def test_scotland_keeps_its_own_bank_holidays():
    # 30 November, St Andrew's Day, is a bank holiday in Scotland only.
    scottish = EnquiryFactory(
        to_body=BodyFactory(reply_target_days=5, nation="sc"), sent_on=date(2026, 11, 26)
    )
    english = EnquiryFactory(to_body=BodyFactory(reply_target_days=5), sent_on=date(2026, 11, 26))

    assert (scottish.due_on, english.due_on) == (date(2026, 12, 4), date(2026, 12, 3))


def test_the_clock_runs_from_the_day_the_mail_leaves(smtp, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 17, 59, tzinfo=timezone.get_current_timezone()))
    letter = LetterFactory(to_body=BodyFactory(reply_target_days=5))
    outbox.queue(letter, by=letter.drafted_by)
    waiting = Enquiry.objects.get().due_on
    smtp.refuse_next(450)
    outbox.send_ready(timezone.now() + timedelta(minutes=2))
    time_machine.move_to(datetime(2026, 11, 23, 9, 0, tzinfo=timezone.get_current_timezone()))

    outbox.send_ready(timezone.now())

    enquiry = Enquiry.objects.get()
    assert waiting == date(2026, 11, 27)
    assert (enquiry.sent_on, enquiry.due_on) == (date(2026, 11, 23), date(2026, 11, 30))


def test_a_letter_put_into_the_post_yesterday_counts_from_yesterday(client, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 9, 0, tzinfo=timezone.get_current_timezone()))
    letter = LetterFactory(to_body=BodyFactory(reply_target_days=5))
    time_machine.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_current_timezone()))
    client.force_login(letter.drafted_by)

    client.post(f"/letters/{letter.pk}/posting/", {"posted_on": "yesterday", "version": letter.version})

    letter.refresh_from_db()
    assert (letter.state, letter.means) == (Letter.State.SENT, Letter.Means.POST)
    assert letter.enquiry.due_on == date(2026, 11, 30)


def test_what_leaves_is_on_the_timeline_with_the_codes_figures_need():
    enquiry = EnquiryFactory(to_body=body("DWP"))

    event = enquiry.case.events.get(kind=Event.Kind.LETTER_OUT)

    assert event.detail["enquiry"] == enquiry.pk
    assert event.detail["body"] == "DWP"
    assert event.detail["category"] == "BEN-UC"
    assert event.detail["kind"] == "casework"
    assert event.detail["channel"] == "email"


@pytest.mark.parametrize("first", ["", f"{THEN_WRITE}Universal Credit"])
def test_once_the_question_is_put_the_next_thing_is_the_reply(first):
    enquiry = EnquiryFactory(case=CaseFactory(next_action=first))
    planned = CaseFactory(next_action="Ring the landlord", next_action_on=date(2030, 1, 7))
    EnquiryFactory(case=planned)

    enquiry.case.refresh_from_db()
    planned.refresh_from_db()
    assert enquiry.case.next_action == f"See whether {enquiry.body} has replied"
    assert enquiry.case.next_action_on == enquiry.due_on
    assert planned.next_action == "Ring the landlord"


def test_a_letter_to_the_minister_is_an_enquiry_at_that_level():
    enquiry = EnquiryFactory(to_body=body("DWP"), template="LT-MIN")

    assert enquiry.level == Enquiry.Level.MINISTER


def test_a_letter_to_the_constituent_starts_no_clock(client):
    letter = LetterFactory(template="LT-ACK")

    actions.mark_posted(letter, on=timezone.localdate(), by=letter.drafted_by)

    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("kind", ["acknowledgement", "holding"])
def test_a_reply_that_is_no_answer_leaves_the_enquiry_open(kind, client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)

    client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": kind, "received_on": "today", "note": "Soon"})

    enquiry.refresh_from_db()
    assert enquiry.answered_on is None
    assert enquiry.replies.get().kind == kind


@pytest.mark.parametrize("kind", ["substantive", "final_response"])
def test_an_answer_recorded_by_a_person_answers_the_enquiry(kind, client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)

    client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": kind, "received_on": "2026-09-08", "note": ""})

    enquiry.refresh_from_db()
    answered = enquiry.case.events.get(kind=Event.Kind.ANSWERED)
    assert enquiry.answered_on == date(2026, 9, 8)
    assert answered.detail["answered_on"] == "2026-09-08"
    assert answered.detail["reply_kind"] == kind


def test_a_reply_that_is_recorded_by_a_double_press_is_one(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)
    said = {"kind": "substantive", "received_on": "2026-09-08", "note": "They will pay."}

    pages = [client.post(f"/enquiries/{enquiry.pk}/replies/", said, follow=True) for _press in range(2)]
    client.post(f"/enquiries/{enquiry.pk}/replies/", said | {"note": "They will pay on Friday."})

    notes = list(enquiry.replies.order_by("pk").values_list("note", flat=True))
    assert "You had recorded this already" in pages[1].content.decode()
    assert notes == ["They will pay.", "They will pay on Friday."]


def test_a_reply_that_four_colleagues_record_is_one(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    first = enquiry.letter.drafted_by
    said = {"kind": "substantive", "received_on": "2026-09-08", "note": "They will pay."}
    for who in [first, StaffFactory(), StaffFactory()]:
        client.force_login(who)
        page = client.post(f"/enquiries/{enquiry.pk}/replies/", said, follow=True).content.decode()
    client.post(f"/enquiries/{enquiry.pk}/replies/", said | {"note": ""})  # in no words: the same one

    assert f"{first} had recorded this already, so it is there once." in page
    assert [reply.recorded_by for reply in enquiry.replies.all()] == [first]


def test_another_reply_of_the_day_in_other_words_stands_beside_the_first(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)
    said = {"kind": "holding", "received_on": "2026-09-08", "note": "They look."}
    for more in ({}, {"note": "They look again."}, {"kind": "partial"}, {"received_on": "2026-09-09"}):
        client.post(f"/enquiries/{enquiry.pk}/replies/", said | more)

    assert enquiry.replies.count() == 4


def test_after_a_reply_is_corrected_it_says_whether_the_enquiry_is_answered(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)
    first, second = [
        actions.receive_reply(
            enquiry=enquiry, received_on=date(2026, 9, day), kind="substantive", by=enquiry.case.owner
        )
        for day in (8, 9)
    ]

    said = [
        client.post(f"/replies/{reply.pk}/kind/", {"kind": "holding"}, follow=True).content.decode()
        for reply in (first, second)
    ]

    assert "the enquiry stays answered, since 9 September 2026" in said[0]
    assert "the enquiry stays open until there is an answer" in said[1]


def test_a_reply_that_came_by_mail_answers_nothing_until_somebody_has_read_it(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)

    reply = actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), message_id=7)
    unread = client.get(f"/cases/{enquiry.case_id}/enquiries/").content.decode()
    still_open = Enquiry.objects.get().answered_on
    client.post(f"/replies/{reply.pk}/kind/", {"kind": "substantive"})

    assert "It is:" in unread
    assert still_open is None
    assert Enquiry.objects.get().answered_on == date(2026, 9, 8)


def test_after_an_answer_the_next_thing_is_to_pass_it_on_and_that_can_be_undone(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    case, waits = enquiry.case, f"See whether {enquiry.body} has replied"
    client.force_login(enquiry.letter.drafted_by)
    reply = actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), message_id=7)

    page = client.post(f"/replies/{reply.pk}/kind/", {"kind": "substantive"}, follow=True).content.decode()
    case.refresh_from_db()
    told = (case.next_action, case.next_action_on)
    undo = re.search(r'action="(/replies/\d+/undo/[^"]+)"', page).group(1)
    client.post(undo)

    case.refresh_from_db()
    enquiry.refresh_from_db()
    assert told == (f"Tell {case.constituent} what {enquiry.body} said", timezone.localdate())
    assert f"/enquiries/{enquiry.pk}/forwarding/" in page
    assert (case.next_action, case.next_action_on, enquiry.answered_on) == (waits, enquiry.due_on, None)
    assert enquiry.unread_reply == reply


def test_taking_back_what_a_reply_was_said_to_be_leaves_what_a_colleague_said_since(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)
    reply = actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), message_id=7)
    page = client.post(f"/replies/{reply.pk}/kind/", {"kind": "substantive"}, follow=True).content.decode()
    undo = re.search(r'action="(/replies/\d+/undo/[^"]+)"', page).group(1)
    client.post(f"/replies/{reply.pk}/kind/", {"kind": "partial"})
    enquiry.case.plan(next_action="Ring the landlord", on=date(2030, 1, 7), by=StaffFactory())

    said = client.post(undo, follow=True).content.decode()

    reply.refresh_from_db()
    enquiry.case.refresh_from_db()
    assert "Nothing was taken back: it was said to be “Part of an answer” since." in said
    assert (reply.kind, enquiry.case.next_action) == ("partial", "Ring the landlord")


def test_taking_back_what_a_reply_was_said_to_be_leaves_what_a_colleague_planned_since(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)
    reply = actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), message_id=7)
    page = client.post(f"/replies/{reply.pk}/kind/", {"kind": "substantive"}, follow=True).content.decode()
    undo = re.search(r'action="(/replies/\d+/undo/[^"]+)"', page).group(1)
    enquiry.case.plan(next_action="Ring the landlord", on=date(2030, 1, 7), by=StaffFactory())

    client.post(undo)

    reply.refresh_from_db()
    enquiry.case.refresh_from_db()
    assert (reply.kind, enquiry.case.next_action) == ("", "Ring the landlord")


def test_an_answer_leaves_a_plan_that_somebody_made(client):
    case = CaseFactory(next_action="Ring the landlord", next_action_on=date(2030, 1, 7))
    enquiry = EnquiryFactory(case=case, sent_on=date(2026, 9, 1))

    actions.receive_reply(
        enquiry=enquiry, received_on=date(2026, 9, 8), kind="substantive", by=enquiry.letter.drafted_by
    )

    case.refresh_from_db()
    assert case.next_action == "Ring the landlord"


def test_one_message_makes_one_reply():
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))

    for _ in range(2):
        actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), message_id=7)

    assert Reply.objects.count() == 1


def test_the_first_answer_counts_and_a_mistake_can_be_taken_back():
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    by = enquiry.letter.drafted_by
    second = actions.receive_reply(
        enquiry=enquiry, received_on=date(2026, 9, 20), kind="final_response", by=by
    )
    first = actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 8), kind="substantive", by=by)
    both = Enquiry.objects.get().answered_on

    actions.mark_reply(reply=first, kind="holding", by=by)
    one = Enquiry.objects.get().answered_on
    actions.mark_reply(reply=second, kind="holding", by=by)

    assert (both, one) == (date(2026, 9, 8), date(2026, 9, 20))
    assert Enquiry.objects.get().answered_on is None


def test_an_answer_cannot_come_before_the_question(client):
    enquiry = EnquiryFactory(sent_on=date(2026, 9, 1))
    client.force_login(enquiry.letter.drafted_by)

    response = client.post(
        f"/enquiries/{enquiry.pk}/replies/", {"kind": "substantive", "received_on": "2026-08-30"}
    )

    assert response.status_code == 422
    assert "before the enquiry was sent" in response.content.decode()


def test_the_card_says_how_late_it_is_and_offers_to_chase(client):
    enquiry = EnquiryFactory(sent_on=timezone.localdate() - timedelta(days=60))
    client.force_login(enquiry.letter.drafted_by)

    card = client.get(f"/cases/{enquiry.case_id}/enquiries/", headers={"HX-Request": "true"}).content.decode()

    assert "days late" in card
    assert "not chased yet" in card
    assert f"/enquiries/{enquiry.pk}/chase/" in card
    assert "<html" not in card


def test_the_directory_s_targets_are_those_of_the_body():
    OfficeFactory()

    assert Body.objects.get(code="DWP").reply_days(15)[0] == Body.objects.get(code="DWP").reply_target_days
