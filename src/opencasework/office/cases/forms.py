"""What people write on a case. `NewCaseForm` serves every way in: the form itself, a message, a surgery."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyQuerySet
from opencasework.office.bodies.succeeded import now_at, successors
from opencasework.office.cases import actions
from opencasework.office.cases.models import Case, CasePerson, Channel, Outcome
from opencasework.office.constituents.forms import WhereaboutsForm
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.kit import references
from opencasework.office.kit.addresses import address
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.limits import LARGEST_NOTE
from opencasework.office.kit.versions import Versioned
from opencasework.office.kit.visible import insist_visible
from opencasework.office.places.models import Office
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.tags.models import OFFICE_BUSINESS, Category, Sensitivity, Transferability, Urgency

NOT_IN_THE_PAST = (timezone.localdate, "That day has passed. Give today or a day after it.")
Choices = list[tuple[str, Any]]


def category_choices() -> Choices:
    """Every category, those of one group together; the group itself first."""
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for category in Category.objects.order_by("code"):
        if category.kind == OFFICE_BUSINESS:
            continue
        if category.parent_id is None:
            groups[category.code] = (category.label, [(category.code, f"{category.label}, in general")])
        elif category.group_code in groups:
            groups[category.group_code][1].append((category.code, category.label))
    return [("", "Choose what it is about"), *sorted(groups.values())]


def body_choices() -> Choices:
    return [("", "None yet"), *_named(Body.objects.to_choose_from())]


def _named(bodies: BodyQuerySet) -> list[tuple[str, str]]:
    """By code and name; one that has become part of another says so."""
    now = successors()
    return [
        (code, f"{name}, now part of {now[pk]}" if pk in now else name)
        for pk, code, name in bodies.order_by("name").values_list("pk", "code", "name")
    ]


def every_body_choices() -> Choices:
    """The same, and below them the councils of elsewhere: whoever was asked can be found."""
    near = Body.objects.to_choose_from()
    elsewhere = Body.objects.exclude(pk__in=near.values("pk"))
    return [*body_choices(), ("Councils elsewhere", _named(elsewhere))]


def staff_choices() -> Choices:
    """Colleagues a case can be given to: those who may change cases, and whoever only helps on their own."""
    return [("", "Nobody yet"), *((str(person.pk), str(person)) for person in colleagues())]


def colleagues() -> list[StaffMember]:
    may_own = [role for role, acts in MAY.items() if May.WRITE_CASES in acts] + [Role.VOLUNTEER]
    return list(
        StaffMember.objects.filter(is_active=True, role__in=may_own).order_by("first_name", "username")
    )


def reference_choices(case: Case | None = None) -> Choices:
    """Kinds of reference number by name; for a case, first those its bodies know a person by."""
    kinds = sorted(references.kinds().values(), key=lambda kind: kind.name)
    choices = [(kind.code, kind.name, set(kind.holder.split(";"))) for kind in kinds]
    holders = usual_bodies(case) if case else set()
    usual = [(code, name) for code, name, held_by in choices if held_by & holders and code not in OUR_OWN]
    others = [(code, name) for code, name, _ in choices if code not in OUR_OWN and (code, name) not in usual]
    groups = [("Usual here", usual), ("Others", others)] if usual else others
    return [("", "Choose a kind"), *groups]


def usual_bodies(case: Case) -> set[str]:
    """Codes of the bodies its issues concern or usually concern, and of those above them."""
    codes: set[str] = set()
    for issue in case.issues.all():
        codes |= {code for code in issue.category.typical_bodies.split(";") if code}
        codes |= {issue.body.code} if issue.body else set()
    above = Body.objects.filter(code__in=codes).exclude(parent=None)
    return codes | set(above.values_list("parent__code", flat=True))


OUR_OWN = references.OUR_OWN


class CategoryField(forms.ChoiceField):
    """A category of the code list, by its code."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "What it is about")
        options.setdefault("error_messages", {"required": "Say what it is about. The figures count it."})
        super().__init__(choices=category_choices, **options)

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        return Category.objects.get(code=code) if code else None


class BodyField(forms.ChoiceField):
    """A body of the directory, by its code. Whose work another does now is that one, unless `as_named`."""

    def __init__(self, *, everywhere: bool = False, as_named: bool = False, **options: Any) -> None:
        self.as_named = as_named
        options.setdefault("label", "Body concerned")
        choices = every_body_choices if everywhere else body_choices
        super().__init__(choices=choices, required=False, **options)

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        body = Body.objects.get(code=code)
        return body if self.as_named else now_at(body)


class OwnerField(forms.ChoiceField):
    """A colleague, by their number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Caseworker")
        super().__init__(choices=staff_choices, required=False, **options)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return StaffMember.objects.get(pk=number) if number else None


class OfficeDatesForm(forms.Form):
    """A form whose dates count working days by the holidays of this office's nation, and are said back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, SpokenDateField):
                field.nation = Office.nation_here()
                field.widget.attrs |= {
                    # Said back as it is read: a field about the past looks back.
                    "hx-get": address("when") + ("?back=1" if field.not_after else ""),
                    "hx-trigger": "input changed delay:200ms",
                    "hx-target": f"#{self[name].auto_id}_echo",
                    "hx-swap": "innerHTML",
                }


class NewCaseForm(WhereaboutsForm, OfficeDatesForm):
    """A new case with its person, four tags and next action.

    Give `person` when it is known; without one the form asks for a new person's name and address.
    `save(by=…)` opens the case.
    """

    body_that_rang = ""  # its code, where the case is opened for a call of a body

    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="The problem in a few words, such as “Housing element stopped after move”.",
        error_messages={"required": "Give the case a title. Colleagues find it by that."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    category = CategoryField()
    urgency = forms.ChoiceField(
        label="Urgency", required=False, choices=[("", "As usual for what it is about"), *Urgency.choices]
    )
    sensitivity = forms.ChoiceField(
        label="Sensitivity",
        required=False,
        choices=[("", "As usual for what it is about"), *Sensitivity.choices],
    )
    transferability = forms.ChoiceField(
        label="Transferability", choices=Transferability, initial=Transferability.KEEP
    )
    tag_reason = forms.CharField(
        label="Reason in a few words", max_length=100, required=False, help_text="Such as “Child at risk”."
    )
    body = BodyField()
    owner = OwnerField()
    channel = forms.ChoiceField(label="How it reached us", choices=Channel, initial=Channel.PHONE)
    reference_kind = forms.ChoiceField(label="Kind of reference", required=False, choices=reference_choices)
    reference_value = forms.CharField(label="Reference number", max_length=60, required=False)
    next_action = forms.CharField(
        label="Next action",
        max_length=200,
        required=False,
        help_text="Left empty: decide the first step within five working days, today where it is urgent.",
    )
    next_action_on = SpokenDateField(
        label="By", required=False, not_before=NOT_IN_THE_PAST, within_a_year=True
    )

    def __init__(self, *args: Any, person: Person | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        if person is not None:
            for name in WhereaboutsForm.base_fields:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reference_value") and not cleaned.get("reference_kind"):
            self.add_error("reference_kind", "Say what kind of number this is.")
        return cleaned

    @property
    def reference_warning(self) -> str:
        """A sentence when the number has not the form of its kind. It is kept all the same."""
        kind, value = self.cleaned_data["reference_kind"], self.cleaned_data["reference_value"]
        return references.kinds()[kind].problem(value) if kind and value else ""

    @transaction.atomic
    def save(self, *, by: StaffMember, sent: str = "") -> Case:
        """Open the case, for the person given or a new one. `sent` is the mark of what was posted."""
        given = self.cleaned_data
        person = self.person or self.create_person()
        case = actions.open_case(
            person=person,
            by=by,
            sent=sent,
            rang=self.body_that_rang,
            **{
                name: given[name]
                for name in (
                    "title", "category", "urgency", "sensitivity", "transferability", "tag_reason",
                    "body", "owner", "channel", "next_action", "next_action_on",
                )
            },
        )  # fmt: skip
        if given["reference_kind"] and given["reference_value"]:
            actions.add_reference(
                case=case, kind=given["reference_kind"], value=given["reference_value"], by=by
            )
        return case


class AccessForm(Versioned, forms.Form):
    """Who may know that a case exists."""

    need_to_know = forms.BooleanField(
        label="Only for those named",
        required=False,
        help_text="Nobody else sees the case or finds it. The caseworker always does.",
    )
    shared_with = forms.ModelMultipleChoiceField(
        label="Shared with",
        queryset=StaffMember.objects.filter(is_active=True).order_by("first_name", "username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class OwnerForm(Versioned, forms.Form):
    owner = OwnerField(label="Who takes the case")
    note = forms.CharField(
        label="A word about how it stands",
        required=False,
        max_length=2000,
        help_text="Stands on the timeline, for whoever takes it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NextActionForm(Versioned, OfficeDatesForm):
    """What happens next and when. `next_action` may be left out to move the date alone."""

    next_action = forms.CharField(
        label="What happens next",
        max_length=200,
        error_messages={"required": "Say what happens next, such as “Ring DWP again”."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = SpokenDateField(
        label="When",
        not_before=NOT_IN_THE_PAST,
        within_a_year=True,
        error_messages={"required": "Give the day, like “fri”, “10 wd” or “27 Nov”."},
    )


# Whole pounds, in thousands or not, and pence. A comma elsewhere may stand for a point.
WHOLE = r"[1-9][0-9]{0,2}(?:[,\s][0-9]{3})+|[0-9]+"
POUNDS = re.compile(rf"(-?)£?\s?(-?)((?:{WHOLE})(?:\.[0-9]*)?|\.[0-9]+)")


TOO_MANY_POUNDS = "That is more than can be added up here. Check the figures."
NO_LESS = "Pounds that were recovered are never less than nothing. Take the minus out."
PENCE = "Write pence with two figures at most, such as £1,240.50."


class PoundsField(forms.DecimalField):
    """An amount as people write it: “£1,240.50” is 1240.50."""

    default_error_messages: ClassVar = {
        "max_digits": TOO_MANY_POUNDS,
        "max_whole_digits": TOO_MANY_POUNDS,
        "max_decimal_places": PENCE,
        "min_value": NO_LESS,
        "invalid": "Write the amount in figures, with a point before the pence and commas between thousands "
        "alone, such as 420 or £1,240.50.",
    }

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and (value := value.strip()):
            found = POUNDS.fullmatch(value)
            if found is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = re.sub(r"[,\s]", "", "".join(found.groups()))
        return super().to_python(value)


NO_OUTCOME = "Say how the case ended. The figures count every outcome, good or bad."
NOT_MONEY = "Pounds are counted where it ended with “Money recovered”. Choose that, or take the amount out."


class ClosureForm(forms.Form):
    """How the case ended, for every issue still open."""

    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": NO_OUTCOME},
    )
    amount = PoundsField(
        label="Money recovered, in pounds",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="Needed where money was recovered.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "w-10", "autocomplete": "off"}),
    )

    @property
    def ending(self) -> dict[str, Any]:
        """What `Case.close` and `end_issue` take."""
        return {name: self.cleaned_data[name] for name in ("outcome", "amount")}

    def clean_amount(self) -> Any:
        """Money recovered has an amount, which stands beside that outcome alone."""
        amount = self.cleaned_data["amount"]
        if self.cleaned_data.get("outcome") != Outcome.MONEY_RECOVERED:
            if amount and self.cleaned_data.get("outcome"):
                raise ValidationError(NOT_MONEY)
            return None
        if not amount:
            raise ValidationError("Write how much was recovered, in pounds. The figures add it up.")
        return amount


class ReopeningForm(NextActionForm):
    """A case taken up again says why, and needs a next action."""

    reason = forms.CharField(
        label="Why it is taken up again",
        max_length=300,
        help_text="Such as “The council did not do what it promised”.",
        error_messages={"required": "Say why. Whoever reads the case next year will want to know."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("reason", "next_action", "on")


class IssueForm(Versioned, forms.Form):
    category = CategoryField()
    body = BodyField()

    def clean_body(self) -> Body | None:
        """What somebody left as it was stays with the body of then."""
        was = self["body"].initial
        left = bool(was) and self["body"].data == was
        return Body.objects.get(code=was) if left else self.cleaned_data["body"]


class ReferenceForm(forms.Form):
    """A reference number. One of an unusual form is kept, with a warning: the letter may be right."""

    kind = forms.ChoiceField(
        label="Kind", choices=reference_choices, error_messages={"required": "Say what kind of number it is."}
    )
    value = forms.CharField(
        label="Number",
        max_length=60,
        help_text="As it stands on the letter.",
        error_messages={"required": "Write the number."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    label = forms.CharField(
        label="What it is called",
        max_length=60,
        required=False,
        help_text="For another kind of number, such as “Landlord complaint reference”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = reference_choices(case)  # type: ignore[attr-defined]

    def clean_value(self) -> str:
        value = str(self.cleaned_data["value"]).strip()
        if not any(character.isalnum() for character in value):
            raise ValidationError("Write the number as it stands on the letter.")
        return value


def too_long(what: str) -> MaxLengthValidator:
    """Refuses a text that is too long, with a sentence that says how long it is and what to do."""
    return MaxLengthValidator(
        LARGEST_NOTE,
        f"{what} has at most {LARGEST_NOTE:,} characters and this has %(show_value)s. Nothing was added, and "
        "your text still stands below: split it, or add it as a file with “Write down”.",
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        validators=[too_long("A note")],
        error_messages={"required": "Write the note first. Nothing was added."},
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "placeholder": "A note. “!fri chase HMPO” sets the next action, “@tom” asks, “#damp” tags",
            }
        ),
    )


class CasePersonForm(forms.Form):
    """One more person on a case: somebody known or, by name, somebody new. The view says who is known."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(), required=False, widget=forms.HiddenInput, label="Person"
    )
    full_name = forms.CharField(
        label="Full name", max_length=300, required=False, validators=[insist_visible]
    )
    role = forms.ChoiceField(
        label="As what",
        choices=[*CasePerson.Role.choices[1:], CasePerson.Role.choices[0]],  # the rarest last
    )
    relation = forms.CharField(
        label="Relation", max_length=100, required=False, help_text="Such as “daughter” or “solicitor”."
    )
    acts_as = forms.ChoiceField(
        label="Acts as",
        choices=[("", "Nothing in particular"), *ActingFor.As.choices],
        required=False,
        help_text="For somebody who acts for the constituent; it stands on both their pages.",
    )
    proof = forms.ChoiceField(
        label="Proof that somebody here has seen",
        choices=[("", "None yet"), *ActingFor.Proof.choices],
        required=False,
        help_text="It decides who may give authority, and to whom you may write without saying why.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("person") and not cleaned.get("full_name"):
            self.add_error("full_name", "Choose somebody we know, or give the name of a new person.")
        return cleaned

    @transaction.atomic
    def save(self, *, case: Case, by: StaffMember) -> CasePerson:
        """Put the person on the case and, where they act for whom it is for, say as what."""
        given = self.cleaned_data
        person = given["person"] or Person.objects.create(
            full_name=given["full_name"], is_constituent=given["role"] == CasePerson.Role.CONSTITUENT
        )
        link = actions.add_person(
            case=case, person=person, role=given["role"], relation=given["relation"], by=by
        )
        constituent = case.constituent
        acts = given["acts_as"] and given["role"] == CasePerson.Role.ADVISER
        if acts and constituent is not None and constituent != person and link.acting is None:
            actions.let_act(
                link=link, constituent=constituent, kind=given["acts_as"], proof=given["proof"], by=by
            )
        return link
