"""The questions of the web form, one form a page. Every sentence here is translated (see `locale/cy`)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from opencasework.office.inbox.webform.answers import LONGEST_TEXT, one_line, plain
from opencasework.office.inbox.webform.files import ENDINGS
from opencasework.office.kit import postcodes
from opencasework.office.places.models import Office

LONGEST_LINE = 300
FEWEST_DIGITS = 6  # of a telephone number
LANGUAGES = [("en", _("English")), ("cy", _("Welsh")), ("other", _("Another language, or an interpreter"))]


class Question(forms.Form):
    """One page. What was typed is kept whatever the form thinks of it."""

    use_required_attribute = False

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        self.office = office
        super().__init__(*args, **options)


class Line(forms.CharField):
    """An answer of one line."""

    def __init__(self, *, autocomplete: str = "off", **options: Any) -> None:
        kind = options.pop("type", "text")
        widget = forms.TextInput(
            attrs={"autocomplete": autocomplete, "type": kind, **options.pop("attrs", {})}
        )
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return one_line(str(value or ""), LONGEST_LINE)


class Text(forms.CharField):
    """An answer of as many lines as somebody needs."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(strip=False, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return plain(str(value or ""))[:LONGEST_TEXT].strip()


class PostcodeForm(Question):
    """Is it this office's area? Nobody is turned away for not knowing."""

    postcode = Line(
        label=_("Your postcode"),
        help_text=_(
            "It tells us whether you live in this area. Leave it empty if you do not know it or "
            "have no fixed address."
        ),
        autocomplete="postal-code",
        attrs={"class": "short", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def clean_postcode(self) -> str:
        given: str = self.cleaned_data["postcode"]
        # “Don't know” in whatever words is an answer; only what looks like a postcode is checked as one.
        if not any(letter.isdigit() for letter in given):
            return ""
        try:
            return postcodes.normalise(given)
        except ValueError:
            raise forms.ValidationError(
                gettext(
                    "“%(postcode)s” is not a postcode we know. Write it like WX4 7QP, or leave it "
                    "empty and go on."
                )
                % {"postcode": given[:20]}
            ) from None

    def covered(self) -> bool | None:
        """Whether it lies in the area; None when that cannot be known."""
        given = self.cleaned_data.get("postcode", "")
        return self.office.covers(given) if given else None


REASONS = [
    ("moved", _("I have moved to this area, or am about to")),
    ("left", _("I lived in this area when the problem began")),
    ("here", _("The problem is in this area, such as a workplace, a school or a hospital")),
    ("no-address", _("I have no fixed address")),
    ("somebody", _("I am writing for somebody who lives in this area")),
    ("asked", _("My own representative asked me to write here")),
    ("other", _("Another reason")),
]


class AreaForm(Question):
    """Why somebody from elsewhere writes here. Asked kindly; any answer goes on."""

    reason = forms.ChoiceField(
        label=_("Why are you writing to this office?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the reason nearest to yours. “Another reason” is fine."),
            "invalid_choice": _("Choose the reason nearest to yours. “Another reason” is fine."),
        },
    )
    more = Line(label=_("Anything we should know about this"))


class HappenedForm(Question):
    """What it is about."""

    happened = Text(
        label=_("What happened?"),
        help_text=_(
            "In your own words, the most important first: what happened, when, and who you have "
            "been in touch with."
        ),
        rows=9,
        required=True,
        error_messages={"required": _("Write what happened. A few words are enough to begin with.")},
    )


class WantedForm(Question):
    """What would help."""

    wanted = Text(
        label=_("What would you like us to do?"),
        help_text=_("For example: find out why there is no answer. If you are not sure, leave it empty."),
        rows=5,
    )
    urgent = Line(
        label=_("Is there a date something must happen by?"),
        help_text=_("For example a hearing, an appointment, a journey, or the day you must leave your home."),
    )


class AboutForm(Question):
    """For whom."""

    about = forms.ChoiceField(
        label=_("Who is this about?"),
        choices=[("me", _("Me, or my household")), ("somebody", _("Somebody else"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who this is about."),
            "invalid_choice": _("Choose who this is about."),
        },
    )


class ThemForm(Question):
    """The person somebody writes for."""

    their_name = Line(label=_("Their name"))
    relation = Line(
        label=_("How do you know them?"), help_text=_("For example: mother, friend, neighbour, adviser.")
    )
    their_contact = Line(
        label=_("How can we reach them?"), help_text=_("An address, a telephone number or an email.")
    )
    knows = forms.ChoiceField(
        label=_("Do they know that you are writing?"),
        required=False,
        choices=[
            ("agreed", _("Yes, and they agree")),
            ("told", _("They know, but have not said whether they agree")),
            ("no", _("No")),
            ("cannot", _("They cannot be asked, for example because of illness")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers, or leave them all.")},
    )


class NumbersForm(Question):
    """What organisations file it under."""

    numbers = Text(
        label=_("Do you have any reference numbers?"),
        help_text=_(
            "One on each line, as they stand on your letters: National Insurance number, Home "
            "Office reference, "
            "claim or account number. Leave it empty if you have none."
        ),
        rows=4,
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesForm(Question):
    """Photographs and letters. What is chosen is kept by the page, not by this form."""

    chosen = forms.Field(
        label=_("Choose photographs or files"),
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": ENDINGS}),
    )


class YouForm(Question):
    """How to reach whoever writes; one way is enough."""

    name = Line(label=_("Your name"), autocomplete="name")
    email = Line(label=_("Email"), type="email", autocomplete="email", attrs={"spellcheck": "false"})
    phone = Line(label=_("Telephone"), type="tel", autocomplete="tel")
    address = Text(label=_("Postal address"), rows=4)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["address"].widget.attrs["autocomplete"] = "street-address"

    def clean_email(self) -> str:
        given: str = self.cleaned_data["email"].lower()
        if given and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+", given):
            raise forms.ValidationError(
                gettext("Write an email address like name@post.example, or leave it empty.")
            )
        return given

    def clean_phone(self) -> str:
        given: str = self.cleaned_data["phone"]
        if given and sum(character.isdigit() for character in given) < FEWEST_DIGITS:
            raise forms.ValidationError(
                gettext("Write a telephone number of at least six digits, or leave it empty.")
            )
        return given

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(given.get(way) for way in ("email", "phone", "address")):
            self.add_error(
                "email",
                gettext(
                    "Give one way to reach you: an email address, a telephone number or a postal address."
                ),
            )
        return given


NOT_GIVEN = {
    "email": _("You have given no email address. Go back and give one, or choose another way."),
    "phone": _("You have given no telephone number. Go back and give one, or choose another way."),
    "post": _("You have given no postal address. Go back and give one, or choose another way."),
}
GIVEN_BY_WAY = {"email": "email", "phone": "phone", "post": "address"}  # fields of the page before


class ReachForm(Question):
    """How to reach them well, and safely. Its data hold the page before as well (`steps.from_before`)."""

    way = forms.ChoiceField(
        label=_("How should we answer?"),
        required=False,
        choices=[("email", _("By email")), ("phone", _("By telephone")), ("post", _("By post"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers, or leave them all.")},
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        required=False,
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers, or leave them all.")},
    )
    needs = Line(
        label=_("Is there anything we should do to make it easier for you?"),
        help_text=_(
            "For example large print, a text before a call, British Sign Language, or a certain language."
        ),
    )
    safe = forms.ChoiceField(
        label=_("Is it safe to contact you this way?"),
        help_text=_("Somebody else may read your post or messages, or answer your telephone."),
        required=False,
        choices=[
            ("yes", _("Yes")),
            ("careful", _("Only if you are careful; I explain below")),
            ("no", _("No; wait until I get in touch again")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers, or leave them all.")},
    )
    careful = Line(
        label=_("What should we be careful about?"),
        help_text=_(
            "For example: only ring before three o’clock, leave no message, say nothing of the office."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        way = given.get("way", "")
        if way and not str(self.data.get(GIVEN_BY_WAY[way], "")).strip():
            self.add_error("way", NOT_GIVEN[way])
        if given.get("safe") == "careful" and not given.get("careful"):
            self.add_error(
                "careful", gettext("Say what we should be careful about, or choose another answer.")
            )
        return given


class ConsentForm(Question):
    """What the office may do. Not ticked, it still reads the message and asks first."""

    authority = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["authority"].label = authority_words(self.office)


def authority_words(office: Office) -> str:
    """The statement that is ticked; it is kept with the message in the language in which it was shown."""
    return gettext(
        "I ask %(member)s and their staff to act for me. They may share what I have written with "
        "the organisations "
        "concerned, and those may answer them about me."
    ) % {"member": office.title}


class CheckForm(Question):
    """Sending. The field nobody sees is filled in only by programs."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
