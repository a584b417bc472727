"""The chasers due to one body in one letter: a schedule of cases, each chased at its step, none twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import next_chase_on
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.tests.reviewing import edit
from opencasework.office.letters.undelivered import came_back, works_again
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.counting import BULK_FROM
from opencasework.office.volumes.tests.chasing import (
    FIRST,
    MATTERS,
    SENT,
    asked,
    drafted,
    leave,
    moved_to,
    read,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]

SECOND = date(2026, 9, 30)  # ten working days after the first left


@pytest.fixture
def chasers(kofi, body) -> list[Letter]:
    """Three that are due to one body, on three matters."""
    for matter in MATTERS[:3]:
        asked(body, words=matter)
    return drafted()


def gather(client, letter: Letter, *others: Letter):
    cases = [str(other.case_id) for other in others]
    done = client.post(f"/letters/{letter.pk}/gathering/", {"case": cases}, follow=True)
    letter.refresh_from_db()
    return done.content.decode()


def gone(chaser: Letter) -> bool:
    chaser.refresh_from_db()
    return chaser.state == Letter.State.SENT


def test_the_chasers_due_to_a_body_are_offered_on_the_page_of_each(client, chasers):
    lead, *others = chasers

    panel = read(client, f"/letters/{lead.pk}/volume/")
    page = read(client, f"/letters/{lead.pk}/gathering/")

    assert "2 more chasers to" in panel
    assert f"/letters/{lead.pk}/gathering/" in panel
    assert all(other.case.reference in page for other in others)


def test_the_list_of_late_replies_says_where_chasers_could_go_in_one_letter(client, kofi, chasers, body):
    lead, *others = chasers
    asked(BodyFactory(reply_target_days=10), words=MATTERS[3])  # one alone is no matter
    drafted()

    page = read(client, "/chasers/")
    gather(client, lead, *others)
    gathered = read(client, "/chasers/")

    assert f"3 chasers to {body} are due at the same step (first chaser)." in page
    assert page.count("Gather them into one letter") == 1
    assert f'href="/letters/{lead.pk}/gathering/"' in page
    assert "Gather them into one letter" not in gathered


def test_the_letter_names_each_case_with_whom_it_is_for_its_numbers_and_its_dates(client, kofi, chasers):
    lead, second, third = chasers
    Enquiry.objects.filter(pk=second.about_enquiry_id).update(their_reference="FH/77")

    gather(client, lead, second, third)

    above, _, schedule = lead.text.partition("Schedule of cases")
    assert "I have had no answer on these cases either." in schedule
    for number, other in enumerate((second, third), start=1):
        said = (
            f"{number}. {other.case.constituent}, our reference {other.case.reference}: {other.case.title}."
        )
        assert f"{said} I wrote on 1 September 2026. Fenwick" in schedule
        assert other.case.reference not in above
    assert "They ended on 15 September 2026. Your reference is FH/77." in schedule


def test_when_it_leaves_each_enquiry_is_chased_once_and_its_clock_moves(
    client, kofi, chasers, smtp, time_machine
):
    lead, *others = chasers
    gather(client, lead, *others)

    leave(client, lead)

    assert len(smtp.received) == 1
    enquiries = list(Enquiry.objects.order_by("pk"))
    assert all(gone(chaser) for chaser in chasers)
    assert [next_chase_on(enquiry) for enquiry in enquiries] == [SECOND] * 3
    assert [enquiry.due_on for enquiry in enquiries] == [date(2026, 9, 15)] * 3
    lines = Event.objects.filter(kind=Event.Kind.CHASED).values_list("detail__enquiry", flat=True)
    assert sorted(lines) == [enquiry.pk for enquiry in enquiries]
    assert drafted(date(2026, 9, 29)) == []
    moved_to(time_machine, client, SECOND, by=kofi)
    assert "and again on 16 September 2026" in drafted(SECOND)[1].text


def test_a_second_step_is_gathered_with_its_likes_alone_and_says_when_it_was_asked_again(
    client, kofi, chasers, body, time_machine
):
    for chaser in chasers:
        leave(client, chaser)
    asked(body, words=MATTERS[3], on=date(2026, 9, 15))
    moved_to(time_machine, client, SECOND, by=kofi)
    *seconds, first = drafted(SECOND)

    page = read(client, f"/letters/{seconds[0].pk}/gathering/")
    gather(client, seconds[0], seconds[1], first)

    assert first.case.reference not in page
    assert (
        f"{seconds[1].case.reference}: {seconds[1].case.title}. I wrote on 1 September 2026 and again on "
        in (seconds[0].text)
    )
    leave(client, seconds[0])
    assert [gone(each) for each in (*seconds, first)] == [True, True, False, False]


def test_a_chaser_that_goes_along_does_not_leave_by_itself_until_somebody_says_so(client, chasers):
    lead, second, third = chasers
    gather(client, lead, second, third)

    refused = send(client, second)
    my_day = read(client, "/?whose=team")
    client.post(f"/letters/{second.pk}/alone/")
    lead.refresh_from_db()

    assert refused.status_code == 422
    assert "It goes along in one letter with other cases, and not by itself." in refused.content.decode()
    assert f'href="/letters/{second.pk}/"' not in my_day
    assert second.case.reference not in lead.text
    assert f"1. {third.case.constituent}" in lead.text
    leave(client, second)
    leave(client, lead)
    assert gone(third)
    assert Event.objects.filter(kind=Event.Kind.CHASED).count() == 3


def test_they_are_somebodys_to_send_again_once_the_case_that_the_letter_stands_on_needs_no_chaser(
    client, chasers
):
    lead, second, third = chasers
    gather(client, lead, second, third)
    actions.receive_reply(enquiry=lead.about_enquiry, received_on=FIRST, kind="substantive")

    my_day = read(client, "/?whose=team")
    refused = send(client, second).content.decode()
    page = read(client, f"/letters/{second.pk}/")

    assert f'href="/letters/{lead.pk}/"' not in my_day
    assert all(f'href="/letters/{each.pk}/"' in my_day for each in (second, third))
    assert "Nobody may send that letter now: the case it stands on needs no chaser." in refused
    assert "Let it go by itself" in page
    client.post(f"/letters/{second.pk}/alone/")
    leave(client, second)
    assert not gone(third)


def test_they_may_be_gathered_anew_in_the_letter_of_another_case(client, body, chasers):
    lead, second, third = chasers
    gather(client, lead, second, third)
    actions.receive_reply(enquiry=lead.about_enquiry, received_on=FIRST, kind="substantive")
    asked(body, words=MATTERS[3])
    *_, new = drafted()

    gather(client, new, second, third)
    leave(client, new)

    assert all(gone(each) for each in (new, second, third))
    assert not gone(lead)


def test_a_chaser_that_puts_another_case_itself_goes_along_with_none(client, chasers):
    lead, second, third = chasers
    gather(client, second, third)

    page = read(client, f"/letters/{lead.pk}/gathering/")
    gather(client, lead, second)

    assert second.case.reference not in page
    assert not lead.schedule.exists()
    leave(client, lead)
    assert not gone(second)
    assert not gone(third)


def test_the_letter_waits_while_one_of_its_cases_has_an_answer(client, chasers):
    lead, second, third = chasers
    gather(client, lead, second, third)
    actions.receive_reply(enquiry=second.about_enquiry, received_on=FIRST, kind="substantive")

    refused = send(client, lead)
    gather(client, lead, third)

    assert refused.status_code == 422
    said = refused.content.decode()
    assert f"{second.case.reference} of the schedule. " in said
    assert "has answered this enquiry" in said
    leave(client, lead)
    assert [gone(second), gone(third)] == [False, True]


def test_an_answer_that_comes_in_the_last_moment_keeps_the_letter_here(client, chasers, smtp):
    lead, second, _ = chasers
    gather(client, lead, second)
    send(client, lead)
    actions.receive_reply(enquiry=second.about_enquiry, received_on=FIRST, kind="substantive")

    lead.refresh_from_db()
    outbox.send_ready(lead.mail.send_after)

    assert smtp.received == []
    assert not gone(second)
    assert "has answered this enquiry" in read(client, f"/letters/{lead.pk}/")


def test_a_letter_that_is_thrown_away_lets_the_chasers_go_and_taken_out_of_the_bin_says_which_went(
    client, chasers
):
    lead, second, _ = chasers
    gather(client, lead, second)
    client.post(f"/letters/{lead.pk}/discarding/")
    leave(client, second)

    client.post(f"/letters/{lead.pk}/restoring/")
    refused = send(client, lead).content.decode()

    assert f"{second.case.reference} of the schedule. Its own chaser is no draft any more." in refused


def test_what_comes_back_reached_nobody_and_goes_to_all_of_them_anew(client, chasers, smtp, time_machine):
    lead, *others = chasers
    own_words = [other.text for other in others]
    gather(client, lead, *others)
    leave(client, lead)
    mail = lead.mail

    assert came_back(mail, status="5.1.1")

    assert not any(gone(other) for other in others)
    assert [other.text for other in others] == own_words
    page = read(client, f"/cases/{others[0].case_id}/")
    assert "the letter in which this went with other cases came back" in page
    assert f'href="/letters/{others[0].pk}/"' not in read(client, "/?whose=team")  # it is with the letter

    works_again(mail.to)
    time_machine.shift(timedelta(hours=1))
    assert outbox.send_again(mail)
    outbox.send_ready(timezone.now() + timedelta(hours=1))
    assert all(gone(other) for other in others)
    assert [next_chase_on(other.about_enquiry) for other in others] == [SECOND, SECOND]


def test_those_gathered_in_a_letter_that_comes_back_have_no_clock_until_it_has_left_anew(
    client, kofi, body, smtp, time_machine
):
    letter, waits = (LetterFactory(to_body=body, text=words, by=kofi) for words in MATTERS[:2])
    for each in (letter, waits):
        AuthorityFactory(case=each.case)
    moved_to(time_machine, client, FIRST, by=kofi)
    gather(client, letter, waits)
    leave(client, letter)
    assert waits.case.enquiries.exists()

    assert came_back(letter.mail, status="5.1.1")

    assert not waits.case.enquiries.exists()
    assert "went with other cases came back" in read(client, f"/cases/{waits.case_id}/")
    works_again(letter.mail.to)
    time_machine.shift(timedelta(hours=1))
    assert outbox.send_again(letter.mail)
    outbox.send_ready(timezone.now() + timedelta(hours=1))
    assert waits.case.enquiries.get().gathered_in == letter


def test_posted_it_is_not_taken_back_and_neither_is_what_went_along(client, chasers):
    lead, second, _ = chasers
    gather(client, lead, second)
    client.post(f"/letters/{lead.pk}/posting/", {"version": lead.version, "posted_on": "today"})
    assert gone(second)

    for letter in (lead, second):
        said = client.post(f"/letters/{letter.pk}/undo/", follow=True).content.decode()
        assert ("Other cases were chased in it." in said, "It went in one letter" in said) == (
            letter is lead, letter is second,
        )  # fmt: skip
    assert gone(second)


def test_restricted_cases_and_a_colleagues_draft_are_not_gathered(client, kofi, chasers, body):
    lead, second, third = chasers
    hidden = CaseFactory(need_to_know=True, owner=kofi)
    asked(body, words=MATTERS[4], case=hidden)
    drafted()
    edit(client, third, StaffFactory(role=Role.CASEWORKER), text=f"{third.text} Please hurry.")
    client.force_login(kofi)

    page = read(client, f"/letters/{lead.pk}/gathering/")
    refused = gather(client, lead, second, third)

    assert hidden.reference not in page
    assert f"waits as a draft on {third.case.reference}" in refused
    assert not lead.schedule.exists()


def test_a_case_that_is_restricted_later_goes_out_of_the_schedule_and_its_chaser_by_itself(client, chasers):
    lead, second, third = chasers
    gather(client, lead, second, third)

    client.force_login(second.case.owner)
    client.post(f"/cases/{second.case_id}/restriction/", {"restricted": "yes"})
    lead.refresh_from_db()

    assert second.case.reference not in lead.text
    leave(client, second)


def test_a_chaser_on_a_restricted_case_gathers_nothing(client, kofi, chasers, body):
    hidden = CaseFactory(need_to_know=True, owner=kofi)
    asked(body, words=MATTERS[4], case=hidden)
    own = drafted()[-1]

    page = read(client, f"/letters/{own.pk}/gathering/")

    assert "No other case to gather" in page
    assert chasers[0].case.reference not in page


def test_the_letter_waits_while_nobody_let_us_speak_for_one_of_its_cases(client, chasers):
    lead, second, _ = chasers
    gather(client, lead, second)
    Authority.objects.filter(case=second.case_id).delete()

    refused = send(client, lead)

    assert refused.status_code == 422
    assert f"{second.case.reference} of the schedule: no authority covers" in refused.content.decode()


def test_who_may_not_write_lets_no_chaser_go(client, chasers):
    lead, second, _ = chasers
    gather(client, lead, second)
    vic = StaffFactory(role=Role.PARLIAMENTARY_ASSISTANT)
    second.case.shared_with.add(vic)
    client.force_login(vic)

    assert client.post(f"/letters/{second.pk}/alone/").status_code in {403, 404}
    assert lead.schedule.exists()


def test_gathered_they_are_one_letter_in_the_counts(client, kofi, body):
    asked(body, BULK_FROM + 2)
    lead, *others, last = drafted()
    gather(client, lead, *others)
    leave(client, lead)

    panel = read(client, f"/letters/{last.pk}/volume/")
    review = read(client, "/review/letters/")

    assert "7 enquiries, 1 chaser" in panel
    row = review.partition(body.get_absolute_url())[2].partition("</tr>")[0]
    assert row.count('<td class="num">1</td>') == 2  # one letter, one chaser
    leave(client, last)


def test_what_was_recorded_of_a_case_says_in_which_letter_it_went(client, chasers):
    lead, second, _ = chasers
    gather(client, lead, second)
    leave(client, lead)

    page = read(client, f"/letters/{second.pk}/")
    timeline = read(client, f"/cases/{second.case_id}/?all=1")

    assert "Sent on 16 September 2026 in one letter to" in page
    assert second.case.title in page
    assert lead.case.reference not in page
    assert "In one letter with other cases: Reminder" in timeline
    assert str(SENT.year) in timeline


def test_where_the_case_it_goes_along_with_is_restricted_a_chaser_goes_by_itself(client, kofi, chasers):
    lead, second, _ = chasers
    gather(client, lead, second)
    client.force_login(lead.case.owner)
    client.post(f"/cases/{lead.case_id}/restriction/", {"restricted": "yes"}, follow=True)

    client.force_login(kofi)
    page = read(client, f"/letters/{second.pk}/")
    leave(client, second)
    client.force_login(lead.case.owner)
    refused = send(client, lead)
    gather(client, lead)

    assert lead.case.reference not in page
    assert f'href="/letters/{lead.pk}/"' not in page
    assert refused.status_code == 422
    assert f"{second.case.reference} of the schedule. Its own chaser" in refused.content.decode()
    leave(client, lead)


def test_a_sentence_about_two_of_the_cases_goes_into_the_chaser_of_neither(client, chasers):
    lead, second, third = chasers
    gather(client, lead, second, third)
    both = f"Please take {second.case.reference} and {third.case.reference} together."
    by_name = f"As {third.case.constituent} says of {second.case.reference}, the lift is out."
    alone = f"The matter of {second.case.reference} cannot wait."
    Letter.objects.filter(pk=lead.pk).update(text="\n\n".join([both, by_name, alone, lead.text]))
    lead.refresh_from_db()

    leave(client, lead)

    for one, other in ((second, third), (third, second)):
        one.refresh_from_db()
        assert f"our reference {one.case.reference}" in one.text
        assert other.case.reference not in one.text
        assert str(other.case.constituent) not in one.text
    assert alone in second.text
