"""Who is part of the conversation about a case, by their email addresses."""

from __future__ import annotations

from collections.abc import Collection

from opencasework.office.cases.models import Case, CasePerson, Issue
from opencasework.office.letters.models import Enquiry, Letter, OutgoingMail


def participants(case: Case) -> set[str]:
    """The email addresses a mail about this case may honestly come from, in lower case.

    The people on it, the contacts of every body it concerns, and every address it was written to; not one
    that a letter taken back or thrown away would have gone to.
    """
    return participants_by_case([case.pk])[case.pk]


def participants_by_case(cases: Collection[int]) -> dict[int, set[str]]:
    """`participants` of each of these cases, with as many queries as one takes."""
    written = OutgoingMail.objects.exclude(state=OutgoingMail.State.WITHDRAWN).exclude(
        letter__state=Letter.State.DISCARDED
    )
    questions = [
        CasePerson.objects.filter(case__in=cases).values_list("case", "person__emails__address"),
        Issue.objects.filter(case__in=cases).values_list("case", "body__contacts__email"),
        Enquiry.objects.filter(case__in=cases).values_list("case", "body__contacts__email"),
        written.filter(letter__case__in=cases).values_list("letter__case", "to"),
    ]
    found: dict[int, set[str]] = {case: set() for case in cases}
    for question in questions:
        for case, address in question.order_by():
            if address and address.strip():
                found[case].add(address.strip().lower())
    return found
