"""Who speaks or acts for whom, since when, and on what proof."""

from __future__ import annotations

from datetime import date

from django.db import models

from opencasework.office.constituents.models.people import Person


class ActingForQuerySet(models.QuerySet["ActingFor"]):
    def in_force(self, *, on: date) -> ActingForQuerySet:
        """Begun and not over on this day."""
        return self.filter(
            models.Q(since=None) | models.Q(since__lte=on), models.Q(until=None) | models.Q(until__gt=on)
        )


class ActingFor(models.Model):
    """One person acting for another: as what, from when to when, and the proof that somebody has seen."""

    class As(models.TextChoices):
        PARENT = "parent", "Parent or guardian"
        CARER = "carer", "Carer"
        RELATIVE = "relative", "Relative"
        FRIEND = "friend", "Friend or neighbour"
        INTERPRETER = "interpreter", "Interpreter"
        SOLICITOR = "solicitor", "Solicitor"
        ADVISER = "adviser", "Adviser or advocate"
        ATTORNEY = "attorney", "Attorney"
        DEPUTY = "deputy", "Court-appointed deputy or guardian"
        APPOINTEE = "appointee", "Benefits appointee"
        EXECUTOR = "executor", "Executor, for somebody who has died"
        OTHER = "other", "Somebody else"

    class Proof(models.TextChoices):
        LASTING_MONEY = "lpa_money", "Lasting power of attorney, money"
        LASTING_HEALTH = "lpa_health", "Lasting power of attorney, health and care"
        POWER_OF_ATTORNEY = "poa", "Other power of attorney"
        COURT_ORDER = "court", "Court order"
        COURT_MONEY = "court_money", "Court order, money only"
        COURT_WELFARE = "court_care", "Court order, welfare only"
        PARENTAL = "parental", "Parental responsibility"
        APPOINTEESHIP = "appointee", "Appointeeship, from the DWP"
        GRANT = "grant", "Grant of probate or administration"
        SIGNED = "signed", "Letter signed by the person"
        SAID = "said", "Word of the person, heard here"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acted_for_by")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acts_for")
    kind = models.CharField(max_length=12, choices=As)
    proof = models.CharField(max_length=12, choices=Proof, blank=True)
    proof_seen_on = models.DateField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # the first day they no longer act
    note = models.CharField(max_length=200, blank=True)

    objects = ActingForQuerySet.as_manager()

    class Meta:
        ordering = ["person", "pk"]
        verbose_name_plural = "acting for"
        constraints = [
            models.CheckConstraint(
                name="nobody_acts_for_themselves", condition=~models.Q(person=models.F("by"))
            ),
            models.CheckConstraint(
                name="a_proof_was_seen_on_a_day",
                condition=models.Q(proof="", proof_seen_on=None)
                | (~models.Q(proof="") & models.Q(proof_seen_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.get_kind_display()} of {self.person}"

    def is_in_force(self, *, on: date) -> bool:
        """Whether it has begun and is not over on this day."""
        return (self.since is None or self.since <= on) and (self.until is None or self.until > on)
