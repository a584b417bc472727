"""Addresses of rows, for lists: each page's is asked for once, and the number of each row put into it.

To make an address takes Django as long as to write the rest of a row.
"""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

NUMBER = 987654321012345678  # of no row: stands in an address until it is known which


def address(name: str, number: int) -> str:
    """What `reverse(name, args=[number])` says."""
    before, after = _parts(name, get_script_prefix(), get_urlconf())
    return f"{before}{number:d}{after}"


@lru_cache(maxsize=512)
def _parts(name: str, _prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, number, after = reverse(name, urlconf=urlconf, args=[NUMBER]).partition(str(NUMBER))
    assert number, f"The address of {name} names no row."
    return before, after
