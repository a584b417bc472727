"""A printed form with a code: signed, scanned or photographed, it finds its case by itself."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage

import pypdfium2
import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from opencasework.office.authority import returned
from opencasework.office.authority.models import Ask, Authority, ReturnedForm
from opencasework.office.authority.models.asking import new_code, read_code
from opencasework.office.authority.printed_form import form_html, form_pdf
from opencasework.office.authority.tests.signing import ask_of
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.models import Attachment, Message, blobs
from opencasework.office.inbox.previewing import _propose, make_previews
from opencasework.office.inbox.reading.reader import Reader
from opencasework.office.letters import tokens
from opencasework.office.letters.tests.papers import HEIC
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


# The form of every test has this code, so that it is made and drawn once.
CODE = "XZAGEVHC5CAJZGNM"
MADE = {}


@pytest.fixture
def ask(ana):
    case = CaseFactory(by=ana, person__full_name="Nkechi Marrowby")
    return ask_of(case, "DWP", "HMRC", by=ana, code=CODE)


@pytest.fixture
def paper(ask):
    """The form as a PDF."""
    if "pdf" not in MADE:
        MADE["pdf"] = form_pdf(ask, language="cy")
    return MADE["pdf"]


@pytest.fixture
def page(paper):
    """The form as a picture."""
    if "page" not in MADE:
        MADE["page"] = pypdfium2.PdfDocument(paper)[0].render(scale=2).to_pil().convert("RGB")
    return MADE["page"]


def as_file(picture, kind="JPEG"):
    out = io.BytesIO()
    picture.save(out, kind, quality=70)
    return out.getvalue()


def held_by_hand(page):
    """A photograph: turned, in perspective, on a dark table, grey with shadow, and not sharp."""
    wide, high = page.size
    table = Image.new("RGB", (wide + 500, high + 500), (70, 60, 50))
    table.paste(page, (250, 250))
    corners = (140, 60, 30, high + 380, wide + 470, high + 460, wide + 330, 130)  # nw, sw, se, ne
    skewed = table.transform(table.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    turned = skewed.rotate(23, expand=True, fillcolor=(70, 60, 50), resample=Image.Resampling.BICUBIC)
    return ImageEnhance.Brightness(turned).enhance(0.55)


def comes_in(content, *, name="IMG_2041.jpg", media_type="image/jpeg", **message):
    """A message with the file, and the worker has looked at it."""
    found = Message.objects.create(
        state=Message.State.READ, subject="Form", from_address="nkechi@post.example",
        received_at=timezone.now(), size=1, **message,
    )  # fmt: skip
    Attachment.objects.create(
        message=found, position=0, filename=name, content_type=media_type, size=len(content),
        sha256=blobs().put(content),
    )  # fmt: skip
    make_previews()
    return found


def test_a_photograph_of_the_form_is_proposed_and_one_key_files_it(ask, page, client):
    message = comes_in(as_file(held_by_hand(page)))

    form = ReturnedForm.objects.get()
    assert (form.ask, form.message) == (ask, message.pk)
    assert not Authority.objects.exists()
    assert (
        "This is the authority form of Nkechi Marrowby"
        in client.get(f"/inbox/messages/{message.pk}/").content.decode()
    )
    client.post(f"/returned-forms/{form.pk}/")

    authority = Authority.objects.get()
    message.refresh_from_db()
    assert authority.basis == Authority.Basis.SIGNED
    assert set(authority.bodies.all()) == {body("DWP"), body("HMRC")}
    assert authority.wanted == ask.wanted
    assert message.case == ask.case
    assert "Signed" in client.get(f"/cases/{ask.case.pk}/authorities/").content.decode()
    assert ask.case.events.filter(kind=Event.Kind.AUTHORITY, detail__authority=authority.pk).exists()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_lying_any_way_is_read(turn, ask, page):
    with Reader() as reader:
        seen = reader.preview(as_file(page.rotate(turn, expand=True), "PNG"))

    assert [read_code(text) for text in seen.codes] == [ask.code]


def test_the_pdf_of_a_scanner_is_read(ask, paper):
    comes_in(paper, name="scan.pdf", media_type="application/pdf")

    assert ReturnedForm.objects.get().media_type == "application/pdf"


def test_a_heic_photograph_that_came_by_mail_is_looked_at_and_filed_as_the_signed_form(ask, client):
    message = comes_in(HEIC, name="IMG_2041.HEIC", media_type="image/heic")
    file = message.attachments.get()
    assert [page.number for page in file.pages] == [0, 1]
    # Nothing here writes HEIC, so the square on it is put in as the child would have read it.
    _propose(file, [ask.code], kind=file.preview_kind)

    client.post(f"/returned-forms/{ReturnedForm.objects.get().pk}/")

    authority = Authority.objects.get()
    scan = client.get(f"/authorities/{authority.pk}/scan/")
    assert scan.headers["Content-Type"] == authority.scan_type == "image/heic"
    assert b"".join(scan.streaming_content) == HEIC


def test_the_same_scan_twice_is_proposed_once_and_filed_once(ask, page, client):
    content = as_file(page)
    comes_in(content)
    comes_in(content)
    form = ReturnedForm.objects.get()

    client.post(f"/returned-forms/{form.pk}/")
    response = client.post(f"/returned-forms/{form.pk}/", follow=True)

    assert "Somebody had decided about it already" in response.content.decode()
    assert Authority.objects.count() == 1


def test_a_second_scan_of_a_filed_form_is_proposed_no_more(ask, page, client):
    comes_in(as_file(page))
    client.post(f"/returned-forms/{ReturnedForm.objects.get().pk}/")

    comes_in(as_file(held_by_hand(page)))

    assert ReturnedForm.objects.count() == 1


def test_a_form_that_is_asked_for_no_more_is_not_filed(ask, page, client):
    message = comes_in(as_file(page))
    form = ReturnedForm.objects.get()
    client.post(f"/authority-asks/{ask.pk}/closing/")

    client.post(f"/returned-forms/{form.pk}/")

    assert not Authority.objects.exists()
    assert not ReturnedForm.objects.filter(is_filed=True).exists()
    inbox = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert f"/returned-forms/{form.pk}/" not in inbox
    assert "It is signed: file it" not in client.get(f"/returned-forms/{form.pk}/").content.decode()


def test_a_scan_of_a_form_that_is_asked_for_no_more_proposes_nothing(ask, page, client):
    client.post(f"/authority-asks/{ask.pk}/closing/")

    comes_in(as_file(page))

    assert not ReturnedForm.objects.exists()


def test_the_inbox_files_nothing_that_nobody_has_looked_at(ask, page, client):
    message = comes_in(as_file(page))

    inbox = client.get(f"/inbox/messages/{message.pk}/").content.decode()

    address = f"/returned-forms/{ReturnedForm.objects.get().pk}/"
    assert f'href="{address}"' in inbox
    assert f'action="{address}"' not in inbox


def test_a_form_that_is_not_signed_is_put_aside(ask, page, client):
    comes_in(as_file(page))

    client.post(f"/returned-forms/{ReturnedForm.objects.get().pk}/", {"act": "aside"})

    assert not ReturnedForm.objects.waiting().exists()
    assert not Authority.objects.exists()
    assert Ask.objects.open().exists()


def test_the_code_of_a_case_one_may_not_know_of_shows_nothing(ask, page, client):
    ask.delete()
    hidden = ask_of(CaseFactory(need_to_know=True, person__full_name="Hidden Person"), code=CODE)
    message = comes_in(as_file(page))
    form = ReturnedForm.objects.get()

    again = comes_in(as_file(page))  # the same content, which is drawn no more

    for each in (message, again):
        assert client.get(f"/inbox/messages/{each.pk}/").status_code == 404
    assert "Hidden Person" not in client.get("/inbox/").content.decode()
    assert client.get(f"/returned-forms/{form.pk}/").status_code == 404
    assert client.post(f"/returned-forms/{form.pk}/").status_code == 404
    assert client.get(f"/authority-asks/code/?code={hidden.code}", follow=True).status_code == 200
    assert (
        "Hidden" not in client.get(f"/authority-asks/code/?code={hidden.code}", follow=True).content.decode()
    )


def test_an_infected_form_is_not_filed(ask, page, client):
    comes_in(as_file(page))
    Attachment.objects.update(virus_name="Eicar", virus_state="infected")

    response = client.post(f"/returned-forms/{ReturnedForm.objects.get().pk}/", follow=True)

    assert "The virus scanner found something in this file." in response.content.decode()
    assert not Authority.objects.exists()
    assert ReturnedForm.objects.waiting().exists()


def test_a_code_we_never_printed_and_a_code_of_others_propose_nothing(ask):
    for text in (
        "OCA1" + "0" * 16,
        "https://elsewhere.example/",
        "WIFI:S:home;;",
        "",
        "OCA1" + ask.code[:15],
    ):
        assert returned.hand_in([text], sha256="0" * 64, name="x.pdf", media_type="application/pdf") == []


def test_the_code_says_nothing_about_anybody(ask):
    html = form_html(ask, language="en-gb")

    for known in ("Nkechi", "Marrowby", ask.case.reference, ask.case.title):
        assert known.upper() not in ask.qr_text
    assert ask.shown_code in html
    assert len({new_code() for _ in range(1000)}) == 1000


def test_the_form_says_its_three_parts_in_both_languages(ask):
    ask.expires_on = timezone.localdate().replace(year=2031, month=3, day=1)
    english = re.sub(r"<[^>]+>", " ", form_html(ask, language="en-gb"))
    welsh = re.sub(r"<[^>]+>", " ", form_html(ask, language="cy"))

    for words in (
        "What the problem is",
        "What I want done",
        "Who may speak to whom",
        "This holds until 1 March 2031",
    ):
        assert words in english
        assert words not in welsh
    assert ask.problem in welsh
    assert "1 Mawrth 2031" in welsh


@given(
    st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=16, max_size=16),
    st.sampled_from(["", " ", "-"]),
)
def test_a_code_typed_with_other_spacing_case_and_look_alikes_is_read(code, between):
    typed = between.join(code[at : at + 4] for at in range(0, 16, 4)).lower()

    assert read_code(typed.replace("0", "o").replace("1", "l")) == code
    assert read_code(f"OCA1{code}") == code


def test_a_code_typed_from_paper_opens_its_form(ask, client):
    found = client.get("/authority-asks/code/", {"code": ask.shown_code.lower()})
    nothing = client.get("/authority-asks/code/", {"code": "no such code"}, follow=True)

    assert found.url == f"/authority-asks/{ask.pk}/"
    assert "No form has that code." in nothing.content.decode()


@pytest.fixture
def back(ask):
    """The form of two bodies, which has come back."""
    return returned.hand_in([ask.qr_text], sha256="a" * 64, name="form.pdf", media_type="application/pdf")[0]


def test_whom_they_struck_out_on_the_form_it_does_not_cover(client, ask, back):
    assert client.get(f"/returned-forms/{back.pk}/").content.decode().count('name="bodies"') == 2

    client.post(f"/returned-forms/{back.pk}/", {"given_on": "today", "bodies": [body("DWP").pk]})

    assert list(Authority.objects.get().bodies.all()) == [body("DWP")]


def test_with_all_of_them_struck_out_there_is_nothing_to_file(client, ask, back):
    response = client.post(f"/returned-forms/{back.pk}/", {"given_on": "today"})

    assert "put the form aside" in response.content.decode()
    assert not Authority.objects.exists()


@pytest.fixture
def secret(ask, page):
    """A case of which Ana may not know, whose form is the one on paper."""
    ask.delete()
    case = CaseFactory(need_to_know=True, person__full_name="Hidden Person")
    ask_of(case, code=CODE)
    return case


def addresses(message):
    """The message, its file and the pictures of that."""
    file = message.attachments.get()
    return [f"/inbox/messages/{message.pk}/", f"/inbox/attachments/{file.pk}/"]


def arrives(content, tmp_path, *, to):
    """The form by mail, from somebody who is on no case."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Sam <sam@library.example>", to, "Signed"
    mail["Message-ID"], mail["Date"] = "<signed@library.example>", "Sat, 28 Nov 2026 07:00:00 +0000"
    mail.set_content("Here it is.")
    mail.add_attachment(content, maintype="image", subtype="jpeg", filename="scan.jpg")
    path = tmp_path / "signed.eml"
    path.write_bytes(bytes(mail))
    call_command("ingest", str(path), stdout=io.StringIO())
    make_previews()
    return Message.objects.get(subject="Signed")


def test_a_form_a_stranger_mails_to_the_reply_address_of_its_case_is_for_those_of_the_case(
    secret, page, client, tmp_path
):
    token = tokens.issue(secret, "hidden@post.example", enquiry=None)

    message = arrives(as_file(page), tmp_path, to=f"office+{token.token}@member.example")

    assert (message.proposal, message.proposed_case) == ("unverified", secret)
    assert [client.get(each).status_code for each in addresses(message)] == [404, 404]
    assert "Signed" not in client.get("/inbox/").content.decode()
    client.force_login(secret.owner)
    assert [client.get(each).status_code for each in addresses(message)] == [200, 200]


@pytest.mark.parametrize("stands", ["filed", "proposed", "filed away"])
def test_a_form_in_a_message_that_is_elsewhere_is_for_those_of_its_case(stands, ana, secret, page, client):
    open_case = CaseFactory(by=ana)
    message = comes_in(
        as_file(page),
        **{
            "filed": {"case": open_case, "decision": "case"},
            "proposed": {"proposed_case": open_case, "proposal": "thread"},
            "filed away": {"decision": "filed_away"},
        }[stands],
    )

    assert [client.get(each).status_code for each in addresses(message)] == [404, 404]
    assert "Form" not in client.get(f"/cases/{open_case.pk}/messages/").content.decode()


def test_words_of_a_message_with_a_form_of_another_case_are_not_read_for_numbers(ana, secret, page, client):
    open_case = CaseFactory(by=ana)
    comes_in(as_file(page), case=open_case, decision="case", text="My number is QQ 12 34 56 C.")

    found = client.get(f"/cases/{open_case.pk}/references/found/").content.decode()

    assert "National Insurance" not in found


def test_a_form_of_a_case_that_becomes_restricted_is_hidden_with_it(ana, ask, page, client):
    message = comes_in(as_file(page), case=CaseFactory(by=ana), decision="case")
    assert client.get(addresses(message)[0]).status_code == 200

    Case.objects.filter(pk=ask.case_id).update(need_to_know=True, owner=StaffFactory())

    assert client.get(addresses(message)[0]).status_code == 404


def test_of_several_forms_the_most_private_case_is_proposed(ana, home):
    by_name = CaseFactory(need_to_know=True, sensitivity="SEN-1")
    criminal = CaseFactory(sensitivity="SEN-3")
    restricted = CaseFactory(sensitivity="SEN-4")
    message = comes_in(b"%PDF-1.7 three forms")
    file = message.attachments.get()

    proposed = []
    for cases in ([criminal, CaseFactory()], [by_name, criminal], [by_name, restricted], [criminal]):
        _propose(file, [ask_of(case).qr_text for case in cases], kind="pdf")
        message.refresh_from_db()
        proposed.append(message.proposed_case)

    assert proposed == [criminal, by_name, restricted, restricted]
