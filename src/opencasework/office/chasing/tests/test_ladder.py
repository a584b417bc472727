"""The ladder of an office: what is drafted when an answer does not come, and what changing it does."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.moving import merge, unmerge
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_due_chasers, to_chase
from opencasework.office.chasing.ladder import rungs_of
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
SENT, DUE = date(2026, 9, 1), date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


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
    Enquiry.objects.filter(pk=enquiry.pk).update(level="minister")  # which has nobody above it
    enquiry.case.plan(next_action=f"Reply expected from {enquiry.body}", on=DUE, by=enquiry.case.owner)
    draft_due_chasers(date(2026, 9, 16))
    left = datetime(2026, 9, 16, 10, tzinfo=LONDON)
    actions.record_departure(Letter.objects.drafts().get(), at=left, by=None)

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


@pytest.fixture
def left_open(client, enquiry):
    """A closed case with an enquiry that nobody answered, whose body became part of another meanwhile."""
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/cases/{enquiry.case.pk}/closure/", {"outcome": "advised"})
    successor = BodyFactory(reply_target_days=40)
    BodyContactFactory(body=successor, email="all@successor.example")
    client.post(f"/bodies/{enquiry.body.pk}/successor/", {"successor": successor.code})
    enquiry.refresh_from_db()
    assert enquiry.body != successor
    return enquiry, successor


AGAIN = {"reason": "They rang", "next_action": "Ring back", "on": "tomorrow"}


@pytest.mark.parametrize(("act", "sent"), [("reopening/", AGAIN), ("closure/undo/", {})])
def test_what_a_closed_case_waited_for_is_chased_with_the_successor_when_it_is_opened_again(
    act, sent, client, left_open
):
    enquiry, successor = left_open
    old = enquiry.body

    client.post(f"/cases/{enquiry.case.pk}/{act}", sent)
    draft_due_chasers(date(2026, 9, 16))

    enquiry.refresh_from_db()
    assert (enquiry.body, enquiry.due_on) == (successor, DUE)
    [line] = enquiry.case.events.filter(text__startswith=f"{old} is part of {successor} now")
    assert "owes the answer due 15 September 2026." in line.text
    assert Letter.objects.drafts().get(case=enquiry.case).to_email == "all@successor.example"


def test_it_goes_to_the_last_of_several_successors(client, left_open):
    enquiry, successor = left_open
    last = BodyFactory()
    client.post(f"/bodies/{successor.pk}/successor/", {"successor": last.code})

    client.post(f"/cases/{enquiry.case.pk}/reopening/", AGAIN)

    enquiry.refresh_from_db()
    assert enquiry.body == last


def test_it_stays_where_the_body_is_one_of_its_own_again(client, left_open):
    enquiry, _successor = left_open
    old = enquiry.body
    Body.objects.filter(pk=old.pk).update(parent=None)

    client.post(f"/cases/{enquiry.case.pk}/reopening/", AGAIN)

    enquiry.refresh_from_db()
    assert enquiry.body == old


def test_a_part_that_took_nobody_s_place_owes_its_own_answers(client):
    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    part = BodyFactory(parent=BodyFactory())
    enquiry = EnquiryFactory(to_body=part, sent_on=SENT)
    client.post(f"/cases/{enquiry.case.pk}/closure/", {"outcome": "advised"})

    client.post(f"/cases/{enquiry.case.pk}/reopening/", AGAIN)

    enquiry.refresh_from_db()
    assert enquiry.body == part


def test_it_goes_along_where_the_closed_case_becomes_part_of_an_open_one(client, left_open):
    enquiry, successor = left_open
    other = CaseFactory()

    merge(case=enquiry.case, into=other, by=other.owner or StaffFactory())

    enquiry.refresh_from_db()
    assert (enquiry.case, enquiry.body) == (other, successor)


def test_it_goes_along_where_the_case_is_taken_out_of_one_that_was_closed(client, enquiry):
    client.force_login(manager := StaffFactory(role=Role.OFFICE_MANAGER))
    other, successor = CaseFactory(), BodyFactory()
    move = merge(case=enquiry.case, into=other, by=manager)
    client.post(f"/cases/{other.pk}/closure/", {"outcome": "advised"})
    client.post(f"/bodies/{enquiry.body.pk}/successor/", {"successor": successor.code})

    unmerge(move=move, by=manager)

    enquiry.refresh_from_db()
    assert (enquiry.case.is_open, enquiry.body) == (True, successor)


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


@pytest.mark.parametrize("kind", ["chaser", "enquiry", "queued"])
def test_what_waits_to_go_to_a_body_that_became_part_of_another_waits_for_an_address(
    client, enquiry, kind, on_the_day
):
    on_the_day(date(2026, 9, 16))
    owner, old = enquiry.case.owner, enquiry.body
    letter = LetterFactory(case=enquiry.case, to_body=old)
    if kind == "chaser":
        draft_due_chasers(date(2026, 9, 16))
        letter = Letter.objects.get(kind="chaser")
    elif kind == "queued":
        outbox.queue(letter, by=owner)
    read = letter.version
    successor = BodyFactory()
    contact = BodyContactFactory(body=successor, email="all@successor.example")

    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/bodies/{old.pk}/successor/", {"successor": successor.code})
    client.force_login(owner)
    page = client.get(f"/letters/{letter.pk}/").content.decode()
    refused = client.post(f"/letters/{letter.pk}/sending/", {"version": read})

    letter.refresh_from_db()
    assert f"{old} is part of {successor} now: choose whom to write to" in page
    assert (refused.status_code, letter.is_draft) == (422, True)
    words = {"to_contact": contact.pk, "to_email": contact.email, "means": "email"}
    words |= {"subject": letter.subject, "text": letter.text}
    client.post(f"/letters/{letter.pk}/", words)
    letter.refresh_from_db()
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    letter.refresh_from_db()
    assert (letter.to_body, letter.mail.to) == (successor, "all@successor.example")


def test_a_letter_to_the_head_of_a_body_that_became_part_of_another_is_drafted_anew(
    client, enquiry, on_the_day
):
    head, successor = BodyFactory(kind="department"), BodyFactory()
    enquiry.body.parent, enquiry.body.kind = head, "agency"
    enquiry.body.save()
    BodyContactFactory(body=head, kind=BodyContact.Kind.ESCALATION, email="up@head.example")
    for day in (date(2026, 9, 16), date(2026, 9, 30)):
        on_the_day(day)
        draft_due_chasers(day)
        letter = Letter.objects.drafts().get(about_enquiry=enquiry)
        if letter.to_body == enquiry.body:
            actions.record_departure(letter, at=timezone.now(), by=None)

    client.force_login(StaffFactory(role=Role.OFFICE_MANAGER))
    client.post(f"/bodies/{enquiry.body.pk}/successor/", {"successor": successor.code})
    client.force_login(enquiry.case.owner)

    assert letter.to_body == head
    page = client.get(f"/letters/{letter.pk}/").content.decode()
    assert f"{successor} owes this answer now: discard this letter" in page
    assert client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}).status_code == 422


def test_a_step_to_the_head_in_the_words_of_a_chaser_is_taken_once(enquiry):
    Rung.objects.filter(step=Rung.Step.HEAD).update(template=LetterTemplate.objects.get(code="LT-CH2"))
    above = EnquiryFactory(
        case=enquiry.case, to_body=enquiry.body, sent_on=SENT, about_enquiry=enquiry
    )  # an ordinary wording, so not on the level of a minister

    left = [rung.step for rung in rungs_of(above)]

    assert above.level == Enquiry.Level.OFFICIAL
    assert left == ["remind", "ombudsman"]


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
