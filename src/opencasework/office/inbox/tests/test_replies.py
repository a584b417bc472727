"""What is new in a reply is told from what it quotes and from the signature; between them nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opencasework.office.inbox.reading.replies import folded_text, new_text

from . import replies_corpus

CORPUS = {reply.name: reply for reply in replies_corpus.every()}
# Whole mails of the corpus and their lines, in any order: more tangled than any mail program makes them.
LINES = sorted({line for reply in CORPUS.values() for line in reply.text.split("\n")})
TEXTS = st.one_of(
    st.lists(st.sampled_from(LINES) | st.text(max_size=60), max_size=40).map("\n".join),
    st.tuples(*[st.sampled_from([reply.text for reply in CORPUS.values()])] * 2).map("\n".join),
)
# The same examples each time, however busy the machine is.
steady = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(CORPUS) >= 120


@pytest.mark.parametrize("name", CORPUS)
def test_exactly_the_new_words_are_found(name):
    assert new_text(CORPUS[name].text) == CORPUS[name].new


@steady
@given(TEXTS)
@example("  Yes.  \n\n\n\n> It is damp.")
@example("\n\nYes.")
def test_no_line_is_lost_between_what_is_shown_and_what_is_folded(text):
    new = new_text(text)

    kept = {line.strip() for line in (new + "\n" + folded_text(text, new)).splitlines()}

    assert {line.strip() for line in text.splitlines()} <= kept | {""}


@steady
@given(TEXTS)
def test_something_is_always_shown(text):
    assert bool(new_text(text).strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "This email is confidential: please do not tell my husband that I wrote.",
        "We are moving.\n\nThis email is confidential, so please ring first.",
        "Please help.\n\nMany thanks,\nNia\n\nP.S. The lock was changed on Friday, and I have no key.",
        "I wrote to them twice.\n\nThank you\n\nThey have still not said when they will come.",
        "From: my window I see the works\nSent: nobody to help",
        "The council wrote:\nWe will come on Friday.",
        "What happened:\n\n==========\nThe letter was not for us.\n\nI received it in error, so they say.",
        "Ana Reyes <ana@post.example>\n03/11/26 10:14\n\nTo\nwhom should I turn?",
    ],
)
def test_what_may_matter_is_not_taken_for_a_closing(text):
    assert new_text(text) == text


@pytest.mark.parametrize("answer", ["No.", "that is what they said", "yes"])
def test_a_short_answer_between_quoted_lines_stays(answer):
    asked = "> Did the council say when it would come and look at the roof of the house?"

    assert new_text(f"{asked}\n{answer}\n> And the boiler?") == answer
