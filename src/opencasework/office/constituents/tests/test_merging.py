"""Two records of one person become one; undone at any time, nothing is lost."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.cases.actions import add_person
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import CannotMerge, merge, pointing_at
from opencasework.office.constituents.models import (
    ActingFor,
    ExactJSON,
    Household,
    HouseholdMember,
    NotTheSame,
    Person,
    PersonAddress,
    PersonEmail,
    PersonMerge,
    PersonName,
    PersonPhone,
)
from opencasework.office.constituents.parting import undo
from opencasework.office.constituents.tests.factories import (
    ActingForFactory,
    PersonEmailFactory,
    PersonFactory,
)
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

TODAY = date(2026, 11, 26)
OWN_RECORDS = {PersonMerge, Event}  # what a merge adds on purpose


def everything():
    """Every row that names a person, and the people, as text."""
    models = {Person} | {key.model for key in pointing_at(Person)} - OWN_RECORDS
    return {
        model._meta.label: json.loads(
            serializers.serialize("json", model._base_manager.order_by("pk"), cls=ExactJSON)
        )
        for model in models
    }


@pytest.fixture
def tom():
    OfficeFactory()
    return StaffFactory(username="tom", office_manager=True)


@pytest.fixture
def two(tom):
    """Two records of one person, each with all that a person can have, some of it on both."""
    case = CaseFactory(by=tom)
    one = case.constituent
    other = PersonFactory(full_name="Nkechi Marroby", email__address="second@post.example")
    add_person(case=case, person=other, role=CasePerson.Role.THIRD_PARTY, relation="herself", by=tom)
    theirs = CaseFactory(by=tom, person=other, need_to_know=True)
    PersonEmailFactory(person=other, address=one.email)
    PersonName.objects.create(person=other, name="Kechi")
    ActingForFactory(person=one, by=other)
    ActingForFactory(person=other)
    child = PersonFactory()
    acting = ActingForFactory(person=child, by=other, kind=ActingFor.As.PARENT)
    CasePerson.objects.create(
        case=CaseFactory(person=child, by=tom), person=other, role="adviser", acting=acting
    )
    household = Household.objects.create(name="Quarry Lane")
    for person in (one, other, child):
        HouseholdMember.objects.create(household=household, person=person)
    NotTheSame.objects.create(one=child, other=other)
    NotTheSame.objects.create(one=child, other=one)
    AuthorityFactory(case=theirs, person=other)
    LetterFactory(case=theirs, template="LT-ACK", by=tom)
    MessageFactory(person=other)
    return one, other


def test_everything_of_both_is_on_one_record(two, tom):
    one, other = two
    cases = set(CasePerson.objects.filter(person__in=two).values_list("case", flat=True))

    merge(survivor=one, loser=other, by=tom)

    assert not Person.objects.filter(pk=other.pk).exists()
    assert set(one.case_people.values_list("case", flat=True)) == cases
    assert {email.address for email in one.emails.all()} >= {"second@post.example"}
    assert {name.name for name in one.other_names.all()} == {"Kechi", "Nkechi Marroby"}
    assert one.in_households.count() == 1
    assert not ActingFor.objects.filter(person=one, by=one).exists()
    assert Authority.objects.get().person == one


def test_who_is_on_one_case_twice_stays_the_one_it_is_for(tom):
    case = CaseFactory(by=tom)
    third = PersonFactory()
    add_person(case=case, person=third, role=CasePerson.Role.THIRD_PARTY, relation="neighbour", by=tom)

    merge(survivor=third, loser=case.constituent, by=tom)

    [link] = case.case_people.all()
    assert (link.person, link.role, link.relation) == (third, "constituent", "neighbour")


def test_nothing_in_the_database_points_at_the_record_that_went(two, tom):
    one, other = two

    merge(survivor=one, loser=other, by=tom)

    for key in pointing_at(Person):
        assert not key.model._base_manager.filter(**{key.attname: other.pk}).exists(), key


def test_every_table_that_names_a_person_is_found():
    """A folder above that adds a key to people is covered without saying so."""
    named = {
        (field.model, field.attname)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.model is Person
    }

    assert {(key.model, key.attname) for key in pointing_at(Person)} == named
    assert len(named) >= 14


def test_merge_and_undo_restore_every_row_exactly(two, tom):
    before = everything()

    undo(merge(survivor=two[0], loser=two[1], by=tom), by=tom)

    assert everything() == before


def test_what_is_changed_and_added_in_the_meantime_stays(two, tom):
    one, other = two
    done = merge(
        survivor=one,
        loser=other,
        chosen={"full_name": "Nkechi Marroby", "access_needs": "Large print"},
        by=tom,
    )
    Person.objects.filter(pk=one.pk).update(full_name="Nkechi A. Marrowby", safe_contact="Ring her sister.")
    PersonEmailFactory(person=one, address="new@post.example")
    case = CaseFactory(person=one, by=tom)

    back = undo(done, by=tom)

    one.refresh_from_db()
    assert (one.full_name, one.safe_contact) == ("Nkechi A. Marrowby", "Ring her sister.")
    assert one.access_needs == ""  # nobody touched what the merge had set, so it is as it was
    assert one.emails.filter(address="new@post.example").exists()
    assert case.case_people.get().person == one
    assert (back.pk, back.full_name) == (other.pk, "Nkechi Marroby")


def test_a_telephone_corrected_in_the_meantime_goes_back_corrected(tom):
    one, other = PersonFactory(), PersonFactory()
    done = merge(survivor=one, loser=other, by=tom)
    phone = one.phones.last()
    phone.number = "07700 900999"
    phone.save()

    back = undo(done, by=tom)

    assert back.phone == "07700 900999"


def test_a_value_is_chosen_field_by_field_and_an_empty_one_is_filled(tom):
    one = PersonFactory(date_of_birth=None, access_needs="Large print", address_as="Ms Marrowby")
    other = PersonFactory(
        date_of_birth=date(1981, 5, 3), access_needs="A hearing loop", address_as="Dr Marrowby"
    )

    merge(survivor=one, loser=other, chosen={"address_as": "Dr Marrowby"}, by=tom)

    one.refresh_from_db()
    assert (one.date_of_birth, one.access_needs, one.address_as) == (
        date(1981, 5, 3), "Large print", "Dr Marrowby",
    )  # fmt: skip


def test_the_home_that_was_not_chosen_becomes_a_former_one_until_it_is_undone(tom):
    one, other = PersonFactory(), PersonFactory(address__lines="9 Fenwick Row")

    done = merge(survivor=one, loser=other, lives_at=other.address, by=tom)

    assert [(str(each.lines), each.until is None) for each in one.addresses.all()][1] == (
        "9 Fenwick Row",
        True,
    )
    assert one.addresses.exclude(until=None).count() == 1
    undo(done, by=tom)
    assert PersonAddress.objects.exclude(until=None).count() == 0


def test_merging_somebody_with_themselves_is_answered_with_a_sentence(tom):
    person = PersonFactory()

    with pytest.raises(CannotMerge, match="one record already"):
        merge(survivor=person, loser=person, by=tom)


def test_of_two_who_merge_at_once_one_is_told(tom):
    one, other = PersonFactory(), PersonFactory()
    merge(survivor=one, loser=other, by=tom)

    with pytest.raises(CannotMerge, match="just merged"):
        merge(survivor=one, loser=other, by=tom)


def test_a_time_comes_back_to_the_microsecond(two, tom):
    one, other = two
    since = datetime(2026, 3, 2, 9, 30, 0, 7, tzinfo=UTC)
    Person.objects.filter(pk=other.pk).update(created_at=since)

    undo(merge(survivor=one, loser=Person.objects.get(pk=other.pk), by=tom), by=tom)

    assert Person.objects.get(pk=other.pk).created_at == since


def test_undoing_twice_changes_nothing(tom):
    done = merge(survivor=PersonFactory(), loser=PersonFactory(), by=tom)
    undo(done, by=tom)

    with pytest.raises(CannotMerge, match="undone already"):
        undo(done, by=tom)


def test_the_timelines_of_all_their_cases_say_so_without_naming_the_other_record(two, tom):
    one, other = two
    done = merge(survivor=one, loser=other, by=tom)
    undo(done, by=tom)

    lines = Event.objects.filter(kind__in=["people_merged", "people_parted"])
    assert lines.filter(kind="people_merged").count() == 3
    assert lines.filter(kind="people_parted").count() == 3
    assert not any("Marroby" in line.text for line in lines.filter(kind="people_merged"))


# What a person may have, from so few values that people often have the same.
HAVING = st.fixed_dictionaries(
    {
        "emails": st.sets(st.sampled_from(["a@post.example", "b@post.example"])),
        "phones": st.sets(st.sampled_from(["07700 900001", "07700 900002"])),
        "addresses": st.sets(st.sampled_from(["1 Quarry Lane", "2 Quarry Lane"])),
        "cases": st.sets(st.integers(0, 1)),
        "acts_for": st.sets(st.integers(0, 3)),
        "lives_in": st.sets(st.integers(0, 1)),
        "is_not": st.sets(st.integers(0, 3)),
        "needs": st.sampled_from(["", "Large print"]),
        "safe": st.sampled_from(["", "Ring her sister", "Text only"]),
    }
)


def make(world, tom):
    """Four people with these things."""
    people = [
        PersonFactory(
            full_name=f"Person {n}",
            address=None,
            email=None,
            phone=None,
            access_needs=each["needs"],
            safe_contact=each["safe"],
        )
        for n, each in enumerate(world)
    ]
    cases = [CaseFactory(by=tom) for _ in range(2)]
    households = [Household.objects.create(name=f"Household {n}") for n in range(2)]
    for person, each in zip(people, world, strict=True):
        PersonEmail.objects.bulk_create(
            PersonEmail(person=person, address=address, is_preferred=True)
            for address in sorted(each["emails"])
        )
        for number in sorted(each["phones"]):
            PersonPhone.objects.create(person=person, number=number)
        for lines in sorted(each["addresses"]):
            PersonAddress.objects.create(person=person, lines=lines)
        for number in sorted(each["acts_for"]):
            if people[number] != person:
                ActingFor.objects.create(person=people[number], by=person, kind="carer")
        for number in sorted(each["cases"]):
            acting = ActingFor.objects.filter(by=person).first()
            CasePerson.objects.create(case=cases[number], person=person, role="adviser", acting=acting)
        for number in sorted(each["lives_in"]):
            HouseholdMember.objects.create(household=households[number], person=person)
        for number in sorted(each["is_not"]):
            if people[number] != person:
                NotTheSame.objects.get_or_create(one=person, other=people[number])
    return people


NOBODY = {"emails": set(), "phones": set(), "addresses": set(), "cases": set(), "acts_for": set(),
          "lives_in": set(), "is_not": set(), "needs": "", "safe": ""}  # fmt: skip
# Found by the test itself: rows that name two people who are both part of others.
TOLD_APART = [{**NOBODY, "is_not": each} for each in ({1, 2, 3}, {0, 2, 3}, set(), {0, 1, 2})]


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    world=st.lists(HAVING, min_size=4, max_size=4),
    merges=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
@example(world=TOLD_APART, merges=[(2, 1), (0, 3)], order=random.Random(0))
@example(world=TOLD_APART, merges=[(2, 1), (0, 3)], order=random.Random(1))
def test_any_merges_undone_in_any_order_restore_everything(tom, world, merges, order):
    with transaction.atomic():
        people = make(world, tom)
        before = everything()
        done = []
        for survivor, loser in merges:
            there = Person.objects.filter(pk__in=[people[survivor].pk, people[loser].pk])
            if there.count() == 2:
                done.append(merge(survivor=people[survivor], loser=people[loser], by=tom))
        order.shuffle(done)
        for each in done:
            undo(each, by=tom)

        assert everything() == before
        transaction.set_rollback(True)
