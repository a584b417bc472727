"""Rich text: whatever comes in, what is kept is one of few things, and its plain words are known."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opencasework.office.letters import rich, suggesting

WORDS = st.text(st.sampled_from("ab cé &<>\"'\u200b\xa0\n.1-"), max_size=12)
TAGS = [
    *("p", "div", "b", "strong", "em", "i", "ul", "ol", "li", "blockquote", "span", "ins", "del", "a"),
    *("h2", "br", "table", "td", "script", "style"),
]
ATTRIBUTES = [
    "",
    ' class="field"',
    ' data-id="1" data-by="2" data-at="2026-11-23T09:38:00+00:00"',
    ' data-id="x&quot;>"',
    ' href="https://gov.uk/a?b=1&amp;c=2"',
    ' href="javascript:alert(1)"',
    ' style="color:red" onclick="x()"',
]
PIECES = st.one_of(
    WORDS,
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
)
HTML = st.lists(PIECES, max_size=25).map("".join)
KEPT = re.compile(
    r"</?(p|strong|em|ul|ol|li|blockquote|span|ins|del|a)>|<br>|<span class=\"field\">"
    r"|<(ins|del)( data-(id|by|at)=\"[A-Za-z0-9_.:+-]+\")+>|<a href=\"(https?://|mailto:|tel:)[^\"<>\s]+\">"
)


@given(HTML)
@example("<ul>a<li>b<ul><ul><li>c")
@example("<ins data-id='1'><p></p><p>a</p></ins>")
def test_nothing_is_kept_but_what_a_letter_is_made_of(html):
    kept = rich.clean(html)

    assert "<" not in KEPT.sub("", kept)


@given(HTML)
@example("<ins>\u200b<a> 1")
@example("<ins>1 <b>\u200b")
def test_cleaning_twice_changes_nothing_more(html):
    once = rich.clean(html)

    assert rich.clean(once) == once


@given(HTML)
@example("<ul><ol>1<p>1")
def test_cleaning_changes_no_plain_word(html):
    assert rich.to_text(rich.clean(html)) == rich.to_text(html)


@given(st.text() | WORDS)
@example("1. a\n2. b\n\n- c\n- d")
@example("<b>a</b> &amp; b")
def test_plain_text_comes_out_of_rich_text_as_it_went_in(text):
    assert rich.to_text(rich.from_text(text)) == rich.tidy(text)


@given(st.text() | WORDS)
def test_what_is_made_of_plain_text_is_clean(text):
    made = rich.from_text(text)

    assert rich.clean(made) == made


@given(HTML)
def test_rejecting_all_leaves_the_words_that_stood(html):
    rejected = suggesting.reject(html)

    assert rich.pending(rejected) == []
    assert rich.to_text(rejected) == rich.to_text(html)


@given(HTML)
def test_accepting_one_by_one_is_accepting_all(html):
    one_by_one = rich.clean(html)
    for suggestion in rich.pending(html):
        one_by_one = suggesting.accept(one_by_one, suggestion.id)

    assert rich.pending(one_by_one) == []


@given(HTML, WORDS)
def test_changing_the_plain_words_of_rich_text_gives_those_words(html, text):
    html = rich.clean(html)

    changed = suggesting.with_text(html, text)

    assert not html or rich.tidy(rich.to_text(changed)) == rich.tidy(text)
    assert rich.clean(changed) == changed


@given(WORDS, WORDS)
def test_plain_words_suggested_and_accepted_are_those_words_and_rejected_are_none(before, after):
    html = rich.from_text(before)

    suggested = suggesting.suggested(html, after, by="7", at="2026-11-23T09:38:00+00:00")

    assert rich.clean(suggested) == suggested
    assert rich.to_text(suggested) == rich.tidy(before)
    assert rich.tidy(rich.to_text(suggesting.accept(suggested))) == rich.tidy(after)
    assert suggesting.reject(suggested) == html


def test_a_paragraph_break_that_is_rejected_joins_what_it_divided():
    html = '<p>One<ins data-id="1">\u200b</ins></p><p><ins data-id="1">\u200b</ins>two</p>'

    assert suggesting.reject(html) == "<p>Onetwo</p>"
    assert suggesting.accept(html) == "<p>One</p><p>two</p>"


def test_a_suggestion_is_by_whoever_sent_it_whatever_the_browser_says():
    was = '<p>Dear <ins data-id="1" data-by="3" data-at="2026-11-20">kind</ins> colleague</p>'
    sent = was.replace('data-by="3"', 'data-by="9"') + '<p><del data-id="2" data-by="3">No.</del></p>'

    kept = suggesting.attributed(sent, was=was, by="5", at="2026-11-23")

    assert [(one.id, one.by, one.at) for one in rich.pending(kept)] == [
        ("1", "3", "2026-11-20"),
        ("2", "5", "2026-11-23"),
    ]


def test_one_word_changed_in_plain_text_is_one_suggestion():
    html = '<p>Your reply was due by <span class="field">19 November</span> and I have not had one.</p>'

    suggested = suggesting.suggested(
        html, "Your reply was due by 19 November and I have had none.", by="5", at="2026-11-23"
    )

    assert [(one.removed, one.added) for one in rich.pending(suggested)] == [
        ("not ", ""),
        ("one.", "none."),
    ]
    assert '<span class="field">19 November</span>' in suggested


def test_what_is_left_alone_in_plain_text_keeps_its_form():
    html = "<p>Dear <strong>colleague</strong>,</p><ol><li>one</li><li>two</li></ol><p>Yours</p>"

    changed = suggesting.with_text(html, "Dear colleague,\n\n1. one\n2. two\n\nYours sincerely")

    assert (
        changed
        == "<p>Dear <strong>colleague</strong>,</p><ol><li>one</li><li>two</li></ol><p>Yours sincerely</p>"
    )


def test_what_word_puts_on_the_clipboard_becomes_plain_paragraphs():
    word = (
        "<html xmlns:o='urn:x'><head><style>p.MsoNormal{margin:0}</style></head><body lang=EN-GB>"
        "<!--StartFragment--><p class=MsoNormal><b><span style='font-size:12.0pt'>Dear&nbsp; Sir</span></b>"
        "<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>"
    )

    assert rich.clean(word) == "<p><strong>Dear Sir</strong></p>"


@pytest.mark.parametrize("tag", ["<ul>", "<b>", "<blockquote>", "<ins>", "<ul><li>"])
def test_what_is_nested_without_end_is_refused_at_once(tag):
    with pytest.raises(rich.TooLong, match="nested"):
        rich.clean(tag * 9_000)


def test_what_grows_too_long_when_written_anew_is_refused():
    with pytest.raises(rich.TooLong):
        rich.clean("<p>a" * 40_000)


def test_long_texts_that_differ_everywhere_are_compared_in_reasonable_time():
    before, after = "a b " * 6_000, "b c a " * 4_000

    suggested = suggesting.suggested(rich.from_text(before), after, by="1", at="")

    assert rich.tidy(rich.to_text(suggesting.accept(suggested))) == rich.tidy(after)


def test_more_than_a_letter_can_be_is_refused_with_what_to_do():
    with pytest.raises(rich.TooLong, match="enclose"):
        rich.clean("a" * (rich.LONGEST + 1))


def test_characters_of_private_use_are_no_part_of_a_letter():
    """The page of a letter writes its blocks with these in place of their words."""
    html = '<p>a\ue0001\ue001b <a href="https://x/\ue0001\ue001">c</a></p>'
    assert rich.clean(html) == '<p>a1b <a href="https://x/1">c</a></p>'
