"""Writing down who a person is and how to reach them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from opencasework.office.constituents.models import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonPhone,
    clean_postcode,
)
from opencasework.office.kit.dates import SpokenDateField

HOW_TO_REACH = ("preferred_channel", "language", "access_needs", "safe_contact")
LANGUAGES = [("en", "English"), ("cy", "Welsh (Cymraeg)")]


class WhereaboutsForm(forms.Form):
    """Name, address, email and telephone: what a new person is known by. Other forms build on it."""

    full_name = forms.CharField(
        label="Full name",
        max_length=300,
        help_text="As they give it, in whatever order.",
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

    def clean_postcode(self) -> str:
        try:
            return clean_postcode(self.cleaned_data["postcode"])
        except ValueError as error:
            raise ValidationError(str(error), code="postcode") from error

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_phone(self) -> str:
        number = str(self.cleaned_data["phone"]).strip()
        if number and sum(character.isdigit() for character in number) < 6:
            raise ValidationError("A telephone number has at least six digits. Check it, or leave it empty.")
        return number

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

    language = forms.ChoiceField(label="Language of letters", choices=LANGUAGES, initial="en")
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
        not_after=(timezone.localdate, "A date of birth is not in the future. Check the year."),
    )
    contact_limit = forms.CharField(
        label="Limit on contact", max_length=300, required=False, help_text="What was agreed, and until when."
    )

    PLAIN = (
        "address_as",
        "is_constituent",
        "date_of_birth",
        "language",
        "preferred_channel",
        "access_needs",
        "safe_contact",
        "contact_limit",
    )

    @classmethod
    def initial_of(cls, person: Person) -> dict[str, Any]:
        """What the form shows for this person."""
        address, phones = person.address, list(person.phones.all())
        return {
            "full_name": person.full_name,
            "address_lines": address.lines if address else "",
            "postcode": address.postcode if address else "",
            "email": person.email,
            "phone": person.phone,
            "phone_note": phones[0].note if phones else "",
            **{field: getattr(person, field) for field in cls.PLAIN},
        }

    @transaction.atomic
    def save(self, person: Person | None = None) -> Person:
        """Keep what was written, for a new person or this one. A changed email or telephone goes first."""
        person = person or Person(full_name=self.cleaned_data["full_name"])
        person.full_name = self.cleaned_data["full_name"].strip()
        for field in self.PLAIN:
            setattr(person, field, self.cleaned_data[field])
        person.save()
        self._replace_first(person)
        self.save_whereabouts(person)
        if self.cleaned_data["phone"]:
            person.phones.filter(number=self.cleaned_data["phone"]).update(
                note=self.cleaned_data["phone_note"]
            )
        return person

    def _replace_first(self, person: Person) -> None:
        """The form shows the first email and telephone; what was typed over them takes their place."""
        email, phone = person.emails.first(), person.phones.first()
        typed = self.cleaned_data
        if email and typed["email"] != email.address:
            if not typed["email"] or person.emails.filter(address=typed["email"]).exists():
                email.delete()
            else:
                email.address = typed["email"]
                email.save(update_fields=["address"])
        if phone and typed["phone"] != phone.number:
            if not typed["phone"]:
                phone.delete()
            else:
                phone.number = typed["phone"]
                phone.save(update_fields=["number", "compact"])
