"""The months before the invented year are published, on whichever day the demonstration is made."""

from __future__ import annotations

import pytest

from opencasework.office.demo.year_before import publish_months
from opencasework.office.figures.models import OpenAtEnd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.counted import counted
from opencasework.office.publishing.writing import home_folder
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard.publication import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
MONTHS = [f"2025-{month:02}" for month in range(1, 12)]


def test_towards_the_end_of_a_month_the_last_of_them_says_what_was_open_and_the_others_do_not():
    """A year before 28 November 2026 there was no case yet, and it is known that none was open."""
    OfficeFactory(is_demo=True)
    for month in MONTHS:
        counted(40, f"2026{month[4:]}", category="HOU-DAMP", channel="email")
    OpenAtEnd.objects.create(period=MONTHS[-1], number=0)

    publish_months(MONTHS, prepared_by=StaffFactory(office_manager=True), signed_by=StaffFactory(member=True))

    assert list(Publication.objects.published().order_by("month").values_list("month", flat=True)) == MONTHS
    rows = read(home_folder()).observations
    assert {row.period for row in rows} == set(MONTHS)
    assert {row.period for row in rows if row.measure == "cases_open_at_end"} == {MONTHS[-1]}
