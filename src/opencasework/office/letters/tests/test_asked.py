"""A follow-up says how an enquiry was really put, and by when an answer was really due."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing import clock
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.constituents.models import Person
from opencasework.office.letters import actions, asked
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.telling.actions import draft_due

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
ASKED, DUE = date(2026, 9, 1), date(2026, 9, 15)


@pytest.fixture
def on_the_day(time_machine):
    return lambda day: time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))


@pytest.fixture
def case(home, on_the_day) -> Case:
    on_the_day(ASKED)
    OfficeFactory()
    made = CaseFactory(channel="email")
    AuthorityFactory(case=made)
    return made


@pytest.fixture
def landlord() -> Body:
    body = BodyFactory(name="Wexcombe Homes", reply_target_days=10)
    BodyContactFactory(body=body, email="members@landlord.example")
    return body


def acknowledge(case: Case) -> None:
    """They heard from us today, so an update is due twenty working days on."""
    letter = actions.worded(
        case=case, template=actions.template_of("LT-ACK"), by=case.owner, today=ASKED,
        to_person=case.constituent,
    )  # fmt: skip
    actions.keep_draft(letter, by=case.owner)
    actions.record_departure(letter, at=timezone.now(), by=case.owner)


def put(case: Case, body: Body, means: str, **given: object) -> Enquiry:
    said = {"question": "When will the roof be mended?", "asked_on": ASKED, "by": case.owner} | given
    return clock.put_by_word(case=case, body=body, means=means, **said)


def chasers(enquiry: Enquiry, *, first: date) -> list[str]:
    """The texts of all three letters of the ladder, each sent a fortnight after the one before."""
    days = [first, date(first.year, first.month + 1, first.day), date(first.year, first.month + 2, first.day)]
    texts = []
    for day in days:
        letter = draft_chaser(enquiry=enquiry, by=None, today=day).letter
        texts.append(letter.text)
        at = timezone.make_aware(datetime(day.year, day.month, day.day, 11))
        Letter.objects.filter(pk=letter.pk).update(no_authority_reason="On the telephone")
        letter.refresh_from_db()
        actions.record_departure(letter, at=at, by=enquiry.case.owner)
    return texts


def test_nobody_wrote_what_was_asked_by_telephone(case, landlord):
    enquiry = put(case, landlord, "phone", to_whom="Jo on the members’ line")

    first, second, third = chasers(enquiry, first=date(2026, 9, 16))

    assert (
        "My office asked by telephone on 1 September 2026 (Jo on the members’ line) and your reply was due "
        "by 15 September 2026, which is 10 working days." in first
    )
    assert "asked by telephone on 1 September 2026 (Jo on the members’ line) and again on" in second
    assert "Wexcombe Homes aims to answer within 10 working days. They ended on 15 September 2026." in second
    assert "- 1 September 2026: my office asked Wexcombe Homes by telephone" in third
    for text in (first, second, third):
        assert "I wrote" not in text
        assert "opy of" not in text
        assert "What we asked on 1 September 2026:\n\nWhen will the roof be mended?" in text
        assert "missing]" not in text


def test_a_portal_is_called_a_portal(case, landlord):
    first, *_ = chasers(put(case, landlord, "portal"), first=date(2026, 9, 16))

    assert "My office asked through your portal on 1 September 2026 and your reply was due" in first
    assert "A copy of my letter" not in first


def test_a_letter_is_still_a_letter_and_its_copy_follows(home, case, landlord):
    enquiry = EnquiryFactory(case=case, to_body=landlord, sent_on=ASKED)

    first, *_ = chasers(enquiry, first=date(2026, 9, 16))

    assert "I wrote on 1 September 2026 and your reply was due by 15 September 2026" in first
    assert "A copy of my letter follows." in first
    assert "Copy of our letter of 1 September 2026:" in first


def test_a_day_they_gave_when_asked_is_quoted_and_not_a_number_of_working_days(case, landlord):
    enquiry = put(case, landlord, "phone", due_on=date(2026, 9, 4))

    first, second, _ = chasers(enquiry, first=date(2026, 9, 16))

    for text in (first, second):
        assert "You said that you would answer by 4 September 2026." in text
        assert "working days" not in text


def test_a_day_that_was_moved_is_said_without_our_own_reason(case, landlord):
    enquiry = put(case, landlord, "phone")
    clock.move_due(enquiry, to=date(2026, 9, 11), why="she cannot wait", by=case.owner)
    enquiry.refresh_from_db()

    first, second, _ = chasers(enquiry, first=date(2026, 9, 16))

    for text in (first, second):
        assert "Your reply was due by 11 September 2026." in text
        assert "working days" not in text
        assert "cannot wait" not in text


def test_what_a_holding_reply_promised_is_quoted_back(case, landlord):
    enquiry = put(case, landlord, "portal")
    actions.receive_reply(
        enquiry=enquiry, received_on=date(2026, 9, 10), by=case.owner, kind=Reply.Kind.HOLDING,
        promised_on=date(2026, 9, 30),
    )  # fmt: skip

    first, _, third = chasers(Enquiry.objects.get(), first=date(2026, 10, 1))

    assert "On 10 September 2026 you said that you would answer by 30 September 2026." in first
    assert "10 working days" not in first
    assert "- 10 September 2026: you said that you would answer by 30 September 2026" in third


def test_an_office_s_own_number_of_days_is_not_said_to_be_theirs(case):
    enquiry = put(case, BodyFactory(reply_target_days=None), "phone")

    said = asked.facts(enquiry)["when_it_was_due"]

    assert said == "Your reply was due by 22 September 2026, 15 working days after we asked"


@pytest.mark.parametrize(
    ("language", "how", "due"),
    [
        ("en", "We rang Wexcombe Homes on 1 September 2026.", "Their reply was due by 15 September 2026."),
        ("cy", "Gwnaethom ffonio Wexcombe Homes ar 1 Medi 2026.", "i fod i ddod erbyn 15 Medi 2026."),
    ],
)
def test_the_person_is_told_how_their_question_was_put(case, landlord, language, how, due, on_the_day):
    Person.objects.update(language=language)
    acknowledge(case)
    put(case, landlord, "phone")
    on_the_day(date(2026, 10, 12))

    draft_due(date(2026, 10, 12))

    [update] = case.letters.drafts()
    assert update.template.code == "LT-HOLD"
    assert update.language == language
    assert how in update.text
    assert due in update.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "We asked Wexcombe Homes through their online form on 1 September 2026. They said that they"),
        ("cy", "Gwnaethom ofyn i Wexcombe Homes drwy eu ffurflen ar-lein ar 1 Medi 2026. Dywedon nhw"),
    ],
)
def test_the_update_of_twenty_days_says_it_too_in_both_languages(case, landlord, language, said, on_the_day):
    Person.objects.update(language=language)
    acknowledge(case)
    put(case, landlord, "portal", due_on=date(2026, 11, 2))
    on_the_day(date(2026, 10, 12))

    draft_due(date(2026, 10, 12))

    [update] = case.letters.drafts()
    assert update.template.code == "LT-UPDATE"
    assert said in update.text
    assert "missing]" not in update.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Their time to answer has been on hold since 10 September 2026."),
        ("cy", "Mae’r amser sydd ganddynt i ateb wedi’i atal dros dro ers 10 Medi 2026."),
    ],
)
def test_while_the_clock_stands_the_person_is_told_so_and_no_day_that_is_over(
    case, landlord, language, said, on_the_day
):
    Person.objects.update(language=language)
    acknowledge(case)
    enquiry = put(case, landlord, "portal")
    clock.stop(enquiry, on=date(2026, 9, 10), reason="They wait for our survey", by=case.owner)
    on_the_day(date(2026, 10, 12))

    draft_due(date(2026, 10, 12))

    text = case.letters.get(state=Letter.State.DRAFT, kind="update").text
    assert said in text
    assert "survey" not in text
    assert asked.in_words(enquiry.due_on, language) not in text


def test_the_two_languages_know_the_same_sentences():
    assert set(asked.ENGLISH_WORDS) == set(asked.welsh.ASKED)
