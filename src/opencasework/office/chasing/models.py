"""The ladder of an office, and the chasers that climb it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate
from opencasework.office.staff.models import StaffMember


class Succession(models.Model):
    """A body that became part of another, as somebody said; in force while it is a part of that one."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="succession")
    successor = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    # Of what it was a part before; it is again where the succession is taken back.
    was_part_of = models.ForeignKey(Body, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.body} is part of {self.successor}"

    @property
    def is_in_force(self) -> bool:
        return self.body.parent_id == self.successor_id


class HandedOn(models.Model):
    """Whom an enquiry was put to, where a successor of that body owes its answer now."""

    enquiry = models.OneToOneField(Enquiry, on_delete=models.CASCADE, related_name="handed_on")
    asked = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(
        BodyContact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    to_whom = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.enquiry}, put to {self.asked}"


class Rung(models.Model):
    """One step of what an office does when a body does not answer. The lowest number comes first."""

    class Step(models.TextChoices):
        REMIND = "remind", "A reminder to whom we wrote"
        UP = "up", "A reminder one level up"
        HEAD = "head", "A letter to the minister or chief executive"
        OMBUDSMAN = "ombudsman", "No letter: a person considers the ombudsman"

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=60)
    step = models.CharField(max_length=9, choices=Step, default=Step.REMIND)
    # Working days of the body's nation: after the day the reply was due, then after the step before left.
    days = models.PositiveSmallIntegerField(default=10)
    template = models.ForeignKey(
        LetterTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="a_rung_has_words_or_is_the_ombudsman",
                condition=models.Q(step="ombudsman", template=None)
                | (~models.Q(step="ombudsman") & models.Q(template__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_rung_waits_a_working_day_at_least", condition=models.Q(days__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Chaser(models.Model):
    """The first, second, … step taken because one enquiry was not answered."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="chasers")
    # None where the step is no letter: somebody is to consider the ombudsman.
    letter = models.OneToOneField(
        Letter, null=True, blank=True, on_delete=models.RESTRICT, related_name="chaser"
    )
    sequence = models.PositiveSmallIntegerField()
    # The step it was; of one that was taken off, the number after which it stood. None before both were kept.
    rung = models.ForeignKey(Rung, null=True, blank=True, on_delete=models.SET_NULL, related_name="chasers")
    stood_after = models.PositiveSmallIntegerField(null=True, blank=True)
    name = models.CharField(max_length=60, blank=True)  # of its rung, as it was called then
    made_on = models.DateField(default=timezone.localdate)
    # The days (ISO) that were put in by a press, each once the one before had passed.
    asked_anew = models.JSONField(default=list, blank=True)
    # The number of the line of the last call to the body that somebody looked at: it goes all the same.
    call_read = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["enquiry", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "sequence"], name="one_chaser_of_each_number"),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} to {self.enquiry}"

    @property
    def ordinal(self) -> str:
        """What it is called: first chaser, second chaser, escalation."""
        return self.name or {1: "First chaser", 2: "Second chaser"}.get(self.sequence, "Escalation")

    @property
    def place(self) -> int | None:
        """Where it stands on the ladder as it is now; None where that was not kept."""
        return self.rung.number if self.rung else self.stood_after

    @property
    def is_thrown_away(self) -> bool:
        return self.letter is not None and self.letter.state == Letter.State.DISCARDED

    @property
    def is_waiting(self) -> bool:
        """Whether its letter has not left yet."""
        return self.letter is not None and self.letter.state in {Letter.State.DRAFT, Letter.State.SENDING}
