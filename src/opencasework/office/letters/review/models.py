"""How a letter is read before it leaves: who has it, what each did and said, and how its words changed."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from opencasework.office.staff.models import Role, StaffMember

if TYPE_CHECKING:
    from opencasework.office.letters.models import Letter


class LetterVersion(models.Model):
    """The words of a letter as somebody left them. What one person writes in one go is one version."""

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)

    class Meta:
        app_label = "letters"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_version_of_a_number", fields=["letter", "number"]),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.letter}"


class LetterStepQuerySet(models.QuerySet["LetterStep"]):
    def in_force(self, letter: Letter) -> list[LetterStep]:
        """The steps that nobody has taken back, in their order."""
        kept: list[LetterStep] = []
        for step in self.filter(letter=letter).select_related("by", "to").order_by("pk"):
            if step.kind == LetterStep.Kind.TAKEN:
                kept = kept[: len(kept) - len(LetterStep.last_act(kept))]
            else:
                kept.append(step)
        return kept

    def standing(self, letter: Letter) -> list[LetterStep]:
        """The approvals of the words as they stand: none from before they last changed or were sent back."""
        steps = self.in_force(letter)
        ended = max((n for n, step in enumerate(steps) if step.kind in LetterStep.ENDS_APPROVALS), default=-1)
        versions = _versions(letter)
        return [
            step
            for step in steps[ended + 1 :]
            if step.kind in LetterStep.APPROVALS and step.version in versions
        ]


def _versions(letter: Letter) -> set[str]:
    """The letter's version by email and by post: what was approved may be printed and posted instead."""
    other, found = copy(letter), set()
    for means in letter.Means.values:
        other.means = means
        found.add(other.version)
    return found


class LetterStep(models.Model):
    """One act on the way of a letter from a draft to the outbox. Added, never changed."""

    class Kind(models.TextChoices):
        PASSED = "passed", "Passed on to be read"
        SIGNATURE = "signature", "Put before the member for signature"
        BACK = "back", "Sent back"
        APPROVED = "approved", "Approved"
        SIGNED = "signed", "Approved for signature by the member"
        ENDED = "ended", "Approval ended: the letter was changed"
        TAKEN = "taken", "Taken back: the act before it"

    APPROVALS = (Kind.APPROVED, Kind.SIGNED)
    ENDS_APPROVALS = (Kind.ENDED, Kind.BACK)

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    # Nobody: the office's own fixed words, which need no second look.
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True)
    version = models.CharField(max_length=16, blank=True)  # of the letter, as whoever did it read it

    objects = LetterStepQuerySet.as_manager()

    class Meta:
        app_label = "letters"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.letter}"

    @staticmethod
    def last_act(steps: list[LetterStep]) -> list[LetterStep]:
        """The steps that were one act, such as an approval which passes the letter on: of one moment."""
        return [step for step in steps[-2:] if (step.by_id, step.at) == (steps[-1].by_id, steps[-1].at)]


class LetterReview(models.Model):
    """With whom a draft is now, if with anybody but its writer."""

    letter = models.OneToOneField("letters.Letter", on_delete=models.CASCADE, related_name="review")
    waits_for = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="letters_to_read"
    )
    for_signature = models.BooleanField(default=False)  # with the member, to approve what is signed
    asked_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "letters"

    def __str__(self) -> str:
        return f"{self.letter}, with {self.waits_for or 'nobody'}"


class LetterComment(models.Model):
    """Something said about a letter, or about some of its words; answered, and at last resolved."""

    letter = models.ForeignKey("letters.Letter", on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=1000)
    quote = models.CharField(max_length=200, blank=True)  # the words it is about, where it is about some
    resolved_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "letters"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Comment on {self.letter}"


class Look(models.TextChoices):
    """Whose look a letter needs before it leaves."""

    NONE = "", "Nobody’s"
    COLLEAGUE = "colleague", "A colleague’s"
    SENIOR = "senior", "A senior caseworker’s, the office manager’s or the member’s"
    MEMBER = "member", "The member’s"


TO_A_MINISTER = "minister"  # beside the roles: whoever wrote it


class LookRule(models.Model):
    """The office's setting: the letters of this role need that look. Without a row they need none."""

    WHOSE = (*((value, f"{label}") for value, label in Role.choices), (TO_A_MINISTER, "To a minister"))

    whose = models.CharField(max_length=24, choices=WHOSE, unique=True)
    look = models.CharField(max_length=9, choices=Look)

    class Meta:
        app_label = "letters"
        ordering = ["whose"]

    def __str__(self) -> str:
        return f"{self.get_whose_display()}: {self.get_look_display()}"
