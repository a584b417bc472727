"""News of each month and of each withdrawal, as an Atom feed."""

from __future__ import annotations

from opencasework.office.publishing.public.figures import Shown
from opencasework.office.publishing.public.words import period_name
from opencasework.standard.atom import Entry, feed
from opencasework.standard.descriptor import Release

MOST_ENTRIES = 36


def atom(view: Shown) -> bytes:
    """The feed. Its times are those of the ledger, so that it says the same whenever it is made."""
    about = view.publication.descriptor
    # Reply times come out with the counts they are made of, and are no news of their own.
    counts = [release for release in view.publication.releases if release.table == "counts"]
    releases = sorted(counts, key=lambda release: release.published_at, reverse=True)
    return feed(
        id=about["id"],
        title=about["title"],
        updated=releases[0].published_at if releases else about["created"],
        author=view.publication.office.name,
        page="index.html",
        entries=[_entry(release, view) for release in releases[:MOST_ENTRIES]],
    )


def _entry(release: Release, view: Shown) -> Entry:
    period, numbers = period_name(release.period, "en"), view.by_period.get(release.period)
    title, said = f"Casework figures of {period}", "Published figures."
    if release.withdraws:
        title = f"{period} was withdrawn"
        said = "The office took these figures back."
    elif release.period in {tables.year for tables in view.years}:
        said = "The whole year by detailed topic, by how problems came and by how they ended."
    elif numbers:
        said = (
            f"{numbers['cases_opened']:,} problems taken on, {numbers['cases_closed']:,} ended, "
            f"{numbers['enquiries_sent']:,} enquiries to public bodies."
        )
    return Entry(
        f"{view.publication.descriptor['id']}:{release.release_id}", title, release.published_at, said
    )
