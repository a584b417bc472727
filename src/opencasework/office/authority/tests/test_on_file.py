"""What a page says is on file is what the gate lets through."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Authority
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
BODIES = ("DWP", "DWP-UC", "DWP-PEN", "HMRC", "HMPO", "CMS")
WAYS = (
    {"covers_any_body": True},
    {"named": ["DWP"]},
    {"named": ["DWP-UC", "HMPO"]},
    {"basis": "implied", "covers_any_body": True},
    {"basis": "implied", "named": ["HMRC", "DWP-UC"]},
    {"covers_any_body": True, "expires_on": date(2020, 1, 1)},
    {"covers_any_body": True, "withdrawn_on": date(2020, 1, 1)},
    {"covers_any_body": True, "by_another": True},
)


@pytest.mark.parametrize("given", WAYS)
def test_it_names_the_authority_by_which_the_gate_is_open_and_none_where_it_is_shut(given):
    OfficeFactory()
    today = timezone.localdate()
    case = CaseFactory(by=StaffFactory(), body=body("DWP-UC"))
    facts = {"basis": "verbal", **given}
    named, by_another = facts.pop("named", []), facts.pop("by_another", False)
    person = PersonFactory() if by_another else case.constituent
    authority = Authority.objects.create(
        case=case, person=person, given_on=today - timedelta(days=9), **facts
    )  # fmt: skip
    authority.bodies.set([body(code) for code in named])

    ask = gate.on_file(case, on=today)

    for code in BODIES:
        assert (ask(body(code)).authorities == [authority]) is gate.is_open(case, body(code), on=today), code
