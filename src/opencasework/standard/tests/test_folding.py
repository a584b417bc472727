"""Channels and outcomes of few cases in a year are not named, and cannot be found by what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from opencasework.standard import codelists
from opencasework.standard.disclosure.folding import fold_parts, fold_topics

CHANNELS = codelists.load("channel")
NAMES = [code for code in CHANNELS if not code.startswith("_")]


def test_a_channel_of_fewer_than_five_cases_counts_among_the_others():
    folded = fold_parts({"email": 40, "phone": 4, "social": 1, "surgery": 5}, codes=CHANNELS)

    assert folded == {"email": 40, "surgery": 5, "_O": 5}


def test_nothing_is_folded_where_every_channel_has_enough_cases():
    assert fold_parts({"email": 40, "phone": 7}, codes=CHANNELS) == {"email": 40, "phone": 7}


def test_the_one_channel_that_is_missing_takes_the_smallest_of_the_others_with_it():
    counts = dict.fromkeys(NAMES, 20) | {"web": 9, "social": 1}

    folded = fold_parts(counts, codes=CHANNELS)

    assert {"web", "social"}.isdisjoint(folded)
    assert folded["_O"] == 10


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 12)))
def test_folding_keeps_the_sum_and_names_no_rare_channel(counts):
    folded = fold_parts(counts, codes=CHANNELS)

    assert sum(folded.values()) == sum(counts.values())
    assert all(number >= 5 for code, number in folded.items() if code != "_O")
    assert "_O" not in folded or len(set(NAMES) - set(folded)) >= 2


def test_a_topic_that_is_all_of_its_heading_is_not_named_with_fewer_than_twenty():
    assert fold_topics({"housing.damp-and-mould": 19}) == {"housing": 19}
    assert fold_topics({"housing.damp-and-mould": 20}) == {"housing.damp-and-mould": 20}
    assert fold_topics({"housing.damp-and-mould": 12, "housing": 3}) == {
        "housing.damp-and-mould": 12,
        "housing": 3,
    }


def test_a_way_by_which_all_of_fewer_than_twenty_came_is_not_named():
    assert fold_parts({"email": 19}, codes=["email", "letter", "phone"]) == {"_O": 19}
    assert fold_parts({"email": 20}, codes=["email", "letter", "phone"]) == {"email": 20}
