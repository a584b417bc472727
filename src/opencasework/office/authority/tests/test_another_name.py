"""Whose name stands below a signature, and what somebody says as they sign."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from django.utils import timezone, translation

from opencasework.office.authority import gate, typed_names, wording
from opencasework.office.authority.actions import scans
from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.signing import Signer, ask_of, link_for
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents import changes
from opencasework.office.constituents.models import ActingFor, PersonName
from opencasework.office.constituents.tests.factories import ActingForFactory, PersonFactory
from opencasework.office.places.models import Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
WORDS = "Do not write to my old flat, my ex lives there."


@pytest.fixture
def link(home, client):
    OfficeFactory()
    owner = StaffFactory(first_name="Priya", last_name="Anand")
    client.force_login(owner)
    return link_for(ask_of(CaseFactory(by=owner, person__full_name="Mira Rao"), "DWP"))


def signed(link, name="Mira Rao", **check):
    signer = Signer()
    signer.opens(link).is_known().checks(**check).ticks(body("DWP"), name=name)
    signer.signs()
    return Authority.objects.get()


def is_open(case):
    return gate.is_open(case, body("DWP"), on=timezone.localdate())


def look(client, authority, act, **more):
    return client.post(f"/authorities/{authority.pk}/looked-at/", {"act": act}, follow=True, **more)


def text_of(page):
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Mira Rao", "RAO, Mira"),
        ("Mira Rao", "M Rao"),
        ("Mira Rao", "M. R."),
        ("Mira Rao", "Mira Patel"),  # a maiden name
        ("Mira Rao", "MiraRao"),
        ("Mira Rao", "मीरा राव"),  # in the script they write
        ("Robert O’Brien", "bob obrien"),
        ("Siân Tŷ", "Sian Ty"),
        ("Agnieszka Kowalska", "Agnieska K"),
        ("王小明", "小明"),
        ("M K Rao", "Rao"),
        ("Sukarno", "Sukarrno"),
    ],
)
def test_a_name_that_may_be_theirs_is_not_doubted(name, typed):
    assert not typed_names.is_another(typed, PersonFactory(full_name=name, address_as=""))


@pytest.mark.parametrize("typed", ["Bob Husband", "Miriam Rahman", "R Mahon", "Xx"])
def test_a_name_without_a_word_in_common_is_another(typed):
    assert typed_names.is_another(typed, PersonFactory(full_name="Mira Rao", address_as="Ms Rao"))


def test_another_name_the_person_goes_by_is_theirs():
    person = PersonFactory(full_name="Mira Rao", address_as="")
    PersonName.objects.create(person=person, name="Bob Husband", kind=PersonName.Kind.KNOWN_AS)

    assert not typed_names.is_another("Bob Husband", person)
    assert typed_names.is_same("Husband, Robert", person)


def test_what_is_signed_names_the_person_who_was_asked(link):
    authority = signed(link)

    pages = pypdf.PdfReader(io.BytesIO(scans().read(authority.scan_sha256))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "I, Mira Rao, agree that" in text
    assert "I, Mira Rao, agree that" in authority.evidence["text"]
    assert "Person asked to sign Mira Rao" in text
    assert "Name typed as the signature Mira Rao" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-gb", "I, Anita Rao, agree that"), ("cy", "Rwyf i, Anita Rao, yn cytuno y caiff")],
)
def test_whoever_signs_for_somebody_is_named_with_them_in_either_language(link, language, words):
    ask = link.ask
    ask.about, ask.person = ask.person, PersonFactory(full_name="Anita Rao")
    with translation.override(language):
        said = wording.as_text(wording.parts(ask, Office.here(), bodies=["The DWP"]))

    assert words in said
    assert "Mira Rao" in said


def test_somebody_else_is_asked_not_to_sign_before_they_do(link):
    signer = Signer()
    signer.opens(link).is_known().checks()
    asked = signer.get("/sign/bodies/").words
    read = signer.ticks(body("DWP"), name="Bob Husband").words

    assert "It is for Mira Rao to sign" in asked
    assert "You typed “Bob Husband”, and this is for Mira Rao to sign." in read


def test_a_forwarded_link_signed_by_somebody_else_opens_nothing_and_says_so(link, quick, client):
    authority, case = signed(link, "Bob Husband"), link.ask.case

    panel = text_of(client.get(f"/cases/{case.pk}/authorities/"))
    line = case.events.get(detail__authority=authority.pk)
    timeline = text_of(client.get(f"/cases/{case.pk}/"))
    day = text_of(client.get("/"))

    assert not is_open(case)
    assert "Signed “Bob Husband”, asked of Mira Rao. It covers nothing" in panel
    assert "Another name" in panel
    assert "The name typed is “Bob Husband”." in line.text
    assert "Signed online with another name" in timeline
    assert "Signed with the name “Bob Husband”, asked of Mira Rao" in day
    said, label, url = gate.asking_again(case, body("DWP"), on=timezone.localdate())
    assert "One signed “Bob Husband” was asked of Mira Rao." in said
    assert (label, url) == ("Accept it or set it aside", authority.get_absolute_url())


def test_a_colleague_accepts_the_name_and_then_it_counts(link, quick, client):
    authority, case = signed(link, "Bob Husband"), link.ask.case

    unseen = look(client, authority, "seen")
    page = look(client, authority, "accept")
    late = look(client, authority, "aside")

    assert (
        "A colleague had decided that meanwhile" in unseen.content.decode()
    )  # to be decided, not waved away
    assert "counts as their signature" in page.content.decode()
    assert "A colleague had decided that meanwhile" in late.content.decode()
    assert is_open(case)
    assert "“Bob Husband” is accepted as the signature of Mira Rao" in case.events.latest("pk").text


def test_a_colleague_sets_it_aside_and_it_never_counts(link, quick, client):
    authority, case = signed(link, "Bob Husband"), link.ask.case

    look(client, authority, "aside")
    late = look(client, authority, "accept")

    assert "A colleague had decided that meanwhile" in late.content.decode()
    assert not is_open(case)
    assert "“Bob Husband” is not the signature of Mira Rao" in case.events.latest("pk").text
    assert "Bob Husband" not in text_of(client.get("/"))


def test_whoever_acts_for_them_is_named_as_such(link, quick, client):
    person = link.ask.person
    husband = PersonFactory(full_name="Robert Husband")
    ActingForFactory(person=person, by=husband, kind=ActingFor.As.CARER)
    authority = signed(link, "Bob Husband")

    page = text_of(client.get(f"/authorities/{authority.pk}/"))
    panel = text_of(client.get(f"/cases/{link.ask.case_id}/authorities/"))

    assert "Robert Husband acts for Mira Rao: Carer." in page
    assert "Robert Husband acts for Mira Rao: Carer." in panel
    assert not is_open(link.ask.case)


def test_a_relative_of_the_same_name_counts_and_is_shown(link, quick, client):
    mother = PersonFactory(full_name="Anita Rao")
    ActingForFactory(person=link.ask.person, by=mother, kind=ActingFor.As.PARENT)
    authority = signed(link, "Anita Rao")

    page = text_of(client.get(f"/authorities/{authority.pk}/"))

    assert is_open(link.ask.case)
    assert "Signed with the name “Anita Rao”, asked of Mira Rao." in page
    assert "Anita Rao acts for Mira Rao: Parent or guardian." in page
    assert "The name typed is “Anita Rao”." in link.ask.case.events.latest("pk").text


def test_a_volunteer_decides_nothing_about_a_name(link, quick, client):
    authority = signed(link, "Bob Husband")
    helper = StaffFactory(role=Role.VOLUNTEER)
    client.force_login(helper)

    assert client.post(f"/authorities/{authority.pk}/looked-at/", {"act": "accept"}).status_code in {403, 404}
    assert not is_open(link.ask.case)


def test_what_they_say_as_they_sign_is_on_my_day_until_somebody_has_seen_it(link, quick, client):
    authority = signed(link, added=WORDS, address="9 New Street\nWexcombe\nWX2 3BB")
    case, person = link.ask.case, link.ask.person

    day = text_of(client.get("/"))
    page = text_of(client.get(f"/authorities/{authority.pk}/"))
    look(client, authority, "address")
    now = type(person).objects.get(pk=person.pk)
    still = text_of(client.get("/"))
    look(client, authority, "seen")
    after = text_of(client.get("/"))

    assert f"“{WORDS}” Mira Rao has signed: " in day
    assert ", with another address" in day
    assert WORDS in page
    assert "Keep it as the address of Mira Rao" in page
    assert str(now.address) == "9 New Street, Wexcombe, WX2 3BB"
    assert now.addresses.exclude(until=None).get().lines == "3 Harbour Row\nWexcombe"
    assert WORDS in still
    assert WORDS not in after
    assert f"They add: {WORDS}" in case.events.get(detail__authority=authority.pk).text
    assert case.events.filter(kind="record_changed", text__contains="address they gave").exists()
    assert not case.events.filter(text__contains="New Street").exists()


def test_the_address_of_whose_name_is_doubted_is_not_taken_over(link, quick, client):
    authority = signed(link, "Bob Husband", address="1 Elsewhere Road, Wexcombe, WX2 3BB")

    page = text_of(client.get(f"/authorities/{authority.pk}/"))
    look(client, authority, "address")

    assert "Keep it as the address" not in page
    assert str(link.ask.person.addresses.get(until=None)) == "3 Harbour Row, Wexcombe, ZZ99 9ZZ"


def test_an_address_is_not_taken_over_where_they_have_moved_since(link, quick, client):
    authority = signed(link, address="1 Elsewhere Road, Wexcombe, WX2 3BB")
    tomorrow = authority.given_on + timedelta(days=1)
    changes.move(link.ask.person, lines="9 Refuge Lane, Wexcombe", postcode="WX2 9ZZ", on=tomorrow)

    page = text_of(client.get(f"/authorities/{authority.pk}/"))
    look(client, authority, "address")

    assert "Keep it as the address" not in page
    assert "9 Refuge Lane" in str(link.ask.person.addresses.get(until=None))


def test_an_address_that_is_only_set_out_otherwise_is_none(link, quick, client):
    signed(link, address="3 HARBOUR ROW, Wexcombe ZZ999ZZ")

    assert "another address" not in client.get("/").content.decode()


def test_a_plain_signature_is_seen_with_one_press(link, quick, client):
    authority = signed(link, address="3 Harbour Row, Wexcombe, ZZ99 9ZZ")
    before = text_of(client.get("/"))

    after = client.post(f"/authorities/{authority.pk}/looked-at/", follow=True)

    assert "Mira Rao has signed: " in before
    assert after.redirect_chain[-1][0] == "/"
    assert "Mira Rao has signed: " not in after.content.decode()


def test_a_withdrawal_on_the_phone_is_on_my_day(link, quick, client):
    authority = signed(link)
    look(client, authority, "seen")
    phone = Signer()
    phone.opens(link).is_known().post("/sign/withdrawal/", {})

    day = text_of(client.get("/"))
    page = text_of(client.get(f"/authorities/{authority.pk}/"))
    look(client, authority, "seen")

    assert "Mira Rao has withdrawn their authority: " in day
    assert "Mira Rao has withdrawn it." in page
    assert "has withdrawn their authority" not in client.get("/").content.decode()
