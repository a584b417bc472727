"""The Home Office gives five working days for a signed authority: nobody here forgets them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.authority import clock
from opencasework.office.authority.models import Demand
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit.working_days import is_working_day, working_days_after
from opencasework.office.letters import actions
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 12, 17)  # Christmas is between it and the fifth working day after it
DUE = date(2026, 12, 24)


@pytest.fixture
def case(ana):
    return CaseFactory(owner=ana)


@pytest.fixture(autouse=True)
def clock_of_the_office():
    with time_machine.travel(f"{THURSDAY}T10:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def on(clock_of_the_office, client, ana):
    """Come back on another day; one signs in anew."""

    def move(day):
        clock_of_the_office.move_to(f"{day}T10:00:00+00:00")
        client.force_login(ana)

    return move


def asks(case, client, **more):
    given = {"body": body("UKVI").pk, "asked_on": "today"} | more
    return client.post(f"/cases/{case.pk}/authorities/demands/", given)


def test_five_working_days_from_when_they_ask(case, client):
    asks(case, client)

    demand = Demand.objects.get()
    assert (demand.asked_on, demand.due_on) == (THURSDAY, DUE)
    assert case.events.filter(kind=Event.Kind.AUTHORITY, detail__demand=demand.pk).exists()


def test_bank_holidays_do_not_count(case, client, on):
    on(date(2026, 12, 23))
    asks(case, client)

    assert Demand.objects.get().due_on == date(2027, 1, 4)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_last_day_is_a_working_day_and_five_lie_between(asked_on):
    due_on = working_days_after(asked_on, clock.WORKING_DAYS["HO"])

    assert is_working_day(due_on)
    between = [asked_on + timedelta(days=n) for n in range(1, (due_on - asked_on).days + 1)]
    assert sum(is_working_day(day) for day in between) == 5


def test_the_first_letter_starts_it_where_nothing_is_signed(case, client):
    letter = LetterFactory(case=case, to_body=body("UKVI"))  # covered by word of mouth alone
    actions.mark_posted(letter, on=THURSDAY, by=case.owner)

    demand = Demand.objects.get()
    assert (demand.cause, demand.due_on) == (Demand.Cause.LETTER, DUE)


def test_the_first_letter_starts_nothing_where_it_is_signed_or_the_body_has_no_such_rule(case, client):
    AuthorityFactory(case=case, signed=True, given_on=THURSDAY)
    for code in ("UKVI", "DWP"):
        letter = LetterFactory(case=case, to_body=body(code), authority=False)
        actions.mark_posted(letter, on=THURSDAY, by=case.owner)

    assert not Demand.objects.exists()


def test_a_chaser_does_not_start_it_again(case, client):
    for _ in range(2):
        letter = LetterFactory(case=case, to_body=body("UKVI"))
        actions.mark_posted(letter, on=THURSDAY, by=case.owner)
    clock.drop(Demand.objects.get(), on=THURSDAY, by=case.owner)
    actions.mark_posted(LetterFactory(case=case, to_body=body("UKVI")), on=THURSDAY, by=case.owner)

    assert Demand.objects.count() == 1


def test_when_they_ask_after_our_letter_it_counts_from_then(case, client, on):
    actions.mark_posted(LetterFactory(case=case, to_body=body("UKVI")), on=THURSDAY, by=case.owner)
    on(THURSDAY + timedelta(days=4))
    asks(case, client)

    demand = Demand.objects.get()
    assert (demand.cause, demand.due_on) == (Demand.Cause.ASKED, date(2026, 12, 30))


def test_it_is_on_the_case_in_the_day_and_in_the_lists_and_late_is_loud(case, client, on):
    asks(case, client)
    pages = (f"/cases/{case.pk}/authorities/", "/", "/cases/", "/authority/review/")

    on(DUE)
    for page in pages:
        assert "UK Visas and Immigration" in client.get(page).content.decode(), page
    assert "Due today" in client.get(pages[0]).content.decode()

    on(DUE + timedelta(days=5))
    assert "s-late" in client.get(pages[0]).content.decode()
    assert "5 days late" in client.get(pages[0]).content.decode()
    assert "Next: send UK Visas and Immigration the signed authority" in (
        client.get(f"/cases/{case.pk}/").content.decode()
    )
    assert "waits for authority: 5 days late" in client.get("/cases/").content.decode()
    assert "Send UK Visas and Immigration the signed authority" in client.get("/").content.decode()


def test_it_stops_when_the_signed_authority_went_to_them(case, client):
    asks(case, client)
    demand = Demand.objects.get()
    unsigned = client.get(f"/authority-demands/{demand.pk}/").content.decode()
    AuthorityFactory(case=case, signed=True, given_on=THURSDAY, covers=[body("HO")])
    signed = client.get(f"/authority-demands/{demand.pk}/").content.decode()

    client.post(f"/authority-demands/{demand.pk}/", {"act": "met"})
    again = client.post(f"/authority-demands/{demand.pk}/", {"act": "met"}, follow=True)

    assert "Nothing signed covers them yet." in unsigned
    assert "It went to them" in signed
    assert "The clock had stopped already." in again.content.decode()
    assert not Demand.objects.running().exists()
    assert case.events.filter(text__startswith="Signed authority sent to").count() == 1


def test_nothing_can_have_gone_to_them_while_nothing_signed_covers_them(case, client):
    asks(case, client)
    demand = Demand.objects.get()

    refused = client.post(f"/authority-demands/{demand.pk}/", {"act": "met"})
    authority = AuthorityFactory(case=case, signed=True, given_on=THURSDAY, covers=[body("HO")])
    client.post(f"/authorities/{authority.pk}/withdrawal/", {"reason": "She rang."})
    withdrawn = client.post(f"/authority-demands/{demand.pk}/", {"act": "met"})

    assert (refused.status_code, withdrawn.status_code) == (422, 422)
    assert "No signed authority covers UK Visas and Immigration." in refused.content.decode()
    assert list(Demand.objects.running()) == [demand]
    assert not case.events.filter(text__startswith="Signed authority sent to").exists()


def test_they_may_give_us_longer_but_not_a_day_that_has_passed(case, client):
    asks(case, client)
    demand = Demand.objects.get()

    refused = client.post(f"/authority-demands/{demand.pk}/", {"act": "extend", "due_on": "1 Dec 2026"})
    client.post(f"/authority-demands/{demand.pk}/", {"act": "extend", "due_on": "8 Jan 2027"})

    demand.refresh_from_db()
    assert refused.status_code == 422
    assert "That day has passed." in refused.content.decode()
    assert demand.due_on == date(2027, 1, 8)


def test_a_case_of_no_such_body_is_not_asked_whether_they_want_it(case, client):
    before = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    EnquiryFactory(case=case, to_body=body("UKVI"))
    after = client.get(f"/cases/{case.pk}/authorities/").content.decode()

    assert "The Home Office asks for it" not in before
    assert "The Home Office asks for it" in after


def test_asking_twice_keeps_one_clock(case, client):
    asks(case, client)
    asks(case, client)

    assert Demand.objects.count() == 1


def test_a_day_that_was_mistyped_is_put_right_where_it_was_typed(case, client, ana):
    asks(case, client)
    given = {"body": body("UKVI").pk, "asked_on": "16 Dec 2026"}
    page = client.post(f"/cases/{case.pk}/authorities/demands/", given, follow=True).content.decode()
    again = client.post(f"/cases/{case.pk}/authorities/demands/", given, follow=True).content.decode()

    demand = Demand.objects.get()
    assert (demand.asked_on, demand.due_on) == (date(2026, 12, 16), date(2026, 12, 23))
    assert "asked on Wednesday 16 December 2026 and waits until Wednesday 23 December 2026" in page
    assert "Before, Thursday 17 December 2026 stood there" in page
    assert "It stood there already" in again
    line = case.events.get(text__contains="not on Thursday 17 December 2026")
    assert (line.by, line.detail["demand"]) == (ana, demand.pk)


def test_the_page_of_the_clock_puts_the_day_right_too(case, client):
    asks(case, client)
    address = f"/authority-demands/{Demand.objects.get().pk}/"

    shown = client.get(address).content.decode()
    refused = client.post(address, {"act": "asked", "asked_on": "1 Jan 2030"})
    page = client.post(address, {"act": "asked", "asked_on": "15 Dec 2026"}, follow=True).content.decode()

    assert "They asked on" in shown
    assert refused.status_code == 422
    assert "That day has not come yet." in refused.content.decode()
    assert "asked on Tuesday 15 December 2026 and waits until Tuesday 22 December 2026" in page
    assert Demand.objects.get().due_on == date(2026, 12, 22)


def test_a_day_put_right_takes_away_no_day_they_gave_us_beyond_it(case, client):
    asks(case, client)
    address = f"/authority-demands/{Demand.objects.get().pk}/"
    client.post(address, {"act": "extend", "due_on": "8 Jan 2027"})

    page = client.post(address, {"act": "asked", "asked_on": "16 Dec 2026"}, follow=True).content.decode()

    demand = Demand.objects.get()
    assert (demand.asked_on, demand.due_on) == (date(2026, 12, 16), date(2027, 1, 8))
    assert "asked on Wednesday 16 December 2026 and waits until Friday 8 January 2027" in page


def test_the_day_of_a_clock_that_has_stopped_stays(case, client):
    asks(case, client)
    demand = Demand.objects.get()
    clock.drop(demand, on=THURSDAY, by=case.owner)
    given = {"act": "asked", "asked_on": "16 Dec 2026"}

    page = client.post(f"/authority-demands/{demand.pk}/", given, follow=True).content.decode()

    demand.refresh_from_db()
    assert demand.asked_on == THURSDAY
    assert "The clock had stopped already." in page


def test_it_does_not_start_in_the_future(case, client):
    response = asks(case, client, asked_on="1 Jan 2030")

    assert response.status_code == 422
    assert "That day has not come yet." in response.content.decode()


def test_a_closed_case_has_no_clock(case, client):
    asks(case, client)
    case.close(outcome="explained", by=case.owner)

    assert not Demand.objects.running().exists()
    assert (
        "waits for the signed authority" not in client.get(f"/cases/{case.pk}/authorities/").content.decode()
    )


def test_the_clock_of_a_case_limited_to_others_is_not_found(ana, client):
    hidden = CaseFactory(need_to_know=True)
    demand = clock.start(hidden, body("UKVI"), on=THURSDAY, cause=Demand.Cause.ASKED, by=None)

    assert client.get(f"/authority-demands/{demand.pk}/").status_code == 404
    assert "UK Visas" not in client.get("/authority/review/").content.decode()
    assert "UK Visas" not in client.get("/?whose=team").content.decode()


def test_a_clock_that_runs_stands_on_the_page_of_its_case_from_the_first_day(case, client):
    asks(case, client)

    page = " ".join(client.get(f"/cases/{case.pk}/").content.decode().split())

    said = f"waits for the signed authority until {DUE:%A} {DUE.day} {DUE:%B}."
    assert said in page
    assert f'href="/authority-demands/{Demand.objects.get().pk}/"' in page
    client.post(f"/authority-demands/{Demand.objects.get().pk}/", {"act": "drop"})
    assert said not in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_day_long_before_there_was_a_case_is_asked_about(case, client):
    refused = asks(case, client, asked_on="1 Jan 2020")

    assert refused.status_code == 422
    assert "Give the day they asked about this case." in refused.content.decode()
    assert not Demand.objects.exists()
    assert asks(case, client, asked_on=f"{case.opened_at - timedelta(days=20):%Y-%m-%d}").status_code == 302
