"""The letterhead stands on every letter, the member's signature only where they put it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit.blobs import BlobStore
from opencasework.office.letters import actions, exporting, paper, signing
from opencasework.office.letters.models import Letter, LetterStep
from opencasework.office.letters.stationery import Stationery
from opencasework.office.letters.tests import word_files
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
WORDS = "Dear colleague,\n\nWhy?\n\nYours sincerely,\n\nAmira Selwood MP"


def pictures_of(pdf: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def picture(width=60, height=20):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#203060").save(out, "JPEG")
    return SimpleUploadedFile("logo.jpg", out.getvalue())


@pytest.fixture
def signed():
    OfficeFactory()
    kept = BlobStore(settings.HOME.blobs).put(word_files.png(60, 20))
    Stationery.objects.create(pk=1, signature_sha256=kept)


def approve(letter, by):
    LetterStep.objects.create(letter=letter, kind=LetterStep.Kind.APPROVED, by=by, version=letter.version)


def head(client, **given):
    return client.post(
        "/letters/letterhead/", {"colour": "teal", "address": "1 High Street\nWX3 1AA"} | given
    )


def test_an_office_manager_sets_the_letterhead_and_letters_carry_it(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))

    head(
        client, logo=picture(), strapline="Here for you", footer="Open Monday to Friday", phone="01632 960000"
    )

    letter = LetterFactory(text=WORDS)
    pdf = paper.pdf(letter)
    words = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert pictures_of(pdf) == 1
    for expected in ["Here for you", "Open Monday to Friday", "01632 960000", "1 High Street"]:
        assert expected in words
    assert Office.here().address == "1 High Street\nWX3 1AA"


def test_a_letter_in_welsh_carries_the_welsh_words_and_the_english_where_there_are_none(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))

    head(
        client,
        strapline="Here for you",
        footer="Open Monday to Friday",
        footer_cy="Ar agor yn ystod yr wythnos",
    )

    def sheets(language):
        letter = LetterFactory(text=WORDS)
        Letter.objects.filter(pk=letter.pk).update(language=language)
        letter.refresh_from_db()
        pdf = pypdf.PdfReader(io.BytesIO(paper.pdf(letter))).pages[0].extract_text()
        word = Document(io.BytesIO(exporting.laid_out(letter)))
        return pdf, word.sections[0].footer.paragraphs[0].text

    pdf, word = sheets("cy")
    assert ["Ar agor yn ystod" in pdf, "Open Monday" in pdf, "Here for you" in pdf] == [True, False, True]
    assert word == "Ar agor yn ystod yr wythnos"
    pdf, word = sheets("en")
    assert ["Ar agor yn ystod" in pdf, "Open Monday" in pdf] == [False, True]
    assert word == "Open Monday to Friday"


def test_the_closing_letter_names_the_day_until_which_papers_are_kept(client, time_machine):
    time_machine.move_to(datetime(2026, 2, 27, 10, tzinfo=UTC), tick=False)
    OfficeFactory()
    manager = StaffFactory(office_manager=True)
    case = CaseFactory(by=manager)
    client.force_login(manager)

    head(client, keep_years="6")
    client.post(f"/cases/{case.pk}/closure/", {"outcome": "apology", "letter": "on"})

    assert "We keep your papers until 27 February 2032." in case.letters.get(kind="closing").text


def test_the_logo_is_drawn_again_and_nothing_else_of_the_file_is_kept(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))

    head(client, logo=picture(5_000, 2_000))

    logo = client.get("/letters/letterhead/logo.png").content
    assert logo.startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(logo)).width == 1_200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (word_files.png(10_000, 5_000), "50 million points"),
        (b"<svg onload=alert(1)>", "has to be a PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "has to be a PNG"),
    ],
    ids=["fifty megapixels", "svg", "broken"],
)
def test_a_picture_that_costs_too_much_or_is_none_is_refused(client, content, sentence):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))

    response = head(client, logo=SimpleUploadedFile("logo.png", content))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Stationery.here().logo_sha256 == ""


def test_a_caseworker_may_not_change_the_letterhead(client):
    OfficeFactory()
    client.force_login(StaffFactory())

    assert client.get("/letters/letterhead/").status_code == 403


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.MEMBER])
def test_only_who_may_sign_sees_or_changes_the_signature(client, signed, role):
    client.force_login(StaffFactory(role=role))

    asked = [
        client.get("/letters/letterhead/signature/"),
        client.post("/letters/letterhead/signature/", {"remove": "yes"}),
        client.get("/letters/letterhead/signature.png"),
    ]

    assert [response.status_code for response in asked] == [403, 403, 403]
    assert Stationery.here().signature_sha256


def test_the_member_puts_the_signature_in_and_takes_it_out(client):
    OfficeFactory()
    client.force_login(StaffFactory(role=Role.MEMBER))

    client.post("/letters/letterhead/signature/", {"signature": picture()})
    kept = Stationery.here().signature_sha256
    client.post("/letters/letterhead/signature/", {"remove": "yes"})

    assert kept
    assert Stationery.here().signature_sha256 == ""


def test_a_draft_never_has_the_signature(signed):
    letter = LetterFactory(text=WORDS)

    assert pictures_of(paper.pdf(letter)) == 0


def test_a_draft_approved_by_a_colleague_who_may_not_sign_has_none(signed):
    letter = LetterFactory(text=WORDS)
    approve(letter, StaffFactory(office_manager=True))

    assert not signing.may_carry(letter)


def test_a_letter_the_member_approved_has_it_until_one_word_changes(signed):
    letter = LetterFactory(text=WORDS)
    approve(letter, StaffFactory(role=Role.MEMBER))

    approved = pictures_of(paper.pdf(letter))
    actions.keep_edit(letter, by=letter.drafted_by, text=WORDS.replace("Why", "When"))
    letter.refresh_from_db()

    assert approved == 1
    assert pictures_of(paper.pdf(letter)) == 0


def test_a_letter_the_member_approved_keeps_it_when_it_is_posted(signed):
    letter = LetterFactory(text=WORDS)
    approve(letter, StaffFactory(role=Role.MEMBER))
    actions.mark_posted(letter, on=letter.drafted_at.date(), by=letter.drafted_by)

    letter = Letter.objects.get(pk=letter.pk)

    assert letter.state == Letter.State.SENT
    assert pictures_of(paper.pdf(letter)) == 1


def test_a_letter_sent_by_somebody_who_may_not_sign_has_none(signed):
    letter = LetterFactory(text=WORDS)
    actions.mark_posted(letter, on=letter.drafted_at.date(), by=letter.drafted_by)

    assert pictures_of(paper.pdf(Letter.objects.get(pk=letter.pk))) == 0


def test_a_word_file_can_be_changed_so_it_never_has_the_signature_that_the_pdf_has(client, signed):
    letter = LetterFactory(text=WORDS)
    client.force_login(letter.drafted_by)
    approve(letter, StaffFactory(role=Role.MEMBER))

    in_word = client.get(f"/letters/{letter.pk}/letter.docx").content

    assert b"media/" not in in_word
    assert pictures_of(paper.pdf(Letter.objects.get(pk=letter.pk))) == 1


def test_the_screen_says_where_the_signature_will_stand(client, signed):
    letter = LetterFactory(text=WORDS)
    client.force_login(letter.drafted_by)

    page = client.get(letter.get_absolute_url()).content.decode()

    assert "signature goes here" in page
    assert "signature.png" not in page


def test_large_print_is_large_on_paper():
    letter = LetterFactory(text="\n\n".join(["We wrote to you and you have not answered us."] * 20))
    small = pypdf.PdfReader(io.BytesIO(paper.pdf(letter))).pages
    letter.large_print = True

    large = pypdf.PdfReader(io.BytesIO(paper.pdf(letter))).pages

    assert len(large) > len(small)
