"""What a message is about, by the words of the code list and by what the office filed, in one order."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from opencasework.office.inbox.learning.keywords import Keywords
from opencasework.office.inbox.learning.weights import Weights
from opencasework.office.inbox.learning.words import features, stem, tokens

SHARPER = 2.0  # of two categories the one with twice the sum of words is four times as likely
FAINTEST = 1.5  # a sum of words below which nothing is said
AS_MANY_AGAIN = 400  # filed messages from which on what was learned counts as much as the code list
MOST_LEARNED = 0.75  # the words of the code list never count for less than the rest of it
SURE_ENOUGH = 0.05  # a share below which a category is not worth a line
NAMED = 3  # words in a reason
PLAIN_SUM, PLAIN_SHARE = (
    3.0,
    0.3,
)  # from which on it is plain: as much as one sure word of the list, or the office's own


@dataclass(frozen=True)
class About:
    """A category a message may be about: how likely, of 1, and the words that say so."""

    code: str
    share: float
    because: list[str]
    is_learned: bool  # whether what the office filed says so at least as much as the code list
    is_plain: bool = False  # whether enough speaks for it to act on, and not a word or two that anybody says


def about(
    subject: str,
    text: str,
    *,
    keywords: Keywords,
    weights: Weights | None,
    sayable: Container[str] | None = None,
) -> list[About]:
    """The categories a message may be about, the most likely first.

    `sayable` are the learned words that may be named in a reason; all of them where it is None.
    """
    scores = keywords.scores(subject, text)
    grown = {code: score.total**SHARPER for code, score in scores.items() if score.total >= FAINTEST}
    total = sum(grown.values()) or 1.0
    listed = {code: each / total for code, each in grown.items()}
    if weights is None:
        order = sorted(listed, key=lambda code: (-listed[code], code))
        return [
            About(
                code,
                listed[code],
                scores[code].because[:NAMED],
                is_learned=False,
                is_plain=scores[code].total >= PLAIN_SUM and listed[code] >= PLAIN_SHARE,
            )
            for code in order
            if listed[code] >= SURE_ENOUGH or code in order[:NAMED]
        ]
    counted = features(subject, text)
    is_known = any(word in weights.places for word in counted)
    learned, because = weights.shares(counted) if is_known else ({}, {})
    trust = MOST_LEARNED * weights.examples / (weights.examples + AS_MANY_AGAIN)
    # Where one of the two says nothing, the other speaks alone.
    trust = 0.0 if not learned else trust if listed else 1.0
    written = _written(f"{subject} {text}")
    share = {
        code: (1 - trust) * listed.get(code, 0.0) + trust * learned.get(code, 0.0)
        for code in {*listed, *learned}
    }
    found = []
    for code in sorted(share, key=lambda code: (-share[code], code))[: 2 * NAMED]:
        by_office = trust * learned.get(code, 0.0) >= (1 - trust) * listed.get(code, 0.0)
        said = [
            " ".join(written.get(part, part) for part in word.split())
            for word in because.get(code, [])
            if sayable is None or word in sayable
        ]
        listed_words = scores[code].because if code in scores else []
        reasons = _once([*said, *listed_words] if by_office else [*listed_words, *said])
        total = scores[code].total if code in scores else 0.0
        plain = share[code] >= PLAIN_SHARE and (total >= PLAIN_SUM or learned.get(code, 0.0) >= PLAIN_SHARE)
        found.append(About(code, share[code], reasons[:NAMED], is_learned=by_office, is_plain=plain))
    return [each for each in found[:NAMED] if each.share >= SURE_ENOUGH or listed.get(each.code)]


def _written(text: str) -> dict[str, str]:
    """How the message writes each word, which is what a person is told; the first way of several."""
    found: dict[str, str] = {}
    for word in tokens(text):
        found.setdefault(stem(word), word)
    return found


def _once(words: list[str]) -> list[str]:
    """Without those that stand in an earlier one."""
    kept: list[str] = []
    for word in words:
        if not any(word in f" {each} " or word == each for each in kept):
            kept.append(word)
    return kept
