"""Who is on a case, and as what."""

from __future__ import annotations

from django.db import models

from opencasework.office.constituents.models import ActingFor, Person


class CasePerson(models.Model):
    """Who is on a case, and as what."""

    class Role(models.TextChoices):
        CONSTITUENT = "constituent", "Constituent"
        ADVISER = "adviser", "Acting for the constituent"
        THIRD_PARTY = "third_party", "Third party"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="case_people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="case_people")
    role = models.CharField(max_length=12, choices=Role, default=Role.CONSTITUENT)
    relation = models.CharField(max_length=100, blank=True)  # "daughter", "solicitor"
    # For whom on this case, since when and on what proof; nothing for a third party.
    acting = models.ForeignKey(
        ActingFor, null=True, blank=True, on_delete=models.SET_NULL, related_name="case_people"
    )

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="a_person_once_on_a_case")]

    def __str__(self) -> str:
        return f"{self.person} on {self.case.reference}"

    def takes_over(self, other: CasePerson) -> dict[str, str]:
        """What of the other row should stand in this one when both people turn out to be one.

        Whoever the case is for stays the one it is for.
        """
        is_constituent = other.role == self.Role.CONSTITUENT
        return {"role": self.Role.CONSTITUENT.value} if is_constituent else {}
