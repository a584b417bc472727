"""What the office has prepared and signed for the public."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models

from opencasework.office.publishing.periods import in_words
from opencasework.office.staff.models import StaffMember

PREPARED_BY_ITSELF = "Open Casework, on its day"


class PublicationQuerySet(models.QuerySet["Publication"]):
    def published(self) -> PublicationQuerySet:
        """Those that the public can read now."""
        return self.filter(state=Publication.State.PUBLISHED)

    def withdrawn(self) -> PublicationQuerySet:
        """Those that the public could read once, and may have kept."""
        return self.filter(state=Publication.State.WITHDRAWN)

    def seen_outside(self) -> PublicationQuerySet:
        """Those that somebody outside may have: published now, or withdrawn."""
        return self.exclude(state=Publication.State.DRAFT)

    def to_sign(self) -> PublicationQuerySet:
        return self.filter(state=Publication.State.DRAFT)


class Publication(models.Model):
    """A period's figures: a draft until a second person signs, and withdrawn if it ever has to be."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    month = models.CharField(max_length=7, unique=True)  # YYYY-MM; of a small office YYYY-Qn or YYYY
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    # Nobody where it was prepared by itself, on its day.
    prepared_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    told_at = models.DateTimeField(null=True, blank=True)  # when those who sign were told of the draft
    withdrawn_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    # The true counts it was made from, which name no person: [category, body, measure, number]. Later months
    # are rounded in their light and attacked with their help; they never leave the office.
    counts = models.JSONField(default=list, blank=True)
    # The earlier periods in whose light it was rounded, so that it can be rounded the same way again.
    after = models.JSONField(default=list, blank=True)
    # What was folded and mapped, and the reply times that come out with it as lines of responses.csv.
    notes = models.JSONField(default=dict, blank=True)
    attack = models.JSONField(default=dict, blank=True)  # the report of the attacks it stood up to

    # What was written: the hash of the month's rows (as in the ledger of the standard) and the folder.
    rows_sha256 = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=1000, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="a_publication_has_two_people",
                condition=models.Q(state="draft")
                | (
                    models.Q(signed_by__isnull=False)
                    & (models.Q(prepared_by=None) | ~models.Q(signed_by=models.F("prepared_by")))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} of {self.month}"

    @property
    def prepared_by_whom(self) -> str:
        """Who prepared it, as a reader is told."""
        return str(self.prepared_by) if self.prepared_by else PREPARED_BY_ITSELF

    @property
    def first_hand(self) -> StaffMember | None:
        """Who had it in hand before it was signed, so that somebody else signs; None for nobody.

        Who prepared it or, where it prepared itself, who threw the draft before it away: the same hand would
        choose which draft there is and sign it, and nobody else need have looked.
        """
        if self.prepared_by is not None:
            return self.prepared_by
        dropped = DroppedDraft.objects.filter(month=self.month).select_related("by").first()
        return dropped.by if dropped else None

    @property
    def is_begun(self) -> bool:
        """Whether somebody began to sign or withdraw it, and it is not known yet how that ended."""
        return "begun" in self.notes

    @property
    def is_withdrawn(self) -> bool:
        return self.state == Publication.State.WITHDRAWN

    @property
    def report(self) -> Mapping[str, Any]:
        """What the attacks on it found."""
        return dict(self.attack)

    @property
    def replies(self) -> set[str]:
        """The reply times that come out with it, as lines of responses.csv."""
        return set(self.notes.get("replies", []))

    @property
    def durations(self) -> list[str]:
        """How long the cases of a year took, as lines of durations.csv."""
        return list(self.notes.get("durations", []))

    @property
    def year_counts(self) -> dict[str, dict[str, int]]:
        """The true counts of the finer tables, where it is a year whose months are out; else nothing."""
        return dict(self.notes.get("year", {}))

    def mark_published(
        self, *, by: StaffMember, at: datetime, folder: Path, attack: Mapping[str, Any] | None = None
    ) -> bool:
        """Say that it is out in `folder`, and return True, unless somebody acted on it meanwhile."""
        self.state, self.signed_by, self.signed_at = self.State.PUBLISHED, by, at
        self.folder, self.attack = str(folder), dict(attack if attack is not None else self.attack)
        as_prepared = Publication.objects.to_sign().filter(pk=self.pk, rows_sha256=self.rows_sha256)
        said = as_prepared.update(
            state=self.state, signed_by=by, signed_at=at, folder=self.folder, attack=self.attack
        )
        return bool(said)

    def mark_withdrawn(self, *, by: StaffMember, at: datetime, why: str) -> bool:
        """Say that it is out no more, and why, and return True, unless somebody withdrew it meanwhile."""
        self.state = self.State.WITHDRAWN
        self.withdrawn_by, self.withdrawn_at, self.withdrawn_why = by, at, why
        still_out = Publication.objects.published().filter(pk=self.pk)
        said = still_out.update(state=self.state, withdrawn_by=by, withdrawn_at=at, withdrawn_why=why)
        return bool(said)

    @property
    def month_in_words(self) -> str:
        return in_words(self.month)

    @property
    def is_published(self) -> bool:
        return self.state == Publication.State.PUBLISHED


class DroppedDraft(models.Model):
    """Who last threw a draft of a period away. What then prepares itself somebody else signs."""

    month = models.CharField(max_length=7, unique=True)
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of {self.month}, dropped by {self.by}"
