"""A constituent writes with the public form: what arrives, what is refused kindly, and what is never lost."""

from __future__ import annotations

import hashlib
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from opencasework.office.config.health import checks
from opencasework.office.constituents.models import PersonPhone
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Arrival, Message
from opencasework.office.inbox.papers import scan_kind
from opencasework.office.inbox.suggesting import suggestions
from opencasework.office.inbox.webform import allowance, files, sending
from opencasework.office.inbox.webform import visit as visiting
from opencasework.office.inbox.webform.models import (
    WebDraft,
    WebDraftFile,
    WebForm,
    WebFormUse,
    WebSubmission,
)
from opencasework.office.kit.first_bytes import HEIC_BRANDS
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .writing import HAPPENED, USUAL, Constituent

pytestmark = pytest.mark.django_db

JPEG = b"\xff\xd8\xff\xe0" + b"photograph " * 20
PDF = b"%PDF-1.7 a letter"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + b"photograph"


@pytest.fixture(autouse=True)
def open_form(home):
    OfficeFactory()
    return WebForm.objects.create(pk=1, is_on=True, privacy_url="https://www.amira-selwood.example/privacy")


@pytest.fixture(autouse=True)
def _people_take_their_time(monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 0)


# --- what arrives -----------------------------------------------------------------------------------


def test_what_was_written_arrives_in_the_inbox_with_its_receipt(client):
    receipt = Constituent(client).write(page_by_page=True).receipt

    message = Message.objects.get()
    assert message.channel == "web"
    assert message.is_untriaged
    assert message.subject == "My Universal Credit stopped in March"
    assert (message.from_name, message.from_address) == ("Nkechi Marrowby", "nkechi@post.example")
    assert message.new_text == message.text
    for part in (
        receipt,
        "Postcode: WX4 7QP, in Wexcombe North",
        HAPPENED,
        "What they would like us to do\nFind out why.",
        "QQ 12 34 56 C (National Insurance number)\nthe blue card 7",
        "Telephone: 01632 960123",
        "Answer: By telephone",
        "Language: Welsh",
        "Take care before you contact them: Only if you are careful; I explain below. Not after six.",
        "Authority to act\nTicked",
    ):
        assert part in message.text
    assert WebSubmission.objects.get().receipt == receipt
    assert not WebDraft.objects.exists()


def test_the_answers_are_kept_as_they_came_and_prove_what_was_sent(client):
    Constituent(client).write()

    message = Message.objects.get()
    raw = message.raw()
    kept = json.loads(raw)
    assert hashlib.sha256(raw).hexdigest() == message.sha256
    assert kept["answers"]["happened"] == {"happened": HAPPENED}
    assert "Amira Selwood MP" in kept["authority_statement"]
    assert Arrival.objects.get().sha256 == message.sha256
    assert raw == json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_a_caseworker_reads_it_sorts_it_and_finds_it_by_its_receipt(client):
    receipt = Constituent(client).write().receipt
    client.force_login(StaffFactory())
    message = Message.objects.get()

    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "My Universal Credit stopped in March" in page
    assert receipt in page
    assert client.get(f"/inbox/messages/{message.pk}/raw/")["Content-Disposition"].endswith('.json"')
    assert "My Universal Credit stopped" in client.get(f"/search/?q={receipt}").content.decode()

    client.post(f"/inbox/messages/{message.pk}/decision/", {"decision": "filed_away"})
    message.refresh_from_db()
    assert message.decision == "filed_away"


@pytest.mark.parametrize("known_by", ["email", "name", "phone"])
def test_somebody_we_know_is_suggested(client, known_by):
    person = PersonFactory(full_name="Nkechi Marrowby" if known_by == "name" else "Somebody Else")
    if known_by == "email":
        person.emails.create(address="nkechi@post.example")
    if known_by == "phone":
        PersonPhone.objects.create(person=person, number="+44 1632 960123")

    Constituent(client).write()

    found = suggestions(Message.objects.get(), StaffFactory())
    assert person in [each.person for each in found.people]
    assert found.postcode == "WX4 7QP"
    assert found.in_area is True


@pytest.mark.parametrize("brand", sorted(HEIC_BRANDS))
def test_a_photograph_of_any_telephone_is_known_here_and_as_a_letter(brand):
    photograph = HEIC[:8] + brand + HEIC[12:]

    assert files.content_type("IMG_1.HEIC", photograph) == scan_kind(photograph) == "image/heic"


def test_files_come_as_attachments_under_their_hash(client):
    someone = Constituent(client).write(until="files")
    chosen = [SimpleUploadedFile("letter.pdf", PDF), SimpleUploadedFile("IMG_1.HEIC", HEIC)]

    someone.post("files", {"chosen": chosen})
    assert someone.step == "you"
    someone.write()

    found = list(Message.objects.get().attachments.values_list("filename", "content_type", "sha256"))
    assert found == [
        ("letter.pdf", "application/pdf", hashlib.sha256(PDF).hexdigest()),
        ("IMG_1.HEIC", "image/heic", hashlib.sha256(HEIC).hexdigest()),
    ]
    client.force_login(StaffFactory())
    attachment = Message.objects.get().attachments.first()
    assert client.get(f"/inbox/attachments/{attachment.pk}/").content == PDF


def test_what_is_about_somebody_else_says_whom_and_whether_they_know(client):
    Constituent(client).write(about={"about": "somebody"})

    text = Message.objects.get().text
    assert "Their name: Gwen Marrowby" in text
    assert "Do they know of this: Yes, and they agree" in text


def test_one_way_to_be_reached_is_enough_and_none_of_them_is_forced(client):
    someone = Constituent(client).write(until="you")

    someone.post("you", {})
    assert someone.page.status_code == 422
    assert "Give one way to reach you" in someone.html

    someone.post("you", {"address": "2 Mill Lane\nWexcombe"})
    someone.write(reach={"way": "post"})
    assert "Address: 2 Mill Lane, Wexcombe" in Message.objects.get().text


@pytest.mark.parametrize("number", ["07", "ring me", "12 34 5"])
def test_a_number_nobody_can_ring_is_refused_kindly(client, number):
    someone = Constituent(client).write(until="you")

    someone.post("you", {"email": "nkechi@post.example", "phone": number})

    assert someone.page.status_code == 422
    assert "at least six digits" in someone.html
    assert f'value="{number}"' in someone.html


@pytest.mark.parametrize(
    ("way", "given", "missing"),
    [
        ("email", "phone", "email address"),
        ("phone", "email", "telephone number"),
        ("post", "email", "postal address"),
    ],
)
def test_a_way_to_answer_that_was_not_given_is_asked_for(client, way, given, missing):
    usual = {"name": "Nkechi", "email": "", "phone": "", "address": ""}
    someone = Constituent(client).write(until="you")
    someone.post("you", usual | {given: USUAL["you"][given]})

    someone.post("reach", {"way": way})
    assert someone.page.status_code == 422
    assert f"You have given no {missing}." in someone.html

    someone.post("reach", {"way": given})
    assert someone.step == "consent"


def test_a_number_taken_out_again_is_noticed_before_it_is_sent(client):
    someone = Constituent(client).write(until="check")
    someone.post("check", {"go": "you"})
    someone.post("you", {"email": "nkechi@post.example", "phone": ""})

    someone.post("check")

    assert "You have given no telephone number." in someone.html
    assert not Message.objects.exists()


def test_whoever_asks_for_care_is_asked_what_care(client):
    someone = Constituent(client).write(until="reach")

    someone.post("reach", {"safe": "careful", "careful": " "})

    assert someone.page.status_code == 422
    assert "Say what we should be careful about" in someone.html


def test_without_the_tick_it_arrives_and_says_that_one_asks_first(client):
    someone = Constituent(client).write(until="consent")

    someone.post("consent", {})
    someone.write()

    assert "Not ticked. Ask before" in Message.objects.get().text


# --- where somebody lives -----------------------------------------------------------------------------


def test_somebody_from_elsewhere_reads_who_represents_them_and_may_go_on(client):
    someone = Constituent(client).write(until="area", postcode={"postcode": "zz99 9zz"})
    assert "members.parliament.uk" in someone.html

    someone.post("area", {})
    assert "Another reason" in someone.html
    assert someone.page.status_code == 422
    someone.post("area", {"reason": "here", "more": "It is the hospital."})
    someone.write()

    text = Message.objects.get().text
    assert "Postcode: ZZ99 9ZZ, not in Wexcombe North" in text
    assert "Why they write to us: The problem is in this area" in text


@pytest.mark.parametrize("answer", ["", "don’t know", "dim syniad"])
def test_not_knowing_a_postcode_turns_nobody_away(client, answer):
    assert Constituent(client).write(until="happened", postcode={"postcode": answer}).step == "happened"


def test_what_looks_like_a_postcode_and_is_none_is_explained(client):
    someone = Constituent(client)

    someone.post("postcode", {"postcode": "WX4 7Q"})

    assert someone.page.status_code == 422
    assert "leave it empty and go on" in someone.html
    assert 'value="WX4 7Q"' in someone.html


# --- exactly once ---------------------------------------------------------------------------------------


def test_sending_twice_is_one_message_and_the_same_receipt(client):
    someone = Constituent(client).write(until="check")
    sent = someone.hidden

    first = client.post("/write/check/", sent).content.decode()
    again = client.post("/write/check/", sent).content.decode()

    assert Message.objects.count() == 1
    assert re.search(r"WEB-\w{4}-\w{4}", first).group(0) in again


@pytest.mark.django_db(transaction=True)
def test_two_that_send_at_the_same_moment_are_one_message(client):
    someone = Constituent(client).write(until="check")
    sent = someone.hidden
    together = Barrier(2)

    def press(_turn):
        together.wait(timeout=20)
        page = Client().post("/write/check/", sent).content.decode()
        connections.close_all()
        return re.search(r"WEB-\w{4}-\w{4}", page).group(0)

    with ThreadPoolExecutor(2) as two:
        receipts = list(two.map(press, range(2)))

    assert receipts[0] == receipts[1]
    assert Message.objects.count() == WebSubmission.objects.count() == 1


def test_the_machine_dying_at_any_line_of_sending_loses_and_doubles_nothing(client, monkeypatch):
    someone = Constituent(client).write(until="check")
    reached = 0
    for dies_at in range(1, 6):
        steps = iter(range(1, 100))

        def die(steps=steps, dies_at=dies_at):
            if next(steps) == dies_at:
                raise SystemExit

        monkeypatch.setattr("opencasework.office.kit.steps.on_step", die)
        try:
            client.post("/write/check/", someone.hidden)
        except SystemExit:
            reached += 1
        monkeypatch.setattr("opencasework.office.kit.steps.on_step", None)

    client.post("/write/check/", someone.hidden)
    assert reached == 4
    assert Message.objects.count() == WebSubmission.objects.count() == 1


def test_an_answer_changed_in_another_window_while_sending_is_what_is_sent(client, monkeypatch):
    someone = Constituent(client).write(until="check")
    changes = iter([True])

    def change():
        if next(changes, False):
            draft = WebDraft.objects.get()
            draft.answers = draft.answers | {"happened": {"happened": "It was April, not March."}}
            draft.changed_at = timezone.now()
            draft.save()

    monkeypatch.setattr("opencasework.office.kit.steps.on_step", change)
    client.post("/write/check/", someone.hidden)

    assert "It was April" in Message.objects.get().text


def during_sending(monkeypatch, change):
    """Do something once while the machine is at sending, as another window does."""
    turns = iter([change])
    monkeypatch.setattr("opencasework.office.kit.steps.on_step", lambda: next(turns, int)())


def test_a_file_added_in_another_window_while_sending_is_sent_too(client, monkeypatch):
    someone = Constituent(client).write(until="check")
    other = WebDraft.objects.get()

    during_sending(monkeypatch, lambda: files.add_content(other, "a.jpg", JPEG, "image/jpeg"))
    client.post("/write/check/", someone.hidden)

    assert Message.objects.get().attachments.get().filename == "a.jpg"


def test_a_file_removed_in_another_window_while_sending_is_not_sent(client, monkeypatch):
    someone = Constituent(client).write(until="check")
    other = WebDraft.objects.get()
    files.add_content(other, "a.jpg", JPEG, "image/jpeg")

    during_sending(monkeypatch, lambda: files.remove_file(other, other.files.get().pk))
    client.post("/write/check/", someone.hidden)

    assert not Message.objects.get().attachments.exists()


def test_what_was_cleared_in_another_window_while_sending_is_not_sent_and_says_so(client, monkeypatch):
    someone = Constituent(client).write(until="check")

    during_sending(monkeypatch, WebDraft.objects.all().delete)
    someone.post("check")

    assert (someone.page.status_code, someone.step) == (409, "postcode")
    assert "cleared meanwhile, in another window" in someone.html
    assert HAPPENED not in someone.html
    assert not Message.objects.exists()
    assert someone.write().receipt


def test_what_was_cleared_while_a_page_was_on_its_way_says_so(client, monkeypatch):
    someone = Constituent(client).write(until="wanted")
    read_before = visiting.visit

    def visit_while_another_window_clears(request):
        here = read_before(request)
        WebDraft.objects.all().delete()
        return here

    monkeypatch.setattr("opencasework.office.inbox.webform.views.visit", visit_while_another_window_clears)
    page = client.post("/write/wanted/", someone.hidden | {"wanted": "Find out why."})

    assert page.status_code == 409
    assert "cleared meanwhile" in page.content.decode()


def test_an_answer_emptied_in_another_window_while_sending_is_asked_for(client, monkeypatch):
    someone = Constituent(client).write(until="check")

    def empty():
        draft = WebDraft.objects.get()
        draft.answers = draft.answers | {"happened": {"happened": ""}}
        draft.changed_at = timezone.now()
        draft.save()

    during_sending(monkeypatch, empty)
    someone.post("check")

    assert (someone.page.status_code, someone.step) == (422, "happened")
    assert not Message.objects.exists()


def test_files_chosen_while_another_window_sends_begin_another_message(client, monkeypatch):
    someone = Constituent(client).write(until="check")
    sent = someone.hidden
    read_before = visiting.visit
    turns = iter([True])

    def visit_while_another_window_sends(request):
        here = read_before(request)
        if next(turns, False):
            client.post("/write/check/", sent)
        return here

    monkeypatch.setattr("opencasework.office.inbox.webform.views.visit", visit_while_another_window_sends)
    page = client.post("/write/files/", sent | {"chosen": SimpleUploadedFile("a.jpg", JPEG)}).content.decode()

    assert "This is a new message" in page
    assert Message.objects.count() == 1
    assert WebDraft.objects.get().files.get().name == "a.jpg"


def test_going_back_after_sending_begins_another_message_with_the_words_kept(client):
    someone = Constituent(client).write(until="check")
    form = someone.hidden
    receipt = someone.write().receipt

    page = client.post("/write/happened/", form | {"happened": "And another thing."}).content.decode()

    assert receipt in page
    assert "This is a new message" in page
    assert WebDraft.objects.get().answers["happened"] == {"happened": "And another thing."}


def test_the_receipt_is_only_for_whoever_sent_it(client):
    someone = Constituent(client).write()
    assert someone.receipt in client.get("/write/").content.decode()

    client.cookies.clear()

    assert someone.receipt not in client.get("/write/").content.decode()


# --- nothing is lost ------------------------------------------------------------------------------------


def test_a_browser_that_keeps_no_cookies_gets_through(client):
    someone = Constituent(client, keeps_cookies=False).write(page_by_page=True)

    assert Message.objects.count() == 1
    assert someone.receipt


def test_a_draft_that_expired_comes_back_from_the_page_itself(client):
    someone = Constituent(client).write(until="you")
    WebDraft.objects.update(changed_at=timezone.now() - timedelta(hours=73))
    assert sending.forget_old_drafts() == 1

    someone.write()

    assert HAPPENED in Message.objects.get().text


def test_a_draft_somebody_still_writes_is_kept(client):
    Constituent(client).write(until="you")

    sending.forget_old_drafts()

    assert WebDraft.objects.exists()


def test_answers_can_be_cleared_before_they_are_sent(client):
    someone = Constituent(client).write(until="you")

    someone.post("you", {"clear": "yes"})

    assert "have been cleared" in someone.html
    assert not WebDraft.objects.exists()
    assert HAPPENED not in client.get("/write/happened/").content.decode()


def test_a_page_sent_by_another_site_sends_nothing_and_joins_no_draft(client):
    someone = Constituent(client).write(until="check")

    page = client.post("/write/check/", someone.hidden, headers={"sec-fetch-site": "cross-site"})
    other = client.post(
        "/write/happened/", {"happened": "Planted"}, headers={"origin": "https://evil.example"}
    )

    assert (page.status_code, other.status_code) == (403, 403)
    assert "Planted" in other.content.decode()
    assert not Message.objects.exists()
    assert WebDraft.objects.get().answers["happened"] == {"happened": HAPPENED}


def test_a_long_text_is_kept_whole_as_a_file(client):
    someone = Constituent(client).write(until="happened")
    text = "It began in March. " * 550_000  # 10 MB

    someone.post("happened", {"happened": text})
    assert someone.page.status_code == 422
    assert "kept" in someone.html
    assert len(someone.html) < 500_000
    someone.write()

    attachment = Message.objects.get().attachments.get()
    assert attachment.filename == "happened.txt"
    assert attachment.size == len(text.encode())


def test_what_is_too_large_for_any_server_is_refused_in_a_sentence(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000
    someone = Constituent(client).write(until="wanted")

    someone.post("wanted", {"wanted": "x" * 30_000})

    assert someone.page.status_code == 413
    assert "your earlier answers are" in someone.html
    assert HAPPENED in client.get("/write/happened/").content.decode()


def test_hundreds_of_files_are_refused_in_a_sentence_and_nothing_else_is_lost(client):
    someone = Constituent(client).write(until="files")

    someone.post("files", {"chosen": [SimpleUploadedFile(f"{n}.jpg", JPEG) for n in range(501)]})

    assert someone.page.status_code == 413
    assert "at most 10 files" in someone.html
    assert someone.write().receipt


def test_an_eleventh_file_is_named_and_the_ten_are_kept(client):
    someone = Constituent(client).write(until="files")

    someone.post("files", {"chosen": [SimpleUploadedFile(f"{n}.jpg", JPEG + b"%d" % n) for n in range(11)]})

    assert someone.page.status_code == 422
    assert "10.jpg" in someone.html.split("Kept so far")[0]
    assert WebDraft.objects.get().files.count() == 10


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.pdf", b"MZ\x90\x00 a program", "is not a photograph"),
        ("photo.jpg", b"", "is empty"),
        ("page.html", b"<script>alert(1)</script>", "is not a photograph"),
        ("sheet.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a photograph"),
    ],
)
def test_a_file_we_do_not_take_is_explained_and_the_others_are_kept(client, name, content, sentence):
    someone = Constituent(client).write(until="files")
    bad = io.BytesIO(content)
    bad.name = name

    someone.post("files", {"chosen": [bad, SimpleUploadedFile("good.jpg", JPEG)]})

    assert someone.page.status_code == 422
    assert sentence in someone.html
    assert WebDraft.objects.get().files.get().name == "good.jpg"


def test_a_file_can_be_removed_and_the_same_one_is_kept_once(client):
    someone = Constituent(client).write(until="files")
    for _turn in range(2):
        someone.post("files", {"add": "yes", "chosen": SimpleUploadedFile("a.jpg", JPEG)})
    [file] = WebDraft.objects.get().files.all()

    someone.post("files", {"remove": str(file.pk)})

    assert someone.step == "files"
    assert not WebDraft.objects.get().files.exists()


def test_disguises_and_control_characters_do_no_harm(client):
    Constituent(client).write(
        happened={"happened": "It\x00 happened \u202etsetirw\r\non Monday"},
        you={"name": "Eve\u202e gpj.exe\x00\nBcc: all"},
    )

    message = Message.objects.get()
    assert "\u202e" not in message.text + message.from_name
    assert "It happened tsetirw\non Monday" in message.text
    assert message.from_name == "Eve gpj.exe Bcc: all"


def test_a_tampered_page_brings_back_only_what_the_form_asks(client):
    someone = Constituent(client)
    carried = {"happened": {"happened": HAPPENED, "evil": "x"}, "evil": {"a": "b"}, "wanted": ["no"]}

    client.post("/write/", someone.hidden | {"carried": json.dumps(carried), "postcode": "WX4 7QP"})

    assert WebDraft.objects.get().answers == {
        "happened": {"happened": HAPPENED},
        "postcode": {"postcode": "WX4 7QP"},
    }


def test_half_a_character_in_what_a_page_brings_back_breaks_nothing(client):
    someone = Constituent(client)
    carried = '{"happened": {"happened": "It \\ud800 happened \\u0000here"}}'

    page = client.post("/write/", someone.hidden | {"carried": carried, "postcode": ""}, follow=True)

    assert page.status_code == 200
    assert WebDraft.objects.get().answers["happened"] == {"happened": "It  happened here"}


def test_two_windows_on_two_pages_keep_both_answers(client, monkeypatch):
    someone = Constituent(client).write(until="wanted")
    read_before = visiting.visit

    def visit_while_another_window_saves(request):
        here = read_before(request)
        if request.method == "POST":
            draft = WebDraft.objects.get()
            draft.answers = draft.answers | {"happened": {"happened": "From the other window."}}
            draft.save()
        return here

    monkeypatch.setattr("opencasework.office.inbox.webform.views.visit", visit_while_another_window_saves)
    someone.post("wanted", {"wanted": "From this window."})

    answers = WebDraft.objects.get().answers
    assert answers["happened"] == {"happened": "From the other window."}
    assert answers["wanted"] == {"wanted": "From this window."}


def test_the_words_that_were_ticked_are_kept_as_they_were_shown(client):
    someone = Constituent(client).write(until="consent")
    someone.post("consent", {"authority": "on"})
    someone.post("check", {"switch": "yes"})
    someone.write()

    kept = json.loads(Message.objects.get().raw())
    assert kept["language"] == "cy"
    assert kept["answers"]["consent"]["shown"].startswith("I ask Amira Selwood MP")


# --- programs, and too many ----------------------------------------------------------------------------


def test_a_program_that_fills_in_everything_is_asked_whether_it_is_a_person(client):
    someone = Constituent(client).write(until="check")

    someone.post("check", {"website": "https://spam.example"})
    assert someone.page.status_code == 422
    assert not Message.objects.exists()

    someone.post("check")
    assert Message.objects.count() == 1


def test_a_program_that_is_quicker_than_anybody_waits_and_loses_nothing(client, monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 60)
    someone = Constituent(client).write(until="check")

    someone.post("check")

    assert someone.page.status_code == 422
    assert WebDraft.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("most", [(1, 100), (100, 1)])
def test_a_flood_is_stopped_with_the_telephone_number_and_the_draft_stays(client, monkeypatch, most):
    monkeypatch.setitem(allowance.MOST, allowance.SENT, most)
    Constituent(client).write()
    client.cookies.clear()
    someone = Constituent(client).write(until="check")

    someone.post("check")

    assert someone.page.status_code == 429
    assert "Nothing you wrote is lost" in someone.html
    assert "01632 960100" in someone.html
    assert Message.objects.count() == 1
    assert WebDraft.objects.exists()


def test_each_part_of_the_network_has_its_own_share_and_no_address_is_kept(client, settings, monkeypatch):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setitem(allowance.MOST, allowance.BEGUN, (1, 100))
    statuses = []
    for said in ("203.0.113.5", "203.0.113.77", "198.51.100.1", "2001:db8::1", "2001:db8:0:ff::2"):
        client.cookies.clear()
        headers = {"x-forwarded-for": f"192.0.2.66, {said}"}
        statuses.append(client.post("/write/", {"postcode": "WX4 7QP"}, headers=headers).status_code)

    assert statuses == [200, 429, 200, 200, 429]
    assert all(len(who) == 64 for who in WebFormUse.objects.exclude(who="").values_list("who", flat=True))
    assert WebFormUse.objects.get(who="").amount == 3


def test_a_flood_at_the_first_page_leaves_what_was_typed_and_brought_along(client, monkeypatch):
    monkeypatch.setitem(allowance.MOST, allowance.BEGUN, (0, 0))
    someone = Constituent(client)
    carried = json.dumps({"happened": {"happened": HAPPENED}})

    someone.post("postcode", {"postcode": "WX4 7QP", "carried": carried})

    assert someone.page.status_code == 429
    assert 'value="WX4 7QP"' in someone.html
    assert json.loads(someone.hidden["carried"])["happened"] == {"happened": HAPPENED}


def test_a_flood_of_files_stops_and_keeps_the_rest(client, monkeypatch):
    monkeypatch.setitem(allowance.MOST, allowance.MEGABYTES, (1, 100))
    someone = Constituent(client).write(until="files")
    someone.post("files", {"add": "yes", "chosen": SimpleUploadedFile("a.jpg", JPEG)})

    someone.post("files", {"add": "yes", "chosen": SimpleUploadedFile("b.jpg", JPEG + b"b")})

    assert someone.page.status_code == 422
    assert [file.name for file in WebDraft.objects.get().files.all()] == ["a.jpg"]
    assert someone.write().receipt


def test_the_files_of_all_drafts_together_have_a_limit_and_the_rest_is_kept(client, monkeypatch):
    Constituent(client).write(until="files").post("files", {"chosen": SimpleUploadedFile("a.jpg", JPEG)})
    client.cookies.clear()
    monkeypatch.setattr(allowance, "LARGEST_DRAFTS", len(JPEG) + 5)
    someone = Constituent(client).write(until="files")

    someone.post("files", {"chosen": SimpleUploadedFile("b.jpg", JPEG + b"b")})

    assert someone.page.status_code == 422
    assert "Nothing you wrote is lost" in someone.html
    assert WebDraftFile.objects.get().name == "a.jpg"
    assert someone.write().receipt


def test_old_counts_are_forgotten(client):
    Constituent(client).write(until="happened")
    assert WebFormUse.objects.exists()

    sending.forget_old_drafts(timezone.now() + timedelta(hours=30))

    assert not WebFormUse.objects.exists()


def test_nothing_is_mailed_to_the_address_somebody_typed(client, mailoutbox):
    Constituent(client).write()

    assert mailoutbox == []


# --- open and closed ------------------------------------------------------------------------------------


def test_a_closed_form_says_so_with_the_other_ways(client, open_form):
    WebForm.objects.update(is_on=False)

    page = client.get("/write/").content.decode()

    assert "The form is closed" in page
    assert "01632 960100" in page
    assert "<form" not in page


def test_whoever_was_writing_when_it_closed_may_finish(client):
    someone = Constituent(client).write(until="you")
    WebForm.objects.update(is_on=False)

    assert someone.write().receipt


def test_a_manager_opens_it_and_copies_its_address(client):
    WebForm.objects.all().delete()
    client.force_login(StaffFactory(office_manager=True))
    assert "/settings/web-form/" in client.get("/account/").content.decode()
    assert "http://testserver/write/" in client.get("/settings/web-form/").content.decode()

    client.post(
        "/settings/web-form/", {"is_on": "on", "intro": "We answer in two days.", "phone": "01632 960199"}
    )

    first = client.get("/write/").content.decode()
    assert "We answer in two days." in first
    assert "01632 960199" in first


def test_a_caseworker_does_not_open_or_close_it(client):
    client.force_login(StaffFactory())

    assert client.post("/settings/web-form/", {"is_on": ""}).status_code == 403


def test_an_address_that_is_none_is_explained_to_the_manager(client):
    client.force_login(StaffFactory(office_manager=True))

    page = client.post("/settings/web-form/", {"privacy_url": "our website"})

    assert page.status_code == 422
    assert "Write the whole address" in page.content.decode()


def test_doctor_says_how_the_form_stands(open_form):
    def said():
        return next(check for check in checks() if check.name == "Web form")

    assert said().ok
    WebForm.objects.update(privacy_url="")
    assert not said().ok
    WebForm.objects.update(is_on=False)
    assert "Closed" in said().sentence


# --- what the pages give away -----------------------------------------------------------------------------


def test_the_pages_are_public_small_and_hidden_from_search_engines(client):
    first = client.get("/write/")
    step = client.get("/write/happened/")

    assert "X-Robots-Tag" not in first
    assert step["X-Robots-Tag"] == "noindex, nofollow"
    assert step["Cache-Control"] == "no-store"
    assert "app.js" not in first.content.decode()
    assert len(first.content) < 9_000
    assert client.get("/write/nothing/").status_code == 404


def test_no_answer_stands_in_an_address(client):
    someone = Constituent(client)

    response = client.post("/write/", someone.hidden | {"postcode": "WX4 7QP"})

    assert (response.status_code, response.url) == (303, "/write/happened/")
    assert "WX4" not in response.url


def test_a_last_page_asked_for_too_early_leads_to_the_first_that_is_missing(client):
    someone = Constituent(client)

    someone.get("/write/check/")
    assert client.get("/write/check/").url == "/write/happened/"


def test_changing_an_answer_leads_back_to_the_check(client):
    someone = Constituent(client).write(until="check")

    someone.post("check", {"go": "wanted"})
    assert someone.step == "wanted"
    someone.post("wanted", {"wanted": "Only an answer."})

    assert someone.step == "check"
    assert "Only an answer." in someone.html
