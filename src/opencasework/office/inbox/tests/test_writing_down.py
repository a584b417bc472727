"""Calls, letters, visits and posts are written down in forms of their own and wait in the inbox."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.cases import access
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import entry_forms
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.papers import HEIC
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from . import scans

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Rees")
    client.force_login(ana)
    return ana


def write(client, kind, **values):
    return client.post(f"/inbox/new/{kind}/", values)


def shown(client, message):
    text = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def upload(name, content):
    return SimpleUploadedFile(name, content)


def test_a_call_keeps_its_number_its_length_and_when_to_ring_back(client, ana):
    opened = timezone.now() - timedelta(minutes=4)
    response = write(
        client, "call", from_name="Mr Osei", text="He flies on Friday.", number="01632 960461",
        call_back="after three", follow_up="yes", timed="on", opened_at=opened.isoformat(),
    )  # fmt: skip

    message = Message.objects.get()
    assert response["Location"] == f"/inbox/messages/{message.pk}/"
    assert (message.channel, message.written_down_by, message.taken_by) == ("phone", ana, ana)
    assert message.received_at == opened
    text = shown(client, message)
    for words in ("Written down by Ana Rees", "Rang from 01632 960461", "Length 4 minutes",
                  "Wants a call back after three", "Expects to hear from us Yes"):  # fmt: skip
        assert words in text


def test_minutes_that_were_typed_count_more_than_the_clock_and_neither_is_needed(client, ana):
    opened = (timezone.now() - timedelta(minutes=9)).isoformat()
    write(client, "call", from_name="A", text="Typed.", minutes="2", timed="on", opened_at=opened)
    write(client, "call", from_name="B", text="Untimed.", opened_at=opened)
    write(client, "call", from_name="C", text="Nonsense.", timed="on", opened_at="yesterday")

    typed, untimed, nonsense = Message.objects.order_by("pk")
    assert typed.details["seconds"] == 120
    assert "seconds" not in untimed.details
    assert "seconds" not in nonsense.details


def test_what_nobody_gave_a_subject_is_known_by_its_first_words(client, ana):
    write(
        client,
        "call",
        from_name="Mr Osei",
        text="The boiler has been broken since Friday and the baby is cold.",
    )

    assert Message.objects.get().subject == "The boiler has been broken since Friday and the baby is…"


def test_a_letter_of_three_photographs_becomes_one_pdf_beside_its_originals(client, ana):
    files = [upload(f"IMG_{number}.jpg", scans.photo(60 + number)) for number in range(3)]
    write(
        client,
        "letter",
        from_name="Nia Pryce",
        text="Asks for help with rent.",
        scans=files,
        dated="3 nov 2025",
    )

    message = Message.objects.get()
    bound, *originals = message.attachments.all()
    assert (bound.filename, bound.content_type, bound.is_original) == ("Letter.pdf", "application/pdf", False)
    assert [each.filename for each in originals] == ["IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"]
    assert all(each.is_original for each in originals)
    assert message.sent_at.date() == date(2025, 11, 3)
    assert "Dated 3 November 2025" in shown(client, message)
    assert "The scans as they came" in shown(client, message)
    assert client.get(f"/inbox/attachments/{bound.pk}/").content.startswith(b"%PDF-")


def test_the_text_of_a_scan_is_found_by_the_search(client, ana):
    write(
        client,
        "letter",
        from_name="Nia Pryce",
        scans=[upload("scan.pdf", scans.pdf("My boiler is defunct."))],
    )

    message = Message.objects.get()
    assert message.text == "My boiler is defunct."
    assert message.subject == "My boiler is defunct."
    assert f"/inbox/messages/{message.pk}/" in client.get("/search/", {"q": "defunct"}).content.decode()


def test_a_scan_with_a_password_is_kept_and_said(client, ana):
    write(
        client,
        "letter",
        from_name="Nia",
        text="Cannot be opened.",
        scans=[upload("tax.pdf", scans.locked_pdf())],
    )

    message = Message.objects.get()
    assert [each.filename for each in message.attachments.all()] == ["tax.pdf"]
    assert "tax.pdf: It is protected by a password" in shown(client, message)


def test_a_heic_photograph_is_a_letter_and_its_field_takes_it(client, ana):
    write(client, "letter", from_name="Nia", text="Her rent.", scans=[upload("IMG_2041.HEIC", HEIC)])

    bound, original = Message.objects.get().attachments.all()
    assert (bound.filename, original.filename) == ("Letter.pdf", "IMG_2041.HEIC")
    assert "image/heic" in client.get("/inbox/new/letter/").content.decode()


def test_a_scan_that_is_in_a_letter_already_is_said_and_somebody_may_go_on(client, ana):
    def writes(**more):
        scan = upload("rent.pdf", scans.pdf("My rent went up."))
        return write(client, "letter", from_name="Mr Ash", scans=[scan], **more)

    writes()
    first = Message.objects.get()
    again = writes(text="Typed by a second colleague.")

    page = again.content.decode()
    assert again.status_code == 422
    assert "“rent.pdf” is in a letter that was written down already: “My rent went up.” from Mr Ash" in page
    assert f'href="/inbox/messages/{first.pk}/" target="_blank"' in page
    assert "Typed by a second colleague." in page
    assert Message.objects.get() == first

    assert writes(text="A copy.", another="on").status_code == 302
    assert Message.objects.count() == 2


def test_a_scan_in_a_letter_on_a_hidden_case_is_not_said(client, ana):
    bo = StaffFactory(first_name="Bo")
    hidden = CaseFactory(by=bo)
    access.restrict(hidden, by=bo)
    write(client, "letter", from_name="Mr Ash", scans=[upload("rent.pdf", scans.pdf("My rent went up."))])
    file_on_case(Message.objects.get(), case=hidden, by=bo)

    again = write(
        client, "letter", from_name="Mr Ash", scans=[upload("a.pdf", scans.pdf("My rent went up."))]
    )

    assert again.status_code == 302


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("notes.docx", b"PK\x03\x04 words"), "“notes.docx” is neither a PDF nor a photograph."),
        (("empty.pdf", b""), "“empty.pdf” is empty."),
        (("large.pdf", b"%PDF-" + bytes(30)), "“large.pdf” is larger than"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_in_a_sentence(client, ana, monkeypatch, file, sentence):
    monkeypatch.setattr(entry_forms, "LARGEST_UPLOAD", 20)
    response = write(client, "letter", from_name="Nia", text="What I typed.", scans=[upload(*file)])

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "What I typed." in response.content.decode()
    assert not Message.objects.exists()


def test_a_letter_without_scan_or_words_is_not_kept(client, ana):
    response = write(client, "letter", from_name="Nia")

    assert response.status_code == 422
    assert "Choose a scan, or write what the letter says." in response.content.decode()


def test_a_letter_cannot_come_before_it_was_written(client, ana):
    response = write(
        client, "letter", from_name="Nia", text="…", dated="5 nov 2025", received_on="3 nov 2025"
    )

    assert "It cannot have come before it was written." in response.content.decode()


def test_a_visit_keeps_where_who_was_there_and_what_to_mind(client, ana):
    write(
        client, "visit", from_name="Mrs Vale", text="Evicted on Monday.", where="Fenwick Library",
        present="her son", access="Hard of hearing",
    )  # fmt: skip

    message = Message.objects.get()
    assert message.channel == "surgery"
    text = shown(client, message)
    for words in ("Where Fenwick Library", "Who else was there her son", "Access or safety Hard of hearing"):
        assert words in text


def test_a_post_keeps_its_network_and_shows_its_link_as_text(client, ana):
    write(
        client, "social", network="Bluesky", handle="@nia_p", text="When are the bins back?",
        link="https://social.example/nia/1", private="no",
    )  # fmt: skip

    message = Message.objects.get()
    assert (message.channel, message.from_name) == ("social", "@nia_p")
    assert "Seen by Everybody" in shown(client, message)
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "https://social.example/nia/1" in page
    assert 'href="https://social.example' not in page


def test_a_post_of_nobody_is_not_kept(client, ana):
    response = write(client, "social", network="X", text="Help")

    assert response.status_code == 422
    assert "Give the account or the name" in response.content.decode()


def test_save_and_next_gives_an_empty_form_for_the_next_of_a_pile(client, ana):
    response = write(client, "letter", from_name="Nia", text="First.", next="1")

    assert response["Location"] == "/inbox/new/letter/"
    assert Message.objects.count() == 1


def test_in_the_dialog_a_saved_form_leads_to_its_message_and_a_wrong_one_comes_back(client, ana):
    wrong = client.post("/inbox/new/call/", {"from_name": "Mr Osei"}, **HTMX)
    saved = client.post("/inbox/new/call/", {"from_name": "Mr Osei", "text": "Help"}, **HTMX)
    following = client.post("/inbox/new/call/", {"from_name": "Mr Osei", "text": "Help", "next": "1"}, **HTMX)

    assert wrong.status_code == 422
    assert "<html" not in wrong.content.decode()
    assert saved["HX-Redirect"] == f"/inbox/messages/{Message.objects.earliest('pk').pk}/"
    assert "Mr Osei" not in following.content.decode()


# --- who it is ------------------------------------------------------------------------------------------


@pytest.fixture
def nia():
    return PersonFactory(
        full_name="Nia Pryce-Vaughan", address__postcode="WX4 7QP", phone__number="01632 960461"
    )


def callers(client, words):
    return client.post("/search/callers/", {"from_name": words}, **HTMX).content.decode()


@pytest.mark.parametrize("words", ["pry", "vaughan nia", "WX4 7QP", "wx4", "01632 96", "0461", "prcye"])
def test_a_caller_is_found_by_a_piece_of_name_postcode_or_number_or_a_slip(client, ana, nia, words):
    PersonFactory(full_name="Dewi Rhosyn", address__postcode="ZZ99 9ZZ", phone__number="07700 900123")
    case = CaseFactory(owner=ana, person=nia, title="Damp on the landing")

    found = callers(client, words)

    assert f'data-person="{nia.pk}"' in found
    assert "Quarry Lane" in found
    assert f"{case.reference} Damp on the landing" in found
    assert "Dewi" not in found


@pytest.mark.parametrize("words", ["pryce", "01632 960461"])
def test_whoever_has_an_open_case_comes_first_however_many_are_found(client, ana, nia, words):
    case = CaseFactory(owner=ana, person=nia)
    others = [PersonFactory(full_name="Nia Pryce", phone__number="01632 960461") for _ in range(9)]
    CaseFactory(need_to_know=True, person=others[-1])

    found = re.findall(r'data-person="(\d+)"', callers(client, words))
    assert found[0] == str(nia.pk)
    assert len(found) == 8
    case.close(outcome="explained", by=ana)
    assert str(nia.pk) not in re.findall(r'data-person="(\d+)"', callers(client, words))


def test_one_letter_finds_nobody_yet_and_a_name_is_never_in_an_address(client, ana, nia):
    assert "data-person" not in callers(client, "p")
    assert client.get("/search/callers/", {"from_name": "pryce"}).status_code == 405


def test_whoever_is_hidden_is_not_found_and_cannot_be_chosen(client, ana):
    secret = PersonFactory(full_name="Nia Hidden")
    CaseFactory(need_to_know=True, person=secret)

    assert "Hidden" not in callers(client, "hidden")
    assert write(client, "call", person=secret.pk, text="…").status_code == 404
    assert "Hidden" not in write(client, "call", from_name="hidden", find="1").content.decode()


def test_a_hidden_case_of_somebody_we_see_is_not_shown(client, ana, nia):
    CaseFactory(owner=ana, person=nia, title="Open to all")
    CaseFactory(need_to_know=True, person=nia, title="Something secret")

    assert "Open to all" in callers(client, "pryce")
    assert "Something secret" not in callers(client, "pryce")


def test_who_is_chosen_is_linked_and_who_is_not_keeps_the_name_that_was_typed(client, ana, nia):
    write(client, "call", person=nia.pk, text="Chosen.")
    write(client, "call", from_name="Nia P", text="Not chosen.")

    chosen, typed = Message.objects.order_by("pk")
    assert (chosen.person, chosen.from_name) == (nia, "Nia Pryce-Vaughan")
    assert (typed.person, typed.from_name) == (None, "Nia P")


def test_without_scripts_a_button_finds_the_person_and_nothing_typed_is_lost(client, ana, nia):
    page = write(
        client, "call", from_name="pryce", text="Her boiler is broken.", call_back="after three", find="1"
    )

    text = page.content.decode()
    assert f'type="radio" name="person" value="{nia.pk}"' in text
    assert "Her boiler is broken." in text
    assert "after three" in text
    assert "There is a problem" not in text


def test_a_person_chosen_by_mistake_is_let_go_with_scripts_off_too(client, ana, nia):
    page = write(
        client, "call", person=nia.pk, from_name="Nia", text="Her boiler.", unlink="1"
    ).content.decode()

    assert "Her boiler." in page
    assert "Somebody else" not in re.sub(r"<div[^>]*hidden>.*?</div>", "", page, flags=re.DOTALL)


def test_a_volunteer_neither_writes_down_nor_looks_for_callers(client, nia):
    client.force_login(StaffFactory(volunteer=True))

    assert {client.get(f"/inbox/new/{kind}/").status_code for kind in entry_forms.KINDS} == {403}
    assert client.post("/search/callers/", {"from_name": "pryce"}).status_code == 403
    assert "data-entry" not in client.get("/").content.decode()


def test_a_form_there_is_not_is_not_found(client, ana):
    assert client.get("/inbox/new/telegram/").status_code == 404


@pytest.mark.parametrize("number", ["01632 960461", "+44 1632 960461"])
def test_the_number_somebody_rang_from_says_who_it_may_be(client, ana, nia, number):
    write(client, "call", from_name="did not say", text="Please ring.", number=number)

    text = shown(client, Message.objects.get())

    assert "Nia Pryce-Vaughan They rang from a number of theirs." in text
