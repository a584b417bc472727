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
from opencasework.office.chasing.ladder import rungs_of
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate
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


@pytest.fixture
def on_the_day(time_machine):
    """Set the clock to nine in the morning of a day, and sign the client in again."""
    return lambda day: time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))


@pytest.fixture
def enquiry() -> Enquiry:
    """Sent on 1 September 2026 to a landlord with ten working days, so due on the 15th."""
    return EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=SENT)


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


# --- the ladder -------------------------------------------------------------------------------------------


def test_an_office_changes_its_ladder_and_the_next_chasers_follow_it(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 10))
    manager = StaffFactory(role=Role.OFFICE_MANAGER)
    client.force_login(manager)
    page = client.get("/chasers/ladder/").content.decode()
    pk = int(re.search(r"/chasers/ladder/(\d+)/", page).group(1))

    client.post(
        f"/chasers/ladder/{pk}/",
        {
            "name": "Friendly reminder",
            "step": "remind",
            "days": "3",
            "template": template_of(page, client, pk),
        },
    )

    assert to_chase(on=date(2026, 9, 17)) == []
    assert draft_due_chasers(date(2026, 9, 18)) == 1
    assert Chaser.objects.get().ordinal == "Friendly reminder"


def template_of(page: str, client, pk: int) -> str:
    form = client.get(f"/chasers/ladder/{pk}/").content.decode()
    return re.search(r'<option value="(\d+)" selected', form.partition('name="template"')[2]).group(1)


def test_a_step_that_is_a_letter_needs_words_and_a_caseworker_changes_no_ladder(client, enquiry):
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    refused = client.post("/chasers/ladder/new/", {"name": "Again", "step": "up", "days": "5"})
    client.force_login(enquiry.case.owner)

    response = client.post("/chasers/ladder/new/", {"name": "Again", "step": "ombudsman", "days": "5"})

    assert refused.status_code == 422
    assert "Choose the wording" in refused.content.decode()
    assert response.status_code == 403


def test_steps_change_places_and_the_last_one_stays(client):
    OfficeFactory()
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    numbers = re.findall(r"/chasers/ladder/(\d+)/place/", client.get("/chasers/ladder/").content.decode())

    client.post(f"/chasers/ladder/{numbers[0]}/place/")
    page = client.get("/chasers/ladder/").content.decode()
    for number in re.findall(r"/chasers/ladder/(\d+)/removal/", page):
        said = client.post(f"/chasers/ladder/{number}/removal/", follow=True).content.decode()

    assert page.index("Second chaser") < page.index("First chaser")
    assert "A ladder needs one step at least" in said


def test_the_office_sets_how_long_a_body_without_a_target_has(client):
    OfficeFactory()
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    client.post("/chasers/ladder/days/", {"reply_days": "10"})

    later = EnquiryFactory(to_body=BodyFactory(reply_target_days=None), sent_on=SENT)
    assert later.due_on == DUE


def test_at_the_top_of_the_ladder_a_person_is_told_to_consider_the_ombudsman(enquiry):
    Enquiry.objects.filter(pk=enquiry.pk).update(level="minister")  # which has no minister above it
    enquiry.case.plan(next_action=f"Reply expected from {enquiry.body}", on=DUE, by=enquiry.case.owner)
    for day in (date(2026, 9, 16), date(2026, 10, 1)):
        draft_due_chasers(day)
        letter = Letter.objects.drafts().get()
        at = datetime(day.year, day.month, day.day, 10, tzinfo=LONDON)
        actions.record_departure(letter, at=at, by=None)

    made = [draft_due_chasers(date(2026, 10, 29)) for _ in range(2)]

    enquiry.case.refresh_from_db()
    assert made == [1, 0]
    assert enquiry.case.next_action == f"Consider the ombudsman for {enquiry.body}"
    assert not Letter.objects.drafts().exists()


def test_a_body_that_became_part_of_another_is_chased_there_with_the_dates_it_was_given(client, enquiry):
    successor = BodyFactory(reply_target_days=40)
    BodyContactFactory(body=successor, email="all@successor.example")
    answered = EnquiryFactory(to_body=enquiry.body, sent_on=SENT)
    actions.receive_reply(enquiry=answered, received_on=date(2026, 9, 3), kind="substantive")
    hidden = EnquiryFactory(to_body=enquiry.body, sent_on=SENT, case=CaseFactory(need_to_know=True))
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    before = client.get(f"/bodies/{enquiry.body.pk}/successor/").content.decode()
    client.post(f"/bodies/{enquiry.body.pk}/successor/", {"successor": successor.code})
    draft_due_chasers(date(2026, 9, 16))

    for each in (enquiry, answered, hidden):
        each.refresh_from_db()
    assert "You can see 1 open enquiry." in before
    assert (enquiry.body, enquiry.due_on) == (successor, DUE)
    assert hidden.body == successor
    assert answered.body != successor
    assert Letter.objects.drafts().filter(case=enquiry.case).get().to_body == successor
    assert hidden.case.title not in client.get(f"/bodies/{successor.pk}/answers/").content.decode()


@pytest.mark.parametrize("email", ["", "all@successor.example"])
def test_a_chaser_to_a_body_that_another_became_part_of_goes_to_no_address_of_the_old_one(
    client, enquiry, email
):
    successor = BodyFactory(reply_target_days=40)
    if email:
        BodyContactFactory(body=successor, email=email)
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))

    client.post(f"/bodies/{enquiry.body.pk}/successor/", {"successor": successor.code})
    draft_due_chasers(date(2026, 9, 16))

    chaser = Letter.objects.drafts().get(case=enquiry.case)
    assert (chaser.to_body, chaser.to_email) == (successor, email)
    assert chaser.to_contact is None or chaser.to_contact.body == successor


def test_a_step_to_the_head_in_the_words_of_a_chaser_is_taken_once(enquiry):
    Rung.objects.filter(step=Rung.Step.HEAD).update(template=LetterTemplate.objects.get(code="LT-CH2"))
    above = EnquiryFactory(
        case=enquiry.case, to_body=enquiry.body, sent_on=SENT, about_enquiry=enquiry
    )  # an ordinary wording, so not on the level of a minister

    left = [rung.step for rung in rungs_of(above)]

    assert above.level == Enquiry.Level.OFFICIAL
    assert left == ["remind", "up", "ombudsman"]


def chased_on(*days: date) -> None:
    for day in days:
        draft_due_chasers(day)
        for letter in Letter.objects.drafts():
            at = datetime(day.year, day.month, day.day, 10, tzinfo=LONDON)
            actions.record_departure(letter, at=at, by=None)


def test_a_new_step_at_the_front_sends_nobody_the_first_chaser_again(client, enquiry):
    chased_on(date(2026, 9, 16))
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    wording = LetterTemplate.objects.get(code="LT-CH1").pk
    added = {"name": "Before all", "step": "remind", "days": "1", "template": wording}
    client.post("/chasers/ladder/new/", added)
    new = Rung.objects.get(name="Before all")
    for _ in range(4):
        client.post(f"/chasers/ladder/{new.pk}/place/")

    chased_on(date(2026, 10, 15))

    assert Rung.objects.first() == new
    assert [each.name for each in Chaser.objects.all()] == ["First chaser", "Second chaser"]


def test_a_step_that_is_taken_off_makes_nobody_skip_the_next(client, enquiry):
    chased_on(date(2026, 9, 16))
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/chasers/ladder/{Rung.objects.first().pk}/removal/")

    chased_on(date(2026, 10, 15))

    assert [each.name for each in Chaser.objects.all()] == ["First chaser", "Second chaser"]


def test_steps_that_change_places_are_each_taken_once(client, enquiry):
    chased_on(date(2026, 9, 16), date(2026, 10, 15))
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/chasers/ladder/{Rung.objects.get(name='Second chaser').pk}/place/")

    draft_due_chasers(date(2026, 11, 15))

    assert Chaser.objects.last().name == "Minister or chief executive"


def test_the_next_step_counts_from_the_day_the_clock_ran_again(client, enquiry, on_the_day):
    chased_on(date(2026, 10, 1))
    on_the_day(date(2026, 11, 5))
    client.force_login(enquiry.case.owner)
    client.post(f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "5 Oct", "reason": "Form"})
    client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": "today"})

    page = client.get(f"/enquiries/{enquiry.pk}/").content.decode()

    assert draft_due_chasers(date(2026, 11, 5)) == 0
    assert to_chase(on=date(2026, 11, 18)) == []
    assert to_chase(on=date(2026, 11, 19)) == [enquiry]
    assert "10 working days after the clock ran again" in page


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
