"""Putting a publication together beside its place, attacking it there, and swapping it in whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from opencasework.office.places.models import Office
from opencasework.office.publishing import public
from opencasework.office.publishing.checks import CannotPublish, office_key, published_folder
from opencasework.office.publishing.counting import MonthCounts, as_cells, case_medians, medians
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.periods import size_of
from opencasework.standard import files, responses
from opencasework.standard import publication as standard
from opencasework.standard.observations import lines_hash
from opencasework.standard.periods import months_to

TWFY_POST = "uk.org.publicwhip/cons/"  # how the identifiers of seats of TheyWorkForYou begin


@dataclass(frozen=True)
class Wanted:
    """What is to be written: a period's true counts, and who answers for them."""

    period: str
    office: Office
    counts: MonthCounts
    after: list[str]  # the earlier periods in whose light it is rounded
    status: standard.Status
    prepared_by: str
    signed_by: str | None
    now: datetime
    new_key: bool = False  # the office's key is not the one of what is out, and that is known


@dataclass(frozen=True)
class Composed:
    """A publication in a folder beside its place. Nothing is seen of it before `put`."""

    scratch: Path
    out: Path
    written: standard.Publication
    before: bytes | None  # the ledger that stood there
    replies: tuple[responses.Response, ...] = ()  # the reply times that come out with it
    durations: tuple[responses.Duration, ...] = ()  # of a year: how long its cases took

    def rows_sha256(self, period: str) -> str:
        """The hash of a period's rows, as the ledger of the standard has it."""
        return lines_hash(row.line for row in self.written.observations if row.period == period)

    def put(self) -> None:
        """Swap it into its place, all or nothing. Refused when somebody else published meanwhile."""
        self.out.parent.mkdir(parents=True, exist_ok=True)
        with files.alone_in(self.out.parent):
            files.finish_interrupted_swap(self.out)
            if _ledger(self.out) != self.before:
                raise CannotPublish(
                    f"Somebody else has just written to {self.out}. Look at it and try again."
                )
            files.swap_in(self.out, files.read_files(self.scratch))


@contextmanager
def composed(wanted: Wanted, out: Path) -> Iterator[Composed]:
    """Write what is wanted to a copy of what stands at `out`, with its pages; the copy goes afterwards.

    Raises CannotPublish with the sentence of the standard, or when a folder cannot be written.
    """
    with _copied(out) as (scratch, out, before):
        if wanted.counts.of_year is not None:
            written = _add_year(wanted, wanted.counts.of_year, scratch)
            lengths = responses.duration_rows(
                written, year=wanted.period, medians=case_medians(wanted.period)
            )
            if lengths:
                written = responses.put(scratch, "durations", lengths, created=wanted.now)
            _write_pages(scratch)
            yield Composed(scratch, out, written, before, durations=tuple(lengths))
            return
        written = standard.add_month(
            scratch,
            office=identity(wanted.office),
            month=wanted.period,
            counts=wanted.counts.cells,
            body_titles=wanted.counts.body_titles,
            key=office_key(),
            status=wanted.status,
            prepared_by=wanted.prepared_by,
            signed_by=wanted.signed_by,
            created=wanted.now,
            synthetic=wanted.office.is_demo,
            measures=wanted.counts.measures,
            today=timezone.localdate(wanted.now),
            **_in_the_light_of(wanted, out),
        )
        standing = standing_folder() if wanted.status == "draft" else None
        replies = _reply_times(written, standing, wanted)
        if wanted.status == "published":
            written = _with_reply_times(written, replies, wanted)
        _write_pages(scratch, standing=standing, replies=replies)
        yield Composed(scratch, out, written, before, tuple(replies))


def _add_year(wanted: Wanted, counts: standard.YearCounts, scratch: Path) -> standard.Publication:
    """Add a year to the months that are out; a draft of one is a copy of them with the year in it."""
    standing = standing_folder() if wanted.status == "draft" else None
    return standard.add_year(
        scratch,
        year=wanted.period,
        counts=counts,
        key=office_key(),
        prepared_by=wanted.prepared_by,
        signed_by=wanted.signed_by,
        created=wanted.now,
        status=wanted.status,
        months_in=standing,
        new_key=wanted.new_key,
    )


@contextmanager
def composed_without(month: str, out: Path, *, signed_by: str, now: datetime) -> Iterator[Composed]:
    """Take a month out of a copy of what stands at `out`, and write its pages anew; else as `composed`."""
    with _copied(out) as (scratch, out, before):
        written = standard.withdraw(scratch, month=month, signed_by=signed_by, created=now)
        _write_pages(scratch)
        yield Composed(scratch, out, written, before)


@contextmanager
def _copied(out: Path) -> Iterator[tuple[Path, Path, bytes | None]]:
    """A copy of what stands at `out`, which goes afterwards; `out` resolved; and the ledger there."""
    out = out.resolve()
    try:
        with tempfile.TemporaryDirectory(dir=_workplace(), prefix=".making-") as place:
            scratch = Path(place) / (out.name or "publication")
            before = _ledger(out)
            if out.exists():
                shutil.copytree(out, scratch, symlinks=True)
            yield scratch, out, before
    except standard.PublicationError as error:
        raise CannotPublish(str(error).replace(str(scratch), str(out))) from error
    except OSError as error:
        raise CannotPublish(
            f"{out} cannot be written ({error.strerror}). Choose another folder with --out."
        ) from error


def _write_pages(
    scratch: Path, *, standing: Path | None = None, replies: Sequence[responses.Response] = ()
) -> None:
    for name, data in public.pages(scratch, standing=standing, replies=replies).items():
        (scratch / name).write_bytes(data)


def _in_the_light_of(wanted: Wanted, out: Path) -> dict[str, Any]:
    """The true counts of the earlier periods of the year, whose deviations the rounding makes up for.

    What was published of them is read from the folder itself, or beside it where it lacks them: of a draft,
    or of a copy that is written elsewhere.
    """
    standing = standing_folder()
    beside = standing if standing != out else None
    return {"earlier": truth_of(wanted.after, area_code=wanted.office.area_code), "beside": beside}


def standing_folder() -> Path | None:
    """Where the months that are out stand, if any are."""
    folders = [Path(each.folder) for each in Publication.objects.published().order_by("-signed_at")]
    return next((each for each in folders if (each / "datapackage.json").is_file()), None)


def _reply_times(
    written: standard.Publication, standing: Path | None, wanted: Wanted
) -> list[responses.Response]:
    """The reply times of bodies over twelve months that are all out with this period, which is one of them.

    Their numbers are sums of published cells; the office adds medians only, and only where 20 stand behind. A
    month published late completes the twelve months of later ones too.
    """
    if standing is not None:
        written = public.together(written, standard.read(standing))
    out = set(written.periods)
    found = []
    for last in sorted(period for period in out if size_of(period) == "month"):
        span = months_to(last)
        if wanted.period in span and out.issuperset(span):
            found += responses.response_rows(written, to=last, medians=medians(last))
    return found


def _with_reply_times(
    written: standard.Publication, replies: list[responses.Response], wanted: Wanted
) -> standard.Publication:
    """Add the reply times to what is signed.

    Not to a draft, which has its own month only: each number has to be the sum of twelve months that stand in
    the same folder, or validation and attack A11 refuse it. Who signs sees them on the screen and the page.
    """
    for last in sorted({each.period for each in replies}):
        rows = [each for each in replies if each.period == last]
        written = responses.put(written.path, "responses", rows, created=wanted.now)
    return written


def truth_of(periods: list[str], *, area_code: str) -> dict[str, dict[standard.Cell, int]]:
    """The true counts that were kept of these periods."""
    kept = Publication.objects.filter(month__in=periods).exclude(counts=[])
    return {one.month: as_cells(one.counts, period=one.month, area_code=area_code) for one in kept}


def home_folder() -> Path:
    """Where the next month is published: beside those that are out."""
    known = Publication.objects.published().order_by("-signed_at").values_list("folder", flat=True).first()
    return standing_folder() or Path(known or published_folder())


def drafts_folder(month: str) -> Path:
    """Where the draft of a month is written unless another place is named."""
    return Path(settings.HOME.publications) / "drafts" / month


def _workplace() -> Path:
    """Where publications are put together: in the office's own folder, which nobody else reads."""
    place = Path(settings.HOME.publications)
    place.mkdir(parents=True, exist_ok=True)
    return place


def _ledger(folder: Path) -> bytes | None:
    ledger = folder / "releases.csv"
    return ledger.read_bytes() if ledger.is_file() else None


def identity(office: Office) -> standard.OfficeIdentity:
    """The office as a publication names it: the seat first, no party, nobody but the member."""
    return standard.OfficeIdentity(
        name=f"Office of {office.title}",
        kind=office.member_kind,
        # A seat without an identifier of its own is the kind of member and the area, which nobody else has.
        post=office.post or f"{office.member_kind}/{office.area_code}",
        area_code=office.area_code,
        area_name=office.area_name,
        identifiers=(("twfy-post", office.post),) if office.post.startswith(TWFY_POST) else (),
    )
