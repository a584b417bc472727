"""What a constituent is asked before they sign: one thing a page."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opencasework.office.authority.models import Ask
from opencasework.office.constituents.models import Person
from opencasework.office.kit import postcodes
from opencasework.office.kit.visible import is_visible

LONGEST = 2000  # characters of what they add
MOST_POINTS = 4000  # of a drawn signature
WIDTH, HEIGHT = 600, 200  # of the field it is drawn in
_DATE = re.compile(r"(\d{1,2})\D+(\d{1,2})\D+(\d{4})")
# How the months begin, in English and in Welsh.
_BEGINNINGS = (
    ("jan", "ion"), ("feb", "chwe"), ("mar", "maw"), ("apr", "ebr"), ("may", "mai"), ("jun", "meh"),
    ("jul", "gor"), ("aug", "aws"), ("sep", "medi"), ("oct", "hyd"), ("nov", "tach"), ("dec", "rhag"),
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_BEGINNINGS, start=1) for name in names}


class KnownForm(forms.Form):
    """Something only the person knows, so that a forwarded link shows nothing."""

    factor = forms.CharField(
        label=gettext_lazy("Your postcode, or your date of birth"),
        max_length=60,
        help_text=gettext_lazy("For example: a postcode, or 7 3 1981."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
        error_messages={"required": gettext_lazy("Give your postcode or your date of birth.")},
    )

    def __init__(self, *args: Any, by_postcode_alone: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_postcode_alone = by_postcode_alone
        if by_postcode_alone:
            factor = self.fields["factor"]
            factor.label, factor.help_text = _("Your postcode"), _("Of where you live now.")
            factor.error_messages["required"] = _("Give your postcode.")

    def is_right(self, person: Person) -> bool:
        """Whether it is theirs, as the office has it."""
        if self.gave_postcode(person):
            return True
        known = None if self.by_postcode_alone else person.date_of_birth
        return known is not None and known == as_date(self.cleaned_data["factor"])

    def gave_postcode(self, person: Person) -> bool:
        """Whether they know where the person lives now, so that it can be shown to them."""
        return is_postcode(self.cleaned_data["factor"], person)


def is_postcode(said: str, person: Person) -> bool:
    """Whether it is the postcode the person lives at."""
    address = person.address
    if address is None or not address.postcode:
        return False
    try:
        return postcodes.normalise(said) == address.postcode
    except ValueError:
        return False


def as_date(said: str) -> date | None:
    """A date of birth as people write it: day, month, year. None for anything else."""
    words = said.lower()
    for name, number in _MONTHS.items():
        words = re.sub(rf"\b{name}\w*", str(number), words)
    found = _DATE.search(words)
    iso = re.fullmatch(r"\s*(\d{4})-(\d{2})-(\d{2})\s*", said)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


class CheckForm(forms.Form):
    """Is it right what the office wrote down?"""

    address = forms.CharField(
        label=gettext_lazy("Your address"),
        max_length=400,
        help_text=gettext_lazy("Where you live now."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        error_messages={"required": gettext_lazy("Give the address you live at, or say that you have none.")},
    )
    added = forms.CharField(
        label=gettext_lazy("Anything to correct or add?"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("It becomes part of what you sign. Leave it empty if all is right."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BodiesForm(forms.Form):
    """Whom may we talk to, and their name."""

    bodies = forms.MultipleChoiceField(
        label=gettext_lazy("Organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    someone_else = forms.BooleanField(label=gettext_lazy("Someone else"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Type your full name to sign"),
        max_length=200,
        help_text=gettext_lazy("Typing your name here counts as signing the form."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Type your full name to sign.")},
    )
    drawn = forms.CharField(required=False, max_length=60_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ask: Ask, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ask = ask
        field = self.fields["bodies"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(body.pk), body.name) for body in ask.bodies.all()]
        if ask.covers_any_body:
            field.choices = [*field.choices, ("any", _("Any organisation that can help"))]

    def clean_drawn(self) -> str:
        return json.dumps(strokes_in(self.cleaned_data["drawn"])) if self.cleaned_data["drawn"] else ""

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name) or not is_visible(name):
            raise ValidationError(_("Type your full name to sign."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("bodies") and not cleaned.get("someone_else"):
            self.add_error(
                "bodies",
                _("Tick who we may talk to. If you want us to talk to nobody, do not sign; tell us instead."),
            )
        return cleaned


class OtherForm(forms.Form):
    """Who the someone else is; asked only of whoever ticked it."""

    other = forms.CharField(
        label=gettext_lazy("Who else may we talk to?"),
        max_length=300,
        help_text=gettext_lazy("For example a landlord, a school or a company, by name."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say who else we may talk to, or go back and untick it.")},
    )


def strokes_in(text: str) -> list[list[list[int]]]:
    """The strokes of a drawn signature: lists of points. What is not one is left out, never an error.

    Numbers are all we take from the browser: the picture is drawn by us.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):  # brackets within brackets, thousands deep
        return []
    strokes: list[list[list[int]]] = []
    left = MOST_POINTS
    for stroke in given if isinstance(given, list) else []:
        points = [
            [min(max(int(point[0]), 0), WIDTH), min(max(int(point[1]), 0), HEIGHT)]
            for point in (stroke if isinstance(stroke, list) else [])[:left]
            if isinstance(point, list)
            and len(point) == 2
            and all(isinstance(each, int | float) and abs(each) < 1e6 for each in point)
        ]
        left -= len(points)
        if points:
            strokes.append(points)
    return strokes
