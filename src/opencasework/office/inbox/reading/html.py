"""The formatted view of a mail: a stranger's HTML, cleaned of everything that acts, loads or disguises.

It is made in the child process: the checks here only spare it what is plainly too much, and a few kilobytes
of tags that close in the wrong order can still become megabytes.

The plain text is what people see first. This view is shown in a sandboxed frame with a policy of its own that
loads nothing, so a fault here alone does no harm.
"""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3

from . import characters, limits
from .structure import Formatted, Link

TAGS = characters.words(
    "a abbr b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small span strong"
    " sub sup table tbody td tfoot th thead tr u ul"
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Their content goes too: it is code, or text in which the next parser might find code.
GONE_WITH_CONTENT = characters.words(
    "script style title svg math noscript template iframe object xmp noembed noframes plaintext textarea"
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
PICTURE = re.compile(
    r"<img\b[^<>]{0,2000}?\bsrc\s{0,20}=\s{0,20}[\"']?(https?://[^\s\"'<>]{1,500})", re.IGNORECASE
)
MOST_ATTRIBUTES = 20_000
MOST_LINKS = 50  # listed under a formatted message
MOST_PICTURES = 100
CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
    clean_content_tags=set(GONE_WITH_CONTENT),
)


def formatted(html: str) -> Formatted | None:
    """The formatted view of a mail's HTML; None where it has none or that would be too large."""
    clean = cleaned(html) if html else None
    if clean is None or len(clean) > limits.HTML_CHARACTERS:
        return None
    links = _Links()
    links.feed(clean)
    return Formatted(html=clean, links=links.links[:MOST_LINKS], pictures=_remote_pictures(html))


def cleaned(html: str) -> str | None:
    """The cleaned HTML, or None where it is too large or too deep to clean in reasonable time."""
    if len(html) > limits.HTML_CHARACTERS or html.count("=") > MOST_ATTRIBUTES * 5:
        return None
    return CLEANER.clean(html) if _is_shallow(html) else None


def _is_shallow(html: str) -> bool:
    """Whether tags are nested no deeper, and are no more, than the limits. Unclosed tags count as nested."""
    depth = 0
    for number, tag in enumerate(TAG.finditer(html)):
        if number > limits.HTML_TAGS:
            return False
        if tag[1]:
            depth = max(0, depth - 1)
        elif tag[2].lower() not in VOID:
            depth += 1
        if depth > limits.HTML_DEPTH:
            return False
    return True


def _remote_pictures(html: str) -> list[str]:
    """The addresses of pictures the mail wanted loaded. They are listed for the reader, never fetched."""
    return list(dict.fromkeys(PICTURE.findall(html)))[:MOST_PICTURES]


class _Links(HTMLParser):
    """The links of cleaned HTML: what stands on the screen, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.href = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.href, self.words = dict(attrs).get("href") or "", []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            words = " ".join("".join(self.words).split())
            self.links.append(Link(words=words, host=_host(self.href), url=self.href))
            self.href = ""


def _host(url: str) -> str:
    """Whom a link leads to: the host of a web address, else the address or number after the scheme."""
    try:
        host = urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:  # brackets or look-alike letters where a host does not have them
        host = ""
    return host or url.partition(":")[2]
