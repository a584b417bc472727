"""The office itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from opencasework.office.places.models import Office, OfficeMissing
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db


def test_before_there_is_an_office_the_message_says_how_to_make_one():
    with pytest.raises(OfficeMissing, match="casework init"):
        Office.here()
    assert Office.nation_here() == "en"


def test_there_is_one_office_in_a_database():
    OfficeFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeFactory(pk=2)


@pytest.mark.parametrize(
    ("prefixes", "postcode", "covered"),
    [
        ("WX3, WX4", "wx4 7qp", True),
        ("WX3, WX4", "WX40 7QP", False),
        ("WX3, WX4", "ZZ99 9ZZ", False),
        ("WX4 7", "WX4 7QP", True),
        ("WX4 7", "WX4 8QP", False),
        ("WX4 7QP", "WX4 7QP", True),
        ("WX4 7QP", "WX4 7QQ", False),
        ("Fenwick: WX4 7, WX4 8\nQuay: WX3", "WX4 8AB", True),
        ("Fenwick: WX4 7; Quay: WX3", "WX4 8AB", False),
        ("", "WX4 7QP", None),
    ],
)
def test_a_postcode_lies_in_the_area_by_its_district_or_sector(prefixes, postcode, covered):
    assert OfficeFactory.build(postcode_prefixes=prefixes).covers(postcode) is covered


def test_the_own_list_names_the_ward_by_the_longest_beginning():
    office = OfficeFactory.build(postcode_prefixes="Quay: WX3, WX4; Fenwick: WX4 7; WX5")

    assert [office.ward_of(each) for each in ("WX4 7QP", "WX4 1AB", "WX5 1AB", "ZZ1 1AA")] == [
        "Fenwick", "Quay", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "title"),
    [("mp", "Amira Selwood MP"), ("ms", "Amira Selwood MS"), ("councillor", "Cllr Amira Selwood")],
)
def test_the_member_signs_with_the_letters_of_the_seat(kind, title):
    assert OfficeFactory.build(member_kind=kind).title == title
