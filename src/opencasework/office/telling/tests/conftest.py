"""The day it is, for all tests of what people are told."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def clock():
    """The day it is; `clock.move_to(…)` makes it another."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller
