"""Acts that keep authority and its place on the timeline together."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from opencasework.office.authority.forms import AuthorityForm
from opencasework.office.authority.models import Authority
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.staff.models import StaffMember


def scans() -> BlobStore:
    """Where scans are kept."""
    return BlobStore(settings.HOME.blobs)


def record_authority(form: AuthorityForm, *, case: Case, by: StaffMember) -> Authority:
    """Keep the authority a valid form holds. The scan is on the disk before the row that names it."""
    given = form.cleaned_data
    scan, kind = given["scan"], form.kind_of_scan
    is_signed = given["basis"] == Authority.Basis.SIGNED
    sha256 = scans().put(scan.read()) if is_signed and scan else ""
    with transaction.atomic():
        authority = Authority.objects.create(
            case=case,
            person=given["person"],
            basis=given["basis"],
            statement=given["statement"],
            covers_any_body=given["covers_any_body"],
            given_on=given["given_on"],
            expires_on=given["expires_on"],
            recorded_by=by,
            scan_sha256=sha256,
            scan_name=scan.name[:200] if sha256 else "",
            scan_type=kind.media_type if sha256 and kind else "",
        )
        if not authority.covers_any_body:
            authority.bodies.set(given["bodies"])
        covered = (
            "any body" if authority.covers_any_body else ", ".join(body.name for body in given["bodies"])
        )
        case.record(
            Event.Kind.AUTHORITY,
            by=by,
            text=f"{authority.get_basis_display()}, from {authority.person}. Covers {covered}.",
            authority=authority.pk,
            basis=authority.basis,
        )
    return authority


def withdraw(authority: Authority, *, on: date, by: StaffMember) -> None:
    """End an authority. Ending one that has ended changes nothing."""
    with transaction.atomic():
        if Authority.objects.filter(pk=authority.pk, withdrawn_on=None).update(withdrawn_on=on):
            authority.case.record(
                Event.Kind.AUTHORITY,
                by=by,
                text=f"Withdrawn by {authority.person}",
                authority=authority.pk,
                withdrawn=True,
            )
    authority.refresh_from_db()
