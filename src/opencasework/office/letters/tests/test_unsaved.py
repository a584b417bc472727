"""A letter left, or was thrown away, while somebody wrote in it: what they typed is not lost."""

from __future__ import annotations

from html import unescape

import pytest

from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TYPED = "Her boiler has been out since Monday, and “nobody” came."
SUGGESTED = (
    f'<p>Dear team,</p><p>She is cold. <ins data-by="1" data-at="2026-11-28" data-id="a">{TYPED}</ins></p>'
)


@pytest.fixture
def letter(client):
    """Kofi has it open in his browser; whoever drafted it is signed in now."""
    letter = LetterFactory(text="Dear team,\n\nShe is cold.")
    client.force_login(letter.drafted_by)
    return letter


def posted(letter, **changes):
    fields = ("to_contact", "means", "to_email", "subject", "text", "no_authority_reason")
    return {name: letter.serializable_value(name) or "" for name in fields} | changes


def page_of(client, letter):
    return unescape(client.get(f"/letters/{letter.pk}/").content.decode())


@pytest.mark.parametrize("act", ["sending", "discarding"])
@pytest.mark.parametrize(
    "typed",
    [
        {"text": TYPED},
        {"text": "", "html": f"<p>{TYPED}</p>"},
        {"text": "", "html": SUGGESTED, "suggest": "on"},
    ],
)
def test_what_was_typed_before_it_went_stands_beside_it_for_who_typed_it_alone(client, letter, act, typed):
    kofi = StaffFactory(first_name="Kofi")
    client.post(f"/letters/{letter.pk}/{act}/", {"version": letter.version, "reason": "Rang us"})
    letter.refresh_from_db()
    assert not letter.is_draft
    client.force_login(kofi)

    answer = client.post(f"/letters/{letter.pk}/", posted(letter, **typed))

    assert answer.status_code == 422
    said = unescape(answer.content.decode())
    assert "This letter can no longer be changed. What you wrote stands below." in said
    assert TYPED in said
    assert TYPED in page_of(client, letter)
    assert Letter.objects.get(pk=letter.pk).text == letter.text
    client.force_login(letter.drafted_by)
    assert TYPED not in page_of(client, letter)


@pytest.mark.parametrize("act", ["sending", "discarding"])
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("subject", f"Subject: {TYPED}"),
        ("no_authority_reason", f"Reason for writing without authority to act: {TYPED}"),
    ],
)
def test_a_subject_or_a_reason_alone_stands_there_too(client, letter, act, field, said):
    client.post(f"/letters/{letter.pk}/{act}/", {"version": letter.version, "reason": "Rang us"})
    client.force_login(StaffFactory(first_name="Kofi"))
    letter.refresh_from_db()

    answer = client.post(f"/letters/{letter.pk}/", posted(letter, **{field: TYPED}))

    assert "What you wrote stands below." in unescape(answer.content.decode())
    assert said in unescape(answer.content.decode())
    assert said in page_of(client, letter)


def test_where_nothing_else_was_written_nothing_is_said_to_stand_below(client, letter):
    client.post(f"/letters/{letter.pk}/discarding/", {"version": letter.version})

    answer = client.post(f"/letters/{letter.pk}/", posted(letter))

    assert "This letter can no longer be changed." in answer.content.decode()
    assert "stands below" not in answer.content.decode()


def test_what_is_too_much_to_be_kept_stands_on_the_page_all_the_same(client, letter):
    client.post(f"/letters/{letter.pk}/discarding/", {"version": letter.version})
    for number in range(20):
        client.post(f"/cases/{letter.case.pk}/drafts/letter-{letter.pk + 1 + number}/", {"text": "Begun"})

    answer = client.post(f"/letters/{letter.pk}/", posted(letter, text=TYPED))

    assert "What you wrote stands below." in unescape(answer.content.decode())
    assert TYPED in unescape(answer.content.decode())


def test_what_the_browser_kept_while_they_typed_is_found_there_and_can_be_thrown_away(client, letter):
    kept = f"/cases/{letter.case.pk}/drafts/letter-{letter.pk}/"
    client.post(kept, {"text": TYPED, "since": "2026-11-01T10:00:00Z"})
    client.post(f"/letters/{letter.pk}/discarding/", {"version": letter.version})

    assert TYPED in page_of(client, letter)

    client.post(kept, {"drop": "yes"})
    assert "What you had written" not in page_of(client, letter)


def test_what_is_the_same_as_the_letter_is_not_shown_twice(client, letter):
    client.post(f"/letters/{letter.pk}/discarding/", {"version": letter.version})

    client.post(f"/letters/{letter.pk}/", posted(letter))

    assert "What you had written" not in page_of(client, letter)


@pytest.mark.parametrize("act", ["discarding", "sending"])
@pytest.mark.parametrize(("said", "field"), [("comments", "text"), ("passing", "note"), ("back", "reason")])
def test_what_one_says_about_a_letter_that_went_meanwhile_is_not_lost(client, letter, act, said, field):
    client.post(f"/letters/{letter.pk}/{act}/", {"version": letter.version})
    client.force_login(kofi := StaffFactory(first_name="Kofi"))

    answer = client.post(f"/letters/{letter.pk}/{said}/", {field: TYPED, "to": kofi.pk})

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Not done." in page
    assert f"readonly>{TYPED}</textarea>" in page
