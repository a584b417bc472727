"""The directory changes its facts and nothing an office has written; a list of the office's own only adds."""

from __future__ import annotations

import csv
import io
import os

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from opencasework.office.bodies import directory, importing, reading
from opencasework.office.bodies.models import SEEN_BY_ALL, Body, Directory
from opencasework.office.bodies.registers import org_id_of
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.config.bodies_cli import bodies as bodies_commands
from opencasework.office.kit import tables
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity

pytestmark = pytest.mark.django_db
PACKAGE = "opencasework.office.bodies"


@pytest.fixture
def run(home, monkeypatch, tmp_path):
    """`casework bodies …` with a file of these words, in the test's own database."""
    monkeypatch.setenv("CASEWORK_HOME", str(home.root))
    home.database.touch()
    umask = os.umask(0o077)
    OfficeFactory()

    def command(act, words="", *options, answer=None):
        path = tmp_path / "list.csv"
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
        return CliRunner().invoke(bodies_commands, [act, str(path), *options], input=answer)

    yield command
    os.umask(umask)


def directory_with(**changes):
    """The packaged directory as a file, with other facts for some: DWP={"what_for": "Pensions"}."""
    rows = [row | changes.pop(row["code"], {}) for row in tables.rows(PACKAGE, "bodies.csv")]
    rows += [dict.fromkeys(rows[0], "") | {"code": code} | facts for code, facts in changes.items()]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], "org_id"])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_council_that_exists_is_there_with_its_org_id_under_its_type():
    cornwall = Body.objects.get(name="Cornwall Council")

    assert (cornwall.org_id, cornwall.parent.code, cornwall.nation) == ("GB-LAE-CON", "LA-UNITARY", "en")
    assert Body.objects.filter(kind="council", org_id="").count() == 0


def test_every_org_id_stands_in_a_register_and_none_that_a_name_finds_is_missing():
    registered = {row["org_id"]: row["name"] for row in tables.rows(PACKAGE, "registers.csv")}
    matched = {row["code"]: row for row in tables.rows(PACKAGE, "org_ids.csv")}

    assert all(registered[row["org_id"]] == row["name_there"] for row in matched.values())
    by_name = {row["code"]: org_id_of(row["name"]) for row in tables.rows(PACKAGE, "bodies.csv")}
    assert {code for code, org_id in by_name.items() if org_id and code not in matched} == set()
    assert all(matched[code]["org_id"] == org_id for code, org_id in by_name.items() if org_id)


def test_a_service_is_published_under_its_department_with_a_sub_code_and_a_type_as_other():
    assert body("DWP-UC").published_as == body("DWP")
    assert body("DWP-UC").full_code == "GB-GOR-D10/dwp-uc"
    assert body("HMPO").full_code == "GB-GOR-EA66"  # a register has it
    for code in ("PRIVLL", "GP", "TOC", "LA-DISTRICT", "ASYACC"):
        assert body(code).published_as is None, code
    clinic = BodyFactory(kind="local_office", parent=body("DWP-UC"), code="JCP-FENWICK")
    assert clinic.full_code == "GB-GOR-D10/jcp-fenwick"
    assert BodyFactory(parent=body("PRIVLL")).full_code == ""


def test_an_update_changes_facts_and_keeps_all_that_the_office_has_written(run):
    hmpo, dwp = body("HMPO"), body("DWP")
    hmpo.notes, hmpo.reply_target_days = "Ask for Jean", 12
    hmpo.keep_own(["reply_target_days"])
    hmpo.save()
    contact = BodyContactFactory(body=hmpo, phone="01632 960111")
    unit = BodyFactory(kind="unit", parent=hmpo)
    words = directory_with(
        HMPO={"published_reply_target_days": "25", "what_for": "Passports"},
        DWP={"published_reply_target_days": "15"},
        NEWBODY={"name": "Office for Lost Letters", "kind": "agency", "parent": "DWP", "nation": "en"},
    )

    preview = run("update", words, "--preview").output
    assert Body.objects.get(pk=dwp.pk).reply_target_days == 20
    done = run("update", words, "--yes").output

    assert "Changed: DWP: reply target: “20” becomes “15”" in preview
    assert "Kept: HMPO: reply target: yours stays, “12”; the directory says “25”" in preview
    assert "New: Office for Lost Letters (NEWBODY)" in preview
    assert "Nothing was changed" in preview
    assert "1 new" in done
    for each in (hmpo, dwp, unit, contact):
        each.refresh_from_db()
    assert (hmpo.reply_target_days, hmpo.what_for, hmpo.notes) == (12, "Passports", "Ask for Jean")
    assert (dwp.reply_target_days, unit.parent, contact.phone) == (15, hmpo, "01632 960111")
    assert body("NEWBODY").parent == dwp


def test_a_directory_the_office_took_over_is_not_undone_by_an_older_one_that_comes_with_the_package(run):
    run(
        "update",
        directory_with(DWP={"published_reply_target_days": "15"}),
        "--yes",
        "--version",
        "2099-01-01",
    )

    directory.load_packaged()

    assert body("DWP").reply_target_days == 15
    assert Directory.objects.get().version == "2099-01-01"


def test_a_body_that_left_the_directory_stays_and_is_named(run):
    words = "code,name,kind\nDWP,Department for Work and Pensions,department\n"

    said = run("update", words, "--preview").output

    assert "No longer in the directory, and kept here: HM Passport Office (HMPO)" in said


def test_what_the_office_says_otherwise_is_shown_and_can_be_given_up(client):
    OfficeFactory()
    client.force_login(StaffFactory(office_manager=True))
    dwp = body("DWP")
    page = f"/bodies/{dwp.pk}/"

    client.post(f"{page}edit/", {"nation": "gb", "reply_target_days": "30", "what_for": dwp.what_for,
                                 "target_source": dwp.target_source, "website": dwp.website})  # fmt: skip
    shown = client.get(page).content.decode()
    assert "Your office says otherwise" in shown
    assert body("DWP").own_facts == ["reply_target_days"]
    client.post(f"{page}facts/reply_target_days/")

    assert body("DWP").reply_target_days == 20
    assert body("DWP").own_facts == []
    assert client.post(f"{page}facts/reply_target_days/").status_code == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "The file is empty"),
        ("code,name,kind\n", "There is nothing below the first line"),
        ("name,kind\nFenwick,housing\n", "no column code"),
        ("code,name,kind,colour\nA,B,housing,red\n", "These columns are not known: “colour”"),
        ("code,name,name,kind\nA,B,B,housing\n", "stands there twice"),
        (b"code,name,kind\nA,Caf\xe9,housing\n", "Line 2: this is not UTF-8 text"),
        ("code,name,kind\nA,B,housing,more\n", "Line 2: it has more cells than the first line"),
        ('code,name,kind\nA,"B,housing\n', "quotation mark"),
        ("code,name,kind\n,B,housing\n", "Line 2: “” is no code"),
        ("code,name,kind\nA,,housing\n", "Line 2: A has no name"),
        ("code,name,kind\nA,B,Land Lord\n", "is no kind of body"),
        ("code,name,kind,nation\nA,B,housing,fr\n", "“fr” is no nation"),
        (
            "code,name,kind,published_reply_target_days\nA,B,housing,soon\n",
            "“soon” is no number of working days",
        ),
        (
            "code,name,kind,published_reply_target_days\nA,B,housing,9999\n",
            "“9999” is no number of working days",
        ),
        ("code,name,kind\nA,B,housing\nA,C,housing\n", "Line 3: A stands there twice"),
        ("code,name,kind,parent\nA,B,housing,ZZ\n", "its parent ZZ is not in the table"),
        ("code,name,kind,parent\nA,B,housing,C\nC,D,housing,A\n", "would stand above itself"),
        ("code,name,kind,org_id\nA,B,housing,10\n", "“10” is no org-id"),
        ("code,name,kind,email\nA,B,housing,nobody\n", "“nobody” is no email address"),
        ("code,name,kind,hours\nA,B,housing,Mon-Fri 9-17\n", "no email, telephone or address it belongs to"),
        ("code,name,kind,phone,hours\nA,B,housing,01632 960111,early\n", "“early” is not understood"),
        ("code,name,kind,phone,contact_kind\nA,B,housing,01632 960111,boss\n", "is no kind of contact"),
        (f"code,name,kind\nA,{'x' * 201},housing\n", "name is longer than 200 characters"),
        ("code,name,kind\nA,B\0,housing\n", "This is no text file"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_what_is_wrong_with_it(run, words, said):
    before = list(Body.objects.values())

    done = run("update", words, "--yes")

    assert done.exit_code == 1
    assert said in done.output
    assert "Nothing was changed" in done.output
    assert list(Body.objects.values()) == before


def test_a_list_of_the_offices_own_adds_bodies_and_contacts_and_writes_over_nothing(run):
    dwp = body("DWP")
    kept = BodyContactFactory(body=dwp, name="Jean", email="jean@dwp.example", phone="")
    words = (
        "name,kind,parent,what_for,team,email,phone,hours,asks_for\n"
        "Fenwick Lettings,housing,,Damp,Repairs,repairs@fenwick.example,01632 960222,"
        "mon to fri 9am-5pm,Tenancy number\n"
        "Fenwick Lettings,housing,,,Complaints,complaints@fenwick.example,,,\n"
        "Fenwick Jobcentre,local_office,DWP,,,,01632 960333,,\n"
        "Department for Work and Pensions,,,Nothing at all,Somebody else,JEAN@dwp.example,01632 960444,,\n"
        "National Crime Agency,agency,,,,,,,\n"
    )

    preview = run("import", words, "--preview").output
    assert not Body.objects.filter(is_local=True).exists()
    run("import", words, answer=None)
    assert not Body.objects.filter(is_local=True).exists()  # nobody has agreed
    run("import", words, "--yes")
    again = run("import", words, "--preview").output

    assert "New contact: Fenwick Lettings (FENWICK-LETTINGS): Repairs, repairs@fenwick.example" in preview
    lettings = Body.objects.get(name="Fenwick Lettings")
    assert list(lettings.contacts.values_list("name", "hours")) == [
        ("Repairs", "Mon-Fri 9:00-17:00"),
        ("Complaints", ""),
    ]
    assert Body.objects.get(name="Fenwick Jobcentre").full_code == "GB-GOR-D10/fenwick-jobcentre"
    assert Body.objects.get(name="National Crime Agency").org_id == org_id_of("National Crime Agency") != ""
    kept.refresh_from_db()
    dwp.refresh_from_db()
    assert (kept.name, kept.phone) == ("Jean", "01632 960444")
    assert dwp.what_for != "Nothing at all"
    assert "5 lines that change nothing" in again


_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
_row = st.fixed_dictionaries(
    dict.fromkeys(
        ["code", "name", "kind", "parent", "nation", "published_reply_target_days", "email", "hours"], _words
    )
)


@given(st.lists(_row, max_size=5), st.booleans())
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_a_sentence(rows, is_own):
    out = io.StringIO()
    writer = csv.DictWriter(
        out, ["code", "name", "kind", "parent", "nation", "published_reply_target_days", "email", "hours"]
    )
    writer.writeheader()
    writer.writerows(rows)

    try:
        found = reading.entries(reading.rows_of(out.getvalue().encode()), known=set(), may_repeat=is_own)
    except reading.NotReadable as problem:
        assert str(problem).strip()  # noqa: PT017  either way is right
    else:
        assert len(found) == len(rows)


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(content):
    try:
        reading.rows_of(content)
    except reading.NotReadable as problem:
        assert str(problem)  # noqa: PT017


def test_a_list_that_names_one_body_twice_without_another_contact_is_refused():
    with pytest.raises(reading.NotReadable, match="stands there twice"):
        importing.plan(importing.read(b"name,kind\nFenwick Lettings,housing\nFenwick Lettings,housing\n"))


def test_of_councils_those_of_the_area_and_those_the_office_has_to_do_with_are_offered():
    OfficeFactory(area_code="E14001063")  # Aldershot
    cornwall = Body.objects.get(name="Cornwall Council")
    offered = Body.objects.to_choose_from()

    names = set(offered.filter(kind="council").values_list("name", flat=True))
    assert names == {"Hampshire County Council", "Hart District Council", "Rushmoor Borough Council"}
    BodyContactFactory(body=cornwall)
    assert cornwall in Body.objects.to_choose_from()
    assert body("DWP") in offered


def test_an_open_book_here_is_a_case_that_every_caseworker_sees_there():
    for level in Sensitivity:
        seen = Case.objects.for_every_caseworker().filter(pk=CaseFactory(sensitivity=level).pk).exists()
        assert seen == (level in SEEN_BY_ALL), level


def test_a_council_of_elsewhere_is_offered_for_a_case_all_know_of_and_for_no_hidden_one():
    OfficeFactory(area_code="E14001063")
    cornwall, devon = (Body.objects.get(name=name) for name in ("Cornwall Council", "Devon County Council"))
    CaseFactory(need_to_know=True, body=devon)
    CaseFactory(body=cornwall)

    offered = Body.objects.to_choose_from()

    assert cornwall in offered
    assert devon not in offered
