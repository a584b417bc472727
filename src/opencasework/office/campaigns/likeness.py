"""Which messages are nearly the same: what they share, counted exactly, and the groups that follow from it.

Two texts are alike when half of the shorter one stands in the other, three words at a time. Unlike the
share of all words that MinHash estimates, this does not fall when somebody adds a page about themselves or
leaves half out. An index from each three words to the groups that have them makes it as quick: a message is
compared with the few groups it shares words with, never with every message.

Thousands of messages are compared at once, and nearly all that most of them say is theirs alone. So what a
message says is kept as an array, four bytes a trace, and the index holds only what two of them say.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TypeAlias

ALIKE = 0.5  # of the shorter text
FEWEST_SHARED = 8  # traces, some ten words: less than that strangers share by chance
NEARLY_ALL = 0.7  # of the text of most members is of the campaign, when one is proposed
COMMON = 0.5  # of the members have what is of the campaign
SETTLES_AT = frozenset([3, 5, 8, 12, 20, 35, 60, 100])  # members at which the common part is worked out anew
MOST_GROUPS_OF_A_TRACE = 60  # “thank you for your” stands in everything and tells nothing
COMPARED_WITH = 8  # groups, those it shares most with
ALL_TRACES = 2**32  # that there can be (wording.traces)
TRACES_AT_ONCE = 100_000  # held as a set, of some eighty bytes each

Traces: TypeAlias = "array[int]"  # of numbers in order, each once


def in_order(traces: Iterable[int]) -> Traces:
    """What a text says, as it is compared."""
    return array("I", sorted(set(traces)))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A message as it is compared."""

    pk: int
    sender: str
    traces: Traces


@dataclass(eq=False)
class Group:
    """Messages that are alike. `campaign` is the number of the campaign they are known as, if they are."""

    core: Traces
    campaign: int | None = None
    members: list[Sketch] = field(default_factory=list)
    not_indexed: int = 0  # traces of its first message that no other has

    @property
    def senders(self) -> int:
        """How many people stand behind it, as far as addresses tell."""
        return len({sketch.sender for sketch in self.members})

    @property
    def is_one_text(self) -> bool:
        """Whether most members say hardly more than the common text, and do not just share a form."""
        if len(self.core) < FEWEST_SHARED:
            return False
        core = frozenset(self.core)
        mostly = sum(
            len(core.intersection(each.traces)) >= len(each.traces) * NEARLY_ALL for each in self.members
        )
        return mostly * 2 > len(self.members)

    def settle(self) -> None:
        """Work out anew what is common to the members."""
        self.core = common([sketch.traces for sketch in self.members]) or self.core


def common(texts: Sequence[Traces]) -> Traces:
    """What more than half of these texts have."""
    counts = Counter(chain.from_iterable(texts))
    most = len(texts) * COMMON
    return in_order(trace for trace, count in counts.items() if count > most)


def repeated(texts: Collection[Traces]) -> set[int]:
    """What more than one of these texts has; looked for in parts, as all they have would be a large set."""
    parts = sum(map(len, texts)) // TRACES_AT_ONCE + 1
    bounds = [ALL_TRACES * part // parts for part in range(parts + 1)]
    found: set[int] = set()
    for first, end in pairwise(bounds):
        seen: set[int] = set()
        for text in texts:
            part = text[bisect_left(text, first) : bisect_left(text, end)]
            found.update(seen.intersection(part))
            seen.update(part)
    return found


def likeness(one: Collection[int], other: Collection[int]) -> float:
    """How much of the shorter text stands in the other: 0 to 1."""
    shared = len(frozenset(one).intersection(other))
    shorter, longer = sorted([len(one), len(other)])
    if shorter < FEWEST_SHARED:  # “thank you for your email” stands in many letters, and is like none of them
        return shared / longer if longer else 0.0
    return shared / shorter if shared >= FEWEST_SHARED else 0.0


class Groups:
    """Groups that take messages in, one by one.

    `found_twice` is what more than one of all these messages has, where that was looked for (`repeated`):
    what one alone has makes it like none, and is left out of the index.
    """

    def __init__(self, known: Iterable[Group] = (), *, found_twice: Set[int] | None = None) -> None:
        self.all: list[Group] = []
        self._index: dict[int, list[int]] = {}
        for group in known:
            self._add(group, group.core)
        self._found_twice = found_twice

    def _add(self, group: Group, indexed: Iterable[int]) -> None:
        self.all.append(group)
        self._post(len(self.all) - 1, indexed)

    def _begin(self, sketch: Sketch) -> Group:
        """A group of one message."""
        twice, index = self._found_twice, self._index
        indexed = (
            sketch.traces
            if twice is None
            else [trace for trace in sketch.traces if trace in twice or trace in index]
        )
        group = Group(sketch.traces, not_indexed=len(sketch.traces) - len(indexed))
        self._add(group, indexed)
        return group

    def _post(self, number: int, traces: Iterable[int]) -> None:
        for trace in traces:
            posted = self._index.setdefault(trace, [])
            if len(posted) < MOST_GROUPS_OF_A_TRACE and (not posted or posted[-1] != number):
                posted.append(number)

    def _hits(self, traces: Iterable[int]) -> Counter[int]:
        """How much each group shares with it, by the numbers of the groups."""
        index = self._index
        return Counter(chain.from_iterable(index[trace] for trace in traces if trace in index))

    def _best(
        self, traces: Iterable[int], hits: Counter[int], *, among: Set[int] | None = None
    ) -> Group | None:
        """The group it is most like, if it is alike at all; of two the older."""
        its = frozenset(traces)
        best, most = None, 0.0
        for _, before in heapq.nlargest(COMPARED_WITH, ((count, -number) for number, count in hits.items())):
            number = -before
            if among is not None and number not in among:
                continue
            alike = likeness(its, self.all[number].core)
            if alike >= ALIKE and alike > most:
                best, most = self.all[number], alike
        return best

    def take(self, sketch: Sketch) -> Group | None:
        """Put a message into the group it is most like, or one of its own. None where it says nothing."""
        if not sketch.traces:
            return None
        group = self._best(sketch.traces, self._hits(sketch.traces)) or self._begin(sketch)
        group.members.append(sketch)
        # What is known as a campaign settles where all its members are at hand.
        if group.campaign is None and len(group.members) in SETTLES_AT:
            before = group.core
            group.settle()
            self._post(self.all.index(group), set(group.core).difference(before))
        return group

    def settled(self, *, fewest: int) -> list[Group]:
        """The known ones and those of at least `fewest` senders, after a second look at what stayed apart."""
        standing = []
        for number, group in enumerate(self.all):
            if group.campaign is None and group.senders >= fewest:
                group.settle()
            if group.campaign is not None or (group.senders >= fewest and group.is_one_text):
                standing.append(number)
        # What was known before has been looked at already.
        among = frozenset(number for number in standing if self.all[number].campaign is None)
        apart = set(range(len(self.all))) - set(standing) if among else set()
        for number, group in ((number, self.all[number]) for number in sorted(apart)):
            for place, sketch in enumerate(list(group.members)):
                hits = self._hits(sketch.traces)
                if place == 0:  # it began the group, which therefore has all of it
                    hits[number] += group.not_indexed
                if (better := self._best(sketch.traces, hits, among=among)) is not None:
                    group.members.remove(sketch)
                    better.members.append(sketch)
        return _joined([self.all[number] for number in standing])


def _joined(groups: Sequence[Group]) -> list[Group]:
    """Two groups of one text become one; of two known campaigns a person decides."""
    kept: list[Group] = []
    for group in sorted(groups, key=lambda each: (each.campaign is None, -len(each.members))):
        twin = next(
            (each for each in kept if group.campaign is None and likeness(group.core, each.core) >= ALIKE),
            None,
        )
        if twin is None:
            kept.append(group)
        else:
            twin.members += group.members
    return kept
