"""The morning digest: to whoever wants it, on working days, once, with counts and references only."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Complaint
from opencasework.office.reminders.digest import WORDS, send_due
from opencasework.office.reminders.models import Digest
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.telling.models import Word
from opencasework.office.today.todo import KINDS

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 5, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(email="ana@office.example")
    client.force_login(ana)
    return ana


def wants(client):
    client.post("/account/reminders/digest/", {"wants": "yes"})


def test_it_is_off_until_somebody_wants_it(ana, client):
    send_due(at(26, 8))
    assert mail.outbox == []

    wants(client)
    send_due(at(26, 8))

    assert [each.to for each in mail.outbox] == [["ana@office.example"]]


def test_it_counts_and_names_references_and_nothing_else(ana, client):
    wants(client)
    with time_machine.travel(at(2, 9)):
        late = CaseFactory(
            by=ana, title="Moved to a refuge", next_action="Ring Nkechi", next_action_on=date(2026, 11, 20)
        )
        hidden = CaseFactory(by=ana, next_action="Ring", next_action_on=date(2026, 11, 26))
    Case.objects.filter(pk=hidden.pk).update(need_to_know=True)

    with time_machine.travel(at(26, 8)):
        send_due(at(26, 8))

    letter = mail.outbox[0]
    assert letter.subject == "Your day: 2 things, 1 past its date"
    assert f"- {late.reference}: next step, 6 days late" in letter.body
    assert "- A restricted case: next step, today" in letter.body
    for secret in ("refuge", "Nkechi", hidden.reference, late.constituent.full_name):
        assert secret not in letter.subject + letter.body


def test_a_complaint_past_its_last_day_counts_as_late(ana, client):
    wants(client)
    with time_machine.travel(at(2, 9)):
        case = CaseFactory(by=ana, next_action="Ring", next_action_on=date(2026, 12, 20))
        Complaint.objects.create(case=case, scheme_code="HOS", body=body("HOS"), by_when=date(2026, 11, 24))

    with time_machine.travel(at(26, 8)):
        send_due(at(26, 8))

    assert mail.outbox[0].subject == "Your day: 1 thing, 1 past its date"
    assert f"- {case.reference}: complaint to an ombudsman, 2 days late" in mail.outbox[0].body


def test_a_day_to_come_reads_as_a_day_does(ana, client):
    wants(client)
    with time_machine.travel(at(2, 9)):
        case = CaseFactory(by=ana, next_action="Ring", next_action_on=date(2026, 12, 20))
        Word.objects.create(case=case, kind="update", since=date(2026, 11, 2), due_on=date(2026, 12, 7))

    with time_machine.travel(at(26, 8)):
        send_due(at(26, 8))

    assert f"- {case.reference}: somebody to be told, Mon 7 Dec" in mail.outbox[0].body


def test_it_goes_once_a_morning_however_often_the_worker_looks(ana, client):
    wants(client)

    assert [send_due(at(26, hour)) for hour in (7, 8, 11)] == [1, 0, 0]
    assert send_due(at(27, 7)) == 1


@pytest.mark.parametrize(
    "when", [at(26, 6), at(26, 12), at(28, 8), at(29, 8), at(25, 8, month=12), at(28, 8, month=12)]
)
def test_it_keeps_to_the_mornings_of_working_days(when, ana, client):
    wants(client)

    assert send_due(when) == 0


def test_one_that_is_refused_is_tried_again_and_keeps_no_other_back(ana, client, monkeypatch):
    wants(client)
    kofi = StaffFactory(email="kofi@office.example")
    client.force_login(kofi)
    wants(client)
    real = mail.EmailMessage.send

    def refuses_ana(letter, *args, **more):
        if letter.to == ["ana@office.example"]:
            raise OSError
        return real(letter, *args, **more)

    monkeypatch.setattr(mail.EmailMessage, "send", refuses_ana)
    with pytest.raises(OSError):  # noqa: PT011 (it says nothing)
        send_due(at(26, 7))
    assert [each.to for each in mail.outbox] == [["kofi@office.example"]]
    monkeypatch.undo()

    send_due(at(26, 8))

    assert [each.to for each in mail.outbox] == [["kofi@office.example"], ["ana@office.example"]]


def test_a_worker_that_died_while_sending_never_makes_it_two(ana, client):
    wants(client)
    Digest.objects.create(staff=ana, day=date(2026, 11, 26))

    assert send_due(at(26, 8)) == 0


def test_whoever_has_left_or_had_enough_gets_none(ana, client):
    wants(client)
    client.post("/account/reminders/digest/", {"wants": "no"})
    assert send_due(at(26, 8)) == 0

    wants(client)
    ana.is_active = False
    ana.save()
    assert send_due(at(27, 8)) == 0


def test_without_an_address_nobody_is_promised_a_digest(client):
    OfficeFactory()
    client.force_login(StaffFactory(email=""))

    page = client.post("/account/reminders/digest/", {"wants": "yes"}, follow=True).content.decode()

    assert "There is no email address on your account." in page


def test_every_kind_of_thing_has_words_that_name_nobody():
    assert set(WORDS) >= {kind.name for kind in KINDS}
