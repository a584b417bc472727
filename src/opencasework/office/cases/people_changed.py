"""What changed about who signs for a person and how they are reached: a line on each of their open cases."""

from __future__ import annotations

from typing import Any

from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.models.case import OPEN_TO_ALL
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
    theirs = CasePerson.objects.filter(person=other)
    on_this, elsewhere = theirs.filter(case=case), theirs.exclude(case=case)
    seen = elsewhere.filter(case__need_to_know=False, case__sensitivity__in=OPEN_TO_ALL)
    return str(other) if on_this.exists() or seen.exists() or not elsewhere.exists() else "Somebody"
