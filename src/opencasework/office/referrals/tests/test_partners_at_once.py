"""Several people at once say what came of a referral, or that a partner was told: one has said it."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.referrals.models import Inward, Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

from .complaining import post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
COLLEAGUES = 4


@pytest.fixture
def advice():
    OfficeFactory()
    return Partner.objects.create(body=body("CAB"), kind="advice")


def all_at_once(page: str, number: int, **given: str) -> list[int]:
    """Each colleague sends the form at the same moment; what each was answered."""
    ready, answers = Barrier(COLLEAGUES), list[int]()

    def send() -> None:
        staff = Client()
        staff.force_login(StaffFactory())
        ready.wait(timeout=20)
        answers.append(staff.post(reverse(page, args=[number]), given).status_code)
        connection.close()

    threads = [Thread(target=send) for _ in range(COLLEAGUES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(answers)


def test_of_several_who_say_at_once_what_came_of_it_one_has_said_it(client, advice):
    case = CaseFactory()
    client.force_login(case.owner)
    consent = {"consent": "verbal", "consent_words": "Yes.", "why_verbal": "By telephone."}
    post(client, "outward-new", case.pk, partner=advice.pk, shared="The debts.", how="phone", **consent)
    made = Outward.objects.get()
    post(client, "outward-answer", made.pk, answer="accepted", on="today")

    answers = all_at_once("outward-result", made.pk, result="helped", on="today")

    assert answers == [302, 422, 422, 422]
    assert case.events.filter(kind=Event.Kind.TRANSFER, detail__result="helped").count() == 1


def test_of_several_who_tell_a_partner_at_once_one_has_told_them(advice):
    case = CaseFactory()
    AuthorityFactory(case=case)
    made = Inward.objects.create(case=case, partner=advice, came_on=timezone.localdate(), consent="seen")
    case.close(outcome="put-right", by=case.owner)

    answers = all_at_once("inward-told", made.pk, on="today", what="It was put right.")

    assert answers == [302, 422, 422, 422]
    assert case.events.filter(kind=Event.Kind.TRANSFER, detail__came_from=made.pk).count() == 1
