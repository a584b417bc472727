"""Several forms in one message, somebody else's form, and a form of which a page is missing."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from django.utils import timezone
from PIL import Image

from opencasework.office.authority import returned
from opencasework.office.authority.models import Authority, ReturnedForm
from opencasework.office.authority.printed_form import form_pdf
from opencasework.office.authority.tests.signing import ask_of
from opencasework.office.authority.tests.test_forms_that_come_back import as_file, comes_in
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, PersonEmail
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Attachment, blobs
from opencasework.office.inbox.previewing import make_previews
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
CODES = ("XZAGEVHC5CAJZGNM", "YZAGEVHC5CAJZGNP")


@pytest.fixture
def ask(ana):
    return ask_of(CaseFactory(by=ana, person__full_name="Nkechi Marrowby"), "DWP", by=ana, code=CODES[0])


@pytest.fixture
def other(ana):
    return ask_of(CaseFactory(by=ana, person__full_name="Tom Oakes"), "HMRC", by=ana, code=CODES[1])


def drawn(ask, *, language="en-gb"):
    """The form as pictures of its pages."""
    document = pypdfium2.PdfDocument(form_pdf(ask, language=language))
    return [page.render(scale=2).to_pil().convert("RGB") for page in document]


def as_pdf(*pages):
    """What a scanner makes of these pages."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def scan(*pages, **message):
    return comes_in(as_pdf(*pages), name="scan.pdf", media_type="application/pdf", **message)


def inbox(client, message):
    return " ".join(client.get(f"/inbox/messages/{message.pk}/").content.decode().split())


# --- two forms in one message -----------------------------------------------------------------------------


def test_two_forms_in_one_pdf_are_each_filed_on_the_case_of_their_code(ask, other, client):
    message = scan(drawn(ask)[0], drawn(other)[0])

    shown = inbox(client, message)
    for form in ReturnedForm.objects.order_by("pk"):
        client.post(f"/returned-forms/{form.pk}/")

    assert "2 signed forms came with this message." in shown
    assert "authority form of Nkechi Marrowby" in shown
    assert "authority form of Tom Oakes" in shown
    assert {each.case: each.person for each in Authority.objects.all()} == {
        ask.case: ask.person, other.case: other.person
    }  # fmt: skip


def test_two_codes_on_one_page_are_two_forms(ask, other):
    one, two = drawn(ask)[0], drawn(other)[0]
    both = Image.new("RGB", (one.width * 2, one.height), "white")
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))

    comes_in(as_file(both))

    assert {each.ask for each in ReturnedForm.objects.all()} == {ask, other}


def test_the_page_of_a_form_names_the_others_that_came_with_it(ask, other, client):
    message = scan(drawn(ask)[0])
    returned.hand_in(
        [other.qr_text], sha256="b" * 64, name="b.pdf", media_type="application/pdf", message=message.pk
    )
    form, beside = ReturnedForm.objects.get(ask=ask), ReturnedForm.objects.get(ask=other)

    shown = client.get(f"/returned-forms/{form.pk}/").content.decode()

    assert "Another form came with the same message:" in shown
    assert f'href="/returned-forms/{beside.pk}/"' in shown
    assert f"Tom Oakes, {other.case.reference}" in shown


def test_the_page_of_a_form_says_nothing_of_one_of_a_case_one_may_not_know_of(ask, client):
    hidden = ask_of(CaseFactory(need_to_know=True, person__full_name="Hidden Person"))
    form, _ = (
        returned.hand_in([each.qr_text], sha256=letter * 64, name="a.pdf", media_type="x", message=7)[0]
        for each, letter in ((ask, "a"), (hidden, "b"))
    )

    shown = client.get(f"/returned-forms/{form.pk}/").content.decode()

    assert "with the same message" not in shown
    assert "Hidden Person" not in shown


# --- who sent it ------------------------------------------------------------------------------------------


def comes_from(ask, address):
    """The form by mail from there, without a file that takes its time."""
    message = comes_in(b"not a picture")
    type(message).objects.filter(pk=message.pk).update(from_address=address)
    message.refresh_from_db()
    file = message.attachments.get()
    [form] = returned.hand_in(
        [ask.qr_text], sha256=file.sha256, name="form.pdf", media_type="application/pdf",
        message=message.pk, attachment=file.pk,
    )  # fmt: skip
    return message, form


def test_a_form_that_another_constituent_sent_says_so_and_stays_from_them(ask, client):
    bob = PersonFactory(full_name="Bob Rao")
    PersonEmail.objects.create(person=bob, address="bob@post.example")
    message, form = comes_from(ask, "bob@post.example")

    said = "It was sent by Bob Rao, another constituent, not by Nkechi Marrowby."
    assert said in inbox(client, message)
    assert said in client.get(f"/returned-forms/{form.pk}/").content.decode()
    client.post(f"/returned-forms/{form.pk}/")

    message.refresh_from_db()
    assert (message.case, message.person) == (ask.case, bob)


@pytest.mark.parametrize("who", ["themselves", "a carer"])
def test_nothing_is_said_of_a_form_that_they_or_who_acts_for_them_sent(who, ask, client):
    person = ask.person
    if who == "a carer":
        person = PersonFactory()
        ActingFor.objects.create(person=ask.person, by=person, kind="carer")
    PersonEmail.objects.create(person=person, address="a@post.example")
    message, form = comes_from(ask, "a@post.example")

    assert "another constituent" not in inbox(client, message)
    assert "Look whether they signed it" not in client.get(f"/returned-forms/{form.pk}/").content.decode()


def test_a_sender_of_whom_one_may_not_know_is_not_named(ask, client):
    secret = CaseFactory(owner=StaffFactory(), need_to_know=True, person__full_name="Hidden Person")
    PersonEmail.objects.create(person=secret.constituent, address="h@post.example")
    _, form = comes_from(ask, "h@post.example")

    shown = client.get(f"/returned-forms/{form.pk}/").content.decode()

    assert "Hidden Person" not in shown
    assert "h@post.example" not in shown  # nor is the message theirs to see
    assert "It was sent by somebody else than Nkechi Marrowby." in shown


# --- a page is missing ------------------------------------------------------------------------------------


@pytest.fixture
def long_form(ana):
    """A form of two pages, and their pictures."""
    words = "The housing element of my Universal Credit stopped in September, and nobody tells me why. " * 18
    case = CaseFactory(by=ana, person__full_name="Nkechi Marrowby")
    ask = ask_of(case, "DWP", by=ana, code=CODES[0], problem=words)
    return ask, drawn(ask)


def test_a_form_without_the_page_to_sign_is_not_filed_and_says_what_is_missing(long_form, client):
    _, pages = long_form
    assert len(pages) == 2
    message = scan(pages[0])
    form = ReturnedForm.objects.get()

    refused = client.post(f"/returned-forms/{form.pk}/")

    assert "Page 2 of 2, with the signature, is not in what came." in inbox(client, message)
    assert refused.status_code == 422
    assert "Page 2 of 2, with the signature, is not in what came." in refused.content.decode()
    assert "Tick this only with the page before you; else" in refused.content.decode()
    assert not Authority.objects.exists()
    assert "come back without page 2 of 2, with the signature" in client.get("/").content.decode()


def test_whoever_has_the_page_before_them_files_it(long_form, client):
    ask, pages = long_form
    scan(pages[0])
    form = ReturnedForm.objects.get()

    client.post(
        f"/returned-forms/{form.pk}/",
        {"given_on": "today", "bodies": [ask.bodies.get().pk], "has_seen": "on"},
    )

    assert Authority.objects.get().case == ask.case


def test_a_form_with_all_its_pages_is_filed_by_one_key(long_form, client):
    _, pages = long_form
    scan(*pages)
    form = ReturnedForm.objects.get()

    client.post(f"/returned-forms/{form.pk}/")

    assert (form.pages, form.pages_of) == ([1, 2], 2)
    assert Authority.objects.exists()


def test_pages_in_two_files_of_one_message_are_one_form_and_the_signed_page_is_kept(long_form, client):
    _, pages = long_form
    message = scan(pages[0])
    second = as_file(pages[1])
    Attachment.objects.create(
        message=message, position=1, filename="two.jpg", content_type="image/jpeg", size=len(second),
        sha256=blobs().put(second), preview_due_at=timezone.now(),
    )  # fmt: skip
    make_previews()

    form = ReturnedForm.objects.get()
    assert (form.missing, form.name) == ([], "two.jpg")


def test_a_file_that_came_after_the_page_was_opened_is_looked_at_before_it_is_filed(long_form, client):
    _, pages = long_form
    scan(pages[0])
    form = ReturnedForm.objects.get()

    page = client.post(f"/returned-forms/{form.pk}/", {"shown": "0" * 64, "has_seen": "on"}, follow=True)

    assert "Another file of the form came meanwhile" in page.content.decode()
    assert not Authority.objects.exists()


def test_the_page_that_was_missing_may_come_with_another_message(long_form, client):
    _, pages = long_form
    scan(pages[0])
    scan(pages[1])

    newest = ReturnedForm.objects.order_by("-pk").first()
    client.post(f"/returned-forms/{newest.pk}/")

    assert newest.missing == []
    assert Authority.objects.get().scan_sha256 == newest.sha256


def test_where_the_page_with_the_signature_came_first_its_own_file_is_the_one_filed(long_form, client):
    _, pages = long_form
    scan(pages[1])
    scan(pages[0])
    later, signed = ReturnedForm.objects.order_by("-pk")

    refused = client.post(f"/returned-forms/{later.pk}/")
    assert refused.status_code == 422
    assert "Page 2 of 2, with the signature, is not in what came." in refused.content.decode()
    assert signed.missing == []

    client.post(f"/returned-forms/{signed.pk}/")

    assert Authority.objects.get().scan_sha256 == signed.sha256


def test_the_page_with_the_signature_sent_once_more_stays_with_the_file_that_has_it(long_form, client):
    ask, _ = long_form
    first, last = ask.qr_of_page(1, 2), ask.qr_of_page(2, 2)
    for code, letter, message in ((last, "a", 1), (first, "b", 2), (last, "a", 2)):
        returned.hand_in([code], sha256=letter * 64, name="f.pdf", media_type="x", message=message)

    assert {each.sha256[0]: each.pages for each in ReturnedForm.objects.all()} == {"a": [1, 2], "b": [1]}


def test_a_first_page_that_is_missing_is_missed_too(long_form, client):
    _, pages = long_form
    message = scan(pages[1])

    shown = inbox(client, message)

    assert "Page 1 of 2, is not in what came." not in shown
    assert "Page 1 of 2 is not in what came." in shown
