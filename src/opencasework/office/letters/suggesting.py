"""Answering suggestions, making them without an editor, and keeping rich text true to its plain words."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher

from opencasework.office.letters import rich
from opencasework.office.letters.rich import Block, Mark, Run


def accept(html: str, suggestion: str = "") -> str:
    """The rich text with one suggestion taken up, or all where none is named."""
    return _answered(html, suggestion, yes=True)


def reject(html: str, suggestion: str = "") -> str:
    """The rich text with one suggestion turned down, or all where none is named."""
    return _answered(html, suggestion, yes=False)


def _answered(html: str, suggestion: str, *, yes: bool) -> str:
    def stays(mark: Mark) -> bool | None:
        if suggestion and mark.id != suggestion:
            return None
        return (mark.kind == "ins") == yes

    return rich.write(rich.resolved(rich.read(html), stays))


def attributed(html: str, *, was: str, by: str, at: str) -> str:
    """The rich text as somebody sent it, with each suggestion under the name of who made it.

    What the browser says of it does not count: a suggestion that stood there unchanged keeps its author and
    its time, any other is by whoever sent it, now.
    """
    before = {one.id: one for one in rich.pending(was)}
    blocks = rich.read(html)
    now = {one.id: one for one in rich.pending_in(blocks)}

    def signed(run: Run) -> Run:
        if run.mark is None:
            return run
        old, new = before.get(run.mark.id), now[run.mark.id]
        same = old and (old.removed, old.added, old.kinds) == (new.removed, new.added, new.kinds)
        whose, when = (old.by, old.at) if old and same else (by, at)
        return replace(run, mark=replace(run.mark, by=whose, at=when))

    return rich.write([Block(block.path, rich.tidied(signed(run) for run in block.runs)) for block in blocks])


# --- plain text over rich text ------------------------------------------------------------------------


def _parts(blocks: list[Block]) -> list[list[Block]]:
    """The blocks grouped as an empty line divides them in plain text: a paragraph, or a whole list."""
    parts: list[list[Block]] = []
    for block in blocks:
        last = parts[-1][-1].path if parts else ()
        if last and block.path and last[0] == block.path[0] and block.path[0].kind != "blockquote":
            parts[-1].append(block)
        else:
            parts.append([block])
    return parts


def _standing(part: list[Block]) -> str:
    return rich.tidy(rich.plain(rich.resolved(part, lambda mark: mark.kind == "del")))


def with_text(html: str, text: str) -> str:
    """The rich text after somebody changed its plain words: what they left alone keeps its form.

    Empty stays empty: a letter of plain text. A paragraph that was changed loses its form, and suggestions
    in it are gone, since the words they spoke of are.
    """
    if not html or rich.tidy(text) == rich.tidy(rich.to_text(html)):
        return html
    return rich.write(_replaced(html, text, None))


def suggested(html: str, text: str, *, by: str, at: str) -> str:
    """The rich text with somebody's plain words as suggestions: word by word where a paragraph allows it."""
    taken = {one.id for one in rich.pending(html)}
    number = next(n for n in range(1, len(taken) + 2) if f"t{n}" not in taken)
    return rich.write(_replaced(html, text, _Author(by, at, number, taken)))


class _Author:
    """Gives a colleague's suggestions their marks, each place a number of its own."""

    def __init__(self, by: str, at: str, number: int, taken: set[str]) -> None:
        self.by, self.at, self.number, self.taken = by, at, number, taken

    def mark(self, kind: str) -> Mark:
        return Mark(kind, f"t{self.number}", self.by, self.at)

    def next(self) -> None:
        self.number += 1
        while f"t{self.number}" in self.taken:
            self.number += 1


def _replaced(html: str, text: str, author: _Author | None) -> list[Block]:
    parts = _parts(rich.read(html))
    before = [_standing(part) for part in parts]
    after = rich.tidy(text).split("\n\n")
    made: list[Block] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = parts[i:j], after[k:m]
        if kind == "equal":
            made += [block for part in old for block in part]
        elif author is None:
            made += [block for paragraph in new for block in rich.read(rich.from_text(paragraph))]
        else:
            made += _suggested_blocks(old, new, author)
    return _told_apart(made)


def _told_apart(blocks: list[Block]) -> list[Block]:
    """Lists that were read one by one may have the same number: those next to each other get their own."""
    told: list[Block] = []
    shift, last = 0, ()  # type: int, tuple[rich.Container, ...]
    for block in blocks:
        if last and block.path and last[0] != block.path[0]:
            shift += rich.LONGEST
        last = block.path
        told.append(Block(tuple(replace(one, number=one.number + shift) for one in block.path), block.runs))
    return told


def _suggested_blocks(old: list[list[Block]], new: list[str], author: _Author) -> list[Block]:
    made: list[Block] = []
    for index in range(max(len(old), len(new))):
        part = old[index] if index < len(old) else []
        words = new[index] if index < len(new) else ""
        if len(part) == 1 and words and _is_plain(part[0]):
            made.append(Block(part[0].path, _by_words(part[0].runs, words, author)))
            continue
        # An answer waits there already, or it is a list: the whole goes and the new words come.
        waiting = [Block(block.path, _all(block.runs, author.mark("del"))) for block in part]
        coming = rich.read(rich.from_text(words)) if words else []
        made += waiting + [Block(block.path, _all(block.runs, author.mark("ins"))) for block in coming]
        author.next()
    return made


def _is_plain(block: Block) -> bool:
    return not any(run.mark or run.href for run in block.runs) and not block.path


def _all(runs: tuple[Run, ...], mark: Mark) -> tuple[Run, ...]:
    return tuple(run if run.mark else replace(run, mark=mark) for run in runs)


def _by_words(runs: tuple[Run, ...], words: str, author: _Author) -> tuple[Run, ...]:
    """The runs of a paragraph with each word that differs suggested."""
    old = [replace(run, text=piece) for run in runs for piece in _pieces(run.text)]
    new = _pieces(words)
    made: list[Run] = []
    for kind, i, j, k, m in SequenceMatcher(
        None, [run.text for run in old], new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            made += old[i:j]
            continue
        made += [replace(run, mark=author.mark("del")) for run in old[i:j]]
        made += [Run(piece, mark=author.mark("ins")) for piece in new[k:m]]
        author.next()
    return rich.tidied(made)


def _pieces(text: str) -> list[str]:
    """A text as words, the spaces between them, and line breaks."""
    return re.findall(r"\n| +|[^ \n]+", text)
