"""Passing a draft on, sending it back and approving it can be taken back while nothing has followed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opencasework.office.letters.models import Letter, LetterStep, LookRule
from opencasework.office.letters.review import actions

from .reviewing import act, edit, lines, page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def with_whom(letter):
    review = actions.current(letter)
    return (review.waits_for, review.for_signature, review.asked_by) if review else None


def undo_offered(client) -> bool:
    return 'unreviewing/"' in client.get("/letters/").content.decode()


def test_a_draft_passed_on_by_mistake_comes_back(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.tom.pk)

    assert undo_offered(client)
    assert "Take back" in page(client, letter, office.priya)
    assert "Take back" not in page(client, letter, office.tom)

    act(client, letter, "unreviewing", office.priya)

    assert with_whom(letter) is None
    assert lines(letter) == ["Passed on to Tom Eddowes to read", "Taken back"]
    assert "Take back" not in page(client, letter, office.priya)


def test_passed_on_to_the_wrong_one_it_is_again_with_whoever_had_it(client, office, letter):
    act(client, letter, "passing", office.priya, to=office.amira.pk)
    act(client, letter, "passing", office.priya, to=office.tom.pk)

    act(client, letter, "unreviewing", office.priya)

    assert with_whom(letter) == (office.amira, True, office.priya)


def test_an_approval_taken_back_counts_no_more_and_the_member_is_not_asked(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="member")
    act(client, letter, "passing", office.priya, to=office.tom.pk)
    act(client, letter, "approval", office.tom, version=letter.version)
    assert with_whom(letter) == (office.amira, True, office.tom)

    act(client, letter, "unreviewing", office.tom)

    assert LetterStep.objects.standing(letter) == []
    assert with_whom(letter) == (office.tom, False, office.priya)
    act(client, letter, "approval", office.tom, version=letter.version)
    assert [step.by for step in LetterStep.objects.standing(letter)] == [office.tom]


def test_without_the_approval_it_does_not_leave(client, office, letter):
    LookRule.objects.create(whose="caseworker", look="senior")
    act(client, letter, "approval", office.tom, version=letter.version)
    act(client, letter, "unreviewing", office.tom)

    refused = act(client, letter, "sending", office.priya, status=422, version=letter.version)

    assert "A second look is needed" in refused.content.decode()


def test_sent_back_by_mistake_it_is_with_its_reader_again_and_what_others_approved_stands(
    client, office, letter
):
    act(client, letter, "passing", office.priya, to=office.tom.pk)
    act(client, letter, "approval", office.amira, version=letter.version)
    act(client, letter, "passing", office.priya, to=office.tom.pk)
    act(client, letter, "back", office.tom, reason="Not this one")
    assert undo_offered(client)

    act(client, letter, "unreviewing", office.tom)

    assert with_whom(letter) == (office.tom, False, office.priya)
    assert [step.by for step in LetterStep.objects.standing(letter)] == [office.amira]
    assert "sent it back" not in page(client, letter, office.priya)


@pytest.mark.parametrize("followed", ["edit", "approval", "sent", "day"])
def test_once_something_has_followed_it_stays(client, office, letter, monkeypatch, followed):
    act(client, letter, "passing", office.priya, to=office.tom.pk)
    if followed == "edit":
        edit(client, letter, office.tom, text="Other words")
    elif followed == "approval":
        act(client, letter, "approval", office.tom, version=letter.version)
    elif followed == "sent":
        act(client, letter, "sending", office.priya, version=letter.version)
    else:
        monkeypatch.setattr(actions, "GOOD_FOR", timedelta(0))
    before = with_whom(letter)

    act(client, letter, "unreviewing", office.priya, status=422)

    assert with_whom(letter) == before
    assert not LetterStep.objects.filter(kind=LetterStep.Kind.TAKEN).exists()


def test_nobody_takes_back_what_a_colleague_did(client, office, letter):
    act(client, letter, "approval", office.tom, version=letter.version)

    act(client, letter, "unreviewing", office.amira, status=422)

    assert Letter.objects.get(pk=letter.pk).is_draft
    assert len(LetterStep.objects.standing(letter)) == 1
