"""People: finding them, writing down who they are."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

WRITTEN = {
    "full_name": "Tadeusz Brindlemoor",
    "address_as": "Mr Brindlemoor",
    "address_lines": "9 Fenwick Row\nWexcombe",
    "postcode": "WX3 1AA",
    "email": "tadeusz@post.example",
    "phone": "07700 900123",
    "phone_note": "after 15:00",
    "is_constituent": "on",
    "date_of_birth": "3 May 1981",
    "language": "cy",
    "preferred_channel": "phone",
}


def test_a_person_is_written_down_with_how_to_reach_them(ana, client):
    client.post("/people/new/", WRITTEN)

    person = Person.objects.get()
    page = client.get(f"/people/{person.pk}/").content.decode()
    for words in (
        "Tadeusz Brindlemoor",
        "9 Fenwick Row",
        "07700 900123",
        "after 15:00",
        "3 May 1981",
        "Cymraeg",
    ):
        assert words in page


def test_moving_house_is_one_act_and_the_former_address_is_kept_with_its_end(ana, client):
    person, partner = (PersonFactory(address__lines="9 Fenwick Row") for _ in range(2))

    client.post(
        f"/people/{person.pk}/move/",
        {"lines": "1 New Street", "postcode": "wx47qp", "since": "1 november", "along": [partner.pk]},
    )

    for each in (person, partner):
        each = Person.objects.get(pk=each.pk)
        assert str(each.address) == "1 New Street, WX4 7QP"
        [former] = each.addresses.exclude(until=None)
        assert (former.lines, former.until) == ("9 Fenwick Row", each.address.since)


def test_editing_who_somebody_is_leaves_how_they_are_reached_alone(ana, client):
    client.post("/people/new/", WRITTEN)
    person = Person.objects.get()

    client.post(f"/people/{person.pk}/edit/", {**WRITTEN, "full_name": "Tadeusz A. Brindlemoor", "email": ""})

    person.refresh_from_db()
    assert person.full_name == "Tadeusz A. Brindlemoor"
    assert (person.addresses.count(), person.emails.count(), person.phones.count()) == (1, 1, 1)


def test_of_several_telephones_the_preferred_one_that_works_is_rung(ana, client):
    person = PersonFactory(phone__number="07700 900001")
    url = f"/people/{person.pk}/phones"
    client.post(
        f"{url}/new/",
        {"number": "07700900002", "note": "after 15:00", "is_preferred": "on", "standing": "in_use"},
    )
    assert Person.objects.get().phone == "07700 900002"

    preferred = person.phones.get(is_preferred=True)
    client.post(f"{url}/{preferred.pk}/", {"number": preferred.number, "standing": "bad"})

    assert Person.objects.get().phone == "07700 900001"
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "Does not work" in page


def test_only_one_telephone_is_the_first(ana, client):
    person = PersonFactory()
    for number in ("07700 900002", "07700 900003"):
        client.post(
            f"/people/{person.pk}/phones/new/", {"number": number, "is_preferred": "on", "standing": "in_use"}
        )

    assert [phone.number for phone in person.phones.filter(is_preferred=True)] == ["07700 900003"]


@pytest.mark.parametrize(
    ("typed", "kept", "warning"),
    [
        ("+447700900123", "07700 900123", ""),
        ("0048 512 345 678", "+48 512 345 678", ""),
        ("12", "12", "too many or too few digits"),
        ("ask at the shop", "ask at the shop", "does not look like a telephone number"),
        ("٠٧٧٠٠٩٠٠١٢٣", "07700 900123", ""),
    ],
)
def test_a_telephone_is_written_as_usual_and_warned_about_but_never_refused(
    typed, kept, warning, ana, client
):
    response = client.post("/people/new/", {**WRITTEN, "phone": typed}, follow=True)

    page = response.content.decode()
    assert Person.objects.get().phone == kept
    assert warning in page
    assert ("kept as you wrote it" in page) == bool(warning)


def test_a_former_name_finds_the_person(ana, client):
    person = PersonFactory(full_name="Mair Thistlewood")
    client.post(f"/people/{person.pk}/names/new/", {"name": "Mair Llewellyn-Oakes", "kind": "former"})

    for url in ("/people/?q=Llewellyn", "/search/?q=Llewellyn"):
        assert "Mair Thistlewood" in client.get(url).content.decode()


def test_an_address_two_people_share_belongs_to_both():
    one, other = (PersonFactory(email__address="home@post.example") for _ in range(2))

    assert set(Person.objects.with_email(" HOME@post.example")) == {one, other}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "Give the person&#x27;s name."),
        ("postcode", "QX1 1AA", "No postcode begins with QX"),
        ("email", "tadeusz at post", "Write an email address like"),
        ("date_of_birth", "tomorrow", "A date of birth is not in the future."),
        ("date_of_birth", "3 May 1850", "too far away. Check the year."),
        ("full_name", "x" * 301, "at most 300 characters"),
        ("full_name", "Nkechi\0Marrowby", "Null characters are not allowed."),
    ],
)
def test_a_slip_is_named_and_nothing_is_kept(field, value, sentence, ana, client):
    response = client.post("/people/new/", {**WRITTEN, field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Person.objects.exists()


def test_the_page_of_a_person_shows_the_cases_the_viewer_may_know_of(ana, client):
    case = CaseFactory(by=ana, title="Damp in the bedroom")
    CaseFactory(person=case.constituent, title="Something hidden", need_to_know=True)

    page = client.get(f"/people/{case.constituent.pk}/cases/").content.decode()

    assert "Damp in the bedroom" in page
    assert "Something hidden" not in page


def test_a_volunteer_knows_of_the_people_on_their_own_cases_only(client):
    vic = StaffFactory(volunteer=True)
    own, other = CaseFactory(owner=vic).constituent, PersonFactory()
    client.force_login(vic)

    assert client.get(f"/people/{own.pk}/").status_code == 200
    assert client.get(f"/people/{other.pk}/").status_code == 404
    assert other.full_name not in client.get("/people/").content.decode()
    assert client.post(f"/people/{own.pk}/edit/", WRITTEN).status_code == 403


def test_an_address_outside_the_area_is_pointed_out(ana, client):
    inside, outside = PersonFactory(), PersonFactory(address__postcode="ZZ99 9ZZ")

    assert "outside the area" not in client.get(f"/people/{inside.pk}/").content.decode()
    assert "outside the area" in client.get(f"/people/{outside.pk}/").content.decode()


def test_the_only_safe_way_stands_first(ana, client):
    person = PersonFactory(safe_contact="Ring her sister, never the house.")

    page = client.get(f"/people/{person.pk}/").content.decode()

    assert page.index("Ring her sister") < page.index("How to reach them")


def test_a_name_turns_nothing_round_that_stands_behind_it(ana, client):
    client.post("/people/new/", {**WRITTEN, "full_name": "Ada \u202eyworraM\u202c, عائشة\u200f"})

    assert Person.objects.get().full_name == "Ada yworraM, عائشة\u200f"
    Person.objects.get().other_names.create(name="\u2066Adi\u2069")
    assert Person.objects.get().other_names.get().name == "Adi"


def test_neither_does_how_somebody_is_addressed_nor_what_stands_beside_it(ana, client):
    turned = {"address_as": "Mr \u202eyworraM", "contact_limit": "\u2067Not on Fridays"}
    client.post("/people/new/", {**WRITTEN, **turned})

    person = Person.objects.get()
    assert (person.salutation, person.contact_limit) == ("Mr yworraM", "Not on Fridays")


def test_neither_does_the_name_of_a_household(ana, client):
    one, other = PersonFactory(), PersonFactory()

    client.post(f"/people/{one.pk}/households/new/", {"name": "Quarry \u202eenaL", "people": [other.pk]})

    assert one.in_households.get().household.name == "Quarry enaL"


@pytest.mark.parametrize(
    "name",
    [
        "محمد الأحمد",
        "नक्शा देवी",
        "Ọlábísí Adébáyọ̀",
        "王小明",
        "Zoë 🌻 O’Brien",
        "X" * 300,
        "😀",
    ],
)
def test_a_name_in_any_script_is_kept_as_given_and_found(name, ana, client):
    client.post("/people/new/", {**WRITTEN, "full_name": name})

    person = Person.objects.get()
    assert person.full_name == name
    assert client.get(f"/people/{person.pk}/").status_code == 200
    assert f"/people/{person.pk}/" in client.get("/people/", {"q": name.split()[0][:50]}).content.decode()


def test_a_number_rings_from_the_case_the_call_and_the_person_and_what_is_none_does_not(ana, client):
    case = CaseFactory(by=ana)
    person = case.constituent
    person.phones.all().delete()
    person.phones.create(number="07700 900123")
    person.phones.create(number="ask her sister")

    addresses = (f"/cases/{case.pk}/", f"/cases/{case.pk}/?write=call", f"/people/{person.pk}/")
    for address in addresses:
        page = client.get(address).content.decode()

        assert 'href="tel:+447700900123"' in page
        assert "ask her sister" in page
        assert page.count('href="tel:') == page.count('href="tel:+447700900123"')


def test_what_to_mind_is_shown_at_the_case_the_call_and_the_letter(ana, client):
    case = CaseFactory(by=ana)
    person = case.constituent
    person.safe_contact, person.contact_limit = "Ring her sister.", "One call a week"
    person.access_needs, person.language, person.needs_interpreter = "Large print", "ti", True
    person.save()

    pages = [client.get(f"/cases/{case.pk}/{query}").content.decode() for query in ("", "?write=call")]
    letter = LetterFactory(case=case, template="LT-ACK", by=ana)
    pages.append(client.get(letter.get_absolute_url()).content.decode())

    for page in pages:
        for words in ("Ring her sister.", "One call a week", "Large print", "Interpreter needed: Tigrinya"):
            assert words in page
    assert pages[1].count("Ring her sister.") == 2  # at the head, and where the call is written down


@pytest.mark.parametrize(
    ("typed", "born"),
    [("12/05/99", date(1999, 5, 12)), ("12 May 43", date(1943, 5, 12)), ("12/05/01", date(2001, 5, 12))],
)
def test_a_year_of_birth_of_two_digits_is_never_to_come(typed, born, ana, client):
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False):
        client.force_login(ana)
        client.post("/people/new/", {**WRITTEN, "date_of_birth": typed})

    assert Person.objects.get().date_of_birth == born


def test_where_either_century_would_do_the_year_of_birth_is_asked_for(ana, client):
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False):
        client.force_login(ana)
        page = client.post("/people/new/", {**WRITTEN, "date_of_birth": "12/05/25"})

    assert "Give all four digits of the year: “12/05/25” may be 1925 or 2025." in page.content.decode()
    assert not Person.objects.exists()
