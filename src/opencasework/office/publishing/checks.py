"""What may not be published, each as one sentence that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from opencasework.office.figures.models import Fact, Gathered, Measure
from opencasework.office.publishing import periods
from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.standard import disclosure
from opencasework.standard import publication as standard
from opencasework.standard.descriptor import live_releases
from opencasework.standard.disclosure.folding import FLOOR
from opencasework.standard.observations import lines_hash
from opencasework.standard.periods import day_after
from opencasework.standard.validate import validate

CLOCK_TOLERANCE = timedelta(minutes=5)
FACTS_STAY_FRESH = timedelta(hours=1)  # a case restricted meanwhile is marked by the next counting


class CannotPublish(Exception):
    """Why a month cannot be prepared or signed, in one sentence."""


def check_period(period: str, *, today: date) -> None:
    """Raise CannotPublish unless the period is over and lies in the life of the office."""
    if not periods.is_period(period):
        raise CannotPublish(f"“{period}” is not a month. Write the year and the month, like 2026-10.")
    latest = f"The latest month that can be published is {periods.last_full_month(today)}."
    this_month = f"{today:%Y-%m}"
    if periods.first_month(period) > this_month:
        raise CannotPublish(f"{period} has not begun. {latest}")
    first = Fact.objects.publishable().order_by("period").values_list("period", flat=True).first()
    if first is None or periods.last_month(period) < first:
        raise CannotPublish(
            f"There is nothing to publish for {period}: this office has no case from so long ago."
        )
    if periods.last_month(period) >= this_month:
        raise CannotPublish(f"{period} is not over. {latest}")


def check_size(period: str) -> None:
    """Raise CannotPublish where the office has too few cases for so short a span, or it is out already.

    A demonstration has no floor: nobody stands behind its numbers, and a small one should show its months.
    """
    if is_sum_of_parts(period):
        _check_year(period)
        return
    for other in Publication.objects.withdrawn().values_list("month", flat=True):
        if period == other or periods.overlaps(period, other):
            raise CannotPublish(
                f"{other} was withdrawn. Whoever kept a copy of it could set it beside a new edition and see "
                f"single cases in the difference, so {period} is not published again."
            )
    for other in Publication.objects.published().values_list("month", flat=True):
        if periods.overlaps(period, other):
            raise CannotPublish(
                f"{other} is published already and shares a month with {period}: from the two together, "
                "small numbers could be worked out. Go on as you began until the year is over."
            )
    last = periods.last_month(period)
    seen = Publication.objects.seen_outside().values_list("month", flat=True)
    wanted, size = periods.size_here(last, out=list(seen)), periods.size_of(period)
    if periods.MONTHS_IN[size] < periods.MONTHS_IN[wanted]:
        longer = periods.period_of(last, wanted)
        raise CannotPublish(
            f"This office has fewer than {FLOOR} new issues in an ordinary {size}, so a {size} of "
            f"its own would say too much about single people. Publish the {wanted} {longer} when it is over."
        )


def is_sum_of_parts(period: str) -> bool:
    """Whether this is a year of which months or quarters are or were out: it adds finer tables to them."""
    seen = Publication.objects.seen_outside().filter(month__startswith=f"{period}-")
    return periods.size_of(period) == "year" and seen.exists()


def _check_year(year: str) -> None:
    """Raise CannotPublish unless all months of the year are out, or its quarters, and the year never was."""
    known = dict(Publication.objects.values_list("month", "state"))
    if known.get(year) == Publication.State.WITHDRAWN:
        raise CannotPublish(
            f"{year} was withdrawn. Whoever kept a copy of it could set it beside a new edition and see "
            "single cases in the difference, so it is not published again."
        )
    inside = {each: state for each, state in sorted(known.items()) if periods.is_within(each, year)}
    for part, state in inside.items():
        if state == Publication.State.WITHDRAWN:
            raise CannotPublish(
                f"{part} was withdrawn, so {year} is not published: it is the sum of all its "
                f"{_size(inside)}s, and less the others it would show {part} again."
            )
    out = [part for part, state in inside.items() if state == Publication.State.PUBLISHED]
    if year not in periods.whole_years(out):
        missing = periods.period_of(periods.missing_of(year, out), _size(out))
        raise CannotPublish(
            f"{year} is the sum of all its {_size(out)}s, and {missing} is not published. Publish it first."
        )


def _size(parts: Iterable[str]) -> str:
    """What a year is the sum of: "month", or "quarter" where no month is among its parts."""
    return min(map(periods.size_of, parts), key=periods.MONTHS_IN.__getitem__)


def check_facts(period: str, *, now: datetime) -> None:
    """Raise CannotPublish unless everything up to now has been counted."""
    gathered = Gathered.latest()
    over = timezone.make_aware(datetime.combine(day_after(period), time()))
    if gathered is None or gathered < over or gathered < now - FACTS_STAY_FRESH:
        when = f"was last done on {timezone.localtime(gathered):%-d %B %Y at %H:%M}" if gathered else (
            "has never been done"
        )  # fmt: skip
        raise CannotPublish(
            f"Counting what happened {when}, so {period} may be incomplete. Let the worker run, or run "
            "`casework publish` as the office itself, then try again."
        )


def check_clock(now: datetime) -> None:
    """Raise CannotPublish where the clock stands before something that has happened."""
    known = Publication.objects.aggregate(
        prepared=Max("prepared_at"), signed=Max("signed_at"), withdrawn=Max("withdrawn_at")
    )
    latest = max((moment for moment in known.values() if moment), default=now)
    if now >= latest - CLOCK_TOLERANCE:
        return
    draft = Publication.objects.to_sign().filter(prepared_at=latest).first()
    way_out = (
        f"Set the clock right, or, if it was wrong then, drop the draft: `casework publish --month "
        f"{draft.month} --drop-draft --prepared-by NAME`."
        if draft
        else "Set the clock right first."
    )
    raise CannotPublish(
        f"The clock of this computer says {timezone.localtime(now):%-d %B %Y %H:%M}, but figures were "
        f"prepared or signed at {timezone.localtime(latest):%-d %B %Y %H:%M}. {way_out}"
    )


def check_one_place(folder: Path, *, draft: bool) -> None:
    """Raise CannotPublish where a draft would stand among what is public, or a second ledger would begin."""
    out = {Path(each) for each in Publication.objects.published().values_list("folder", flat=True)}
    public = out | {published_folder().resolve()}
    if draft and any(folder == each or folder.is_relative_to(each) for each in public):
        raise CannotPublish(
            f"{folder} is where the public reads, so no draft is written there; give it a folder of its own."
        )
    if not draft and out and folder not in out:
        raise CannotPublish(
            f"The publication of this office is in {min(out)}, and an office has one, with one ledger. "
            "Leave --out away, and copy the folder to wherever else you need it."
        )


def check_second_person(draft: Publication, by: StaffMember) -> None:
    """Raise CannotPublish where this person had the draft in hand already."""
    if draft.first_hand != by:
        return
    if draft.prepared_by == by:
        raise CannotPublish(f"{by} prepared {draft.month}, so somebody else has to sign it.")
    raise CannotPublish(
        f"{by} dropped the draft of {draft.month} before this one, which then prepared itself, so somebody "
        "else has to sign it. Or a colleague prepares it again; then it has passed two people."
    )


def check_valid(folder: Path, period: str, *, now: datetime) -> None:
    """Raise CannotPublish where our own validator finds an error in the folder as it would be."""
    report = validate(folder, today=timezone.localdate(now))
    if not report.ok:
        first = next(found.message for found in report.findings if found.level == "error")
        raise CannotPublish(
            f"{period} is not written, because it would not be valid: "
            f"{first.replace(str(folder), folder.name)}"
        )


def check_folder(folder: Path, *, new_key: bool = False) -> None:
    """Raise CannotPublish where the months already out are not there as they were signed.

    The database keeps the hash of every signed month, so a ledger that was altered together with its rows is
    found too. With `new_key` the next months are drawn with a key other than the earlier ones'.
    """
    signed = Publication.objects.published().filter(folder=str(folder.resolve())).order_by("month")
    if not folder.is_dir():
        if signed:
            raise CannotPublish(
                f"{folder} is not there, and {_listed([p.month for p in signed])} should be in it. Put it "
                "back from a copy."
            )
        return
    if not (folder / "datapackage.json").is_file():
        return  # the standard says what is wrong with it
    written = _read(folder)
    live = live_releases(written.releases)
    if strange := sorted(live.keys() - {publication.month for publication in signed}):
        raise CannotPublish(
            f"{strange[0]} is in {folder}, and nobody here has signed it. Put the folder back from a copy; "
            "until then nothing is published."
        )
    for publication in signed:
        lines = [row.line for row in written.observations if row.period == publication.month]
        release = live.get(publication.month)
        if {release.sha256 if release else "", lines_hash(lines)} != {publication.rows_sha256}:
            raise CannotPublish(
                f"{publication.month} in {folder} is not what {publication.signed_by} signed: its rows "
                "or its line in releases.csv were changed. Put the folder back from a copy; until then "
                "nothing is published."
            )
    _check_key(written, new_key=new_key)


def _check_key(written: standard.Publication, *, new_key: bool) -> None:
    if written.status != "published" or new_key:
        return
    known = written.descriptor["openCasework"]["protection"]["key_id"]
    if known != disclosure.key_id(office_key()):
        raise CannotPublish(
            "keys/publishing.key is not the key with which the earlier months were rounded. Put the old key "
            "back from your copy. If it is lost for good, publish with --new-key: what is out stays as it "
            "is, and the next months are drawn with the new one."
        )


def published_folder() -> Path:
    """The office's publication: every signed month in one place, ready to be put on a web server."""
    return Path(settings.HOME.publications) / "published"


def office_key() -> bytes:
    """The secret with which this office draws its roundings."""
    return bytes.fromhex(settings.HOME.key("publishing"))


def _read(folder: Path) -> standard.Publication:
    try:
        return standard.read(folder)
    except (standard.PublicationError, OSError) as error:
        raise CannotPublish(f"{folder} cannot be read: {error} Put it back from a copy.") from error


def counted_anything(period: str) -> bool:
    """Whether any issue was taken on in the period."""
    taken_on = Fact.objects.publishable().filter(measure=Measure.CASES_OPENED)
    return taken_on.filter(period__in=periods.months_of(period)).exists()


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
