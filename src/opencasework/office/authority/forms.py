"""Recording authority to act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.authority.scans import ScanType, scan_type
from opencasework.office.bodies.models import Body
from opencasework.office.cases.forms import BodyField, OfficeDatesForm
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.models import Person
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.limits import LARGEST_UPLOAD

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.tif,.tiff"


def likely_bodies(case: Case) -> list[Body]:
    """The bodies a case is about or written to, and those its categories usually concern."""
    issues = case.issues.select_related("category")
    usual = {code for issue in issues for code in issue.category.typical_bodies.split(";") if code}
    concerned = {issue.body_id for issue in issues} | set(case.enquiries.values_list("body", flat=True))
    bodies = Body.objects.filter(Q(pk__in=concerned - {None}) | Q(code__in=usual))
    return sorted(bodies, key=lambda body: (body.pk not in concerned, body.name))


class AuthorityForm(OfficeDatesForm):
    """The person's word: on paper with its scan, by word of mouth, or by asking for help."""

    person = forms.ModelChoiceField(
        label="Given by",
        queryset=Person.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose a constituent of this case; only they can give authority."},
    )
    basis = forms.ChoiceField(
        label="How it was given",
        choices=Authority.Basis,
        widget=forms.RadioSelect,
        initial=Authority.Basis.SIGNED,
    )
    scan = forms.FileField(
        label="Scan of the signed form",
        required=False,
        help_text="PDF, JPEG, PNG or TIFF, up to 25 MB. For a signed form.",
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
    covers_any_body = forms.BooleanField(label="Covers any body that can help", required=False)
    bodies = forms.ModelMultipleChoiceField(
        label="Bodies covered",
        queryset=Body.objects.order_by("name"),
        required=False,
        help_text="Those of the case come first.",
        widget=forms.CheckboxSelectMultiple,
    )
    another_body = BodyField(label="Another body")
    given_on = SpokenDateField(
        label="Dated",
        help_text="As it stands on the form, like “today” or “28 Oct 2026”.",
        not_after=(timezone.localdate, "That day has not come yet. Give the date on the form."),
        error_messages={"required": "Give the date on the form, or “today”."},
    )
    expires_on = SpokenDateField(
        label="Expires",
        required=False,
        help_text="Left empty, it holds until it is withdrawn.",
        not_before=(
            timezone.localdate,
            "It would have expired already. Give a day to come, or leave it empty.",
        ),
    )

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        # An adviser or a third party cannot give it. The first is the one the case is for.
        self.fields["person"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            case_people__case=case, case_people__role=CasePerson.Role.CONSTITUENT
        ).order_by("case_people__pk")
        # Any body may be named; only the likely ones are drawn, or the page would hold two hundred boxes.
        self.fields["bodies"].widget.choices = [(body.pk, body.name) for body in likely_bodies(case)]
        self.kind_of_scan: ScanType | None = None

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
        return scan

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        signed = cleaned.get("basis") == Authority.Basis.SIGNED
        if signed and not cleaned.get("scan") and "scan" not in self.errors:
            self.add_error("scan", "Choose the scan of the signed form.")
        if not signed and not cleaned.get("statement"):
            self.add_error("statement", "Write what the person said or asked for.")
        if cleaned.get("another_body"):
            named = [body.pk for body in cleaned.get("bodies") or []]
            cleaned["bodies"] = Body.objects.filter(pk__in=[*named, cleaned["another_body"].pk])
        if not cleaned.get("covers_any_body") and not cleaned.get("bodies") and "bodies" not in self.errors:
            self.add_error("bodies", "Name the bodies it covers, or tick that it covers any.")
        return cleaned
