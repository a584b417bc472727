"""The people the office helps. Identity is a person, never an email address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from opencasework.office.kit import postcodes
from opencasework.office.staff.permissions import May, may

if TYPE_CHECKING:
    from opencasework.office.staff.models import StaffMember


def clean_postcode(value: str) -> str:
    """A form's postcode, normalised; empty stays empty. Raises ValueError with a sentence."""
    return postcodes.normalise(value) if value.strip() else ""


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, staff: StaffMember) -> PersonQuerySet:
        """People this colleague may know of: those on cases they see and, for most roles, those on no case.

        That somebody came to the office can be the secret: whoever has only hidden cases is hidden too.
        """
        # The cases folder stands above this one, so it is named, not imported.
        links = apps.get_model("cases", "CasePerson").objects
        seen = apps.get_model("cases", "Case").objects.visible_to(staff)
        known = models.Q(pk__in=links.filter(case__in=seen).values("person"))
        if may(staff, May.SEE_ALL_CASES):
            known |= ~models.Q(pk__in=links.values("person"))
        return self.filter(known)

    def with_words(self, words: str) -> PersonQuerySet:
        """Each word stands in the name or the email, or the whole is a postcode or a telephone number."""
        digits = "".join(character for character in words if character.isdigit())
        if len(digits) >= 6 and len(digits) >= len(words.replace(" ", "")) - 1:
            return self.filter(pk__in=PersonPhone.objects.filter(compact__contains=digits).values("person"))
        if len(found_postcodes := postcodes.found_in(words)) == 1:
            return self.living_at(found_postcodes[0])
        found = self
        for word in words.split()[:8]:
            emails = PersonEmail.objects.filter(address__contains=word.lower())
            found = found.filter(
                models.Q(full_name__icontains=word) | models.Q(pk__in=emails.values("person"))
            )
        return found

    def for_lists(self) -> PersonQuerySet:
        """With where and how to reach each person, in a fixed number of queries."""
        return self.prefetch_related("addresses", "emails", "phones")

    def with_email(self, address: str) -> PersonQuerySet:
        """Everyone who uses this address: two people may share one."""
        return self.filter(
            pk__in=PersonEmail.objects.filter(address=address.strip().lower()).values("person")
        )

    def with_phone(self, number: str) -> PersonQuerySet:
        """Everyone who uses this number, dialled from here or from abroad."""
        digits = "".join(character for character in number if character.isdigit())
        national = digits.removeprefix("44").lstrip("0")
        numbers = PersonPhone.objects.filter(compact__in=[f"0{national}", f"44{national}", f"440{national}"])
        return self.filter(pk__in=numbers.values("person"))

    def living_at(self, postcode: str) -> PersonQuerySet:
        return self.filter(
            pk__in=PersonAddress.objects.filter(postcode=postcode, until=None).values("person")
        )


class Person(models.Model):
    """Anyone in the system: a constituent, or someone acting for one."""

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        PHONE = "phone", "Phone"
        LETTER = "letter", "Letter"

    full_name = models.CharField(max_length=300)  # as the person gives it, in any culture's order
    address_as = models.CharField(max_length=200, blank=True)  # what follows "Dear", e.g. "Ms Marrowby"
    is_constituent = models.BooleanField(default=True)
    date_of_birth = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, default="en")  # BCP 47; cy where Welsh is preferred
    preferred_channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    access_needs = models.CharField(max_length=300, blank=True)
    contact_limit = models.CharField(max_length=300, blank=True)
    safe_contact = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["full_name", "pk"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("person", args=[self.pk])

    @property
    def salutation(self) -> str:
        """What follows "Dear" in a letter."""
        return self.address_as or self.full_name

    @property
    def initials(self) -> str:
        names = self.full_name.split()
        return "".join(name[0] for name in (names[:1] + names[-1:] if len(names) > 1 else names)).upper()

    @property
    def address(self) -> PersonAddress | None:
        """Where the person lives now."""
        current = [address for address in self.addresses.all() if address.until is None]
        return current[-1] if current else None

    @property
    def email(self) -> str:
        emails = list(self.emails.all())
        return emails[0].address if emails else ""

    @property
    def phone(self) -> str:
        phones = list(self.phones.all())
        return phones[0].number if phones else ""


class PersonAddress(models.Model):
    """An address a person has or had."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    lines = models.TextField()
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["person", "pk"]

    def __str__(self) -> str:
        return ", ".join(part for part in [*self.lines.splitlines(), self.postcode] if part)


class PersonEmail(models.Model):
    """An email address a person uses; not theirs alone, perhaps."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(db_index=True)  # lower case

    class Meta:
        ordering = ["person", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "address"], name="an_address_once_a_person")]

    def __str__(self) -> str:
        return self.address


class PersonPhone(models.Model):
    """A telephone number a person can be reached at."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)
    compact = models.CharField(max_length=40, db_index=True)  # digits only, for finding it in any spacing
    note = models.CharField(max_length=100, blank=True)  # "after 15:00"

    class Meta:
        ordering = ["person", "pk"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.compact = "".join(character for character in self.number if character.isdigit())
        super().save(*args, **kwargs)  # type: ignore[arg-type]
