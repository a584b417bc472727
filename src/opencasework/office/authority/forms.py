"""Recording authority to act, and asking for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority import gate, implied
from opencasework.office.authority.models import Ask, Authority, ReturnedForm
from opencasework.office.authority.scans import ScanType, scan_type, why_unusable
from opencasework.office.bodies.models import Body
from opencasework.office.cases.forms import BodyField, OfficeDatesForm, OwnerField
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.acting import Giver, givers_of, why_nobody
from opencasework.office.constituents.models import Person
from opencasework.office.kit import dates
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.limits import LARGEST_UPLOAD
from opencasework.office.kit.words import begun_small
from opencasework.office.staff.models import StaffMember

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.webp,.heic,.heif"
LONGEST_PART = 4000  # characters, of the problem and of what is wanted: a page each
LONG_BEFORE = timedelta(days=31)  # a body may have asked the person before they came to us
NEEDS_BODIES = "Name the bodies it covers, or tick that it covers any."


def likely_bodies(case: Case) -> list[Body]:
    """The bodies a case is about or written to, and those its categories usually concern."""
    issues = case.issues.select_related("category")
    usual = {code for issue in issues for code in issue.category.typical_bodies.split(";") if code}
    concerned = {issue.body_id for issue in issues} | set(case.enquiries.values_list("body", flat=True))
    bodies = Body.objects.filter(Q(pk__in=concerned - {None}) | Q(code__in=usual))
    return sorted(bodies, key=lambda body: (body.pk not in concerned, body.name))


class StatementForm(OfficeDatesForm):
    """The statement in three parts: the problem, what is wanted, and whom to ask about whom until when."""

    person = forms.ModelChoiceField(
        label="Given by",
        queryset=Person.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose a constituent of this case; only they can give authority."},
    )
    about = forms.ModelChoiceField(
        label="About",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Themselves",
        help_text="Somebody else only where they may speak for that person: a parent, an attorney.",
    )
    also = forms.MultipleChoiceField(
        label="The same form or word is also",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where several signed one form, or one person for several.",
    )
    problem = forms.CharField(
        label="What the problem is",
        max_length=LONGEST_PART,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wanted = forms.CharField(
        label="What they want done",
        max_length=LONGEST_PART,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    covers_any_body = forms.BooleanField(label="Covers any body that can help", required=False)
    bodies = forms.ModelMultipleChoiceField(
        label="Bodies covered",
        queryset=Body.objects.order_by("name"),
        required=False,
        help_text="Those of the case come first. A department includes its services.",
        widget=forms.CheckboxSelectMultiple,
    )
    another_body = BodyField(label="Another body")
    expires_on = SpokenDateField(
        label="Expires",
        required=False,
        help_text="Left empty, it holds until it is withdrawn.",
        not_before=(
            timezone.localdate,
            "It would have expired already. Give a day to come, or leave it empty.",
        ),
    )

    def __init__(self, *args: Any, case: Case, by: StaffMember | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case, self.by = case, by
        today = timezone.localdate()
        constituents = Person.objects.filter(
            case_people__case=case, case_people__role=CasePerson.Role.CONSTITUENT
        ).order_by("case_people__pk")
        self.constituents = list(constituents)
        # An adviser or a third party cannot give it, unless the record says that they speak for the person.
        self.givers_of = givers_of(self.constituents, on=today)
        self.givers = {
            giver.person.pk: "" if giver.person == person else giver.because
            for person, givers in reversed(self.givers_of.items())
            for giver in reversed(givers)
        }
        allowed = Person.objects.filter(pk__in=self.givers)
        if by is not None:  # somebody who speaks for the person may be known from a hidden case alone
            allowed = allowed.visible_to(by)
        order = list(reversed(self.givers))
        people = sorted(allowed, key=lambda person: order.index(person.pk))
        self.why_nobody = "" if people else self._why_nobody(list(constituents), today)
        person_field = self.fields["person"]
        assert isinstance(person_field, forms.ModelChoiceField)
        person_field.queryset = allowed
        person_field.widget.choices = [(person.pk, self._named(person)) for person in people]
        self.fields["also"].choices = self._pairs()  # type: ignore[attr-defined]
        about = self.fields["about"]
        assert isinstance(about, forms.ModelChoiceField)
        about.queryset = constituents
        if len(constituents) == 1 and people == list(constituents):  # nobody else to choose
            about.widget = forms.HiddenInput()
        # Any body may be named; only the likely ones are drawn, or the page would hold two hundred boxes.
        drawn = likely_bodies(case)
        renewed = Body.objects.filter(pk__in=self.initial.get("bodies") or []).exclude(
            pk__in=[body.pk for body in drawn]
        )
        self.fields["bodies"].widget.choices = [(body.pk, body.name) for body in [*drawn, *renewed]]

    def _clean_about(self, cleaned: dict[str, Any]) -> None:
        """Whoever speaks for another says for whom; whoever speaks for nobody else speaks for themselves."""
        person, about = cleaned.get("person"), cleaned.get("about")
        if person is None or "about" in self.errors:
            return
        if about is None and person not in self.constituents:
            speaks_for = [each for each in self.constituents if self._giver(person, each)]
            if len(speaks_for) > 1:
                self.add_error("about", f"Say whom {person} gives it for.")
                return
            cleaned["about"] = about = next(iter(speaks_for), None)
        giver = self._giver(person, about or person)
        if giver is None:
            self.add_error("about", self._may_not(person, about))
        elif said := gate.why_beyond(giver, about or person, cleaned.get("bodies") or [], self.case):
            self.add_error("bodies", said)

    def _pairs(self) -> list[tuple[str, str]]:
        """Who may give it about whom, of a case for several people; empty for one."""
        if len(self.constituents) < 2:
            return []
        shown = {pk for pk, _ in self.fields["person"].widget.choices}
        return [
            (f"{giver.person.pk}-{about.pk}", _whose(giver.person, about))
            for about, givers in self.givers_of.items()
            for giver in givers
            if giver.person.pk in shown
        ]

    def _clean_also(self, cleaned: dict[str, Any]) -> None:
        """Each pair as the people they are, the one that is named above left out."""
        person = cleaned.get("person")
        about = cleaned.get("about") or person
        wanted = set(cleaned.get("also") or [])
        cleaned["also"] = []
        for subject, givers in self.givers_of.items():
            for giver in givers:
                pair = (giver.person, subject)
                if f"{giver.person.pk}-{subject.pk}" not in wanted or pair == (person, about):
                    continue
                cleaned["also"].append(pair)
                if said := gate.why_beyond(giver, subject, cleaned.get("bodies") or [], self.case):
                    self.add_error("also", said)

    def _giver(self, person: Person, about: Person) -> Giver | None:
        return next((each for each in self.givers_of.get(about, []) if each.person == person), None)

    def _may_not(self, person: Person, about: Person | None) -> str:
        if about is None:
            return f"{person} does not give it for themselves, by what is on record. Say whom it is about."
        return f"{person} may not give authority for {about}, by what is on record."

    def _why_nobody(self, constituents: list[Person], today: date) -> str:
        if not constituents:
            return "This case has no constituent yet. Add the person first."
        return " ".join(filter(None, (why_nobody(person, on=today) for person in constituents)))

    def _named(self, person: Person) -> str:
        because = self.givers.get(person.pk, "")
        return f"{person}: {because}" if because else str(person)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("about") == cleaned.get("person"):
            cleaned["about"] = None
        if cleaned.get("another_body"):
            named = [body.pk for body in cleaned.get("bodies") or []]
            cleaned["bodies"] = Body.objects.filter(pk__in=[*named, cleaned["another_body"].pk])
        self._clean_about(cleaned)
        self._clean_also(cleaned)
        if not cleaned.get("covers_any_body") and not cleaned.get("bodies") and "bodies" not in self.errors:
            self.add_error("bodies", NEEDS_BODIES)
        return cleaned


class AuthorityForm(StatementForm):
    """The person's word: on paper with its scan, by word of mouth, or by asking for help."""

    basis = forms.ChoiceField(
        label="How it was given",
        choices=[choice for choice in Authority.Basis.choices if choice[0] != Authority.Basis.ONLINE],
        widget=forms.RadioSelect,
        initial=Authority.Basis.SIGNED,
    )
    scan = forms.FileField(
        label="Scan of the signed form",
        required=False,
        help_text="PDF, JPEG, PNG, TIFF or WebP, up to 25 MB. For a signed form.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": "This file is empty. Choose the scan again."},
    )
    statement = forms.CharField(
        label="What was said",
        required=False,
        max_length=4000,
        help_text="For word of mouth or implied: what the person asked for, and how we know it was them.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    verbal_reason = forms.CharField(
        label="Why not in writing",
        required=False,
        max_length=300,
        help_text="For word of mouth, for example: bailiffs come tomorrow, form to follow.",
    )
    heard_by = OwnerField(label="Heard by")
    heard_at_time = forms.TimeField(
        label="At what time",
        required=False,
        help_text="Like 14:20, on the day it is dated.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write the time like 14:20."},
    )
    call_number = forms.CharField(
        label="Telephone number of the call",
        required=False,
        max_length=40,
        help_text="Empty where they said it in the room.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    given_on = SpokenDateField(
        label="Dated",
        help_text="As it stands on the form, like “today” or “28 Oct 2026”.",
        not_after=(timezone.localdate, "That day has not come yet. Give the date on the form."),
        error_messages={"required": "Give the date on the form, or “today”."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["heard_by"].choices = [  # type: ignore[attr-defined]
            ("", "Me"), *((str(each.pk), str(each)) for each in StaffMember.objects.filter(is_active=True))
        ]  # fmt: skip
        self.kind_of_scan: ScanType | None = None
        self.accepted = implied.for_case(self.case)
        self.accepting = list(Body.objects.filter(code__in=self.accepted))

    def clean_scan(self) -> UploadedFile[Any] | None:
        scan: UploadedFile[Any] | None = self.cleaned_data["scan"]
        if scan is None:
            return None
        if (scan.size or 0) > LARGEST_UPLOAD:
            largest = LARGEST_UPLOAD // (1024 * 1024)
            raise ValidationError(f"This file is larger than {largest} MB. Scan it in grey, or page by page.")
        try:
            self.kind_of_scan = scan_type(scan.name or "", scan.read(16))
        except ValueError as error:
            raise ValidationError(str(error), code="scan") from error
        scan.seek(0)
        if reason := why_unusable(scan.read()):
            raise ValidationError(f"This file cannot be opened. {reason}", code="scan")
        scan.seek(0)
        return scan

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        basis = cleaned.get("basis")
        signed = basis == Authority.Basis.SIGNED
        if signed and not cleaned.get("scan") and "scan" not in self.errors:
            self.add_error("scan", "Choose the scan of the signed form.")
        if not signed and not cleaned.get("statement"):
            self.add_error("statement", "Write what the person said or asked for.")
        if basis == Authority.Basis.VERBAL:
            self._clean_verbal(cleaned)
        if basis == Authority.Basis.IMPLIED:
            self._clean_implied(cleaned)
        return cleaned

    def _clean_verbal(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("verbal_reason"):
            self.add_error("verbal_reason", "Say why it is not in writing; the review asks.")
        cleaned["heard_by"] = cleaned.get("heard_by") or self.by
        day = cleaned.get("given_on")
        if not isinstance(day, date):
            return
        at = cleaned.get("heard_at_time") or timezone.localtime().time().replace(microsecond=0)
        heard_at = timezone.make_aware(datetime.combine(day, at))
        if heard_at > timezone.now():
            self.add_error("heard_at_time", "That time has not come yet. Give the time of the call.")
        cleaned["heard_at"] = heard_at

    def _clean_implied(self, cleaned: dict[str, Any]) -> None:
        """Only for bodies that accept it, and each by name."""
        if cleaned.get("covers_any_body"):
            self.add_error(
                "covers_any_body", f"Implied authority covers no body by itself. {self.who_accepts}"
            )
        for body in cleaned.get("bodies") or []:
            if body.code not in self.accepted:
                self.add_error(
                    "bodies", f"{body} is not known to accept implied authority on this. {self.who_accepts}"
                )

    @property
    def who_accepts(self) -> str:
        """The bodies that do, in a sentence."""
        if not self.accepting:
            return "No body is known to accept it for what this case is about. Ask for a signature instead."
        return f"These accept it: {', '.join(body.name for body in self.accepting)}."


def _whose(person: Person, about: Person) -> str:
    return f"{person}’s, about themselves" if person == about else f"{person}’s, about {about}"


class AskForm(StatementForm):
    """What the person is to sign."""

    language = forms.ChoiceField(label="Language", choices=Ask.Language, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].label = "Who is to sign"
        self.fields["also"].label = "Ask for these, too"
        self.fields["also"].help_text = "In the same words; each has a link and a form of its own."
        for name, words in {
            "problem": "Say in a sentence what the problem is; they read it and sign it.",
            "wanted": "Say in a sentence what they want done.",
        }.items():
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words
            self.fields[name].widget.is_required = True


class WithdrawalForm(forms.Form):
    """Why an authority ends."""

    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="What the person said, and how; it stands on the timeline.",
        error_messages={"required": "Say why it is withdrawn."},
    )


class FiledForm(OfficeDatesForm):
    """The day on a signed form that came back, and whom it covers: what was struck out on it is unticked."""

    given_on = SpokenDateField(
        label="Dated",
        help_text="As it stands on the form.",
        not_after=(timezone.localdate, "That day has not come yet. Give the date on the form."),
        error_messages={"required": "Give the date on the form, or “today”."},
    )
    bodies = forms.ModelMultipleChoiceField(
        label="Whom we may talk to",
        queryset=Body.objects.none(),
        help_text="Untick whom they struck out.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "If they struck out all of them, put the form aside."},
    )
    has_seen = forms.BooleanField(
        error_messages={"required": "Tick this only with the page before you; else put it aside."}
    )

    def __init__(self, *args: Any, returned: ReturnedForm, **options: Any) -> None:
        super().__init__(*args, **options)
        ask = returned.ask
        if returned.missing:
            what = begun_small(returned.what_is_missing.rstrip(","))
            self.fields["has_seen"].label = f"I have seen {what}"
        else:
            del self.fields["has_seen"]
        field = self.fields["bodies"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = ask.bodies.all()
        self.initial.setdefault("bodies", [body.pk for body in field.queryset])
        if not self.initial["bodies"]:  # it covers any body
            del self.fields["bodies"]


class AskedForm(OfficeDatesForm):
    """The day on which a body asked for the signed authority."""

    asked_on = SpokenDateField(
        label="When they asked",
        not_after=(timezone.localdate, "That day has not come yet. Give the day they asked."),
        error_messages={"required": "Give the day they asked, or “today”."},
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case

    def clean_asked_on(self) -> date:
        """A day long before there was a case to ask about is one mistyped."""
        asked: date = self.cleaned_data["asked_on"]
        opened = timezone.localdate(self.case.opened_at)
        if asked < opened - LONG_BEFORE:
            raise ValidationError(
                f"This case was opened on {dates.say(opened)}, and {dates.say(asked)} is long before it. "
                "Give the day they asked about this case."
            )
        return asked


class DemandForm(AskedForm):
    """A body asks for the signed authority."""

    body = forms.ModelChoiceField(
        label="Who asks",
        queryset=Body.objects.none(),
        empty_label=None,
        error_messages={"required": "Say who asks for it."},
    )

    def __init__(self, *args: Any, bodies: list[Body], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])
        field.widget.choices = [(body.pk, body.name) for body in bodies]


class ExtensionForm(OfficeDatesForm):
    """The day until which a body gives us more time."""

    due_on = SpokenDateField(
        label="Until",
        asks_far_year=True,
        not_before=(timezone.localdate, "That day has passed. Give the day they agreed."),
        error_messages={"required": "Give the day they agreed."},
    )
