"""What the record of a person said until somebody changed it or took it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from opencasework.office.constituents.models.merges import PersonMerge
from opencasework.office.constituents.models.people import Person
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may

if TYPE_CHECKING:
    from collections.abc import Iterable


class SaidBefore(models.Model):
    """One thing of a record as it stood: from when to when, and who changed it or took it off.

    It has none of its words anywhere else: an old way to reach somebody may be the dangerous one.
    """

    class What(models.TextChoices):
        SAFE_CONTACT = "safe_contact", "Only safe way to reach them"
        CONTACT_LIMIT = "contact_limit", "Limit on contact"
        ADDRESS = "address", "Address"
        EMAIL = "email", "Email"
        PHONE = "phone", "Telephone"
        NAME = "name", "Another name"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="said_before")
    what = models.CharField(max_length=16, choices=What)
    # Of the address, email and so on that said it; of the person, where it stands on a record once.
    number = models.BigIntegerField(db_index=True)
    said = models.TextField(blank=True)  # empty: nothing stood there
    beside = models.TextField(blank=True)  # the note, the kind of a name, the dates of an address
    since = models.DateTimeField(null=True, blank=True)  # None: nobody wrote down since when
    until = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    # The joining of two records that made it say something else.
    merge = models.ForeignKey(PersonMerge, null=True, on_delete=models.CASCADE, related_name="+")
    # The numbers of the cases from which alone they were known then; empty: everybody could know of them.
    known_from = models.JSONField(default=list)

    class Meta:
        ordering = ["-until", "-pk"]
        verbose_name_plural = "said before"

    def __str__(self) -> str:
        return f"{self.get_what_display()} of person {self.person_id}, before"


def known_from(person: Person) -> list[int]:
    """The numbers of the cases from which alone they are known; none where all casework knows them."""
    # The cases folder stands above this one, so it is named, not imported.
    theirs: Any = apps.get_model("cases", "Case").objects.of(person)
    if theirs.for_every_caseworker().exists():
        return []
    return sorted(theirs.values_list("pk", flat=True))


def shown_to(staff: StaffMember, rows: Iterable[SaidBefore]) -> list[SaidBefore]:
    """Of what the record of somebody whom this colleague may know of said before, what they could see then.

    What stood there while the person was known from restricted cases alone is for those who see one of them.
    """
    rows = list(rows)
    if may(staff, May.SEE_RESTRICTED) and may(staff, May.SEE_ALL_CASES):
        return rows
    numbers = {number for row in rows for number in row.known_from}
    cases: Any = apps.get_model("cases", "Case").objects
    seen = (
        set(cases.visible_to(staff).filter(pk__in=numbers).values_list("pk", flat=True)) if numbers else set()
    )
    return [row for row in rows if not row.known_from or seen.intersection(row.known_from)]
