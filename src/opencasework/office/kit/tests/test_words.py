"""Words put into a sentence."""

from __future__ import annotations

import pytest

from opencasework.office.kit.words import begun_small


@pytest.mark.parametrize(
    ("words", "small"), [("Being prepared", "being prepared"), ("Éire", "éire"), ("", ""), ("£5", "£5")]
)
def test_words_begin_small_within_a_sentence(words, small):
    assert begun_small(words) == small
