"""A letter about several cases, as a paper of the one it stands on: nobody else is in it."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.utils import timezone
from pypdf import PdfReader

from opencasework.office.bodies.tests.factories import BodyFactory
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters import actions, paper
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import limits, making
from opencasework.office.letters.pack.documents import blobs
from opencasework.office.letters.pack.models import PackFile
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]  # papers are printed: slow on a busy machine
LONDON = timezone.get_default_timezone()


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    """Keys and files of this test only, and time enough on a busy machine."""
    monkeypatch.setattr(limits, "WALL_SECONDS", 300)


@pytest.fixture
def ana():
    return StaffFactory(first_name="Ana")


@pytest.fixture
def gathered(client, ana, time_machine):
    """A draft that puts the case of somebody else too."""
    time_machine.move_to(datetime(2026, 9, 17, 10, tzinfo=LONDON), tick=False)
    body = BodyFactory(reply_target_days=10)
    case = CaseFactory(person=PersonFactory(full_name="Kamila Sample"), title="Mould behind the cot")
    other = LetterFactory(case=case, to_body=body, by=ana)
    letter = LetterFactory(to_body=body, by=ana, text="The roof of the house in Mill Lane leaks.")
    client.force_login(ana)
    client.post(f"/letters/{letter.pk}/gathering/", {"case": [str(other.case.pk)]})
    letter.refresh_from_db()
    assert "Kamila Sample" in letter.text
    return letter


def leave(letter: Letter) -> None:
    actions.record_departure(letter, at=timezone.now(), by=letter.drafted_by)
    letter.refresh_from_db()


def next_letter(letter: Letter) -> Letter:
    """A letter to another body about the same case, as that to an ombudsman is."""
    return LetterFactory(case=letter.case, to_body=BodyFactory(), by=letter.drafted_by, text="Please decide.")


def add(client, letter: Letter, enclosed: Letter):
    given = {"act": "add", "document": f"letter:{enclosed.pk}"}
    return client.post(f"/letters/{letter.pk}/papers/choice/", given)


def bound(client, letter: Letter) -> str:
    client.post(f"/letters/{letter.pk}/papers/choice/", {"act": "bind"})
    (file,) = PackFile.objects.filter(letter=letter)
    pages = PdfReader(io.BytesIO(making.blobs().read(file.sha256))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_in_the_papers_of_its_case_a_gathered_letter_has_no_other_case(client, gathered):
    leave(gathered)
    letter = next_letter(gathered)

    offered = client.get(f"/letters/{letter.pk}/papers/").content.decode()
    add(client, letter, gathered)
    words = bound(client, letter)

    assert "It went about several cases at once: this copy leaves the others out." in offered
    assert "The roof of the house in Mill Lane leaks." in words
    assert "What this letter asked about other cases is left out of this copy." in words
    for line in gathered.schedule.all():
        assert line.case.reference not in words
    assert "Kamila Sample" not in words
    assert "Mould behind the cot" not in words
    gathered.refresh_from_db()
    assert "Kamila Sample" in PdfReader(io.BytesIO(paper.pdf(gathered))).pages[0].extract_text()


def test_so_has_a_formatted_one(client, gathered):
    rich = "".join(f"<p>{part}</p>" for part in gathered.text.split("\n\n"))
    Letter.objects.filter(pk=gathered.pk).update(html=rich)
    gathered.refresh_from_db()
    leave(gathered)
    letter = next_letter(gathered)

    add(client, letter, gathered)
    words = bound(client, letter)

    assert "The roof of the house in Mill Lane leaks." in words
    assert "Kamila Sample" not in words
    assert "Mould behind the cot" not in words


def test_where_somebody_typed_of_another_elsewhere_in_it_the_letter_stays_out(client, gathered):
    Letter.objects.filter(pk=gathered.pk).update(text=f"As for Kamila Sample.\n\n{gathered.text}")
    gathered.refresh_from_db()
    leave(gathered)
    letter = next_letter(gathered)

    offered = client.get(f"/letters/{letter.pk}/papers/").content.decode()
    answer = add(client, letter, gathered)

    said = "It went about several cases at once, and its words about the others cannot be told from those"
    assert said in offered
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not letter.enclosures.exists()


def test_the_whole_of_it_among_the_papers_of_a_draft_is_found_and_stays_here(client, gathered):
    leave(gathered)
    letter = next_letter(gathered)
    letter.enclosures.create(
        position=1, title="Our letter", filename="letter.pdf", sha256=blobs().put(paper.pdf(gathered)),
        size=1000, source=f"letter:{gathered.pk}",
    )  # fmt: skip

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    printed = client.get(f"/letters/{letter.pk}/letter.pdf")
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    letter.refresh_from_db()
    assert "“Our letter” names the people of other cases too." in page
    assert "No other constituent’s details found in the papers" not in page
    assert printed.status_code == 422
    assert letter.is_draft


def test_a_chaser_quotes_the_letter_without_the_other_cases(gathered, time_machine):
    leave(gathered)
    enquiry = gathered.case.enquiries.get()
    time_machine.move_to(datetime(2026, 10, 20, 10, tzinfo=LONDON), tick=False)

    chaser = draft_chaser(enquiry=enquiry, by=gathered.drafted_by)

    assert "The roof of the house in Mill Lane leaks." in chaser.letter.text
    assert "What this letter asked about other cases is left out of this copy." in chaser.letter.text
    assert "Kamila Sample" not in chaser.letter.text


def test_a_chaser_that_quoted_the_schedule_is_a_paper_without_it(client, gathered):
    leave(gathered)
    enquiry = gathered.case.enquiries.get()
    chaser = LetterFactory(case=gathered.case, to_body=gathered.to_body, by=gathered.drafted_by)
    quoting = f"No answer came.\n\nCopy of our letter:\n\n{gathered.text}"
    Letter.objects.filter(pk=chaser.pk).update(about_enquiry=enquiry, kind="chaser", text=quoting)
    chaser.refresh_from_db()
    leave(chaser)
    letter = next_letter(gathered)

    add(client, letter, chaser)
    words = bound(client, letter)

    assert "No answer came." in words
    assert "Kamila Sample" not in words


def test_a_letter_of_ours_that_names_another_constituent_is_warned_of(client, ana):
    CaseFactory(person=PersonFactory(full_name="Kamila Sample"))
    sent = LetterFactory(by=ana, text="As with Kamila Sample, the lift does not work.")
    leave(sent)
    letter = next_letter(sent)
    client.force_login(ana)

    add(client, letter, sent)
    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "It names another constituent." in page
    assert "No other constituent’s details found in the papers" not in page


def test_a_reply_that_quotes_the_letter_is_warned_of_among_the_papers(client, ana, gathered):
    other = gathered.schedule.get().case
    leave(gathered)
    letter = next_letter(gathered)
    quoted = f"We look into it.\n\n> 1. K. S., our reference {other.reference}: M."
    reply = MessageFactory(case=gathered.case, text=quoted, from_address="", decision="case")

    client.post(f"/letters/{letter.pk}/papers/choice/", {"act": "add", "document": f"message:{reply.pk}"})
    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "It has a case number of ours that is not this person’s." in page
    assert "No other constituent’s details found in the papers" not in page


def test_a_reply_that_gives_the_number_of_its_own_case_is_not(client, ana):
    sent = LetterFactory(by=ana)
    leave(sent)
    letter = next_letter(sent)
    words = f"Your reference {sent.case.reference}: we look into it."
    reply = MessageFactory(case=sent.case, text=words, from_address="", decision="case")
    client.force_login(ana)

    client.post(f"/letters/{letter.pk}/papers/choice/", {"act": "add", "document": f"message:{reply.pk}"})

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    assert "No other constituent’s details found in the papers" in page
