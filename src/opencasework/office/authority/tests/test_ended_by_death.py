"""What somebody signed ends with their death; what their executor gives goes on."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import ActingForFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ENDED = "Ended: they have died"


def test_the_page_says_that_an_authority_ended_with_the_death(client):
    case = CaseFactory()
    client.force_login(StaffFactory())
    AuthorityFactory(case=case, person=case.constituent)
    where = reverse("case-authorities", args=[case.pk])
    assert ENDED not in client.get(where).content.decode()

    executor = ActingForFactory(person=case.constituent, kind=ActingFor.As.EXECUTOR).by

    page = client.get(where).content.decode()
    assert page.count(ENDED) == 1
    assert f"None in force about {case.constituent}" in page
    ActingFor.objects.update(proof="grant", proof_seen_on=timezone.localdate())
    AuthorityFactory(case=case, person=executor, about=case.constituent)
    page = client.get(where).content.decode()
    assert page.count(ENDED) == 1
    assert "None in force about" not in page
