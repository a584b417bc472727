"""News as an Atom feed (RFC 4287): of one publication, or of what many say together."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """One piece of news. `id` is an own one for ever, `updated` a moment in UTC (RFC 3339)."""

    id: str
    title: str
    updated: str
    summary: str


def feed(*, id: str, title: str, updated: str, author: str, page: str, entries: Iterable[Entry]) -> bytes:
    """The feed as it stands in a file `feed.xml` beside `page`, the address of what it is about."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(_name("feed"), {"xml:lang": "en"})
    _add(root, "title", title)
    _add(root, "id", id)
    _add(root, "updated", updated)
    _add(_add(root, "author"), "name", author)
    ElementTree.SubElement(root, _name("link"), {"rel": "self", "href": "feed.xml"})
    ElementTree.SubElement(root, _name("link"), {"rel": "alternate", "href": page})
    for each in entries:
        entry = _add(root, "entry")
        _add(entry, "id", each.id)
        _add(entry, "title", each.title)
        _add(entry, "updated", each.updated)
        ElementTree.SubElement(entry, _name("link"), {"rel": "alternate", "href": page})
        _add(entry, "summary", each.summary)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, _name(name))
    child.text = text or None
    return child


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"
