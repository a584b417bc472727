"""What a message is about, by the words of the code list and by what the office filed, in one order."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from opencasework.office.inbox.learning.keywords import LIKELY, Keywords
from opencasework.office.inbox.learning.weights import Weights
from opencasework.office.inbox.learning.words import features, stem, tokens

SHARPER = 2.0  # of two categories the one with twice the sum of words is four times as likely
SILENT = 0.5  # the sum of words of a category the list says nothing for
NEVER = 0.001  # the share of a category that what was learned says nothing for
FAINTEST, FAINTEST_SHARE = 1.5, 0.05  # a sum of words, or a share learned, below which nothing is said
AS_MANY_AGAIN = 400  # filed messages from which on what was learned counts half as much as the code list
# A suggestion is shown where it has a good reason. These were tried on messages for which nothing is to be
# suggested, benchmarks/suggesting_corpus/nothing.txt, and on filed.txt.
GOOD_SUM = 2.5  # more than two words that anybody says: “telephone” and “ring”
GOOD_WORD = 2.1  # one that names it, misspelt or not: “mould”
FURTHER_SUM = 2.0  # of a second or third, beside one that has a good reason
GOOD_SHARE = 0.5  # of what was learned alone
BY_THE_OFFICE = 0.3  # of what was learned, as far as it is trusted: the reason says it is the office's
OF_THE_BEST = 0.1  # as likely as the best of them at least: a tenth
NAMED = 3  # words in a reason
# From which on it is plain: as much as one sure word of the list, or the office's own.
PLAIN_SUM, PLAIN_SHARE = 3.0, 0.3


@dataclass(frozen=True)
class About:
    """A category a message may be about: how likely, of 1, and the words that say so."""

    code: str
    share: float
    because: list[str]
    is_learned: bool  # whether it is above all what the office filed that says so
    is_good: bool = False  # whether enough speaks for it to be shown, and not “telephone” or “ring”
    is_plain: bool = False  # whether enough speaks for it to act on, and not a word or two that anybody says


def about(
    subject: str,
    text: str,
    *,
    keywords: Keywords,
    weights: Weights | None,
    sayable: Container[str] | None = None,
) -> list[About]:
    """The categories a message may be about, the most likely first; only `is_good` ones are worth showing.

    What the list says and what was learned are multiplied, each as far as it is to be trusted: so the words
    of an office tell apart what the list leaves open, and neither rules out what the other is sure of.
    `sayable` are the learned words that may be named in a reason; all of them where it is None.
    """
    scores = keywords.scores(subject, text)
    learned, because, trust = _learned(features(subject, text), weights)
    totals = {code: scores[code].total if code in scores else 0.0 for code in {*scores, *learned}}
    grown = {
        code: (total + SILENT) ** SHARPER * (learned.get(code, 0.0) + NEVER) ** trust
        for code, total in totals.items()
        if total >= FAINTEST or learned.get(code, 0.0) >= FAINTEST_SHARE
    }
    named = {code for code, each in scores.items() if each.total >= GOOD_SUM or each.strongest >= GOOD_WORD}
    is_only = all(score.total < LIKELY for score in scores.values())  # the list has no word of it
    taught = {
        code for code, words in because.items() if learned[code] >= GOOD_SHARE and (len(words) > 1 or is_only)
    }
    order = sorted(grown, key=lambda code: (-grown[code], code))[:NAMED]
    together = sum(grown[code] for code in order)
    has_good = any(code in named or code in taught for code in order)
    written = _written(f"{subject} {text}")
    found = []
    for code in order:
        share, taught_share = grown[code] / together, learned.get(code, 0.0)
        told = [word for word in because.get(code, []) if sayable is None or word in sayable]
        said = [" ".join(written.get(part, part) for part in word.split()) for word in told]
        listed = scores[code].because if code in scores else []
        by_office = code in taught and (code not in named or taught_share * trust >= BY_THE_OFFICE)
        speaks = has_good and (totals[code] >= FURTHER_SUM or code in named or code in taught)
        found.append(
            About(
                code,
                share,
                _once([*said, *listed] if by_office else [*listed, *said])[:NAMED],
                is_learned=by_office,
                is_good=speaks and grown[code] >= OF_THE_BEST * grown[order[0]],
                is_plain=speaks
                and share >= PLAIN_SHARE
                and (totals[code] >= PLAIN_SUM or taught_share >= PLAIN_SHARE),
            )
        )
    return found


def _learned(
    counted: Mapping[str, int], weights: Weights | None
) -> tuple[dict[str, float], dict[str, list[str]], float]:
    """What was learned says of these words, the words that say it, and how far it is to be trusted."""
    if weights is None or not any(word in weights.places for word in counted):
        return {}, {}, 0.0
    return *weights.shares(counted), weights.examples / (weights.examples + AS_MANY_AGAIN)


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
