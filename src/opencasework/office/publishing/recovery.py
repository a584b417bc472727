"""Acts that broke off between the folder and the database: the ledger of the folder says what happened.

A publication is swapped in whole, and then the database is told. A computer that stops between the two leaves
a month that is out and still a draft here, or gone and still published here. So who acts, and what on, is
written down before the swap, and whoever acts next looks first. Only what was written down is believed: a
line that somebody else put into a ledger is still refused (`checks.check_folder`). One acts at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings

from opencasework.office.publishing.checks import CannotPublish
from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.standard import files
from opencasework.standard import publication as standard
from opencasework.standard.descriptor import live_releases

Act = Literal["signature", "withdrawal"]
AWAITED = {"signature": Publication.State.DRAFT, "withdrawal": Publication.State.PUBLISHED}


@contextmanager
def acting() -> Iterator[None]:
    """Be the only one of this office to change a publication, with the database brought up to the folders.

    Whoever comes second waits until the first is done, so look again within it at what is to be changed.
    """
    place = Path(settings.HOME.publications) / ".acting"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotPublish(
            f"{place} cannot be made ({error.strerror}). Give this program the right to write there."
        ) from error
    with files.alone_in(place):
        for publication in Publication.objects.filter(notes__has_key="begun"):
            _settle(publication)
        yield


def recover() -> None:
    """Bring the database up to what the folders say of acts that broke off half-way."""
    with acting():
        pass


@contextmanager
def written_down(
    publication: Publication, folder: Path, act: Act, *, by: StaffMember, now: datetime, why: str = ""
) -> Iterator[None]:
    """Within `acting`: have it written down who signs or withdraws, while the folder is changed.

    It is forgotten whatever way the act ends. Only a computer that stops leaves it, to whoever acts next.
    """
    begun = {"act": act, "by": by.pk, "at": now.isoformat(), "folder": str(folder), "why": why}
    publication.notes = {**publication.notes, "begun": begun}
    publication.save(update_fields=["notes"])
    try:
        yield
    except Exception:
        _settle(publication)  # it may have failed before the folder was swapped, or after
        raise
    _forget(publication)


def _settle(publication: Publication) -> None:
    """Do what the folder says of the act that was begun, and forget it; or leave it, where none can tell."""
    act = publication.notes["begun"]
    folder = Path(act["folder"])
    with files.alone_in(folder.parent) if folder.parent.is_dir() else nullcontext():
        publication.refresh_from_db()
        if publication.state != AWAITED[act["act"]] or _is_told(publication, act, folder):
            _forget(publication)


def _is_told(publication: Publication, act: dict[str, str], folder: Path) -> bool:
    """Whether the folder tells how the act ended; then the database says the same."""
    files.finish_interrupted_swap(folder)
    try:
        releases = standard.read(folder).releases
    except (standard.PublicationError, OSError):
        # What should be there may come back from a copy. Where nothing ever was, nothing was swapped in.
        something_was = Publication.objects.published().filter(folder=str(folder)).exists()
        return not something_was and not (folder / "datapackage.json").exists()
    by = StaffMember.objects.filter(pk=act["by"]).first()
    if by is None:  # nobody can be said to have done it
        return False
    at = datetime.fromisoformat(act["at"])
    live = live_releases(releases).get(publication.month)
    ours = {each.release_id for each in releases if each.sha256 == publication.rows_sha256}
    if act["act"] == "signature":
        if live is not None and live.sha256 == publication.rows_sha256:
            publication.mark_published(by=by, at=at, folder=folder)
    elif live is None and any(each.withdraws in ours for each in releases):
        publication.mark_withdrawn(by=by, at=at, why=act["why"])
    return True


def _forget(publication: Publication) -> None:
    publication.notes = {name: note for name, note in publication.notes.items() if name != "begun"}
    publication.save(update_fields=["notes"])
