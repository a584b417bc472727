"""A person takes back their consent while a partner has the case: the office asks and tells nothing more."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.referrals.models import Outward, Partner
from opencasework.office.reminders.things import things_of
from opencasework.office.staff.permissions import MAY, May

from .complaining import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
WHY = "She rang: they hold the papers for tomorrow"
STOP = "Must Citizens Advice be told to stop?"


@pytest.fixture
def case(client, ana):
    """A case that went to Citizens Advice on Monday by the person's word, taken back on the Tuesday after."""
    partner = Partner.objects.create(body=body("CAB"), kind="advice", answer_days=5)
    case = CaseFactory(by=ana, title="Letters from bailiffs")
    client.force_login(ana)
    given = {"consent": "verbal", "consent_words": "Yes, tell them.", "why_verbal": "On the telephone."}
    post(client, "outward-new", case.pk, partner=partner.pk, shared="The debts.", how="phone", **given)
    return case


@pytest.fixture
def tuesday(client, case):
    with time_machine.travel("2026-12-01 10:00", tick=False):
        client.force_login(case.owner)
        yield


def withdraw(client, case) -> None:
    post(client, "authority-withdrawal", Authority.objects.get(case=case).pk, reason="She asked us to stop")


def card(client, case) -> str:
    return client.get(reverse("case-partners", args=[case.pk])).content.decode()


def calendar(case) -> list[str]:
    return [thing.words for thing in things_of(case.owner, today=timezone.localdate())]


def test_the_card_says_that_consent_has_ended_and_what_to_ask_the_person(client, case, tuesday):
    before = card(client, case)
    withdraw(client, case)
    shown = card(client, case)

    assert "Consent has ended" not in before
    assert "Consent has ended" in shown
    assert (
        f"{case.constituent} withdrew the authority for Citizens Advice on Tuesday 1 December 2026." in shown
    )
    assert "Ask the person whether they are to be told to stop" in shown
    assert "Consent: by word of mouth" not in shown
    assert "Consent has ended" in client.get(case.get_absolute_url()).content.decode()


def test_nobody_is_asked_to_ask_them_but_whether_they_must_be_told_to_stop(client, case, tuesday):
    assert "Ask Citizens Advice whether they take it" in client.get("/").content.decode()
    assert "ask whether it was taken" in calendar(case)

    withdraw(client, case)

    page = client.get("/").content.decode()
    assert "Ask Citizens Advice whether they take it" not in page
    assert STOP in page
    assert "ask whether it was taken" not in calendar(case)
    assert "consent that has ended" in calendar(case)


def test_they_are_reminded_only_for_a_reason_which_the_weekly_review_lists(client, case, tuesday):
    withdraw(client, case)
    made = Outward.objects.get()

    said = post(client, "outward-reminder", made.pk, on="today")
    made.refresh_from_db()
    refused = made.reminders
    post(client, "outward-reminder", made.pk, on="today", no_authority_reason=WHY)

    made.refresh_from_db()
    assert "No authority covers Citizens Advice." in said
    assert "Do not ask them, or say why they were asked all the same" in said
    assert (refused, made.reminders) == (0, 1)
    assert SentWithout.objects.get().reason == WHY
    assert f"Asked without authority to act: {WHY}" in case.events.order_by("pk").last().text


def test_a_reminder_from_before_it_was_taken_back_asks_for_no_reason(client, case, tuesday):
    withdraw(client, case)

    post(client, "outward-reminder", Outward.objects.get().pk, on="30 nov 2026")

    assert Outward.objects.get().reminders == 1
    assert not SentWithout.objects.exists()


def test_who_may_not_go_without_authority_cannot_say_why(client, case, tuesday, monkeypatch):
    withdraw(client, case)
    monkeypatch.setitem(MAY, case.owner.role, MAY[case.owner.role] - {May.SEND_WITHOUT_AUTHORITY})

    said = post(client, "outward-reminder", Outward.objects.get().pk, on="today", no_authority_reason=WHY)

    assert "No authority covers Citizens Advice." in said
    assert "no_authority_reason" not in said
    assert Outward.objects.get().reminders == 0


@pytest.mark.parametrize("taken", [False, True])
def test_once_it_is_written_down_what_was_done_nobody_is_asked_any_more(client, case, tuesday, taken):
    made = Outward.objects.get()
    if taken:
        post(client, "outward-answer", made.pk, answer="accepted", on="today")
    withdraw(client, case)
    asked = client.get("/").content.decode()

    if taken:
        post(client, "outward-result", made.pk, result="stopped", on="today", note="They were told.")
    else:
        post(client, "outward-answer", made.pk, answer="stopped", on="today")

    assert STOP in asked
    assert STOP not in client.get("/").content.decode()
    assert "consent that has ended" not in calendar(case)
    assert "We took it back: the person no longer agrees" in card(client, case)
    assert not Outward.objects.open().exists()


def test_what_another_authority_covers_goes_on(client, case, tuesday):
    AuthorityFactory(case=case, signed=True, covers=[body("CAB")])
    post(
        client, "authority-withdrawal", Authority.objects.get(basis="verbal").pk, reason="There is a form now"
    )

    assert "Consent has ended" not in card(client, case)
    assert STOP not in client.get("/").content.decode()
    post(client, "outward-reminder", Outward.objects.get().pk, on="today")
    assert Outward.objects.get().reminders == 1
