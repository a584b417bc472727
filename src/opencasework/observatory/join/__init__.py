"""Our figures beside somebody else's: by place, by issue, by public body."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from opencasework.observatory.engines import Engine, table
from opencasework.observatory.join.areas import Kind, to_constituencies
from opencasework.observatory.join.outside import JoinError, Outside
from opencasework.observatory.measures import (
    by_body,
    by_place,
    by_topic_and_month,
    coverage_by_month,
    latest_month,
    rate_with_limits,
)
from opencasework.observatory.months import MONTHS_OF_A_YEAR, months_up_to
from opencasework.observatory.places import constituencies
from opencasework.standard import codelists

MOST_NAMED = 5  # codes named in a sentence


@dataclass(frozen=True)
class Joined:
    """A table, our figures first and the other table's behind; `notes` are sentences to be read with it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def join(engine: Engine, outside: Outside, *, on: str, kind: Kind | None = None) -> Joined:
    """Set the cases of the last twelve published months beside the rows of `outside`.

    Every row that has a match on the other side is there, once; what has none is named in the notes and never
    guessed at. `on` is "area_code" (GSS codes of constituencies, those of 2010, or councils), "category" (our
    codes, or the topics of Citizens Advice) or "body" (org-ids or names). Raises JoinError where nothing
    matches, or the publications hold no month.
    """
    coverage = coverage_by_month(engine)
    newest = latest_month(coverage)
    if newest is None:
        raise JoinError("The publications hold no month of a constituency, so there is nothing to join.")
    months = months_up_to(newest, MONTHS_OF_A_YEAR)
    notes = [f"Our figures: {months[0]} to {newest}, {_offices(engine)} offices."]
    if outside.period:
        notes.append(f"{outside.name}: {outside.period}.")
    ours: Mapping[str, Sequence[str]]
    if on == "area_code":
        outside, said = to_constituencies(outside, kind=kind)
        notes += [said] if said else []
        head, ours = _places(engine, months)
    elif on == "category":
        outside, said = _by_our_codes(outside)
        notes += [said] if said else []
        head, ours = _issues(engine, months)
    else:
        outside, head, ours = _bodies(engine, months, outside)
    both = [key for key in ours if key in outside.rows]
    if not both:
        example = next(iter(outside.rows))
        raise JoinError(
            f"Nothing in “{outside.key}” of {outside.name}, such as {example}, is a {on.replace('_', ' ')} "
            "of ours; check the column with --key."
        )
    notes += _unmatched("of the other table have no published figure here", set(outside.rows) - set(ours))
    notes += _unmatched("of ours are not in the other table", set(ours) - set(outside.rows))
    names = [name if name not in head else f"{name} (theirs)" for name in outside.columns]
    rows = [[key, *ours[key], *(outside.rows[key][column] for column in outside.columns)] for key in both]
    return Joined([*head, *names], rows, notes)


def _offices(engine: Engine) -> int:
    monthly = table("monthly")
    return int(engine.rows(monthly.agg(offices=monthly.publication.nunique()))[0][0])


def _unmatched(what: str, codes: set[str]) -> list[str]:
    if not codes:
        return []
    named = sorted(codes)[:MOST_NAMED]
    more = f" and {len(codes) - len(named)} more" if len(codes) > len(named) else ""
    return [f"{len(codes)} {what}: {', '.join(named)}{more}."]


def _places(engine: Engine, months: Sequence[str]) -> tuple[list[str], dict[str, Sequence[str]]]:
    head = ["area_code", "name", "months", "new_cases", "per_10_000", "per_10_000_low", "per_10_000_high"]
    rows: dict[str, Sequence[str]] = {}
    for count in by_place(engine, first=months[0], last=months[-1]):
        place = constituencies()[count.area_code]
        if count.category == codelists.TOTAL:
            rate = rate_with_limits(count.value, place.population, rounding=count.uncertainty)
            figures = [f"{value:.2f}" for value in (rate.value, rate.low, rate.high)]
            # A rate over fewer months than the others' is no rate to set beside theirs.
            shown = figures if count.months == len(months) else ["", "", ""]
            rows[count.area_code] = [place.name, str(count.months), str(count.value), *shown]
    return head, rows


def _issues(engine: Engine, months: Sequence[str]) -> tuple[list[str], dict[str, Sequence[str]]]:
    counts: Counter[str] = Counter()
    for row in by_topic_and_month(engine):
        if row.month in months:
            counts[row.category] += row.value
    codes = codelists.load("category")
    rows: dict[str, Sequence[str]] = {
        code: [codes[code].title, str(count)] for code, count in sorted(counts.items())
    }
    return ["category", "title", "new_cases"], rows


def _by_our_codes(outside: Outside) -> tuple[Outside, str]:
    """The table by our level-1 codes, where its own topics are those of Citizens Advice."""
    by_topic: dict[str, list[str]] = defaultdict(list)
    for code in codelists.load("category").values():
        topic = code.extra.get("Citizens_Advice", "").casefold()
        if topic and code.level == 1 and not code.is_special:
            by_topic[topic].append(code.code)
    found = {topic: by_topic[topic.casefold()] for topic in outside.rows if topic.casefold() in by_topic}
    if len(found) * 2 < len(outside.rows):
        return outside, ""
    rows = {
        code: {"their topic": topic, **outside.rows[topic]}
        for topic, codes in found.items()
        for code in codes
    }
    left_out = {topic: row for topic, row in outside.rows.items() if topic not in found}
    said = (
        "The topics of Citizens Advice are wider than ours: where several of ours make up one of theirs, its "
        "figures stand beside each, so do not add them up."
    )
    return replace(outside, columns=["their topic", *outside.columns], rows={**rows, **left_out}), said


def _bodies(
    engine: Engine, months: Sequence[str], outside: Outside
) -> tuple[Outside, list[str], dict[str, Sequence[str]]]:
    head = ["body", "name", "offices", "enquiries_sent", "replies_received"]
    bodies = [
        each for each in by_body(engine, first=months[0], last=months[-1]) if not each.body.startswith("_")
    ]
    by_name = {_plain(each.title): each.body for each in bodies}
    rows: dict[str, Mapping[str, str]] = {}
    for key, row in outside.rows.items():
        code = by_name.get(_plain(key), key)
        if code in rows:
            raise JoinError(f"Two rows of {outside.name} are about {key}, under two names; keep one.")
        rows[code] = row
    ours: dict[str, Sequence[str]] = {
        each.body: [each.title, str(each.offices), str(each.enquiries_sent), str(each.replies_received)]
        for each in bodies
    }
    return replace(outside, rows=rows), head, ours


def _plain(name: str) -> str:
    """A body's name as people write it: without "the", commas and capitals."""
    words = name.casefold().replace("&", "and").replace(",", " ").replace("’", "'").split()
    return " ".join(word for word in words if word != "the")
