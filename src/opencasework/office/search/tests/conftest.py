"""A colleague who is signed in, for the tests of what is found."""

from __future__ import annotations

import pytest

from opencasework.office.staff.tests.factories import StaffFactory


@pytest.fixture
def ana(client):
    staff = StaffFactory()
    client.force_login(staff)
    return staff
