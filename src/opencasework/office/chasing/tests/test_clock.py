"""The clock of an enquiry: put by word, stopped, moved, answered, and every act taken back."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.moving import merge
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers, to_chase
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
SENT, DUE = date(2026, 9, 1), date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def newest(case: Case) -> Event:
    """The line that was written last, whatever day it speaks of."""
    return case.events.latest("pk")


def undo_in(page: str) -> str:
    """The address that takes back what was just done."""
    found = re.search(r"/enquiries/\d+/(?:undo/[^\"'/]+/|withdrawal/)", page)
    assert found, page[:2000]
    return found.group()


# --- by telephone and portal ------------------------------------------------------------------------------


def ask_by_phone(client, case, body, **given):
    said = {
        "body": body.code, "means": "phone", "to_whom": "Jo on the members’ line",
        "question": "When will the arrears be paid?", "asked_on": "today",
        "no_authority_reason": "She agreed on the telephone, form to follow",
    }  # fmt: skip
    return client.post(f"/cases/{case.pk}/enquiries/new/", said | given, follow=True)


def test_what_was_asked_by_telephone_has_a_clock_and_no_letter(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case, body = CaseFactory(), BodyFactory(reply_target_days=10)
    client.force_login(case.owner)

    page = ask_by_phone(client, case, body).content.decode()

    asked = case.enquiries.get()
    assert "should answer by 15 September" in page
    assert (asked.letter, asked.means, asked.due_on, asked.asked_by) == (None, "phone", DUE, case.owner)
    assert case.events.get(kind=Event.Kind.CALL).text.startswith("Asked Jo on the members’ line")
    gather()
    assert Fact.objects.filter(measure="enquiries_sent", case_id=case.pk).count() == 1


@pytest.mark.parametrize("typed", ["1 Nov", "27/11", "Fri 27 November", "28 May"])
def test_a_day_without_its_year_that_would_be_half_a_year_off_is_asked_about(typed, client, on_the_day):
    on_the_day(date(2026, 11, 28))
    OfficeFactory()
    enquiry = EnquiryFactory(sent_on=date(2026, 11, 20))
    case, due_on = enquiry.case, enquiry.due_on
    client.force_login(case.owner)
    holding = {"kind": "holding", "received_on": "today", "promised_on": typed}

    asked = ask_by_phone(client, case, BodyFactory(), due_on=typed)
    moved = client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": typed, "why": "They rang."})
    promised = client.post(f"/enquiries/{enquiry.pk}/replies/", holding)

    enquiry.refresh_from_db()
    assert {page.status_code for page in (asked, moved, promised)} == {422}
    assert all("2027. If you mean that day" in page.content.decode() for page in (asked, moved, promised))
    assert case.enquiries.get() == enquiry
    assert (enquiry.due_on, enquiry.replies.count()) == (due_on, 0)


def test_what_was_asked_about_a_case_that_a_colleague_closed_meanwhile_is_refused_and_kept(client):
    OfficeFactory()
    kofi, case = StaffFactory(first_name="Kofi", last_name="Wren"), CaseFactory()
    client.force_login(case.owner)
    case.close(outcome="advised", by=kofi)

    asked = ask_by_phone(client, case, BodyFactory())
    decided = client.post(
        f"/cases/{case.pk}/route/decisions/new/", {"what": "take_up", "why": "Nobody else will"}
    )

    pages = asked.content.decode(), decided.content.decode()
    assert (asked.status_code, decided.status_code) == (409, 409)
    assert all("Kofi Wren closed this case at" in page for page in pages)
    assert "When will the arrears be paid?" in pages[0]
    assert "Nobody else will" in pages[1]
    assert not case.enquiries.exists()
    assert not case.decisions.exists()


def test_a_day_of_next_year_is_said_with_its_year(client, on_the_day):
    on_the_day(date(2026, 11, 28))
    OfficeFactory()
    enquiry = EnquiryFactory(sent_on=date(2026, 11, 20))
    client.force_login(enquiry.case.owner)
    holding = {"kind": "holding", "received_on": "today", "promised_on": "27 Nov 2027"}

    asked = ask_by_phone(client, enquiry.case, BodyFactory(), due_on="15 Jan").content.decode()
    moved = client.post(
        f"/enquiries/{enquiry.pk}/due/", {"due_on": "8 Feb", "why": "They rang."}, follow=True
    ).content.decode()
    promised = client.post(f"/enquiries/{enquiry.pk}/replies/", holding, follow=True).content.decode()

    assert "should answer by 15 January 2027." in asked
    assert "The reply is due by 8 February 2027." in moved
    assert "They promise one by 27 November 2027." in promised


def test_what_was_asked_by_telephone_and_is_sent_twice_is_one_enquiry(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case, body = CaseFactory(), BodyFactory(reply_target_days=10)
    client.force_login(case.owner)
    undo = undo_in(ask_by_phone(client, case, body).content.decode())

    again = ask_by_phone(client, case, body).content.decode()

    asked = case.enquiries.get()
    assert "You had recorded this already, so it is there once." in again
    assert f'<a href="{asked.get_absolute_url()}">Open the enquiry</a>' in again
    assert case.events.filter(kind=Event.Kind.CALL).count() == 1
    ask_by_phone(client, case, body, question="And what about the deposit?")
    assert case.enquiries.count() == 2
    client.post(undo)
    assert "should answer by 15 September" in ask_by_phone(client, case, body).content.decode()
    assert case.enquiries.count() == 2


def test_what_is_asked_again_by_telephone_on_the_day_of_its_answer_is_an_enquiry_of_its_own(
    client, on_the_day
):
    on_the_day(SENT)
    OfficeFactory()
    case, body = CaseFactory(), BodyFactory(reply_target_days=10)
    client.force_login(case.owner)
    ask_by_phone(client, case, body)
    answer = {"kind": "substantive", "received_on": "today", "note": "On Friday."}
    client.post(f"/enquiries/{case.enquiries.get().pk}/replies/", answer)

    said = ask_by_phone(client, case, body).content.decode()
    again = ask_by_phone(client, case, body).content.decode()

    assert "should answer by 15 September" in said
    assert "You had recorded this already" in again
    assert [one.is_answered for one in case.enquiries.order_by("pk")] == [True, False]


def test_an_enquiry_put_by_telephone_is_chased_in_the_words_that_were_asked(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case, body = CaseFactory(), BodyFactory(reply_target_days=10)
    BodyContactFactory(body=body, email="members@landlord.example")
    client.force_login(case.owner)
    ask_by_phone(client, case, body)

    drafted = draft_due_chasers(date(2026, 9, 16))

    chaser = Letter.objects.get()
    assert drafted == 1
    assert chaser.to_email == "members@landlord.example"
    assert "When will the arrears be paid?" in chaser.text


def test_an_enquiry_that_was_not_put_after_all_is_taken_back_and_counted_no_more(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)
    page = ask_by_phone(client, case, BodyFactory()).content.decode()
    gather()

    client.post(undo_in(page))

    gather()
    assert not case.enquiries.exists()
    assert "was not asked after all" in newest(case).text
    assert not Fact.objects.filter(measure="enquiries_sent", case_id=case.pk).exists()


def test_an_answer_is_not_due_before_the_question(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)

    response = ask_by_phone(client, case, BodyFactory(), due_on="1 Sep")

    assert response.status_code == 422
    assert "An answer is due after the day of asking" in response.content.decode()
    assert not case.enquiries.exists()


def test_the_database_too_refuses_a_due_date_before_the_letter_s(enquiry):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(due_on=SENT)


# --- the clock --------------------------------------------------------------------------------------------


def test_a_stopped_clock_says_why_and_nobody_is_chased(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 10))
    client.force_login(enquiry.case.owner)

    client.post(f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "today", "reason": "They want the form"})
    page = client.get(f"/enquiries/{enquiry.pk}/").content.decode()
    card = client.get(f"/cases/{enquiry.case.pk}/enquiries/").content.decode()

    assert "Clock stopped" in card
    assert f"{enquiry.case.owner}: They want the form" in page
    assert to_chase(on=date(2026, 12, 1)) == []
    assert "Clock stopped from 10 September 2026" in newest(enquiry.case).text


def test_the_reply_is_due_as_many_working_days_later_as_the_clock_stood_still(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 18))
    client.force_login(enquiry.case.owner)
    client.post(f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "10 Sep", "reason": "Form"}, follow=True)

    page = client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": "17 Sep"}, follow=True)

    enquiry.refresh_from_db()
    assert enquiry.due_on == date(2026, 9, 22)  # five working days from the 10th to the 17th
    assert "5 working days later" in enquiry.due_rule
    client.post(undo_in(page.content.decode()))
    enquiry.refresh_from_db()
    assert (enquiry.due_on, enquiry.pause_reason) == (DUE, "Form")


def test_days_on_which_the_clock_stood_still_count_once(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 8))
    client.force_login(enquiry.case.owner)

    def stood(since, until):
        said = {"stopped_on": since, "reason": "They want the form"}
        stopped = client.post(f"/enquiries/{enquiry.pk}/stop/", said)
        client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": until})
        enquiry.refresh_from_db()
        return stopped

    stood("2 Sep 2026", "7 Sep 2026")
    again = stood("4 Sep 2026", "7 Sep 2026")

    assert (again.status_code, enquiry.due_on) == (422, date(2026, 9, 18))
    assert "The clock ran again from 7 September 2026" in again.content.decode()
    stood("7 Sep 2026", "8 Sep 2026")
    assert enquiry.due_on == date(2026, 9, 21)


def test_what_came_after_an_act_keeps_it_from_being_taken_back(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 10))
    client.force_login(enquiry.case.owner)
    page = client.post(
        f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "today", "reason": "Form"}, follow=True
    )
    client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": "today"})

    said = client.post(undo_in(page.content.decode()), follow=True).content.decode()

    enquiry.refresh_from_db()
    assert "Something has come after that" in said
    assert not enquiry.is_paused


def test_another_due_date_needs_a_reason_and_lies_after_the_letter(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 10))
    client.force_login(enquiry.case.owner)

    early = client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": "1 Sep 2026", "why": "Urgent"})
    client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": "30 Sep", "why": "The hearing is then"})

    enquiry.refresh_from_db()
    assert early.status_code == 422
    assert "an answer is due after that" in early.content.decode()
    assert enquiry.due_on == date(2026, 9, 30)
    assert "instead of 15 September 2026" in newest(enquiry.case).text


def test_a_holding_reply_with_a_date_is_not_chased_before_that_date(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 14))
    client.force_login(enquiry.case.owner)

    client.post(
        f"/enquiries/{enquiry.pk}/replies/",
        {"kind": "holding", "received_on": "today", "promised_on": "30 Sep"},
    )

    assert to_chase(on=date(2026, 9, 30)) == []
    assert to_chase(on=date(2026, 10, 1)) == [enquiry]
    assert "promise an answer by 30 September 2026" in enquiry.case.events.get(kind="reply_in").text


@pytest.mark.parametrize("kind", ["acknowledgement", "holding", "partial"])
def test_what_is_no_answer_leaves_the_clock_running(kind, enquiry):
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 3), kind=kind)

    enquiry.refresh_from_db()
    assert not enquiry.is_answered
    assert to_chase(on=date(2026, 9, 16)) == [enquiry]


def test_an_enquiry_answered_twice_keeps_the_first_day_and_says_that_the_other_came(enquiry):
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 10), kind="substantive")

    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 20), kind="substantive")

    enquiry.refresh_from_db()
    assert enquiry.answered_on == date(2026, 9, 10)
    assert enquiry.case.events.filter(kind=Event.Kind.ANSWERED).count() == 1
    assert "it was answered before" in newest(enquiry.case).text


def test_the_clock_of_an_answered_enquiry_neither_runs_on_nor_is_moved(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 24))
    client.force_login(enquiry.case.owner)
    client.post(
        f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "10 sep 2026", "reason": "They want the form"}
    )
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 14), kind="substantive")
    enquiry.refresh_from_db()
    due_on = enquiry.due_on

    ran = client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": "today"})
    moved = client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": "31 dec 2026", "why": "They rang."})

    assert "has answered. There is no clock to run." in ran.content.decode()
    assert "has answered. Nothing is due any more." in moved.content.decode()
    enquiry.refresh_from_db()
    assert enquiry.due_on == due_on


def test_whether_they_changed_their_mind_is_said_once_there_is_an_answer(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 14))
    client.force_login(enquiry.case.owner)
    too_early = client.post(f"/enquiries/{enquiry.pk}/mind/", {"changed_mind": "yes"})
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 10), kind="substantive")

    client.post(f"/enquiries/{enquiry.pk}/mind/", {"changed_mind": "partly"})
    card = client.get(f"/cases/{enquiry.case.pk}/enquiries/").content.decode()

    assert too_early.status_code == 422
    assert "They changed their mind in part." in card
    assert newest(enquiry.case).by == enquiry.case.owner


def test_the_page_of_an_enquiry_says_its_rule_and_its_next_step(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 10))
    client.force_login(enquiry.case.owner)

    page = client.get(f"/enquiries/{enquiry.pk}/").content.decode()

    assert "aims to answer within 10 working days" in page
    assert "First chaser on Wed 16 Sep 2026: 1 working day after the reply was due." in page


def test_an_enquiry_of_a_hidden_case_is_not_found_and_no_volunteer_sets_a_clock(client, enquiry):
    hidden = EnquiryFactory(case=CaseFactory(need_to_know=True))
    client.force_login(enquiry.case.owner)
    assert client.get(f"/enquiries/{hidden.pk}/").status_code == 404
    assert client.post(f"/enquiries/{hidden.pk}/stop/", {"reason": "x"}).status_code == 404

    vic = StaffFactory(role=Role.VOLUNTEER)
    enquiry.case.shared_with.add(vic)
    client.force_login(vic)

    assert client.get(f"/enquiries/{enquiry.pk}/").status_code == 200
    assert client.post(f"/enquiries/{enquiry.pk}/stop/", {"reason": "x"}).status_code == 403


# --- held, and never twice --------------------------------------------------------------------------------


def test_a_chaser_due_on_the_day_the_answer_arrives_is_held_and_shown(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 16))
    client.force_login(enquiry.case.owner)
    draft_due_chasers(date(2026, 9, 16))  # in the morning
    chaser = Letter.objects.get(kind=Letter.Kind.CHASER)
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 16), kind="substantive")  # a minute ago

    refused = client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version})
    page = client.get("/chasers/").content.decode()

    assert refused.status_code == 422
    assert "answered on 16 September 2026. Discard this letter." in refused.content.decode()
    assert "Held: the answer came first" in page
    assert "the chaser does not go" in page
    assert draft_due_chasers(date(2026, 9, 16)) == 0


def test_a_chaser_on_its_way_out_is_stopped_by_an_answer(smtp, enquiry, time_machine):
    time_machine.move_to(datetime(2026, 9, 16, 9, tzinfo=LONDON), tick=False)
    draft_due_chasers(date(2026, 9, 16))
    chaser = Letter.objects.get(kind=Letter.Kind.CHASER)
    outbox.queue(chaser, by=enquiry.case.owner)
    time_machine.move_to(datetime(2026, 9, 16, 9, 1, tzinfo=LONDON), tick=False)
    actions.receive_reply(enquiry=enquiry, received_on=date(2026, 9, 16), kind="substantive")

    outbox.send_ready(datetime(2026, 9, 16, 9, 5, tzinfo=LONDON))

    chaser.refresh_from_db()
    assert smtp.received == []
    assert chaser.mail.state == "stopped"


def test_an_answer_from_above_answers_those_below_and_is_taken_back_with_them(enquiry):
    above = EnquiryFactory(case=enquiry.case, sent_on=date(2026, 10, 14), about_enquiry=enquiry)
    reply = actions.receive_reply(enquiry=above, received_on=date(2026, 10, 20), kind="substantive")

    enquiry.refresh_from_db()
    answered = enquiry.answered_on
    actions.mark_reply(reply=reply, kind="holding", by=enquiry.case.owner)

    enquiry.refresh_from_db()
    assert answered == date(2026, 10, 20)
    assert enquiry.answered_on is None


def test_an_enquiry_taken_back_after_a_merge_is_counted_no_more(client, on_the_day):
    on_the_day(SENT)
    OfficeFactory()
    case = CaseFactory()
    into = CaseFactory(person=case.constituent, by=case.owner)
    client.force_login(case.owner)
    ask_by_phone(client, case, BodyFactory())
    enquiry = Enquiry.objects.get()
    merge(case=case, into=into, by=case.owner)
    gather()
    counted = Fact.objects.filter(measure="enquiries_sent").count()

    client.post(f"/enquiries/{enquiry.pk}/withdrawal/")

    gather()
    assert counted == 1
    assert not Enquiry.objects.exists()
    assert not Fact.objects.filter(measure="enquiries_sent").exists()


def test_what_was_asked_months_ago_is_taken_back_with_a_reason_that_stays(client, time_machine):
    time_machine.move_to(datetime(2026, 9, 1, 10, tzinfo=LONDON), tick=False)
    OfficeFactory()
    case, body = CaseFactory(), BodyFactory(reply_target_days=10)
    client.force_login(case.owner)
    ask_by_phone(client, case, body)
    enquiry = case.enquiries.get()
    time_machine.move_to(datetime(2026, 12, 1, 10, tzinfo=LONDON), tick=False)
    client.force_login(case.owner)

    refused = client.post(f"/enquiries/{enquiry.pk}/withdrawal/")
    still_there = case.enquiries.exists()
    client.post(f"/enquiries/{enquiry.pk}/withdrawal/", {"reason": "Rung about another case."})

    assert refused.status_code == 422
    assert "Say why, for it was written down a while ago" in refused.content.decode()
    assert still_there
    assert not case.enquiries.exists()
    assert case.events.filter(text__endswith="was not asked after all. Rung about another case.").exists()
