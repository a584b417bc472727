"""An enquiry that several files of tests are about, and the office's clock."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.letters.models import Enquiry
from opencasework.office.letters.tests.factories import EnquiryFactory

LONDON = timezone.get_default_timezone()
SENT = date(2026, 9, 1)


@pytest.fixture
def on_the_day(time_machine):
    """Set the clock to nine in the morning of a day, and sign the client in again."""
    return lambda day: time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LONDON))


@pytest.fixture
def enquiry() -> Enquiry:
    """Sent on 1 September 2026 to a landlord with ten working days, so due on the 15th."""
    return EnquiryFactory(to_body=BodyFactory(reply_target_days=10), sent_on=SENT)
