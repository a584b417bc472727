"""What a page shows of the papers of a letter."""

from __future__ import annotations

from dataclasses import dataclass, field

from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import limits, making
from opencasework.office.letters.pack.models import Enclosure, Pack, PackFile


@dataclass(frozen=True)
class Shown:
    """The papers of a letter, for a page."""

    pack: Pack
    authorities: list[making.Piece]  # that go by themselves
    enclosures: list[Enclosure]
    files: list[PackFile]  # as bound; of a draft only while nothing has changed since
    is_bound: bool
    size: int = 0  # bytes of all files, as a mail carries them
    notes: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.authorities or self.enclosures or self.files)

    @property
    def parts(self) -> int:
        return max((file.part for file in self.files), default=0)

    @property
    def room(self) -> int:
        return limits.MAIL_BYTES


def shown(letter: Letter) -> Shown:
    """What goes, or went, out with this letter."""
    pack = making.pack_of(letter)
    enclosures = list(letter.enclosures.all())
    files = list(PackFile.objects.filter(letter=letter))
    size = sum(limits.encoded(file.size) for file in files)
    if not letter.is_draft:
        return Shown(pack, [], enclosures, files, is_bound=True, size=size, notes=pack.remarks)
    pieces = making.pieces_of(letter, pack)
    authorities = pieces[: len(pieces) - len(enclosures)]
    bound = bool(pieces) and pack.made_of == making.fingerprint(letter, pack, pieces)
    return Shown(
        pack, authorities, enclosures, files if bound else [], is_bound=bound, size=size if bound else 0,
        notes=pack.remarks if bound else [],
    )  # fmt: skip
