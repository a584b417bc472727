"""Complaints that several files of tests are about."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body

from .complaining import begin, case_about, post, stage


@pytest.fixture
def monday(home):
    """It is ten o'clock on a Monday. For all tests of a file: `pytest.mark.usefixtures("monday")`."""
    with time_machine.travel("2026-11-23 10:00", tick=False):
        yield


@pytest.fixture
def passport(client, ana):
    """A complaint about the passport office, ready but for the member's signature."""
    case = case_about("IMM-PASS", "HMPO", ana)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    post(client, "route-date-new", case.pk, kind="known", day="1 feb 2026", known_from="Their letter")
    stage(client, case, "HMPO", answered="1 oct 2026", final=True)
    BodyContactFactory(body=body("PHSO"), email="complaints@phso.example")
    return begin(client, case, "PHSO-GOV")


@pytest.fixture
def damp(client, ana):
    case = case_about("HOU-DAMP", "HA", ana)
    stage(client, case, "HA", answered="13 mar 2026", final=True)
    AuthorityFactory(case=case, given_on=date(2026, 1, 2))
    return begin(client, case, "HOS")
