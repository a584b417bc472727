"""Who is signed in where authority is asked for and given."""

from __future__ import annotations

import pytest

from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory


@pytest.fixture
def ana(client, home):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana
