"""What an office showed of its cases over twelve months, whether in months, quarters or a year.

A period that is the sum of shorter ones shown says nothing they do not, so only the shortest count here
("leaves"). A window ends with a leaf and is judged only where leaves make up the whole of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from opencasework.standard.attacks.view import Office, is_base, is_inner, is_level_2
from opencasework.standard.observations import Cell
from opencasework.standard.periods import first_month, is_within, last_month, months_of, months_to

MEASURE = "cases_opened"
Counts = Mapping[Cell, int]


def leaves(periods: Iterable[str]) -> list[str]:
    """The periods within which there is no shorter one, in order of time."""
    all_ = set(periods)
    return sorted(
        (each for each in all_ if not any(is_within(other, each) for other in all_)), key=first_month
    )


class Windows:
    """Counts of an office by cell of its shortest periods: as counted where that is known, else as shown."""

    def __init__(self, office: Office, truth: Counts | None) -> None:
        shown = {
            Cell(row.period, row.area_code, row.category, row.body, row.measure): row.value or 0
            for row in office.rows
            if is_base(row) and is_inner(row)
        }
        # The topics of a year are no cells of the cube: they are in their parents already.
        counts = shown if truth is None else {c: n for c, n in truth.items() if not is_level_2(c.category)}
        self.periods = leaves({period for period, _ in office.versions} | {cell.period for cell in counts})
        self.counts = {cell: count for cell, count in counts.items() if cell.period in set(self.periods)}
        self.named: dict[str, set[str]] = defaultdict(set)  # body -> leaves in which it is shown
        for row in office.rows:
            if is_base(row) and not row.body.startswith("_") and row.period in self.periods and row.value:
                self.named[row.body].add(row.period)

    @property
    def last(self) -> str | None:
        """The last month of all; None where nothing is shown."""
        return max((last_month(period) for period in self.periods), default=None)

    def window(self, last: str) -> list[str]:
        """The leaves that make up the twelve months to `last`, in order; empty where they do not."""
        months = set(months_to(last))
        inside = [period for period in self.periods if months.issuperset(months_of(period))]
        covered = {month for period in inside for month in months_of(period)}
        return inside if covered == months else []

    def full(self) -> Iterator[tuple[str, list[str]]]:
        """Each body with the last twelve months in which it is shown, where all twelve are known."""
        for body, periods in sorted(self.named.items()):
            window = self.window(max(last_month(period) for period in periods))
            # Named only lately, it may have been under _O before: then these are not all of its cases.
            if window and first_month(window[0]) >= min(first_month(period) for period in periods):
                yield body, window

    def most(self, body: str, window: Collection[str]) -> int:
        """The largest of the body's measures over a window: a reply may be to a letter of the year before."""
        found: dict[str, int] = defaultdict(int)
        for cell, count in self.counts.items():
            if cell.body == body and cell.period in window:
                found[cell.measure] += count
        return max(found.values(), default=0)

    def by_category(self, window: Collection[str], *, body: str | None = None) -> dict[str, int]:
        """Cases opened by category over a window, of one body or of all, without those of 0."""
        found: dict[str, int] = defaultdict(int)
        for cell, count in self.counts.items():
            if cell.measure == MEASURE and cell.period in window and count and body in (None, cell.body):
                found[cell.category] += count
        return found
