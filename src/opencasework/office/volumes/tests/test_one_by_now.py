"""Cases of one letter that become one before it leaves, and cases that are not to be asked about now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from opencasework.office.cases import moving
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.tests.chasing import MATTERS, asked, drafted, leave, moved_to, read, send
from opencasework.office.volumes.tests.test_chasers_gathered import gather

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]
NAMES = ("Zelda Quux", "Wanda Frob", "Kamila Sample")


@pytest.fixture
def chasers(kofi, body) -> list[Letter]:
    for name, words in zip(NAMES, MATTERS, strict=False):
        case = CaseFactory(by=kofi, title=f"Matter of {name}", person=PersonFactory(full_name=name))
        asked(body, words=words, case=case)
    return drafted()


def put(client, letter: Letter, *others: Letter | Case) -> str:
    """Those cases put into that letter; what the page says then."""
    cases = [str(getattr(other, "case_id", other.pk)) for other in others]
    page = client.post(f"/letters/{letter.pk}/gathering/", {"case": cases}, follow=True)
    letter.refresh_from_db()
    return page.content.decode()


def again(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


# --- one by now -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "whole"), [(2, 1), (1, 0), (0, 1)])
def test_a_letter_of_which_two_cases_became_one_waits_until_they_are_gathered_again(
    client, kofi, chasers, part, whole
):
    lead, two, three = chasers
    gather(client, lead, two, three)
    moving.merge(case=chasers[part].case, into=chasers[whole].case, by=kofi)

    refused = send(client, again(lead))

    assert refused.status_code == 422
    one = Case.objects.get(pk=chasers[whole].case_id).reference
    assert f"{one} stands for two cases of this letter by now. Gather the cases again." in (
        refused.content.decode()
    )
    left = three if {part, whole} == {0, 1} else two
    put(client, lead, again(left))
    lead = again(lead)
    assert lead.is_draft
    assert [line.chaser_id for line in lead.schedule.all()] == [left.pk]
    assert sum(part.startswith("2. ") for part in lead.text.splitlines()) == 0
    leave(client, lead)


def test_one_that_was_sent_off_before_they_became_one_does_not_leave(client, kofi, chasers):
    lead, two, three = chasers
    gather(client, lead, two, three)
    assert send(client, lead).status_code == 302
    moving.merge(case=three.case, into=two.case, by=kofi)
    lead = again(lead)

    outbox.send_ready(lead.mail.send_after + timedelta(seconds=1))

    assert again(lead).state != Letter.State.SENT
    assert all(again(each).is_draft for each in (two, three))


def test_a_case_that_became_one_with_the_leading_one_is_let_go_without_its_words(client, kofi, chasers):
    lead, two, three = chasers
    gather(client, lead, two, three)
    quoted = f"{lead.text}\n\nPlease quote our reference {lead.case.reference}."
    Letter.objects.filter(pk=lead.pk).update(text=quoted)
    moving.merge(case=two.case, into=lead.case, by=kofi)

    client.post(f"/letters/{two.pk}/alone/")

    lead = again(lead)
    assert f"Please quote our reference {lead.case.reference}." in lead.text
    assert two.case.title not in lead.text
    assert f"1. {NAMES[2]}" in lead.text


# --- not to be asked about now ----------------------------------------------------------------------------


def test_a_case_whose_own_letter_is_on_its_way_is_not_put_in_another(client, kofi, body):
    own, lead = LetterFactory(to_body=body, by=kofi), LetterFactory(to_body=body, by=kofi, text=MATTERS[1])
    assert send(client, own).status_code == 302

    assert own.case.reference not in read(client, f"/letters/{lead.pk}/gathering/")
    put(client, lead, own)
    assert not lead.schedule.exists()


def test_a_letter_waits_where_a_case_of_its_schedule_has_one_of_its_own_on_its_way(client, kofi, body):
    own, lead = LetterFactory(to_body=body, by=kofi), LetterFactory(to_body=body, by=kofi, text=MATTERS[1])
    put(client, lead, own)
    another = LetterFactory(to_body=body, by=kofi, case=own.case, text=MATTERS[2])
    assert send(client, another).status_code == 302

    refused = send(client, lead)

    assert refused.status_code == 422
    said = f"{own.case.reference} of the schedule. Its own letter to them is on its way."
    assert said in refused.content.decode()


def answered(enquiry: Enquiry) -> None:
    Reply.objects.create(enquiry=enquiry, kind="", received_on=date(2026, 9, 15))


def stopped(enquiry: Enquiry) -> None:
    Enquiry.objects.filter(pk=enquiry.pk).update(paused_on=date(2026, 9, 15), pause_reason="they wait for us")


STILL = pytest.mark.parametrize(
    ("happens", "said"),
    [(answered, "They have sent a reply to read."), (stopped, "The clock of its own enquiry stands still.")],
)


@STILL
def test_a_case_of_which_a_reply_waits_or_the_clock_stands_is_not_offered(client, kofi, body, happens, said):
    enquiry = asked(body, words=MATTERS[0], on=date(2026, 9, 14))[0]
    lead = LetterFactory(to_body=body, by=kofi, text=MATTERS[1])
    assert enquiry.case.reference in read(client, f"/letters/{lead.pk}/gathering/")
    happens(enquiry)

    assert enquiry.case.reference not in read(client, f"/letters/{lead.pk}/gathering/")


@STILL
def test_what_comes_after_they_were_gathered_keeps_the_letter_here(client, kofi, body, happens, said):
    enquiry = asked(body, words=MATTERS[0], on=date(2026, 9, 14))[0]
    lead = LetterFactory(to_body=body, by=kofi, text=MATTERS[1])
    put(client, lead, enquiry.case)
    happens(enquiry)

    refused = send(client, lead)

    assert refused.status_code == 422
    assert f"{enquiry.case.reference} of the schedule. {said}" in refused.content.decode()


def test_the_day_that_they_promised_is_the_one_that_the_letter_names(client, kofi, body):
    enquiry = asked(body, words=MATTERS[0], on=date(2026, 9, 14))[0]
    later = date(2026, 10, 20)
    Reply.objects.create(enquiry=enquiry, kind="holding", received_on=date(2026, 9, 15), promised_on=later)
    lead = LetterFactory(to_body=body, by=kofi, text=MATTERS[1])

    put(client, lead, enquiry.case)

    assert "I wrote on 14 September 2026; a reply is due by 20 October 2026." in lead.text


# --- put by another letter --------------------------------------------------------------------------------


@pytest.fixture
def three(kofi, body) -> list[Letter]:
    return [LetterFactory(to_body=body, by=kofi, text=words) for words in MATTERS[:3]]


def test_a_letter_that_puts_other_cases_is_not_thrown_away_with_them(client, three):
    one, two, lead = three
    put(client, one, two)

    assert one.case.reference not in read(client, f"/letters/{lead.pk}/gathering/")
    put(client, lead, one)
    assert again(one).is_draft
    assert not lead.schedule.exists()


def test_a_case_stands_in_one_unsent_letter_to_a_body_alone(client, kofi, body, three):
    one, _, lead = three
    enquiry = asked(body, words=MATTERS[3], on=date(2026, 9, 14))[0]
    put(client, one, enquiry.case)

    assert enquiry.case.reference not in read(client, f"/letters/{lead.pk}/gathering/")
    assert enquiry.case.reference in read(client, f"/letters/{one.pk}/gathering/")


def test_a_case_that_was_put_in_a_letter_of_its_own_since_it_was_gathered_keeps_the_letter_here(
    client, kofi, body, three, time_machine
):
    one, lead, _ = three
    put(client, lead, one)
    time_machine.shift(timedelta(minutes=5))
    leave(client, LetterFactory(to_body=body, by=kofi, case=one.case, text=MATTERS[3]))
    client.force_login(kofi)

    refused = send(client, again(lead))

    assert refused.status_code == 422
    said = f"{one.case.reference} of the schedule. It was put to {body} on 16 September 2026, since it was"
    assert said in refused.content.decode()
    put(client, lead, one)
    assert "I wrote on 16 September 2026" in lead.text


def test_a_letter_is_not_posted_before_the_day_on_which_its_cases_were_gathered(
    client, kofi, three, time_machine
):
    one, lead, _ = three
    moved_to(time_machine, client, date(2026, 9, 23), by=kofi)
    put(client, lead, one)
    posted = {"posted_on": "21 Sep 2026", "version": again(lead).version}

    refused = client.post(f"/letters/{lead.pk}/posting/", posted)

    said = "Its cases were gathered on 23 September 2026. Give that day or a later one."
    assert said in refused.content.decode()
    assert again(lead).is_draft


def test_who_may_not_know_a_case_of_the_schedule_reads_no_reference_where_two_became_one(
    client, kofi, chasers
):
    lead, two, three = chasers
    gather(client, lead, two, three)
    moving.merge(case=three.case, into=two.case, by=kofi)
    boss = StaffFactory(role=Role.OFFICE_MANAGER)
    whole = Case.objects.get(pk=two.case_id)
    whole.assign(to=boss, by=boss)
    restrict(whole, by=boss)
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    page = read(client, f"/letters/{lead.pk}/")

    assert whole.reference not in page
    assert "stands for two cases" not in page
