"""In whose area a postcode lies: loading the ONS Postcode Directory, and asking it."""

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from opencasework.office.places import directory, loading
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.postcodes import NotLoadable

from . import onspd

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def load(tmp_path):
    def load(text, name="ONSPD_FEB_2024_UK.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return loading.load(path)

    return load


@pytest.mark.parametrize("columns", [onspd.OLD, onspd.NEW])
def test_a_postcode_is_found_under_the_columns_of_any_year(columns, load):
    said = load(onspd.sheet(columns=columns))

    place = directory.place_of("ZZ1 2AB", office=OfficeFactory())

    assert said == "4 postcodes in 2 constituencies and 2 wards loaded."
    assert (place.constituency, place.ward) == (onspd.THEIRS, onspd.OTHER_WARD)
    assert place.area_name == "Aldershot"
    assert directory.place_of("ZZ1 2AA", office=OfficeFactory()) is None


@pytest.mark.parametrize("parts", [True, False])
def test_the_zip_brings_the_names_along(parts, tmp_path):
    loading.load(onspd.archive(tmp_path / "ONSPD.zip", parts=parts))
    office = OfficeFactory(member_kind=MemberKind.COUNCILLOR, area_code=onspd.WARD)

    assert directory.loaded().postcodes == 4
    assert directory.place_of("WX4 7QP", office=office).area_name == "Quarry Hill"
    assert directory.covers("WX4 7QP", office=office)
    assert directory.covers("WX3 1AA", office=office) is False


def test_the_directory_knows_better_than_the_office_s_own_list(load):
    load(onspd.sheet([*onspd.ROWS, ("WX4 9ZZ", onspd.THEIRS, onspd.WARD)]))
    office = OfficeFactory(postcode_prefixes="WX3, WX4")

    assert directory.covers("WX4 7QP", office=office)
    assert directory.covers("WX4 9ZZ", office=office) is False


def test_without_a_directory_the_office_s_own_list_counts(home):
    office = OfficeFactory(postcode_prefixes="WX3, WX4 7")

    assert directory.covers("WX4 7QP", office=office)
    assert directory.covers("WX4 9ZZ", office=office) is False
    assert directory.place_of("WX4 7QP", office=office) is None


def test_a_parliament_the_directory_does_not_know_uses_the_own_list(load):
    load(onspd.sheet())
    office = OfficeFactory(member_kind=MemberKind.MSP, area_code="S16000074", postcode_prefixes="ZZ1")

    assert directory.covers("ZZ1 2AB", office=office)


def test_a_list_of_members_names_who_represents_a_place(load):
    load(onspd.sheet())
    said = load(
        f"chamber,name,area_gss\ncommons,Jo Ashdown,{onspd.THEIRS}\nscotparl,Nobody,\n", "members.csv"
    )

    assert said == "1 members loaded."
    assert directory.place_of("ZZ1 2AB", office=OfficeFactory()).member_name == "Jo Ashdown"


def test_a_list_of_members_may_have_the_telephone_of_their_office(load):
    load(onspd.sheet())
    load(f"name,area_gss,phone\nJo Ashdown,{onspd.THEIRS},01632 960 455\n", "members.csv")
    with_phone = directory.place_of("ZZ1 2AB", office=OfficeFactory())
    load(f"name,area_gss,phone\nJo Ashdown,{onspd.THEIRS},ask <b>me</b>\n", "members.csv")

    assert (with_phone.member_name, with_phone.member_phone) == ("Jo Ashdown", "01632 960 455")
    assert directory.place_of("ZZ1 2AB", office=Office.here()).member_phone == ""


def test_a_list_that_was_loaded_before_telephones_were_kept_still_names_them(load):
    load(onspd.sheet())
    (directory.folder() / "members.json").write_text(f'{{"{onspd.THEIRS}": "Jo Ashdown"}}')

    place = directory.place_of("ZZ1 2AB", office=OfficeFactory())

    assert (place.member_name, place.member_phone) == ("Jo Ashdown", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column for the postcode"),
        ("name,age\nNia,40\n", "no column for the postcode"),
        ("pcd,pcds,lat\nZZ1 2AB,ZZ1 2AB,1\n", "no column for the constituency"),
        (onspd.OLD + "\r\n", "has no postcode in it"),
        (onspd.sheet([("ZZ1 2AB", "Aldershot", "")]), "Line 2 has “Aldershot” where the code"),
        (onspd.sheet().replace("ZZ10", "1010"), "where a postcode belongs"),
        (onspd.sheet()[:-60], "cut off"),
        (b"\x00\xff\xfe\x01" * 200, "no column for the postcode"),
        (onspd.sheet().encode() + b'"\xff\xfe"', "no table of text after line"),
        (b"PK\x03\x04 broken", "no column for the postcode"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence_and_changes_nothing(text, words, load):
    load(onspd.sheet())

    with pytest.raises(NotLoadable, match=words) as problem:
        load(text)

    assert "\n" not in str(problem.value)
    assert directory.place_of("ZZ1 2AB", office=OfficeFactory())
    assert [path.name for path in directory.folder().iterdir()] == ["postcodes"]


def test_a_damaged_zip_is_refused_in_a_sentence(tmp_path):
    path = onspd.archive(tmp_path / "ONSPD.zip")
    raw = bytearray(path.read_bytes())
    raw[80:400] = bytes(320)
    path.write_bytes(raw)

    with pytest.raises(NotLoadable, match=r"cannot be read|holds no postcode"):
        loading.load(path)


def test_a_new_directory_replaces_the_old_one_as_a_whole(load):
    load(onspd.sheet())

    load(onspd.sheet([("AB1 1AA", onspd.OURS, onspd.WARD)]))

    assert directory.place_of("ZZ1 2AB", office=OfficeFactory()) is None
    assert directory.place_of("AB1 1AA", office=OfficeFactory()).constituency == onspd.OURS


CODES = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True)


@hypothesis.settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(CODES, min_size=1, max_size=40), data=st.data())
def test_every_postcode_is_found_in_any_order_and_any_chunk(written, data, load, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", data.draw(st.integers(1, 7)))
    areas = {postcode: f"E14{number:06}" for number, postcode in enumerate(dict.fromkeys(written))}
    load(onspd.sheet([(postcode, area, "") for postcode, area in areas.items()]))
    office = OfficeFactory()

    assert {each: directory.place_of(each, office=office).constituency for each in areas} == areas
