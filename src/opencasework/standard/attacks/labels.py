"""A7, A8 and A9: what the areas, bodies and categories that are named give away, whatever the numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from opencasework.standard.attacks.report import Finding
from opencasework.standard.attacks.view import (
    BASE,
    Office,
    is_base,
    is_inner,
    is_level_2,
    is_month,
    protection,
)
from opencasework.standard.descriptor import csv_rows
from opencasework.standard.disclosure.folding import FEWEST_CASES_OF_A_BODY
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Cell
from opencasework.standard.periods import months_of, months_to

MEASURE = "cases_opened"
Counts = Mapping[Cell, int]


def areas(offices: Sequence[Office]) -> Iterator[Finding]:
    """A7: the same cases may be counted for one area only, or the difference of two is a smaller one."""
    for office in offices:
        months: dict[str, set[str]] = defaultdict(set)
        for period, area in office.versions:
            months[area] |= {period} if is_month(period) else set(months_of(period))
        names = sorted(months)
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                if both := months[one] & months[other]:
                    yield Finding(
                        "A7",
                        f"{office.name} shows {min(both)} for {one} and for {other}. If they overlap, one "
                        "less the other is the rest of the larger area, with counts nobody protected. "
                        "Publish one area.",
                    )
    keys: dict[str, set[str]] = defaultdict(set)
    for office in offices:
        for folder in office.folders:
            if key_id := protection(folder.publication).get("key_id"):
                keys[str(key_id)].add(office.name)
    for names_of_key in keys.values():
        if len(names_of_key) > 1:
            yield Finding(
                "A7",
                f"{' and '.join(sorted(names_of_key))} use one key, so their figures may come from the same "
                "cases, cut by overlapping areas. Give each office its own key, and count each case in one "
                "office.",
            )


def cells_of(office: Office, truth: Counts | None) -> dict[Cell, int]:
    """The monthly cells: as counted where that is known, else as shown last."""
    shown = {
        Cell(row.period, row.area_code, row.category, row.body, row.measure): row.value or 0
        for row in office.rows
        if is_base(row) and is_inner(row) and is_month(row.period)
    }
    return dict(truth) if truth is not None else shown


class _Windows:
    """Counts of named bodies over the twelve months that end where the body is last shown."""

    def __init__(self, office: Office, truth: Counts | None) -> None:
        self.counts = cells_of(office, truth)
        self.known = {cell.period for cell in self.counts} | set(office.months)
        self.named: dict[str, set[str]] = defaultdict(set)  # body -> months in which it is shown
        for row in office.rows:
            if is_base(row) and not row.body.startswith("_") and is_month(row.period) and row.value:
                self.named[row.body].add(row.period)

    def full(self) -> Iterator[tuple[str, list[str]]]:
        """Each body with the last twelve months in which it is shown, where all twelve are known."""
        for body, months in sorted(self.named.items()):
            window = months_to(max(months))
            # Named only lately, it may have been under _O before: then these months are not all of its cases.
            if window[0] >= min(months) and self.known.issuperset(window):
                yield body, window

    def most(self, body: str, window: Iterable[str]) -> int:
        """The largest of the body's measures over a window: a reply may be to a letter of the year before."""
        months = set(window)
        found: dict[str, int] = defaultdict(int)
        for cell, count in self.counts.items():
            if cell.body == body and cell.period in months:
                found[cell.measure] += count
        return max(found.values(), default=0)

    def by_category(self, body: str, window: Iterable[str]) -> dict[str, int]:
        months = set(window)
        found: dict[str, int] = defaultdict(int)
        for cell, count in self.counts.items():
            if cell.body == body and cell.measure == MEASURE and cell.period in months and count:
                found[cell.category] += count
        return found


def groups(office: Office, truth: Counts | None) -> Iterator[Finding]:
    """A8: where all cases of a body are of one category, knowing that somebody wrote tells what about.

    Judged over twelve months. Without the true counts, what is shown may be 5 off.
    """
    windows = _Windows(office, truth)
    enough = FEWEST_CASES_OF_A_BODY if truth is not None else FEWEST_CASES_OF_A_BODY - BASE
    for body, window in windows.full():
        categories = windows.by_category(body, window)
        if len(categories) == 1 and sum(categories.values()) < enough:
            (category,) = categories
            yield Finding(
                "A8",
                f"All cases with {body} in the twelve months to {window[-1]} are about {category}, and they "
                f"are fewer than {FEWEST_CASES_OF_A_BODY}: whoever had a case there is known to have had "
                "that trouble. Count the body under _O.",
            )
    latest = months_to(max(office.months)) if office.months else []
    if latest and windows.known.issuperset(latest):
        per_category: dict[str, int] = defaultdict(int)
        for cell, count in windows.counts.items():
            if cell.measure == MEASURE and cell.period in latest:
                per_category[cell.category] += count
        alike = [category for category, count in per_category.items() if count]
        if len(alike) == 1 and per_category[alike[0]] < enough:
            yield Finding(
                "A8",
                f"All cases of the area in the twelve months to {latest[-1]} are about {alike[0]}, and they "
                f"are fewer than {FEWEST_CASES_OF_A_BODY}. Publish a year in place of months.",
            )


def rare(office: Office, truth: Counts | None, national: Mapping[str, int] | None) -> Iterator[Finding]:
    """A9: a label that stands for fewer than five cases points at whoever they are.

    `national` counts cases by category and body over all offices in twelve months. A single office cannot
    tell that a category of the standard is rare; that a body is rare in its own figures it can.
    """
    yield from _listed_for_nothing(office)
    windows = _Windows(office, truth)
    for body, window in windows.full():
        count = windows.most(body, window)
        if (count < BASE if truth is not None else count <= BASE) and (national or {}).get(body, 0) < BASE:
            yield Finding(
                "A9",
                f"{body} is named for fewer than {BASE} cases in the twelve months to {window[-1]}. "
                "Count it under _O.",
            )
        elif "/" in body and count < FEWEST_CASES_OF_A_BODY:
            yield Finding(
                "A9",
                f"The local office {body} is named for fewer than {FEWEST_CASES_OF_A_BODY} cases in twelve "
                "months. Count it with the whole body.",
            )
    for period in sorted(
        {row.period for row in office.rows if is_level_2(row.category) and is_month(row.period)}
    ):
        yield Finding(
            "A9", f"{period} shows categories of level 2. In a month they are rare; show them by the year."
        )
    if national is not None:
        labels = {
            name for row in office.rows for name in (row.category, row.body) if not name.startswith("_")
        }
        for label in sorted(labels):
            if national.get(label, 0) < BASE:
                yield Finding(
                    "A9",
                    f"{label} has fewer than {BASE} cases in the whole country in twelve months. Fold it.",
                )


def national_counts(offices: Sequence[Office]) -> dict[str, int]:
    """Cases opened by category and by body in the last twelve months of each office, as shown."""
    found: dict[str, int] = defaultdict(int)
    for office in offices:
        latest = set(months_to(max(office.months))) if office.months else set()
        for cell, count in cells_of(office, None).items():
            if cell.measure == MEASURE and cell.period in latest:
                found[cell.category] += count
                found[cell.body] += count
    return dict(found)


def _listed_for_nothing(office: Office) -> Iterator[Finding]:
    """A code listed without a row says that there was something, where protection had hidden that."""
    for folder in office.folders:
        rows = folder.publication.observations
        used = {"categories": {row.category for row in rows}, "bodies": {row.body for row in rows}}
        for name, codes in used.items():
            data = folder.contents.get(f"codes/{name}.csv")
            if data is None:
                continue
            try:
                listed = {row.get("code") or "" for row in csv_rows(data)}
            except (UnicodeDecodeError, ValueError) as error:
                raise PublicationError(
                    f"codes/{name}.csv cannot be read ({error}); export it again."
                ) from error
            parents = {code.partition(".")[0] for code in codes}
            for code in sorted(listed - codes - parents):
                if code and not code.startswith("_"):
                    yield Finding(
                        "A9",
                        f"codes/{name}.csv in {folder.path} lists {code}, which no row uses: that it is "
                        "listed tells that there were cases. Remove the line.",
                    )
