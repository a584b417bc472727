"""Which messages are nearly the same: what they share, counted exactly, and the groups that follow from it.

Two texts are alike when half of the shorter one stands in the other, three words at a time. Unlike the
share of all words that MinHash estimates, this does not fall when somebody adds a page about themselves or
leaves half out. An index from each three words to the groups that have them makes it as quick: a message is
compared with the few groups it shares words with, never with every message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

ALIKE = 0.5  # of the shorter text
FEWEST_SHARED = 8  # traces, some ten words: less than that strangers share by chance
NEARLY_ALL = 0.7  # of the text of most members is of the campaign, when one is proposed
COMMON = 0.5  # of the members have what is of the campaign
SETTLES_AT = frozenset([3, 5, 8, 12, 20, 35, 60, 100])  # members at which the common part is worked out anew
MOST_GROUPS_OF_A_TRACE = 60  # “thank you for your” stands in everything and tells nothing


@dataclass(frozen=True)
class Sketch:
    """A message as it is compared."""

    pk: int
    sender: str
    traces: frozenset[int]


@dataclass
class Group:
    """Messages that are alike. `campaign` is the number of the campaign they are known as, if they are."""

    core: frozenset[int]
    campaign: int | None = None
    members: list[Sketch] = field(default_factory=list)

    @property
    def senders(self) -> int:
        """How many people stand behind it, as far as addresses tell."""
        return len({sketch.sender for sketch in self.members})

    @property
    def is_one_text(self) -> bool:
        """Whether most members say hardly more than the common text, and do not just share a form."""
        if len(self.core) < FEWEST_SHARED:
            return False
        mostly = sum(len(each.traces & self.core) >= len(each.traces) * NEARLY_ALL for each in self.members)
        return mostly * 2 > len(self.members)

    def settle(self) -> None:
        """Work out anew what is common to the members."""
        self.core = common([sketch.traces for sketch in self.members]) or self.core


def common(texts: Sequence[frozenset[int]]) -> frozenset[int]:
    """What more than half of these texts have."""
    counts = Counter(chain.from_iterable(texts))
    most = len(texts) * COMMON
    return frozenset(trace for trace, count in counts.items() if count > most)


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """How much of the shorter text stands in the other: 0 to 1."""
    shared = len(one & other)
    shorter, longer = sorted([len(one), len(other)])
    if shorter < FEWEST_SHARED:  # “thank you for your email” stands in many letters, and is like none of them
        return shared / longer if longer else 0.0
    return shared / shorter if shared >= FEWEST_SHARED else 0.0


class Groups:
    """Groups that take messages in, one by one."""

    def __init__(self, known: Iterable[Group] = ()) -> None:
        self.all: list[Group] = []
        self._index: dict[int, list[int]] = {}
        for group in known:
            self._add(group)

    def _add(self, group: Group) -> None:
        self.all.append(group)
        self._post(len(self.all) - 1, group.core)

    def _post(self, number: int, traces: Iterable[int]) -> None:
        for trace in traces:
            posted = self._index.setdefault(trace, [])
            if len(posted) < MOST_GROUPS_OF_A_TRACE and (not posted or posted[-1] != number):
                posted.append(number)

    def best_for(self, traces: frozenset[int], *, among: frozenset[int] | None = None) -> Group | None:
        """The group it is most like, if it is alike at all."""
        index = self._index
        hits = Counter(chain.from_iterable(index[trace] for trace in traces if trace in index))
        best, most = None, 0.0
        for number, _ in hits.most_common(8):
            if among is not None and number not in among:
                continue
            alike = likeness(traces, self.all[number].core)
            if alike >= ALIKE and alike > most:
                best, most = self.all[number], alike
        return best

    def take(self, sketch: Sketch) -> Group | None:
        """Put a message into the group it is most like, or one of its own. None where it says nothing."""
        if not sketch.traces:
            return None
        group = self.best_for(sketch.traces)
        if group is None:
            group = Group(sketch.traces)
            self._add(group)
        group.members.append(sketch)
        # What is known as a campaign settles where all its members are at hand.
        if group.campaign is None and len(group.members) in SETTLES_AT:
            before = group.core
            group.settle()
            self._post(self.all.index(group), group.core - before)
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
        for group in (self.all[number] for number in sorted(apart)):
            for sketch in list(group.members):
                if (better := self.best_for(sketch.traces, among=among)) is not None:
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
