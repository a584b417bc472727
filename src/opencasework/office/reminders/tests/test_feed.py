"""A private calendar that any calendar program reads, and that tells nobody anything but dates."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.clock import stop
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.reminders.models import CalendarFeed, DigestWish
from opencasework.office.reminders.things import things_of
from opencasework.office.routes.actions import record_date
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/London"))
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


def pip() -> Category:
    return Category.objects.get(code="BEN-PIP")


def new_link(client) -> str:
    """The path of a link made on the page of the settings."""
    shown = client.post("/account/reminders/calendar/").content.decode()
    start = shown.index("/calendar/")
    return shown[start : shown.index(".ics", start)] + ".ics"


def entries(client, link: str) -> dict[str, object]:
    """What a calendar program reads: summary and day."""
    client.logout()
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["version"]), str(calendar["method"])) == ("2.0", "PUBLISH")
    assert "prodid" in calendar
    events = calendar.walk("VEVENT")
    assert len({str(each["uid"]) for each in events}) == len(events)
    assert all(each["dtend"].dt - each["dtstart"].dt == timedelta(days=1) for each in events)
    assert all("dtstamp" in each and not each.errors for each in events)
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return {str(each["summary"]): each["dtstart"].dt for each in events}


def test_a_calendar_holds_reference_and_kind_of_thing_on_its_day(ana, client):
    case = CaseFactory(by=ana, next_action="Ring DWP", next_action_on=date(2026, 12, 1))
    enquiry = EnquiryFactory(case=case, to_body=body("DWP"), sent_on=date(2026, 11, 20))
    record_date(case=case, kind="decision", day=date(2026, 11, 20), by=ana)

    found = entries(client, new_link(client))

    assert found[f"{case.reference}: reply due"] == enquiry.due_on
    assert any(
        words in found for words in (f"{case.reference}: call to make", f"{case.reference}: next step")
    )


def test_no_reply_is_due_while_the_clock_stands_or_somebody_above_was_asked_or_nothing_has_left(ana, client):
    stopped, higher, leaving = (
        EnquiryFactory(case=CaseFactory(by=ana), to_body=body("DWP"), sent_on=date(2026, 11, 20))
        for _ in range(3)
    )
    stop(stopped, on=TODAY, reason="They want the form", by=ana)
    above = EnquiryFactory(case=higher.case, sent_on=date(2026, 11, 24), about_enquiry=higher)
    Letter.objects.filter(pk=leaving.letter.pk).update(state=Letter.State.SENDING)

    found = entries(client, new_link(client))

    due = {words: day for words, day in found.items() if words.endswith("reply due")}
    assert due == {f"{higher.case.reference}: reply due": above.due_on}


def test_a_reply_stands_on_the_day_they_promised_also_where_it_was_due_long_ago(ana, client):
    soon, long_ago = (
        EnquiryFactory(case=CaseFactory(by=ana), to_body=body("DWP"), sent_on=sent)
        for sent in (date(2026, 11, 20), date(2026, 6, 1))
    )
    for each in (soon, long_ago):
        said = {"kind": "holding", "received_on": "today", "promised_on": "30 Dec 2026"}
        assert client.post(f"/enquiries/{each.pk}/replies/", said).status_code == 302

    found = entries(client, new_link(client))

    due = {words: day for words, day in found.items() if words.endswith("reply due")}
    promised = date(2026, 12, 30)
    assert due == {f"{each.case.reference}: reply due": promised for each in (soon, long_ago)}


def test_it_says_nothing_of_whom_or_what_a_case_is_about(ana, client):
    case = CaseFactory(
        by=ana, title="Moved to a refuge", next_action="Ring Nkechi at her sister’s", next_action_on=TODAY,
        tag_reason="Child at risk",
    )  # fmt: skip
    link = new_link(client)

    words = client.get(link).content.decode()

    for secret in ("refuge", "Nkechi", "sister", "risk", case.constituent.full_name, "Universal Credit"):
        assert secret not in words


def test_of_a_restricted_case_of_ones_own_not_even_the_reference_leaves(ana, client):
    case = CaseFactory(by=ana, next_action="Ring", next_action_on=TODAY)
    Case.objects.filter(pk=case.pk).update(need_to_know=True)
    link = new_link(client)

    assert entries(client, link) == {"A restricted case: call to make": TODAY}
    words = client.get(link).content.decode()
    assert case.reference not in words
    assert f"/cases/{case.pk}/" not in words
    assert "LAST-MODIFIED" not in words  # nor when something happened on it


def test_a_case_somebody_may_no_longer_know_of_leaves_their_calendar(client, ana):
    kofi = StaffFactory()
    case = CaseFactory(by=ana, next_action="Ring", next_action_on=TODAY)
    link = new_link(client)
    assert entries(client, link)

    Case.objects.filter(pk=case.pk).update(owner=kofi, need_to_know=True)

    assert entries(client, link) == {}


def test_a_calendar_without_anything_in_it_is_still_a_calendar(ana, client):
    assert entries(client, new_link(client)) == {}


def test_the_link_is_shown_once_and_only_its_hash_is_kept(ana, client):
    link = new_link(client)
    token = link.removeprefix("/calendar/").removesuffix(".ics")

    assert len(token) >= 43  # 256 bits
    assert token not in client.get("/account/reminders/").content.decode()
    assert token not in str(CalendarFeed.objects.values().get())


def events(client, link: str) -> list[object]:
    client.logout()
    return list(Calendar.from_ical(client.get(link).content).walk("VEVENT"))


def test_what_is_late_for_long_stands_at_today_until_it_is_done_and_says_its_day(ana, client):
    case = CaseFactory(by=ana, next_action="Write", next_action_on=date(2026, 9, 1))
    lately = CaseFactory(by=ana, next_action="Write", next_action_on=date(2026, 11, 2))
    enquiry = EnquiryFactory(case=case, to_body=body("DWP"), sent_on=date(2026, 3, 2))
    link = new_link(client)

    found = entries(client, link)

    assert found == {
        f"{case.reference}: next step (1 September 2026)": TODAY,
        f"{case.reference}: reply due ({enquiry.due_on.day} {enquiry.due_on:%B %Y})": TODAY,
        f"{lately.reference}: next step": date(2026, 11, 2),
    }
    case.plan(next_action="Write again", on=date(2026, 12, 1), by=ana)
    assert entries(client, link)[f"{case.reference}: next step"] == date(2026, 12, 1)


def test_a_limit_that_ended_long_ago_and_of_which_nobody_has_spoken_stands_there_too(ana, client):
    case = CaseFactory(by=ana, next_action="Write", next_action_on=TODAY, category=pip())
    record_date(case=case, kind="decision", day=date(2026, 8, 3), by=ana)

    assert entries(client, new_link(client))[f"{case.reference}: time limit ends (3 September 2026)"] == TODAY


def test_an_entry_that_was_changed_is_the_newer_one_for_any_calendar_program(ana, client):
    case = CaseFactory(by=ana, next_action="Write", next_action_on=date(2026, 12, 1))
    link = new_link(client)
    [before] = events(client, link)
    [again] = events(client, link)

    with time_machine.travel(THURSDAY + timedelta(minutes=5), tick=False):
        case.plan(next_action="Write", on=date(2026, 12, 2), by=ana)
        [after] = events(client, link)

    assert again == before
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == date(2026, 12, 2)
    assert int(after["sequence"]) > int(before["sequence"])
    assert after["last-modified"].dt == THURSDAY + timedelta(minutes=5)
    assert after["dtstamp"].dt == after["last-modified"].dt


def test_a_revoked_link_says_so_and_shows_nothing(ana, client):
    CaseFactory(by=ana, next_action_on=TODAY)
    link = new_link(client)

    client.post("/account/reminders/calendar/revocation/")
    answer = client.get(link)

    assert answer.status_code == 410
    assert "This calendar link was withdrawn" in answer.content.decode()
    assert b"OC-" not in answer.content


def test_a_new_link_takes_the_place_of_the_old(ana, client):
    first, second = new_link(client), new_link(client)

    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)


def test_whoever_has_left_has_no_calendar_here(ana, client):
    link = new_link(client)
    ana.is_active = False
    ana.save()

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "ŵ" * 9])
def test_a_link_nobody_made_is_not_found(token, client):
    answer = client.get(f"/calendar/{token}.ics")

    assert answer.status_code == 404
    assert "There is no calendar at this address." in answer.content.decode()


def test_who_comes_back_makes_a_new_link(ana, client):
    link = new_link(client)
    DigestWish.objects.create(staff=ana)
    ana.is_active = False
    ana.save()
    ana.is_active = True
    ana.save()

    assert client.get(link).status_code == 410
    assert not DigestWish.objects.exists()


def test_a_calendar_asks_whether_it_has_changed_and_is_kept_by_nobody_else(ana, client):
    CaseFactory(by=ana, next_action_on=TODAY)
    link = new_link(client)

    first = client.get(link)
    again = client.get(link, headers={"If-None-Match": first.headers["ETag"]})
    CaseFactory(by=ana, next_action_on=TODAY)
    changed = client.get(link, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, changed.status_code) == (304, 200)
    assert again.content == b""


def test_no_link_is_written_into_a_log(ana, client, caplog, monkeypatch):
    link = new_link(client)
    token = link.removeprefix("/calendar/").removesuffix(".ics")
    caplog.set_level(logging.DEBUG, logger="django")

    monkeypatch.setattr("opencasework.office.reminders.feed.calendar_of", lambda *_args, **_more: 1 / 0)
    failed = client.get(link)
    client.post("/account/reminders/calendar/revocation/")
    client.get(link)

    assert failed.status_code == 503
    assert token not in " ".join(
        record.getMessage() for record in caplog.records if record.name != "django.db"
    )


def test_a_feed_is_only_read(ana, client):
    assert client.post(new_link(client)).status_code == 405


def test_the_settings_say_whether_a_calendar_asks_for_it(ana, client):
    link = new_link(client)
    assert "No calendar has asked for it yet." in client.get("/account/reminders/").content.decode()

    client.get(link)

    assert (
        "A calendar last asked for it 26 November, 10:00"
        in client.get("/account/reminders/").content.decode()
    )


def test_more_recorded_dates_ask_the_database_no_more(ana):
    def dated(number):
        for _ in range(number):
            record_date(case=CaseFactory(by=ana, body=body("DWP-UC")), kind="final", day=TODAY, by=ana)
        with CaptureQueriesContext(connection) as asked:
            list(things_of(ana, today=TODAY))
        return len(asked)

    assert dated(2) == dated(4)
