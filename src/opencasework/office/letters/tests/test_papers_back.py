"""A document that was taken out of the papers goes along again, where it stood and as it was called."""

from __future__ import annotations

import pytest

from opencasework.office.inbox.models import Attachment
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.tests.papers import file_on, pdf, signed
from tests.services.pages import posts_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def letter(client) -> Letter:
    """A draft with three documents; its owner is signed in."""
    found = LetterFactory(authority=False)
    signed(found.case)
    client.force_login(found.case.owner)
    for name in ("Damp.pdf", "Boiler.pdf", "Doctor.pdf"):
        file = file_on(found.case, pdf(1), name)
        client.post(choice(found), {"act": "add", "document": f"file:{file.pk}"})
    return found


def choice(letter: Letter) -> str:
    return f"/letters/{letter.pk}/papers/choice/"


def titles(letter: Letter) -> list[str]:
    return list(letter.enclosures.values_list("title", flat=True))


def take_out(client, letter: Letter, title: str) -> str:
    out = letter.enclosures.get(title=title)
    apart = list(letter.enclosures.filter(how="apart").values_list("pk", flat=True))
    said = {"act": f"out:{out.pk}", "apart": apart}  # as the form of the page sends it
    return client.post(choice(letter), said, follow=True).content.decode()


def undo_in(page: str) -> str:
    """The address to which the Undo of the message posts."""
    return posts_to(page, r"/letters/\d+/papers/back/file:\d+/")


def test_it_goes_along_again_where_it_stood_and_as_it_was_called(client, letter):
    first, boiler, last = letter.enclosures.all()
    client.post(
        choice(letter), {"act": "save", f"title-{boiler.pk}": "The broken boiler", "apart": boiler.pk}
    )

    page = take_out(client, letter, "The broken boiler")
    without = titles(letter)
    page = client.post(undo_in(page), follow=True).content.decode()

    assert without == [first.title, last.title]
    assert titles(letter) == [first.title, "The broken boiler", last.title]
    assert letter.enclosures.get(title="The broken boiler").how == "apart"
    assert "“The broken boiler” goes along" in page


def test_the_page_of_the_papers_offers_it_until_it_is_back(client, letter):
    title = titles(letter)[0]
    offer = f"Put “{title}” back"
    address = undo_in(take_out(client, letter, title))
    before = client.get(f"/letters/{letter.pk}/papers/").content.decode()
    client.post(address)
    client.post(address)
    after = client.get(f"/letters/{letter.pk}/papers/").content.decode()

    assert [offer in before, offer in after] == [True, False]
    assert titles(letter).count(title) == 1


def test_what_was_typed_meanwhile_is_kept_when_it_is_put_back(client, letter):
    first, boiler, last = letter.enclosures.all()
    address = undo_in(take_out(client, letter, boiler.title))

    client.post(address, {"over": "post", f"title-{last.pk}": "What the doctor says", "apart": first.pk})

    assert titles(letter) == [first.title, boiler.title, "What the doctor says"]
    assert letter.enclosures.get(pk=first.pk).how == "apart"


def test_a_signed_authority_that_was_chosen_and_taken_out_is_said_to_go_by_itself(client, letter):
    source = f"authority:{letter.case.authorities.get().pk}"
    client.post(choice(letter), {"act": "add", "document": source})

    page = take_out(client, letter, letter.enclosures.get(source=source).title)

    assert "still goes along" in page


def test_one_that_was_added_again_by_hand_is_not_offered_any_more(client, letter):
    out = letter.enclosures.first()
    take_out(client, letter, out.title)
    client.post(choice(letter), {"act": "add", "document": out.source})

    assert "” back" not in client.get(f"/letters/{letter.pk}/papers/").content.decode()
    assert titles(letter).count(out.title) == 1


def test_another_one_that_was_taken_out_since_stays_out(client, letter):
    first, second, _ = titles(letter)
    address = undo_in(take_out(client, letter, first))
    take_out(client, letter, second)

    page = client.post(address).content.decode()

    assert "Another document was taken out since" in page
    assert len(titles(letter)) == 1


def test_no_name_of_a_document_stands_in_an_address(client, letter):
    out = letter.enclosures.first()

    address = undo_in(take_out(client, letter, out.title))

    assert address == f"/letters/{letter.pk}/papers/back/{out.source}/"


def test_what_is_no_document_of_the_case_any_more_stays_out_and_says_so(client, letter):
    address = undo_in(take_out(client, letter, titles(letter)[1]))
    Attachment.objects.filter(filename="Boiler.pdf").delete()

    page = client.post(address).content.decode()

    assert "is not among the documents of this case any more" in page
    assert len(titles(letter)) == 2


def test_a_letter_that_is_leaving_takes_nothing_along_any_more(client, letter):
    address = undo_in(take_out(client, letter, titles(letter)[1]))
    outbox.queue(Letter.objects.get(pk=letter.pk), by=letter.drafted_by)

    page = client.post(address).content.decode()

    assert "not a draft any more" in page
    assert len(titles(letter)) == 2
