"""That what is compared in little memory comes to what a plain comparison of everything comes to."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opencasework.office.campaigns import likeness
from opencasework.office.campaigns.likeness import ALIKE, Group, Groups, Sketch, in_order, repeated

FEWEST = 3


@dataclass(eq=False)
class PlainGroup:
    core: frozenset[int]
    campaign: int | None = None
    members: list[int] = field(default_factory=list)


@dataclass
class Plain:
    """Groups as they are defined: sets of everything, and every trace of every message in the index."""

    texts: list[frozenset[int]]
    known: list[frozenset[int]]

    def __post_init__(self) -> None:
        self.groups: list[PlainGroup] = []
        self.index: dict[int, list[int]] = {}
        for number, core in enumerate(self.known):
            self.add(PlainGroup(core, campaign=number))
        for pk, text in enumerate(self.texts):
            if text:
                self.take(pk, text)

    def add(self, group: PlainGroup) -> None:
        self.groups.append(group)
        self.post(len(self.groups) - 1, group.core)

    def post(self, number: int, traces: frozenset[int]) -> None:
        for trace in traces:
            posted = self.index.setdefault(trace, [])
            if len(posted) < likeness.MOST_GROUPS_OF_A_TRACE and posted[-1:] != [number]:
                posted.append(number)

    def best_for(self, text: frozenset[int], among: set[int]) -> PlainGroup | None:
        hits = Counter(number for trace in text for number in self.index.get(trace, []))
        nearest = sorted(hits, key=lambda number: (-hits[number], number))[: likeness.COMPARED_WITH]
        alike = {number: likeness.likeness(text, self.groups[number].core) for number in nearest}
        fit = [number for number in nearest if number in among and alike[number] >= ALIKE]
        return self.groups[max(fit, key=lambda number: alike[number])] if fit else None

    def take(self, pk: int, text: frozenset[int]) -> None:
        group = self.best_for(text, set(range(len(self.groups))))
        if group is None:
            group = PlainGroup(text)
            self.add(group)
        group.members.append(pk)
        if group.campaign is None and len(group.members) in likeness.SETTLES_AT:
            before = group.core
            self.settle(group)
            self.post(self.groups.index(group), group.core - before)

    def settle(self, group: PlainGroup) -> None:
        counts = Counter(trace for pk in group.members for trace in self.texts[pk])
        common = frozenset(trace for trace, count in counts.items() if count * 2 > len(group.members))
        group.core = common or group.core

    def stands(self, group: PlainGroup) -> bool:
        if group.campaign is not None:
            return True
        if len(group.members) < FEWEST:
            return False
        self.settle(group)
        if len(group.core) < likeness.FEWEST_SHARED:
            return False
        texts = [self.texts[pk] for pk in group.members]
        mostly = sum(len(text & group.core) >= len(text) * likeness.NEARLY_ALL for text in texts)
        return mostly * 2 > len(texts)

    def settled(self) -> list[tuple[int | None, list[int], list[int]]]:
        standing = [group for group in self.groups if self.stands(group)]
        among = {self.groups.index(group) for group in standing if group.campaign is None}
        for group in [group for group in self.groups if among and group not in standing]:
            for pk in list(group.members):
                if (better := self.best_for(self.texts[pk], among)) is not None:
                    group.members.remove(pk)
                    better.members.append(pk)
        kept: list[PlainGroup] = []
        for group in sorted(standing, key=lambda each: (each.campaign is None, -len(each.members))):
            alike = [each for each in kept if likeness.likeness(group.core, each.core) >= ALIKE]
            if group.campaign is None and alike:
                alike[0].members += group.members
            else:
                kept.append(group)
        return [(group.campaign, group.members, sorted(group.core)) for group in kept]


def spread(trace: int) -> int:
    """Far from its neighbours, as the numbers of real words are."""
    return trace * 2_654_435_761 % 2**32


def of_a_campaign(which: int, left_out: frozenset[int], added: frozenset[int]) -> frozenset[int]:
    return (frozenset(range(which * 12, which * 12 + 20)) - left_out) | added


words = st.integers(0, 70)
shared_words = st.frozensets(words, max_size=40) | st.builds(
    of_a_campaign, st.integers(0, 3), st.frozensets(words, max_size=20), st.frozensets(words, max_size=8)
)
letters = st.tuples(shared_words, st.integers(0, 30))  # and how much is its writer's own
CORE, OTHER = frozenset(range(12)), frozenset(range(30, 44))
PLAINLY = [(CORE, 0)] * 3


@pytest.mark.parametrize(("nearest", "most", "at_once"), [(8, 60, 100_000), (1, 60, 50), (2, 1, 50)])
@given(st.lists(letters, max_size=40), st.lists(letters, max_size=3))
@example([(CORE, 18), (CORE, 18), *PLAINLY], [])  # the second stands apart by what is its own
@example([(CORE, 18), (CORE | OTHER, 4), *PLAINLY], [(OTHER, 30)])  # and here by what a campaign has too
@settings(max_examples=100, deadline=None)
def test_messages_are_gathered_as_if_all_that_each_says_were_compared(nearest, most, at_once, new, known):
    texts = [
        frozenset(map(spread, {*shared, *range(number * 100, number * 100 + own)}))
        for number, (shared, own) in enumerate([*new, *known], start=1)
    ]
    texts, cores = texts[: len(new)], texts[len(new) :]
    sketches = [Sketch(pk, str(pk), in_order(text)) for pk, text in enumerate(texts)]

    with pytest.MonkeyPatch.context() as bounds:
        bounds.setattr(likeness, "COMPARED_WITH", nearest)
        bounds.setattr(likeness, "MOST_GROUPS_OF_A_TRACE", most)
        bounds.setattr(likeness, "TRACES_AT_ONCE", at_once)
        found_twice = repeated([sketch.traces for sketch in sketches])
        groups = Groups(
            [Group(in_order(core), campaign=number) for number, core in enumerate(cores)],
            found_twice=found_twice,
        )
        for sketch in sketches:
            groups.take(sketch)
        found = [
            (group.campaign, [sketch.pk for sketch in group.members], list(group.core))
            for group in groups.settled(fewest=FEWEST)
        ]
        plain = Plain(texts, cores).settled()

    counts = Counter(trace for text in texts for trace in text)
    assert found_twice == {trace for trace, count in counts.items() if count > 1}
    assert found == plain


def test_two_thousand_letters_that_have_little_in_common_are_compared_in_a_few_megabytes():
    greeting = range(20)
    sketches = [
        Sketch(pk, str(pk), in_order(map(spread, [*greeting, *range(pk * 200, pk * 200 + 150)])))
        for pk in range(1, 2_001)
    ]

    tracemalloc.start()
    try:
        groups = Groups(found_twice=repeated([sketch.traces for sketch in sketches]))
        for sketch in sketches:
            groups.take(sketch)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(groups.all) == len(sketches)
    assert most < 20_000_000  # bytes; an index of all they say takes some ninety million
