"""The letter on paper: what the PDF says, and what it cannot fetch."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from django.utils import timezone

from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.kit import press, printing
from opencasework.office.kit.tests.drawn import NO_SHAPE, Drawn
from opencasework.office.kit.tests.test_typefaces import NAMES, NO_ONES
from opencasework.office.letters import actions, paper
from opencasework.office.letters.tests.factories import LetterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


def words_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_pdf_carries_the_letterhead_the_recipient_and_the_words(client):
    letter = LetterFactory(text="Dear colleague,\n\nWhy did the payment stop?\nŵ and ŷ too.")
    client.force_login(letter.drafted_by)

    response = client.get(f"/letters/{letter.pk}/letter.pdf")

    words = words_of(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert letter.case.reference in response["Content-Disposition"]
    for expected in ["Amira Selwood MP", "WX3 1AA", letter.to_body.name, letter.case.reference,
                     "Why did the payment stop?", "ŵ and ŷ"]:  # fmt: skip
        assert expected in words


def test_markup_in_a_letter_is_printed_and_loads_nothing():
    letter = LetterFactory(text='<img src="http://127.0.0.1:9/x.png"> <b>A & B</b> {{ 7*7 }}')

    words = words_of(paper.pdf(letter))

    assert '<img src="http://127.0.0.1:9/x.png"> <b>A & B</b> {{ 7*7 }}' in words


def test_what_was_sent_is_kept_as_it_was():
    letter = LetterFactory(text="As it was.")
    actions.mark_posted(letter, on=timezone.localdate(), by=letter.drafted_by)

    kept = paper.keep_pdfs()
    letter.refresh_from_db()
    letter.text = "Something else."

    assert kept == 1
    assert "As it was." in words_of(paper.pdf(letter))


def test_the_printer_reads_no_file_but_our_sheet(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text('body::before { content: "the secret" }')
    page = f'<link rel="stylesheet" href="{secret.as_uri()}"><p>Hello</p><img src="file:///etc/hostname">'

    done = subprocess.run(
        [sys.executable, "-m", printing.__name__], input=page.encode(), capture_output=True, check=True
    )

    assert words_of(done.stdout).startswith("Hello")
    assert "the secret" not in words_of(done.stdout)


def test_a_machine_without_the_libraries_gets_a_sentence(client, monkeypatch, tmp_path):
    letter = LetterFactory()
    client.force_login(letter.drafted_by)
    without = tmp_path / "python"
    without.write_text(f"#!/bin/sh\nexit {printing.LIBRARIES_MISSING}\n")
    without.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(Path(without)))
    monkeypatch.setattr(press, "_press", None)

    response = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert response.status_code == 503
    assert "Pango library is missing" in response.content.decode()


def test_a_number_that_is_bold_in_part_is_masked_on_the_sheet_too():
    letter = LetterFactory()
    letter.case.references.create(kind="NINO", value="QQ 12 34 56 C", compact="QQ123456C")
    letter.html = "<p>Her number is QQ 12 <strong>34</strong> 56 C.</p>"

    shown = str(paper.on_screen(letter, letter.case.owner)["body_html"])

    assert "Her number is QQ" in shown
    assert "34" not in shown


def test_a_letter_to_a_person_of_any_script_has_no_boxes(client):
    names = ", ".join(NAMES[each] for each in ("Chinese", "Hindi", "Punjabi", "Tamil", "Bengali", "Urdu"))
    person = PersonFactory(full_name=f"{NAMES['Chinese']} {NAMES['Punjabi']}")
    letter = LetterFactory(template="LT-ACK", case__person=person, text=f"Dear {person},\n\nOf {names}.")
    client.force_login(letter.drafted_by)

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    made = Drawn(client.get(f"/letters/{letter.pk}/letter.pdf").content)

    assert NO_SHAPE not in made.glyphs()
    assert made.words().count(NAMES["Chinese"]) == 3
    assert "would be boxes" not in page


@pytest.mark.parametrize("where", ["name", "text"])
def test_a_script_that_no_typeface_draws_is_said_before_the_letter_leaves_and_holds_nothing_up(client, where):
    name = f"Ann {NO_ONES}" if where == "name" else "Ann"
    text = f"Dear Ann,\n\nOf {NO_ONES}." if where == "text" else "Dear Ann,\n\nThank you."
    letter = LetterFactory(template="LT-ACK", case__person=PersonFactory(full_name=name), text=text)
    client.force_login(letter.drafted_by)

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    [check] = [check for check in actions.checks(letter, on=timezone.localdate()) if "boxes" in check.text]

    assert "In the PDF of this letter some characters would be boxes" in page
    assert "characters of no known script. Save it as a Word file, or print the page" in page
    assert f'href="/letters/{letter.pk}/letter.docx"' in page
    assert not check.must
    assert NO_ONES not in check.text
    assert client.get(f"/letters/{letter.pk}/letter.pdf").status_code == 200
