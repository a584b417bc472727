"""The days a body gives us to show a signed authority: the Home Office gives five working days."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case, seen_by
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember


class DemandQuerySet(models.QuerySet["Demand"]):
    def visible_to(self, staff: StaffMember) -> DemandQuerySet:
        """On cases this colleague may know of."""
        return self.filter(seen_by(staff))

    def running(self) -> DemandQuerySet:
        """Nothing has been sent yet, and the case is open."""
        return self.filter(met_on=None, dropped_on=None, case__closed_at=None)


class Demand(models.Model):
    """A body waits for a signed authority on a case, until a day."""

    class Cause(models.TextChoices):
        ASKED = "asked", "They asked for it"
        LETTER = "letter", "Our first letter"

    goes_with_its_body = "due_on"  # of cases that come apart again

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="authority_demands")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=6, choices=Cause)
    asked_on = models.DateField()
    due_on = models.DateField(db_index=True)
    extended_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)  # they do not want it any more

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "body"],
                condition=Q(met_on=None, dropped_on=None),
                name="one_running_demand_of_a_body",
            ),
            models.CheckConstraint(
                name="a_demand_is_due_after_it_was_made", condition=Q(due_on__gt=models.F("asked_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} wants authority by {self.due_on}"

    @property
    def is_waiting(self) -> bool:
        """Whether neither the authority was sent nor they let go of it; of an open case, its clock runs."""
        return self.met_on is None and self.dropped_on is None

    def state(self, *, on: date) -> tuple[str, str]:
        """The colour of a state, and how long there is."""
        if late := dates.lateness(self.due_on, today=on):
            return "late", late
        days = (self.due_on - on).days
        return "due", "Due today" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"
