"""A letter about several cases as a paper of its own: without its schedule, and saying so."""

from __future__ import annotations

from copy import copy
from html import unescape

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Concat, StrIndex

from opencasework.office.cases.models import Case
from opencasework.office.letters import apart, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.gathering import HEADING, around_schedule
from opencasework.office.volumes.models import NamedCase, ScheduleLine
from opencasework.office.volumes.naming import hidden_from, named_around, telling

LEFT_OUT = "What this letter asked about other cases is left out of this copy."


def for_its_case(letter: Letter) -> Letter | None:
    """The letter, or an unsaved copy of it without the other cases that it puts, or that a chaser quotes.

    None where a word about one of them stands elsewhere in it: somebody typed there, or changed a line.
    """
    around = _named(letter)
    if not around and HEADING not in letter.text:  # as nearly all: asked of each that a chaser quotes
        return letter
    standing = set(ScheduleLine.objects.filter(letter=letter.pk).values_list("case", flat=True))
    named = [each for each in around if each.case_id in standing or each.reference in _words(letter)]
    if not named and HEADING not in letter.text:
        return letter
    above, below = around_schedule(letter.text)
    alone = copy(letter)
    alone.text = "\n\n".join(part for part in (above, LEFT_OUT, below) if part)
    alone.html = suggesting.with_text(suggesting.reject(letter.html), alone.text) if letter.html else ""
    words = telling(named, beside=Case.objects.filter(pk__in=letter.case.family))
    return None if apart.tells(_words(alone), words) else alone


def _named(letter: Letter) -> list[NamedCase]:
    """`named_around`, from what was fetched beside the letter where it can quote no other."""
    if letter.pk is None or letter.about_enquiry_id is not None:
        return list(named_around(letter))
    return [each for each in letter.named_cases.all() if each.case_id != letter.case_id]


def _words(letter: Letter) -> str:
    return f"{letter.subject}\n{letter.text}\n{unescape(letter.html)}"


def naming_hidden(staff: StaffMember) -> Q:
    """The letters that put a case, or chasers that quote one, of which they may not know (any more).

    Asked whenever somebody looks, of drafts as of those that left; a case that is deleted nobody may know of.
    """
    lines = ScheduleLine.objects.filter(
        ~Exists(Case.objects.visible_to(staff).filter(pk=OuterRef("case"))), letter=OuterRef("pk")
    )
    named = hidden_from(staff).alias(
        at=StrIndex(Concat(OuterRef("text"), OuterRef("html")), F("reference")),
    )
    standing = named.filter(at__gt=0)
    return (
        Q(Exists(lines))
        | Q(Exists(standing.filter(letter=OuterRef("pk"))))
        | Q(Exists(standing.filter(letter=OuterRef("about_enquiry__letter"))))
    )
