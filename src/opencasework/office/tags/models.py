"""The four tags on every case: issue (a category), urgency, sensitivity, transferability."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from opencasework.office.kit.words import unturned
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags import equal

CASEWORK, POLICY, OFFICE_BUSINESS = "casework", "policy", "office"
_KIND_OF_GROUP = {"POL": POLICY, "OFF": OFFICE_BUSINESS}


class Urgency(models.TextChoices):
    INFORMATION = "URG-0", "Information only"
    ROUTINE = "URG-1", "Routine"
    TIME_LIMITED = "URG-2", "Time limited"
    URGENT = "URG-3", "Urgent"
    EMERGENCY = "URG-4", "Emergency"


class Sensitivity(models.TextChoices):
    PUBLIC = "SEN-0", "Public"
    PERSONAL = "SEN-1", "Personal"
    SPECIAL_CATEGORY = "SEN-2", "Special category"
    CRIMINAL_OR_SAFEGUARDING = "SEN-3", "Criminal or safeguarding"
    RESTRICTED = "SEN-4", "Restricted"


class Transferability(models.TextChoices):
    KEEP = "TRF-0", "Keep"
    SIGNPOST = "TRF-1", "Signpost"
    REFER = "TRF-2", "Refer with consent"
    OTHER_REPRESENTATIVE = "TRF-3", "Other representative"
    SHARED = "TRF-4", "Shared"
    HANDOVER = "TRF-5", "Handover candidate"


class Category(models.Model):
    """What a problem is about: the code list of the office, two levels deep."""

    code = models.CharField(max_length=24, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    label = models.CharField(max_length=200)
    label_cy = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    typical_bodies = models.CharField(max_length=200, blank=True)  # codes of bodies, split by semicolons
    default_sensitivity = models.CharField(max_length=5, choices=Sensitivity, default=Sensitivity.PERSONAL)
    default_urgency = models.CharField(max_length=5, choices=Urgency, default=Urgency.ROUTINE)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.label

    @property
    def group_code(self) -> str:
        """The code of the first level: BEN for BEN-UC and for BEN."""
        return self.code.split("-")[0]

    @property
    def kind(self) -> str:
        """casework, policy or office business; only casework is counted as cases."""
        return _KIND_OF_GROUP.get(self.group_code, CASEWORK)


def folded(word: str) -> str:
    """A word as two people would call it the same: small letters, without marks and doubled spaces."""
    return " ".join(re.sub(r"[^\w&+]+", " ", word.casefold()).split())


class OwnWordQuerySet(models.QuerySet["OwnWord"]):
    def in_use(self) -> OwnWordQuerySet:
        """Those one may still choose: neither merged into another nor put away."""
        return self.filter(merged_into=None, put_away_at=None)

    def visible_to(self, staff: StaffMember) -> OwnWordQuerySet:
        """Those on a case this colleague may know of, or on no case: on hidden ones alone, a word may tell.

        A word that was merged goes with what it became.
        """
        # The cases folder stands above this one, so it is named, not imported.
        held = apps.get_model("cases", "CaseWord").objects.filter(
            word=Coalesce(OuterRef("merged_into"), OuterRef("pk"))
        )
        seen = apps.get_model("cases", "Case").objects.visible_to(staff)
        return self.filter(~Exists(held) | Exists(held.filter(case__in=seen)))

    def meaning(self, word: str) -> OwnWord | None:
        """The word of this office that this is, followed through merges; None where there is none."""
        found = self.filter(folded=folded(word)).select_related("merged_into", "category").first()
        while found is not None and found.merged_into is not None:
            found = found.merged_into
        return found


class OwnWord(models.Model):
    """A word this office uses, and what it stands for in the code lists: a category, or a level.

    It helps people find and say things. What is counted and published is the code and never the word.
    """

    word = models.CharField(max_length=60)
    folded = models.CharField(max_length=60, unique=True, editable=False)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="own_words"
    )
    level = models.CharField(max_length=5, blank=True)  # URG-3, or TRF-2: a word may stand for one instead
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="old_names"
    )
    put_away_at = models.DateTimeField(null=True, blank=True)  # kept as a search word, no longer offered
    made_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # null: it came with an import
    made_at = models.DateTimeField(default=timezone.now)

    objects = OwnWordQuerySet.as_manager()

    class Meta:
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's. Raises ValueError for a new word of a party or a vote, whichever way it comes."""
        self.word = unturned(self.word)
        if self._state.adding and (problem := equal.refused(self.word)):  # an old one can be put away
            raise ValueError(problem)
        self.folded = folded(self.word)[:60]
        super().save(*args, **kwargs)

    @property
    def stands_for(self) -> str:
        """What it means in the code lists, in words; empty while nobody has said."""
        if self.category is not None:
            return self.category.label
        return level_label(self.level) if self.level else ""


def level_label(code: str) -> str:
    """“Urgency: Urgent” for URG-3."""
    for axis, levels in (
        ("Urgency", Urgency), ("Sensitivity", Sensitivity), ("Transferability", Transferability),
    ):  # fmt: skip
        if code in levels.values:
            return f"{axis}: {levels(code).label}"
    return ""


class WordChange(models.Model):
    """A clean-up of own words that can be undone: what stood before, by word and case."""

    UNDO_DAYS = 30

    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    said = models.CharField(max_length=200)
    # {"words": [{"pk", "category", "level", "merged_into", "put_away"}], "moved": {pk of a word: [cases]}}
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.said

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and self.made_at >= timezone.now() - timedelta(days=self.UNDO_DAYS)
