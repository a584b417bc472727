"""Campaigns, the messages gathered in them, and the one letter that answers all of them."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from opencasework.office.campaigns.lifting import Template
from opencasework.office.campaigns.wording import said
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.models.messages import levels_seen_by
from opencasework.office.kit.unturned import Unturned
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import Sensitivity


def packed(traces: Iterable[int]) -> bytes:
    """Traces as a database keeps them."""
    return array("I", sorted(traces)).tobytes()


def unpacked(kept: bytes | memoryview) -> array[int]:
    """Traces in their order, each once."""
    found = array("I")
    found.frombytes(bytes(kept))
    return found


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, staff: StaffMember) -> CampaignQuerySet:
        """Those of which this colleague may know at least one message, or might before all were erased."""
        theirs = Message.objects.visible_to(staff).filter(likeness__campaign=OuterRef("pk"))
        levels = ["", *levels_seen_by(staff)] if may(staff, May.TRIAGE) else []
        erased = Disposal.objects.filter(campaign=OuterRef("pk"), sensitivity__in=levels)
        left = Likeness.objects.filter(campaign=OuterRef("pk"))
        return self.filter(Exists(theirs) | Q(Exists(erased)) & ~Q(Exists(left)))

    def gathering(self) -> CampaignQuerySet:
        """Those that more mail can still join."""
        return self.filter(state__in=[Campaign.State.PROPOSED, Campaign.State.OPEN])


class Campaign(Unturned):
    """Nearly identical messages of an organised action: one row of the inbox, one answer."""

    UNTURNED = ("name",)

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"  # by the machine, until a person says so
        OPEN = "open", "Handled as one"
        CLOSED = "closed", "Closed"
        DISMISSED = "dismissed", "Not a campaign"  # kept, so that it is not proposed again

    name = models.CharField(max_length=150)
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED, db_index=True)
    common_text = models.TextField(blank=True)
    core = models.BinaryField(default=bytes)  # the traces most of its messages share (wording.traces)
    settled_at = models.PositiveIntegerField(default=0)  # of how many messages that was worked out last
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reply_page = models.URLField(blank=True)  # on the member's site, where anybody reads the reply
    published_on = models.DateField(null=True, blank=True)  # the reply, there
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged"
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaign", args=[self.pk])

    @property
    def template(self) -> Template:
        """Its common text, ready to compare a message with."""
        return Template(frozenset(unpacked(self.core)), tuple(said(self.common_text).sentences))

    def members_for(self, staff: StaffMember) -> LikenessQuerySet:
        """The messages gathered in it, as far as this colleague may see them."""
        return self.gathered.all().visible_to(staff)

    @property
    def disposed(self) -> models.QuerySet[Disposal]:
        """What was erased of it, and of those that are part of it by now."""
        return Disposal.objects.filter(Q(campaign=self) | Q(campaign__merged_into=self))


class Disposal(models.Model):
    """What was erased of a campaign on one day: how many, and nobody's name. It stays."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="disposals")
    on = models.DateField()
    messages = models.PositiveIntegerField(default=0)  # that were in the campaign
    inside = models.PositiveIntegerField(default=0)  # of them, from the area
    elsewhere = models.PositiveIntegerField(default=0)  # from outside of it; of the rest nobody knew
    replied = models.PositiveIntegerField(default=0)  # who were sent the reply
    noted = models.PositiveIntegerField(default=0)  # who were sent the note to those outside
    senders = models.PositiveIntegerField(
        default=0
    )  # different addresses in the campaign, when the first of them went
    people = models.PositiveIntegerField(default=0)  # of whom nothing else was known, erased too
    # Of those messages the one that most might see: who might not see that one learns nothing of them all.
    sensitivity = models.CharField(
        max_length=5, choices=Sensitivity, blank=True, default=Sensitivity.RESTRICTED
    )

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(name="one_disposal_a_day", fields=["campaign", "on"])]

    def __str__(self) -> str:
        return f"{self.messages} messages erased on {self.on}"


class CampaignMerge(models.Model):
    """That two campaigns were made one, and what has to be put back to take them apart again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    into = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="merges")
    by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    kept = models.JSONField(default=dict)  # row numbers of what moved, and how both stood
    last_answer = models.BigIntegerField(default=0)  # the last answer of `into`, with those that moved
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.campaign} is part of {self.into}"


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def visible_to(self, staff: StaffMember) -> LikenessQuerySet:
        """Those of messages this colleague may see."""
        # Asked row by row: a list of all visible messages would be made for those of one campaign.
        return self.filter(Exists(Message.objects.visible_to(staff).filter(pk=OuterRef("message"))))

    def to_look_at(self) -> LikenessQuerySet:
        """Those that may ask for help, which nobody has looked at or decided about."""
        return self.exclude(look_reason="").filter(looked_at=None, message__decision="")

    def folded(self) -> LikenessQuerySet:
        """Those shown in the one row of their campaign, and not in rows of their own."""
        return self.filter(campaign__state=Campaign.State.PROPOSED).filter(
            Q(look_reason="") | Q(looked_at__isnull=False)
        )

    def elsewhere(self, *, yes: bool = True) -> LikenessQuerySet:
        """Those whose writers live outside the area; those inside or nobody knows where, when not `yes`."""
        return self.filter(in_area=False) if yes else self.exclude(in_area=False)


class Likeness(models.Model):
    """What one message is like: its traces, the campaign it is gathered in, and what is its writer's own."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="likeness")
    traces = models.BinaryField(default=bytes)  # empty once it is gathered: the campaign's are kept
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="gathered"
    )
    kept_out = models.BooleanField(
        default=False
    )  # somebody said that it is no part: no machine gathers it again
    counted = models.BooleanField(default=False)  # it was decided about as campaign mail
    additions = models.JSONField(default=list, blank=True)  # paragraphs
    has_own = models.BooleanField(default=False)  # any addition or change
    changed = models.JSONField(default=list, blank=True)  # sentences of the campaign with other words in them
    postcode = models.CharField(max_length=8, blank=True)
    in_area = models.BooleanField(null=True, blank=True)
    look_reason = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person_sought = models.BooleanField(default=False)

    objects = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ["-message__received_at", "-pk"]
        verbose_name_plural = "likenesses"
        indexes = [
            # Looked for by every inbox, among rows of which hardly any is in a campaign.
            models.Index(
                fields=["campaign", "message"], name="campaigns_gathered", condition=Q(campaign__isnull=False)
            ),
            models.Index(
                fields=["message"],
                name="campaigns_nobody_yet",
                condition=Q(counted=True, person_sought=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Likeness of message {self.message_id}"

    @property
    def needs_a_look(self) -> bool:
        return bool(self.look_reason) and self.looked_at is None and not self.message.decision


class CampaignLetter(models.Model):
    """One letter to all of a campaign, or to those outside the area; approved by a person, sent once."""

    class Audience(models.TextChoices):
        HERE = "here", "Everybody in the area, or of whom nobody knows where they live"
        ELSEWHERE = "elsewhere", "Those outside the area"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="letters")
    audience = models.CharField(max_length=9, choices=Audience)
    subject = models.CharField(max_length=200)
    text = models.TextField()  # with {{ fields }}
    changed_by = models.ForeignKey(StaffMember, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["audience", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_letter_to_an_audience",
                fields=["campaign", "audience"],
                violation_error_message="There is a letter to these people already.",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def version(self) -> str:
        """A short text that differs when anything that leaves does."""
        whole = json.dumps([self.pk, self.audience, self.subject, self.text])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


class Answer(models.Model):
    """That one person of a campaign is answered. The constraints keep anybody from being sent two."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="answers")
    letter = models.ForeignKey(CampaignLetter, on_delete=models.CASCADE, related_name="answers")
    address = models.EmailField(max_length=320)  # lower case
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaign_answers"
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="campaign_answers"
    )
    mail = models.OneToOneField(OutgoingMail, on_delete=models.CASCADE, related_name="campaign_answer")
    kept_at = models.DateTimeField(null=True, blank=True)  # as a message of ours, once it left

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["mail"], name="campaign_answers_to_keep", condition=models.Q(kept_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(name="one_answer_to_an_address", fields=["campaign", "address"]),
            models.UniqueConstraint(name="one_answer_to_a_person", fields=["campaign", "person"]),
        ]

    def __str__(self) -> str:
        return f"Answer of campaign {self.campaign_id}"
