"""What a partner answered, and what came of it, recorded by mistake: taken back, and they are asked again."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import transfers
from opencasework.office.cases.models import Transfer
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.referrals.models import Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

from .test_partners import card, lines, post, refer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, title="Letters from bailiffs")


@pytest.fixture
def made(client, case):
    """A case that Citizens Advice were asked to take, by 30 November."""
    advice = Partner.objects.create(
        body=body("CAB"), kind="advice", takes="Debt and benefits", answer_days=5
    )  # fmt: skip
    refer(client, case, advice)
    return Outward.objects.get()


def answered(client, made, answer, **more) -> str:
    return post(client, "outward-answer", made.pk, **{"answer": answer, "on": "today", **more})


def test_an_answer_is_taken_back_and_they_are_asked_again(client, case, made):
    answered(client, made, "declined", reference="CA-77")
    assert "Citizens Advice: Letters" not in client.get(reverse("referrals")).content.decode()

    said = post(client, "outward-answer-back", made.pk)

    assert "Taken back: Citizens Advice: they declined." in said
    shown = card(client, case)
    assert "<del>They declined, 23 November 2026</del>" in shown
    assert "Taken back by" in shown
    assert "Answer by 30 Nov" in shown
    assert "CA-77" not in shown
    assert "Citizens Advice: Letters" in client.get(reverse("referrals")).content.decode()
    assert lines(case)[-2] == "Citizens Advice: they declined."
    assert lines(case)[-1] == (
        "Taken back, it was a mistake: Citizens Advice: they declined, on Monday 23 November 2026"
    )


def test_my_day_asks_for_it_again_once_its_day_has_come(client, case, made):
    answered(client, made, "declined")
    post(client, "outward-answer-back", made.pk)

    with time_machine.travel("2026-12-01 10:00", tick=False):
        client.force_login(case.owner)
        assert "Ask Citizens Advice whether they take it" in client.get("/").content.decode()


def test_the_right_answer_is_recorded_afterwards(client, case, made):
    answered(client, made, "declined")
    post(client, "outward-answer-back", made.pk)

    answered(client, made, "accepted", reference="CA-78")

    assert "They took it" in card(client, case)
    assert "CA-78" in card(client, case)


def test_what_came_of_it_is_taken_back_first_and_then_the_answer(client, case, made):
    answered(client, made, "accepted")
    post(client, "outward-result", made.pk, result="helped", on="today", note="A plan for the debts.")
    early = post(client, "outward-answer-back", made.pk)

    said = post(client, "outward-result-back", made.pk)

    assert "What came of it is recorded. Take that back first." in early
    assert "Taken back: Citizens Advice: they put it right." in said
    shown = card(client, case)
    assert "<del>They put it right, 23 November 2026</del>" in shown
    assert "What came of it?" in shown
    assert "A plan for the debts." not in shown
    assert lines(case)[-1].endswith("they put it right, on Monday 23 November 2026. A plan for the debts.")
    assert "Taken back: Citizens Advice: they took it." in post(client, "outward-answer-back", made.pk)


def test_only_once(client, case, made):
    answered(client, made, "accepted")
    post(client, "outward-answer-back", made.pk)
    number = len(lines(case))

    assert "already" in post(client, "outward-answer-back", made.pk)
    assert "already" in post(client, "outward-result-back", made.pk)
    assert len(lines(case)) == number


def test_that_they_declined_stays_once_the_case_has_gone_there_again(client, case, made):
    answered(client, made, "declined")
    refer(client, case, made.partner)

    assert "gone to Citizens Advice again since" in post(client, "outward-answer-back", made.pk)
    made.transfer.refresh_from_db()
    assert made.transfer.answer == "declined"


def test_that_they_took_it_stays_while_the_case_is_closed(client, case, made):
    answered(client, made, "accepted")
    case.close(outcome="referred", by=case.owner)

    assert "The case was closed since. Open it again first." in post(client, "outward-answer-back", made.pk)
    case.refresh_from_db()
    assert transfers.taken(case) is not None


def test_an_answer_of_somebody_who_is_no_partner_is_taken_back_too(client, ana, case):
    AuthorityFactory(case=case)
    given = {"to_name": "Cllr Ash Brindle", "consent": "verbal", "level": Transfer.Level.OTHER_REPRESENTATIVE}
    client.post(f"/cases/{case.pk}/transfers/new/", given)
    offered = case.transfers.get()
    client.post(f"/cases/{case.pk}/transfers/{offered.pk}/", {"answer": "declined"})
    assert "Take back" in client.get(case.get_absolute_url()).content.decode()

    back = client.post(f"/cases/{case.pk}/transfers/{offered.pk}/taken-back/")

    offered.refresh_from_db()
    assert "Taken back: Cllr Ash Brindle: they declined." in [
        str(each) for each in get_messages(back.wsgi_request)
    ]
    assert not offered.is_answered
    assert lines(case)[-1].startswith("Taken back, it was a mistake: Cllr Ash Brindle: they declined, on")


def test_a_volunteer_takes_nothing_back(client, case, made):
    answered(client, made, "accepted")
    client.force_login(StaffFactory(volunteer=True))

    assert client.post(reverse("outward-answer-back", args=[made.pk])).status_code == 403
    assert client.post(reverse("outward-result-back", args=[made.pk])).status_code == 403
