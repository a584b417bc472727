"""What the words of the code list mean: the categories before the office has filed enough to learn from.

The words stand in `tags/data/keywords.csv`, beside the code list: for each category what names it surely,
what is only likely, what people tell of who do not name it, and Welsh. This file weighs them, and holds none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencasework.office.inbox.learning.words import SPELT_RIGHT, STOP, stem, tokens
from opencasework.office.kit import tables

TAGS = "opencasework.office.tags"
# What a term counts for, by where it stands. Set by trying on benchmarks/suggesting_corpus/filed.txt.
SURE, LIKELY, EVERYDAY, LABEL, DESCRIBED = 3.0, 1.0, 0.7, 2.5, 0.8
PART = 1.5  # a single word of a label that has several: meetings, post, health
PER_WORD = 0.6  # more for each further word of a phrase: those that meet by chance are few
FEWEST_OF_SMALL = 4  # words of a phrase that has none but small ones; fewer meet by chance: “get out of”
COVERED = 0.3  # of a term inside a longer one that was found: “council tax” in “council tax band”
IN_SUBJECT = 1.5  # people name their trouble there
AGAIN = 0.35  # more, by the logarithm, for a term that comes again
MISSPELT = 0.6
SHORTEST_MISSPELT = 5  # letters
LONGEST_PHRASE = 7  # words


@dataclass(frozen=True)
class Term:
    """A word or phrase, as it is said to a person, with the categories it speaks for and how much."""

    said: str
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Score:
    """What speaks for a category: the sum, and the terms that gave most, best first."""

    total: float
    because: list[str]
    strongest: float = 0.0  # what the first of them gave


class Keywords:
    """The words of the code list, ready to be looked for in a text."""

    def __init__(self, lists: Sequence[Mapping[str, str]]) -> None:
        """`lists`: rows with code, label, label_cy, description, sure, likely, everyday and welsh."""
        self.codes = [row["code"] for row in lists]
        by_stems: dict[str, dict[str, float]] = defaultdict(dict)
        said: dict[str, str] = {}
        for row in lists:
            for words, weight in _terms(row):
                found = tokens(words)[:LONGEST_PHRASE]
                # SEND is not what somebody does with a letter: written in capitals, it counts in capitals.
                is_capital = len(found) == 1 and words.strip().isupper() and weight >= PART
                key = words.strip() if is_capital else " ".join(stem(word) for word in found)
                if not key or (len(found) == 1 and found[0] in STOP and not is_capital):
                    continue
                telling = sum(word not in STOP for word in found)
                if not telling and len(found) < FEWEST_OF_SMALL:
                    weight = min(weight, LIKELY)
                else:
                    weight += (PER_WORD if weight > LIKELY else PER_WORD / 2) * (len(found) - 1)
                weights = by_stems[key]
                weights[row["code"]] = max(weight, weights.get(row["code"], 0.0))
                said.setdefault(key, words.strip())
        everything = math.log(1 + len(self.codes))
        self.terms = {
            key: Term(
                said[key], {code: weight * _rarity(weights, everything) for code, weight in weights.items()}
            )
            for key, weights in by_stems.items()
        }
        self._longest = max((key.count(" ") + 1 for key in self.terms), default=1)
        self._capitals = frozenset(key for key in self.terms if key.isupper())
        self._known = {part for key in self.terms for part in key.split()}
        self._misspelt = _shortened(self._known)

    def scores(self, subject: str, text: str) -> dict[str, Score]:
        """What the words of a message say for each category they say anything for."""
        counted: dict[str, list[float]] = defaultdict(list)
        for part, worth in ((subject, IN_SUBJECT), (text, 1.0)):
            for key, share in self._found(part):
                counted[key].append(worth * share)
        totals: dict[str, float] = defaultdict(float)
        parts: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for key, worths in counted.items():
            term = self.terms[key]
            worth = max(worths) * (1 + AGAIN * math.log(len(worths)))
            for code, weight in term.weights.items():
                totals[code] += weight * worth
                parts[code].append((weight * worth, term.said))
        ordered = {code: sorted(each, key=lambda part: -part[0]) for code, each in parts.items()}
        return {
            code: Score(total, [said for _, said in ordered[code]], strongest=ordered[code][0][0])
            for code, total in totals.items()
        }

    def _found(self, text: str) -> Iterator[tuple[str, float]]:
        """The terms of the lists that stand in a text, each with how much of it counts."""
        # Who shouts says nothing by capitals.
        capitals = self._capitals if not text.isupper() else frozenset()
        written = [word if word in capitals else word.lower() for word in tokens(text, keep_case=True)]
        stemmed = [(word, 1.0) if word in capitals else self._spelt(stem(word), word) for word in written]
        covered = [0] * len(stemmed)  # by a term of how many words
        for length in range(min(self._longest, len(stemmed)), 0, -1):
            for at in range(len(stemmed) - length + 1):
                here = stemmed[at : at + length]
                key = " ".join(part for part, _ in here)
                # “writing” is no writ, and who wishes a good day speaks of no goods.
                if key not in self.terms or (length == 1 and written[at] in STOP):
                    continue
                inside = all(each > length for each in covered[at : at + length])
                yield key, min(share for _, share in here) * (COVERED if inside else 1.0)
                for place in range(at, at + length):
                    covered[place] = max(covered[place], length)

    def _spelt(self, stemmed: str, word: str) -> tuple[str, float]:
        """A word we know for one that is a slip of the keyboard away from it; else the word itself."""
        if len(stemmed) < SHORTEST_MISSPELT or stemmed in self._known or stemmed.isdigit():
            return stemmed, 1.0
        if word in STOP or word in SPELT_RIGHT:
            return stemmed, 1.0
        candidates = {stemmed, *_without_one(stemmed)}
        for shortened in sorted(candidates):
            for known in self._misspelt.get(shortened, ()):
                more = len(known) - len(stemmed)
                # Of a short word one letter may be missing; with another in its place it is another word.
                slips = (1,) if len(stemmed) == SHORTEST_MISSPELT else (-1, 0, 1)
                if known[0] == stemmed[0] and more in slips:
                    return known, MISSPELT
        return stemmed, 1.0


def _terms(row: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for column, weight in (("sure", SURE), ("welsh", SURE), ("likely", LIKELY), ("everyday", EVERYDAY)):
        for words in row.get(column, "").split(";"):
            yield words, weight
    for label in (row.get("label", ""), row.get("label_cy", "")):
        yield label, LABEL
        for part in label.replace(" and ", ",").split(","):
            yield part, LABEL if " " in part.strip() or part == label else PART
    for part in row.get("description", "").split(","):
        yield part, LABEL if " " in part.strip() else DESCRIBED


def _rarity(weights: Mapping[str, float], everything: float) -> float:
    """How much a term tells: all of its weight where one category has it, the less the more have."""
    return math.log(1 + everything * 20 / len(weights)) / math.log(1 + everything * 20)


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _shortened(known: set[str]) -> dict[str, list[str]]:
    """The words by every form of them that lacks one letter, and by themselves."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(known):
        if len(word) >= SHORTEST_MISSPELT and word.isalpha():
            for shortened in {word, *_without_one(word)}:
                found[shortened].append(word)
    return dict(found)


def lists() -> list[dict[str, str]]:
    """The rows of the code list's second level, with its words beside it."""
    rows = {row["code"]: row for row in tables.rows(TAGS, "categories.csv") if row["parent"]}
    return [{**row, **rows[row["code"]]} for row in tables.rows(TAGS, "keywords.csv") if row["code"] in rows]


@lru_cache(maxsize=1)
def of_the_code_list() -> Keywords:
    """The words that come with the package; read once."""
    return Keywords(lists())
