"""Kinds of reference number: their form, their check digits, and how well they are recognised in letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.references import score
from opencasework.office.kit import references
from opencasework.office.kit.references import recognising
from opencasework.office.kit.references.checks import electricity_point
from opencasework.office.kit.tests.numbers_in_letters import NOTHING, PHRASES

KINDS = references.kinds()
# The pseudo-postcode fails the strict pattern by design; an application number may be anything.
EXAMPLES = sorted(code for code in KINDS if code not in {"POSTCODE", references.OTHER})


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_of_every_kind_has_its_form(code):
    assert not KINDS[code].problem(KINDS[code].example)


def test_every_kind_that_a_body_knows_somebody_by_is_in_the_letters():
    assert set(PHRASES) | references.OUR_OWN | {references.OTHER} == set(KINDS)


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("NINO", "BG123456C", "No National Insurance number begins with BG"),
        ("NINO", "QQ12345OC", "Is the letter O in it the figure 0?"),
        ("NINO", "QQ I23456 C", "Is the letter I in it the figure 1?"),
        ("NHS", "999 000 0019", "The check digit does not fit"),
        ("NHS", "8000000000", "The check digit does not fit"),
        ("UTR", "1955839662", "The check digit does not fit"),
        ("MPAN", "1000000000004", "The check digit does not fit"),
        ("VATNO", "GB980780685", "The check digit does not fit"),
        ("UPN", "A801200005001", "The check digit does not fit"),
        ("NHS", "12", "This does not look like a NHS number"),
    ],
)
def test_an_odd_number_gets_a_sentence_that_says_what_to_do(code, value, said):
    problem = KINDS[code].problem(value)

    assert said in problem
    assert problem.endswith("Check it; it can still be saved.")


@given(st.integers(0, 10**12 - 1))
def test_of_the_ten_last_figures_of_a_meter_point_number_one_fits(core):
    fitting = [figure for figure in range(10) if not electricity_point(f"{core:012}{figure}")]

    assert len(fitting) == 1


@given(st.text(max_size=400))
def test_any_text_can_be_read_and_what_is_found_stands_in_it(text):
    upper = references.same_length_upper(text)
    ends = 0
    for found in references.recognised(text):
        assert upper[found.start : found.end].strip() == found.value
        assert found.start >= ends
        ends = found.end


def test_numbers_are_found_in_letters_and_nothing_else_is_taken_for_one():
    counted = score(each=1)

    assert counted.precision() >= 0.98
    assert counted.recall() >= 0.97
    poor = {kind for kind in PHRASES if counted.recall(kind) < 0.7 or counted.precision(kind) < 0.7}
    assert not poor


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_only_looks_like_a_number_is_none(sentence):
    assert references.found_in(sentence) == []


def test_the_same_figures_are_of_the_kind_their_words_say():
    said = {
        "My passport number is 202600017.": "PASSPORT",
        "The SPSO reference is 202600017.": "SPSOREF",
        "Housing Ombudsman ref 202600017": "HOSREF",
        "Rates account number 202600017": "RATESNI",
    }

    assert {text: references.found_in(text)[0][0] for text in said} == said


def test_every_number_of_a_text_with_very_many_is_found():
    text = "NHS number 999 000 0018 passport number 123456789 " * 2000

    assert len(references.recognised(text)) == 4000


def test_a_number_is_found_wherever_it_stands_in_ten_megabytes_of_prose():
    prose = "the council has not answered my letter about the bins since Monday " * 75_000
    number = "my National Insurance number is QQ 12 34 56 C and "
    text = number + prose + number + prose + number

    found = references.recognised(text)

    assert len(text) > 10_000_000
    assert [text[each.start : each.end] for each in found] == ["QQ 12 34 56 C"] * 3


@pytest.mark.parametrize(
    "written",
    [
        "QQ 123 456 C", "QQ 12\n34 56 C", "QQ 12 \n34 56 C", "QQ  12  34  56  C", "QQ.12.34.56.C",
        "QQ\u202f12\u202f34\u202f56\u202fC",
        "QQ\u200912\u200934\u200956\u2009C", "QQ\t12\t34\t56\tC", "QQ\u00ad12\u00ad34\u00ad56\u00adC",
    ],
)  # fmt: skip
def test_a_number_is_known_however_it_is_spaced_and_where_its_line_breaks(written):
    text = f"I was told that {written} is mine."

    [(kind, value)] = references.found_in(text)

    assert (kind, KINDS[kind].compact(value)) == ("NINO", "QQ123456C")
    assert references.covered(text, {"NINO"}) == f"I was told that {references.COVER} is mine."


def test_the_ten_figures_of_the_health_service_are_known_across_a_line():
    assert references.found_in("Her NHS number is 999 000\n0018.") == [("NHS", "999 000 0018")]


@pytest.mark.parametrize("before", range(recognising.PIECE - 60, recognising.PIECE + 60))
def test_a_number_at_the_edge_of_a_piece_is_found_once_and_whole(before):
    figures = "7 " * recognising.PIECE  # so that nothing is passed over
    text = figures[: before - 1] + " my NHS number is 999 000 0018, " + figures

    assert references.found_in(text) == [("NHS", "999 000 0018")]


def test_ten_megabytes_of_figures_are_no_number_and_none_is_lost_after_them():
    text = "7" * 10_000_000 + " NHS number 999 000 0018"

    assert references.found_in(text) == [("NHS", "999 000 0018")]


@pytest.mark.parametrize(
    ("code", "value", "written"),
    [
        ("NINO", "qq123456c", "QQ 12 34 56 C"),
        ("NHS", "9990000018", "999 000 0018"),
        ("UTR", "1955839661K", "19558 39661"),
        ("DRIVERGB", "MORGA753116SM9IJ", "MORGA 753116 SM9IJ"),
        ("CRIMEREF", "42/1234/26", "42/1234/26"),
        ("NINO", "QQ12345", "QQ12345"),
    ],
)
def test_a_number_is_written_as_its_papers_write_it(code, value, written):
    assert KINDS[code].written(value) == written


@given(st.text(alphabet="ABCQ0123456789 /-.•", max_size=30))
def test_a_number_read_out_in_groups_is_the_number_and_no_group_is_long(text):
    groups = references.in_groups(text)

    assert "".join(groups) == "".join(text.split())
    assert all(sum(map(str.isalnum, group)) <= 5 for group in groups)


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        ("QQ 12 34 56 C", "QQ 12 34 56 C"),
        ("GWF012345678", "GWF 012 345 678"),
        ("1212-0001-0000-0000", "1212- 0001- 0000- 0000"),
        ("0123456789012345", "012 345 678 901 2345"),
    ],
)
def test_a_number_is_read_out_in_the_groups_of_its_papers_or_in_threes(written, groups):
    assert references.in_groups(written) == groups.split()
