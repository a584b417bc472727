"""Numbers that came in an address or a form, which anybody may have written."""

from __future__ import annotations

MOST_DIGITS = 18  # of the key of a row: more do not fit into 64 bits


def row_number(text: str | None) -> int | None:
    """The key of a row as written in an address, or None for what no row can have.

    Plain ASCII digits only: int() reads no "²", although that is a digit to Python, and takes long over
    thousands of digits.
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
