"""Files brought in with the browser: taken in once, in pieces or whole, whatever dies meanwhile."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox import ingesting, uploads
from opencasework.office.inbox.ingesting import ingest
from opencasework.office.inbox.models import Message, Upload
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.samples import sample_messages
from opencasework.office.inbox.uploads import take_in_waiting
from opencasework.office.kit import steps
from opencasework.office.staff.tests.factories import StaffFactory

from . import corpus, scans
from .test_ingesting import another_process_is_quicker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
FIVE = sample_messages(1, date(2026, 11, 20))[36:41]
MBOX = b"".join(
    b"From nia@post.example Fri Nov 20 09:00:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n\n"
    for raw in FIVE
)


def bring(client, *files):
    """Bring files in as a page without scripts does; what the page then says."""
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    response = client.post("/inbox/files/", {"files": chosen}, follow=True)
    return words(response)


def words(response):
    text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&quot;", '"')


def begin(client, *files):
    names = {"name": [name for name, _ in files], "size": [len(content) for _, content in files]}
    return client.post("/inbox/files/begun/", names)


def piece(client, where, number, offset, content):
    data = {"file": number, "offset": offset, "piece": SimpleUploadedFile("blob", content)}
    return client.post(where["upload-pieces"], data).json()


def folder_is_gone(upload):
    return not upload.folder.exists()


def test_mail_comes_in_once_and_what_is_known_is_linked(client, ana):
    first = bring(client, *((f"{number}.eml", raw) for number, raw in enumerate(FIVE)))
    again = bring(client, ("old mail", MBOX))

    assert "5 new, 0 known, 0 unreadable." in first
    assert "0 new, 5 known, 0 unreadable." in again
    assert "Here already" in again
    assert Message.objects.count() == 5
    page = client.get(f"/inbox/files/{Upload.objects.first().key}/").content.decode()
    assert all(f"/inbox/messages/{message.pk}/" in page for message in Message.objects.all())


def test_a_zip_an_mbox_and_a_scan_come_in_together(client, ana):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a/1.eml", FIVE[0])
        zipped.writestr("a/notes.txt", "Buy milk")

    text = bring(
        client,
        ("post.zip", archive.getvalue()),
        ("box.mbox", MBOX),
        ("Rent letter.pdf", scans.pdf("My rent")),
    )

    assert "6 new, 1 known, 1 unreadable." in text
    assert "post.zip: a/notes.txt: It is not a mail" in text


def test_what_waits_to_be_read_is_not_read_while_somebody_waits_for_their_upload(client, ana, monkeypatch):
    monkeypatch.setattr(ingesting, "commit_found", another_process_is_quicker)

    text = bring(client, ("box.mbox", MBOX))

    assert "5 new, 0 known, 0 unreadable." in text
    assert Message.objects.filter(state=Message.State.RAW).count() == 5
    assert process_raw().read == 5  # as the worker does


def test_no_arrival_of_the_office_is_looked_through_for_an_upload(client, ana, django_assert_max_num_queries):
    with django_assert_max_num_queries(200) as done:
        bring(client, ("box.mbox", MBOX), ("Rent.pdf", scans.pdf("My rent")))

    asked = [query["sql"] for query in done.captured_queries if query["sql"].startswith("SELECT")]
    assert len(asked) > 5
    assert [sql for sql in asked if 'FROM "inbox_arrival"' in sql] == []


def test_mail_nobody_can_read_is_told_once_also_by_the_try_that_finishes(client, ana, monkeypatch):
    monkeypatch.setattr(uploads, "SMALL", 10)
    bring(
        client,
        ("bad.eml", corpus.COSTLY["1000_nested_parts"]()),
        ("1.eml", FIVE[0]),
        ("1 again.eml", FIVE[0]),
    )
    upload = Upload.objects.get()
    ingest([upload.folder])  # and then the machine stopped
    Upload.objects.update(attempts=1, lease_until=timezone.now() - timedelta(seconds=1))

    take_in_waiting()

    upload.refresh_from_db()
    assert (upload.result["new"], upload.result["known"], upload.result["unreadable"]) == (1, 1, 1)
    assert upload.result["problems"][0][0] == "bad.eml"


def test_each_scan_becomes_a_letter_once(client, ana):
    first = bring(client, ("Rent.pdf", scans.pdf("My rent")), ("IMG_1.jpg", scans.photo()))
    again = bring(client, ("Copy of rent.pdf", scans.pdf("My rent")))

    assert "2 new, 0 known, 0 unreadable." in first
    assert "0 new, 1 known, 0 unreadable." in again
    photo, rent = Message.objects.order_by("-pk")
    assert (rent.channel, rent.subject, rent.text, rent.written_down_by) == ("letter", "Rent", "My rent", ana)
    assert [file.is_original for file in photo.attachments.all()] == [False, True]


def test_the_long_name_of_a_scan_keeps_its_ending(client, ana):
    bring(client, ("Rent " * 45 + ".pdf", scans.pdf("My rent")))

    assert Message.objects.get().attachments.get().filename.endswith(".pdf")
    assert Upload.objects.get().files[0]["name"].endswith(".pdf")


def test_a_scan_that_a_colleague_had_recorded_by_hand_is_known(client, ana):
    scan = SimpleUploadedFile("scan.pdf", scans.pdf("My rent"))
    client.post("/inbox/new/letter/", {"from_name": "Nia", "scans": [scan]})

    assert "0 new, 1 known, 0 unreadable." in bring(client, ("Rent.pdf", scans.pdf("My rent")))


def test_what_is_neither_mail_nor_scan_is_named_with_its_reason(client, ana):
    text = bring(
        client,
        ("notes.docx", b"PK\x03\x04 broken"),
        ("store.pst", b"!BDN" + bytes(9)),
        ("x.txt", b"Buy milk"),
    )

    assert "0 new, 0 known, 3 unreadable." in text
    assert "a document of an office program" in text
    assert "store.pst: It is an Outlook data file (.pst or .ost)" in text
    assert "x.txt: It is not a mail" in text


def test_a_file_arrives_in_pieces_and_goes_on_where_the_connection_broke(client, ana):
    where = begin(client, ("box.mbox", MBOX)).json()
    half = len(MBOX) // 2

    assert piece(client, where, 0, 0, MBOX[:half])["here"] == half
    assert piece(client, where, 0, 0, MBOX[:half]) == {"here": half, "complete": False}
    assert piece(client, where, 0, half + 5, b"elsewhere")["here"] == half
    assert piece(client, where, 0, half, MBOX[half:] + b"more than was announced")["complete"]

    assert "5 new, 0 known, 0 unreadable." in words(client.get(where["upload"]))


def test_a_last_piece_sent_again_because_its_answer_was_lost_changes_nothing(client, ana):
    where = begin(client, ("box.mbox", MBOX)).json()
    piece(client, where, 0, 0, MBOX)

    again = piece(client, where, 0, 0, MBOX)

    assert again == {"here": len(MBOX), "complete": True}
    assert folder_is_gone(Upload.objects.get())
    assert "5 new, 0 known, 0 unreadable." in words(client.get(where["upload"]))


def test_large_files_are_left_to_the_worker_and_the_page_shows_how_far_it_is(client, ana, monkeypatch):
    monkeypatch.setattr(uploads, "SMALL", 10)

    waiting = bring(client, ("box.mbox", MBOX))
    upload = Upload.objects.get()
    fragment = client.get(f"/inbox/files/{upload.key}/", HTTP_HX_REQUEST="true").content.decode()
    in_the_inbox = client.get("/inbox/").content.decode()
    done = take_in_waiting()
    upload.refresh_from_db()

    assert "It waits for its turn." in waiting
    assert "hx-get" in fragment
    assert str(upload.key) in in_the_inbox
    assert done == 1
    assert take_in_waiting() == 0
    assert folder_is_gone(upload)
    finished = client.get(f"/inbox/files/{upload.key}/", HTTP_HX_REQUEST="true").content.decode()
    assert "<strong>5 new, 0 known, 0 unreadable.</strong>" in finished
    assert "hx-trigger" not in finished


class Died(BaseException):
    """The process was killed here."""


@pytest.mark.parametrize("at", range(1, 9))
def test_a_worker_may_die_at_any_line_and_the_next_one_finishes(client, ana, monkeypatch, at):
    monkeypatch.setattr(uploads, "SMALL", 10)
    bring(client, ("box.mbox", MBOX), ("Rent.pdf", scans.pdf("My rent")))
    passed = iter(range(1, 1_000))

    def die():
        if next(passed) == at:
            raise Died

    monkeypatch.setattr(steps, "on_step", die)
    with pytest.raises(Died):
        take_in_waiting()
    monkeypatch.setattr(steps, "on_step", None)
    Upload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    take_in_waiting()

    upload = Upload.objects.get()
    assert (upload.result["new"], upload.result["known"], upload.result["unreadable"]) == (6, 0, 0)
    assert Message.objects.count() == 6
    assert folder_is_gone(upload) or upload.attempts == 1


def test_files_somebody_is_taking_in_are_left_to_them(client, ana, monkeypatch):
    monkeypatch.setattr(uploads, "SMALL", 10)
    bring(client, ("box.mbox", MBOX))
    Upload.objects.update(lease_until=timezone.now() + timedelta(minutes=1), attempts=1)

    assert take_in_waiting() == 0
    assert Message.objects.count() == 0


def test_files_that_stop_every_worker_are_given_up_with_a_sentence(client, ana, monkeypatch):
    monkeypatch.setattr(uploads, "SMALL", 10)
    bring(client, ("box.mbox", MBOX))
    Upload.objects.update(attempts=Upload.TRIES)

    take_in_waiting()

    assert "The office tried 3 times" in words(client.get(f"/inbox/files/{Upload.objects.get().key}/"))
    assert folder_is_gone(Upload.objects.get())


def test_files_that_never_came_whole_are_removed_after_a_day(client, ana):
    where = begin(client, ("box.mbox", MBOX)).json()
    piece(client, where, 0, 0, MBOX[:50])
    upload = Upload.objects.get()
    assert "Only a part of it arrived." in words(client.get("/inbox/files/"))

    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    take_in_waiting()

    assert not Upload.objects.exists()
    assert folder_is_gone(upload)


def test_the_names_of_files_are_forgotten_two_days_after_they_were_taken_in(client, ana):
    bring(client, ("Mrs Jones PIP.eml", FIVE[0]))
    bring(client, ("new.eml", FIVE[1]))
    old = Upload.objects.last()
    Upload.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=2, minutes=1))

    take_in_waiting()

    assert [upload.files[0]["name"] for upload in Upload.objects.all()] == ["new.eml"]
    assert Message.objects.count() == 2


def test_a_folder_left_behind_is_removed_and_one_that_is_not_ours_stays(home):
    left_behind, not_ours = home.spool / ("0123456789abcdef" * 2), home.spool / "lost+found"
    for folder in (left_behind, not_ours):
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))

    assert take_in_waiting() == 0

    assert (left_behind.exists(), not_ours.exists()) == (False, True)


def test_a_folder_that_another_worker_removes_meanwhile_stops_no_turn(home, monkeypatch):
    (home.spool / ("a" * 32)).mkdir(parents=True)
    monkeypatch.setattr(Path, "iterdir", lambda folder: [folder / ("b" * 32)])

    assert take_in_waiting() == 0


def test_too_many_or_too_large_files_are_refused_in_a_sentence(client, ana, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    many = bring(client, *((f"{number}.eml", FIVE[0]) for number in range(3)))
    monkeypatch.setattr(uploads, "LARGEST_BRING_IN", 10)
    large = begin(client, ("box.mbox", MBOX))

    assert "Up to 2 files come in at once." in many
    assert large.status_code == 422
    assert "“casework ingest”, which takes any size" in large.json()["problem"]
    assert not Upload.objects.exists()


def test_a_piece_of_no_file_is_refused(client, ana):
    where = begin(client, ("box.mbox", MBOX)).json()

    assert [
        client.post(where["upload-pieces"], {"file": number, "offset": 0}).status_code
        for number in ("1", "²", "")
    ] == [422] * 3


def test_the_files_of_a_colleague_are_not_found(client, ana):
    where = begin(client, ("box.mbox", MBOX)).json()
    client.force_login(StaffFactory())

    assert client.get(where["upload"]).status_code == 404
    assert client.post(where["upload-pieces"], {"file": 0, "offset": 0}).status_code == 404


def test_a_volunteer_brings_nothing_in(client):
    client.force_login(StaffFactory(volunteer=True))

    assert client.get("/inbox/files/").status_code == 403
    assert client.post("/inbox/files/begun/", {"name": "a", "size": 1}).status_code == 403


def test_a_known_message_on_a_hidden_case_is_counted_and_not_linked(client, ana):
    bring(client, ("1.eml", FIVE[0]))
    Message.objects.update(case=CaseFactory(need_to_know=True), decision="case", subject="Something secret")

    text = bring(client, ("1.eml", FIVE[0]))

    assert "0 new, 1 known, 0 unreadable." in text
    assert "Something secret" not in text


def test_a_result_can_be_taken_off_the_list_and_its_messages_stay(client, ana):
    bring(client, ("1.eml", FIVE[0]))

    client.post(f"/inbox/files/{Upload.objects.get().key}/forgotten/")

    assert not Upload.objects.exists()
    assert Message.objects.count() == 1
