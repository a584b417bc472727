"""News of each month and of each withdrawal, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from xml.etree import ElementTree

from opencasework.office.publishing.public.figures import Shown
from opencasework.office.publishing.public.words import period_name
from opencasework.standard.descriptor import Release

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 36


def atom(view: Shown) -> bytes:
    """The feed. Its times are those of the ledger, so that it says the same whenever it is made."""
    ElementTree.register_namespace("", ATOM)
    about, office = view.publication.descriptor, view.publication.office
    feed = ElementTree.Element(_name("feed"), {"xml:lang": "en"})
    _add(feed, "title", about["title"])
    _add(feed, "id", about["id"])
    # Reply times come out with the counts they are made of, and are no news of their own.
    counts = [release for release in view.publication.releases if release.table == "counts"]
    releases = sorted(counts, key=lambda release: release.published_at, reverse=True)
    _add(feed, "updated", releases[0].published_at if releases else about["created"])
    _add(_add(feed, "author"), "name", office.name)
    ElementTree.SubElement(feed, _name("link"), {"rel": "self", "href": "feed.xml"})
    ElementTree.SubElement(feed, _name("link"), {"rel": "alternate", "href": "index.html"})
    for release in releases[:MOST_ENTRIES]:
        _entry(feed, release, view)
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _entry(feed: ElementTree.Element, release: Release, view: Shown) -> None:
    period = period_name(release.period, "en")
    entry = _add(feed, "entry")
    _add(entry, "id", f"{view.publication.descriptor['id']}:{release.release_id}")
    _add(entry, "updated", release.published_at)
    ElementTree.SubElement(entry, _name("link"), {"rel": "alternate", "href": "index.html"})
    if release.withdraws:
        _add(entry, "title", f"{period} was withdrawn")
        _add(
            entry,
            "summary",
            "The office took these figures back. What replaces them will be news of its own.",
        )
        return
    _add(entry, "title", f"Casework figures of {period}")
    numbers = view.by_period.get(release.period)
    said = (
        f"{numbers['cases_opened']:,} problems taken on, {numbers['cases_closed']:,} ended, "
        f"{numbers['enquiries_sent']:,} enquiries to public bodies."
        if numbers
        else "Published figures."
    )
    _add(entry, "summary", said)


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, _name(name))
    child.text = text or None
    return child


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"
