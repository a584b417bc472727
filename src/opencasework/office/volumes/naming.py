"""Which cases a letter has ever put beside its own, and the words by which one would know them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from opencasework.office.cases.models import Case
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.models import NamedCase


def words_of(cases: QuerySet[Case]) -> set[str]:
    """What a schedule says of these cases, in small letters: references, titles, names and numbers."""
    found = set()
    for case in cases.prefetch_related("case_people__person", "references"):
        numbers = [number.value for number in case.references.all()]
        found |= {case.reference, case.title, str(case.constituent or ""), *numbers}
    return {word.casefold() for word in found if word}


def telling(named: Iterable[NamedCase], *, beside: QuerySet[Case]) -> set[str]:
    """The words that tell of these; what is as true of a case `beside` them tells of nobody."""
    named = list(named)
    family = {pk for each in named if each.case is not None for pk in each.case.family}
    family -= set(beside.values_list("pk", flat=True))
    words = words_of(Case.objects.filter(pk__in=family)) - words_of(beside)
    return words | {each.reference.casefold() for each in named}


def named_around(letter: Letter) -> QuerySet[NamedCase]:
    """The cases that the letter has ever put, and those that a letter puts which it may quote."""
    about = letter.about_enquiry
    letters = [letter.pk, about.letter_id if about is not None else None]
    found = NamedCase.objects.filter(letter__in=[pk for pk in letters if pk]).select_related("case")
    return found.exclude(case=letter.case_id) if letter.case_id else found


def hidden_from(staff: StaffMember) -> QuerySet[NamedCase]:
    """The cases named in some letter of which this colleague may not know, and those that are deleted."""
    return NamedCase.objects.filter(~Exists(Case.objects.visible_to(staff).filter(pk=OuterRef("case"))))


def hidden_words(letter: Letter, staff: StaffMember) -> set[str]:
    around = named_around(letter)
    hidden = list(around.filter(pk__in=hidden_from(staff)))
    if not hidden:
        return set()
    known = around.exclude(pk__in=[each.pk for each in hidden]).values("case")
    return telling(hidden, beside=Case.objects.filter(Q(pk=letter.case_id) | Q(pk__in=known)))
