"""Preparing, signing and withdrawing a month or a year: the only door out of the office.

All of it works from person-free facts. It reads no case, no letter and no constituent, so that the process
which publishes needs no right to read them; `gather` makes the facts, beforehand and elsewhere.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.text import capfirst

from opencasework.office.places.models import Office
from opencasework.office.publishing import gate
from opencasework.office.publishing.checks import (
    CannotPublish,
    check_clock,
    check_facts,
    check_folder,
    check_one_place,
    check_period,
    check_second_person,
    check_size,
    check_valid,
    is_sum_of_parts,
    office_key,
    published_folder,
)
from opencasework.office.publishing.counting import (
    MonthCounts,
    as_rows,
    count_month,
    count_year,
    kept_year,
    topics_as_cells,
    with_kept_stock,
)
from opencasework.office.publishing.models import PREPARED_BY_ITSELF, DroppedDraft, Publication
from opencasework.office.publishing.periods import in_words, last_full_month, last_month
from opencasework.office.publishing.recovery import acting, recover, written_down
from opencasework.office.publishing.writing import (
    Composed,
    Wanted,
    composed,
    composed_without,
    drafts_folder,
    home_folder,
    identity,
    truth_of,
)
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.standard import publication as standard
from opencasework.standard.responses import lines_of

__all__ = [
    "CannotPublish",
    "drafts_folder",
    "drop_draft",
    "identity",
    "last_full_month",
    "prepare",
    "published_folder",
    "sign",
    "withdraw",
]


def prepare(
    month: str,
    *,
    by: StaffMember | None,
    out: Path | None = None,
    now: datetime | None = None,
    new_key: bool = False,
) -> standard.Publication:
    """Write the complete draft of a month, with its pages. Prepared again, it takes the place of the last.

    `by` is None when it is done by itself, on its day. Raises CannotPublish when the month is not over or is
    published, the office is too small for it, or an attack on the draft together with all that is already
    out succeeds; then nothing is kept.
    """
    now = now or timezone.now()
    recover()
    check_period(month, today=timezone.localdate(now))
    if by and not may(by, May.PREPARE_FIGURES):
        raise CannotPublish(f"{by} may not prepare a publication. Ask your office manager.")
    known = Publication.objects.filter(month=month).first()
    if known and known.is_published:
        raise CannotPublish(f"{month} is published already; a published month stays as it is.")
    folder = (out or drafts_folder(month)).resolve()
    check_one_place(folder, draft=True)
    _check(month, now=now, folder=home_folder(), new_key=new_key)
    office = Office.here()
    counts, after = _count(month, office), _earlier(month)
    who = str(by) if by else PREPARED_BY_ITSELF
    wanted = Wanted(month, office, counts, after, "draft", who, None, now, new_key)
    with composed(wanted, folder) as draft:
        report = _attacked(draft, wanted)
        kept = {
            "state": Publication.State.DRAFT,
            "prepared_by": by,
            "prepared_at": now,
            "signed_by": None,
            "signed_at": None,
            "counts": as_rows(counts.cells),
            "after": after,
            "notes": {
                "folded": counts.folded,
                "unmapped": counts.unmapped,
                "replies": lines_of(draft.replies),
                "year": kept_year(counts),
                "durations": lines_of(draft.durations),
            },
            "attack": report.kept(),
            "rows_sha256": draft.rows_sha256(month),
            "folder": str(folder),
        }
        with acting():
            _check_as_seen(month, known)
            draft.put()
            Publication.objects.update_or_create(month=month, defaults=kept)
        return standard.read(folder)


def sign(
    month: str,
    *,
    by: StaffMember,
    out: Path | None = None,
    now: datetime | None = None,
    new_key: bool = False,
    seen: str | None = None,
) -> standard.Publication:
    """Put the second person's name to a prepared month and write it as the publication.

    What is signed is what was prepared: the counts and the rows are compared with those this database keeps.
    Signing the same month again changes nothing. Raises CannotPublish when nobody prepared it, the same
    person did or dropped the draft before it, this person may not sign, `seen` is not the hash of its rows
    now, the figures are no longer those, or an attack succeeds.
    """
    now = now or timezone.now()
    recover()
    check_period(month, today=timezone.localdate(now))
    if not may(by, May.SIGN_FIGURES):
        raise CannotPublish(f"{by} may not sign a publication. The member or the office manager can.")
    draft = Publication.objects.filter(month=month).select_related("prepared_by").first()
    if draft is None or draft.is_withdrawn:
        raise CannotPublish(f"Nobody has prepared {month} yet. Prepare it first; somebody else then signs.")
    if seen is not None and seen != draft.rows_sha256:
        raise CannotPublish(
            f"{draft.prepared_by_whom} has prepared {month} again since you opened it. Look at it, then sign."
        )
    check_second_person(draft, by)
    folder = (out or home_folder()).resolve()
    check_one_place(folder, draft=False)
    _check(month, now=now, folder=folder, new_key=new_key)
    office = Office.here()
    counts = with_kept_stock(_count(month, office), draft.counts)
    if as_rows(counts.cells) != draft.counts or kept_year(counts) != draft.year_counts:
        raise _changed(draft)
    who = draft.prepared_by_whom
    wanted = Wanted(month, office, counts, draft.after, "published", who, str(by), now, new_key)
    with composed(wanted, folder) as publication:
        if publication.rows_sha256(month) != draft.rows_sha256:
            raise _changed(draft)
        if not draft.is_published and not draft.replies.issuperset(lines_of(publication.replies)):
            raise _changed(draft)
        if not draft.is_published and draft.durations != lines_of(publication.durations):
            raise _changed(draft)
        report = _attacked(publication, wanted)
        with acting():
            _check_as_seen(month, draft)
            if draft.is_published:
                publication.put()
                return standard.read(folder)
            with written_down(draft, folder, "signature", by=by, now=now):
                publication.put()
                if not draft.mark_published(by=by, at=now, folder=folder, attack=report.kept()):
                    raise _overtaken(month)
        return standard.read(folder)


def drop_draft(month: str, *, by: StaffMember) -> None:
    """Throw a draft away; nothing that is out changes. It may be prepared anew.

    What then prepares itself is signed by somebody else. Raises CannotPublish when there is no draft of it,
    this person may neither prepare nor sign, or it may be out, because signing it broke off.
    """
    if not (may(by, May.PREPARE_FIGURES) or may(by, May.SIGN_FIGURES)):
        raise CannotPublish(f"{by} may not drop a draft. Ask your office manager.")
    with acting():
        draft = Publication.objects.to_sign().filter(month=month).first()
        if draft is None:
            raise CannotPublish(f"There is no draft of {month}; what is published is withdrawn instead.")
        _check_as_seen(month, draft)
        draft.delete()
        DroppedDraft.objects.update_or_create(month=month, defaults={"by": by, "at": timezone.now()})
        shutil.rmtree(drafts_folder(month), ignore_errors=True)  # one written elsewhere is somebody's own


def withdraw(month: str, *, by: StaffMember, why: str, now: datetime | None = None) -> standard.Publication:
    """Take a month out of the publication, which its ledger and its page show for ever.

    It is never published again: whoever kept it could see single cases in the difference. No attack can stop
    a withdrawal: it only takes out, and may be needed just because something can be worked out. Raises
    CannotPublish when it is not published, is the only one, no reason is given, or this person may not sign.
    """
    now, why = now or timezone.now(), " ".join(why.split())[:300]
    recover()
    if not may(by, May.SIGN_FIGURES):
        raise CannotPublish(f"{by} may not withdraw a publication. The member or the office manager can.")
    if not why:
        raise CannotPublish("Say why it is withdrawn; whoever looks later has to know.")
    publication = Publication.objects.published().filter(month=month).first()
    if publication is None:
        raise CannotPublish(f"{month} is not published; there is nothing to withdraw.")
    check_clock(now)
    folder = Path(publication.folder)
    check_folder(folder, new_key=True)  # nothing is drawn, so no key is asked for
    with composed_without(month, folder, signed_by=str(by), now=now) as what_remains, acting():
        _check_as_seen(month, publication)
        with written_down(publication, folder, "withdrawal", by=by, now=now, why=why):
            what_remains.put()
            if not publication.mark_withdrawn(by=by, at=now, why=why):
                raise _overtaken(month)
    return standard.read(folder)


def _check(month: str, *, now: datetime, folder: Path, new_key: bool) -> None:
    check_clock(now)
    check_facts(month, now=now)
    check_size(month)
    check_folder(folder, new_key=new_key)


def _count(period: str, office: Office) -> MonthCounts:
    return count_year(period) if is_sum_of_parts(period) else count_month(period, office)


def _earlier(month: str) -> list[str]:
    """The published periods of the same year that ended before this one."""
    published = Publication.objects.published().filter(month__startswith=month[:4]).order_by("month")
    return [one.month for one in published if last_month(one.month) < last_month(month)]


def _check_as_seen(month: str, seen: Publication | None) -> None:
    """Raise CannotPublish where somebody else acted on it since it was read, or an act on it broke off.

    Whoever counts and attacks for some seconds asks within `acting`, before anything is changed.
    """
    found = Publication.objects.filter(month=month).first()
    if _edition(found) != _edition(seen):
        raise _overtaken(month)
    if found and found.is_begun:
        raise CannotPublish(
            f"Signing or withdrawing {month} broke off, and {found.notes['begun']['folder']} cannot be read, "
            "so nobody can tell whether it was done. Put the folder back from a copy, then try again."
        )


def _edition(publication: Publication | None) -> tuple[object, ...]:
    """What changes when somebody prepares, signs, drops or withdraws it."""
    if publication is None:
        return ()
    return (
        publication.pk,
        publication.state,
        publication.rows_sha256,
        publication.prepared_by_id,
        publication.prepared_at,
    )


def _overtaken(month: str) -> CannotPublish:
    return CannotPublish(
        f"Somebody else has prepared, signed, dropped or withdrawn {month} meanwhile. Look at it, then try "
        "again."
    )


def _changed(draft: Publication) -> CannotPublish:
    return CannotPublish(
        f"{draft.month} was published with other numbers; a published month stays as it is."
        if draft.is_published
        else f"{draft.month} has changed since {draft.prepared_by_whom} prepared it. Prepare it again."
    )


def _attacked(composition: Composed, wanted: Wanted) -> gate.Report:
    """Validate and attack it, with everything that is already out. Raises CannotPublish with the reasons."""
    check_valid(composition.scratch, wanted.period, now=wanted.now)
    out = Publication.objects.published()
    folders = {Path(one.folder) for one in out if one.month != wanted.period} - {composition.out}
    truth = dict(wanted.counts.cells)
    for cells in truth_of([one.month for one in out], area_code=wanted.office.area_code).values():
        truth |= cells
    topics = {one.month: one.year_counts.get("categories", {}) for one in out}
    topics[wanted.period] = kept_year(wanted.counts).get("categories", {})
    for year, counts in topics.items():
        truth |= topics_as_cells(counts, year=year, area_code=wanted.office.area_code)
    paths = [*sorted(folder for folder in folders if folder.is_dir()), composition.scratch]
    report = gate.attack(paths, truth, key=office_key())
    if not report.passed:
        reasons = " ".join(report.findings)
        raise CannotPublish(
            f"{capfirst(in_words(wanted.period))} is not written, because an attack on it succeeds: {reasons}"
        )
    return report
