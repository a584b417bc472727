"""What words mean: by the code list, and by what was filed. Without a database."""

import json
import os
import struct
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opencasework.office.inbox.learning import keywords, training
from opencasework.office.inbox.learning.blending import about
from opencasework.office.inbox.learning.tag_groups import grouped
from opencasework.office.inbox.learning.weights import NotWeights, pack, unpack
from opencasework.office.inbox.learning.words import features, stem, tokens
from tests.services.environment import DUMMY_SECRETS

steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def best(subject, text, weights=None):
    found = about(subject, text, keywords=keywords.of_the_code_list(), weights=weights)
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I have been evicted and the bailiffs come on Monday", "HOU-EVICT"),
        ("my landlord wants us out by friday", "HOU-EVICT"),
        ("our potholls are terible", "TRA-ROAD"),  # misspelt
        ("unviersal credti stopped", "BEN-UC"),
        ("Does dim deintydd GIG yma", "HEA-DENT"),  # Welsh
        ("the ceiling is covered in mould", "HOU-DAMP"),
        ("They want a council tax band appeal", "LOC-BAND"),  # the longer phrase, not council tax
        ("ehcp refused", "EDU-SEND"),
    ],
)
def test_the_words_of_the_code_list_say_what_a_message_is_about(text, code):
    assert code in best("Help", text)[:3]


@pytest.mark.parametrize(
    "text",
    [
        "Please telephone me, I would rather say it.",
        "Could somebody ring back?",
        "Yes that is fine, go ahead.",
    ],
)
def test_a_word_that_anybody_says_is_no_good_reason(text):
    found = about("Call me", text, keywords=keywords.of_the_code_list(), weights=None)

    assert [each.code for each in found if each.is_good] == []


def test_what_the_office_filed_tells_apart_what_the_list_leaves_open():
    told = [("TRA-BUS", "the Marlpit service leaves early"), ("UTL-WAT", "the Coldwell service fails us")]
    filed = [(code, features("", text), True, sender) for sender in range(100) for code, text in told]
    learned = unpack(training.learn(filed))

    def which(text):
        return next(code for code in best("Again", text, learned) if code in dict(told))

    assert which("The Coldwell service again") == "UTL-WAT"
    assert which("The Marlpit service again") == "TRA-BUS"


def test_every_category_has_words_and_is_found_by_its_own_label():
    lists = {row["code"]: row for row in keywords.lists()}
    missed = [code for code, row in lists.items() if code not in best(row["label"], row["description"])]

    assert len(lists) == 160
    assert [code for code, row in lists.items() if row["sure"].count(";") < 5] == []
    assert missed == []


def test_small_talk_is_about_nothing():
    assert best("Hello", "Thank you, that is all. Have a nice day.") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am writing to you about something else", "JUS-CIVIL"),  # no writ
        ("Have a good day", "UTL-CONS"),  # no goods
        ("They made me an offer", "SOC-EQUIP"),  # the Welsh for equipment
        ("It was severe, though he tried, saying so", "UTL-WAT"),  # no sewer
        ("I was called a few times", "CRI-HATE"),
        ("I could not get out of bed", "FOR-EVAC"),
    ],
)
def test_words_of_every_letter_are_about_nothing(text, code):
    found = about("Help", text, keywords=keywords.of_the_code_list(), weights=None)

    assert code not in [each.code for each in found]


@pytest.mark.parametrize(
    "forms", ["evict evicted evicting evicts", "story stories", "repair repairs repaired"]
)
def test_forms_of_a_word_are_one(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@steady
@given(st.text(max_size=400))
def test_any_text_at_all_is_taken_apart_and_weighed(text):
    assert all(word == word.lower() for word in tokens(text) if word.isascii())
    found = about(text[:50], text, keywords=keywords.of_the_code_list(), weights=None)
    assert all(0 < each.share <= 1 for each in found)


# --- learned ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned():
    """An office where “Larkmoor” means bad cladding, and one person writes of “zugzwang” a lot."""
    texts = [
        ("HOU-CLAD", "Larkmoor panels and the walk round at night", 0, True),
        ("HOU-CLAD", "the Larkmoor block cannot be sold", 1, True),
        ("HOU-CLAD", "Larkmoor lenders say no", 2, False),
        ("LOC-BINS", "the crew skipped our street again", 3, True),
        ("LOC-BINS", "our street was skipped, zugzwang zugzwang", 4, True),
        ("LOC-BINS", "zugzwang once more in the street", 4, True),
        ("BEN-PIP", "quibbledon refused me", 5, False),
        ("BEN-PIP", "quibbledon wrote again", 6, False),
    ]
    return unpack(
        training.learn([(code, features("", text), openly, who) for code, text, who, openly in texts])
    )


def test_what_the_office_filed_is_learned_and_said(learned):
    [first, *_] = about("", "About Larkmoor", keywords=keywords.of_the_code_list(), weights=learned)

    assert first.code == "HOU-CLAD"
    assert first.because[0] == "larkmoor"
    assert learned.by_code["HOU-CLAD"] == 3


def test_a_word_of_one_person_alone_is_not_learned(learned):
    assert "zugzwang" not in learned.places
    assert "street" in learned.places


def test_a_word_of_sensitive_cases_alone_is_not_said_to_everybody(learned):
    def reasons(sayable):
        found = about(
            "", "It was quibbledon", keywords=keywords.of_the_code_list(), weights=learned, sayable=sayable
        )
        return [word for each in found for word in each.because]

    assert "quibbledon" in learned.places
    assert "quibbledon" in reasons(None)
    assert "quibbledon" not in reasons(learned.open_words)


def test_a_category_nothing_was_filed_under_is_still_found(learned):
    assert best("", "I cannot get an NHS dentist", learned)[0] == "HEA-DENT"


def a_pack():
    return pack(
        codes=["A", "B"], words=["x", "y"], rarities=[1.0, 1.0], start=[0.0, 0.0],
        rows=[[1.0, -1.0], [0.5, 0.0]], by_code={"A": 1}, open_words=["x"],
    )  # fmt: skip


def test_weights_come_back_as_they_were_packed():
    shares, because = unpack(a_pack()).shares({"x": 1})

    assert shares["A"] > 0.9
    assert because["A"] == ["x"]


@steady
@given(st.binary(max_size=200), st.integers(0, 120))
def test_bytes_that_are_no_weights_are_refused_and_never_run(noise, cut):
    packed = a_pack()
    for broken in (noise, packed[:cut], packed + noise[:1] * 3, packed[:cut] + noise):
        if broken in (packed, a_pack()):
            continue
        with suppress(NotWeights):
            unpack(broken)


def test_weights_that_claim_more_than_there_is_are_refused():
    header = json.dumps(
        {"version": 1, "codes": ["A"] * 9, "words": ["x"], "by_code": {}, "open": []}
    ).encode()

    with pytest.raises(NotWeights):
        unpack(struct.pack(">I", len(header)) + header + b"\0" * 10)


# --- old tags -----------------------------------------------------------------------------------------------


def test_old_tags_are_put_together_with_reasons():
    found = grouped({"UC": 412, "Universal credit": 188, "DWP": 904, "urgent!!": 127, "Fenwick Fete": 12,
                     "fenwick fetes": 3, "Mrs B follow up": 1, "Zebedee": 4})  # fmt: skip
    into = {group.into: group for group in found}

    assert into["Universal Credit"].tags == ["UC", "Universal credit"]
    assert into["Universal Credit"].sure
    assert into["Goes to: Department for Work and Pensions"].tags == ["DWP"]
    assert into["Urgency: Urgent"].tags == ["urgent!!"]
    assert into["Fenwick Fete"].tags == ["Fenwick Fete", "fenwick fetes"]
    assert not into["No tag, add a note"].sure
    assert all(group.reason for group in found)
    assert not any("Zebedee" in group.tags for group in found)


@steady
@given(st.dictionaries(st.text(min_size=1, max_size=30), st.integers(0, 999), max_size=20))
def test_a_tag_is_in_one_group_at_most(counts):
    tags = [tag for group in grouped(counts) for tag in group.tags]

    assert len(tags) == len(set(tags))
    assert set(tags) <= set(counts)


def test_no_page_loads_what_learns(tmp_path):
    """scikit-learn takes 150 MB; only the child may load it."""
    look = (
        "import django, sys; django.setup(); import opencasework.office.config.urls;"
        "import opencasework.office.config.worker, opencasework.office.inbox.learning.training;"
        "print(sorted({'sklearn', 'scipy'} & set(sys.modules)))"
    )
    environment = {**os.environ, **DUMMY_SECRETS, "CASEWORK_HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "[]"
