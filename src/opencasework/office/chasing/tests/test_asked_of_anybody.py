"""Whoever was asked without a letter can be found in the list, a council of elsewhere too."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client, home):
    OfficeFactory()
    made = CaseFactory()
    AuthorityFactory(case=made)
    client.force_login(made.owner)
    return made


@pytest.mark.parametrize("code", ["LAS-ORK", "PLA-CRF"])
def test_a_council_of_another_nation_was_asked(client, case, code):
    url = f"/cases/{case.pk}/enquiries/new/"
    offered = client.get(url).content.decode()

    given = {"body": code, "means": "phone", "question": "When is the school bus?", "asked_on": "today"}
    client.post(url, given)

    assert f'<option value="{code}">{body(code)}</option>' in offered
    assert case.enquiries.get().body == body(code)


def test_those_of_elsewhere_stand_below_the_others_and_each_body_once(client, case):
    page = client.get(f"/cases/{case.pk}/enquiries/new/").content.decode()

    near, elsewhere = page.split('<optgroup label="Councils elsewhere">')
    assert 'value="DWP"' in near
    assert 'value="LAS-ORK"' in elsewhere
    assert page.count('value="DWP"') == page.count('value="LAS-ORK"') == 1


def test_a_stage_of_a_complaint_went_to_a_council_of_another_nation(client, case):
    given = {"body": "LAS-ORK", "name": "Stage 1", "sent_on": "today", "sent_by": "person"}

    client.post(f"/cases/{case.pk}/complaint-stages/new/", given)

    assert case.complaint_stages.get().body == body("LAS-ORK")
