"""The people of an office, and a draft of one of them."""

from __future__ import annotations

import pytest

from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory


@pytest.fixture
def office():
    class People:
        priya = StaffFactory(first_name="Priya", last_name="Shah")
        tom = StaffFactory(first_name="Tom", last_name="Eddowes", senior=True)
        amira = StaffFactory(first_name="Amira", last_name="Holloway", member=True)

    return People


@pytest.fixture
def letter(office):
    return LetterFactory(case__by=office.priya)
