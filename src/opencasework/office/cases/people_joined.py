"""Two records of one person joined, or told apart again: a line on the timeline of each of their cases."""

from __future__ import annotations

from typing import Any

from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.settling import settle
from opencasework.office.constituents.models import PersonMerge
from opencasework.office.staff.models import StaffMember


def on_joining(*, merge: PersonMerge, **_signal: Any) -> None:
    """Called inside the transaction of the merge, before anything is moved."""
    settle(CasePerson.objects.filter(person__in=[merge.loser_number, merge.into_number]))


def on_merged(*, merge: PersonMerge, by: StaffMember, **_signal: Any) -> None:
    """Called inside the transaction of the merge."""
    _record(Event.Kind.PEOPLE_MERGED, merge, [merge.survivor_id], by)


def on_parted(*, merge: PersonMerge, by: StaffMember, **_signal: Any) -> None:
    """Called inside the transaction of the undoing."""
    settle(CasePerson.objects.filter(person=merge.survivor_id))
    _record(Event.Kind.PEOPLE_PARTED, merge, [merge.survivor_id, merge.loser_number], by)


def _record(kind: Event.Kind, merge: PersonMerge, people: list[int], by: StaffMember) -> None:
    # The line names whom the case is for now. The other record may come from a case that not everybody who
    # sees this one may know of.
    links = CasePerson.objects.filter(person__in=people)
    for case in Case.objects.filter(pk__in=links.values("case")):
        theirs = [link.person for link in links.filter(case=case).select_related("person")]
        case.record(
            kind,
            by=by,
            text=" and ".join(str(person) for person in theirs),
            people=[person.pk for person in theirs],
            merge=merge.pk,
        )
