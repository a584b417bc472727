"""Numbers, tags and offers in a browser: by keyboard, on a small phone, and for axe."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.cases import transfers
from opencasework.office.cases.actions import add_reference, write_note
from opencasework.office.cases.models import CaseWord, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import OwnWord
from opencasework.office.tags.tests.factories import CategoryFactory
from tests.services.browser import axe

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = "My NI number is QQ 12 34 56 C. Home Office ref A0000000, and NHS number 999 000 0019."
PAGES = [
    "/cases/{case}/", "/cases/{case}/references/new/", "/cases/{case}/references/found/",
    "/cases/{case}/transfers/new/", "/cases/{case}/transfers/{offer}/", "/cases/{case}/tags/",
    "/inbox/messages/{message}/", "/inbox/messages/{message}/tags/", "/tags/?show=all", "/tags/words/{word}/",
]  # fmt: skip


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana", last_name="Reed", office_manager=True)


def test_a_letter_is_pasted_and_all_its_numbers_kept_by_one_key(live_office, ana):
    case = CaseFactory(by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/")

    page.keyboard.press("v")
    expect(page.get_by_label("Paste a letter, an email or a number")).to_be_focused()
    page.keyboard.insert_text(LETTER)
    expect(page.get_by_text("3 numbers found.")).to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("The check digit does not fit").first).to_be_visible()
    assert [number.kind for number in case.references.all()] == ["NINO", "HOREF", "NHS"]


def test_one_key_copies_a_masked_number_and_leaves_a_line(live_office, ana):
    case = CaseFactory(by=ana)
    add_reference(case=case, kind="NINO", value="QQ123456C", by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_office.url}/cases/{case.pk}/")

    page.keyboard.press("1")

    expect(page.get_by_text("QQ 12 34 56 C")).to_be_visible()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "QQ 12 34 56 C"
    assert case.events.filter(kind=Event.Kind.SEEN, by=ana).count() == 1


def test_the_three_levels_are_a_key_each(live_office, ana):
    case = CaseFactory(by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/")

    page.keyboard.press("j")
    page.keyboard.press("#")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tags")
    for key in "312":
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Save tags")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Tags saved.")).to_be_visible()
    assert page.url.startswith(f"{live_office.url}/cases/")
    case.refresh_from_db()
    assert (case.urgency, case.sensitivity, case.transferability) == ("URG-3", "SEN-1", "TRF-2")


def test_words_are_ticked_and_merged_by_keys_and_taken_back_by_z(live_office, ana):
    word = OwnWord.objects.create(word="UC")
    CaseWord.objects.create(case=CaseFactory(by=ana), word=word)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/tags/")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview the merge")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("“UC” stand for Universal Credit.")).to_be_visible()
    word.refresh_from_db()
    assert word.category.code == "BEN-UC"

    page.keyboard.press("z")
    expect(page.get_by_text("Taken back")).to_be_visible()
    word.refresh_from_db()
    assert word.category is None


@pytest.mark.looks
@pytest.mark.parametrize("window", ["live_office", "phone"])
def test_every_screen_is_sound_for_axe_and_does_not_scroll_sideways(window, request, ana):
    case = CaseFactory(by=ana, transferability="TRF-2")
    other = CaseFactory(by=ana)
    for each in (case, other):
        add_reference(case=each, kind="NINO", value="QQ123456C", by=ana)
    write_note(case=case, text="Her NHS number is 999 000 0019", by=ana)
    offer = transfers.offer(
        case=case, level="TRF-3", to_name="Cllr Ash Brindle of a ward with a very long name", to_kind="other",
        consent="verbal", answer_by=timezone.localdate(), by=ana,
    )  # fmt: skip
    word = OwnWord.objects.create(word="UC")
    CaseWord.objects.create(case=case, word=word)
    message = Message.objects.create(
        subject="Eviction", text="eviction and damp and mould", category=CategoryFactory(code="HOU-DAMP")
    )
    received = Message.objects.create(case=case, decision="case", subject="My file")
    an_old_file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)
    Attachment.objects.create(
        message=received,
        position=0,
        filename="award.doc",
        size=len(an_old_file),
        sha256=blobs().put(an_old_file),
    )
    office = request.getfixturevalue(window)
    office.sign_in(ana)
    page = office.page()

    wrong = []
    for address in PAGES:
        page.goto(office.url + address.format(case=case.pk, offer=offer.pk, word=word.pk, message=message.pk))
        page.wait_for_load_state("networkidle")
        if address.endswith("new/") and "references" in address:
            page.get_by_label("Paste a letter, an email or a number").fill(LETTER)
            page.get_by_role("button", name="Add what is ticked").wait_for()
        wrong += [f"{address}: {line}" for line in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{address}: scrolls sideways")

    assert wrong == []
