"""A constituent writes with the public form: what is refused kindly, and what is never lost."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.webform import allowance, sending
from opencasework.office.inbox.webform import visit as visiting
from opencasework.office.inbox.webform.files import ALL_MEGABYTES, LARGEST_MEGABYTES
from opencasework.office.inbox.webform.models import (
    WebDraft,
)

from .writing import HAPPENED, JPEG, PDF, Constituent, _people_take_their_time, open_form  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


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


def test_a_file_larger_than_any_we_keep_is_called_so_and_takes_nobody_s_room(client, monkeypatch):
    monkeypatch.setitem(allowance.MOST, allowance.MEGABYTES, (1, 1))
    someone = Constituent(client).write(until="files")
    film = SimpleUploadedFile("film.pdf", PDF + bytes(ALL_MEGABYTES * 1024 * 1024))

    someone.post("files", {"chosen": [film, SimpleUploadedFile("good.jpg", JPEG)]})

    assert f"“film.pdf” is larger than {LARGEST_MEGABYTES} MB, so it was not kept." in someone.html
    assert "You can send another message with it" not in someone.html
    assert WebDraft.objects.get().files.get().name == "good.jpg"


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
