"""Suggestions, comments and the history of a draft: who changed what, and what was said of it."""

from __future__ import annotations

import pytest

from opencasework.office.letters import rich
from opencasework.office.letters.models import (
    LetterComment,
)

from .reviewing import act, edit, lines, page, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


SUGGESTED = (
    '<p>Dear colleague,</p><p>Her landlord has served a notice<ins data-id="1" data-by="{tom}"> dated 10 '
    'November</ins>. <del data-id="2" data-by="{tom}">This is worrying.</del></p>'
)


# --- suggestions --------------------------------------------------------------------------------------


def test_each_suggestion_is_answered_by_buttons_and_the_next_one_follows(client, office, letter):
    write(letter, SUGGESTED.format(tom=office.tom.pk))
    shown = page(client, letter, office.priya)
    assert "Tom Eddowes" in shown
    assert 'data-hotkey="y"' in shown

    first = act(
        client, letter, "suggestions", office.priya, suggestion="1", answer="accept", version=letter.version
    )
    second = act(
        client, letter, "suggestions", office.priya, suggestion="2", answer="reject", version=letter.version
    )

    assert first.url == f"/letters/{letter.pk}/?suggestion=2"
    assert second.url == f"/letters/{letter.pk}/#suggestions"
    assert letter.text.endswith("served a notice dated 10 November. This is worrying.")
    assert rich.pending(letter.html) == []


def test_an_answer_to_a_suggestion_is_taken_back_from_the_message(client, office, letter):
    write(letter, SUGGESTED.format(tom=office.tom.pk))
    before = letter.html
    answer = {"answer": "accept", "version": letter.version}
    act(client, letter, "suggestions", office.priya, **answer)
    assert rich.pending(letter.html) == []
    undo = f"/letters/{letter.pk}/history/1/"
    assert undo in page(client, letter, office.priya)

    act(client, letter, "history/1", office.tom, status=422)  # it was not his
    act(client, letter, "history/1", office.priya)

    assert letter.html == before
    assert len(rich.pending(letter.html)) == 2


def test_each_answer_is_taken_back_by_itself(client, office, letter):
    write(letter, SUGGESTED.format(tom=office.tom.pk))
    for one in ("1", "2"):
        answer = {"suggestion": one, "answer": "accept", "version": letter.version}
        act(client, letter, "suggestions", office.priya, **answer)

    act(client, letter, "history/2", office.priya)

    assert [one.id for one in rich.pending(letter.html)] == ["2"]


def test_an_earlier_version_is_brought_back_from_the_history_and_nothing_is_lost(client, office, letter):
    first = letter.text
    edit(client, letter, office.priya, text="Second words")
    edit(client, letter, office.tom, text="Third words")
    shown = client.get(f"/letters/{letter.pk}/history/?version=1").content.decode()
    assert "Bring version 1 back" in shown
    assert "Bring version" not in client.get(f"/letters/{letter.pk}/history/").content.decode()
    read = letter.version
    edit(client, letter, office.priya, text="Fourth words")

    act(client, letter, "history/1", office.tom, status=422, version=read)
    act(client, letter, "history/1", office.tom, version=letter.version)

    assert letter.text == first
    assert [one.text for one in letter.versions.all()][2:] == ["Third words", "Fourth words", first]
    act(client, letter, "history/9", office.tom, status=422, version=letter.version)


def test_words_brought_back_end_an_approval(client, office, letter):
    edit(client, letter, office.priya, text="Second words")
    act(client, letter, "approval", office.tom, version=letter.version)

    act(client, letter, "history/1", office.priya, version=letter.version)

    assert lines(letter)[-1] == "Approval ended, the letter was changed"


def test_a_letter_with_suggestions_is_neither_approved_nor_sent(client, office, letter):
    write(letter, SUGGESTED.format(tom=office.tom.pk))

    approved = act(client, letter, "approval", office.tom, status=422, version=letter.version)
    sent = act(client, letter, "sending", office.priya, status=422, version=letter.version)

    assert "Accept or reject the suggestions first" in approved.content.decode()
    assert "2 suggestions wait for an answer" in sent.content.decode()


def test_a_colleague_without_scripts_suggests_in_the_plain_words(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.tom.pk)

    edit(client, letter, office.tom, text="Please would you look at it again soon?", suggest="on")

    assert letter.text == "Please would you look at this again?"
    assert [(one.by, one.removed, one.added) for one in rich.pending(letter.html)] == [
        (str(office.tom.pk), "this", "it"),
        (str(office.tom.pk), "again?", "again soon?"),
    ]


def test_a_suggestion_is_never_under_another_name(client, office, letter):
    html = f'<p>Please <ins data-id="1" data-by="{office.amira.pk}">kindly </ins>look.</p>'

    edit(client, letter, office.tom, html=html, text="")

    assert [one.by for one in rich.pending(letter.html)] == [str(office.tom.pk)]


def test_what_the_browser_sends_is_cleaned(client, office, letter):
    html = '<p onclick="x()">Dear <b style="color:red">colleague</b><script>alert(1)</script></p>'

    edit(client, letter, office.priya, html=html, text="")

    assert letter.html == "<p>Dear <strong>colleague</strong></p>"
    assert letter.text == "Dear colleague"


def test_a_suggestion_answered_by_somebody_else_meanwhile_is_said(client, office, letter):
    write(letter, SUGGESTED.format(tom=office.tom.pk))
    read = letter.version
    act(client, letter, "suggestions", office.priya, suggestion="1", answer="accept", version=read)

    response = act(
        client, letter, "suggestions", office.tom, status=422, suggestion="2", answer="accept", version=read
    )

    assert "was changed after you opened it" in response.content.decode()


# --- comments and history -----------------------------------------------------------------------------


def test_a_comment_on_some_words_is_marked_answered_and_resolved(client, office, letter):
    act(client, letter, "comments", office.tom, text="Is the landlord copied in?", quote="look at this again")
    comment = LetterComment.objects.get()
    shown = page(client, letter, office.priya)
    assert f'<mark class="letter-comment" id="comment-{comment.pk}">look at this again</mark>' in shown

    act(client, letter, "comments", office.priya, comment=comment.pk, text="Not yet.")
    answered = page(client, letter, office.tom)
    act(client, letter, "comments", office.priya, comment=comment.pk, act="resolve")

    assert "Not yet." in answered
    resolved = page(client, letter, office.tom)
    assert "1 resolved comment" in resolved
    assert "letter-comment" not in resolved
    assert "Commented on the letter" in lines(letter)


def test_the_history_says_who_changed_what_and_shows_the_difference(client, office, letter):
    edit(client, letter, office.priya, text="Please would you look at this today?")
    edit(client, letter, office.tom, text="Please would you look at this today? Her hearing is on Monday.")

    client.force_login(office.amira)
    shown = client.get(f"/letters/{letter.pk}/history/").content.decode()
    second = client.get(f"/letters/{letter.pk}/history/?version=2").content.decode()

    assert "Version 3" in shown
    assert "Tom Eddowes" in shown
    assert "Her hearing is on Monday." in shown.split("<ins")[1]
    assert "again?" in second.split("<del")[1]


def test_a_masked_number_stays_masked_whatever_form_it_has(client, office, letter):
    letter.case.references.create(kind="NINO", value="QQ 12 34 56 C")
    write(letter, "<p>Her number is QQ 12 <em>34</em> 56 C.</p>")

    edit(client, letter, office.priya, html=letter.html.replace("Her", "His"), text="")

    shown = page(client, letter, office.priya)
    history = client.get(f"/letters/{letter.pk}/history/").content.decode()

    assert "QQ 12 <em>34</em>" not in shown
    assert "34 56" not in history
    assert "Personal numbers are masked here" in shown
