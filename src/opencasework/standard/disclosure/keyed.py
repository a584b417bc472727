"""Draws made with the office's key: the same for the same names, and not to be repeated without the key.

A draw is HMAC-SHA256(key, names joined by U+001F), read as a whole number below 2**256, most significant byte
first (RFC 2104). No clock and no generator of the machine is asked, so the same counts under the same key
give the same publication wherever and however often it is made: averaging many of them reveals nothing.
"""

from __future__ import annotations

import hmac
import math

from opencasework.standard.disclosure.cells import BASE

SHORTEST_KEY = 16  # bytes
DRAWS = 2**256  # the number of values of a SHA-256 digest
_BLOCK = 8  # draws made of one digest: 32 bits each are plenty for a choice between two ways


def check_key(key: bytes) -> None:
    """Raise ValueError when the key has fewer than 16 bytes."""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"The office key has {len(key)} bytes; it needs at least {SHORTEST_KEY}.")


def key_id(key: bytes) -> str:
    """A public name for a key: tells whether two publications used the same key and nothing else about it."""
    return hmac.digest(key, b"open-casework-data key id", "sha256").hex()[:16]


def digest(key: bytes, *names: str) -> bytes:
    """The 32 bytes that belong to these names under this key."""
    return hmac.digest(key, "\x1f".join(names).encode(), "sha256")


def nearby_multiple(count: int, key: bytes, *names: str) -> int:
    """A multiple of 5 next to `count`, right on average; 0 to 4 may become 0."""
    over = count % BASE
    draw = int.from_bytes(digest(key, *names), "big")
    return count - over + (BASE if draw * BASE < over * DRAWS else 0)


class Draws:
    """A stream of keyed draws for one purpose, named by `names`."""

    def __init__(self, key: bytes, *names: str) -> None:
        self._key, self._names = key, names
        self._number = 0
        self._left: list[int] = []

    def _word(self) -> int:
        if not self._left:
            block = digest(self._key, *self._names, str(self._number))
            self._left = [int.from_bytes(block[at * 4 : at * 4 + 4], "big") for at in range(_BLOCK)]
            self._number += 1
        return self._left.pop()

    def happens(self, part: int, whole: int) -> bool:
        """True with probability part / whole, to within 2**-32; whole numbers keep it the same everywhere."""
        return self._word() * whole < part << 32

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely as another to within 2**-32."""
        return self._word() * limit >> 32

    def waiting_time(self) -> float:
        """An exponential variate of mean 1, to three decimals, between 0.001 and 8."""
        return min(max(round(-math.log((self._word() + 1) / 2**32), 3), 0.001), 8.0)
