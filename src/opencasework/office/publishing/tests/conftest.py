"""When the tests of publishing a year are played."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine


@pytest.fixture
def in_january() -> Iterator[None]:
    """A morning after the year 2025 is over."""
    with time_machine.travel(datetime(2026, 1, 12, 9, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield
