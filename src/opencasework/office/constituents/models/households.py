"""People who live together. The office names them so; sharing an address alone says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from opencasework.office.constituents.models.people import Person
from opencasework.office.kit.unturned import Unturned

if TYPE_CHECKING:
    from opencasework.office.staff.models import StaffMember


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, staff: StaffMember) -> HouseholdQuerySet:
        """Households of somebody this colleague may know of."""
        members = HouseholdMember.objects.filter(household=models.OuterRef("pk"))
        return self.filter(models.Exists(members.visible_to(staff)))


class Household(Unturned):
    """People who live together, under the name the office gives them."""

    UNTURNED = ("name", "note")

    name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)  # "Separated, in one house: ask before you mention"
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("household", args=[self.pk])

    def is_known_to(self, staff: StaffMember) -> bool:
        """Whether they may know of all who live or lived there: its name and note may be about each."""
        return not self.members.exclude(person__in=Person.objects.visible_to(staff)).exists()


class HouseholdMemberQuerySet(models.QuerySet["HouseholdMember"]):
    def visible_to(self, staff: StaffMember) -> HouseholdMemberQuerySet:
        """Those whom this colleague may know of; the others are neither named nor counted."""
        known = Person.objects.visible_among_few(staff)
        return self.filter(models.Exists(known.filter(pk=models.OuterRef("person"))))


class HouseholdMember(models.Model):
    """One person in one household, from when to when."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="in_households")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        ordering = ["household", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=models.Q(until=None),
                name="a_person_once_in_a_household",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.household}"
