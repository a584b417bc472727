"""The formatted view and the viewer of files by keyboard, at any width, light and dark."""

from __future__ import annotations

import pytest

from opencasework.office.inbox.models import Attachment
from opencasework.office.inbox.previewing import make_previews
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers

from . import corpus, drawings
from .receiving import receive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]

MAIL = corpus.multipart(
    b"b",
    b"Content-Type: text/html\r\n\r\n<h1>The roof</h1><p>See <a href='https://evil.example/'>our bank</a>."
    b"</p><img src='cid:roof' alt='The roof'><img src='https://track.example/1.gif'>"
    b"<table><tr><td>" + b"A long cell. " * 30 + b"</td><td>another</td></tr></table>",
    corpus.file_part(b"Content-Type: image/png; name=roof.png\r\nContent-ID: <roof>", drawings.image()),
    corpus.file_part(b"Content-Type: application/pdf; name=award.pdf", drawings.pdf(3)),
    corpus.file_part(b"Content-Type: application/x-dosexec; name=invoice.exe", b"MZ"),
)


@pytest.fixture
def message(live_office):
    OfficeFactory()
    live_office.sign_in(StaffFactory(office_manager=True))
    message = receive(MAIL)
    make_previews()
    bad = message.attachments.filter(filename="invoice.exe")
    bad.update(virus_state="infected", virus_name="OpenCasework.Test")
    return message


def test_text_formatted_and_pages_by_keyboard(live_office, message):
    award = message.attachments.get(filename="award.pdf")
    page = live_office.page()

    page.goto(f"/inbox/messages/{message.pk}/")
    page.keyboard.press("v")
    frame = page.frame_locator("iframe.formatted-mail")
    frame.get_by_text("[evil.example]").wait_for()
    loaded = frame.get_by_alt_text("The roof").evaluate("picture => picture.naturalWidth")
    page.keyboard.press("v")
    page.get_by_role("link", name="award.pdf").filter(has_text="Look at it").click()
    page.get_by_text("Page 1 of 3").wait_for()
    page.keyboard.press("j")
    page.get_by_text("Page 2 of 3").wait_for()
    page.wait_for_load_state("load")  # its picture
    drawn = page.locator("img.page-picture").evaluate("picture => picture.naturalHeight")

    assert loaded == 60
    assert drawn == 1600
    assert page.url.endswith(f"/inbox/attachments/{award.pk}/pages/?page=2")


def test_escape_goes_up_one_level_and_c_opens_a_case_from_this_message(live_office, message):
    award = message.attachments.get(filename="award.pdf")
    looked_at = (f"/inbox/messages/{message.pk}/formatted/", f"/inbox/attachments/{award.pk}/pages/")
    page = live_office.page()

    for address in looked_at:
        page.goto(address)
        assert page.url.endswith(address)
        page.keyboard.press("Escape")
        page.wait_for_url(f"**/inbox/messages/{message.pk}/")
        page.goto(address)
        page.keyboard.press("c")
        page.wait_for_url(f"**/inbox/messages/{message.pk}/case/")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (320, 640)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_free_of_barriers(live_office, message, size, theme):
    files = {each.filename: each.pk for each in Attachment.objects.all()}
    pages = [
        f"/inbox/messages/{message.pk}/",
        f"/inbox/messages/{message.pk}/formatted/",
        f"/inbox/attachments/{files['award.pdf']}/pages/?page=2",
        f"/inbox/attachments/{files['invoice.exe']}/",
    ]
    found = []
    with live_office.window(size, color_scheme=theme) as page:
        for address in pages:
            found += barriers(page, address)

    assert found == []
