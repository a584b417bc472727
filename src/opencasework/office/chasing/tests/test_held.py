"""A chaser that was drafted and waits: what happens meanwhile holds it.

The letter, its sending, My day and the digest agree.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from opencasework.office.bodies.models import BodyContact
from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.cases.models import Outcome
from opencasework.office.chasing.actions import draft_due_chasers
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.reminders import digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

DRAFTED = date(2026, 9, 16)  # a day after the enquiry was due


@pytest.fixture
def chaser(client, enquiry, on_the_day) -> Letter:
    """The first chaser of the enquiry, drafted unasked in the morning and waiting to be sent."""
    on_the_day(DRAFTED)
    client.force_login(enquiry.case.owner)
    draft_due_chasers(DRAFTED)
    return Letter.objects.get(kind=Letter.Kind.CHASER)


def stop(client, enquiry):
    client.post(f"/enquiries/{enquiry.pk}/stop/", {"stopped_on": "today", "reason": "They want the form"})


def promise(client, enquiry):
    said = {"kind": "holding", "received_on": "today", "promised_on": "30 Oct"}
    client.post(f"/enquiries/{enquiry.pk}/replies/", said)


def move(client, enquiry):
    client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": "12 Oct 2026", "why": "They asked for longer"})


def put_above(client, enquiry):
    EnquiryFactory(case=enquiry.case, sent_on=DRAFTED, about_enquiry=enquiry)


def close(client, enquiry):
    enquiry.case.close(outcome=Outcome.WITHDREW, by=enquiry.case.owner)


HOLDS = [
    (stop, "The clock stands still since 16 September 2026: They want the form"),
    (promise, "promised an answer by 30 October 2026; a chaser goes after that day"),
    (move, "is due by 12 October 2026; a chaser goes after that day"),
    (put_above, "on 16 September 2026: that answer is waited for"),
    (close, "This case is closed"),
]


def digest_of(staff) -> str:
    return digest.written(staff, timezone.localdate())[1]


@pytest.mark.parametrize(("happens", "sentence"), HOLDS)
def test_what_ends_the_waiting_holds_the_chaser_that_waits(client, enquiry, chaser, happens, sentence):
    assert "Send chaser" in client.get("/").content.decode()
    assert "chaser to send" in digest_of(enquiry.case.owner)

    happens(client, enquiry)

    assert sentence in client.get(f"/letters/{chaser.pk}/").content.decode()
    for act in ("sending", "posting"):
        given = {"version": chaser.version, "on": "today", "posted_on": "today"}
        refused = client.post(f"/letters/{chaser.pk}/{act}/", given)
        assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    chaser.refresh_from_db()
    assert chaser.is_draft
    assert "Send chaser" not in client.get("/").content.decode()
    assert "chaser to send" not in digest_of(enquiry.case.owner)


def test_a_chaser_on_its_way_out_is_kept_back_where_the_clock_is_stopped(client, enquiry, chaser, smtp):
    mail = outbox.queue(chaser, by=enquiry.case.owner)

    stop(client, enquiry)
    outbox.send_ready(mail.send_after)

    mail.refresh_from_db()
    assert smtp.received == []
    assert "The clock stands still" in mail.answer


def test_it_goes_once_the_clock_runs_again(client, enquiry, chaser, on_the_day):
    stop(client, enquiry)
    on_the_day(date(2026, 9, 18))
    client.force_login(enquiry.case.owner)
    client.post(f"/enquiries/{enquiry.pk}/resume/", {"resumed_on": "today"})

    assert client.post(f"/letters/{chaser.pk}/sending/", {"version": chaser.version}).status_code == 302
    assert "Send chaser" not in client.get("/").content.decode()


def test_the_letter_that_puts_it_to_the_head_is_not_held_for_itself(
    client, enquiry, chaser, on_the_day, smtp
):
    BodyContactFactory(body=enquiry.body, kind=BodyContact.Kind.HEAD, email="chief@landlord.example")
    for day in (DRAFTED, date(2026, 9, 30), date(2026, 10, 14)):
        on_the_day(day)
        client.force_login(enquiry.case.owner)
        draft_due_chasers(day)
        last = Letter.objects.drafts().get(about_enquiry=enquiry)
        sent = client.post(f"/letters/{last.pk}/sending/", {"version": last.version})
        assert sent.status_code == 302
        outbox.send_ready(last.mail.send_after)

    last.refresh_from_db()
    assert (last.kind, last.state) == ("enquiry", "sent")


# --- the days it names ------------------------------------------------------------------------------------


def write(client, chaser, text):
    words = {"to_contact": chaser.to_contact_id, "to_email": chaser.to_email, "means": "email"}
    client.post(f"/letters/{chaser.pk}/", {**words, "subject": chaser.subject, "text": text})


def put_a_day_in(client, chaser, staff) -> tuple[str, str]:
    """Press for a new day: the page after it, and the address of its Undo."""
    client.force_login(staff)
    page = client.post(f"/letters/{chaser.pk}/day/", follow=True).content.decode()
    chaser.refresh_from_db()
    return page, re.search(rf'action="(/letters/{chaser.pk}/history/\d+/)"', page).group(1)


def test_a_chaser_that_waited_past_the_day_it_asks_for_is_told_for_which_day_to_ask(
    client, enquiry, chaser, on_the_day
):
    assert "by 30 September 2026, or tell me" in chaser.text
    assert "It waited" not in client.get(f"/letters/{chaser.pk}/").content.decode()

    on_the_day(date(2026, 10, 20))
    client.force_login(enquiry.case.owner)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()
    warning = "asks for an answer by 30 September 2026, which has passed. Ask for one by 3 November 2026."
    assert warning in page

    write(client, chaser, chaser.text.replace("30 September 2026", "3 November 2026"))
    assert "It waited" not in client.get(f"/letters/{chaser.pk}/").content.decode()


def test_one_press_puts_the_day_in_and_one_more_takes_it_back(client, enquiry, chaser, on_the_day):
    before = chaser.text
    assert "/day/" not in client.get(f"/letters/{chaser.pk}/").content.decode()
    on_the_day(date(2026, 10, 20))
    client.force_login(enquiry.case.owner)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()
    assert f'action="/letters/{chaser.pk}/day/"' in page
    assert "Put 3 November 2026 in" in page

    page, undo = put_a_day_in(client, chaser, enquiry.case.owner)

    assert chaser.text == before.replace("30 September 2026", "3 November 2026")
    assert "It asks for an answer by 3 November 2026 now. Read it again." in page
    assert "It waited" not in page
    client.post(undo)
    chaser.refresh_from_db()
    assert chaser.text == before


def test_a_day_within_another_one_stays_as_it_is(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 17))
    client.force_login(enquiry.case.owner)
    draft_due_chasers(date(2026, 9, 17))
    chaser = Letter.objects.get(kind=Letter.Kind.CHASER)
    write(client, chaser, f"{chaser.text}\n\nShe is to leave on 21 October 2026.")

    on_the_day(date(2026, 10, 20))
    put_a_day_in(client, chaser, enquiry.case.owner)

    assert "1 October 2026, or tell me" not in chaser.text
    assert "by 3 November 2026, or tell me" in chaser.text
    assert "She is to leave on 21 October 2026." in chaser.text


def test_where_the_day_stands_twice_a_person_puts_the_new_one_in(client, enquiry, chaser, on_the_day):
    write(client, chaser, f"{chaser.text}\n\nShe is to leave on 30 September 2026.")

    on_the_day(date(2026, 10, 20))
    client.force_login(enquiry.case.owner)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()
    client.post(f"/letters/{chaser.pk}/day/")

    assert "Ask for one by 3 November 2026, by hand: the old one stands in it 2 times." in page
    assert "/day/" not in page
    chaser.refresh_from_db()
    assert chaser.text.count("30 September 2026") == 2


def test_one_that_waits_past_the_new_day_too_is_given_another_one(client, enquiry, chaser, on_the_day):
    staff = enquiry.case.owner
    on_the_day(date(2026, 10, 20))
    put_a_day_in(client, chaser, staff)
    on_the_day(date(2026, 11, 10))
    client.force_login(staff)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()
    assert "asks for an answer by 3 November 2026, which has passed. Ask for one by 24 November" in page

    page, undo = put_a_day_in(client, chaser, staff)

    assert "It waited" not in page
    assert "by 24 November 2026, or tell me" in chaser.text
    client.post(undo)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()
    assert "asks for an answer by 3 November 2026, which has passed" in page


def test_the_day_that_counted_in_the_end_is_not_found_within_another_one(client, enquiry, chaser, on_the_day):
    client.post(f"/enquiries/{enquiry.pk}/due/", {"due_on": "2 Oct 2026", "why": "They asked for longer"})
    write(client, chaser, f"{chaser.text}\n\nShe is to leave on 22 October 2026.")

    on_the_day(date(2026, 11, 4))
    client.force_login(enquiry.case.owner)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()

    assert "An answer was to come by 2 October 2026 in the end" in page


def test_a_press_too_late_changes_nothing(client, enquiry, chaser, on_the_day):
    on_the_day(date(2026, 10, 20))
    client.force_login(enquiry.case.owner)
    client.post(f"/letters/{chaser.pk}/posting/", {"version": chaser.version, "posted_on": "today"})

    page = client.post(f"/letters/{chaser.pk}/day/", follow=True).content.decode()

    assert "It asks for no day that has passed any more." in page
    assert Letter.objects.get(pk=chaser.pk).text == chaser.text


@pytest.mark.parametrize(("happens", "day"), [(promise, "30 October 2026"), (move, "12 October 2026")])
def test_once_the_later_day_has_passed_the_letter_is_to_say_that_day(
    client, enquiry, chaser, on_the_day, happens, day
):
    happens(client, enquiry)

    on_the_day(date(2026, 11, 4))
    client.force_login(enquiry.case.owner)
    page = client.get(f"/letters/{chaser.pk}/").content.decode()

    assert f"An answer was to come by {day} in the end" in page
    assert "Send chaser" in client.get("/").content.decode()


def test_each_chaser_names_what_came_that_was_no_answer(client, enquiry, on_the_day):
    on_the_day(date(2026, 9, 14))
    client.force_login(enquiry.case.owner)
    for kind, day in (("acknowledgement", "3 Sep 2026"), ("partial", "10 Sep 2026")):
        client.post(f"/enquiries/{enquiry.pk}/replies/", {"kind": kind, "received_on": day})

    texts = []
    for day in (DRAFTED, date(2026, 9, 30), date(2026, 10, 14)):
        on_the_day(day)
        draft_due_chasers(day)
        letter = Letter.objects.drafts().get(about_enquiry=enquiry)
        texts.append(letter.text)
        client.force_login(enquiry.case.owner)
        client.post(f"/letters/{letter.pk}/posting/", {"version": letter.version, "posted_on": "today"})

    for text in texts[:2]:
        assert (
            "On 3 September 2026 you acknowledged it. On 10 September 2026 you sent part of an answer" in text
        )
    assert "- 10 September 2026: you sent part of an answer" in texts[2]
    assert "I have not had the rest of the answer; please let me have it by" in texts[0]
    assert "I have had only part of an answer to an enquiry" in texts[2]
    assert not any("had no answer" in text for text in texts)
