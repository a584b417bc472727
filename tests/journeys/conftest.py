"""The clock and the mail server of the journeys."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine

from opencasework.office.places.tests import onspd
from tests.journeys.desk import LONDON, Desk


@pytest.fixture
def clock():
    """The office's clock, in the first days of 2026; nothing moves it but the test."""
    with time_machine.travel(datetime(2026, 1, 2, 9, tzinfo=LONDON), tick=False) as clock:
        yield clock


@pytest.fixture
def at(clock):
    """Moves the office's clock to a moment: `at(2026, 3, 5, 11, 20)`."""
    return lambda *moment: clock.move_to(datetime(*moment, tzinfo=LONDON))


@pytest.fixture
def desk_on(client, home, smtp, clock):
    """Sets a colleague at a desk: `desk_on(StaffFactory())`."""
    return lambda staff: Desk(client, clock, staff)


@pytest.fixture
def places(home, tmp_path):
    """A directory of postcodes and a list of members."""
    onspd.load(tmp_path)
