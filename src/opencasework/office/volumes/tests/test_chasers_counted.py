"""A chaser is a letter to a body like any other: counted, compared, kept back as a bulk send, reviewed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opencasework.office.bodies.tests.factories import body as department
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.models import Rung
from opencasework.office.letters.models import Letter, LetterTemplate
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.letters.tests.reviewing import edit
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.counting import BULK_FROM, near_identical
from opencasework.office.volumes.tests.chasing import (
    FIRST,
    MATTERS,
    asked,
    drafted,
    leave,
    moved_to,
    read,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "smtp")]


def test_up_to_the_threshold_a_chaser_is_one_press_and_the_next_needs_a_second_person(client, kofi, body):
    for day in range(BULK_FROM + 3):  # put one after the other: the dates in them make no difference
        asked(body, on=date(2026, 8, 24) + timedelta(days=day))
    chasers = drafted()
    for chaser in chasers[:BULK_FROM]:
        leave(client, chaser)
    sixth = chasers[BULK_FROM]

    refused = send(client, sixth)

    assert refused.status_code == 422
    assert f"5 or more chasers that say the same went to {body} this month." in refused.content.decode()
    panel = read(client, f"/letters/{sixth.pk}/volume/")
    assert "0 enquiries, 5 chasers" in panel
    assert "Why this goes too" in panel
    sixth.refresh_from_db()
    assert sixth.is_draft


def test_one_letter_for_those_that_are_left_is_no_bulk_send(client, kofi, body):
    asked(body, BULK_FROM + 3)
    chasers = drafted()
    for chaser in chasers[:BULK_FROM]:
        leave(client, chaser)
    lead, *others = chasers[BULK_FROM:]
    cases = [str(other.case_id) for other in others]

    client.post(f"/letters/{lead.pk}/gathering/", {"case": cases})
    lead.refresh_from_db()

    assert "Why this goes too" not in read(client, f"/letters/{lead.pk}/volume/")
    leave(client, lead)
    asked(body, on=date(2026, 9, 1))
    assert send(client, drafted()[0]).status_code == 422  # the next one by itself still is


def test_with_a_reason_and_a_second_person_the_eighth_goes_and_can_be_taken_back(client, kofi, body):
    asked(body, BULK_FROM + 1)
    chasers = drafted()
    for chaser in chasers[:BULK_FROM]:
        leave(client, chaser)
    one_more = chasers[BULK_FROM]
    client.post(f"/letters/{one_more.pk}/bulk/", {"reason": "Each has a hearing of its own"})
    alone = client.post(f"/letters/{one_more.pk}/bulk/", {"agree": "yes"})
    still = send(client, one_more)

    client.force_login(StaffFactory(role=Role.SENIOR_CASEWORKER))
    client.post(f"/letters/{one_more.pk}/bulk/", {"agree": "yes"})
    client.force_login(kofi)
    gone = send(client, one_more)
    client.post(f"/letters/{one_more.pk}/undo/")

    assert [alone.status_code, still.status_code, gone.status_code] == [422, 422, 302]
    one_more.refresh_from_db()
    assert one_more.is_draft
    leave(client, one_more)
    timeline = read(client, f"/cases/{one_more.case_id}/?all=1")
    assert "Agreed to one more of many letters" in timeline


def test_chasers_of_different_matters_say_different_things_in_the_same_wording(client, kofi, body):
    for matter in MATTERS:
        asked(body, words=matter)

    for chaser in drafted():
        leave(client, chaser)

    assert Letter.objects.filter(kind=Letter.Kind.CHASER, state=Letter.State.SENT).count() == len(MATTERS)


def test_without_a_copy_below_them_they_still_are_of_what_they_remind_of(client, kofi, body):
    for matter in MATTERS:
        asked(body, words=matter)
    for chaser in drafted():
        said = chaser.text.partition("Copy of our letter")[0].partition("I wrote on")
        edit(client, chaser, kofi, text=f"Dear colleague,\n\n{said[1]}{said[2]}")  # nor whom it is for
        leave(client, chaser)

    assert Letter.objects.filter(kind=Letter.Kind.CHASER, state=Letter.State.SENT).count() == len(MATTERS)


def test_a_chaser_that_a_caseworker_wrote_anew_is_none_of_them(client, kofi, body):
    asked(body, BULK_FROM + 1)
    chasers = drafted()
    for chaser in chasers[:BULK_FROM]:
        leave(client, chaser)

    edit(client, chasers[BULK_FROM], kofi, text=f"{MATTERS[5]} {MATTERS[6]}")

    leave(client, chasers[BULK_FROM])


def test_the_next_chaser_of_the_same_enquiry_is_its_ladder_and_no_bulk(client, kofi, body, time_machine):
    again = LetterTemplate.objects.get(code="LT-CH1")
    Rung.objects.filter(number=2).update(template=again)  # an office that says the same twice
    asked(body, BULK_FROM)
    for chaser in drafted():
        leave(client, chaser)
    moved_to(time_machine, client, date(2026, 9, 30), by=kofi)
    second = drafted(date(2026, 9, 30))[0]

    panel = read(client, f"/letters/{second.pk}/volume/")

    assert "<dt>Chasers that say the same this month</dt><dd>4</dd>" in panel
    leave(client, second)


def test_another_month_and_first_letters_keep_no_chaser_back(client, kofi, body, time_machine):
    asked(body, BULK_FROM + 1)  # first letters of the same month, whose words the chasers repeat
    chasers = drafted()
    for chaser in chasers[:BULK_FROM]:
        leave(client, chaser)
    assert send(client, chasers[BULK_FROM]).status_code == 422

    moved_to(time_machine, client, date(2026, 10, 1), by=kofi)

    leave(client, chasers[BULK_FROM])


def test_chasers_to_the_services_of_one_department_count_together(client, kofi, time_machine):
    for code in ("DWP-UC", "DWP-DIS", "DWP-UC", "DWP-DIS", "DWP-UC", "DWP-PEN"):
        asked(department(code))
    apart = asked(department("HSE"))[0]  # a regulator under it, which answers for itself
    moved_to(time_machine, client, date(2026, 9, 30), by=kofi)
    chasers = drafted(date(2026, 9, 30))
    letters = {letter.about_enquiry_id: letter for letter in chasers}
    alone = letters.pop(apart.pk)
    *first, last = letters.values()
    for chaser in first:
        leave(client, chaser)

    refused = send(client, last).content.decode()

    assert "went to Department for Work and Pensions and its parts" in refused
    leave(client, alone)


def test_a_chaser_on_a_restricted_case_is_in_no_count(client, kofi, body):
    asked(body, case=CaseFactory(need_to_know=True, owner=kofi))
    asked(body)
    first, second = drafted()
    leave(client, first)

    panel = read(client, f"/letters/{second.pk}/volume/")  # to whoever has that case, too

    assert "1 enquiry, 0 chasers" in panel
    assert "<dt>Chasers that say the same this month</dt><dd>0</dd>" in panel
    assert near_identical(second, on=FIRST) == []


def test_the_weekly_review_shows_chasers_beside_enquiries(client, kofi, body):
    asked(body, 3)
    for chaser in drafted()[:2]:
        leave(client, chaser)
    put_now = EnquiryFactory(to_body=body, text=MATTERS[0])

    review = read(client, "/review/letters/")

    row = review.partition(put_now.body.get_absolute_url())[2].partition("</tr>")[0]
    assert re.findall(r'<td class="num">(\d+)</td>', row) == ["3", "1", "2", "2", "0", "4", "3"]


def test_drafting_more_chasers_asks_no_more_questions(kofi, body, django_assert_num_queries):
    asked(body, 2)
    with CaptureQueriesContext(connection) as few:
        drafted()
    asked(body, 6)

    with django_assert_num_queries(len(few)):
        drafted()
