"""What an audit found, in sentences a caseworker can read aloud and a program can count."""

from dataclasses import asdict, dataclass, field
from typing import Any

from opencasework.standard.observations import Cell

ATTACKS = {
    "A1": "Working small counts out from everything published (linear programme)",
    "A2": "The same in whole numbers (integer programme)",
    "A3": "Subtracting tables, totals and measures from each other",
    "A4": "Comparing editions of the same period",
    "A5": "Averaging fresh draws of the same period",
    "A6": "Adding, removing or moving one case",
    "A7": "Overlaying areas that overlap",
    "A8": "Groups in which everybody is alike",
    "A9": "Rare labels",
    "A10": "An insider who knows up to three of the cases",
    "A11": "Percentages and medians",
    "A12": "The office's key",
    "A13": "Bounds compared with other people's software",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """An attack that got through: which one, a sentence, and the cells it lays open.

    The sentence names cells but never their true counts, so that a report can be shown to whoever sees the
    publication.
    """

    attack: str
    sentence: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One attack as it was tried: `outcome` is "passed", "failed" or "not tried"."""

    attack: str
    outcome: str
    sentence: str


@dataclass(frozen=True)
class AuditReport:
    """What all attacks together achieved.

    `narrowest` is the width of the narrowest interval of any attacked cell, in cases: the greatest count it
    can have less the least, so 4 means five possible values and 0 means known exactly; None when there was no
    small cell. `attacked` counts the cells that are or could be small, `exact` those that came out exactly.
    """

    paths: tuple[str, ...]
    findings: tuple[Finding, ...]
    tried: tuple[Tried, ...]
    notes: tuple[str, ...]
    narrowest: int | None
    cells: int
    attacked: int
    exact: int
    seconds: float
    work: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no attack got through."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """The report as plain data for programs."""
        plain = asdict(self)
        plain["passed"] = self.passed
        return plain

    def lines(self) -> list[str]:
        """The report as sentences, the verdict last."""
        lines = [f"{found.attack}  {found.sentence}" for found in self.findings]
        lines += [f"{tried.attack:4} {tried.outcome}: {tried.sentence}" for tried in self.tried]
        lines += [f"Note: {note}" for note in self.notes]
        lines.append(self.measure())
        lines.append(self.verdict())
        return lines

    def measure(self) -> str:
        """How narrow, how many, how long."""
        if self.narrowest is None:
            narrowest = "No cell is or could be small"
        elif self.narrowest == 0:
            narrowest = (
                f"The narrowest interval is a single value ({number(self.exact, 'cell')} known exactly)"
            )
        else:
            narrowest = f"The narrowest interval has {self.narrowest + 1} possible values"
        return (
            f"{narrowest}; {number(self.attacked, 'small cell')} of {self.cells:,} attacked "
            f"in {self.seconds:.1f} seconds."
        )

    def verdict(self) -> str:
        """The last sentence."""
        if self.passed:
            return "No attack got through: this may be published."
        failed = sorted({found.attack for found in self.findings}, key=list(ATTACKS).index)
        return f"This must not be published: {', '.join(failed)} got through."


def number(count: int, noun: str) -> str:
    """`3 cells`, `1 cell`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def named(cell: Cell) -> str:
    """A cell in words: what, whose, when."""
    return f"{cell.measure} of {cell.category} with {cell.body} in {cell.period}"
