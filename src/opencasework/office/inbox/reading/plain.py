"""HTML mail as plain text: what a person would read, line by line, with the address behind each link."""

import html as entities
import re

from . import characters, limits

RAW = {"script", "style", "title", "xmp"}  # nothing inside is a tag until they close
UNSEEN = {"template", "svg", "math", "object", "iframe", "select"}
STARTS_LINE = characters.words(
    "address article aside blockquote center dd details dir div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
STARTS_PARAGRAPH = characters.words("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr")
SPACES = re.compile(r"[ \t\n\r\f\u00a0\u2007\u202f]+")
INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]")
DECLARATION = re.compile(r"<[!?](?:--|[^<>]{0,500}>)?")
# A tag; then one whose quotation marks do not match. Each stops at the next "<", so all of them are linear.
TAG = re.compile(
    r"""<(/?)([a-zA-Z][\w:-]{0,60})((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>|<(/?)([a-zA-Z][\w:-]{0,60})([^<>]*+)>"""
)
HREF = re.compile(r"""\bhref\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
ENDLESS_NUMBER = re.compile(r"&#(?:[xX][0-9a-fA-F]{12,}|[0-9]{12,});?")
DEEPEST_QUOTE = 20
LONGEST_LINK = 60  # characters: a longer one only tracks who clicks, and hides the words around it


def unescaped(text: str) -> str:
    """Text with its entities read. One of thousands of digits, which Python refuses to read, is none."""
    return entities.unescape(ENDLESS_NUMBER.sub("\ufffd", text))


def from_html(html: str) -> str:
    """The text of an HTML message. Scripts, styles and pictures leave no trace; quoted lines have `> `."""
    return _Reader().read(_without_declarations(html[: limits.HTML_CHARACTERS]))


def _without_declarations(html: str) -> str:
    """HTML without comments and the like."""
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


class _Reader:
    """Goes through HTML tag by tag, as browsers do: whatever is no tag is text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.has_words = False  # in the line so far
        self.unseen = 0
        self.quotes = 0
        self.preformatted = 0
        self.link: tuple[str, int] | None = None
        self.numbering: list[int] = []  # one per open list; 0 in a list without numbers

    def read(self, html: str) -> str:
        position = 0
        while tag := TAG.search(html, position):
            self._text(html[position : tag.start()])
            position = tag.end()
            ends, name, rest = tag.group(1, 2, 3) if tag[2] else tag.group(4, 5, 6)
            name = name.lower()
            if ends:
                self._close(name)
            elif name in RAW:
                close = re.compile(f"</{name}", re.IGNORECASE).search(html, position)
                position = close.start() if close else len(html)
            else:
                self._open(name, rest)
        self._text(html[position:])
        if self.has_words:
            self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip()

    def _open(self, tag: str, rest: str) -> None:
        if tag in UNSEEN and not rest.endswith("/"):
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
        elif tag in ("td", "th") and self.has_words:
            self.line.append("\t")
        elif tag == "a":
            href = HREF.search(rest)
            address = next((each for each in href.groups() if each is not None), "") if href else ""
            self.link = (unescaped(address), len(self.line))

    def _close(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if self.unseen:
            return
        if tag == "a" and self.link:
            self._close_link()
        if tag == "blockquote":
            self._break_before("div")  # its last line is still quoted, the empty one after it is not
            while (
                self.quotes
                and self.lines
                and self.lines[-1].startswith(">")
                and not self.lines[-1].strip("> ")
            ):
                self.lines.pop()
            self.quotes = max(0, self.quotes - 1)
        if tag in ("ul", "ol") and self.numbering:
            self.numbering.pop()
        self._break_before(tag)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)

    def _text(self, data: str) -> None:
        if self.unseen or not data:
            return
        if "&" in data:
            data = unescaped(data)
        if self.preformatted:
            first, *rest = data.split("\n")
            self._say(first)
            for each in rest:
                self._end_line()
                self._say(each)
            return
        self._say(SPACES.sub(" ", data))

    def _say(self, text: str) -> None:
        if not text.isascii():
            text = INVISIBLE.sub("", text)
        self.line.append(text)
        self.has_words = self.has_words or not (text.isspace() or not text)

    def _break_before(self, tag: str) -> None:
        if tag in STARTS_LINE and self.has_words:
            self._end_line()
        is_inner_list = tag in ("ul", "ol") and self.numbering
        if tag in STARTS_PARAGRAPH and not is_inner_list and self.lines and self.lines[-1].strip("> "):
            self._end_line()

    def _start_item(self) -> None:
        if self.numbering and self.numbering[-1]:
            self._say(f"{self.numbering[-1]}. ")
            self.numbering[-1] += 1
        else:
            self._say("- ")

    def _close_link(self) -> None:
        assert self.link is not None
        href, start = self.link
        self.link = None
        label = "".join(self.line[start:]).strip()
        shown = re.sub(r"^(https?://|mailto:|tel:)", "", href.strip()).rstrip("/")
        leads = href.lower().startswith(("http://", "https://", "mailto:")) and len(href) <= LONGEST_LINK
        if leads and label and shown not in label:
            self.line.append(f" <{characters.one_line(href)}>")

    def _end_line(self) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else re.sub(" {2,}", " ", text).strip().replace("\t", "  ")
        self.lines.append("> " * min(self.quotes, DEEPEST_QUOTE) + text)
        self.line = []
        self.has_words = False
