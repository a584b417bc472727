"""The office itself: whom it works for, where, and what follows from that."""

from __future__ import annotations

import re
from functools import lru_cache

from django.db import models

from opencasework.office.kit import postcodes
from opencasework.office.kit.once import once
from opencasework.office.kit.questions import instances_of


class Nation(models.TextChoices):
    ENGLAND = "en", "England"
    WALES = "wa", "Wales"
    SCOTLAND = "sc", "Scotland"
    NORTHERN_IRELAND = "ni", "Northern Ireland"


# What our tables of bodies, routes and numbers write for one nation or several, and of which it speaks.
NATIONS_OF = {
    "uk": {"en", "wa", "sc", "ni"}, "gb": {"en", "wa", "sc"}, "ew": {"en", "wa"},
    **{nation: {nation} for nation in Nation.values},
}  # fmt: skip


class MemberKind(models.TextChoices):
    MP = "mp", "Member of Parliament"
    MSP = "msp", "Member of the Scottish Parliament"
    MS = "ms", "Member of the Senedd"
    MLA = "mla", "Member of the Legislative Assembly"
    COUNCILLOR = "councillor", "Councillor"


class OfficeMissing(Exception):
    """There is no office in this home folder yet; the message says how to make one."""


class Office(models.Model):
    """The one office this database belongs to: one elected member, one data controller, one row."""

    member_name = models.CharField(max_length=200)
    member_kind = models.CharField(max_length=12, choices=MemberKind, default=MemberKind.MP)
    post = models.CharField(
        max_length=200, blank=True
    )  # identifier of the seat, e.g. a TheyWorkForYou post id
    controller_name = models.CharField(max_length=200, blank=True)
    area_name = models.CharField(max_length=200)
    area_code = models.CharField(max_length=9)  # GSS code: a letter and eight digits
    nation = models.CharField(max_length=2, choices=Nation, default=Nation.ENGLAND)
    email = models.EmailField()  # where mail to the office arrives; replies carry a token in front of its @
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    # Districts, sectors or postcodes of the area, perhaps by ward: "Fenwick: WX4 7, WX4 8; Quay: WX3".
    postcode_prefixes = models.TextField(blank=True)
    reply_days = models.PositiveSmallIntegerField(
        default=15
    )  # working days, where a body has no target: three weeks
    # An answer to every first mail, by a machine. Off, because such answers are what relay spam is made of.
    acknowledges_mail = models.BooleanField(default=False)
    # Days a message for another member is kept, and its writer where nothing else is known of them.
    other_member_days = models.PositiveSmallIntegerField(default=30)
    # Months the mail of a campaign is kept, from its answer, and its writers as above.
    campaign_months = models.PositiveSmallIntegerField(default=6)
    # No campaign mail is erased before this day: 30 days after an update first brought the rule to an office
    # that had mail already. None where the office had the rule from its first day.
    campaigns_erased_from = models.DateField(null=True, blank=True, editable=False)
    # Seconds a letter waits in the outbox, for whoever sent it to think again.
    hold_seconds = models.PositiveSmallIntegerField(default=60)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_office_in_a_database", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="a_hold_of_20_to_120_seconds",
                condition=models.Q(hold_seconds__gte=20, hold_seconds__lte=120),
                violation_error_message="A letter is held for 20 to 120 seconds.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_name}, {self.area_name}"

    @classmethod
    def if_any(cls) -> Office | None:
        """The office of this database, if there is one yet; asked once for a page that is looked at."""
        return once("office", lambda: next(iter(instances_of(_the_office, lasting=True)), None))

    @classmethod
    def here(cls) -> Office:
        """The office of this database. Raises OfficeMissing before `casework init` or `casework demo`."""
        office = cls.if_any()
        if office is None:
            raise OfficeMissing(
                "There is no office here yet. Make one with `casework init` or `casework demo`."
            )
        return office

    @classmethod
    def nation_here(cls) -> str:
        """Whose bank holidays this office keeps; England's before there is an office."""
        office = cls.if_any()
        return office.nation if office else Nation.ENGLAND.value

    @property
    def title(self) -> str:
        """The member as a letter signs: name and letters after it."""
        letters = {"mp": "MP", "msp": "MSP", "ms": "MS", "mla": "MLA"}.get(self.member_kind, "")
        prefix = "Cllr " if self.member_kind == MemberKind.COUNCILLOR else ""
        return f"{prefix}{self.member_name} {letters}".strip()

    def covers(self, postcode: str) -> bool | None:
        """Whether a normalised postcode lies in the area; None when the office has listed none."""
        listed = self.listed_postcodes()
        return bool(self._listed_for(postcode)) if listed else None

    def ward_of(self, postcode: str) -> str:
        """The ward a normalised postcode lies in, by the office's own list; empty where that names none."""
        return next((ward for ward, _ in self._listed_for(postcode) if ward), "")

    def listed_postcodes(self) -> tuple[tuple[str, str], ...]:
        """What the office's own list has, each with its ward, which may be empty."""
        return _listed(self.postcode_prefixes)

    def _listed_for(self, postcode: str) -> list[tuple[str, str]]:
        """What of the list a postcode begins with, the longest first."""
        outward, inward = postcodes.normalise(postcode).split()
        ways = (f"{outward} {inward}", f"{outward} {inward[0]}", outward)
        found = [each for each in self.listed_postcodes() if each[1] in ways]
        return sorted(found, key=lambda each: ways.index(each[1]))


@lru_cache(maxsize=4)
def _listed(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for line in re.split(r"[;\n]", text):
        ward, _, beginnings = line.rpartition(":")
        found += [(ward.strip(), " ".join(each.upper().split())) for each in beginnings.split(",")]
    return tuple((ward, beginning) for ward, beginning in found if beginning)


def _the_office() -> models.QuerySet[Office]:
    return Office.objects.filter(pk=1)
