"""The clock and the mail server of the journeys."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine

from tests.journeys.desk import LONDON, Desk


@pytest.fixture
def desk_on(client, home, smtp):
    """Sets a colleague at a desk, in the first days of 2026: `desk_on(StaffFactory())`."""
    with time_machine.travel(datetime(2026, 1, 2, 9, tzinfo=LONDON), tick=False) as clock:
        yield lambda staff: Desk(client, clock, staff)
