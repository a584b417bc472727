"""Whom a person meant who wrote “someone else” when signing on a phone."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.actions import withdraw
from opencasework.office.authority.models import Authority
from opencasework.office.authority.signing import statement
from opencasework.office.authority.tests.signing import Signer, ask_of, link_for
from opencasework.office.bodies.tests.factories import BodyFactory, body
from opencasework.office.cases.actions import share
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import pdf
from opencasework.office.letters.models import Letter
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
WORDS = "Wexcombe Borough Council"


@pytest.fixture
def ana(client):
    ana = StaffFactory(first_name="Ana", last_name="Lewis")
    client.force_login(ana)
    return ana


@pytest.fixture
def council():
    return BodyFactory(name=WORDS, kind="council")


@pytest.fixture
def signed(home, ana, council, monkeypatch):
    """An authority whose person ticked nobody but somebody else, and named them."""
    page = b"%PDF-1.7\n" + b"/ByteRange " + pdf.printing.EMPTY_RANGE + b"/Contents " + pdf.printing.EMPTY_SEAL
    monkeypatch.setattr(statement, "printed", lambda _page, **_: page)
    OfficeFactory()
    case = CaseFactory(by=ana, person__full_name="Nkechi Marrowby")
    signer = Signer().opens(link_for(ask_of(case, "DWP"))).is_known().checks()
    signer.ticks(someone_else="on").post("/sign/other/", {"other": WORDS}).signs()
    return Authority.objects.get()


def says(client, authority, **given):
    answer = client.post(f"/authorities/{authority.pk}/meant/", given, follow=True)
    return unescape(answer.content.decode())


def is_open(authority, to):
    return gate.is_open(authority.case, to, on=timezone.localdate())


def last_line(authority):
    return authority.case.events.filter(kind=Event.Kind.AUTHORITY).order_by("-pk").first()


def test_the_timeline_says_whom_they_named_themselves(signed):
    assert last_line(signed).text.endswith(f"Covers “{WORDS}”, in their words.")


def test_a_colleague_says_which_body_that_is_and_the_gate_opens_for_it(client, signed, council, ana):
    before = dict(signed.evidence), signed.scan_sha256, signed.statement
    assert not is_open(signed, council)

    page = client.get(f"/authorities/{signed.pk}/meant/")
    shown = says(client, signed, body=council.pk)

    assert page.context["form"].fields["body"].choices[0] == (str(council.pk), WORDS)
    assert is_open(signed, council)
    assert not is_open(signed, body("HMRC"))
    line = last_line(signed)
    assert (line.by, line.detail["meant"]) == (ana, council.pk)
    assert f"“{WORDS}”, whom Nkechi Marrowby named when signing, is {WORDS}." in line.text
    assert "says Ana Lewis" in shown
    signed.refresh_from_db()
    assert (signed.evidence, signed.scan_sha256, signed.statement) == before
    assert "Seal intact" in client.get(f"/authorities/{signed.pk}/").content.decode()


def test_a_letter_to_that_body_leads_there(client, signed, council):
    letter = LetterFactory(case=signed.case, to_body=council, authority=False)

    page = unescape(client.get(letter.get_absolute_url()).content.decode())

    assert f"When signing, Nkechi Marrowby named “{WORDS}”." in page
    assert f"/authorities/{signed.pk}/meant/" in page
    assert f"/authorities/{signed.pk}/meant/" not in unescape(
        client.get(
            LetterFactory(case=signed.case, to_body=body("HMRC"), authority=False).get_absolute_url()
        ).content.decode()
    )


def test_any_other_body_can_be_said_and_one_has_to_be(client, signed, council):
    assert "Say which body they meant" in says(client, signed)
    assert "one body at a time" in says(client, signed, body=council.pk, another_body="HMRC")
    assert not signed.bodies.exists()

    says(client, signed, another_body="HMRC")

    assert list(signed.bodies.all()) == [body("HMRC")]


def test_who_read_it_wrongly_takes_it_back(client, signed, council, ana):
    says(client, signed, another_body="HMRC")
    letter = LetterFactory(case=signed.case, to_body=body("HMRC"), authority=False)
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    says(client, signed, not_meant=body("HMRC").pk)

    assert not is_open(signed, body("HMRC"))
    assert Letter.objects.get(pk=letter.pk).is_draft
    assert f"is not {body('HMRC')}: it is not covered" in last_line(signed).text


def test_a_body_that_the_person_ticked_is_not_taken_back_so(client, signed):
    signed.bodies.add(body("DWP"))

    says(client, signed, not_meant=body("DWP").pk)

    assert is_open(signed, body("DWP"))


def test_once_it_is_withdrawn_nobody_says_more(client, signed, council, ana):
    withdraw(signed, on=timezone.localdate(), by=ana, reason="She said so")

    assert "Ask anew" in says(client, signed, body=council.pk)
    assert not signed.bodies.exists()


def test_it_is_asked_of_no_other_authority_and_of_no_hidden_case(client, signed):
    Authority.objects.update(evidence={})
    assert client.get(f"/authorities/{signed.pk}/meant/").status_code == 404

    Authority.objects.update(evidence={"other": WORDS})
    share(case=signed.case, need_to_know=True, shared_with=[], by=signed.case.owner)
    client.force_login(StaffFactory())
    assert client.get(f"/authorities/{signed.pk}/meant/").status_code == 404
