"""A7, A8 and A9: what the areas, bodies and categories that are named give away, whatever the numbers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from opencasework.standard.attacks.report import Finding
from opencasework.standard.attacks.view import BASE, Office, is_base, is_level_2, is_month, protection
from opencasework.standard.attacks.windows import MEASURE, Counts, Windows
from opencasework.standard.codelists import TOTAL
from opencasework.standard.descriptor import csv_rows
from opencasework.standard.disclosure.folding import (
    FEWEST_CASES_OF_A_BODY,
    FEWEST_CASES_OF_A_TOPIC,
    is_sensitive,
)
from opencasework.standard.files import PublicationError
from opencasework.standard.observations import Cell
from opencasework.standard.periods import last_month, months_of, months_to


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


def groups(office: Office, truth: Counts | None) -> Iterator[Finding]:
    """A8: where all cases of a body are of one category, knowing that somebody wrote tells what about.

    Judged over twelve months, whether they are shown as months, quarters or a year; so are the area, and the
    finer tables of each year. Without the true counts, what is shown may be 5 off.
    """
    windows = Windows(office, truth)
    enough = FEWEST_CASES_OF_A_BODY if truth is not None else FEWEST_CASES_OF_A_BODY - BASE
    for body, window in windows.full():
        if category := _only(windows.by_category(window, body=body), enough):
            yield Finding(
                "A8",
                f"All cases with {body} in the twelve months to {last_month(window[-1])} are about "
                f"{category}, and they are fewer than {FEWEST_CASES_OF_A_BODY}: whoever had a case there is "
                "known to have had that trouble. Count the body under _O.",
            )
    window = windows.window(windows.last) if windows.last else []
    if category := _only(windows.by_category(window), enough):
        yield Finding(
            "A8",
            f"All cases of the area in the twelve months to {windows.last} are about {category}, and they "
            f"are fewer than {FEWEST_CASES_OF_A_BODY}: of whoever came it is known why. "
            + ("Leave it out." if len(window) == 1 else "Publish a year in place of months."),
        )
    yield from _parts_alike(office)


def _only(counts: Mapping[str, int], enough: int) -> str | None:
    """The one category that all of these cases are of, where they are fewer than `enough`."""
    (first, *more) = counts or [""]
    return first if counts and not more and counts[first] < enough else None


def _parts_alike(office: Office) -> Iterator[Finding]:
    """A8 in the finer tables: all cases of a group, by one topic, way or outcome.

    What is shown adds up to the shown months, so that it is judged as shown: 5 off at most.
    """
    shown = {(row.period, row.area_code, row.measure, row.category): row.value or 0 for row in office.rows
             if is_base(row) and row.body == TOTAL}  # fmt: skip
    parts: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    for row in office.rows:
        part = next((code for code in (row.channel, row.outcome) if code != TOTAL), row.category)
        group = row.category.partition(".")[0] if is_level_2(row.category) else row.category
        if part != group and row.value and row.body == TOTAL:
            parts[row.period, row.area_code, row.measure, group][part] = row.value
    for place, values in sorted(parts.items()):
        total = shown.get(place, 0)
        only = _only(values, FEWEST_CASES_OF_A_BODY - BASE)
        if only and not only.startswith("_") and values[only] == total:
            of = "the area" if place[3] == TOTAL else place[3]
            yield Finding(
                "A8",
                f"All {place[2]} of {of} in {place[0]} are shown under {only}, and they are fewer than "
                f"{FEWEST_CASES_OF_A_BODY}: of each of them that is known. Leave that table out.",
            )


def rare(office: Office, truth: Counts | None, national: Mapping[str, int] | None) -> Iterator[Finding]:
    """A9: a label that stands for fewer than five cases points at whoever they are.

    `national` counts cases by category and body over all offices in twelve months. A single office cannot
    tell that a category of the standard is rare; that a body is rare in its own figures it can.
    """
    yield from _listed_for_nothing(office)
    windows = Windows(office, truth)
    for body, window in windows.full():
        count = windows.most(body, window)
        if (count < BASE if truth is not None else count <= BASE) and (national or {}).get(body, 0) < BASE:
            yield Finding(
                "A9",
                f"{body} is named for fewer than {BASE} cases in the twelve months to "
                f"{last_month(window[-1])}. Count it under _O.",
            )
        elif "/" in body and count < FEWEST_CASES_OF_A_BODY:
            yield Finding(
                "A9",
                f"The local office {body} is named for fewer than {FEWEST_CASES_OF_A_BODY} cases in twelve "
                "months. Count it with the whole body.",
            )
    yield from _finer(office, truth)
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


def _finer(office: Office, truth: Counts | None) -> Iterator[Finding]:
    """A9 in the finer tables: topics by the year only, no sensitive one by itself, none of fewer than five.

    A topic of five may be shown as 5 and nobody can tell it from one of four, so that the last is asked only
    where the truth has the topics of the year.
    """
    topics = {(row.period, row.category): row for row in office.rows if is_level_2(row.category)}
    for period in sorted({period for period, _ in topics if len(period) > len("2026")}):
        kind = "month" if is_month(period) else "quarter"
        yield Finding(
            "A9",
            f"{period} shows categories of level 2. In a {kind} they are rare; show them by the year.",
        )
    for (period, topic), row in sorted(topics.items()):
        if is_sensitive(topic):
            yield Finding(
                "A9",
                f"{period} shows {topic}, a sensitive matter, by itself. Count it under "
                f"{topic.partition('.')[0]}.",
            )
        cell = Cell(period, row.area_code, topic, row.body, row.measure)
        count = (truth or {}).get(cell)
        if row.value and count is not None and count < FEWEST_CASES_OF_A_TOPIC:
            yield Finding(
                "A9",
                f"{topic} is named for fewer than {FEWEST_CASES_OF_A_TOPIC} cases in {period}. "
                f"Count it under {topic.partition('.')[0]}.",
            )


def national_counts(offices: Sequence[Office]) -> dict[str, int]:
    """Cases opened by category and by body in the last twelve months of each office, as shown.

    Topics count as the latest year within these months, or else the latest year of all, shows them.
    """
    found: dict[str, int] = defaultdict(int)
    for office in offices:
        windows = Windows(office, None)
        months = set(months_to(windows.last)) if windows.last else set()
        for cell, count in windows.counts.items():
            # A longer period that only began before: its cases are some of these twelve months or near them.
            if cell.measure == MEASURE and months.intersection(months_of(cell.period)):
                found[cell.category] += count
                found[cell.body] += count
        topics = [row for row in office.rows if is_level_2(row.category) and row.measure == MEASURE]
        latest = max((row.period for row in topics if len(row.period) == len("2026")), default="")
        for row in topics:
            if row.period == latest:
                found[row.category] += row.value or 0
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
