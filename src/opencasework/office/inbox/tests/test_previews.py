"""Pictures of files are drawn in the child, within limits; nothing of the file itself is shown."""

from __future__ import annotations

import zlib

import pytest
from django.urls import reverse
from django.utils import timezone

from opencasework.office.inbox import previewing
from opencasework.office.inbox.models import Attachment, PreviewPage, blobs
from opencasework.office.inbox.previewing import make_previews, picture_size
from opencasework.office.inbox.reading import limits
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.letters.tests.papers import HEIC

from . import corpus, drawings
from .factories import MessageFactory
from .receiving import receive


@pytest.fixture(scope="module")
def reader():
    with Reader(wall_seconds=100) as reader:  # the machine may be busy; what counts is the processor time
        yield reader


def huge_png(side):
    """A PNG of a few kilobytes that says it is `side` pixels wide and high."""

    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = side.to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))


# --- drawing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_an_image_is_drawn_again(reader, kind):
    preview = reader.preview(drawings.image(kind, size=(2000, 1000)))

    assert preview.facts == {"kind": "image", "total": 1, "reason": ""}
    [page] = preview.pages
    assert picture_size(page) == drawings.opened(page).size == (1600, 800)
    assert max(drawings.opened(preview.small).size) == limits.THUMBNAIL_PIXELS
    assert drawings.opened(page).getpixel((9, 9)) == pytest.approx(drawings.RED, abs=6)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_an_image_of_any_depth_is_drawn(reader, mode):
    assert len(reader.preview(drawings.image("TIFF", mode=mode)).pages) == 1


def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken(reader):
    raw = drawings.photograph_held_upright()

    preview = reader.preview(raw)

    assert b"SECRET-PLACE" in raw
    assert drawings.opened(preview.pages[0]).size == (40, 80)
    assert not any(b"SECRET-PLACE" in each for each in (preview.small, *preview.pages))


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_a_photograph_of_an_iphone_is_drawn_again(reader, brand):
    preview = reader.preview(HEIC[:8] + brand + HEIC[12:])

    assert preview.facts == {"kind": "image", "total": 1, "reason": ""}
    assert [picture_size(each) for each in preview.pages] == [(64, 48)]


def test_of_an_animation_the_first_frame_and_of_a_scan_each_page(reader):
    moving, paper = reader.preview(drawings.animation()), reader.preview(drawings.scan(4))

    assert len(moving.pages) == 1
    assert drawings.opened(moving.pages[0]).getpixel((5, 5)) == pytest.approx(drawings.RED, abs=6)
    assert (paper.facts["total"], len(paper.pages)) == (4, 4)


def test_the_first_fifty_pages_of_a_pdf_are_drawn(reader):
    preview = reader.preview(drawings.pdf(60))

    assert preview.facts == {"kind": "pdf", "total": 60, "reason": ""}
    assert len(preview.pages) == limits.PREVIEW_PAGES
    assert {picture_size(each) for each in preview.pages} == {drawings.opened(preview.pages[0]).size}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (drawings.pdf(password="x"), "It is password-protected."),
        (drawings.pdf()[:200], "It is damaged, or not what it says it is."),
        (drawings.pdf(size=(900_000, 10)), "Its pages have no usable size."),
        (b"%PDF-1.7\n", "It is damaged, or not what it says it is."),
        (HEIC[:-40], "It is a HEIC photograph that cannot be read here."),
        (b"\0\0\0\x18ftypheic" + bytes(200), "It is a HEIC photograph that cannot be read here."),
        (drawings.image(size=(900, 900))[:200], "It is damaged, or not what it says it is."),
        (huge_png(6_400), "It has more than 40 million pixels."),
        (huge_png(100_000), "It has more than 40 million pixels."),
    ],
    ids=[
        "locked",
        "cut off",
        "endless page",
        "only a beginning",
        "cut HEIC",
        "no HEIC",
        "cut off image",
        "41 Mpx",
        "10 Gpx",
    ],
)
def test_what_cannot_be_drawn_says_why(reader, content, why):
    preview = reader.preview(content)

    assert preview.facts["reason"] == why
    assert not preview.pages


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\3\4", b"<svg onload=x>", b"%!PS-Adobe-3.0 EPSF-3.0"])
def test_what_is_neither_image_nor_pdf_is_left_alone(reader, content):
    assert reader.preview(content).facts == {"kind": "", "total": 0, "reason": ""}


def test_a_picture_of_forty_million_pixels_fits_into_the_child(reader):
    assert len(reader.preview(drawings.image(size=(6_300, 6_300), mode="RGBA")).pages) == 1


def test_a_child_that_is_killed_leaves_a_sentence():
    with Reader(wall_seconds=0.01) as reader:
        preview = reader.preview(drawings.pdf(50))

    assert preview.facts["reason"] == "Making a preview took too long or too much memory."


def test_behind_shut_doors_nothing_can_be_opened():
    import subprocess
    import sys

    program = (
        "import socket\n"
        "from opencasework.office.inbox.reading import pictures\n"
        "pictures.shut_the_doors()\n"
        "for act in (lambda: open('/etc/hostname'), socket.socket, lambda: open('/tmp/x', 'w')):\n"
        "    try:\n        act()\n        print('opened')\n    except OSError: print('shut')\n"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["shut"] * 3


# --- the rows -----------------------------------------------------------------------------------------

MAIL = corpus.multipart(
    b"b",
    corpus.text_part(),
    corpus.file_part(b"Content-Type: image/png; name=roof.png", drawings.image()),
    corpus.file_part(b"Content-Type: application/pdf; name=award.pdf", drawings.pdf(3)),
    corpus.file_part(b"Content-Type: application/msword; name=form.doc", b"\xd0\xcf\x11\xe0 x"),
    corpus.file_part(b"Content-Type: application/pdf; name=locked.pdf", drawings.pdf(password="x")),
)


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
class TestRows:
    def test_previews_are_made_after_reading(self):
        message = receive(MAIL)
        before = {each.preview_state for each in message.attachments.all()}

        made = make_previews()

        assert before == {""}
        assert made == 2
        assert [(each.kind, each.has_pages, each.preview_total) for each in message.attachments.all()] == [
            ("Image", True, 1),
            ("PDF", True, 3),
            ("Word document", False, 0),
            ("PDF", False, 0),
        ]
        assert make_previews() == 0

    def test_the_same_content_is_drawn_once(self, monkeypatch):
        receive(MAIL)
        make_previews()
        monkeypatch.setattr(previewing, "_preview", pytest.fail)

        again = receive(MAIL.replace(b"broken@", b"again@"))
        make_previews()

        assert [each.has_pages for each in again.attachments.all()] == [True, True, False, False]
        assert PreviewPage.objects.count() == 2 + 4

    def test_of_two_workers_one_draws_a_file(self):
        file = receive(MAIL).attachments.first()
        other = Attachment.objects.get(pk=file.pk)

        assert previewing._claim(file, timezone.now())
        assert not previewing._claim(other, timezone.now())

    def test_a_file_whose_worker_died_is_drawn_later_but_not_for_ever(self):
        file = receive(MAIL).attachments.first()
        later = timezone.now()
        for _ in range(previewing.TRIES + 1):
            previewing._claim(file, later)  # and the worker dies
            later += previewing.LEASE * 2
            file.refresh_from_db()

        make_previews(now=later)

        file.refresh_from_db()
        assert file.preview_sentence == "Making a preview failed too often."

    def test_a_damaged_file_has_no_preview(self):
        file = receive(MAIL).attachments.first()
        blobs().delete(file.sha256)

        make_previews()

        file.refresh_from_db()
        assert file.preview_sentence == "The stored file is missing or damaged."


# --- what people see ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "ana")
class TestScreens:
    def test_the_reading_pane_shows_small_pictures_and_says_what_has_none(self, client):
        message = receive(MAIL)
        make_previews()
        [picture, award, _, locked] = message.attachments.all()

        page = client.get(reverse("message", args=[message.pk])).content.decode()

        for file in (picture, award):
            assert reverse("attachment-picture", args=[file.pk, 0]) in page
            assert reverse("attachment-pages", args=[file.pk]) in page
        assert reverse("attachment-picture", args=[locked.pk, 0]) not in page
        assert "It is password-protected." in page
        assert "Word document" in page
        assert "3 pages" in page

    def test_a_pdf_is_looked_at_page_by_page(self, client):
        award = receive(MAIL).attachments.all()[1]
        make_previews()
        address = reverse("attachment-pages", args=[award.pk])

        first, last = (
            client.get(address).content.decode(),
            client.get(address, {"page": "3"}).content.decode(),
        )
        beyond = client.get(address, {"page": "999"}).content.decode()

        assert "Page 1 of 3" in first
        assert 'data-hotkey="j"' in first
        assert "Page 3 of 3" in last
        assert reverse("attachment-picture", args=[award.pk, 3]) in last
        assert beyond == last or "Page 3 of 3" in beyond

    def test_pictures_are_ours_and_inert(self, client):
        award = receive(MAIL).attachments.all()[1]
        make_previews()

        response = client.get(reverse("attachment-picture", args=[award.pk, 1]))

        assert response["Content-Type"] in ("image/png", "image/webp")
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"
        assert drawings.opened(response.content).size == (1131, 1600)
        assert client.get(reverse("attachment-picture", args=[award.pk, 4])).status_code == 404

    def test_a_file_without_pictures_sends_back_to_the_message_with_the_reason(self, client):
        locked = receive(MAIL).attachments.all()[3]
        make_previews()

        response = client.get(reverse("attachment-pages", args=[locked.pk]), follow=True)

        assert response.redirect_chain[-1][0] == reverse("message", args=[locked.message_id])
        assert "It is password-protected." in response.content.decode()

    def test_nothing_is_shown_of_an_infected_file(self, client):
        file = receive(MAIL).attachments.first()
        make_previews()
        Attachment.objects.filter(pk=file.pk).update(virus_state="infected", virus_name="X")

        assert client.get(reverse("attachment-picture", args=[file.pk, 0])).status_code == 404
        assert (
            reverse("attachment-picture", args=[file.pk, 0])
            not in client.get(reverse("message", args=[file.message_id])).content.decode()
        )

    def test_pictures_of_a_message_one_may_not_see_are_not_found(self, client):
        from opencasework.office.cases.tests.factories import CaseFactory

        hidden = MessageFactory(case=CaseFactory(need_to_know=True), decision="case")
        file = receive(MAIL).attachments.first()
        make_previews()
        Attachment.objects.filter(pk=file.pk).update(message=hidden, position=9)

        for address in (
            reverse("attachment-picture", args=[file.pk, 0]),
            reverse("attachment-pages", args=[file.pk]),
        ):
            assert client.get(address).status_code == 404

    def test_a_picture_within_the_text_is_drawn_in_the_formatted_view(self, client):
        related = corpus.multipart(
            b"b",
            b"Content-Type: text/html\r\n\r\n<p>Look: <img src='cid:roof' alt='The roof'></p>",
            corpus.file_part(b"Content-Type: image/png\r\nContent-ID: <roof>", drawings.image()),
            kind=b"related",
        )
        message = receive(related)

        page = client.get(reverse("message-formatted", args=[message.pk]))

        assert "src=&quot;data:image/webp;base64," in page.content.decode()
        assert "img-src" in page["Content-Security-Policy"]
        assert "'sha256-" in page["Content-Security-Policy"]
