"""Two people's edits of one text, put together."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from opencasework.office.kit.versions import marked_against, merged

LINES = st.lists(st.sampled_from(["rent", "damp", "rang", "letter", "hearing", ""]), max_size=6).map(
    "\n".join
)


def test_changes_in_different_places_are_both_kept():
    was = "Dear Sir\nThe rent\nYours"

    both = merged(was, theirs="Dear Madam\nThe rent\nYours", mine="Dear Sir\nThe rent\nYours sincerely")

    assert both == "Dear Madam\nThe rent\nYours sincerely"


def test_changes_of_the_same_line_stand_below_each_other():
    assert merged("Rang.", theirs="Rang twice.", mine="Rang once.") == "Rang twice.\nRang once."


def test_what_one_took_out_and_the_other_left_is_gone():
    assert merged("one\ntwo\nthree", theirs="one\nthree", mine="one\ntwo\nthree") == "one\nthree"


@given(was=LINES, theirs=LINES, mine=LINES)
@example(was="", theirs="rent", mine="rent")
def test_no_line_that_somebody_wrote_is_lost(was, theirs, mine):
    both = merged(was, theirs=theirs, mine=mine).split("\n")

    written = (set(theirs.split("\n")) | set(mine.split("\n"))) - set(was.split("\n"))
    assert written <= set(both)


@given(was=LINES, mine=LINES)
def test_where_the_other_changed_nothing_mine_stands(was, mine):
    assert merged(was, theirs=was, mine=mine).split("\n") == mine.split("\n")


def test_what_differs_is_marked_and_nothing_of_it_is_html():
    assert marked_against("Rang <once>", "Rang <b>twice") == "Rang <mark>&lt;b&gt;twice</mark>"
