"""When the person last heard, and how; the draft made once when they have not, which sends nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.cases.told import ACKNOWLEDGE_DAYS, UPDATE_DAYS, told, told_of
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import actions as letters
from opencasework.office.letters import facts, undelivered
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.models import Letter, LetterTemplate, OutgoingMail
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.telling import actions
from opencasework.office.telling.models import Word

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 2, 10, tzinfo=LONDON)


def draft(case, code, *, by, to, **more):
    """A letter to a person, for somebody to read."""
    template = LetterTemplate.objects.get(code=code)
    letter = letters.worded(
        case=case, template=template, by=by, today=timezone.localdate(), to_person=to, **more
    )
    return letters.keep_draft(letter, by=by)


def write(case, code="LT-UPDATE", *, by, at=None, **more):
    """A letter to the person, that has left."""
    letter = draft(case, code, by=by, to=case.constituent, **more)
    letters.record_departure(letter, at=at or timezone.now(), by=by)
    return letter


def standing(case):
    return told(Case.objects.get(pk=case.pk), today=timezone.localdate())


def drafts_of(case):
    return list(case.letters.drafts().values_list("template__code", flat=True))


# --- when they last heard -----------------------------------------------------------------------------


def test_the_days_promised_in_letters_are_those_that_are_kept():
    assert UPDATE_DAYS == facts.PROMISED_CONTACT_DAYS
    assert ACKNOWLEDGE_DAYS == 2


def test_whoever_wrote_is_acknowledged_within_two_working_days(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    new = standing(case)
    clock.move_to(datetime(2026, 11, 5, 10, tzinfo=LONDON))
    late = standing(case)
    write(case, "LT-ACK", by=ana)
    done = standing(case)

    assert (new.is_first, new.due_on, new.is_late) == (True, date(2026, 11, 4), False)
    assert (late.is_late, late.short) == (True, "Not acknowledged")
    assert (done.heard.how, done.due_on) == ("email", date(2026, 12, 3))
    assert done.short == "Told Thu 5 Nov, by email"


def test_whoever_rang_or_came_in_was_spoken_to(ana, clock):
    assert standing(CaseFactory(by=ana, channel="phone")).heard.how == "phone"
    assert standing(CaseFactory(by=ana, channel="surgery")).heard.how == "surgery"
    assert standing(CaseFactory(by=ana, channel="web")).heard is None


def test_a_call_with_the_person_is_a_word_and_one_with_a_body_is_none(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    calls = f"/cases/{case.pk}/calls/"

    client.post(calls, {"other_side": "DWP", "text": "They look into it."})
    assert standing(case).heard is None
    client.post(calls, {"other_side": case.constituent.full_name.upper(), "text": "Told her."})
    assert standing(case).heard.how == "phone"


def test_a_call_in_which_the_person_was_not_reached_is_no_word(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    said = {"other_side": case.constituent.full_name, "text": "No answer, left no message."}

    kept = client.post(f"/cases/{case.pk}/calls/", said | {"nobody_reached": "on"})

    assert kept.status_code == 302
    assert standing(case).heard is None


def test_a_letter_that_came_back_is_no_word(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    letter = write(case, by=ana)
    mail = OutgoingMail.objects.create(
        letter=letter, to=letter.to_email, reply_to="a@b.example", subject="x", text="x", message_id="<1@x>",
        state=OutgoingMail.State.SENT, send_after=timezone.now(),
    )  # fmt: skip
    assert standing(case).heard is not None

    undelivered.came_back(mail, status="5.1.1")

    assert standing(case).heard is None


def test_a_letter_to_a_body_or_to_a_third_party_is_no_word_to_the_person(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    EnquiryFactory(case=case)
    neighbour = PersonFactory()
    CasePerson.objects.create(case=case, person=neighbour, role=CasePerson.Role.THIRD_PARTY)
    letter = draft(case, "LT-UPDATE", by=ana, to=neighbour)
    letters.record_departure(letter, at=timezone.now(), by=ana)

    assert standing(case).heard is None


def test_while_we_wait_for_them_no_word_is_owed(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    client.post(
        f"/cases/{case.pk}/questions/new/", {"to": "constituent", "text": "The letter?", "on": "10 wd"}
    )
    assert case.questions.exists()

    assert (standing(case).heard.how, standing(case).due_on) == ("asked", None)


def test_a_list_asks_no_more_the_longer_it_is(ana, clock, django_assert_max_num_queries):
    for _ in range(6):
        write(CaseFactory(by=ana), by=ana)
    cases = list(Case.objects.for_lists())

    with django_assert_max_num_queries(3):
        assert len(told_of(cases, today=timezone.localdate())) == 6


def test_the_case_and_the_list_say_when_they_last_heard(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    write(case, "LT-ACK", by=ana)
    page, listed = client.get(f"/cases/{case.pk}/").content.decode(), client.get("/cases/").content.decode()
    clock.move_to(MONDAY + timedelta(days=40))
    client.force_login(ana)
    late, listed_late = (
        client.get(f"/cases/{case.pk}/").content.decode(),
        client.get("/cases/").content.decode(),
    )

    assert "Last heard from us Mon 2 Nov, by email; next word by Mon 30 Nov" in page
    assert "Told Mon 2 Nov, by email" in listed
    assert "next word by Mon 30 Nov" in late
    assert "Not told for 29 working days" in listed_late


# --- what is drafted ----------------------------------------------------------------------------------


def test_the_acknowledgement_is_drafted_once_and_waits_for_a_person(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")

    assert actions.draft_due(timezone.localdate()) == 1
    assert actions.draft_due(timezone.localdate()) == 0

    letter = case.letters.get()
    assert (letter.template.code, letter.state, letter.drafted_by) == ("LT-ACK", Letter.State.DRAFT, None)
    assert not OutgoingMail.objects.exists()
    assert "Send your acknowledgement" in client.get("/").content.decode()


def test_after_twenty_working_days_of_silence_an_update_is_drafted_and_on_the_day_before_none(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    write(case, "LT-ACK", by=ana)

    clock.move_to(datetime(2026, 11, 27, 10, tzinfo=LONDON))
    assert actions.draft_due(timezone.localdate()) == 0
    clock.move_to(datetime(2026, 11, 30, 10, tzinfo=LONDON))
    assert actions.draft_due(timezone.localdate()) == 1
    assert actions.draft_due(timezone.localdate()) == 0

    assert drafts_of(case) == ["LT-UPDATE"]


def test_the_update_says_what_there_is_to_say(ana, clock):
    silent = CaseFactory(by=ana, channel="email")
    waiting = CaseFactory(by=ana, channel="email")
    answered = CaseFactory(by=ana, channel="email")
    for case in (silent, waiting, answered):
        write(case, "LT-ACK", by=ana)
    late = EnquiryFactory(case=silent, sent_on=date(2026, 11, 2))
    EnquiryFactory(case=waiting, to_body=BodyFactory(reply_target_days=60), sent_on=date(2026, 11, 2))
    enquiry = EnquiryFactory(case=answered, sent_on=date(2026, 11, 2))
    letters.receive_reply(enquiry=enquiry, received_on=date(2026, 11, 10), kind="substantive", by=ana)
    clock.move_to(datetime(2026, 12, 1, 10, tzinfo=LONDON))

    actions.draft_due(timezone.localdate())

    assert [drafts_of(case) for case in (silent, waiting, answered)] == [
        ["LT-HOLD"],
        ["LT-UPDATE"],
        ["LT-FWD"],
    ]
    assert str(late.body) in silent.letters.drafts().get().text
    said = waiting.letters.drafts().get().text
    assert "They should answer by" in said
    assert "missing" not in said
    assert answered.letters.drafts().get().about_enquiry == enquiry


def test_a_draft_thrown_away_is_not_made_again_for_the_same_silence(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    actions.draft_due(timezone.localdate())
    letters.discard(case.letters.get())
    actions.settle()

    assert actions.draft_due(timezone.localdate()) == 0
    assert standing(case).due_on == date(2026, 11, 4)  # the word is owed all the same, and the case says so


def test_a_draft_nobody_touched_goes_when_they_have_heard_otherwise_and_one_somebody_wrote_on_stays(
    ana, client, clock
):
    left, written_on = CaseFactory(by=ana, channel="email"), CaseFactory(by=ana, channel="email")
    actions.draft_due(timezone.localdate())
    letters.keep_edit(written_on.letters.get(), by=ana, text="My own words")
    clock.shift(60)
    for case in (left, written_on):
        client.post(
            f"/cases/{case.pk}/calls/", {"other_side": case.constituent.full_name, "text": "Told them."}
        )

    assert actions.settle() == 2
    assert (drafts_of(left), drafts_of(written_on)) == ([], ["LT-ACK"])


def test_an_update_that_says_nothing_came_does_not_leave_once_an_answer_is_there(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    write(case, "LT-ACK", by=ana)
    enquiry = EnquiryFactory(case=case, sent_on=date(2026, 11, 2))
    clock.move_to(datetime(2026, 12, 1, 10, tzinfo=LONDON))
    actions.draft_due(timezone.localdate())
    letters.receive_reply(enquiry=enquiry, received_on=date(2026, 12, 1), kind="substantive", by=ana)

    failed = [
        check.text
        for check in letters.checks(case.letters.drafts().get(), on=timezone.localdate())
        if not check.ok
    ]
    assert any("answered on 1 December 2026. Discard this letter" in text for text in failed)


def test_somebody_who_is_writing_already_is_left_alone(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    draft(case, "LT-ACK", by=ana, to=case.constituent)

    actions.draft_due(timezone.localdate())

    assert case.letters.count() == 1


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (
            {"safe_contact": "Ring between 10 and 2 only"},
            "Check first how to reach them: Ring between 10 and 2 only",
        ),
        ({"contact_limit": "One letter a month"}, "There is a limit on contact: One letter a month"),
        ({"preferred_channel": Person.Channel.PHONE}, "They would rather be rung"),
    ],
)
def test_whom_a_draft_could_harm_or_not_reach_is_put_before_a_person(ana, client, clock, person, why):
    case = CaseFactory(by=ana, channel="email")
    Person.objects.filter(pk=case.constituent.pk).update(**person)

    actions.draft_due(timezone.localdate())
    word = Word.objects.get()
    day = client.get("/").content.decode()
    assert not case.letters.exists()
    assert why in word.why_no_letter
    assert "where it stands" in day
    assert why in client.get(f"/words/{word.pk}/told/").content.decode()
    client.post(f"/words/{word.pk}/told/", {"how": "phone", "said": "Told her that we have written."})

    assert standing(case).heard.how == "phone"
    assert not Word.objects.waiting().exists()
    assert "where it stands" not in client.get("/").content.decode()
    again = client.post(f"/words/{word.pk}/told/", {"how": "phone", "said": "Once more."}, follow=True)
    assert "Somebody has told them already" in again.content.decode()


def test_whoever_would_rather_have_paper_gets_a_letter_by_post(ana, clock):
    case = CaseFactory(by=ana, channel="email")
    Person.objects.filter(pk=case.constituent.pk).update(preferred_channel=Person.Channel.LETTER)

    actions.draft_due(timezone.localdate())

    assert case.letters.get().means == Letter.Means.POST


def test_the_closing_letter_is_drafted_where_nobody_wrote_it(ana, client, clock):
    case = CaseFactory(by=ana, channel="email")
    write(case, "LT-ACK", by=ana)
    gone = CaseFactory(by=ana, channel="email")
    clock.move_to(datetime(2026, 11, 10, 10, tzinfo=LONDON))
    case.close(outcome="explained", by=ana)
    gone.close(outcome="lost-touch", by=ana)
    client.force_login(ana)
    before = client.get(f"/cases/{case.pk}/").content.decode()
    assert "They have not been told yet" in before
    assert "Write the closing letter" in before

    assert actions.draft_due(timezone.localdate()) == 0
    clock.move_to(datetime(2026, 11, 11, 10, tzinfo=LONDON))
    assert actions.draft_due(timezone.localdate()) == 1

    letter = case.letters.drafts().get()
    assert letter.template.code == "LT-CLOSE"
    assert case.reference in letter.text
    letters.record_departure(letter, at=timezone.now(), by=ana)
    actions.settle()
    client.force_login(ana)
    after = client.get(f"/cases/{case.pk}/").content.decode()
    assert "They were told Wed 11 Nov, by email" in after
    assert "Write the closing letter" not in after
    assert "Write to them again" in after


def test_an_office_that_begins_with_this_is_not_buried(ana, clock, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_DAY", 2)
    for _ in range(3):
        CaseFactory(by=ana, channel="email")

    assert actions.draft_due(timezone.localdate()) == 2
    assert actions.draft_due(timezone.localdate()) == 0
    clock.move_to(MONDAY + timedelta(days=1))
    assert actions.draft_due(timezone.localdate()) == 1


def test_a_wording_that_cannot_be_used_holds_nothing_up(ana, clock, monkeypatch):
    def broken(**_letter):
        raise TemplateProblem("Line 1 of this template is more than words.")

    monkeypatch.setattr(actions, "worded", broken)
    case = CaseFactory(by=ana, channel="email")

    actions.draft_due(timezone.localdate())

    assert "wording for it cannot be used" in case.words_owed.get().why_no_letter


def test_words_are_filled_in_before_anything_is_locked(ana, clock, monkeypatch):
    """A Word file may take twenty seconds, in which nobody else could write."""
    within, worded = [], actions.worded
    around = len(connection.savepoint_ids)

    def watched(**letter):
        within.append(len(connection.savepoint_ids) - around)
        return worded(**letter)

    monkeypatch.setattr(actions, "worded", watched)
    CaseFactory(by=ana, channel="email")

    assert actions.draft_due(timezone.localdate()) == 1
    assert within == [0]


def test_a_restricted_case_tells_only_those_who_may_know(client, clock):
    OfficeFactory()
    owner, other = StaffFactory(), StaffFactory()
    case = CaseFactory(by=owner, channel="email", need_to_know=True, title="Hidden matter")
    Person.objects.filter(pk=case.constituent.pk).update(preferred_channel=Person.Channel.PHONE)
    actions.draft_due(timezone.localdate())
    word = Word.objects.get()

    client.force_login(other)
    assert "Hidden matter" not in client.get("/?whose=team").content.decode()
    assert client.get(f"/words/{word.pk}/told/").status_code == 404
    client.force_login(owner)
    assert "Hidden matter" in client.get("/").content.decode()
