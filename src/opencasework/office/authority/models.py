"""Authority to act: the person's word that the office may act and a body may answer."""

from __future__ import annotations

from datetime import date

from django.db import models

from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.staff.models import StaffMember


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(self, staff: StaffMember) -> AuthorityQuerySet:
        """On cases this colleague may know of."""
        return self.filter(case__in=Case.objects.visible_to(staff))

    def in_force(self, *, on: date) -> AuthorityQuerySet:
        """Given, not withdrawn and not expired on this day."""
        return self.filter(
            models.Q(expires_on=None) | models.Q(expires_on__gte=on), given_on__lte=on, withdrawn_on=None
        )

    def covering(self, body: Body, *, on: date) -> AuthorityQuerySet:
        """In force, and naming this body or saying outright that it covers any."""
        return self.in_force(on=on).filter(
            models.Q(covers_any_body=True)
            | models.Q(pk__in=Authority.bodies.through.objects.filter(body=body).values("authority"))
        )


class Authority(models.Model):
    """One statement: what the problem is, what is to be done, and who may be asked about whom."""

    class Basis(models.TextChoices):
        SIGNED = "signed", "Signed form"
        VERBAL = "verbal", "Given by word of mouth"
        IMPLIED = "implied", "Implied by asking for help"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="authorities")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authorities")
    basis = models.CharField(max_length=8, choices=Basis, default=Basis.SIGNED)
    statement = models.TextField(blank=True)
    covers_any_body = models.BooleanField(default=False)
    bodies = models.ManyToManyField(Body, blank=True, related_name="authorities")
    given_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    scan_name = models.CharField(max_length=200, blank=True)
    scan_type = models.CharField(max_length=100, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                name="a_signed_authority_has_its_scan",
                condition=~models.Q(basis="signed") | ~models.Q(scan_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return f"Authority of {self.person} on {self.case.reference}"

    def state(self, *, on: date) -> tuple[str, str]:
        """How it stands on this day: the colour of a state, and the word."""
        if self.withdrawn_on is not None:
            return "late", "Withdrawn"
        if self.expires_on is not None and self.expires_on < on:
            return "late", "Expired"
        return "answered", {"signed": "Signed", "verbal": "By word of mouth", "implied": "Implied"}[
            self.basis
        ]

    @property
    def covered(self) -> list[str]:
        """The names of the bodies it covers, in order; empty where it covers any."""
        return [] if self.covers_any_body else [body.name for body in self.bodies.all()]
