"""The code lists: complete, unambiguous, and in step with the schemas."""

import json
import re
from collections import Counter
from importlib import resources

import pytest

from opencasework.standard import codelists, tables

SCHEMA = resources.files("opencasework.standard").joinpath("schema")


@pytest.mark.parametrize("name", codelists.names())
def test_every_code_has_a_title(name):
    assert all(code.title for code in codelists.load(name).values())


@pytest.mark.parametrize("name", codelists.names())
def test_every_parent_is_a_code_of_the_list(name):
    codes = codelists.load(name)

    assert {code.parent for code in codes.values()} - {""} <= set(codes)


def test_a_category_is_a_slug_and_starts_with_its_parent():
    for code in codelists.load("category").values():
        if code.parent:
            assert re.fullmatch(rf"{code.parent}\.[a-z0-9-]+", code.code)
        else:
            assert re.fullmatch(r"_[TNO]|[a-z-]+", code.code)


def test_every_category_stands_for_one_code_of_the_office():
    codes = [code for code in codelists.load("category").values() if not code.is_special]

    assert all(code.extra["Office_code"] for code in codes)
    assert Counter(code.extra["Office_code"] for code in codes).most_common(1)[0][1] == 1


def test_every_category_has_a_welsh_title_and_says_whether_it_is_sensitive():
    codes = codelists.load("category").values()

    assert all(code.title_cy for code in codes)
    assert {code.extra["Sensitive"] for code in codes if not code.is_special} == {"yes", "no"}


def test_universal_credit_is_a_benefit():
    code = codelists.load("category")["benefits.universal-credit"]

    assert (code.parent, code.level, code.extra["Office_code"]) == ("benefits", 2, "BEN-UC")


def test_policy_views_and_office_business_are_not_categories():
    office_codes = {code.extra["Office_code"][:3] for code in codelists.load("category").values()}

    assert not office_codes & {"POL", "OFF"}


def test_a_list_that_does_not_exist_says_which_do():
    with pytest.raises(KeyError, match="area_type, body, category"):
        codelists.load("colour")


@pytest.mark.parametrize("name", tables.schema_files())
def test_the_table_schemas_are_made_from_the_lists(name):
    stands = SCHEMA.joinpath(name).read_text(encoding="utf-8")

    assert stands == tables.schema_files()[name], "run: python -m opencasework.standard.tables"


def test_the_descriptor_schema_allows_exactly_the_codes_of_the_lists():
    schema = json.loads(SCHEMA.joinpath("datapackage.schema.json").read_text())
    block = schema["properties"]["openCasework"]["properties"]

    assert block["measures"]["items"]["enum"] == list(codelists.load("measure"))
    assert block["office"]["properties"]["kind"]["enum"] == list(codelists.load("office_kind"))
    assert block["protection"]["properties"]["method"]["enum"] == list(codelists.load("method"))


def test_an_office_code_leads_to_its_category():
    assert codelists.of_office_code("BEN") == "benefits"
    assert codelists.of_office_code("BEN-UC") == "benefits.universal-credit"
    assert codelists.of_office_code("POL-CAMP") is None
