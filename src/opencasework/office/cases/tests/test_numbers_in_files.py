"""Reference numbers in files, in long texts and in old ones: proposed, or it is said what was not read."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import pytest
from docx import Document
from weasyprint import HTML

from opencasework.office.cases import numbers
from opencasework.office.cases.actions import write_note
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import texts
from opencasework.office.inbox.models import Attachment, FileText, Message, blobs
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def test_numbers_in_a_pdf_that_came_with_a_message_are_proposed(ana, client):
    case = CaseFactory(by=ana)
    letter = HTML(string="<p>NHS number: 999 000 0018</p>").write_pdf()
    received = Message.objects.create(case=case, decision="case", subject="Letter")
    Attachment.objects.create(
        message=received, position=0, filename="award.pdf", content_type="application/pdf",
        size=len(letter), sha256=blobs().put(letter),
    )  # fmt: skip

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "99 •• •• •• 8" in page
    assert "award.pdf, email of" in page


@pytest.fixture
def _any_time(monkeypatch):
    """However busy the machine is: what ends the reading is how much there is in the file."""
    monkeypatch.setattr(texts, "Reader", partial(Reader, wall_seconds=600))


def _with_a_file(case: Case, name: str, content: bytes, content_type: str = "") -> None:
    received = Message.objects.create(case=case, decision="case", subject="Letter")
    Attachment.objects.create(
        message=received, position=0, filename=name, content_type=content_type,
        size=len(content), sha256=blobs().put(content),
    )  # fmt: skip


def _in_word(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        added = document.add_paragraph()
        for letter in paragraph:  # as Word cuts up what was typed, corrected and spelt
            added.add_run(letter)
    document.sections[0].header.paragraphs[0].text = "Our UTR 1955839661"
    document.add_table(1, 1).cell(0, 0).text = "NINO QQ123456C"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_numbers_in_a_word_file_that_came_with_a_message_are_proposed(ana, client):
    case = CaseFactory(by=ana)
    _with_a_file(case, "award.docx", _in_word("Dear Ana", "My NHS number: 999 000 0018"))

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "award.docx, email of" in page
    for masked in ("99 •• •• •• 8", "19 •• •• •• 1", "QQ •• •• •• C"):  # of a paragraph, a header, a table
        assert masked in page
    assert FileText.objects.get().unread == ""


def _zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(f"word/{name}.xml", content)
    return out.getvalue()


W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
SAYS_NHS = W + b"<w:p><w:r><w:t>My NHS number is 999 000 0018.</w:t></w:r></w:p>"
STRICT = SAYS_NHS.replace(
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
)
MOVED = W + (
    b"<w:p><w:moveFrom><w:r><w:t>UTR 1955839661</w:t></w:r></w:moveFrom>"
    b"<w:del><w:r><w:delText>NINO QQ123456C</w:delText></w:r></w:del></w:p>"
    b"<w:p><w:moveTo><w:r><w:t>My NHS number is 999 000 0018.</w:t></w:r></w:moveTo></w:p>"
)
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    + SAYS_NHS
    + b"<w:p><w:t>&j;&f;</w:t></w:p></w:body></w:document>"
)


ENDS = b"</w:body></w:document>"


@pytest.mark.parametrize("words", [STRICT, MOVED], ids=["the strict form", "moved and struck out"])
def test_of_every_form_of_a_word_file_what_stands_in_it_now_is_read(words, ana, client):
    case = CaseFactory(by=ana)
    _with_a_file(case, "award.docx", _zipped(document=words + ENDS))

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "99 •• •• •• 8" in page
    assert "19 •• •• •• 1" not in page
    assert "QQ •• •• •• C" not in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 not really", "It is damaged, or no Word file"),
        (_zipped(styles=b"<a/>"), "It is damaged, or no Word file"),
        (_zipped(document=SAYS_NHS[:-30]), "It is damaged, or no Word file"),
        (_in_word("cut short")[:-900], "It is damaged, or no Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000), "It is protected by a password"),
        (_zipped(document=SAYS_NHS + b"<w:p/>" * 20_000_000), "only its beginning was"),
        (_zipped(document=SAYS_NHS + b" " * 300_000_000), "It is damaged"),
    ],
    ids=["no zip", "no words", "cut words", "cut zip", "locked", "a bomb of paragraphs", "a bomb of blanks"],
)
@pytest.mark.usefixtures("_any_time")
def test_a_word_file_that_cannot_be_read_is_named_with_the_reason(content, said, ana, client):
    case = CaseFactory(by=ana)
    write_note(case=case, text="Her NI number: QQ123456C", by=ana)
    _with_a_file(case, "plan.docx", content)

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "plan.docx, email of" in page
    assert said in page
    assert "QQ •• •• •• C" in page


@pytest.mark.usefixtures("_any_time")
def test_the_beginning_of_a_zip_bomb_is_read(ana, client):
    case = CaseFactory(by=ana)
    _with_a_file(case, "plan.docx", _zipped(document=SAYS_NHS + b"<w:p/>" * 20_000_000))

    assert "99 •• •• •• 8" in client.get(f"/cases/{case.pk}/references/found/").content.decode()


def test_entities_in_a_word_file_are_not_followed(ana, client):
    case = CaseFactory(by=ana)
    _with_a_file(case, "plan.docx", _zipped(document=LAUGHS))

    client.get(f"/cases/{case.pk}/references/found/")

    assert "root:" not in FileText.objects.get().text
    assert "haha" not in FileText.objects.get().text


def test_files_still_to_be_read_and_files_too_large_are_said(ana, client, monkeypatch):
    case = CaseFactory(by=ana)
    monkeypatch.setattr(texts, "FILES_AT_ONCE", 1)
    monkeypatch.setattr(texts, "LARGEST_FILE", 1_000)
    for name, content in (("a.txt", b"one"), ("b.txt", b"NINO QQ123456C"), ("c.txt", b"7" * 2_000)):
        _with_a_file(case, name, content)

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()
    assert "One more file is still to be read. Open this page again." in page
    assert "c.txt, email of" in page

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()
    assert "still to be read" not in page
    assert "QQ •• •• •• C" in page


def test_a_number_deep_in_a_long_file_and_an_old_message_is_proposed(ana, client):
    case = CaseFactory(by=ana)
    _with_a_file(case, "log.txt", b"x " * 400_000 + b"NHS number 999 000 0018", "text/plain")
    for _ in range(60):
        Message.objects.create(case=case, decision="case", text="Nothing new", subject="Again")

    assert "99 •• •• •• 8" in client.get(f"/cases/{case.pk}/references/found/").content.decode()


def test_a_case_with_more_figures_than_are_read_at_once_says_where_reading_stopped(ana, client, monkeypatch):
    case = CaseFactory(by=ana)
    monkeypatch.setattr(numbers, "MOST_NEAR", 50_000)
    write_note(case=case, text="Her NI number: QQ123456C " + "7 " * 100_000, by=ana)

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()

    assert "There is more on this case than is read at once: the rest of note of" in page
    assert "QQ •• •• •• C" in page
