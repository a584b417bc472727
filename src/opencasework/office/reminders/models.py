"""Links of calendar feeds, who wants the digest, and which digests have gone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from opencasework.office.staff.models import StaffMember

TOKEN_BYTES = 32  # 256 bits: nobody guesses one
READ_NOTED_EVERY = timedelta(minutes=30)  # calendars ask again and again


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def live(self) -> CalendarFeedQuerySet:
        """Links that work: not revoked, and of somebody who works here."""
        return self.filter(revoked_at=None, staff__is_active=True)

    def by_token(self, token: str) -> CalendarFeed | None:
        """The feed of a link, revoked or not; None where there has never been such a link."""
        return self.filter(token_hash=hashed(token)).select_related("staff").first()


def hashed(token: str) -> str:
    """What is kept of a link: who reads the database cannot read anybody's calendar with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class CalendarFeed(models.Model):
    """One private link to a colleague's calendar. Of a revoked one the row stays, so that it can say so."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # when a calendar asked last, to the half hour

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(revoked_at=None), name="one_calendar_link_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"Calendar link of {self.staff}"

    @property
    def works(self) -> bool:
        return self.revoked_at is None and self.staff.is_active

    def note_read(self, *, at: datetime) -> None:
        """Remember that a calendar asked, so that its owner sees whether the link is in use."""
        if self.read_at is None or at - self.read_at > READ_NOTED_EVERY:
            type(self).objects.filter(pk=self.pk).update(read_at=at)


@transaction.atomic
def make_link(staff: StaffMember) -> str:
    """A new link for this colleague, in place of any they had; its token, which is kept nowhere."""
    StaffMember.objects.select_for_update().get(pk=staff.pk)  # of two at once the later one stands
    revoke_link(staff)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.create(staff=staff, token_hash=hashed(token))
    return token


def revoke_link(staff: StaffMember) -> bool:
    """The colleague's link works no more. False where they had none."""
    live = CalendarFeed.objects.filter(staff=staff, revoked_at=None)
    return bool(live.update(revoked_at=timezone.now()))


def end_with(*, instance: StaffMember, **_signal: object) -> None:
    """Who has left has no calendar and no digest, and none comes back to life when they do."""
    if not instance.is_active:
        revoke_link(instance)
        DigestWish.objects.filter(staff=instance).delete()


class DigestWish(models.Model):
    """A colleague who wants to be told by email, on the mornings of working days, what the day holds."""

    staff = models.OneToOneField(StaffMember, on_delete=models.CASCADE, related_name="digest_wish")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Digest for {self.staff}"


class Digest(models.Model):
    """One morning's digest. The row is made before it is sent, by the one worker that sends it."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day", "pk"]
        constraints = [models.UniqueConstraint(fields=["staff", "day"], name="one_digest_a_morning")]

    def __str__(self) -> str:
        return f"Digest of {self.day} for {self.staff}"


def forget_old_digests(*, before: date) -> int:
    """Throw away the rows of earlier mornings; how many there were."""
    return Digest.objects.filter(day__lt=before).delete()[0]
