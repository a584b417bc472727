"""Two records that may be one person: found, with reasons, and never revealing anybody hidden."""

from __future__ import annotations

import re
from datetime import date

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents import duplicates, merging, names
from opencasework.office.constituents.models import NotTheSame, Person, PersonMerge, PersonName
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tom(client):
    OfficeFactory()
    tom = StaffFactory(username="tom", office_manager=True)
    client.force_login(tom)
    return tom


def somebody(name, *, lines="", postcode="", email=None, phone=None, born=None):
    """A person of whom only this is known."""
    return PersonFactory(
        full_name=name, date_of_birth=born,
        **({"address__lines": lines, "address__postcode": postcode} if lines else {"address": None}),
        **({"email__address": email} if email else {"email": None}),
        **({"phone__number": phone} if phone else {"phone": None}),
    )  # fmt: skip


def found():
    """The names of every pair in the list, with the reasons."""
    people = Person.objects.in_bulk()
    return {
        (people[pair.one].full_name, people[pair.other].full_name): pair.likeness.reasons
        for pair in duplicates.pairs(Person.objects.all())
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nkechi Marrowby", "MARROWBY, Nkechi"),
        ("Siân Tŷ-Mawr", "Sian Ty Mawr"),
        ("Mr Bob O’Brien", "Robert O'Brien"),
        ("Mohammed Khan", "Muhammad Khan"),
        ("Nkechi Marrowby", "Nkechi Marroby"),
        ("Nkechi Ada Marrowby", "Nkechi Marrowby"),
        ("محمد الأحمد", "الأحمد محمد"),
        ("Abdul Rahman Khan", "Abdulrahman Khan"),
        ("Abd al-Rahman Khan", "Abdulrahman Khan"),
        ("Abdul Rahman", "Abdulrahman"),
        ("Sean O Neill", "Sean ONeill"),
        ("Ann-Marie Fell", "Annmarie Fell"),
        ("علی\u200cرضا کریمی", "علیرضا کریمی"),
        ("Nguyễn Van A", "A Nguyen Van"),
    ],
)
def test_one_name_in_another_spelling_and_a_number_in_common_is_listed(one, other):
    somebody(one, phone="07700 900001")
    somebody(other, phone="+44 7700 900001")

    [reasons] = found().values()

    assert "Same telephone" in reasons
    assert len(reasons) == 2


def test_a_name_written_together_or_apart_says_so_and_alone_lists_nobody():
    one = somebody("Abdul Rahman Khan", born=date(1981, 5, 3))
    somebody("Abdulrahman Khan", born=date(1981, 5, 3))
    assert list(found().values()) == [("One name, written together or apart", "Born on the same day")]

    Person.objects.filter(pk=one.pk).update(date_of_birth=None)

    assert not found()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leo Khan", "Le O Khan"),
        ("Abdul Rahman Khan", "Abdulrahim Iqbal"),
        ("Ann Marie Fell", "Annmarie Stone"),
        ("Rose Mary Ann Grace Fell", "Rosemaryanngrace Fell"),
    ],
)
def test_parts_that_make_no_name_together_are_not_taken_for_one(one, other):
    assert not names.is_joined(names.key(one), names.key(other))


@pytest.mark.parametrize(
    ("in_common", "reason"),
    [
        ({"email": "home@post.example"}, "Same email"),
        ({"lines": "3 Quarry Lane", "postcode": "WX4 7QP"}, "Same address"),
        ({"born": date(1981, 5, 3)}, "Born on the same day"),
    ],
)
def test_each_thing_in_common_is_a_reason(in_common, reason):
    somebody("Nkechi Marrowby", **in_common)
    somebody("Nkechi Marroby", **in_common)

    [reasons] = found().values()

    assert reason in reasons


def test_a_couple_with_one_home_one_telephone_and_one_email_is_not_listed():
    home = {
        "lines": "3 Quarry Lane",
        "postcode": "WX4 7QP",
        "email": "home@post.example",
        "phone": "07700 900001",
    }
    somebody("Mair Thistlewood", **home)
    somebody("Tomos Thistlewood", **home)

    assert found() == {}


def test_whoever_married_is_found_by_birthday_and_telephone():
    somebody("Mair Thistlewood", born=date(1981, 5, 3), phone="07700 900001")
    somebody("Mair Oakes", born=date(1981, 5, 3), phone="07700 900001")

    assert len(found()) == 1


def test_different_birthdays_speak_against_one_name():
    somebody("Nkechi Marrowby", born=date(1981, 5, 3))
    somebody("Nkechi Marrowby", born=date(1950, 1, 9))

    assert found() == {}


def test_people_of_whom_only_a_name_or_nothing_comparable_is_known_do_no_harm():
    for name in ("😀", "?", "Nkechi", "X" * 300):
        somebody(name)

    assert found() == {}


def test_a_former_name_counts_too():
    person = somebody("Mair Oakes", phone="07700 900001")
    PersonName.objects.create(person=person, name="Mair Thistlewood")
    somebody("Mair Thistlewood", phone="07700 900001")

    assert len(found()) == 1


def test_not_the_same_is_remembered_by_the_list_and_by_the_page(tom, client):
    one, other = somebody("Nkechi Marrowby"), somebody("Nkechi Marrowby")
    assert "Not the same" in client.get("/people/duplicates/").content.decode()

    client.post(f"/people/{other.pk}/not-same-as/{one.pk}/", {"next": "list"})

    assert "No two records" in client.get("/people/duplicates/").content.decode()
    assert "May be the same person" not in client.get(f"/people/{one.pk}/").content.decode()
    assert NotTheSame.objects.count() == 1


def test_nobody_hidden_is_listed_offered_counted_or_compared(tom, client):
    kofi = StaffFactory(username="kofi")
    hidden = CaseFactory(owner=StaffFactory(), need_to_know=True).constituent
    hidden.full_name = "Beatrix Thistlewood"
    hidden.save()
    known = somebody("Beatrix Thistlewood", phone=hidden.phone)
    client.force_login(kofi)

    typed = {"full_name": "Beatrix Thistlewood", "phone": hidden.phone, "email": hidden.email}
    said = client.post("/people/alike/", typed).content.decode()
    pages = [client.get(url).content.decode() for url in ("/people/duplicates/", f"/people/{known.pk}/")]

    assert f"/people/{hidden.pk}/" not in said
    assert f"/people/{known.pk}/" in said
    assert "No two records" in pages[0]
    assert "May be the same person" not in pages[1]
    for url in (f"/people/{known.pk}/same-as/{hidden.pk}/", f"/people/{known.pk}/not-same-as/{hidden.pk}/"):
        assert client.post(url, {}).status_code in (403, 404)
    assert Person.objects.filter(pk=hidden.pk).exists()


def test_while_a_new_person_is_typed_those_who_may_be_them_are_named_with_reasons(tom, client):
    somebody("Nkechi Marrowby", phone="07700 900001")

    said = client.post("/people/alike/", {"full_name": "Marroby Nkechi", "phone": "07700900001"})

    assert "Nkechi Marrowby" in said.content.decode()
    assert "Names spelt alike, same telephone" in said.content.decode()


def test_in_a_form_that_opens_a_case_they_can_be_chosen(tom, client):
    known = somebody("Nkechi Marrowby", phone="07700 900001")

    said = client.post(
        "/people/alike/", {"full_name": "Nkechi Marrowby"},
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/new/?q=x"},
    )  # fmt: skip

    assert f'href="/cases/new/?person={known.pk}"' in said.content.decode()


def test_who_is_written_down_twice_is_pointed_out_and_kept(tom, client):
    somebody("Nkechi Marrowby", phone="07700 900001")

    page = client.post(
        "/people/new/",
        {
            "full_name": "Nkechi Marrowby",
            "phone": "07700 900001",
            "language": "en",
            "preferred_channel": "email",
        },
        follow=True,
    ).content.decode()

    assert "May be the same person as Nkechi Marrowby" in page
    assert Person.objects.count() == 2


def test_a_call_is_taken_and_whoever_may_be_meant_is_offered(tom, client):
    somebody("Robert O'Brien")

    assert (
        "Names that are often one"
        in client.post("/search/callers/", {"from_name": "Bob Obrien"}).content.decode()
    )


def test_two_records_are_joined_on_the_page_that_compares_them_and_the_old_address_leads_on(tom, client):
    one = somebody("Nkechi Marrowby", lines="3 Quarry Lane", postcode="WX4 7QP", phone="07700 900001")
    other = somebody("Nkechi Marroby", lines="9 Fenwick Row", postcode="WX3 1AA", phone="07700 900002")
    page = client.get(f"/people/{other.pk}/same-as/{one.pk}/").content.decode()
    assert "3 Quarry Lane" in page
    assert "07700 900002" in page

    client.post(
        f"/people/{one.pk}/same-as/{other.pk}/", {"full_name": "other", "lives_at": str(other.address.pk)}
    )

    one = Person.objects.get()
    assert (one.full_name, str(one.address)) == ("Nkechi Marroby", "9 Fenwick Row, WX3 1AA")
    assert client.get(f"/people/{other.pk}/").headers["Location"] == f"/people/{one.pk}/"
    assert "Nkechi Marroby" in client.get("/people/?q=Marrowby").content.decode()


def test_undone_from_their_page_they_are_two_people_again(tom, client):
    one, other = somebody("Nkechi Marrowby"), somebody("Nkechi Marroby")
    client.post(f"/people/{one.pk}/same-as/{other.pk}/", {})
    merge = PersonMerge.objects.get()
    assert f"/people/merges/{merge.pk}/undo/" in client.get(f"/people/{one.pk}/").content.decode()

    client.post(f"/people/merges/{merge.pk}/undo/")

    assert set(Person.objects.values_list("pk", flat=True)) == {one.pk, other.pk}
    assert "undone already" in client.post(f"/people/merges/{merge.pk}/undo/", follow=True).content.decode()


def test_merging_a_person_into_themselves_is_answered_with_a_sentence(tom, client):
    person = somebody("Nkechi Marrowby")

    page = client.post(f"/people/{person.pk}/same-as/{person.pk}/", {}, follow=True)

    assert "This is one record already" in page.content.decode()
    assert Person.objects.get() == person


def test_a_caseworker_compares_and_asks_and_does_not_join(client):
    OfficeFactory()
    one, other = somebody("Nkechi Marrowby"), somebody("Nkechi Marroby")
    client.force_login(StaffFactory())

    page = client.get(f"/people/{one.pk}/same-as/{other.pk}/").content.decode()

    assert "Ask the office manager" in page
    assert "Nkechi Marroby" in page
    assert 'type="radio"' not in page  # nothing to choose for who may not join
    assert client.post(f"/people/{one.pk}/same-as/{other.pk}/", {}).status_code == 403
    assert Person.objects.count() == 2


def test_names_are_read_without_order_accents_titles_or_signs():
    assert names.key("Dr Siân O’Brien-Tŷ 🌻") == names.key("OBRIEN TY, Sian")
    assert names.key("😀") == ""
    assert names.key("नक्शा") != names.key("नक्शी")  # a vowel of another script is not an accent


def test_a_merge_that_touches_a_hidden_case_is_undone_by_nobody_who_may_not_know_of_it(tom, client):
    one, other = somebody("Nkechi Marrowby"), somebody("N Marrowby")
    case = CaseFactory(person=other, owner=StaffFactory(), need_to_know=True)
    CaseFactory(person=one, owner=tom)
    merge = merging.merge(survivor=one, loser=other, by=tom)

    for method in (client.get, client.post):
        refused = method(f"/people/merges/{merge.pk}/undo/")
        assert refused.status_code == 403
        assert "N Marrowby" not in refused.content.decode()

    assert not PersonMerge.objects.exclude(undone_at=None).exists()
    case.shared_with.add(tom)
    assert client.post(f"/people/merges/{merge.pk}/undo/").status_code == 302


def main_of(response):
    return re.search(r"<main.*?</main>", response.content.decode(), re.S)[0]


def test_whoever_cannot_take_a_merge_back_reads_the_same_words_whatever_the_reason(tom, client):
    one, other = somebody("Nkechi Marrowby"), somebody("N Marrowby")
    case = CaseFactory(person=other, by=StaffFactory(), need_to_know=True)
    CaseFactory(person=one, by=tom)
    merge = merging.merge(survivor=one, loser=other, by=tom)
    address = f"/people/merges/{merge.pk}/undo/"

    hidden = main_of(client.get(address))
    client.force_login(case.owner)  # who sees every case of it, and is a caseworker
    role = main_of(client.get(address))

    assert "The member can take this back." in hidden
    assert hidden == role


def test_the_member_joins_two_records_and_takes_back_what_others_no_longer_can(tom, client):
    one, other = somebody("Nkechi Marrowby"), somebody("N Marrowby")
    CaseFactory(person=other, by=StaffFactory(), need_to_know=True)
    merge = merging.merge(survivor=one, loser=other, by=tom)
    client.force_login(StaffFactory(role=Role.MEMBER))

    assert client.post(f"/people/merges/{merge.pk}/undo/").status_code == 302
    assert client.post(f"/people/{one.pk}/same-as/{other.pk}/", {}).status_code == 302

    assert PersonMerge.objects.count() == 2
    assert not PersonMerge.objects.filter(pk=merge.pk, undone_at=None).exists()


@pytest.mark.parametrize(
    ("kept_from_some", "is_said"),
    [({"sensitivity": "SEN-2"}, False), ({"sensitivity": "SEN-3"}, True), ({"need_to_know": True}, True)],
)
def test_joining_somebody_whose_cases_not_everybody_may_know_of_is_warned_of(
    tom, client, kept_from_some, is_said
):
    one, other = somebody("Nkechi Marrowby"), somebody("N Marrowby")
    CaseFactory(person=one, by=tom)
    CaseFactory(person=other, by=tom, **kept_from_some)

    page = client.get(f"/people/{one.pk}/same-as/{other.pk}/").content.decode()

    assert ("One of them is only on cases" in page) == is_said


# --- names of one word --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["王小明", "김철수", "สมชายใจดี", "Suharto"])
def test_a_name_of_one_word_is_found_while_it_is_typed_and_when_it_is_saved(tom, client, name):
    known = somebody(name)
    for other in ("Suharto Wijaya", "王小", "Nkechi Marrowby"):
        somebody(other)

    typed = client.post("/people/alike/", {"full_name": name}).content.decode()
    new = {"full_name": name, "language": "en", "preferred_channel": "email"}
    saved = client.post("/people/new/", new, follow=True).content.decode()

    assert known.get_absolute_url() in typed
    assert typed.count("<li>") == 1
    assert "Same name, of one word that many may have" in typed
    assert f"May be the same person as {name}" in saved


def test_a_name_of_one_word_and_a_birthday_are_listed_with_the_weaker_reason(tom):
    somebody("Suharto", born=date(1981, 5, 3))
    somebody("Suharto", born=date(1981, 5, 3))

    [reasons] = found().values()

    assert reasons == ("Same name, of one word that many may have", "Born on the same day")
