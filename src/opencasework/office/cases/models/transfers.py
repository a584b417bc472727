"""Who else could take a case: to whom it was offered, and whether they took it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone

from opencasework.office.bodies.models import Body
from opencasework.office.kit.unturned import Unturned
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Transferability


class TransferQuerySet(models.QuerySet["Transfer"]):
    def unanswered(self) -> TransferQuerySet:
        return self.filter(answer="")

    def due(self, *, by: date) -> TransferQuerySet:
        """Those whose answer should be here by that day and is not."""
        return self.unanswered().filter(answer_by__lte=by)


class Transfer(Unturned):
    """A case offered to somebody else, and what they said."""

    UNTURNED = ("to_name",)

    class Level(models.TextChoices):
        """How it goes to them: the levels of transferability but Keep."""

        SIGNPOST = Transferability.SIGNPOST.value, "Signposted there"
        REFER = Transferability.REFER.value, "Referred, with consent"
        OTHER_REPRESENTATIVE = Transferability.OTHER_REPRESENTATIVE.value, "Passed to another representative"
        SHARED = Transferability.SHARED.value, "Shared with"
        HANDOVER = Transferability.HANDOVER.value, "Handed over to a successor"

    class Consent(models.TextChoices):
        """How the person agreed that it goes there."""

        NOT_NEEDED = "not-needed", "Nothing about the person goes there"
        SIGNED = "signed", "In writing"
        VERBAL = "verbal", "By word of mouth"
        ASKED = "asked", "Asked, not answered yet"

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "They took it"
        DECLINED = "declined", "They declined"
        NONE = "none", "No answer"
        STOPPED = "stopped", "We took it back: the person no longer agrees"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="transfers")
    level = models.CharField(max_length=5, choices=Level)
    to_body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers"
    )
    to_name = models.CharField(max_length=200)  # as it is said: the body's name, or that of a representative
    to_kind = models.CharField(max_length=16)  # body, or a kind of representative, or successor
    consent = models.CharField(max_length=10, choices=Consent)
    consent_on = models.DateField(null=True, blank=True)
    offered_on = models.DateField(default=timezone.localdate)
    answer_by = models.DateField(null=True, blank=True, db_index=True)  # empty: nobody answers a signpost
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    offered_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    consent_ended = ""  # why nothing covers any more what they have; filled in for the card of a case

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="what_leaves_with_consent_has_it",
                condition=~models.Q(level=Transferability.REFER, consent__in=["not-needed", "asked"])
                & ~models.Q(level=Transferability.HANDOVER, consent__in=["not-needed", "asked"]),
            ),
            models.CheckConstraint(
                name="an_answered_offer_has_its_day",
                condition=models.Q(answer="", answered_on=None)
                | (~models.Q(answer="") & models.Q(answered_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.to_name}"

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)
