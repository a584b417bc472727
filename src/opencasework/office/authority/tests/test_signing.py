"""Signing on a phone: a private link that is good once, for one person, for seven days."""

from __future__ import annotations

import io
import logging
import subprocess

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from opencasework.office.authority.actions import scans, withdraw
from opencasework.office.authority.models import Authority, SigningUse, SignLink
from opencasework.office.authority.signing import statement
from opencasework.office.authority.signing import views as pages
from opencasework.office.authority.tests.signing import PHONE, Signer
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import Event
from opencasework.office.kit import pdf, sealing
from opencasework.office.kit.tests.drawn import NO_SHAPE, Drawn
from opencasework.office.kit.tests.test_typefaces import NAMES, NO_ONES

pytestmark = pytest.mark.django_db


def test_a_signature_is_one_sealed_pdf_that_any_program_can_check(link, tmp_path):
    signer = Signer()
    signer.opens(link).is_known().checks(added="It stopped on the 3rd.").ticks(
        body("DWP"), drawn="[[[10,10],[200,90]],[[300,100]]]"
    )
    signer.signs()

    authority = Authority.objects.get()
    content = scans().read(authority.scan_sha256)
    (der, covered), said = sealing.parts(content), authority.evidence
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    text = " ".join(text.split())
    assert authority.basis == Authority.Basis.ONLINE
    assert list(authority.bodies.all()) == [body("DWP")]
    assert "It stopped on the 3rd." in text
    assert "Nkechi Marrowby" in text
    assert "3 Harbour Row, Wexcombe" in text
    assert PHONE in text
    assert "203.0.113.7" in text
    assert said["text_sha256"] in text.replace(" ", "")
    assert verifies(der, covered, tmp_path)
    assert not verifies(der, covered.replace(b"%PDF-1.7", b"%PDF-1.6", 1), tmp_path)


def verifies(der, covered, folder):
    """What OpenSSL says, which has never heard of us."""
    (folder / "seal.der").write_bytes(der)
    (folder / "covered").write_bytes(covered)
    command = ["openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER"]
    files = ["-in", folder / "seal.der", "-content", folder / "covered", "-out", "/dev/null"]
    return subprocess.run([*command, *files], capture_output=True, check=False).returncode == 0


def test_it_is_on_the_case_and_its_seal_is_looked_at(link, quick, client):
    Signer().does_it_all(link)
    authority, case = Authority.objects.get(), link.ask.case
    client.force_login(case.owner or link.made_by)

    page = client.get(f"/authorities/{authority.pk}/").content.decode()
    panel = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    Authority.objects.update(evidence=authority.evidence | {"text": "I agree to everything."})
    forged = client.get(f"/authorities/{authority.pk}/").content.decode()

    assert "Seal intact" in page
    assert authority.evidence["signed_at"] not in page  # a date in words, not one for machines
    assert f"{timezone.localdate().day} {timezone.localdate():%B %Y}, " in page
    assert PHONE in page
    assert "Signed online" in panel
    assert "The file is not what was signed" in forged
    assert case.events.filter(kind=Event.Kind.AUTHORITY, detail__authority=authority.pk).exists()


def stands_for_it(content):
    """Put another file in the place of the sealed one, as whoever can write to the database does."""
    Authority.objects.update(scan_sha256=scans().put(content))


def test_a_file_that_another_key_sealed_is_not_what_was_signed(link, quick, client, monkeypatch):
    Signer().does_it_all(link)
    authority = Authority.objects.get()
    client.force_login(link.made_by)
    with monkeypatch.context() as elsewhere:
        key = sealing.ec.generate_private_key(sealing.ec.SECP256R1())
        elsewhere.setattr(sealing, "_key", lambda: key)
        forged = sealing.sealed(statement.printed("", to_be_sealed=True), office="Office")
        assert sealing.is_intact(forged)

    assert not sealing.is_intact(forged)
    stands_for_it(forged)
    assert "The file is not what was signed" in client.get(f"/authorities/{authority.pk}/").content.decode()


def test_the_file_of_another_signature_is_not_what_was_signed(link, quick, client):
    Signer().does_it_all(link)
    authority = Authority.objects.get()
    client.force_login(link.made_by)
    other = sealing.sealed(statement.printed("", to_be_sealed=True) + b"Other words.", office="Office")
    assert sealing.is_intact(other)

    stands_for_it(other)

    assert "The file is not what was signed" in client.get(f"/authorities/{authority.pk}/").content.decode()


def test_a_seal_covers_every_byte(home):
    empty = b"/ByteRange " + pdf.printing.EMPTY_RANGE + b"/Contents " + pdf.printing.EMPTY_SEAL + b"%%EOF"
    content = sealing.sealed(b"%PDF-1.7\n" + empty, office="Office")
    assert sealing.is_intact(content)

    for changed in (
        content + b"\n",
        content[:-1],
        content.replace(b"1.7", b"1.6"),
        content.replace(b"00>", b"01>"),
        pdf.printing.EMPTY_SEAL.join(content.split(content[content.index(b"<") : content.index(b">") + 1])),
    ):
        assert changed != content
        assert not sealing.is_intact(changed)


def test_nothing_is_shown_before_the_person_has_said_what_only_they_know(link):
    signer = Signer()

    for address in (
        "/sign/check/",
        "/sign/bodies/",
        "/sign/sign/",
        "/sign/signed/",
        "/sign/copy/",
        "/sign/form/",
    ):
        signer.opens(link).get(address)
        assert "Universal Credit" not in signer.words
        assert "Nkechi" not in signer.words
        assert "Work and Pensions" not in signer.words


def test_whoever_opens_it_while_the_postcode_is_looked_at_is_asked_themselves(link, monkeypatch):
    person, stranger = Signer(), Signer()
    looked_at = pages.KnownForm.is_right

    def is_right(form, whom):
        stranger.opens(link)
        return looked_at(form, whom)

    monkeypatch.setattr(pages.KnownForm, "is_right", is_right)
    person.opens(link).is_known()

    assert "Is this right?" in person.words
    assert "Is it you?" in stranger.get("/sign/check/").words
    assert "Universal Credit" not in stranger.words


def test_opened_in_the_mail_program_and_then_in_a_browser_both_go_on_and_nothing_typed_is_lost(link, quick):
    mail, browser = Signer(), Signer()
    mail.opens(link).is_known().checks(added="It stopped on the 3rd.")

    browser.opens(link).is_known()
    assert "It stopped on the 3rd." in browser.page.content.decode()
    mail.ticks(body("DWP"))
    browser.get("/sign/sign/")
    browser.presses_sign(browser.shown)

    assert "Thank you. It is signed" in browser.words
    assert "It stopped on the 3rd." in Authority.objects.get().problem
    assert "You have signed this already" in mail.ticks(body("HMRC")).words
    assert Authority.objects.count() == 1


def test_opened_again_in_the_same_browser_one_goes_on_unasked(link):
    signer = Signer()
    signer.opens(link).is_known().checks(added="It stopped on the 3rd.")

    assert "Is this right?" in signer.opens(link).words
    assert "It stopped on the 3rd." in signer.page.content.decode()
    assert link.visits.count() == 1


def test_what_two_browsers_answer_on_different_pages_is_all_kept(link, monkeypatch):
    one, other = Signer(), Signer()
    one.opens(link).is_known()
    other.opens(link).is_known()
    keep = pages.Page.keep

    def other_first(here, name, given):
        monkeypatch.setattr(pages.Page, "keep", keep)
        other.ticks(body("DWP"), name="Ada Marrowby")
        keep(here, name, given)

    monkeypatch.setattr(pages.Page, "keep", other_first)
    one.checks(added="It stopped on the 3rd.")

    link.refresh_from_db()
    assert link.answers["bodies"]["name"] == "Ada Marrowby"
    assert link.answers["check"]["added"] == "It stopped on the 3rd."


def test_a_link_opened_a_hundred_times_by_strangers_keeps_the_person_signing(link):
    person = Signer()
    person.opens(link).is_known()

    for number in range(25):
        Signer(address=f"198.51.{number}.7").opens(link)

    assert link.visits.count() == 21
    assert "Is this right?" in person.get("/sign/check/").words


@pytest.mark.parametrize(
    "factor", ["ZZ99 9ZZ", "zz999zz", "7 March 1981", "07/03/1981", "1981-03-07", "7 Mawrth 1981"]
)
def test_the_postcode_or_the_date_of_birth_opens_it(factor, link):
    link.ask.person.date_of_birth = timezone.datetime(1981, 3, 7).date()
    link.ask.person.save()

    assert "Is this right?" in Signer().opens(link).is_known(factor).words


def test_the_token_stands_in_no_log_no_row_no_answer_and_no_address(link, quick, caplog):
    caplog.set_level(logging.DEBUG)
    signer = Signer().does_it_all(link)

    assert link.token not in caplog.text
    assert all(link.token not in str(row) for row in SignLink.objects.values())
    assert link.token not in signer.page.content.decode()
    assert all(link.token not in url for url, _status in signer.page.redirect_chain)
    assert signer.page["Referrer-Policy"] == "same-origin"
    assert signer.page["Cache-Control"] == "no-store"
    assert link.url.endswith(f"/sign/#{link.token}")


def test_the_person_withdraws_with_their_own_link(link, quick):
    Signer().does_it_all(link)

    again = Signer()
    again.opens(link).is_known().get("/sign/withdrawal/")
    assert "Withdraw it?" in again.words
    again.post("/sign/withdrawal/")

    authority = Authority.objects.get()
    assert "It is withdrawn" in again.words
    assert authority.withdrawn_on == timezone.localdate()
    assert authority.withdrawn_by is None


def test_somebody_who_withdrew_is_told_so_and_not_twice(link, quick):
    Signer().does_it_all(link)
    withdraw(Authority.objects.get(), on=timezone.localdate(), by=link.made_by, reason="She rang.")

    again = Signer()
    again.opens(link).is_known().post("/sign/withdrawal/")

    assert "It is withdrawn" in again.words
    assert link.ask.case.events.filter(detail__withdrawn=True).count() == 1


def test_someone_else_is_asked_for_on_a_page_of_its_own(link, quick):
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"), someone_else="on")
    assert "Who else may we talk to?" in signer.words
    signer.post("/sign/other/", {"other": "Fenwick Homes"}).signs()

    authority = Authority.objects.get()
    assert "Fenwick Homes" in authority.statement
    assert "• Fenwick Homes" in authority.evidence["text"]


def test_a_name_and_somebody_to_talk_to_are_needed(link):
    signer = Signer()
    signer.opens(link).is_known().checks()

    assert "Tick who we may talk to." in signer.ticks().words
    assert "Type your full name to sign." in signer.ticks(body("DWP"), name="  -- ").words
    assert "Is this right?" in signer.post("/sign/check/", {"address": ""}).words


@pytest.mark.parametrize(
    "drawn",
    ["[[[1,2],[3,4]]]", "{}", "not json", '[[["x",1]],[[1]],[[1e99,2]],7]', "[" * 2000, "[[[NaN,1]]]"],
)
def test_a_drawing_is_numbers_or_nothing(drawn, link, quick):
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"), drawn=drawn)

    assert "Thank you. It is signed" in signer.signs().words


def test_without_the_libraries_nothing_is_signed_and_nothing_lost(link, monkeypatch):
    def missing(_page, **_options):
        raise pdf.PdfUnavailable("Pango is missing.")

    monkeypatch.setattr(statement, "printed", missing)
    signer = Signer().does_it_all(link)

    assert signer.page.status_code == 503
    assert "nothing is signed. Your answers are kept" in signer.words
    assert not Authority.objects.exists()
    assert SignLink.objects.get().answers["bodies"]["name"] == "Nkechi Marrowby"


def test_one_place_gets_so_many_tries_an_hour(link, monkeypatch):
    monkeypatch.setattr(pages, "TRIED", ("tried", 2))
    signer = Signer()
    signer.opens(link)

    for _ in range(3):
        signer.is_known("AB1 2CD")

    assert signer.page.status_code == 429
    assert "Try again in an hour" in signer.words
    assert "203.0.113" not in str(list(SigningUse.objects.values()))


def test_another_site_cannot_post_here(link):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/sign/", {"token": link.token}).status_code == 403


def test_a_statement_in_any_script_is_sealed_without_boxes(link, client):
    link.ask.problem = f"My name is {NAMES['Bengali']} and not {NAMES['Urdu']}."
    link.ask.save()
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"), name=NAMES["Chinese"])
    shown = signer.get("/sign/sign/").words
    signer.presses_sign(signer.shown)
    client.force_login(link.made_by)
    form = client.get(f"/authority-asks/{link.ask.pk}/form.pdf")

    authority = Authority.objects.get()
    made = Drawn(scans().read(authority.scan_sha256))
    assert NAMES["Chinese"] in made.words()
    assert NO_SHAPE not in made.glyphs()
    assert "boxes" not in shown
    assert authority.evidence["boxes"] == ""
    assert form.status_code == 200
    assert NO_SHAPE not in Drawn(form.content).glyphs()


def test_boxes_in_a_statement_are_said_to_whoever_asks_and_to_whoever_signs(link, client):
    client.force_login(link.made_by)
    before = client.get(f"/authority-asks/{link.ask.pk}/").content.decode()
    link.ask.problem = f"I am called {NO_ONES}."
    link.ask.save()
    asking = client.get(f"/authority-asks/{link.ask.pk}/").content.decode()
    signer = Signer()
    signer.opens(link).is_known().checks().ticks(body("DWP"))
    signing = signer.get("/sign/sign/").words
    signer.presses_sign(signer.shown)

    authority = Authority.objects.get()
    after = client.get(f"/authorities/{authority.pk}/").content.decode()
    assert "boxes" not in before
    assert "would be boxes on the form and in the sealed copy" in asking
    assert "No typeface here draws them: characters of no known script" in asking
    assert "In the copy, some characters would be boxes" in signing
    assert "characters of no known script" in signing
    assert "Boxes in the sealed form" in after
    assert NO_ONES in authority.evidence["text"]
