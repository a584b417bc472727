"""Chasers that several files of tests are about. A file with a body of its own has that instead."""

from __future__ import annotations

import pytest

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.volumes.tests.chasing import FIRST, moved_to


@pytest.fixture
def kofi(client, time_machine):
    """Who sends the chasers, on the day after the answers were due."""
    kofi = StaffFactory(role=Role.CASEWORKER)
    moved_to(time_machine, client, FIRST, by=kofi)
    return kofi


@pytest.fixture
def body():
    """It has ten working days to answer."""
    return BodyFactory(reply_target_days=10)
