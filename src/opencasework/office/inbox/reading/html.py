"""The formatted view of a mail: a stranger's HTML, cleaned of everything that acts, loads or disguises.

It is made in the child process: the checks here only spare it what is plainly too much, and a few kilobytes
of tags that close in the wrong order can still become megabytes.

Nothing in it can be clicked: links become their words with the host they lead to, and the page lists them.
The only pictures are those that came with the mail, drawn again by us and put in as data.

The plain text is what people see first. This view is shown in a sandboxed frame with a policy of its own that
loads nothing, so a fault here alone does no harm.
"""

import base64
import re
from collections.abc import Callable
from html import escape
from urllib.parse import unquote

import nh3

from . import characters, limits
from .plain import unescaped
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
    "img": {"src", "alt"},  # none survives `_Finished`
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
# A tag as the cleaner writes it. It leaves no < in a text and none in an attribute.
CLEAN_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*)>')
CLEAN_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"<>]*)"')
WEB = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.IGNORECASE)
IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f]+")  # as browsers do
MOST_ATTRIBUTES = 20_000
MOST_LINKS = 50  # listed under a formatted message
MOST_PICTURES = 100
LONGEST_ALT = 300
Draw = Callable[[list[str]], dict[str, bytes]]


def _may_stay(tag: str, name: str, value: str) -> bool:
    """A picture may only be one that came with the mail, and nothing else may point to one."""
    if tag == "img":
        return name == "alt" or (name == "src" and value[:4].lower() == "cid:")
    return name != "href" or value.strip()[:4].lower() != "cid:"


CLEANER = nh3.Cleaner(
    tags={*TAGS, "img"},
    attributes=ATTRIBUTES,
    attribute_filter=lambda tag, name, value: value if _may_stay(tag, name, value) else None,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
    clean_content_tags=set(GONE_WITH_CONTENT),
)


def formatted(html: str, *, draw: Draw = lambda wanted: {}) -> Formatted | None:
    """The formatted view of a mail's HTML; None where it has none or that would be too large.

    `draw` is given the Content-IDs of the pictures the text shows and returns those it could draw, as WebP.
    """
    clean = cleaned(html) if html else None
    if clean is None or len(clean) > limits.HTML_CHARACTERS:
        return None
    wanted = _pictures_wanted(clean)
    finished = _Finished(draw(wanted) if wanted else {})
    shown = finished.written(clean)
    if shown is None:
        return None
    return Formatted(
        html=shown,
        links=finished.links[:MOST_LINKS],
        pictures=_remote_pictures(html),
        unshown=len(wanted) - len(finished.drawn),
    )


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


def _pictures_wanted(clean: str) -> list[str]:
    """The Content-IDs of the pictures within the text, each once."""
    sources = (_attributes(tag[3]).get("src", "") for tag in CLEAN_TAG.finditer(clean) if tag[2] == "img")
    return list(dict.fromkeys(_content_id(source) for source in sources if source))


def _content_id(source: str) -> str:
    return unquote(source[4:]).strip("<> ")


def _attributes(written: str) -> dict[str, str]:
    return {name: unescaped(value) for name, value in CLEAN_ATTRIBUTE.findall(written)}


class _Finished:
    """Writes cleaned HTML as the frame shows it: links inert, with their host; pictures only our own."""

    def __init__(self, drawn: dict[str, bytes]) -> None:
        self.drawn = drawn
        self.left = limits.INLINE_PICTURES_BYTES * 2  # one small picture may be shown many times
        self.links: list[Link] = []
        self.out: list[str] = []
        self.href = ""
        self.words: list[str] = []

    def written(self, clean: str) -> str | None:
        """The HTML of the frame; None where the cleaner left anything but tags as we know them."""
        end = 0
        for tag in CLEAN_TAG.finditer(clean):
            if not self._text(clean[end : tag.start()]):
                return None
            end = tag.end()
            if tag[2] == "a":
                self._link(closing=bool(tag[1]), href=_attributes(tag[3]).get("href", ""))
            elif tag[2] == "img":
                self.out.append(self._picture(_attributes(tag[3])))
            else:
                self.out.append(tag[0])
        return "".join(self.out) if self._text(clean[end:]) else None

    def _text(self, text: str) -> bool:
        self.out.append(text)
        self.words.append(text)
        return "<" not in text

    def _link(self, *, closing: bool, href: str) -> None:
        if not closing:
            self.href, self.words = href, []
            self.out.append(f'<u title="{escape(href[:500])}">' if href else "<u>")
            return
        self.out.append("</u>")
        if self.href:
            words = " ".join(unescaped("".join(self.words)).split())
            host = host_of(self.href)
            self.links.append(Link(words=words, host=host, url=self.href))
            if words.lower() != host:  # anything but the host itself may be meant to look like another
                self.out.append(f" <small>[{escape(host[:200])}]</small>")
        self.href = ""

    def _picture(self, attributes: dict[str, str]) -> str:
        source = attributes.get("src", "")
        picture = self.drawn.get(_content_id(source)) if source else None
        alt = " ".join(attributes.get("alt", "").split())[:LONGEST_ALT]
        if picture is None or len(picture) > self.left:
            return f"[{escape(alt)}]" if alt else ""
        self.left -= len(picture)
        data = base64.b64encode(picture).decode()
        return f'<img alt="{escape(alt)}" src="data:image/webp;base64,{data}">'


def host_of(url: str) -> str:
    """Whom a link leads to, as a browser would read it: the host of a web address, else what follows the
    scheme. Letters that only look like others are spelt out."""
    url = IGNORED_IN_ADDRESSES.sub("", url)
    web = WEB.match(url)
    if web is None:
        return url.partition(":")[2] or url
    host = unquote(web[1].rpartition("@")[2]).lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ascii(host).strip("'")
