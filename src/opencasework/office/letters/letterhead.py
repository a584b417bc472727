"""The office's letterhead and the member's signature: pages to set them, and the pictures."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.letters.stationery import Colour, Stationery
from opencasework.office.letters.word import limits, workshop
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

ACCEPT = "image/png,image/jpeg,image/gif"
LOGO_KEPT = "letters.letterhead.logo"  # salt of its hash on the page


class PictureField(forms.FileField):
    """A picture, drawn again by us as a PNG; its value is the bytes, empty where none was given."""

    widget = forms.FileInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: object = None) -> bytes:
        given = super().clean(data, initial)
        if not given:
            return b""
        if given.size > limits.FILE_BYTES:
            raise forms.ValidationError(f"This picture is larger than {limits.FILE_BYTES // 1_000_000} MB.")
        try:
            return workshop.picture(given.read())
        except workshop.WordProblem as problem:
            raise forms.ValidationError(str(problem)) from problem


class LetterheadForm(Versioned, forms.Form):
    """What every letter of the office carries."""

    logo = PictureField(
        label="Logo", required=False, help_text="PNG, JPEG or GIF. It stands at the top left."
    )
    # A new logo while one chooses between two edits: a browser sends no file twice.
    logo_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    without_logo = forms.BooleanField(label="Take the logo off", required=False)
    colour = forms.ChoiceField(
        label="Colour of the name and the line", choices=Colour, widget=forms.RadioSelect
    )
    strapline = forms.CharField(label="A line under the name", required=False, max_length=160)
    address = forms.CharField(
        label="Address", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    phone = forms.CharField(label="Telephone", required=False, max_length=40)
    footer = forms.CharField(
        label="A line at the foot", required=False, max_length=300, help_text="Opening hours, for instance."
    )
    privacy_link = forms.URLField(
        label="Web address of your privacy notice", required=False, assume_scheme="https"
    )
    keep_years = forms.IntegerField(
        label="Years you keep a case after it is closed", required=False, min_value=1, max_value=100,
        help_text="The closing letter then names the day until which their papers are kept.",
    )  # fmt: skip
    retention_text = forms.CharField(
        label="How long you keep a case", required=False, max_length=400,
        help_text="A whole sentence: “We keep your papers for six years and then destroy them.”",
    )  # fmt: skip
    complaints_contact = forms.CharField(label="Whom to write to about data", required=False, max_length=300)
    emergency_signposts = forms.CharField(
        label="Whom to ring at once", required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text="One a line, with the number and the hours.",
    )  # fmt: skip

    strapline_cy = forms.CharField(label="A line under the name, in Welsh", required=False, max_length=160)
    footer_cy = forms.CharField(label="A line at the foot, in Welsh", required=False, max_length=300)
    retention_text_cy = forms.CharField(
        label="How long you keep a case, in Welsh", required=False, max_length=400
    )
    complaints_contact_cy = forms.CharField(
        label="Whom to write to about data, in Welsh", required=False, max_length=300
    )
    emergency_signposts_cy = forms.CharField(
        label="Whom to ring at once, in Welsh", required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def keep_logo(self) -> str:
        """The new logo on the disk, by its hash; empty where none was given."""
        if self.cleaned_data["logo"]:
            return BlobStore(settings.HOME.blobs).put(self.cleaned_data["logo"])
        with suppress(signing.BadSignature):
            return str(signing.loads(self.cleaned_data["logo_kept"], salt=LOGO_KEPT))
        return ""

    def hold_logo(self) -> None:
        """Let the page that compares two edits send the logo along."""
        if kept := self.keep_logo():
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["logo_kept"] = signing.dumps(kept, salt=LOGO_KEPT)
            self.data = data


class SignatureForm(forms.Form):
    """The picture of the member's signature."""

    signature = PictureField(label="Picture of your signature", required=True)


OFFICE = ("address", "phone")
NO_FACTS = ("logo", "logo_kept", "without_logo")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
@alone_on(Office)
def letterhead(request: StaffRequest) -> HttpResponse:
    """Set what the office's letters carry: logo, colour, address, and the facts that many letters give."""
    office, carries = Office.here(), Stationery.here()
    names = [name for name in LetterheadForm.base_fields if name not in NO_FACTS]
    initial = {name: getattr(office if name in OFFICE else carries, name) for name in names}
    form = LetterheadForm(posted(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            form.hold_logo()
            return _compared(request, form)
        for name in names:
            setattr(office if name in OFFICE else carries, name, form.cleaned_data[name])
        if logo := form.keep_logo():
            carries.logo_sha256 = logo
        elif form.cleaned_data["without_logo"]:
            carries.logo_sha256 = ""
        with transaction.atomic():
            office.save(update_fields=list(OFFICE))
            _keep(carries, *(set(names) - set(OFFICE)), "logo_sha256")
        messages.success(
            request, "Saved. Letters carry it from now on; those that have left keep what they had."
        )
        say_taken(request, form)
        return redirect("letterhead")
    context = {
        "form": form,
        "stationery": carries,
        "office": office,
        "may_sign": may(request.user, May.SIGN_LETTERS),
        "rail": "letters",
    }
    return render(request, "letters/letterhead.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.SIGN_LETTERS)
def signature(request: StaffRequest) -> HttpResponse:
    """Put the picture of one's signature in, or take it out. Only who may sign sees this page."""
    carries = Stationery.here()
    taking_out = request.method == "POST" and "remove" in request.POST
    form = SignatureForm(None if taking_out else posted(request), request.FILES or None)
    if taking_out or (request.method == "POST" and form.is_valid()):
        given = b"" if taking_out else form.cleaned_data["signature"]
        carries.signature_sha256 = BlobStore(settings.HOME.blobs).put(given) if given else ""
        carries.signature_by = request.user
        _keep(carries, "signature_sha256", "signature_by")
        messages.success(request, "Saved." if given else "Taken out. Letters leave a space to sign by hand.")
        return redirect("signature")
    context = {"form": form, "stationery": carries, "rail": "letters"}
    return render(request, "letters/my_signature.html", context, status=422 if form.errors else 200)


def _compared(request: StaffRequest, form: Versioned) -> HttpResponse:
    who = "Somebody changed the letterhead after you opened it."
    crumbs = [(reverse("letters"), "Letters"), (reverse("wordings"), "Wording")]
    return compare(request, form, who=who, back=reverse("letterhead"), rail="letters", crumbs=crumbs)


def _keep(carries: Stationery, *names: str) -> None:
    """Write these fields and no other: a signature may be put in while a colleague sets the colour."""
    is_new = not Stationery.objects.filter(pk=carries.pk).exists()
    carries.save(update_fields=None if is_new else names)


@require_safe
def logo_picture(request: StaffRequest) -> HttpResponse:
    """The logo."""
    return _picture(Stationery.here().logo_sha256)


@require_safe
@staff_who_may(May.SIGN_LETTERS)
def signature_picture(request: StaffRequest) -> HttpResponse:
    """The signature, for those who may sign; everybody else sees only where it will stand."""
    return _picture(Stationery.here().signature_sha256)


def _picture(sha256: str) -> HttpResponse:
    if not sha256:
        raise Http404("There is no picture.")
    response = HttpResponse(BlobStore(settings.HOME.blobs).read(sha256), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
