"""HTML mail as plain text: what a person would read, line by line, with the address behind each link."""

import re
from html.parser import HTMLParser

from . import characters, limits

UNSEEN = {"script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe", "select"}
STARTS_LINE = characters.words(
    "address article aside blockquote center dd details dir div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
STARTS_PARAGRAPH = characters.words("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr")
VOID = {"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "embed", "source", "track", "wbr"}
SPACES = re.compile(r"[ \t\n\r\f\u00a0\u2007\u202f]+")
DECLARATION = re.compile(r"<[!?](?:--|[^<>]{0,500}>)?")
DEEPEST_QUOTE = 20


def from_html(html: str) -> str:
    """The text of an HTML message. Scripts, styles and pictures leave no trace; quoted lines have `> `."""
    reader = _Reader()
    reader.feed(_without_declarations(html[: limits.HTML_CHARACTERS]))
    reader.close()
    return reader.text()


def _without_declarations(html: str) -> str:
    """HTML without comments and the like: the library's parser rereads the rest for each unclosed one."""
    kept: list[str] = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        end = html.find("-->", start + 4)
        if end < 0:
            break
        kept.append(html[position:start])
        position = end + 3
    kept.append(html[position:])
    return DECLARATION.sub("", "".join(kept))


ENRICHED = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>")


def from_enriched(text: str) -> str:
    """The words of text/enriched and text/richtext (RFC 1896): its marks go, a lone line end is a space."""
    text = re.sub(r"\n(\n*)", lambda ends: ends[1] or " ", text)
    kept: list[str] = []
    position = unseen = 0
    for mark in ENRICHED.finditer(text):
        if not unseen:
            kept.append(text[position : mark.start()])
        position = mark.end()
        name = (mark[2] or "").lower()
        if mark[0] == "<<":
            kept.append("" if unseen else "<")
        elif name in ("param", "comment"):
            unseen = max(0, unseen + (-1 if mark[1] else 1))
        elif name in ("nl", "np", "paragraph"):
            kept.append("" if name == "paragraph" and not mark[1] else "\n")
        elif name == "lt":
            kept.append("<")
    return "".join([*kept, "" if unseen else text[position:]]).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.unseen = 0
        self.quotes = 0
        self.preformatted = 0
        self.link: tuple[str, int] | None = None
        self.numbering: list[int] = []  # one per open list; 0 in a list without numbers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        if self.unseen:
            return
        self._break_before(tag)
        if tag == "br":
            self._end_line()
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.preformatted += 1
        elif tag in ("ul", "ol"):
            self.numbering.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._start_item()
        elif tag in ("td", "th") and "".join(self.line).strip():
            self.line.append("\t")
        elif tag == "a":
            self.link = (dict(attrs).get("href") or "", len(self.line))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if self.unseen:
            return
        if tag == "a" and self.link:
            self._close_link()
        if tag == "blockquote":
            self._break_before("div")  # its last line is still quoted, the empty one after it is not
            self.quotes = max(0, self.quotes - 1)
        self._break_before(tag)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif tag in ("ul", "ol") and self.numbering:
            self.numbering.pop()

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if self.preformatted:
            first, *rest = data.split("\n")
            self.line.append(first)
            for each in rest:
                self._end_line()
                self.line.append(each)
            return
        self.line.append(SPACES.sub(" ", data))

    def _break_before(self, tag: str) -> None:
        if tag in STARTS_LINE and any(each.strip() for each in self.line):
            self._end_line()
        if tag in STARTS_PARAGRAPH and self.lines and self.lines[-1].strip("> "):
            self._end_line()

    def _start_item(self) -> None:
        if self.numbering and self.numbering[-1]:
            self.line.append(f"{self.numbering[-1]}. ")
            self.numbering[-1] += 1
        else:
            self.line.append("- ")

    def _close_link(self) -> None:
        assert self.link is not None
        href, start = self.link
        self.link = None
        label = "".join(self.line[start:]).strip()
        shown = re.sub(r"^(https?://|mailto:|tel:)", "", href.strip()).rstrip("/")
        if href.lower().startswith(("http://", "https://", "mailto:")) and shown not in label:
            self.line.append(f" <{characters.one_line(href)}>")

    def _end_line(self) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else re.sub(" {2,}", " ", text).strip().replace("\t", "  ")
        self.lines.append("> " * min(self.quotes, DEEPEST_QUOTE) + text)
        self.line = []

    def text(self) -> str:
        """What was read, with at most one empty line between two paragraphs."""
        if any(each.strip() for each in self.line):
            self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip()
