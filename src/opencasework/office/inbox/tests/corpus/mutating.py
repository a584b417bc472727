"""Mail damaged at random, the same for the same seed."""

import random
from collections.abc import Iterator

from .broken import READABLE
from .known import KNOWN

PIECES = [
    *(b"=?", b"?=", b"\r\n", b"--", b'"', b"<", b"\0", b"\xff", b"(", b"<a@[", b"=?utf-8?b?", b"name*0*="),
    *(b"Content-Type: multipart/mixed; boundary=", b"charset=", b"begin 644 a\n", b"=ybegin name=", b"\\"),
]


def mutations(count: int, *, seed: int) -> Iterator[bytes]:
    """So many messages of the corpus, each with a few bytes changed, put in, taken out or repeated."""
    chance = random.Random(seed)
    originals = [*READABLE.values(), *(known.raw for known in KNOWN.values())]
    for _ in range(count):
        yield mutated(chance.choice(originals), chance)


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The message with up to twelve such changes."""
    for _ in range(chance.randint(1, 12)):
        start, other = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
        insert = chance.choice([chance.choice(PIECES), chance.randbytes(1), raw[other : other + 100], b""])
        raw = raw[:start] + insert + raw[start + chance.choice([0, 1, min(200, other - start)]) :]
    return raw
