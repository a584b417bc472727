"""Learns which words mean which category. Runs as a process of its own, because scikit-learn is large.

    python -m opencasework.office.inbox.learning.training < examples > weights

Examples are a JSON list of [code, {word: times}, whether everybody may see it, a number for its sender]; what
comes out is what `weights.unpack` reads. It opens no file and no database.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence

from opencasework.office.inbox.learning import keywords
from opencasework.office.inbox.learning.weights import MOST_WORDS, pack
from opencasework.office.inbox.learning.words import features

Example = tuple[str, Mapping[str, int], bool, int]
FEWEST_SENDERS = 2  # who must have written a word before it counts: what only one person says is theirs
STRENGTH = 1.0  # how closely the weights follow the examples
# The words of the code list are examples too, so that a category of which nothing was filed is known.
BY_THE_CODE_LIST = 2


def learn(examples: Sequence[Example]) -> bytes:
    """The weights learned from these examples, packed. Raises ValueError where there is nothing to learn."""
    if not examples:
        raise ValueError("There are no examples to learn from.")
    listed = [_example(row) for row in keywords.lists()]
    of_list = {word for _, counted in listed for word in counted}
    senders: dict[str, set[int]] = {}
    openly: dict[str, set[int]] = {}
    for _, counted, is_open, sender in examples:
        for word in counted:
            senders.setdefault(word, set()).add(sender)
            if is_open:
                openly.setdefault(word, set()).add(sender)
    said = {word: len(each) for word, each in senders.items() if len(each) >= FEWEST_SENDERS}
    words = sorted(sorted(said, key=lambda word: -said[word])[: MOST_WORDS // 2])
    words = sorted({*words, *sorted(of_list - set(words))[: MOST_WORDS - len(words)]})
    documents = [*((code, counted) for code, counted, _, _ in examples), *listed * BY_THE_CODE_LIST]
    codes, rarities, start, rows = _fit(documents, words)
    return pack(
        codes=codes,
        words=words,
        rarities=rarities,
        start=start,
        rows=rows,
        by_code=Counter(code for code, *_ in examples),
        open_words=[word for word in words if word in of_list or len(openly.get(word, ())) >= FEWEST_SENDERS],
    )


def _example(row: Mapping[str, str]) -> tuple[str, Mapping[str, int]]:
    counted = features(row["label"], f"{row['description']}. {row['likely']}")
    for words in ";".join((row["sure"], row["everyday"], row["welsh"])).split(";"):
        counted.update(features(words, ""))
    return row["code"], counted


def _fit(
    documents: Sequence[tuple[str, Mapping[str, int]]], words: Sequence[str]
) -> tuple[list[str], list[float], list[float], list[list[float]]]:
    import numpy
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    places = {word: at for at, word in enumerate(words)}
    spread = Counter(word for _, counted in documents for word in counted if word in places)
    rarities = [1 + math.log((1 + len(documents)) / (1 + spread[word])) for word in words]
    numbers: list[float] = []
    columns: list[int] = []
    ends = [0]
    for _, counted in documents:
        row = [
            (places[word], (1 + math.log(times)) * rarities[places[word]])
            for word, times in counted.items()
            if word in places
        ]
        length = math.sqrt(sum(value * value for _, value in row)) or 1.0
        columns += [at for at, _ in row]
        numbers += [value / length for _, value in row]
        ends.append(len(columns))
    matrix = csr_matrix((numbers, columns, ends), shape=(len(documents), len(words)))
    machine = LinearSVC(C=STRENGTH, dual=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that there are many categories for so few examples
        machine.fit(matrix, numpy.array([code for code, _ in documents]))
    return list(machine.classes_), rarities, machine.intercept_.tolist(), machine.coef_.T.tolist()


def main() -> int:
    """Read examples, write weights; one line on standard error says why not."""
    try:
        packed = learn(json.load(sys.stdin.buffer))
    except ValueError as error:
        sys.stderr.write(f"{type(error).__name__}\n")  # the kind, never the content
        return 1
    sys.stdout.buffer.write(packed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
