"""What a choice to show or to leave out says of the counts: that a body is named, that a median is missing.

Both follow rules that anybody can read, so both tell something about counts that were not published:

- a body is named only with 20 cases, or 20 enquiries, in the twelve months to a period that names it
  ("named"). Where either may be the reason, a number of 0 or 1 stands for which of them it was;
- whoever shows medians and leaves one out, where 20 or more are published, may have looked at the true count
  and found fewer ("median"). The standard decides by published numbers alone and shows all or none; of other
  software an attacker cannot know.

That a median is shown says nothing: the standard shows it with 20 published, however few they truly were.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from opencasework.standard.attacks.bounds import NO_LIMIT
from opencasework.standard.attacks.view import Folder, Office, parts_of
from opencasework.standard.codelists import OTHER, TOTAL
from opencasework.standard.disclosure.folding import FEWEST_CASES_OF_A_BODY
from opencasework.standard.layout import window_of
from opencasework.standard.periods import PERIOD, first_month, last_month, months_of, months_to
from opencasework.standard.responses import FEWEST
from opencasework.standard.tables import PLACES

if TYPE_CHECKING:
    from opencasework.standard.attacks.equations import Cube

NAMED_FOR = ("cases_opened", "enquiries_sent")  # enough of either, and a body is named
Members = list[int]  # unknowns whose sum is meant
Count = tuple[str, str, str, str]  # period, measure, category, body


def add_named(cube: Cube) -> None:
    """That a body is named says that it had 20 cases or enquiries in the twelve months before.

    Of months before it was named first the other bodies (`_O`) are added: it may have been among them.
    """
    named: dict[str, set[str]] = defaultdict(set)
    for (period, _), shown in cube.rows.items():
        for _, table in shown:
            for (_, body), row in table.items():
                if row.value and not body.startswith("_"):
                    named[body].add(period)
    for body, periods in sorted(named.items()):
        since = min(map(first_month, periods))
        for last in sorted({last_month(period) for period in periods}):
            _require_either(cube, [_over(cube, body, name, months_to(last), since) for name in NAMED_FOR])


def _require_either(cube: Cube, counts: list[Members | None]) -> None:
    """State that one of the sums is 20 or more; nothing where one is not known, or none or one surely is."""
    system, enough = cube.into.system, FEWEST_CASES_OF_A_BODY
    able = [
        members
        for members in counts
        if members is None or sum(system.upper[each] for each in members) >= enough
    ]
    known = [members for members in able if members is not None]
    if len(known) < len(able) or any(sum(system.lower[each] for each in found) >= enough for found in known):
        return
    if len(known) == 1:
        system.require(known[0], [1] * len(known[0]), enough, NO_LIMIT, label="named")
    elif known:
        first, second = known
        shown = sum(cube.into.unknowns[each].shown for each in first)
        reason = cube.into.add_choice(first=shown >= enough)  # 1 where the first is why it was named
        system.require([*first, reason], [1] * len(first) + [-enough], 0, NO_LIMIT, label="named")
        system.require([*second, reason], [1] * len(second) + [enough], enough, NO_LIMIT, label="named")


def _over(cube: Cube, body: str, measure: str, window: list[str], since: str) -> Members | None:
    """The unknowns of a body's measure in these months; none if it is not counted, None if they lack some.

    Of periods before the month `since` those of the other bodies too.
    """
    if measure not in cube.periods:
        return []
    inside = _leaves(cube, measure, window)
    if inside is None:
        return None
    keys = [cube.key(period, pair, measure) for period in inside for pair in cube.pairs[measure]]
    return [
        cube.into.index[key]
        for key in keys
        if key[3] == body or (key[3] == OTHER and last_month(key[0]) < since)
    ]


def _leaves(cube: Cube, measure: str, window: list[str]) -> list[str] | None:
    """The finest periods that make up these months, or None where they do not."""
    shown = cube.periods[measure]
    leaves = [period for period in shown if parts_of(period, shown) == [period]]
    inside = [period for period in leaves if set(months_of(period)) <= set(window)]
    return (
        sorted(inside) if {each for period in inside for each in months_of(period)} == set(window) else None
    )


def add_medians(cube: Cube, office: Office) -> None:
    """That a median is missing beside others says that fewer than 20 stand behind it."""
    for folder in office.folders:
        shown = {row.period for row in folder.publication.observations if row.area_code == cube.area}
        replies, durations = (_table(folder, name) for name in ("responses", "durations"))
        for count in [*_without_median(replies), *_without_duration(cube, durations, shown)]:
            members = _behind(cube, count, shown)
            if members and sum(cube.into.unknowns[each].shown for each in members) >= FEWEST:
                cube.into.system.require(members, [1] * len(members), 0, FEWEST - 1, label="median")


def _table(folder: Folder, name: str) -> list[dict[str, str]]:
    """The rows of a table beside the counts whose period can be read; validation says what is wrong."""
    text = folder.contents.get(PLACES[name], b"").decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in rows if PERIOD.fullmatch(row.get("period") or "")]


def _without_median(rows: list[dict[str, str]]) -> Iterator[Count]:
    """Replies of a body in twelve months for which others have a median and it has none."""
    shown = {row["period"] for row in rows if row.get("median_days_5")}
    for row in rows:
        if row["period"] in shown and not row.get("median_days_5"):
            yield row["period"], "replies_received", TOTAL, row.get("body") or TOTAL


def _without_duration(cube: Cube, rows: list[dict[str, str]], shown: set[str]) -> Iterator[Count]:
    """Closed cases of a category in a year for which others have a duration and it has none."""
    categories = {category for category, _ in cube.pairs.get("cases_closed", [])} | {TOTAL}
    for year in sorted({row["period"] for row in rows}):
        told = {row.get("category") for row in rows if row["period"] == year}
        for category in sorted(categories - told):
            yield year, "cases_closed", category, TOTAL


def _behind(cube: Cube, count: Count, shown: set[str]) -> Members:
    """The unknowns that a count over twelve months is the sum of; none where a month is not shown."""
    period, measure, category, body = count
    parts = [cube.members(each, (category, body), measure) for each in window_of(period, shown)]
    return [member for part in parts for member in part] if all(parts) else []
