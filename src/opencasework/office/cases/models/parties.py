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


class CasePersonOrigin(models.Model):
    """Where a row of `CasePerson` was put, and as what, while merges have it elsewhere or behind another.

    `cases.settling` reads and writes these. Whoever is taken off a case goes with all that is behind them.
    """

    stays_with_its_case = True

    number = models.BigIntegerField(primary_key=True)  # of the row itself, which comes back with it
    behind = models.ForeignKey(
        CasePerson, on_delete=models.CASCADE, related_name="+"
    )  # itself, where it stands
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    person_number = models.BigIntegerField(db_index=True)  # whose record may be part of another by now
    role = models.CharField(max_length=12, choices=CasePerson.Role)
    relation = models.CharField(max_length=100, blank=True)
    acting = models.ForeignKey(ActingFor, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Where row {self.number} was put"


# While a row is away, what merges wrote down of it holds for the other; see `parting`.
CasePerson.kept_in, CasePersonOrigin.kept_in = CasePersonOrigin, CasePerson  # type: ignore[attr-defined]
