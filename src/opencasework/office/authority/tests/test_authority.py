"""Authority to act: recording it, keeping its scan safe, withdrawing it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from opencasework.office.authority import forms
from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import A_PAGE, AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.tests.scans import locked_pdf
from opencasework.office.kit import dates
from opencasework.office.letters.tests.papers import HEIC
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

PDF = A_PAGE


def drawn(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(file, kind)
    return file.getvalue()


JPEG, PNG, TIFF = drawn("JPEG"), drawn("PNG"), drawn("TIFF")


def signed(case, name="signed.pdf", content=PDF, **more):
    scan = SimpleUploadedFile(name, content, content_type="application/octet-stream")
    given = {"person": case.constituent.pk, "basis": "signed", "given_on": "today", "covers_any_body": "on"}
    return {**given, "scan": scan, **more}


def stored(home) -> list[str]:
    return [path.name for path in home.blobs.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("signed.pdf", PDF, "application/pdf"),
        ("SIGNED.JPG", JPEG, "image/jpeg"),
        ("page 1.jpeg", JPEG, "image/jpeg"),
        ("scan.png", PNG, "image/png"),
        ("scan.tif", TIFF, "image/tiff"),
        ("IMG_2041.HEIC", HEIC, "image/heic"),
    ],
)
def test_a_scan_is_kept_byte_for_byte_and_given_back_as_a_file_to_save(
    name, content, kind, ana, home, client
):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/authorities/new/", signed(case, name, content))

    authority = Authority.objects.get()
    assert response.url == f"/cases/{case.pk}/"
    assert stored(home) == [authority.scan_sha256]
    scan = client.get(f"/authorities/{authority.pk}/scan/")
    assert b"".join(scan.streaming_content) == content
    assert scan.headers["Content-Type"] == kind
    assert scan.headers["Content-Disposition"].startswith("attachment")
    assert scan.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in scan.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "signed.jpg",
            PDF,
            "This file is called .jpg but is a PDF. Rename it to .pdf or choose the scan again.",
        ),
        ("signed.pdf", JPEG, "This file is called .pdf but is a JPEG. Rename it to .jpg"),
        ("signed.pdf", b"<html><script>", "This file is called .pdf but is not one."),
        ("signed.html", b"<html>", "A scan is a PDF or a picture: JPEG, PNG, TIFF, WebP or HEIC."),
        ("signed.jpg", HEIC, "This file is called .jpg but is a HEIC. Rename it to .heic"),
        ("signed.exe", PDF, "This file is called .exe but is a PDF."),
        ("signed", PDF, "This file has no ending but is a PDF."),
        ("signed.pdf", b"", "This file is empty."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_and_not_stored(
    name, content, sentence, ana, home, client
):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/authorities/new/", signed(case, name, content))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Authority.objects.exists()
    assert stored(home) == []
    assert not case.events.filter(kind=Event.Kind.AUTHORITY).exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("signed.pdf", b"%PDF-1.7\n1 0 obj\n", "It is damaged or was cut short."),
        ("signed.pdf", A_PAGE[:60], "It is damaged or was cut short."),
        ("signed.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "It is damaged or was cut short."),
        ("signed.jpg", JPEG[:-200], "It is damaged or was cut short."),
        ("signed.png", b"\x89PNG\r\n\x1a\n\x00\x00", "It is damaged or was cut short."),
        ("signed.tif", b"II*\x00\x08\x00", "It is damaged or was cut short."),
        ("signed.heic", HEIC[:-40], "It is a HEIC photograph that cannot be read here. Save it as JPEG"),
        ("signed.pdf", locked_pdf(), "It is protected by a password"),
    ],
)
def test_a_file_that_only_begins_like_a_scan_is_opened_refused_and_not_stored(
    name, content, sentence, ana, home, client
):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/authorities/new/", signed(case, name, content))

    assert response.status_code == 422
    assert f"This file cannot be opened. {sentence}" in response.content.decode()
    assert not Authority.objects.exists()
    assert stored(home) == []


def test_a_file_that_is_too_large_is_refused(ana, home, client, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST_UPLOAD", 10)
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/authorities/new/", signed(case))

    assert response.status_code == 422
    assert "This file is larger than" in response.content.decode()
    assert stored(home) == []


def test_a_form_is_not_dated_in_the_future(ana, home, client):
    case = CaseFactory(by=ana)
    tomorrow = dates.say(timezone.localdate() + timedelta(days=1))

    response = client.post(f"/cases/{case.pk}/authorities/new/", signed(case, given_on=tomorrow))

    assert response.status_code == 422
    assert "That day has not come yet." in response.content.decode()
    assert stored(home) == []


def test_a_signed_form_needs_its_scan_and_a_spoken_one_its_words(ana, client):
    case = CaseFactory(by=ana)
    given = {"person": case.constituent.pk, "given_on": "today", "covers_any_body": "on"}

    without_scan = client.post(f"/cases/{case.pk}/authorities/new/", {**given, "basis": "signed"})
    without_words = client.post(f"/cases/{case.pk}/authorities/new/", {**given, "basis": "verbal"})

    assert "Choose the scan of the signed form." in without_scan.content.decode()
    assert "Write what the person said" in without_words.content.decode()


def test_only_a_constituent_of_the_case_gives_authority_its_own_first(ana, client):
    solicitor, daughter = PersonFactory(full_name="Aaron Adviser"), PersonFactory(full_name="Abi Daughter")
    case = CaseFactory(by=ana, person__full_name="Zoë Fenwick")
    case.case_people.create(person=solicitor, role=CasePerson.Role.ADVISER)
    case.case_people.create(person=PersonFactory(), role=CasePerson.Role.THIRD_PARTY)
    case.case_people.create(person=daughter, role=CasePerson.Role.CONSTITUENT)
    CaseFactory(by=ana, person=daughter)  # on another case too
    spoken = {
        "person": solicitor.pk, "basis": "verbal", "given_on": "today", "covers_any_body": "on",
        "statement": "Rang us.", "verbal_reason": "Bailiffs come tomorrow",
    }  # fmt: skip

    page = client.get(f"/cases/{case.pk}/authorities/new/").content.decode()
    response = client.post(f"/cases/{case.pk}/authorities/new/", spoken)

    [choices] = re.findall(r'<select name="person".*?</select>', page, re.DOTALL)
    assert re.findall(r">([^<]+)</option>", choices) == ["Zoë Fenwick", "Abi Daughter"]
    assert response.status_code == 422
    assert "only they can give authority" in response.content.decode()
    assert not Authority.objects.exists()


def test_the_timeline_says_what_was_agreed(ana, client):
    case = CaseFactory(by=ana)
    spoken = {
        "person": case.constituent.pk, "basis": "verbal", "given_on": "today",
        "statement": "Agreed on the telephone; gave her date of birth.", "verbal_reason": "Hearing tomorrow",
        "bodies": [body("DWP").pk], "another_body": "HMPO",
    }  # fmt: skip

    client.post(f"/cases/{case.pk}/authorities/new/", spoken)

    event = case.events.get(kind=Event.Kind.AUTHORITY)
    assert "Department for Work and Pensions, HM Passport Office" in event.text
    assert set(Authority.objects.get().bodies.all()) == {body("DWP"), body("HMPO")}


def test_an_authority_names_a_body_or_covers_any(ana, client):
    case = CaseFactory(by=ana)
    spoken = {
        "person": case.constituent.pk,
        "basis": "implied",
        "given_on": "today",
        "statement": "Wrote to us.",
    }

    response = client.post(f"/cases/{case.pk}/authorities/new/", spoken)

    assert "Name the bodies it covers" in response.content.decode()


def test_a_withdrawn_authority_covers_nothing_and_stays_on_the_record(ana, client):
    authority = AuthorityFactory(case=CaseFactory(by=ana), covers=[body("DWP")])
    today = timezone.localdate()
    assert Authority.objects.covering(body("DWP"), on=today).exists()

    for _ in range(2):
        client.post(f"/authorities/{authority.pk}/withdrawal/", {"reason": "She rang and said so"})

    assert not Authority.objects.covering(body("DWP"), on=today).exists()
    assert authority.case.events.filter(kind=Event.Kind.AUTHORITY).count() == 1
    assert "Withdrawn" in client.get(f"/cases/{authority.case.pk}/authorities/").content.decode()


@pytest.mark.parametrize(
    ("dates_of", "is_in_force"),
    [
        ({}, True),
        ({"expires_on": timedelta(0)}, True),
        ({"expires_on": timedelta(days=-1)}, False),
        ({"given_on": timedelta(days=1)}, False),
        ({"withdrawn_on": timedelta(0)}, False),
    ],
)
def test_it_is_in_force_from_its_date_to_its_last_day(dates_of, is_in_force):
    today = timezone.localdate()
    AuthorityFactory(**{name: today + away for name, away in dates_of.items()})

    assert Authority.objects.in_force(on=today).exists() is is_in_force


def test_an_authority_covers_the_bodies_it_names_and_no_others():
    AuthorityFactory(covers=[body("DWP")])

    today = timezone.localdate()
    assert Authority.objects.covering(body("DWP"), on=today).exists()
    assert not Authority.objects.covering(body("HMRC"), on=today).exists()


def test_the_scan_of_a_case_limited_to_others_is_not_found(ana, client):
    case = CaseFactory(need_to_know=True)
    authority = AuthorityFactory(case=case, signed=True)

    assert client.get(f"/authorities/{authority.pk}/scan/").status_code == 404
    assert client.post(f"/authorities/{authority.pk}/withdrawal/").status_code == 404
    authority.refresh_from_db()
    assert authority.withdrawn_on is None


def test_of_two_who_withdraw_it_at_once_both_reasons_are_kept(ana, client):
    authority = AuthorityFactory(case=CaseFactory(by=ana))
    for reason in ("She rang.", "She rang.", "She wrote, too, and is moving away."):
        response = client.post(f"/authorities/{authority.pk}/withdrawal/", {"reason": reason}, follow=True)

    said = [line.text for line in authority.case.events.all()]
    assert sum("She rang." in text for text in said) == 1
    assert "Of the authority that was withdrawn: She wrote, too, and is moving away." in said
    assert "had been withdrawn already" in response.content.decode()


def test_a_volunteer_may_not_record_or_withdraw(client):
    vic = StaffFactory(volunteer=True)
    case = CaseFactory(owner=vic)
    authority = AuthorityFactory(case=case)
    client.force_login(vic)

    assert client.get(f"/cases/{case.pk}/authorities/new/").status_code == 403
    assert client.post(f"/authorities/{authority.pk}/withdrawal/").status_code == 403
