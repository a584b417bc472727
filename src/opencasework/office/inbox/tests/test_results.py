"""What was suggested is compared with what people decided, and the office sees how often it was right."""

import re

import pytest
from django.urls import reverse

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import SuggestionResult
from opencasework.office.inbox.suggesting import results
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NIA = "nia@post.example"


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", role=Role.OFFICE_MANAGER)
    client.force_login(ana)
    return ana


@pytest.fixture
def nias_case():
    return CaseFactory(person=PersonFactory(full_name="Nia Pryce", email__address=NIA))


def file(client, message, case):
    return client.post(reverse("message-filing", args=[message.pk]), {"case": case.pk})


def page(client):
    return client.get(reverse("suggestion-settings"))


def test_a_message_put_where_it_was_suggested_counts_as_right(client, ana, nias_case):
    message = MessageFactory(from_address=NIA)

    file(client, message, nias_case)

    kept = SuggestionResult.objects.get()
    assert (kept.person, kept.case, kept.accepted_all) == ("first", "first", False)
    who, which, *_ = page(client).context["shares"]
    assert (who.suggested, who.first, which.first, which.percent) == (1, 1, 1, 100)
    assert "Of 1 message put on a case" in page(client).content.decode()


def test_a_message_put_elsewhere_counts_as_wrong(client, ana, nias_case):
    other = CaseFactory()

    file(client, MessageFactory(from_address=NIA), other)

    _who, which, *_ = page(client).context["shares"]
    assert (which.suggested, which.first, which.among) == (1, 0, 0)


def test_what_was_accepted_with_one_key_is_compared_too(client, ana, nias_case):
    message = MessageFactory(from_address=NIA)
    plan = client.get(reverse("message", args=[message.pk])).context["accept"]

    client.post(reverse("message-accepted", args=[message.pk]), {"seen": plan.fingerprint})

    assert SuggestionResult.objects.get().accepted_all


def test_a_decision_taken_back_is_not_counted(client, ana, nias_case):
    message = MessageFactory(from_address=NIA)
    file(client, message, nias_case)

    client.post(reverse("message-undo", args=[message.pk]))

    assert page(client).context["decided"] == 0
    assert "Nothing has been decided yet" in page(client).content.decode()


def test_what_one_may_not_know_of_is_in_no_count(client, ana, nias_case):
    file(client, MessageFactory(from_address=NIA), nias_case)
    nias_case.need_to_know = True
    nias_case.save()
    nias_case.named_staff.clear() if hasattr(nias_case, "named_staff") else None

    assert page(client).context["decided"] == 0


def test_nothing_that_somebody_wrote_is_kept(client, ana, nias_case):
    file(client, MessageFactory(from_address=NIA, subject="Zugzwang", text="Quibbledon"), nias_case)

    kept = SuggestionResult.objects.values().get()
    values = [
        value for choice in kept["choices"].values() for value in choice.values() if isinstance(value, str)
    ]

    assert all(re.fullmatch(r"[A-Z]{3}(-[A-Z0-9]+)*", value) for value in values)  # codes alone
    assert set(kept) == {"id", "message_id", "at", "person", "case", "category", "choices", "accepted_all"}


def test_of_each_suggestion_it_is_kept_what_was_decided_and_where_it_stood(client, ana, nias_case):
    ben = StaffFactory(first_name="Ben")
    other = CaseFactory(owner=ben, urgency="URG-1")
    message = MessageFactory(from_address=NIA, text="They evict us on Monday.")

    file(client, message, other)

    kept = SuggestionResult.objects.get().choices
    assert set(kept) == set(results.WHAT)
    assert kept["person"]["suggested"] == nias_case.constituent.pk
    assert kept["case"] == {"suggested": nias_case.pk, "decided": other.pk, "rank": None}
    assert (kept["urgency"]["suggested"], kept["owner"]["decided"]) == ("URG-3", ben.pk)
    shares = {each.label: each for each in page(client).context["shares"]}
    assert shares["Caseworker"].suggested == 1
    assert shares["How urgent"].suggested == 1


def test_what_was_kept_before_levels_were_is_counted_as_before(client, ana, nias_case):
    file(client, MessageFactory(from_address=NIA), nias_case)
    SuggestionResult.objects.update(choices={})

    who, *_, owner = page(client).context["shares"]

    assert (who.suggested, who.first, owner.suggested) == (1, 1, 0)
