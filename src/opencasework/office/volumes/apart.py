"""A letter about several cases as a paper of its own: without its schedule, and saying so."""

from __future__ import annotations

from copy import copy

from django.db.models import Exists, OuterRef, Q

from opencasework.office.cases.models import Case
from opencasework.office.letters import suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.gathering import HEADING, around_schedule, still_named
from opencasework.office.volumes.models import ScheduleLine

LEFT_OUT = "What this letter asked about other cases is left out of this copy."


def for_its_case(letter: Letter) -> Letter | None:
    """The letter, or an unsaved copy of it without the other cases that it puts, or that a chaser quotes.

    None where a word about one of them stands elsewhere in it: somebody typed there, or changed a line.
    """
    about = letter.about_enquiry
    named_in = [letter.pk, about.letter_id if about else None]
    others = Case.objects.filter(schedule_lines__letter__in=[pk for pk in named_in if pk]).distinct()
    families = {pk for case in others for pk in case.family} - set(letter.case.family)
    if not families and HEADING not in letter.text:
        return letter
    above, below = around_schedule(letter.text)
    alone = copy(letter)
    alone.text = "\n\n".join(part for part in (above, LEFT_OUT, below) if part)
    alone.html = suggesting.with_text(suggesting.reject(letter.html), alone.text) if letter.html else ""
    return None if families and still_named(alone, sorted(families)) else alone


def naming_hidden(staff: StaffMember) -> Q:
    """The letters that put a case, or chasers that quote one, of which they may not know (any more).

    A draft loses the row when its case is restricted; what has left stays as it left.
    """
    seen = Case.objects.visible_to(staff)
    hidden = ScheduleLine.objects.filter(~Exists(seen.filter(pk=OuterRef("case"))))
    quoted = Q(Exists(hidden.filter(letter=OuterRef("about_enquiry__letter"))), text__contains=HEADING)
    return (Q(Exists(hidden.filter(letter=OuterRef("pk")))) & ~Q(state=Letter.State.DRAFT)) | quoted
