"""What is written down of a telephone call, and what follows from it, in one form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from opencasework.office.bodies.models import Body
from opencasework.office.cases import closings, ringing, told
from opencasework.office.cases.closing_forms import ClosingForm, pounds_field
from opencasework.office.cases.forms import NOT_IN_THE_PAST, BodyField, OfficeDatesForm, too_long
from opencasework.office.cases.models import Case, Outcome
from opencasework.office.kit.dates import SpokenDateField

RINGING = ("call", "phone", "ring", "telephone")  # how a next action that is a call begins


# The enquiries that a call to this body may be about, where a person has to say which: by number, named.
Owed = Callable[[Body], dict[str, str]]
ALL_OF_THEM, NONE_OF_THEM = "all", "none"  # beside those
WHICH_ONE = "Say which answer the call was about, or that it was none of these."
WHICH_PROMISED = "Say which answer they promise, or that it is none of these."
NOBODY_PROMISED = "Nobody was reached, so nobody promised a day. Take one of the two out."
NOTHING_TO_CONFIRM = "Nobody was reached, so there is nothing to confirm. Take one of the two out."
SAY_WHY = "Say why you spoke about them all the same, or tick that nothing about them was said."


def owes_one_at_most(_body: Body) -> dict[str, str]:
    """Nothing is to be chosen among what a body owes."""
    return {}


def is_of_the_end(field: str) -> bool:
    """Whether a field of the form is about how the case ended."""
    return field.startswith(("outcome", "amount", "changed", "closes"))


def is_a_call(action: str) -> bool:
    """Whether these words of a next action say to ring somebody."""
    return action.lower().startswith(RINGING)


def line(label: str, length: int = 200, **options: Any) -> forms.CharField:
    """A field of one line."""
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, widget=widget, **options)


class SaidWithoutForm(forms.Form):
    """Why somebody was spoken of to a body that no authority covers: what was said of them is reported."""

    no_authority_reason = line(
        "Why you spoke about them without authority",
        300,
        required=False,
        help_text="In a few words; the weekly review lists it.",
    )
    nothing_said = forms.BooleanField(label="Or nothing about the person was said", required=False)

    def lacks(self, cleaned: dict[str, Any]) -> str:
        """That no authority covers the body, in a sentence; empty where one does."""
        raise NotImplementedError

    def reached_nobody(self, cleaned: dict[str, Any]) -> bool:
        """Whether nobody answered: nothing was said then."""
        return False

    def asks_later(self, cleaned: dict[str, Any]) -> bool:
        """Whether it cannot be told yet if one does: what was said about it is kept then."""
        return False

    def clean(self) -> dict[str, Any]:
        """Where no authority covers the body a reason is needed, or that nothing was said."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["no_authority_reason"] = " ".join((cleaned.get("no_authority_reason") or "").split())
        if said := self.lacks(cleaned):
            cleaned["nothing_said"] = cleaned.get("nothing_said") or self.reached_nobody(cleaned)
            if not cleaned["no_authority_reason"] and not cleaned["nothing_said"]:
                self.say_why(said)
        elif not self.asks_later(cleaned):
            cleaned["no_authority_reason"], cleaned["nothing_said"] = "", False
        return cleaned

    def say_why(self, said: str) -> None:
        """No authority covers the body, as `said` has it, and why the person was spoken of is missing."""
        if "no_authority_reason" not in self.errors:
            self.add_error("no_authority_reason", f"{said} {SAY_WHY}")


class WhatFollowedForm(ClosingForm, SaidWithoutForm, OfficeDatesForm):
    """What a call came to for one case: the note, a letter that confirms it, the next step or the end.

    The end is asked as on the page that closes a case; where none is given, the case stays open.
    """

    text = forms.CharField(
        label="What was said",
        validators=[too_long("A call")],
        error_messages={"required": "Write what was said. Nothing was added."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confirms = forms.BooleanField(label="Draft a letter that confirms it", required=False)
    next_action = line("What happens next", required=False, help_text="Left empty, the next action stays.")
    on = SpokenDateField(label="When", required=False, not_before=NOT_IN_THE_PAST, within_a_year=True)
    promised_on = SpokenDateField(
        label="They promise an answer by", required=False, not_before=NOT_IN_THE_PAST, asks_far_year=True,
        help_text="Where a body that owes you an answer says so: nobody is told to chase it before.",
    )  # fmt: skip
    # Its choices are those of the body that was rung, which is not known before the form was sent.
    about = forms.CharField(
        label="Which answer the call was about",
        required=False,
        widget=forms.Select,
        help_text="No chaser of that one goes before somebody has read the call.",
    )
    outcome = forms.ChoiceField(
        label="How did it end?",
        required=False,
        choices=[("", "It stays open"), *Outcome.choices],
    )
    amount = pounds_field("Money recovered, in pounds")
    closes = forms.BooleanField(label="Close the case: all its issues have ended", required=False)

    def __init__(self, *args: Any, case: Case, owed: Owed = owes_one_at_most, **options: Any) -> None:
        open_issues = [issue for issue in case.issues.all() if issue.is_open] if case.is_open else []
        super().__init__(*args, issues=open_issues, has_person=case.constituent is not None, **options)
        self.case, self.owed = case, owed
        self.which_owed: dict[str, str] = {}
        if open_issues or not case.is_open:
            del self.fields["closes"]

    @property
    def still_open(self) -> str:
        """What closing does to what is not over yet."""
        return closings.still_open(self.case)

    @property
    def shows_end(self) -> bool:
        """Whether something stands there that is about the end."""
        return any(self[name].value() or name in self.errors for name in self.fields if is_of_the_end(name))

    @property
    def wants_end(self) -> bool:
        """Whether what was sent says how the case ended, also where somebody else has closed it meanwhile."""
        begins = (self.add_prefix("outcome"), self.add_prefix("closes"))
        return any(self.data[name] for name in self.data if name.startswith(begins))

    def leaves_open(self, cleaned: dict[str, Any]) -> bool:
        return not any(cleaned.get(name) for name in self.fields if is_of_the_end(name))

    def clean(self) -> dict[str, Any]:
        """Either a next step or the end; a step has a day."""
        cleaned = super().clean()
        self._ask_which_it_is_about(cleaned)
        step, on = cleaned.get("next_action"), cleaned.get("on")
        if "closes" in self.fields and self.wants_end and not cleaned.get("closes"):
            self.add_error("closes", "All its issues have ended meanwhile. Tick this if the case is over.")
        if not self.leaves_open(cleaned) and (step or on):
            at = "outcome" if self.issues else None
            self.add_error(at, "A closed case has no next step. Take out one of the two.")
        elif step and not on and "on" not in self.errors:
            self.add_error("on", "Give the day, like “fri”, “10 wd” or “27 Nov”.")
        return cleaned

    def promiser(self, cleaned: dict[str, Any]) -> Body | None:
        """The body that was rung; None where it was none."""
        raise NotImplementedError

    def _ask_which_it_is_about(self, cleaned: dict[str, Any]) -> None:
        promised = cleaned.get("promised_on")
        if self.reached_nobody(cleaned):
            if promised:
                self.add_error("promised_on", NOBODY_PROMISED)
            if cleaned.get("confirms"):
                self.add_error("confirms", NOTHING_TO_CONFIRM)
            return
        body = self.promiser(cleaned)
        if body is None:
            return
        self.which_owed = self.owed(body)
        self.fields["about"].widget.choices = [("", "Say which"), *self.which_owed.items()]
        chosen = cleaned.get("about")
        if self.which_owed and chosen not in self.which_owed:
            self.add_error("about", WHICH_PROMISED if promised else WHICH_ONE)
        elif promised and chosen == ALL_OF_THEM:
            self.add_error("about", WHICH_PROMISED)

    @property
    def end(self) -> dict[str, Any] | None:
        """What `Case.close` takes; None where the case stays open."""
        return None if self.leaves_open(self.cleaned_data) else self.ending


class SpokenToForm(forms.Form):
    """With whom a call was, and how long it took."""

    other_side = line("Call with", error_messages={"required": "Say who the call was with."})
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=0,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5", "autocomplete": "off"}),
        error_messages={"invalid": "Give the minutes in figures."},
    )
    nobody_reached = forms.BooleanField(label="Nobody was reached", required=False)

    @property
    def headline(self) -> str:
        """“Call with Ms Penrose, 12 minutes”, or “Call to the MP line: nobody was reached”."""
        if self.cleaned_data["nobody_reached"]:
            return f"Call to {self.cleaned_data['other_side']}: nobody was reached"
        minutes = self.cleaned_data["minutes"]
        length = f", {minutes} minute{'' if minutes == 1 else 's'}" if minutes else ""
        return f"Call with {self.cleaned_data['other_side']}{length}"


SOMEBODY_ELSE, ANOTHER = "else", "another"  # beside the bodies of the case, which go by their numbers
NOT_OF_THE_CASE = "“{}” is nobody of this case. Say which body it was, or that it was somebody else."
WHICH_OTHER = "Say which body it was. One that is not in the list is added under Bodies."


class BodySelect(forms.Select):
    """Bodies of which those without authority are marked: the page asks why for them alone."""

    lacking: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        if str(value) in self.lacking:
            option["attrs"]["data-lacks"] = True
        if value == ANOTHER:
            option["attrs"]["data-another"] = True
        return option


class CallForm(SpokenToForm, WhatFollowedForm):
    """A telephone call on one case: with whom, how long, what was said, and what follows.

    `bodies` are those of the case; `without` says of those that no authority covers, by number, that none
    does. A call that was with nobody of the case says which body it was with, or that it was with none.
    """

    body = forms.ChoiceField(label="Which body it was", required=False, widget=BodySelect)
    another_body = BodyField(label="The other body")
    field_order = (
        "other_side",
        "minutes",
        "nobody_reached",
        "body",
        "another_body",
        "text",
        "promised_on",
        "about",
        "confirms",
        "next_action",
        "on",
    )

    def __init__(
        self,
        *args: Any,
        case: Case,
        bodies: Iterable[Body] = (),
        without: Mapping[int, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, case=case, **options)
        self.without = {str(number): said for number, said in (without or {}).items()}
        self.bodies = {str(each.pk): each for each in bodies}
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            ("", "None: with somebody of this case"),
            (SOMEBODY_ELSE, "None: with somebody else"),
            *((pk, each.name) for pk, each in self.bodies.items()),
            (ANOTHER, "Another body"),
        ]
        # Whether one covers a body that is still to be chosen is found out when the call is added.
        self.fields["body"].widget.lacking = {**self.without, ANOTHER: ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        body, other_side = cleaned.get("body"), cleaned.get("other_side")
        if body == ANOTHER and not cleaned.get("another_body"):
            self.add_error("another_body", WHICH_OTHER)
        elif cleaned.get("promised_on") and body in ("", SOMEBODY_ELSE):
            self.add_error("body", "Say which body promised it, or take the day out.")
        elif body == "" and other_side and not told.is_of(self.case, other_side):
            self.add_error("body", NOT_OF_THE_CASE.format(other_side))
        return cleaned

    def reached_nobody(self, cleaned: dict[str, Any]) -> bool:
        return bool(cleaned.get("nobody_reached"))

    def lacks(self, cleaned: dict[str, Any]) -> str:
        if cleaned.get("body") != ANOTHER:
            return self.without.get(cleaned.get("body") or "", "")
        other: Body | None = cleaned.get("another_body")
        return ringing.without_authority(self.case, [other]).get(other.pk, "") if other else ""

    def promiser(self, cleaned: dict[str, Any]) -> Body | None:
        if cleaned.get("body") == ANOTHER:
            other: Body | None = cleaned.get("another_body")
            return other
        return self.bodies.get(cleaned.get("body") or "")

    @property
    def rung(self) -> Body | None:
        """The body that was spoken to; None where it was the person, or somebody else."""
        return self.promiser(self.cleaned_data)
