"""The printed form: a reason where post is not safe, and a case that waits for whoever has it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Ask
from opencasework.office.authority.tests.signing import ask_of
from opencasework.office.cases.models import Case, Event, Status
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


@pytest.fixture
def ask(ana) -> Ask:
    return ask_of(CaseFactory(by=ana, person__full_name="Ada Marrowby"))


def act(client, ask, name, **more):
    return client.post(f"/authority-asks/{ask.pk}/paper/", {"act": name} | more, follow=True)


def page(answer) -> str:
    return answer.content.decode()


def stands(ask) -> str:
    """Where the case stands, in both ways in which it is asked."""
    status = Case.objects.get(pk=ask.case_id).status
    is_listed = Case.objects.waiting().filter(pk=ask.case_id).exists()
    assert is_listed == (status == Status.CONSTITUENT)
    return status


def lines(ask) -> list[str]:
    found = ask.case.events.filter(kind=Event.Kind.AUTHORITY, detail__has_key="paper")
    return list(found.order_by("pk").values_list("text", flat=True))


# --- it went to them --------------------------------------------------------------------------------------


def test_a_form_that_went_to_them_makes_the_case_wait_for_the_constituent(client, ask):
    assert stands(ask) == Status.WITH_US

    said = page(act(client, ask, "went"))

    assert stands(ask) == Status.CONSTITUENT
    assert "They have the form" in said
    assert "It went to Ada Marrowby on" in said
    assert "Form to sign" in page(client.get(f"/cases/{ask.case_id}/"))


def test_said_by_mistake_it_is_taken_back_and_the_timeline_keeps_both(client, ask):
    act(client, ask, "went")
    act(client, ask, "went")
    act(client, ask, "back")

    assert stands(ask) == Status.WITH_US
    assert lines(ask) == ["The form went to Ada Marrowby", "The form did not go to Ada Marrowby"]


def test_one_that_came_back_is_ours_to_look_at(client, ask):
    act(client, ask, "went")
    ask.returned.create(sha256="0" * 64, name="form.pdf", arrived_at=timezone.now())

    assert stands(ask) == Status.WITH_US


def test_once_it_is_asked_no_longer_nobody_waits_for_the_form(client, ask):
    act(client, ask, "went")
    client.post(f"/authority-asks/{ask.pk}/closing/")

    assert stands(ask) == Status.WITH_US
    assert "It is signed or closed already." in page(act(client, ask, "went"))


# --- post is not safe -------------------------------------------------------------------------------------


@pytest.fixture
def unsafe(ask) -> Ask:
    ask.person.safe_contact = "Ring her sister"
    ask.person.save()
    assert ask.case.no_post_to(ask.person)
    return ask


def test_where_post_is_not_safe_the_form_is_not_printed_without_a_reason(client, unsafe):
    shown = page(client.get(f"/authority-asks/{unsafe.pk}/"))
    refused = client.get(f"/authority-asks/{unsafe.pk}/form.pdf")
    silent = act(client, unsafe, "printed", reason="  ")
    went = act(client, unsafe, "went")

    assert "Why it is printed all the same" in shown
    assert "form.pdf" not in shown
    assert refused.status_code == silent.status_code == went.status_code == 422
    assert "Say first why it is printed all the same" in page(refused)
    assert lines(unsafe) == []
    assert stands(unsafe) == Status.WITH_US


def test_with_a_reason_it_is_printed_and_the_timeline_says_why(client, unsafe):
    said = page(act(client, unsafe, "printed", reason="I hand it over at the surgery"))

    assert "form.pdf" in said
    assert lines(unsafe) == [
        "Printed for Ada Marrowby, to whom post is not safe: I hand it over at the surgery"
    ]
    assert client.get(f"/authority-asks/{unsafe.pk}/form.pdf")["Content-Type"] == "application/pdf"
    act(client, unsafe, "went")
    assert stands(unsafe) == Status.CONSTITUENT


def test_where_post_is_safe_it_is_printed_at_once(client, ask):
    assert client.get(f"/authority-asks/{ask.pk}/form.pdf")["Content-Type"] == "application/pdf"
