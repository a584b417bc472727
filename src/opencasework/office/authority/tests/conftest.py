"""Who is signed in where authority is asked for and given."""

from __future__ import annotations

import pytest

from opencasework.office.authority.signing import statement
from opencasework.office.authority.tests.signing import ask_of, link_for
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import pdf
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory


@pytest.fixture
def ana(client, home):
    OfficeFactory()
    ana = StaffFactory()
    client.force_login(ana)
    return ana


@pytest.fixture
def link(home):
    """A private link to sign a statement for two bodies."""
    OfficeFactory()
    case = CaseFactory(by=StaffFactory(), person__full_name="Nkechi Marrowby")
    return link_for(ask_of(case, "DWP", "HMRC"))


@pytest.fixture
def quick(monkeypatch):
    """A PDF that takes no second to make; what it looks like has its own test."""
    page = b"%PDF-1.7\n" + b"/ByteRange " + pdf.printing.EMPTY_RANGE + b"/Contents " + pdf.printing.EMPTY_SEAL
    monkeypatch.setattr(statement, "printed", lambda _page, **_: page)
