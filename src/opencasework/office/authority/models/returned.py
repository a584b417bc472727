"""Signed forms that came back: a scan or photograph with the code of a form we printed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.text import get_text_list

from opencasework.office.authority.models.asking import Ask
from opencasework.office.cases.models import seen_by
from opencasework.office.staff.models import StaffMember


class ReturnedFormQuerySet(models.QuerySet["ReturnedForm"]):
    def visible_to(self, staff: StaffMember) -> ReturnedFormQuerySet:
        """Of cases this colleague may know of."""
        return self.filter(seen_by(staff, case="ask__case"))

    def waiting(self) -> ReturnedFormQuerySet:
        """Nobody has said yet that it is signed, and it is still asked for."""
        return self.filter(decided_at=None, ask__authority=None, ask__closed_at=None)


class ReturnedForm(models.Model):
    """A file in which the code of one of our forms was read. Nothing but a person makes it an authority."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="returned")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    message = models.PositiveBigIntegerField(
        null=True, blank=True
    )  # that it came with; the inbox stands above
    attachment = models.PositiveBigIntegerField(null=True, blank=True)  # which file of it
    pages = models.JSONField(default=list, blank=True)  # those of the form that were read, with it or before
    pages_of = models.PositiveSmallIntegerField(default=0)  # how many it has; 0: one, or it does not say
    arrived_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_filed = models.BooleanField(default=False)  # else it was put aside: not signed, or not legible

    objects = ReturnedFormQuerySet.as_manager()

    class Meta:
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ask", "sha256"], name="a_scan_returns_a_form_once"),
        ]

    def __str__(self) -> str:
        return f"Form come back, {self.ask.case.reference}"

    @property
    def missing(self) -> list[int]:
        """The pages of the form that nobody has seen yet. The last one has the signature."""
        return [number for number in range(1, self.pages_of + 1) if number not in self.pages]

    @property
    def lacks_signature(self) -> bool:
        return self.pages_of in self.missing

    @property
    def what_is_missing(self) -> str:
        """“Pages 2 and 3 of 3, with the signature,”; empty where nothing is, as far as is known."""
        if not self.missing:
            return ""
        which = get_text_list([str(number) for number in self.missing], "and")
        pages = f"{'Page' if len(self.missing) == 1 else 'Pages'} {which} of {self.pages_of}"
        return f"{pages}, with the signature," if self.lacks_signature else pages
