"""Letters from Word: a template is uploaded and filled in, and any letter can be had as .docx."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.tests import word_files
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.letters.word import child, limits, workshop
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def upload(client, content, name="Our letter.docx", **given):
    words = {"name": "Acknowledgement", "purpose": "", "subject": "Hello {{ case_number }}", "text": ""}
    return client.post(
        "/letters/wording/LT-ACK/", words | {"docx": SimpleUploadedFile(name, content)} | given
    )


@pytest.fixture
def manager(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))


SOUND = word_files.template(
    "Dear {{ constituent_salutation }},",
    "We have what you wrote about {{ issue_summary }}. "
    "{% if office_phone %}Ring {{ office_phone }}.{% endif %}",
    "Yours sincerely,",
    header="{{ member_title }}",
)


def test_an_office_uploads_a_word_template_and_letters_begin_from_it(client, manager):
    response = upload(client, SOUND)

    letter = LetterFactory(template="LT-ACK", text="")
    assert response.status_code == 302
    assert letter.text.startswith(f"Dear {letter.to_person.salutation},\n\nWe have what you wrote about ")
    assert "{" not in letter.text


def test_the_word_file_can_be_fetched_back_as_it_came(client, manager):
    upload(client, SOUND)

    response = client.get("/letters/wording/LT-ACK/en/2/file.docx")

    assert response.content == SOUND


def test_a_letter_leaves_as_the_offices_own_word_file_while_its_words_stand(client, manager):
    upload(client, SOUND)
    letter = LetterFactory(template="LT-ACK", text="")

    content = client.get(f"/letters/{letter.pk}/letter.docx").content

    assert f"Dear {letter.to_person.salutation}," in word_files.text_of(content)
    assert b"Amira" in word_files.part_of(content, "word/header1.xml")


def test_a_letter_somebody_changed_leaves_with_the_words_it_has_now(client, manager):
    upload(client, SOUND)
    letter = LetterFactory(template="LT-ACK", text="Dear you,\n\nOther words.")
    letter.html = ""
    letter.save()

    text = word_files.text_of(client.get(f"/letters/{letter.pk}/letter.docx").content)

    assert "Other words." in text
    assert letter.case.reference in text


def test_any_letter_can_be_had_as_a_word_file(client):
    letter = LetterFactory(text="Dear colleague,\n\n1. Why?\n2. When?\n\nYours sincerely,\n\nAmira")
    client.force_login(letter.drafted_by)

    response = client.get(f"/letters/{letter.pk}/letter.docx")

    text = word_files.text_of(response.content)
    assert response["Content-Disposition"].endswith('.docx"')
    for expected in [
        "Amira Selwood MP",
        "WX3 1AA",
        letter.to_body.name,
        letter.case.reference,
        "1.\tWhy?",
        "2.\tWhen?",
    ]:
        assert expected in text


def test_a_letter_that_may_not_leave_yet_is_no_word_file_either(client):
    letter = LetterFactory(authority=False)
    client.force_login(letter.drafted_by)

    assert client.get(f"/letters/{letter.pk}/letter.docx").status_code == 302


def test_a_word_file_of_a_letter_on_a_hidden_case_is_not_found(client):
    letter = LetterFactory(case=CaseFactory(need_to_know=True))
    client.force_login(StaffFactory())

    assert client.get(f"/letters/{letter.pk}/letter.docx").status_code == 404


DOCUMENT = word_files.part_of(SOUND, "word/document.xml")
RELS = word_files.part_of(SOUND, "word/_rels/document.xml.rels")
OUTSIDE = (
    b'<Relationship Id="rIdX" TargetMode="External" Target="http://127.0.0.1:9/x.dotm" Type='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
# Cut in two, as Word cuts them.
DDE = (
    b"<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r></w:p>"
)
HARMFUL = {
    "no Word file": (b"%PDF-1.7 not a Word file", "not a Word file"),
    "an empty file of a zip": (b"PK\x05\x06" + b"\0" * 18, "not a Word file"),
    "a macro": (word_files.with_part(SOUND, "word/vbaProject.bin", b"x"), "can run"),
    "a file within": (word_files.with_part(SOUND, "word/embeddings/a.xlsx", b"x"), "can run"),
    "a way out of the folder": (word_files.with_part(SOUND, "../../etc/x.xml", b"<x/>"), "can run"),
    "a template outside": (
        word_files.with_part(
            SOUND, "word/_rels/document.xml.rels", RELS.replace(b"</Relationships>", OUTSIDE)
        ),
        "fetch something from outside",
    ),
    "entities": (
        word_files.with_part(SOUND, "word/document.xml", DOCUMENT.replace(b"?>", b"?>" + ENTITIES, 1)),
        "entities",
    ),
    "a field that asks another program": (
        word_files.with_part(SOUND, "word/document.xml", DOCUMENT.replace(b"</w:body>", DDE + b"</w:body>")),
        "reaches outside it (DDEAUTO)",
    ),
    "a bomb": (word_files.with_part(SOUND, "word/media/a.png", b"\0" * 150_000_000), "unpacks to far more"),
    "fifty megapixels": (
        word_files.template("Hello", picture=word_files.png(10_000, 5_000)),
        "50 million points",
    ),
    "an unknown field": (word_files.template("Dear {{ nobody }}"), "not a field we know"),
    "a field that would print a blank": (
        word_files.template("Dear {{r member_name }}"),
        "would print a blank",
    ),
    "one as the colour of its cell": (word_files.template("{% cellbg member_name %}"), "would print a blank"),
    "one in place of its paragraph": (
        word_files.template("Dear", header="{{p member_name }}"),
        "would print a blank",
    ),
    "an unknown field in the header": (
        word_files.template("Dear", header="{{ nobody }}"),
        "not a field we know",
    ),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_word_file_that_could_harm_is_refused_in_a_sentence(client, manager, kind):
    content, sentence = HARMFUL[kind]

    response = upload(client, content)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert LetterTemplate.objects.get(code="LT-ACK").wordings.filter(language="en").count() == 1


def test_a_file_of_too_many_parts_is_refused():
    out = io.BytesIO()
    out.write(SOUND)
    with zipfile.ZipFile(out, "a") as packed:
        for number in range(limits.PARTS):
            packed.writestr(f"word/media/{number}.txt", b"")

    with pytest.raises(workshop.WordProblem, match="parts"):
        workshop.look(out.getvalue())


def test_a_child_that_takes_too_long_is_killed_and_the_next_one_works(monkeypatch):
    monkeypatch.setattr(limits, "WALL_SECONDS", 0.0)

    with pytest.raises(workshop.WordProblem, match="too long or too much memory"):
        workshop.look(SOUND)
    monkeypatch.undo()

    assert "case_number" not in workshop.look(SOUND).fields


def test_a_word_file_is_opened_where_nothing_else_can_be():
    """What runs in the child after it has its question can open no file and reach no network."""
    source = Path(child.__file__).read_text()

    assert source.index("RLIMIT_NOFILE, (0, 0)") < source.index("_answer(question, files, blank)")


def test_a_name_with_a_line_break_stands_on_one_line(client, manager):
    upload(client, SOUND)
    case = CaseFactory(person__full_name="Ann\nBcc: all@example.org", person__address_as="")

    letter = LetterFactory(case=case, template="LT-ACK", text="")

    assert letter.text.startswith("Dear Ann Bcc: all@example.org,\n")
    assert "\n" not in letter.subject


def test_filling_in_a_word_file_is_quick():
    workshop.make_ready()
    time.sleep(2)
    began = time.monotonic()

    workshop.fill(SOUND, {"constituent_salutation": "Ms May"})

    assert time.monotonic() - began < 5  # the figure itself is measured by benchmarks/letters.py
