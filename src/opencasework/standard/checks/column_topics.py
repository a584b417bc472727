"""Do the level-2 categories of a large table fit into their parents? Asked of all rows at once."""

from collections.abc import Iterator, Mapping

import numpy as np

from opencasework.standard import codelists, disclosure
from opencasework.standard.checks.column_sums import Figures
from opencasework.standard.checks.topics import ELSE, check_topics
from opencasework.standard.rules import Finding


def check_topics_of(figures: Figures, methods: Mapping[str, str]) -> Iterator[Finding]:
    """What `topics.check_topics` finds in a large table: the few places that may be wrong are left to it."""
    table = figures.table
    codes = codelists.load("category")
    names = table["category"].values
    number = {name: at for at, name in enumerate(names)}
    own = [number.setdefault((name in codes and codes[name].parent) or name, len(number)) for name in names]
    family = np.array(own, np.int64)[table["category"].codes[figures.places]]
    asked = np.isin(family, np.unique(family[~figures.level_1]))
    if not asked.any():
        return iter(())
    rows = np.flatnonzero(asked)
    keys = table.ids(ELSE, figures.places[rows]) * len(number) + family[rows]
    _, place = np.unique(keys, return_inverse=True)
    is_part = ~figures.level_1[rows]
    value = figures.value[rows].astype(float)
    rest = np.bincount(place, weights=np.where(is_part, -value, value))
    doubtful = (rest < 0) | ((rest > 0) & (rest < disclosure.BASE))
    doubtful |= np.bincount(place, weights=~figures.known[rows]) > 0
    doubtful &= np.bincount(place, weights=is_part) > 0
    return check_topics(table.counted(figures.places[rows[doubtful[place]]]), methods)
