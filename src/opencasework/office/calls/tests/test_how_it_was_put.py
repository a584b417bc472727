"""The sheet of a call asks what fits how an enquiry was put: nobody has a letter of what was asked so."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from opencasework.office.bodies.tests.factories import body
from opencasework.office.calls.at_hand import questions
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.tests.factories import EnquiryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.mark.parametrize(
    ("means", "sent", "asked"),
    [
        ("email", date(2026, 11, 20), "Has our letter of Fri 20 Nov reached you, and who has it?"),
        (
            "phone",
            date(2026, 11, 20),
            "What we asked by telephone on Fri 20 Nov: is it written down",
        ),
        ("portal", date(2026, 11, 20), "What we asked through your portal on Fri 20 Nov: is it written down"),
        ("phone", date(2026, 9, 1), "What we asked by telephone on Tue 1 Sep was to be answered by"),
        ("email", date(2026, 9, 1), "Our letter of Tue 1 Sep was to be answered by"),
    ],
)
@time_machine.travel("2026-11-23 10:00", tick=False)
def test_it_asks_what_fits_how_it_was_put(means, sent, asked):
    case = CaseFactory()
    EnquiryFactory(case=case, to_body=body("DWP"), sent_on=sent)
    case.enquiries.update(means=means, letter=None if means != "email" else case.enquiries.get().letter)
    case = Case.objects.get(pk=case.pk)

    [said] = questions(case, [body("DWP")])

    assert any(asked in line for line in said.words), said.words
