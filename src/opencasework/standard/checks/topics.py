"""Do the level-2 categories of a year fit into their parents, of which they are a part?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from opencasework.standard import codelists, disclosure
from opencasework.standard.checks.rows import FILE, Counted
from opencasework.standard.disclosure import kr5, scr5
from opencasework.standard.rules import Finding, finding

_METHODS = (scr5.METHOD, kr5.METHOD)  # under these no row is smaller than its part
ELSE = ("period", "area_code", "body", "channel", "outcome", "measure")


def _parent(category: str) -> str:
    return codelists.load("category")[category].parent


def check_topics(rows: list[Counted], methods: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """The topics of a parent add up to no more than its row, and leave nothing of it or 5 and more.

    In periods under a method that rounds small counts; `methods` has the method of each, by default
    `ocd-scr5`. Where a value is empty nothing can be said. A parent without a row has 0.
    """
    parts: dict[tuple[str, ...], list[Counted]] = defaultdict(list)
    wholes: dict[tuple[str, ...], Counted] = {}
    for counted in rows:
        row = counted.row
        parent = _parent(row.category)
        place = (parent or row.category, *(getattr(row, name) for name in ELSE))
        if not parent:
            wholes[place] = counted
        elif (methods or {}).get(row.period, scr5.METHOD) in _METHODS:
            parts[place].append(counted)
    for place, topics in parts.items():
        whole = wholes.get(place)
        values = [topic.row.value for topic in topics]
        has = whole.row.value if whole else 0
        known = [value for value in values if value is not None]
        if has is None or len(known) < len(values):
            continue
        rest = has - sum(known)
        if rest == 0 or rest >= disclosure.BASE:
            continue
        wrong = f"that is {-rest} less" if rest < 0 else f"the rest is a small count ({rest})"
        message = (
            f"The level-2 categories of {place[0]} add up to {sum(known)} in {place[1]}, and its own row "
            f"says {has}: {wrong}."
        )
        yield finding(
            "topic-sum",
            message,
            file=FILE,
            row=(whole or topics[0]).line,
            column="value",
            found=has,
            allowed=f"{sum(known)}, or {sum(known) + disclosure.BASE} or more",
        )
