"""Acts that broke off between the folder and the database: the ledger of the folder says what happened.

A publication is swapped in whole, and then the database is told. A computer that stops between the two leaves
a month that is out and still a draft here, or gone and still published here. So who acts, and what on, is
written down before the swap, and whoever acts next looks first. Only what was written down is believed: a
line that somebody else put into a ledger is still refused (`checks.check_folder`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.standard import files
from opencasework.standard import publication as standard
from opencasework.standard.descriptor import live_releases

Act = Literal["signature", "withdrawal"]


def begin(
    publication: Publication, folder: Path, act: Act, *, by: StaffMember, now: datetime, why: str = ""
) -> None:
    """Write down who is about to sign or withdraw it, before the folder is changed."""
    begun = {"act": act, "by": by.pk, "at": now.isoformat(), "folder": str(folder), "why": why}
    publication.notes = {**publication.notes, "begun": begun}
    publication.save(update_fields=["notes"])


def recover() -> None:
    """Bring the database up to what the folders say of acts that broke off half-way."""
    begun = Publication.objects.filter(notes__has_key="begun").exclude(state=Publication.State.WITHDRAWN)
    for publication in begun:
        act = publication.notes["begun"]
        awaited = {"signature": Publication.State.DRAFT, "withdrawal": Publication.State.PUBLISHED}
        if publication.state == awaited[act["act"]]:
            _finish(publication, act)


def _finish(publication: Publication, act: dict[str, str]) -> None:
    folder = Path(act["folder"])
    files.finish_interrupted_swap(folder)
    try:
        releases = standard.read(folder).releases
    except (standard.PublicationError, OSError):
        return  # nothing is there; whoever publishes next is told
    by = StaffMember.objects.get(pk=act["by"])
    at = datetime.fromisoformat(act["at"])
    live = live_releases(releases).get(publication.month)
    if act["act"] == "signature":
        if live is not None and live.sha256 == publication.rows_sha256:
            publication.mark_published(by=by, at=at, folder=folder)
        return
    ours = {each.release_id for each in releases if each.sha256 == publication.rows_sha256}
    if live is None and any(each.withdraws in ours for each in releases):
        publication.mark_withdrawn(by=by, at=at, why=act["why"])
