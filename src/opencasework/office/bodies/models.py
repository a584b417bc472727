"""The organisations an office writes to, and whom to reach there."""

from __future__ import annotations

from django.db import models

from opencasework.office.places.models import Nation


class BodyQuerySet(models.QuerySet["Body"]):
    def matching(self, words: str) -> BodyQuerySet:
        """Bodies whose code or name holds each of the words."""
        found = self
        for word in words.split():
            found = found.filter(models.Q(name__icontains=word) | models.Q(code__icontains=word))
        return found


class Body(models.Model):
    """A department, agency, council, landlord, trust or company."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="units")
    nation = models.CharField(max_length=20, default="uk")  # uk, gb, ew, en, wa, sc, ni
    what_for = models.TextField(blank=True)
    # Working days, the body's own aim for members' letters; empty where it has none.
    reply_target_days = models.PositiveSmallIntegerField(null=True, blank=True)
    target_source = models.CharField(max_length=300, blank=True)
    ombudsman = models.CharField(max_length=60, blank=True)  # a chain such as ICE>PHSO
    website = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    org_id = models.CharField(max_length=40, blank=True)  # org-id.guide identifier, e.g. GB-GOR-D10
    is_local = models.BooleanField(default=False)  # added by this office rather than from the directory

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("body", args=[self.pk])

    @property
    def published_as(self) -> Body | None:
        """The body whose org-id counts this one in publications: itself or its nearest parent with one."""
        body: Body | None = self
        while body is not None and not body.org_id:
            body = body.parent
        return body

    @property
    def holiday_nation(self) -> str:
        """Whose bank holidays the body keeps; England's where it serves several nations."""
        return self.nation if self.nation in Nation.values else Nation.ENGLAND.value

    def reply_days(self, default: int) -> tuple[int, str]:
        """Working days this body has to answer and the rule in words: its aim, its parent's, or `default`."""
        if self.reply_target_days:
            return (
                self.reply_target_days,
                f"{self.name} aims to answer within {self.reply_target_days} working days",
            )
        if self.parent and self.parent.reply_target_days:
            days = self.parent.reply_target_days
            return days, f"{self.parent.name} aims to answer within {days} working days"
        return default, f"{default} working days, this office's rule where a body has no target of its own"


class BodyContact(models.Model):
    """A team or address at a body. Lines for members are not public, so each office keeps its own."""

    class Kind(models.TextChoices):
        CORRESPONDENCE = "correspondence", "Correspondence"
        HOTLINE = "hotline", "Line for members"
        ESCALATION = "escalation", "Next level up"

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.CORRESPONDENCE)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)

    class Meta:
        ordering = ["body", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()}, {self.body.name}"
