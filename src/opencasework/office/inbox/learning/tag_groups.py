"""A list of an office's old tags, put together in groups: what each could become, and whether that is sure.

Rules, not guesses at a sense: a tag is a code, label or word of the code list, a level, a body, or another
tag spelt in another way. What none of that fits stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opencasework.office.inbox.learning.keywords import LABEL, Keywords, of_the_code_list
from opencasework.office.inbox.learning.words import stem, tokens
from opencasework.office.kit import tables
from opencasework.office.kit.spelling import slips

LEVELS = {
    "urgent": "Urgency: Urgent", "asap": "Urgency: Urgent", "very urgent": "Urgency: Urgent",
    "high priority": "Urgency: Urgent", "priority": "Urgency: Urgent", "emergency": "Urgency: Emergency",
    "deadline": "Urgency: Time limited", "routine": "Urgency: Routine",
    "for info": "Urgency: Information only",
    "fyi": "Urgency: Information only", "restricted": "Sensitivity: Restricted",
    "confidential": "Sensitivity: Restricted", "safeguarding": "Sensitivity: Criminal or safeguarding",
    "sensitive": "Sensitivity: Special category", "signpost": "Transferability: Signpost",
    "signposted": "Transferability: Signpost", "not ours": "Transferability: Other representative",
    "not our constituent": "Transferability: Other representative",
    "non constituent": "Transferability: Other representative",
    "out of area": "Transferability: Other representative",
}  # fmt: skip
# What offices write for short and the words of the code list do not have alone.
SHORT = {"aa": "BEN-AA", "cms": "FAM-CMSVC", "csa": "FAM-CMSVC", "asb": "CRI-ASB", "bins": "LOC-BINS"}
ABOUT_SOMEBODY = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr)\b\.? [a-z]|\bfollow[ -]?up\b|\bring back\b", re.IGNORECASE
)
LONGEST_ALONE = 4  # letters of a word that a slip makes another word: “bins” is not “pins”
NO_TAG = "No tag, add a note"


@dataclass(frozen=True)
class Group:
    """Tags that could become one."""

    into: str
    tags: list[str]
    sure: bool
    reason: str
    code: str  # of the category, where it is one
    cases: int  # in all; those with two of the tags count twice

    def as_json(self) -> dict[str, object]:
        return {
            "into": self.into, "tags": self.tags, "sure": self.sure, "reason": self.reason, "code": self.code,
            "cases": self.cases,
        }  # fmt: skip


@dataclass(frozen=True)
class _Meaning:
    into: str
    sure: bool
    reason: str
    code: str = ""


def grouped(counts: Mapping[str, int]) -> list[Group]:
    """The groups of these tags, by how many cases each would change; a tag is in one of them at most."""
    known = _Known()
    found: dict[tuple[str, bool], list[tuple[str, _Meaning]]] = defaultdict(list)
    left: list[str] = []
    for tag in sorted(counts, key=lambda each: (-counts[each], each)):
        meaning = known.meaning(tag, counts[tag])
        if meaning is None:
            left.append(tag)
        else:
            found[meaning.into, meaning.sure].append((tag, meaning))
    groups = [_group(members, counts) for members in found.values()]
    groups += _spelt_alike(left, counts)
    worth = [group for group in groups if group.tags != [group.into]]
    return sorted(worth, key=lambda group: (-group.cases, group.into))


def _group(members: Sequence[tuple[str, _Meaning]], counts: Mapping[str, int]) -> Group:
    first = members[0][1]
    reasons = list(dict.fromkeys(meaning.reason for _, meaning in members))
    tags = [tag for tag, _ in members]
    return Group(
        first.into, tags, first.sure, " ".join(reasons[:3]), first.code, sum(counts[tag] for tag in tags)
    )


class _Known:
    """The lists that say what a tag means."""

    def __init__(self) -> None:
        rows = tables.rows("opencasework.office.tags", "categories.csv")
        self.labels = {row["code"]: row["label"] for row in rows}
        self.by_label = {_folded(row["label"]): row["code"] for row in rows}
        self.by_label |= {_folded(row["label_cy"]): row["code"] for row in rows if row["label_cy"]}
        bodies = tables.rows("opencasework.office.bodies", "bodies.csv")
        self.bodies = {_folded(row["name"]): row["name"] for row in bodies}
        self.bodies |= {_folded(row["code"]): row["name"] for row in bodies}
        self.words: Keywords = of_the_code_list()

    def meaning(self, tag: str, count: int) -> _Meaning | None:
        """What a tag means by the lists; None where they say nothing."""
        name = _folded(tag)
        if not name:
            return None
        if tag.strip().upper() in self.labels:
            return self._category(tag.strip().upper(), "It is the code.", sure=True)
        if name in LEVELS:
            return _Meaning(LEVELS[name], sure=True, reason="It says a level, not a subject.")
        if name in self.by_label:
            return self._category(self.by_label[name], "It is the label.", sure=True)
        if name in SHORT:
            return self._category(SHORT[name], f"“{tag}” is short for it.", sure=True)
        named = self._by_words(tag)
        if named is not None and named.sure:
            return named
        if name in self.bodies:
            return _Meaning(f"Goes to: {self.bodies[name]}", sure=True, reason="It is a body, not a subject.")
        if ABOUT_SOMEBODY.search(tag) and count <= 2:
            return _Meaning(NO_TAG, sure=False, reason="It is about one person or one task.")
        return named

    def _by_words(self, tag: str) -> _Meaning | None:
        """A word of the list, alone: sure. Words of it among others: what they speak for, to be looked at."""
        key = " ".join(stem(word) for word in tokens(tag))
        term = self.words.terms.get(tag.strip()) or self.words.terms.get(key)
        if term is not None:
            best, *others = sorted(term.weights.items(), key=lambda each: -each[1])
            if best[1] >= LABEL / 2 and (not others or best[1] > 1.5 * others[0][1]):
                return self._category(
                    best[0], f"“{tag}” is a word for it.", sure=not others or best[1] > 2.5 * others[0][1]
                )
        scores = sorted(self.words.scores("", tag).items(), key=lambda each: -each[1].total)
        if not scores or scores[0][1].total < LABEL / 2:
            return None
        if len(scores) > 1 and scores[0][1].total < 1.3 * scores[1][1].total:
            return None
        code, score = scores[0]
        return self._category(code, f"“{score.because[0]}” stands in it.", sure=False)

    def _category(self, code: str, reason: str, *, sure: bool) -> _Meaning:
        return _Meaning(self.labels[code], sure=sure, reason=reason, code=code)


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^\w&]+", " ", text.casefold()).split())


def _spelt_alike(tags: Sequence[str], counts: Mapping[str, int]) -> list[Group]:
    """Tags that mean nothing to the lists and are one tag written in several ways, into the most used."""
    groups: list[tuple[list[str], bool]] = []
    by_key: dict[str, int] = {}
    by_length: dict[tuple[int, str], list[str]] = defaultdict(list)
    for tag in tags:  # the most used first
        key = "".join(stem(word) for word in tokens(tag))
        if not key:
            continue
        at = by_key.get(key)
        is_same = at is not None
        if at is None and len(key) > LONGEST_ALONE and not any(map(str.isdigit, key)):
            near = (
                other
                for length in (len(key) - 1, len(key), len(key) + 1)
                for other in by_length[length, key[0]]
                if slips(key, other, most=1) <= 1
            )
            at = by_key.get(next(near, ""))
        if at is None:
            at = len(groups)
            groups.append(([], True))
            by_length[len(key), key[0]].append(key)
        by_key.setdefault(key, at)
        members, sure = groups[at]
        groups[at] = ([*members, tag], sure and (is_same or not members))
    return [
        Group(
            into=members[0],
            tags=members,
            sure=sure,
            reason="The same word in other letters." if sure else "One slip of the keyboard apart.",
            code="",
            cases=sum(counts[tag] for tag in members),
        )
        for members, sure in groups
        if len(members) > 1
    ]
