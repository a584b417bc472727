"""Who sits at the desk, for every test of this folder that names nobody else."""

from __future__ import annotations

import pytest

from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory


@pytest.fixture
def ana(client):
    """A caseworker who is signed in."""
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Lys")
    client.force_login(ana)
    return ana


@pytest.fixture
def kofi(ana):
    """A colleague of hers."""
    return StaffFactory(first_name="Kofi", last_name="Wren")
