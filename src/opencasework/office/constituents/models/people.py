"""The people the office helps. Identity is a person, never an email address."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from opencasework.office.constituents import languages, names, phones
from opencasework.office.kit import postcodes
from opencasework.office.kit.addresses import address
from opencasework.office.kit.unturned import Unturned
from opencasework.office.staff.permissions import May, may

if TYPE_CHECKING:
    from opencasework.office.staff.models import StaffMember


def clean_postcode(value: str) -> str:
    """A form's postcode, normalised; empty stays empty. Raises ValueError with a sentence."""
    return postcodes.normalise(value) if value.strip() else ""


if TYPE_CHECKING:
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField  # which takes no type arguments when it runs


class NameKeyField(TextField):
    """What a name is compared by (`names.key`), kept beside it, however the row is written."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        options.setdefault("max_length", 300)
        super().__init__(**{**options, "db_index": True, "editable": False, "default": ""})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  (Django's own signature)
        value = names.key(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


def _on_a_case_seen_by(staff: StaffMember) -> models.Q:
    """That somebody is on a case this colleague sees, asked row by row."""
    links = apps.get_model("cases", "CasePerson").objects.filter(person=models.OuterRef("pk"))
    seen = apps.get_model("cases", "Case").objects.visible_to(staff).filter(pk=models.OuterRef("case"))
    return models.Q(models.Exists(links.filter(models.Exists(seen))))


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, staff: StaffMember) -> PersonQuerySet:
        """People this colleague may know of: those on cases they see and, for most roles, those on no case.

        That somebody came to the office can be the secret: whoever has only hidden cases is hidden too.
        """
        # The cases folder stands above this one, so it is named, not imported.
        cases: Any = apps.get_model("cases", "Case").objects
        if may(staff, May.SEE_RESTRICTED) and may(staff, May.SEE_ALL_CASES):
            return self.all()
        links = apps.get_model("cases", "CasePerson").objects.order_by()
        if not may(staff, May.SEE_ALL_CASES):
            return self.filter(pk__in=links.filter(case__in=cases.visible_to(staff)).values("person"))
        # Of the few on a case that not everybody of their role sees it is asked whether they are on one that
        # this colleague sees; of nearly all others nothing.
        for_some = [links.filter(case__in=rows).values("person") for rows in cases.for_some_of_a_role(staff)]
        at_all = models.Q(*(~models.Q(pk__in=people) for people in for_some))
        return self.filter(at_all | _on_a_case_seen_by(staff))

    def taken_care_with(self) -> PersonQuerySet:
        """Of whom somebody wrote down an only safe way to reach them, or a limit on contact."""
        return self.exclude(models.Q(safe_contact="") & models.Q(contact_limit=""))

    def addresses(self) -> set[str]:
        """Every email address of these people, in small letters."""
        found = self.exclude(emails=None).values_list("emails__address", flat=True)
        return {address.lower() for address in found}

    def visible_among_few(self, staff: StaffMember) -> PersonQuerySet:
        """Those of `visible_to`, asked row by row: for a handful of people of whom the numbers are given.

        `visible_to` makes a list of everybody on any case first, which at 10,000 cases takes 40 ms.
        """
        links = apps.get_model("cases", "CasePerson").objects.filter(person=models.OuterRef("pk"))
        known = _on_a_case_seen_by(staff)
        if may(staff, May.SEE_ALL_CASES):
            known |= ~models.Q(models.Exists(links))
        return self.filter(known)

    def with_words(self, words: str) -> PersonQuerySet:
        """Each word stands in the name or the email, or the whole is a postcode or a telephone number."""
        words = words.replace("\0", " ")  # which PostgreSQL takes in no text
        digits = "".join(character for character in words if character.isdigit())
        if len(digits) >= 6 and len(digits) >= len(words.replace(" ", "")) - 1:
            return self.filter(pk__in=PersonPhone.objects.filter(compact__contains=digits).values("person"))
        if len(found_postcodes := postcodes.found_in(words)) == 1:
            return self.living_at(found_postcodes[0])
        found = self
        for word in words.split()[:8]:
            emails = PersonEmail.objects.filter(address__contains=word.lower())
            others = PersonName.objects.filter(name__icontains=word)
            found = found.filter(
                models.Q(full_name__icontains=word)
                | models.Q(pk__in=emails.values("person"))
                | models.Q(pk__in=others.values("person"))
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
        digits = phones.compact(number)
        national = digits.removeprefix("44").lstrip("0")
        numbers = PersonPhone.objects.filter(compact__in=[f"0{national}", f"44{national}", f"440{national}"])
        return self.filter(pk__in=numbers.values("person"))

    def living_at(self, postcode: str) -> PersonQuerySet:
        return self.filter(
            pk__in=PersonAddress.objects.filter(postcode=postcode, until=None).values("person")
        )


class Person(Unturned):
    """Anyone in the system: a constituent, or someone acting for one."""

    UNTURNED = ("full_name", "address_as", "access_needs", "contact_limit", "safe_contact")

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        PHONE = "phone", "Phone"
        LETTER = "letter", "Letter"

    full_name = models.CharField(max_length=300)  # as the person gives it, in any culture's order
    address_as = models.CharField(max_length=200, blank=True)  # what follows "Dear", e.g. "Ms Marrowby"
    is_constituent = models.BooleanField(default=True)
    date_of_birth = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, default="en")  # BCP 47; cy where Welsh is preferred
    needs_interpreter = models.BooleanField(default=False)
    preferred_channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    access_needs = models.CharField(max_length=300, blank=True)
    contact_limit = models.CharField(max_length=300, blank=True)
    safe_contact = models.CharField(max_length=300, blank=True)
    post_is_safe = models.BooleanField(default=False)  # they said so, though there is a safe way or a danger
    name_key = NameKeyField(of="full_name")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["full_name", "pk"]
        indexes = [models.Index(fields=["full_name", "id"], name="people_by_name")]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return address("person", self.pk)

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
        """The address to write to: the preferred one of those that reach the person."""
        return next((email.address for email in self.emails.all() if email.is_usable), "")

    @property
    def phone(self) -> str:
        """The number to ring: the preferred one of those that reach the person."""
        return next((phone.number for phone in self.phones.all() if phone.is_usable), "")

    @property
    def language_name(self) -> str:
        """“Polish”; empty for English, which needs no mention."""
        return languages.name(self.language) if self.language != languages.ENGLISH else ""

    @property
    def listens_in(self) -> str:
        """The language, and whether an interpreter is needed, in a few words; empty for plain English."""
        if self.needs_interpreter:
            return f"Interpreter needed: {self.language_name or 'which language?'}"
        return self.language_name

    @property
    def is_to_be_minded(self) -> bool:
        """Whether there is something to know before anybody writes or rings."""
        return bool(
            self.safe_contact or self.contact_limit or self.access_needs
            or self.needs_interpreter or self.language_name or self.preferred_channel != self.Channel.EMAIL
        )  # fmt: skip

    @property
    def wants_paper(self) -> bool:
        """Whether a letter goes to them by post, because they would rather, and there is where to send it."""
        return self.preferred_channel == self.Channel.LETTER and self.address is not None

    @property
    def never_by_post(self) -> str:
        """Why nothing goes to them by post, as a sentence; empty where nothing is known against it."""
        if self.post_is_safe or not self.safe_contact:
            return ""
        return (
            f"Never write to {self} by post. The only safe way to reach them: "
            f"{self.safe_contact.rstrip('.')}. Where they say that post is safe, tick it on their page."
        )

    def to_mind(self, *, by_post: bool, written_in: str = "") -> list[str]:
        """What to look at before a letter goes to the person, a sentence each."""
        said = []
        if self.safe_contact:
            said.append(f"Check first how to reach them: {self.safe_contact}")
        if self.contact_limit:
            said.append(f"There is a limit on contact: {self.contact_limit}")
        if self.access_needs:
            said.append(f"What helps them: {self.access_needs}")
        if self.needs_interpreter:
            said.append(f"{self.listens_in}. Ask whether they can read the letter.")
        elif self.language_name and self.language != written_in:
            said.append(f"Their language is {self.language_name}.")
        if self.preferred_channel == self.Channel.PHONE:
            said.append("They would rather be rung than written to.")
        elif self.preferred_channel == self.Channel.LETTER and not by_post:
            said.append("They would rather have it on paper.")
        return said

    def age(self, *, on: date) -> int | None:
        """Whole years on this day; None where the date of birth is not known."""
        born = self.date_of_birth
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None


class PersonName(Unturned):
    """Another name a person goes by or went by, so that they are found under it."""

    UNTURNED = ("name",)

    class Kind(models.TextChoices):
        KNOWN_AS = "known_as", "Also known as"
        FORMER = "former", "Former name"
        SCRIPT = "script", "In another script"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.KNOWN_AS)
    name_key = NameKeyField(of="name")
    written_at = models.DateTimeField(null=True, auto_now_add=True)  # None: before this was kept

    class Meta:
        ordering = ["person", "pk"]

    def __str__(self) -> str:
        return self.name


class PersonAddress(models.Model):
    """An address a person has or had."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    lines = models.TextField()
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, auto_now_add=True)  # None: before this was kept

    class Meta:
        ordering = ["person", "pk"]

    def __str__(self) -> str:
        return ", ".join(part for part in [*self.lines.splitlines(), self.postcode] if part)


class Standing(models.TextChoices):
    """Whether an email address or a telephone still reaches the person."""

    IN_USE = "in_use", "In use"
    BAD = "bad", "Does not work"
    OUT_OF_USE = "out", "No longer theirs"


class PersonEmail(models.Model):
    """An email address a person uses; not theirs alone, perhaps."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(db_index=True)  # lower case
    note = models.CharField(max_length=100, blank=True)  # "at work", "her daughter reads it too"
    is_preferred = models.BooleanField(default=False)
    standing = models.CharField(max_length=6, choices=Standing, default=Standing.IN_USE)
    written_at = models.DateTimeField(null=True, auto_now_add=True)  # None: before this was kept

    class Meta:
        ordering = ["person", "-is_preferred", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "address"], name="an_address_once_a_person")]

    def __str__(self) -> str:
        return self.address

    @property
    def is_usable(self) -> bool:
        return self.standing == Standing.IN_USE


class PersonPhone(models.Model):
    """A telephone number a person can be reached at, kept as it is usually written."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)
    compact = models.CharField(max_length=40, db_index=True)  # digits only, for finding it in any spacing
    note = models.CharField(max_length=100, blank=True)  # "after 15:00"
    is_preferred = models.BooleanField(default=False)
    standing = models.CharField(max_length=6, choices=Standing, default=Standing.IN_USE)
    written_at = models.DateTimeField(null=True, auto_now_add=True)  # None: before this was kept

    class Meta:
        ordering = ["person", "-is_preferred", "pk"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compact = phones.compact(self.number)
        super().save(*args, **kwargs)

    @property
    def is_usable(self) -> bool:
        return self.standing == Standing.IN_USE

    @property
    def link(self) -> str:
        """The address by which a telephone rings it; empty where it can hardly be a telephone number."""
        return phones.link(self.number)

    @property
    def problem(self) -> str:
        """A sentence where this can hardly be a telephone number. It is kept all the same."""
        return phones.problem(self.number)
