"""What was learned, as plain numbers: one small signed byte for each word and category.

Loaded data is never code: a header in JSON says what follows and how much of it, and bytes that do not fit
what it says are refused. Scoring is a sum of bytes; a message of 200 words takes some 3 ms.
"""

from __future__ import annotations

import json
import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERSION = 1
LENGTH = struct.Struct(">I")
MOST_WORDS, MOST_CODES = 20_000, 1_000
# How sure a difference in the sums makes: probabilities are exp(MARGIN * sum), over all categories. At 4 what
# was right in 95 of 100 got a probability of 0.05, and what was learned never counted beside the code list.
MARGIN = 10.0


class NotWeights(ValueError):
    """These bytes are not what `pack` makes."""


@dataclass(frozen=True)
class Weights:
    """For each word how rare it is and what it says for each category."""

    codes: list[str]
    places: dict[str, int]  # of a word among the rows
    rarities: Sequence[float]
    scales: Sequence[float]  # what one step of a byte is worth, by row
    start: Sequence[float]  # by category, before any word
    rows: bytes  # words × categories, signed
    examples: int  # messages it was learned from
    by_code: dict[str, int]  # messages of each category
    open_words: frozenset[str]  # of cases that everybody here sees

    def shares(self, features: Mapping[str, int]) -> tuple[dict[str, float], dict[str, list[str]]]:
        """How likely each category is, all together 1, and the words that say so, best first, by category."""
        known = self._weighed(features)
        sums = list(self.start)
        number = len(self.codes)
        signed = memoryview(self.rows).cast("b")
        for word, value in known:
            place = self.places[word]
            worth = value * self.scales[place]
            for at, each in enumerate(signed[place * number : (place + 1) * number].tolist()):
                if each:
                    sums[at] += worth * each
        highest = max(sums, default=0.0)
        grown = [math.exp(MARGIN * (each - highest)) for each in sums]
        total = sum(grown) or 1.0
        shares = {code: each / total for code, each in zip(self.codes, grown, strict=True)}
        best = sorted(range(number), key=lambda at: -sums[at])[:5]
        return shares, {self.codes[at]: self._because(known, signed, at) for at in best}

    def _weighed(self, features: Mapping[str, int]) -> list[tuple[str, float]]:
        """The known words of a message with what each counts for: often here, rare elsewhere."""
        counted = [
            (word, (1 + math.log(number)) * self.rarities[self.places[word]])
            for word, number in features.items()
            if word in self.places
        ]
        length = math.sqrt(sum(value * value for _, value in counted)) or 1.0
        return [(word, value / length) for word, value in counted]

    def _because(self, known: list[tuple[str, float]], signed: memoryview, at: int) -> list[str]:
        number = len(self.codes)
        said = [
            (value * self.scales[self.places[word]] * signed[self.places[word] * number + at], word)
            for word, value in known
        ]
        return [word for worth, word in sorted(said, reverse=True)[:6] if worth > 0]


def pack(
    *,
    codes: Sequence[str],
    words: Sequence[str],
    rarities: Sequence[float],
    start: Sequence[float],
    rows: Sequence[Sequence[float]],
    by_code: Mapping[str, int],
    open_words: Sequence[str],
) -> bytes:
    """The weights as bytes. `rows` are by word, in each of them by category."""
    scales, signed = array("f"), bytearray()
    for row in rows:
        scale = max(map(abs, row), default=0.0) / 127 or 1.0
        scales.append(scale)
        signed += array("b", [round(each / scale) for each in row]).tobytes()
    places = {word: at for at, word in enumerate(words)}
    head = {
        "version": VERSION,
        "codes": list(codes),
        "words": list(words),
        "by_code": dict(by_code),
        "open": [places[word] for word in open_words if word in places],
    }
    header = json.dumps(head, ensure_ascii=False).encode()
    floats = array("f", [*rarities, *scales, *start])
    return LENGTH.pack(len(header)) + header + _little(floats) + bytes(signed)


def unpack(packed: bytes) -> Weights:
    """What `pack` made. Raises NotWeights for anything else."""
    try:
        (length,) = LENGTH.unpack_from(packed)
        head = json.loads(packed[LENGTH.size : LENGTH.size + length])
        codes, words = [str(code) for code in head["codes"]], [str(word) for word in head["words"]]
        by_code = {str(code): int(number) for code, number in head["by_code"].items()}
        openly = frozenset(words[int(at)] for at in head["open"])
        version = head["version"]
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise NotWeights("The header of the weights cannot be read.") from error
    number = 2 * len(words) + len(codes)
    begin = LENGTH.size + length
    if (
        version != VERSION
        or len(words) > MOST_WORDS
        or len(codes) > MOST_CODES
        or len(set(words)) != len(words)
        or len(packed) != begin + 4 * number + len(words) * len(codes)
    ):
        raise NotWeights("The weights are not as long as their header says, or of another version.")
    floats = array("f")
    floats.frombytes(packed[begin : begin + 4 * number])
    floats = _swapped(floats)
    if not all(map(math.isfinite, floats)):
        raise NotWeights("The weights hold what is no number.")
    return Weights(
        codes=codes,
        places={word: at for at, word in enumerate(words)},
        rarities=floats[: len(words)],
        scales=floats[len(words) : 2 * len(words)],
        start=floats[2 * len(words) :],
        rows=packed[begin + 4 * number :],
        examples=sum(by_code.values()),
        by_code=by_code,
        open_words=openly,
    )


def _little(numbers: array[float]) -> bytes:
    return _swapped(numbers).tobytes()


def _swapped(numbers: array[float]) -> array[float]:
    """In the order of bytes that is written: little end first, on any machine."""
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        numbers = array("f", numbers)
        numbers.byteswap()
    return numbers
