"""Row numbers out of addresses."""

from __future__ import annotations

import pytest

from opencasework.office.kit.numbers import row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5_000, None),
        ("²", None),
        ("٣", None),
        ("-7", None),
        ("7.0", None),
        (" 7", None),
        ("new", None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_digits_number_a_row(text, number):
    assert row_number(text) == number
