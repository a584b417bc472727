"""The timeline of a case: lines are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.audit import ledger
from opencasework.office.audit.hashing import new_salt
from opencasework.office.staff.models import StaffMember


class TimelineIsAppendOnly(Exception):
    """Somebody tried to change or remove a line of the timeline."""

    def __init__(self) -> None:
        super().__init__("A line of the timeline cannot be changed; add another that corrects it.")


class EventQuerySet(models.QuerySet["Event"]):
    """Lines are added and read. When a case is deleted, Django takes its lines along without asking here."""

    def update(self, **_values: Any) -> int:
        raise TimelineIsAppendOnly

    def bulk_update(self, *_lines: Any, **_options: Any) -> int:
        raise TimelineIsAppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TimelineIsAppendOnly

    def bulk_create(self, objs: Iterable[Event], *args: Any, **options: Any) -> list[Event]:
        """As Django's, and sealed like lines written one by one. What would give no numbers is refused."""
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise TimelineIsAppendOnly
        with transaction.atomic():
            lines = super().bulk_create(objs, *args, **options)
            ledger.add("event", [line.pk for line in lines])
        return lines


class Event(models.Model):
    """One dated line of a case's timeline. Never changed, never removed while the case is kept.

    The database refuses a change too, see `append_only`, and the ledger seals each line, see `audit`.
    """

    stays_with_its_case = True  # when cases are merged its lines are shown through, see ADR 0021

    class Kind(models.TextChoices):
        OPENED = "opened", "Case opened"
        ISSUE_ADDED = "issue_added", "Issue added"
        ISSUE_ENDED = "issue_ended", "Issue ended"
        TAGGED = "tagged", "Tags changed"
        ASSIGNED = "assigned", "Assigned"
        PLANNED = "planned", "Next action"
        NOTE = "note", "Note"
        CALL = "call", "Call"
        MESSAGE_IN = "message_in", "Message in"
        REPLY_IN = "reply_in", "Reply in"
        ANSWERED = "answered", "Enquiry answered"
        LETTER_OUT = "letter_out", "Letter out"
        CHASED = "chased", "Chaser sent"
        DRAFTED = "drafted", "Drafted"
        UNDELIVERED = "undelivered", "Not delivered"
        AUTHORITY = "authority", "Authority to act"
        REFERENCE_ADDED = "reference_added", "Reference added"
        REFERENCE_REMOVED = "number_removed", "Reference removed"
        PERSON_ADDED = "person_added", "Person added"
        PEOPLE_MERGED = "people_merged", "Two records of one person joined"
        PEOPLE_PARTED = "people_parted", "Two people told apart again"
        RECORD_CHANGED = "record_changed", "Record of a person changed"
        SEEN = "seen", "Reference shown"
        TRANSFER = "transfer", "Offered to somebody else"
        CLOSED = "closed", "Case closed"
        REOPENED = "reopened", "Case reopened"
        ACCESS = "access", "Who may see it"
        GLASS = "glass", "Opened in an emergency"
        CLOSING_UNDONE = "closing_undone", "Closing taken back"
        RENAMED = "renamed", "Title changed"
        ISSUE_CHANGED = "issue_changed", "Issue changed"
        ISSUE_REOPENED = "issue_reopened", "Issue open again"
        ISSUE_DUPLICATE = "issue_duplicate", "Issue was there twice"
        PERSON_CHANGED = "person_changed", "Role changed"
        PERSON_REMOVED = "person_removed", "Person taken off"
        HELPER_ADDED = "helper_added", "Helper added"
        HELPER_REMOVED = "helper_removed", "Helper taken off"
        ASKED = "asked", "Asked"
        HEARD = "heard", "Heard back"
        LINKED = "linked", "Linked to another case"
        UNLINKED = "unlinked", "Link taken away"
        MERGED = "merged", "Cases merged"
        SPLIT = "split", "Case split"
        MOVE_UNDONE = "move_undone", "Taken back"
        REVIEWED = "reviewed", "Letter read"
        DATED = "dated", "Date recorded"
        DECIDED = "decided", "Decision"
        OMBUDSMAN = "ombudsman", "Complaint and ombudsman"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)  # when it happened, which may be days before it is written down
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)  # figures count by this
    text = models.TextField(blank=True)  # what a person wrote or received, for people
    detail = models.JSONField(default=dict, blank=True)  # codes and ids only, for figures and links
    salt = models.CharField(max_length=32, default=new_salt, editable=False)  # of its hash in the ledger

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["case", "-at"], name="timeline_of_a_case"),
            # What My day counts of this week and the one before.
            models.Index(fields=["kind", "at", "case"], name="lines_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case.reference}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TimelineIsAppendOnly
        with transaction.atomic():
            super().save(*args, **kwargs)
            ledger.add("event", [self.pk])

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TimelineIsAppendOnly
