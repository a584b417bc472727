"""What changed about who signs for a person and how they are reached: a line on each of their open cases."""

from __future__ import annotations

from typing import Any

from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember


def on_changed(*, person: Person, by: StaffMember, said: str, other: Person | None, **_signal: Any) -> None:
    """Called inside the transaction of the change."""
    theirs = CasePerson.objects.filter(person=person)
    for case in Case.objects.open().filter(pk__in=theirs.values("case")):
        detail = {"people": [person.pk, *([other.pk] if other else [])]}
        text = said.replace("{other}", _called(other, case)) if other else said
        case.record(Event.Kind.RECORD_CHANGED, by=by, text=text, **detail)


def _called(other: Person, case: Case) -> str:
    """Their name; “somebody” where a restricted case elsewhere is all that tells of them."""
    on_this = CasePerson.objects.filter(person=other, case=case).exists()
    hidden = CasePerson.objects.filter(person=other, case__need_to_know=True).exclude(case=case).exists()
    seen = CasePerson.objects.filter(person=other, case__need_to_know=False).exists()
    return str(other) if on_this or seen or not hidden else "Somebody"
