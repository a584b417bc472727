"""A small form for each thing a person has several of: telephones, emails, names, addresses, helpers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from opencasework.office.constituents import changes, phones
from opencasework.office.constituents.models import (
    ActingFor,
    Household,
    HouseholdMember,
    Person,
    PersonAddress,
    PersonEmail,
    PersonName,
    PersonPhone,
    Standing,
    clean_postcode,
)
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.versions import Versioned
from opencasework.office.kit.visible import insist_visible

NOT_YET = (timezone.localdate, "That day has not come yet. Give today or a day before it.")
NOT_SEEN_YET = (timezone.localdate, "Nobody has seen it on a day to come. Give today or a day before it.")


def line(label: str, length: int, *, missing: str = "", **options: Any) -> forms.CharField:
    """A field of one line; with `missing` it must be filled in."""
    attrs = {"autocomplete": "off"} | options.pop("attrs", {})
    return forms.CharField(
        label=label, max_length=length, required=bool(missing), widget=forms.TextInput(attrs=attrs),
        error_messages={"required": missing}, **options,
    )  # fmt: skip


class RowForm(Versioned, forms.Form):
    """One row of a list that a person has. `save()` keeps it, in the row given or a new one."""

    model: ClassVar[type[models.Model]]
    warning = ""  # after save(): what to look at again, though it is kept

    def __init__(self, *args: Any, person: Person, row: Any = None, **options: Any) -> None:
        self.person, self.row = person, row
        initial = {name: getattr(row, name) for name in self.base_fields if row and hasattr(row, name)}
        options["initial"] = initial | options.get("initial", {})
        super().__init__(*args, **options)

    @transaction.atomic
    def save(self) -> Any:
        """Keep what was written."""
        row = self.row or self.model(person=self.person)
        for name, value in self.cleaned_data.items():
            setattr(row, name, value)
        row.save()
        if self.cleaned_data.get("is_preferred"):
            same = type(row)._default_manager.filter(person=self.person).exclude(pk=row.pk)
            same.update(is_preferred=False)
        return row


class PhoneForm(RowForm):
    model = PersonPhone

    number = line(
        "Telephone", 40, missing="Write the number.", attrs={"type": "tel"},
        help_text="With +48 or the like before it where it is a number abroad.",
    )  # fmt: skip
    note = line("What to mind", 100, help_text="Such as “after 15:00” or “her daughter answers”.")
    is_preferred = forms.BooleanField(label="Ring this one first", required=False)
    standing = forms.ChoiceField(label="Does it still reach them?", choices=Standing, initial=Standing.IN_USE)

    def clean_number(self) -> str:
        number = phones.tidy(self.cleaned_data["number"])
        self.warning = phones.problem(number)
        return number


class EmailForm(RowForm):
    model = PersonEmail

    address = forms.EmailField(
        label="Email",
        error_messages={
            "required": "Write the address.",
            "invalid": "Write an email address like name@post.example.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    note = line("What to mind", 100, help_text="Such as “at work” or “her daughter reads it too”.")
    is_preferred = forms.BooleanField(label="Write to this one first", required=False)
    standing = forms.ChoiceField(label="Does it still reach them?", choices=Standing, initial=Standing.IN_USE)

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).lower()
        others = self.person.emails.filter(address=address)
        if any(each != self.row for each in others):
            raise ValidationError("This address is there already. Change that one instead.")
        return address


class NameForm(RowForm):
    model = PersonName

    name = line("Name", 300, missing="Write the name.", validators=[insist_visible])
    kind = forms.ChoiceField(label="What kind of name", choices=PersonName.Kind)


class AddressForm(RowForm):
    """Putting an address right, or saying since when. Moving house is another act."""

    model = PersonAddress

    lines = forms.CharField(
        label="Address", max_length=500, required=False, help_text="Without the postcode, a line each.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    postcode = line("Postcode", 20, attrs={"class": "w-10"})
    since = SpokenDateField(label="Since", required=False, help_text="Like “3 May 2019”.", not_after=NOT_YET)
    until = SpokenDateField(
        label="Until", required=False, help_text="Left empty: they live there now.", not_after=NOT_YET
    )

    def clean_postcode(self) -> str:
        try:
            return clean_postcode(self.cleaned_data["postcode"])
        except ValueError as error:
            raise ValidationError(str(error), code="postcode") from error

    def clean_lines(self) -> str:
        return "\n".join(each.strip() for each in self.cleaned_data["lines"].splitlines() if each.strip())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("lines") and not given.get("postcode") and not self.errors:
            self.add_error("lines", "Give the address, or at least the postcode.")
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "It cannot have ended before it began. Check both dates.")
        return given


class MoveForm(AddressForm):
    """Moving house: the new address, from when, and who comes along. The former one is kept."""

    class Of(models.TextChoices):
        LEAVES = "leaves", "They leave it"
        ALL = "all", "All of it moves to the new address"
        STAYS = "stays", "They stay in it, such as while they are away to study"

    since = SpokenDateField(
        label="Since", required=False, help_text="Left empty: today. Like “1 nov”.", not_after=NOT_YET
    )
    until = None  # type: ignore[assignment]
    along = forms.ModelMultipleChoiceField(
        label="Who moves with them?",
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick only those you know of.",
    )
    household = forms.ChoiceField(
        label="What becomes of the household?", choices=Of, widget=forms.RadioSelect, required=False,
        help_text="Whoever is ticked above leaves it with them, or stays in it as they do.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, others: models.QuerySet[Person], together: models.QuerySet[Person], **options: Any
    ) -> None:
        """`others` may be ticked; of them and the person `together` are in one household now."""
        home = options["person"].address
        # Where they live now begins no field, but a colleague who moved them meanwhile changed it.
        standing = {"lines": home.lines, "postcode": home.postcode} if home else {}
        super().__init__(*args, standing=standing, **options)
        self.together = set(together)
        self.fields["along"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["along"]
        if self.person not in self.together:
            del self.fields["household"]

    def clean(self) -> dict[str, Any]:
        """Who moves out alone is asked about those who stay; all of a household are its members as before."""
        given = super().clean()
        along = set(given.get("along") or [])
        rest = self.together - {self.person}
        if given.get("household") == self.Of.ALL:
            given["along"] = sorted(along | rest, key=lambda person: person.pk)
        elif rest - along and not given.get("household"):
            self.add_error("household", "Say whether they leave the household or all of it moves.")
        return given

    @transaction.atomic
    def save(self) -> PersonAddress:
        """End the address of each who moves, and begin the new one. Who moves out leaves the household."""
        given = self.cleaned_data
        on = given["since"] or timezone.localdate()
        movers = [self.person, *(given.get("along") or [])]
        if given.get("household") == self.Of.LEAVES:
            homes = list(self.person.in_households.filter(until=None).values_list("household", flat=True))
            leaving = HouseholdMember.objects.filter(household__in=homes, person__in=movers, until=None)
            leaving.update(until=on)
        for person in movers:
            changes.move(person, lines=given["lines"], postcode=given["postcode"], on=on)
        address = Person.objects.get(pk=self.person.pk).address
        assert address is not None
        return address


class ActingForm(RowForm):
    """Who acts for the person, as what, and what proof somebody has seen."""

    model = ActingFor

    by = forms.ModelChoiceField(queryset=Person.objects.none(), widget=forms.HiddenInput, required=False)
    full_name = line(
        "Their name", 300, help_text="Somebody new. Or find somebody we know, above.",
        validators=[insist_visible],
    )  # fmt: skip
    kind = forms.ChoiceField(label="As what", choices=ActingFor.As)
    proof = forms.ChoiceField(
        label="Proof that somebody here has seen",
        choices=[("", "None yet"), *ActingFor.Proof.choices],
        required=False,
        help_text="It decides who may give authority, and to whom you may write without saying why.",
    )
    proof_seen_on = SpokenDateField(
        label="Seen", required=False, help_text="Left empty: today.", not_after=NOT_SEEN_YET
    )
    since = SpokenDateField(label="Since", required=False, help_text="Like “3 May 2024”.", not_after=NOT_YET)
    until = SpokenDateField(
        label="Until", required=False, help_text="Left empty: they still act.", not_after=NOT_YET
    )
    note = line("Note", 200)

    def __init__(self, *args: Any, people: models.QuerySet[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["by"].queryset = people  # type: ignore[attr-defined]
        if self.row:
            del self.fields["by"], self.fields["full_name"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.row and not given.get("by") and not given.get("full_name"):
            self.add_error("full_name", "Choose somebody we know, or give the name of somebody new.")
        if given.get("by") == self.person:
            self.add_error("full_name", "Nobody acts for themselves. Choose somebody else.")
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "It cannot have ended before it began. Check both dates.")
        if not given.get("proof"):
            given["proof_seen_on"] = None
        elif not given.get("proof_seen_on"):
            given["proof_seen_on"] = timezone.localdate()
        return given

    @transaction.atomic
    def save(self) -> ActingFor:
        given = self.cleaned_data
        name = given.pop("full_name", "")
        if not self.row and given["by"] is None:
            given["by"] = Person.objects.create(full_name=name.strip(), is_constituent=False)
        acting: ActingFor = super().save()
        return acting


class HouseholdForm(forms.Form):
    """A name for people who live together, and who they are."""

    name = line("Name", 200, missing="Give it a name, such as “The Marrowbys, Quarry Lane”.")
    note = line(
        "What to mind", 300, help_text="Such as “separated, in one house: ask before you mention it”."
    )
    people = forms.ModelMultipleChoiceField(
        label="Who lives there besides?",
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Those at the same address. Tick only those who live together.",
    )

    def __init__(self, *args: Any, others: models.QuerySet[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["people"]

    @transaction.atomic
    def save(self, person: Person) -> Household:
        given = self.cleaned_data
        household = Household.objects.create(name=given["name"].strip(), note=given["note"].strip())
        for each in [person, *given.get("people", [])]:
            HouseholdMember.objects.create(household=household, person=each)
        return household


class HouseholdNameForm(Versioned, forms.Form):
    """What a household is called, and what to mind about it."""

    name = line("Name", 200, missing="Give it a name, such as “The Marrowbys, Quarry Lane”.")
    note = line("What to mind", 300)
