"""Categories and levels, as the reference tables give them."""

from __future__ import annotations

import pytest

from opencasework.office.bodies.models import Body
from opencasework.office.kit import tables
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency
from opencasework.office.tags.reference import load_categories

pytestmark = pytest.mark.django_db


def test_the_levels_are_those_of_the_table():
    codes = {row["code"] for row in tables.rows("opencasework.office.tags", "tags.csv")}

    assert {*Urgency.values, *Sensitivity.values, *Transferability.values} == codes


def test_every_category_is_there_once_and_loading_again_changes_nothing():
    rows = tables.rows("opencasework.office.tags", "categories.csv")

    load_categories()

    assert set(Category.objects.values_list("code", flat=True)) == {row["code"] for row in rows}
    assert not Category.objects.filter(parent__parent__isnull=False).exists()


def test_every_body_a_category_usually_concerns_is_in_the_directory():
    usual = {
        code for category in Category.objects.all() for code in category.typical_bodies.split(";") if code
    }

    assert usual <= set(Body.objects.values_list("code", flat=True))


def test_only_casework_is_counted_as_cases():
    assert Category.objects.get(code="BEN-UC").kind == "casework"
    assert Category.objects.get(code="POL").kind == "policy"
    assert Category.objects.get(code="OFF").kind == "office"
