"""Writing down who a person is and how to reach them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opencasework.office.constituents import duplicates, languages, phones
from opencasework.office.constituents.models import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonPhone,
    clean_postcode,
)
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.kit.visible import insist_visible
from opencasework.office.staff.models import StaffMember

HOW_TO_REACH = (
    "preferred_channel",
    "language",
    "needs_interpreter",
    "access_needs",
    "safe_contact",
    "post_is_safe",
)
# What tells whether somebody is known already: each of these fields asks while it is filled in.
OF_A_LIST = ("address_lines", "postcode", "email", "phone", "phone_note")
TELLING = ("full_name", "address_lines", "postcode", "email", "phone", "date_of_birth")


class WhereaboutsForm(forms.Form):
    """Name, address, email and telephone: what a new person is known by. Other forms build on it."""

    full_name = forms.CharField(
        label="Full name",
        max_length=300,
        help_text="As they give it, in whatever order.",
        validators=[insist_visible],
        error_messages={"required": "Give the person's name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address_as = forms.CharField(
        label="How to address them",
        max_length=200,
        required=False,
        help_text="What follows “Dear”, such as “Ms Marrowby”. Left empty, letters use the full name.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address_lines = forms.CharField(
        label="Address",
        max_length=500,
        required=False,
        help_text="Without the postcode, a line each.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    postcode = forms.CharField(
        label="Postcode",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-10"}),
    )
    email = forms.EmailField(
        label="Email",
        required=False,
        error_messages={"invalid": "Write an email address like name@post.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="Telephone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "tel"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in (name for name in TELLING if name in self.fields):
            self.fields[name].widget.attrs |= {
                "hx-post": reverse("people-alike"),  # not in an address: it is somebody's name
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#alike",
                "hx-swap": "innerHTML",
                "hx-include": "closest form",
                "hx-sync": "closest form:replace",
            }

    def clean_postcode(self) -> str:
        try:
            return clean_postcode(self.cleaned_data["postcode"])
        except ValueError as error:
            raise ValidationError(str(error), code="postcode") from error

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        """As it is usually written. One that can hardly be a number is kept, with `phone_warning`."""
        return phones.tidy(str(self.cleaned_data["phone"]))

    @property
    def phone_warning(self) -> str:
        """A sentence where this can hardly be a telephone number; it is kept all the same."""
        return phones.problem(self.cleaned_data.get("phone", ""))

    def alike(self, *, staff: StaffMember) -> list[tuple[Person, duplicates.Likeness]]:
        """Whoever may be the person who is being written down, from what is filled in so far."""
        self.is_valid()
        return duplicates.like_typed(
            duplicates.typed(
                name=self.cleaned_data.get("full_name", ""),
                born=self.cleaned_data.get("date_of_birth"),
                email=self.cleaned_data.get("email", ""),
                phone=self.cleaned_data.get("phone", ""),
                lines=self.cleaned_data.get("address_lines", ""),
                postcode=self.cleaned_data.get("postcode", ""),
            ),
            staff=staff,
        )

    def save_whereabouts(self, person: Person) -> None:
        """Keep the address, email and telephone with the person; a new address ends the one before."""
        given = self.cleaned_data
        lines = "\n".join(line.strip() for line in given["address_lines"].splitlines() if line.strip())
        now = person.address
        if (lines or given["postcode"]) and (
            now is None or (now.lines, now.postcode) != (lines, given["postcode"])
        ):
            if now is not None:
                person.addresses.filter(pk=now.pk).update(until=timezone.localdate())
            PersonAddress.objects.create(person=person, lines=lines, postcode=given["postcode"])
        if given["email"]:
            PersonEmail.objects.get_or_create(person=person, address=given["email"])
        if given["phone"] and given["phone"] not in {phone.number for phone in person.phones.all()}:
            PersonPhone.objects.create(person=person, number=given["phone"])

    @transaction.atomic
    def create_person(self) -> Person:
        """A new person, with what was filled in."""
        person = Person.objects.create(
            full_name=self.cleaned_data["full_name"].strip(),
            address_as=self.cleaned_data["address_as"].strip(),
        )
        self.save_whereabouts(person)
        return person


class HowToReachForm(WhereaboutsForm):
    """And how to reach a new person well, and safely."""

    language = forms.ChoiceField(label="Language", choices=languages.CHOICES, initial=languages.ENGLISH)
    needs_interpreter = forms.BooleanField(label="Needs an interpreter", required=False)
    preferred_channel = forms.ChoiceField(
        label="Best way to reach them", choices=Person.Channel, initial=Person.Channel.EMAIL
    )
    access_needs = forms.CharField(
        label="What helps them",
        max_length=300,
        required=False,
        help_text="Large print, an interpreter, time.",
    )
    safe_contact = forms.CharField(
        label="Only safe way to reach them",
        max_length=300,
        required=False,
        help_text="For somebody at risk. It is shown first wherever we might write or ring.",
    )
    post_is_safe = forms.BooleanField(
        label="Post is safe",
        required=False,
        help_text="They said so. Else no post where a safe way is known, or on a restricted case.",
    )

    @transaction.atomic
    def create_person(self) -> Person:
        """A new person, with what was filled in."""
        person = super().create_person()
        for name in HOW_TO_REACH:
            if name in self.cleaned_data:  # a form may ask for less
                setattr(person, name, self.cleaned_data[name])
        person.save()
        return person


class PersonForm(HowToReachForm):
    """Everything about a person that staff may write."""

    field_order = (*WhereaboutsForm.base_fields, "phone_note", "is_constituent", "date_of_birth")

    phone_note = forms.CharField(
        label="When to ring", max_length=100, required=False, help_text="Such as “after 15:00”."
    )
    is_constituent = forms.BooleanField(
        label="Lives in the area of this office", required=False, initial=True
    )
    date_of_birth = SpokenDateField(
        label="Date of birth",
        required=False,
        help_text="Only where a body asks for it. Like 3 May 1981.",
        needs_year=True,
        not_after=(timezone.localdate, "A date of birth is not in the future. Check the year."),
    )
    contact_limit = forms.CharField(
        label="Limit on contact", max_length=300, required=False, help_text="What was agreed, and until when."
    )

    PLAIN = (
        "address_as",
        "is_constituent",
        "date_of_birth",
        *HOW_TO_REACH,
        "contact_limit",
    )

    @transaction.atomic
    def save(self) -> Person:
        """Keep what was written of a new person."""
        person = self.write(Person())
        self.save_whereabouts(person)
        if self.cleaned_data["phone"]:
            person.phones.update(note=self.cleaned_data["phone_note"])
        return person

    def write(self, person: Person) -> Person:
        """Give the person all that stands on their record once."""
        person.full_name = self.cleaned_data["full_name"].strip()
        for field in self.PLAIN:
            setattr(person, field, self.cleaned_data[field])
        person.save()
        return person


class WhoForm(Versioned, PersonForm):
    """What stands once on somebody's record. Addresses, emails and telephones have forms of their own."""

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        shown = {name: getattr(person, name) for name in ("full_name", *self.PLAIN)}
        super().__init__(*args, initial=shown, **options)
        for name in OF_A_LIST:
            del self.fields[name]
        for name in TELLING:
            if name in self.fields:  # they are known
                for attribute in [key for key in self.fields[name].widget.attrs if key.startswith("hx-")]:
                    del self.fields[name].widget.attrs[attribute]
        tags = self.fields["language"].choices  # type: ignore[attr-defined]
        if person.language not in languages.LANGUAGES:
            self.fields["language"].choices = [*tags, (person.language, person.language)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """That post is safe was said beside another safe way, or none: with a new one it is asked anew."""
        given = super().clean()
        is_told_anew = {"safe_contact", "post_is_safe"} & set(self.changed_data) == {"safe_contact"}
        if is_told_anew and self.cleaned_data.get("safe_contact"):
            self.cleaned_data["post_is_safe"] = False
        return given
