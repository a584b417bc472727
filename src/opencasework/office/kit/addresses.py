"""Addresses of rows, for lists: each page's is asked for once, and the number of each row put into it.

To make an address takes Django as long as to write the rest of a row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

from opencasework.office.kit.once import once

NUMBER = 987654321012345678  # of no row: stands in an address until it is known which


def address(name: str, *given: int | str) -> str:
    """What `reverse(name, args=given)` says."""
    words = tuple([each if isinstance(each, str) else None for each in given])
    known: dict[Any, list[str]] = once("addresses", dict)
    parts = known.get((name, words))
    if parts is None:
        urlconf = get_urlconf() or settings.ROOT_URLCONF
        parts = known[name, words] = _parts(name, words, get_script_prefix(), urlconf)
    if len(parts) == 1:
        return parts[0]
    first, *rest = parts
    numbers = [each for each in given if not isinstance(each, str)]
    return first + "".join([f"{number:d}{part}" for number, part in zip(numbers, rest, strict=True)])


@lru_cache(maxsize=1024)
def _parts(name: str, words: tuple[str | None, ...], _prefix: str, urlconf: str) -> list[str]:
    """The address without its numbers; what is given in words stands in it."""
    given = [NUMBER + place if word is None else word for place, word in enumerate(words)]
    rest, parts = reverse(name, urlconf=urlconf, args=given), []
    for number in (str(each) for each in given if isinstance(each, int)):
        part, found, rest = rest.partition(number)
        assert found, f"The address of {name} names no row, or those of others first."
        parts.append(part)
    return [*parts, rest]
