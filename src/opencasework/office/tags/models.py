"""The four tags on every case: issue (a category), urgency, sensitivity, transferability."""

from __future__ import annotations

from django.db import models

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
