"""Rich text of a letter: the few kinds of HTML it may be made of, and the plain words it stands for.

Whatever comes in, what goes out is written here anew from a flat list of blocks, each a run of words with
its marks: so it is made of nothing but p, br, strong, em, a, ul, ol, li, blockquote, span.field, and of ins
and del, which are a colleague's suggestions. How suggestions are answered is in `suggesting`.

A suggestion that only breaks or joins a paragraph has no words to stand on. There, as the editor does, an
empty character (`ANCHOR`) on either side of the break carries the mark; no plain text ever holds one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

import nh3

LONGEST = 200_000  # characters of HTML; some eighty pages
DEEPEST = 6  # lists and quotations inside one another; deeper ones are taken up to here
ANCHOR = "\u200b"
MOST_NESTED = 100  # tags inside one another, before any is looked at
_TOO_LONG = "This is too long for a letter. Put a part of it into a document and enclose that."

_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "dt", "dd", "pre", "hr"}
_CONTAINERS = {"ul", "ol", "li", "blockquote"}
_INLINE = {"br", "strong", "b", "em", "i", "a", "span", "ins", "del"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,20})")
_UNCLOSED = {
    "p",
    "li",
    "br",
    "hr",
    "img",
    "meta",
    "link",
    "input",
    "col",
    "td",
    "tr",
    "th",
    "dt",
    "dd",
    "o:p",
}
_MARK = re.compile(r"[^A-Za-z0-9_.:+-]")
_WEB = re.compile(r"(?i)(https?://|mailto:|tel:)[^\s\x00-\x1f]+\Z")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
# What nothing can print: control characters other than those that are spaces, and the characters of private
# use, which stand for nothing outside one program: the page of a letter has its own use for them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")

_CLEANER = nh3.Cleaner(
    tags=_BLOCKS | _CONTAINERS | _INLINE,
    attributes={
        "a": {"href"},
        "span": {"class"},
        "ins": {"data-by", "data-at", "data-id"},
        "del": {"data-by", "data-at", "data-id"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
    clean_content_tags={"script", "style", "title", "xml", "svg", "math", "noscript", "template", "textarea"}
    | {"iframe", "object", "xmp", "noembed", "noframes", "plaintext", "select"},
)


class TooLong(ValueError):
    """More HTML than a letter can be; the message says so to whoever wrote it."""


@dataclass(frozen=True)
class Mark:
    """A run is suggested: to go in (`ins`) or out (`del`), by whom (a number of staff) and when (ISO)."""

    kind: str
    id: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class Run:
    """Words that look the same, or a line break (a newline by itself)."""

    text: str
    mark: Mark | None = None
    href: str = ""
    is_field: bool = False
    strong: bool = False
    em: bool = False


@dataclass(frozen=True)
class Container:
    """One list, list item or quotation; equal only to itself."""

    kind: str
    number: int


@dataclass(frozen=True)
class Block:
    """A paragraph, with the lists and quotations it stands in, outermost first."""

    path: tuple[Container, ...]
    runs: tuple[Run, ...]


# --- reading ------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Reads well-formed HTML into blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.runs: list[Run] = []
        self.open: list[Container] = []
        self.looks = [Run("")]  # how words look where the reader is, innermost last
        self.made = 0
        self.marks = 0

    @property
    def look(self) -> Run:
        return self.looks[-1]

    def container(self, kind: str) -> Container:
        self.made += 1
        return Container(kind, self.made)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.add("\n")
        elif tag in _BLOCKS:
            self.finish()
        elif tag in _CONTAINERS:
            self.finish()
            self.open.append(self.container(tag))
        else:
            self.looks.append(replace(self.look, **self.changed(tag, values)))

    def changed(self, tag: str, values: dict[str, str]) -> dict[str, Any]:
        """What a tag changes of how words look."""
        href = _CONTROLS.sub("", values.get("href", "")).strip()
        if tag in {"strong", "b"}:
            return {"strong": True}
        if tag in {"em", "i"}:
            return {"em": True}
        if tag == "a" and _WEB.match(href):
            return {"href": href}
        if tag == "span" and "field" in values.get("class", "").split():
            return {"is_field": True}
        if tag in {"ins", "del"} and self.look.mark is None:
            return {"mark": self.mark(tag, values)}
        return {}

    def mark(self, kind: str, values: dict[str, str]) -> Mark:
        self.marks += 1
        wanted = [_MARK.sub("", values.get(f"data-{name}", ""))[:64] for name in ("id", "by", "at")]
        return Mark(kind, wanted[0] or f"n{self.marks}", wanted[1], wanted[2])

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            if not self.runs and self.look.mark:
                self.add(ANCHOR)  # a whole paragraph was suggested, and it is empty
            self.finish()
        elif tag in _CONTAINERS:
            self.finish()
            if self.open:
                self.open.pop()
        elif tag != "br" and len(self.looks) > 1:
            self.looks.pop()

    def handle_data(self, data: str) -> None:
        self.add(_SPACES.sub(" ", _CONTROLS.sub("", data)))

    def add(self, text: str) -> None:
        if text:
            self.runs.append(replace(self.look, text=text))

    def finish(self) -> None:
        runs = tidied(self.runs)
        self.runs = []
        if runs:
            self.blocks.append(Block(self.place(), runs))

    def place(self) -> tuple[Container, ...]:
        """Where the reader is, with every list item in a list and nothing else in one."""
        path: list[Container] = []
        for container in self.open:
            in_list = bool(path) and path[-1].kind in {"ul", "ol"}
            if in_list and container.kind != "li":
                path.append(Container("li", -container.number))  # the same one for all that is within
            if container.kind != "li" or in_list:
                path.append(container)
        if path and path[-1].kind in {"ul", "ol"}:
            path.append(self.container("li"))
        while sum(one.kind != "li" for one in path) > DEEPEST:
            path.pop()
        if path and path[-1].kind in {"ul", "ol"}:
            path.pop()
        return tuple(path)


def tidied(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs of one block as they are kept: one space between words, none at an end, equals joined."""
    kept: list[Run] = []
    before = "\n"  # as if a line had just begun
    for run in _anchored(runs):
        text = run.text
        if text == "\n":
            _strip_end(kept, " ")
        elif before in " \n":
            text = text.lstrip(" ")
        if text and (text != "\n" or kept):
            kept.append(replace(run, text=text))
            before = text[-1] if text != ANCHOR else before
    _strip_end(kept, " \n")
    joined: list[Run] = []
    for run in kept:
        last = joined[-1] if joined else None
        if last and "\n" not in (run.text, last.text) and replace(run, text=last.text) == last:
            joined[-1] = replace(last, text=last.text + run.text)
        else:
            joined.append(run)
    return tuple(joined)


def _anchored(runs: Iterable[Run]) -> Iterable[Run]:
    """The runs with an anchor only where a suggestion has nothing else of its own to stand on."""
    for mark, group in groupby(runs, key=lambda run: run.mark):
        same = list(group)
        bare = [replace(run, text=run.text.replace(ANCHOR, "")) for run in same]
        yield from (
            replace(run, text=_SPACES.sub(" ", run.text)) if run.text != "\n" else run
            for run in bare
            if run.text
        )
        if mark and same and not any(run.text for run in bare):
            yield replace(same[0], text=ANCHOR)


def _strip_end(runs: list[Run], characters: str) -> None:
    """Take what nobody sees off the end of a line."""
    while runs:
        text = runs[-1].text.rstrip(characters)
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()


def read(html: str) -> list[Block]:
    """The blocks of any HTML. Raises TooLong where tags stand too deep in one another to be read."""
    if not _is_shallow(html):
        raise TooLong("This is too deeply nested for a letter. Paste it as plain text: Ctrl Shift V.")
    reader = _Reader()
    reader.feed(_CLEANER.clean(html))
    reader.close()
    reader.finish()
    return reader.blocks


def _is_shallow(html: str) -> bool:
    """Whether what has to be closed stands no deeper than anything a person writes."""
    depth = 0
    for closes, name in _TAG.findall(html):
        if name.lower() not in _UNCLOSED:
            depth = max(0, depth - 1) if closes else depth + 1
            if depth > MOST_NESTED:
                return False
    return True


# --- writing ------------------------------------------------------------------------------------------

_WRAPS: list[tuple[Callable[[Run], object], Callable[[Run], tuple[str, str]]]] = [
    (lambda run: run.mark, lambda run: _mark_tags(run.mark)),
    (lambda run: run.href, lambda run: (f'<a href="{escape(run.href)}">', "</a>")),
    (lambda run: run.is_field, lambda run: ('<span class="field">', "</span>")),
    (lambda run: run.strong, lambda run: ("<strong>", "</strong>")),
    (lambda run: run.em, lambda run: ("<em>", "</em>")),
]


def _mark_tags(mark: Mark | None) -> tuple[str, str]:
    if mark is None:
        return "", ""
    values = (("id", mark.id), ("by", mark.by), ("at", mark.at))
    said = "".join(f' data-{name}="{escape(value)}"' for name, value in values if value)
    return f"<{mark.kind}{said}>", f"</{mark.kind}>"


def _words(runs: Iterable[Run], level: int = 0) -> str:
    if level == len(_WRAPS):
        return "".join("<br>" if run.text == "\n" else escape(run.text, quote=False) for run in runs)
    wanted, tags = _WRAPS[level]
    written = ""
    for look, group in groupby(runs, key=wanted):
        same = list(group)
        before, after = tags(same[0]) if look else ("", "")
        written += before + _words(same, level + 1) + after
    return written


def write(blocks: list[Block]) -> str:
    """The blocks as HTML; empty ones are left out."""
    blocks = [block for block in blocks if block.runs]
    within = Counter(block.path[-1] for block in blocks if block.path and block.path[-1].kind == "li")
    written, open_now = "", ()  # type: str, tuple[Container, ...]
    for block in blocks:
        same = _shared(open_now, block.path)
        written += "".join(f"</{one.kind}>" for one in reversed(open_now[same:]))
        written += "".join(f"<{one.kind}>" for one in block.path[same:])
        alone = bool(block.path) and within[block.path[-1]] == 1
        written += _words(block.runs) if alone else f"<p>{_words(block.runs)}</p>"
        open_now = block.path
    return written + "".join(f"</{one.kind}>" for one in reversed(open_now))


def _shared(one: tuple[Container, ...], other: tuple[Container, ...]) -> int:
    """How many containers two blocks share from the outermost on."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def clean(html: str) -> str:
    """Any HTML as the rich text of a letter. Cleaning twice changes nothing more. Raises TooLong."""
    if len(html) > LONGEST:
        raise TooLong(_TOO_LONG)
    written = write(read(html))
    if len(written) > LONGEST:  # many small pieces grow
        raise TooLong(_TOO_LONG)
    return written


# --- plain words --------------------------------------------------------------------------------------


def tidy(text: str) -> str:
    """Plain text as a letter keeps it: one space between words, one empty line between paragraphs."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace(ANCHOR, "")
    lines = [re.sub(r"[ \t\f\xa0]+", " ", line).strip(" ") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def to_text(html: str) -> str:
    """The plain words that stand: of a suggestion what is there now, as if nobody had suggested it."""
    return plain(resolved(read(html), lambda mark: mark.kind == "del"))


def plain(blocks: list[Block]) -> str:
    """The words of blocks: a line for each list item, an empty line between paragraphs."""
    counts: dict[Container, int] = {}
    seen: set[Container] = set()
    before: tuple[Container, ...] | None = None
    written = ""
    for block in blocks:
        if before is not None:
            shared = before[: _shared(before, block.path)]
            written += "\n" if any(one.kind in {"ul", "ol"} for one in shared) else "\n\n"
        first, further = "", ""
        for outer, one in zip((None, *block.path), block.path, strict=False):
            here = "> " if one.kind == "blockquote" else ""
            if one.kind == "li" and outer is not None:
                if one not in seen:
                    counts[outer] = counts.get(outer, 0) + 1
                sign = "- " if outer.kind == "ul" else f"{counts[outer]}. "
                first += sign if one not in seen else " " * len(sign)
                further += " " * len(sign)
                seen.add(one)
            first, further = first + here, further + here
        written += first + said(block.runs).replace("\n", f"\n{further}")
        before = block.path
    return written


def said(runs: Iterable[Run]) -> str:
    """The words of runs, each link followed by where it leads."""
    words = ""
    for href, group in groupby(runs, key=lambda run: run.href):
        part = "".join(run.text for run in group).replace(ANCHOR, "")
        target = re.sub(r"(?i)^(mailto|tel):", "", href)
        words += f"{part} ({target})" if href and target.strip("/") not in part else part
    return words


def from_text(text: str) -> str:
    """Plain text as rich text: paragraphs, line breaks, and lists of lines that begin with - or 1., 2. …

    The plain words of what comes out are the tidied text.
    """
    blocks: list[Block] = []
    for number, paragraph in enumerate(tidy(text).split("\n\n")):
        lines = paragraph.split("\n")
        if kind := _list_of(lines):
            outer = Container(kind, number)
            blocks += [
                Block((outer, Container("li", index)), tidied([Run(line.partition(" ")[2])]))
                for index, line in enumerate(lines)
            ]
        else:
            blocks.append(Block((), tidied(_broken(lines))))
    return write(blocks)


def _list_of(lines: list[str]) -> str:
    if len(lines) > 1 and all(re.match(r"- [^ ]", line) for line in lines):
        return "ul"
    if len(lines) > 1 and all(re.match(rf"{n}\. [^ ]", line) for n, line in enumerate(lines, 1)):
        return "ol"
    return ""


def _broken(lines: list[str]) -> list[Run]:
    runs: list[Run] = []
    for line in lines:
        runs += [Run("\n"), Run(line)] if runs else [Run(line)]
    return runs


# --- suggestions --------------------------------------------------------------------------------------


@dataclass
class Suggestion:
    """What one colleague suggests at one place: words to go, words to come, or both."""

    id: str
    by: str  # a number of staff, as text; empty where nobody knows
    at: str
    removed: str = ""
    added: str = ""
    kinds: set[str] = field(default_factory=set)


def pending(html: str) -> list[Suggestion]:
    """The suggestions nobody has answered yet, in the order of the text."""
    return pending_in(read(html))


def pending_in(blocks: list[Block]) -> list[Suggestion]:
    """The same, of blocks."""
    found: dict[str, Suggestion] = {}
    for block in blocks:
        for run in block.runs:
            if run.mark is None:
                continue
            one = found.setdefault(run.mark.id, Suggestion(run.mark.id, run.mark.by, run.mark.at))
            one.kinds.add(run.mark.kind)
            words = run.text.replace(ANCHOR, "")
            if run.mark.kind == "del":
                one.removed += words
            else:
                one.added += words
    return list(found.values())


def resolved(blocks: list[Block], stays: Callable[[Mark], bool | None]) -> list[Block]:
    """The blocks with suggestions answered: `stays` says of a mark whether its words stay, or None to wait.

    Two paragraphs become one where the words on both sides of their break go.
    """
    kept: list[Block] = []
    end_went = False
    for block in blocks:
        runs: list[Run] = []
        went = [False] * len(block.runs)
        for index, run in enumerate(block.runs):
            answer = stays(run.mark) if run.mark else None
            went[index] = answer is False
            if answer is None:
                runs.append(run)
            elif answer:
                runs.append(replace(run, mark=None, text=run.text.replace(ANCHOR, "")))
        if end_went and went[0] and kept:
            kept[-1] = Block(kept[-1].path, (*kept[-1].runs, *runs))
        else:
            kept.append(Block(block.path, tuple(runs)))
        end_went = went[-1]
    tidy_blocks = [Block(block.path, tidied(block.runs)) for block in kept]
    return [block for block in tidy_blocks if block.runs]
