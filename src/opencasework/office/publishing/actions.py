"""Preparing and signing a month: the only door out of the office."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.figures.actions import gather
from opencasework.office.figures.tables import months_to
from opencasework.office.places.models import Office
from opencasework.office.publishing.counting import COUNTED, MonthCounts, count_month
from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.standard import disclosure
from opencasework.standard import publication as standard
from opencasework.standard.observations import lines_hash, observe_month

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class CannotPublish(Exception):
    """Why a month cannot be prepared or signed, in one sentence."""


def drafts_folder(month: str) -> Path:
    """Where the draft of a month is written unless another place is named."""
    return Path(settings.HOME.publications) / "drafts" / month


def published_folder() -> Path:
    """The office's publication: every signed month in one place, ready to be put on a web server."""
    return Path(settings.HOME.publications) / "published"


def last_full_month(today: date) -> str:
    """The month before this one, as YYYY-MM."""
    return months_to(f"{today:%Y-%m}")[-2]


def check_month(month: str, *, today: date) -> None:
    """Raise CannotPublish unless `month` is over and lies in the life of the office."""
    if not MONTH.fullmatch(month):
        raise CannotPublish(f"“{month}” is not a month. Write the year and the month, like 2026-10.")
    if month > f"{today:%Y-%m}":
        raise CannotPublish(
            f"{month} has not begun. The latest month that can be published is {last_full_month(today)}."
        )
    known = Case.objects.exclude(pk__in=Case.objects.restricted())
    first = known.aggregate(first=Min("opened_at"))["first"]
    if first is None or month < f"{timezone.localdate(first):%Y-%m}":
        raise CannotPublish(
            f"There is nothing to publish for {month}: this office has no case from so long ago."
        )
    if month == f"{today:%Y-%m}":
        raise CannotPublish(
            f"{month} is not over. The latest month that can be published is {last_full_month(today)}."
        )


def prepare(
    month: str, *, by: StaffMember, out: Path | None = None, now: datetime | None = None
) -> standard.Publication:
    """Write the complete draft of a month. Prepared again, it takes the place of the draft before.

    Raises CannotPublish when the month is not over, is already published, or the folder cannot be written.
    """
    now = now or timezone.now()
    check_month(month, today=timezone.localdate(now))
    if not may(by, May.PREPARE_FIGURES):
        raise CannotPublish(f"{by} may not prepare a publication. Ask your office manager.")
    if Publication.objects.filter(month=month, state=Publication.State.PUBLISHED).exists():
        raise CannotPublish(f"{month} is published already; a published month stays as it is.")
    counted = _count(month)
    folder = out or drafts_folder(month)
    written = _write(counted, folder, status="draft", prepared_by=by, signed_by=None, now=now)
    Publication.objects.update_or_create(
        month=month,
        defaults={
            "prepared_by": by,
            "prepared_at": now,
            "rows_sha256": counted.rows_sha256,
            "folder": str(folder.resolve()),
        },
    )
    return written


def sign(
    month: str, *, by: StaffMember, out: Path | None = None, now: datetime | None = None
) -> standard.Publication:
    """Put the second person's name to a prepared month and write it as the publication.

    What is signed is what was prepared: the rows are compared by their hash, which this database keeps as
    well as the folder does. Signing the same month again changes nothing. Raises CannotPublish when nobody
    prepared it, the same person did, this person may not sign, or the figures are no longer those.
    """
    now = now or timezone.now()
    check_month(month, today=timezone.localdate(now))
    if not may(by, May.SIGN_FIGURES):
        raise CannotPublish(f"{by} may not sign a publication. The member or the office manager can.")
    draft = Publication.objects.filter(month=month).select_related("prepared_by").first()
    if draft is None:
        raise CannotPublish(f"Nobody has prepared {month} yet. Prepare it first; somebody else then signs.")
    if draft.prepared_by == by:
        raise CannotPublish(f"{by} prepared {month}, so somebody else has to sign it.")
    counted = _count(month)
    if counted.rows_sha256 != draft.rows_sha256:
        raise CannotPublish(
            f"{month} was published with other numbers; a published month stays as it is."
            if draft.is_published
            else f"{month} has changed since {draft.prepared_by} prepared it. Prepare it again."
        )
    folder = out or published_folder()
    preparer = draft.prepared_by
    written = _write(counted, folder, status="published", prepared_by=preparer, signed_by=by, now=now)
    Publication.objects.filter(pk=draft.pk, state=Publication.State.DRAFT).update(
        state=Publication.State.PUBLISHED, signed_by=by, signed_at=now, folder=str(folder.resolve())
    )
    return written


@dataclass(frozen=True)
class _Counted:
    """A month's true counts, and the hash of the rows they become under this office's key."""

    month: str
    office: Office
    counts: MonthCounts
    key: bytes
    rows_sha256: str


def _count(month: str) -> _Counted:
    gather()
    office = Office.here()
    counts = count_month(month, office)
    key = bytes.fromhex(settings.HOME.key("publishing"))
    rows = observe_month(
        disclosure.protect(counts.cells, key=key), month=month, area_code=office.area_code, measures=COUNTED
    )
    return _Counted(month, office, counts, key, lines_hash(row.line for row in rows))


def _write(
    counted: _Counted,
    out: Path,
    *,
    status: standard.Status,
    prepared_by: StaffMember,
    signed_by: StaffMember | None,
    now: datetime,
) -> standard.Publication:
    try:
        return standard.add_month(
            out,
            office=identity(counted.office),
            month=counted.month,
            counts=counted.counts.cells,
            body_titles=counted.counts.body_titles,
            key=counted.key,
            status=status,
            prepared_by=str(prepared_by),
            signed_by=str(signed_by) if signed_by else None,
            created=now,
            synthetic=counted.office.is_demo,
            measures=COUNTED,
            today=timezone.localdate(now),
        )
    except standard.PublicationError as error:
        raise CannotPublish(str(error)) from error
    except OSError as error:
        raise CannotPublish(
            f"{out} cannot be written ({error.strerror}). Choose another folder with --out."
        ) from error


def identity(office: Office) -> standard.OfficeIdentity:
    """The office as a publication names it: the seat first, no party, nobody but the member."""
    return standard.OfficeIdentity(
        name=f"Office of {office.title}",
        kind=office.member_kind,
        # A seat without an identifier of its own is the kind of member and the area, which nobody else has.
        post=office.post or f"{office.member_kind}/{office.area_code}",
        area_code=office.area_code,
        area_name=office.area_name,
        identifiers=(),
    )
