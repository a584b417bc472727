"""Words put into a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.kit.words import begun_small, unturned

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
KEPT = "\u200c\u200d\u200e\u200f\u061c"  # joiners, and the marks that do no more than a letter does


@pytest.mark.parametrize(
    ("words", "small"), [("Being prepared", "being prepared"), ("Éire", "éire"), ("", ""), ("£5", "£5")]
)
def test_words_begin_small_within_a_sentence(words, small):
    assert begun_small(words) == small


@given(st.text(st.sampled_from(TURNING + KEPT + "aب1 ") | st.characters()))
def test_what_turns_a_text_is_taken_out_and_nothing_else(text):
    plain = unturned(text)

    assert plain == re.sub(f"[{TURNING}]", "", text)
    assert unturned(plain) == plain


@pytest.mark.parametrize("name", ["علی\u200cرضا", "ක්\u200dෂ", "عائشة\u200f", "דוד\u200e 2"])
def test_the_joiners_and_marks_that_scripts_need_stay(name):
    assert unturned(name) == name
