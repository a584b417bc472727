"""A constituent writes with the public form: what arrives, and that it arrives once."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from opencasework.office.constituents.models import PersonPhone
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Arrival, Message
from opencasework.office.inbox.papers import scan_kind
from opencasework.office.inbox.suggesting import suggestions
from opencasework.office.inbox.webform import files
from opencasework.office.inbox.webform import visit as visiting
from opencasework.office.inbox.webform.models import (
    WebDraft,
    WebSubmission,
)
from opencasework.office.kit.first_bytes import HEIC_BRANDS
from opencasework.office.staff.tests.factories import StaffFactory

from .writing import HAPPENED, HEIC, JPEG, PDF, USUAL, Constituent, _people_take_their_time, open_form  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_receipt_tells_nobody_at_the_same_telephone_what_was_asked_about_contact(client, language):
    def opened_by(browser, safe):
        reach = {"way": "phone", "language": language, "safe": safe, "careful": "Not after six."}
        someone = Constituent(browser, language=language).write(reach=reach)
        assert someone.receipt
        again = browser.get("/write/").content.decode()  # as whoever takes the telephone next opens it
        assert someone.receipt in again
        return [_without_its_own(page, someone) for page in (someone.html, again)]

    quiet, usual = opened_by(client, "no"), opened_by(Client(), "yes")

    assert quiet == usual
    promised = {"en": "answers in the way you chose", "cy": "yn ateb yn y ffordd a ddewisoch"}[language]
    assert promised not in "".join(quiet)


def _without_its_own(page, someone):
    """The page without what no two receipts share: the number, the time, the key, the nonce."""
    own = rf"{someone.receipt}|<time.*?</time>|name=\"key\" value=\"[^\"]*\"|nonce=\"[^\"]*\""
    return re.sub(own, "", page)


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
