"""A letter's words on the screen: suggestions and comments marked, gaps shown, long numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from opencasework.office.letters import filling, masking, rich
from opencasework.office.letters.models import Letter, LetterComment
from opencasework.office.letters.rich import Block, Run
from opencasework.office.staff.models import StaffMember

# A run with what lies over it: a class and an id for the <mark> around it, both of our making.
Piece = tuple[Run, str, str]


def names(numbers: Iterable[str]) -> dict[str, str]:
    """The names of colleagues by the number of each, as suggestions carry it."""
    wanted = {int(one) for one in numbers if one.isdecimal() and len(one) < 10}
    return {str(one.pk): str(one) for one in StaffMember.objects.filter(pk__in=wanted)}


def on_screen(
    letter: Letter, staff: StaffMember, comments: Iterable[LetterComment] = (), *, current: str = ""
) -> SafeString:
    """The words as the page shows them; `current` is the suggestion that the keys are about."""
    blocks = rich.read(letter.html or rich.from_text(letter.text))
    blocks = masking.in_blocks(blocks, masking.masks_of(letter, staff))
    quotes = {f"comment-{one.pk}": one.quote for one in comments if one.quote}
    authors = names(run.mark.by for block in blocks for run in block.runs if run.mark)
    # Every word is escaped in `_piece`.
    return mark_safe(_written(blocks, quotes, authors, current))


def _overlaid(runs: tuple[Run, ...], quotes: dict[str, str]) -> list[Piece]:
    """The runs cut where a gap or the words of a comment begin and end."""
    text = "".join(run.text for run in runs)
    spans = [(m.start(), m.end(), "letter-gap", "") for m in filling.GAP.finditer(text)]
    for name, quote in quotes.items():
        at = " ".join(text.split("\n")).find(quote)
        if at >= 0:
            spans.append((at, at + len(quote), "letter-comment", name))
    pieces: list[Piece] = []
    done, at = 0, 0
    for start, end, kind, name in sorted(spans):
        if start < at:
            continue  # words of two comments that overlap: the first is marked
        before, within, rest = masking.cut(runs, start - done, end - done)
        pieces += [(run, "", "") for run in before]
        pieces += [(run, kind, name if not index else "") for index, run in enumerate(within)]
        runs, done, at = rest, end, end
    return [*pieces, *((run, "", "") for run in runs)]


def _written(blocks: list[Block], quotes: dict[str, str], authors: dict[str, str], current: str) -> str:
    """As `rich.write` does, with what lies over the words, and with who suggests what."""
    left, seen = dict(quotes), set[str]()
    words: dict[int, str] = {}
    for number, block in enumerate(blocks):
        pieces = _overlaid(block.runs, left)
        for _run, _kind, name in pieces:
            left.pop(name, None)
        words[number] = "".join(_piece(piece, authors, seen, current) for piece in pieces)
    # The blocks are written with their number in place of their words, which come last.
    skeleton = rich.write([Block(block.path, (Run(f"\ue000{n}\ue001"),)) for n, block in enumerate(blocks)])
    for number, shown in words.items():
        skeleton = skeleton.replace(f"\ue000{number}\ue001", shown, 1)
    return skeleton


def _piece(piece: Piece, authors: dict[str, str], seen: set[str], current: str) -> str:
    run, kind, name = piece
    anchor = rich.ANCHOR in run.text and not run.text.strip(rich.ANCHOR)
    inner = rich.write([Block((), (replace(run, mark=None),))])[3:-4] if not anchor else "¶"
    if kind:
        named = f' id="{name}"' if name else ""
        inner = f'<mark class="{kind}"{named}>{inner}</mark>'
    if run.mark is None:
        return inner
    act = "puts in" if run.mark.kind == "ins" else "takes out"
    whose = escape(f"{authors.get(run.mark.by, 'Somebody')} {act}")
    first = f' id="s-{run.mark.id}"' if run.mark.id not in seen else ""
    seen.add(run.mark.id)
    first += ' class="is-current"' if run.mark.id == current else ""
    return (
        f'<{run.mark.kind}{first} data-suggestion="{run.mark.id}" title="{whose}">{inner}</{run.mark.kind}>'
    )
