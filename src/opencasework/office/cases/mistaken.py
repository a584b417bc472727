"""A case that was opened by mistake: it goes again, as long as nobody has done anything on it.

Its number is not given out again, and the record says that a case of this number was deleted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import (
    Case,
    CasePerson,
    CaseWord,
    Event,
    Issue,
    Presence,
    ReferenceNumber,
    opened_by_mistake,
)
from opencasework.office.constituents.models import Person
from opencasework.office.kit.unused import fingerprint, hangs_on
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

GOOD_FOR = timedelta(hours=24)  # after it, others may have read of the case, and figures may have left
# What opening a case makes, and looking at it. Anything else on it is somebody's work.
MADE_BY_OPENING = {Event, Issue, CasePerson, ReferenceNumber, CaseWord, Presence, Case.shared_with.through}


def as_opened(case: Case, *, new_person: Person | None) -> dict[str, Any]:
    """What has to be known to tell later whether anything was done on it; call it when all is made."""
    last = case.events.order_by("-pk").values_list("pk", flat=True).first()
    return {
        "case": case.pk,
        "reference": case.reference,
        "last_line": last,
        "new_person": new_person.pk if new_person else None,
        "person_was": fingerprint(new_person) if new_person else "",
    }


@transaction.atomic
def take_back(opened: dict[str, Any], *, by: StaffMember) -> bool:
    """Delete the case, and the person who was written down for it. False, and nothing done, where that
    would lose what somebody wrote since; where it is older than a day; and where `by` may not know of it, or
    may open none.
    """
    if not may(by, May.WRITE_CASES):
        return False
    known = Case.objects.visible_to(by).filter(opened_at__gte=timezone.now() - GOOD_FOR)
    case = known.select_for_update().filter(pk=opened["case"]).first()
    if case is None or case.events.filter(pk__gt=opened["last_line"]).exists():
        return False
    others = hangs_on(case)
    if others is None or others - MADE_BY_OPENING:
        return False
    opened_by_mistake.send(sender=Case, case=case)
    case.delete()
    person = Person.objects.select_for_update().filter(pk=opened["new_person"]).first()
    if person is not None and fingerprint(person) == opened["person_was"] and _is_of_nothing(person):
        person.delete()
    return True


def _is_of_nothing(person: Person) -> bool:
    """Whether only what says how to reach them hangs on this person."""
    others = hangs_on(person)
    return others is not None and all(model._meta.app_label == Person._meta.app_label for model in others)
