"""What to look at before the papers of a letter leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils import timezone

from opencasework.office.kit import undrawn
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import making
from opencasework.office.letters.pack.documents import names_others, signed_authorities
from opencasework.office.letters.pack.models import Pack

# A folder above says here what is wrong with a file by now, such as a virus found in it; empty where nothing.
WRONG: list[Callable[[str], str]] = []


def about_others(letter: Letter) -> list[str]:
    """A sentence for each of our own letters among the papers that puts other people's cases too."""
    return [
        f"“{each.title}” names the people of other cases too. Take it out of the papers; "
        "chosen again, a copy without them goes."
        for each in letter.enclosures.all()
        if names_others(each)
    ]


def concerns(letter: Letter) -> Iterator[tuple[bool, bool, str]]:
    """For each thing looked at: whether it is well, whether the letter stays here if not, and a sentence."""
    enclosures = list(letter.enclosures.all())
    for each in enclosures:
        for ask in WRONG:
            if wrong := ask(each.sha256):
                yield False, True, f"“{each.title}” cannot go out: {wrong} Take it out of the papers."
        if each.warning:
            yield False, False, f"“{each.title}”: {each.warning}"
    of_others = about_others(letter)
    yield from ((False, True, said) for said in of_others)
    if enclosures and not of_others and not any(each.warning for each in enclosures):
        yield True, False, "No other constituent’s details found in the papers"
    instead = "Call the document something else."
    titles = undrawn.scripts(" ".join(each.title for each in enclosures))
    if said := undrawn.sentence(titles, of="the index of the papers", instead=instead):
        yield False, False, said
    pack = Pack.objects.filter(letter=letter).first()
    if pack is None:
        return
    if pack.without_authority and signed_authorities(letter, on=timezone.localdate()):
        yield False, False, "The signed authority stays out of this letter."
    for left_out in pack.left_out:
        yield False, False, left_out
    for note in pack.notes if enclosures else []:
        if note.startswith(making.TOO_SMALL):
            yield False, False, note
