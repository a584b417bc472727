"""The ledger of what was done and looked at: lines are added, each sealed by the one after it."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.audit.hashing import BEGINNING, new_salt
from opencasework.office.staff.models import Role, StaffMember


class Line(models.Model):
    """One line of the ledger. It holds ids, codes and hashes, never what somebody wrote.

    The numbers have no gaps. `source` and `source_id` name the row it seals: an event of a timeline, or a
    trace. They are plain numbers, not keys: the line stays when the row has to go.
    """

    sequence = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=8)
    source_id = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=16)
    by_id = models.BigIntegerField(null=True)
    at_us = models.BigIntegerField()  # microseconds since 1970, in UTC
    content_hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="a_row_is_sealed_once")]

    def __str__(self) -> str:
        return f"Line {self.sequence}"


class Head(models.Model):
    """The end of the ledger, one row. Whoever adds a line locks it first, so that the chain never forks."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=BEGINNING)

    class Meta:
        constraints = [models.CheckConstraint(name="one_head_of_the_ledger", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"The ledger up to line {self.sequence}"


class TraceQuerySet(models.QuerySet["Trace"]):
    def of_case(self, *case_ids: int) -> TraceQuerySet:
        return self.filter(case_id__in=case_ids)

    def looks(self) -> TraceQuerySet:
        """By which somebody saw something, without the erasures, refusals and settings."""
        kinds = Trace.Kind
        return self.exclude(kind__in=[kinds.ERASED, kinds.FORGOTTEN, kinds.REFUSED, kinds.SET])


class Trace(models.Model):
    """What was done and stands on no timeline: a look, a download, a search, an export, an erasure."""

    class Kind(models.TextChoices):
        VIEWED = "viewed", "Looked at"
        DOWNLOADED = "downloaded", "Downloaded"
        EXPORTED = "exported", "Exported"
        SEARCHED = "searched", "Searched"
        REFUSED = "refused", "Asked for in vain"
        ERASED = "erased", "Case deleted"
        SET = "set", "Changed how the record is kept"
        FORGOTTEN = "forgotten", "Message erased"

    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    case_id = models.BigIntegerField(null=True, blank=True)  # a plain number: it outlives the case
    page = models.CharField(max_length=60, blank=True)  # the name of the address that was asked for
    detail = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    objects = TraceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["case_id", "-at"], name="traces_of_a_case"),
            models.Index(fields=["by", "-at"], name="traces_of_a_colleague"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        from opencasework.office.audit import ledger

        if self.pk is not None:
            raise ledger.LedgerIsAppendOnly
        with transaction.atomic():
            super().save(*args, **kwargs)
            ledger.add("trace", [self.pk])

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        from opencasework.office.audit import ledger

        raise ledger.LedgerIsAppendOnly


class Watch(models.Model):
    """How this office keeps watch over its ledger, and how that went last. One row."""

    class MayOpen(models.TextChoices):
        CASEWORKERS = "caseworker", "Caseworkers and up"
        SENIOR = "senior", "Senior caseworkers and up"
        NOBODY = "nobody", "Nobody"

    ROLES = {
        MayOpen.CASEWORKERS: {Role.CASEWORKER, Role.SENIOR_CASEWORKER, Role.OFFICE_MANAGER, Role.MEMBER},
        MayOpen.SENIOR: {Role.SENIOR_CASEWORKER, Role.OFFICE_MANAGER, Role.MEMBER},
        MayOpen.NOBODY: set[Role](),
    }

    anchor_folder = models.CharField(max_length=500, blank=True)
    anchor_email = models.EmailField(blank=True)
    may_open_restricted = models.CharField(max_length=12, choices=MayOpen, default=MayOpen.CASEWORKERS)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_ok = models.BooleanField(default=True)
    verified_said = models.TextField(blank=True)
    anchored_at = models.DateTimeField(null=True, blank=True)
    anchored_sequence = models.BigIntegerField(null=True, blank=True)
    anchor_trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_watch_in_a_database", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return "The watch over the ledger"

    @classmethod
    def here(cls) -> Watch:
        return cls.objects.get_or_create(pk=1)[0]

    def lets_open(self, staff: StaffMember) -> bool:
        """Whether somebody of this role may open a restricted case in an emergency."""
        return staff.role in self.ROLES[self.MayOpen(self.may_open_restricted)]
