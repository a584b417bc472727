"""Reference numbers of a case: pasted, kept, masked by role, found elsewhere, asked for, proposed."""

from __future__ import annotations

import re

import pytest

from opencasework.office.cases import numbers
from opencasework.office.cases.actions import add_person, add_reference, share, write_note
from opencasework.office.cases.models import Event, ReferenceNumber
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

LETTER = """Dear Ms Selwood,

My National Insurance number is QQ 12 34 56 C and the Home Office ref is A0000000.
The council tax account number is 0012345678. Ring me on 07700 900461, born 03.02.1971.
"""


@pytest.fixture
def ana(client):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def paste(client, case, **data):
    return client.post(f"/cases/{case.pk}/references/new/", data, follow=True)


# --- a whole letter in one box ----------------------------------------------------------------------------


def test_every_number_of_a_pasted_letter_is_proposed_with_its_kind(ana, client):
    case = CaseFactory(by=ana)

    page = paste(client, case, text=LETTER, act="read").content.decode()

    assert "3 numbers found" in page
    for value in ("QQ 12 34 56 C", "A0000000", "0012345678"):
        assert f'value="{value}"' in page
    for kind in ("NINO", "HOREF", "CTAX"):
        assert f'value="{kind}" selected' in page
    assert "07700" not in page.partition('class="numbers-found"')[2]
    assert case.references.count() == 0


def test_one_press_keeps_all_of_them_in_one_go(ana, client):
    case = CaseFactory(by=ana)
    rows = {
        "value_0": "QQ 12 34 56 C", "kind_0": "NINO", "keep_0": "on",
        "value_1": "A0000000", "kind_1": "HOREF", "keep_1": "on",
        "value_2": "0012345678", "kind_2": "CTAX",
    }  # fmt: skip

    page = paste(client, case, act="keep", text=LETTER, **rows).content.decode()

    assert [number.kind for number in case.references.all()] == ["NINO", "HOREF"]
    assert "National Insurance number and Home Office reference (person) added." in page
    assert case.events.filter(kind=Event.Kind.REFERENCE_ADDED).count() == 2


def test_what_is_typed_is_read_as_one_types(ana, client):
    case = CaseFactory(by=ana)

    fragment = client.post(
        f"/cases/{case.pk}/references/new/", {"text": LETTER}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "<html" not in fragment
    assert "Add all 3" in fragment


def test_a_bare_number_is_offered_with_the_kind_its_bodies_use(ana, client):
    case = CaseFactory(by=ana, category=CategoryFactory(code="IMM-PASS"))

    page = paste(client, case, text="000000000", act="read").content.decode()

    assert "One number found" in page
    assert 'value="PASSPORT" selected' in page


def test_a_number_without_a_kind_is_not_kept_and_the_others_wait(ana, client):
    case = CaseFactory(by=ana)
    rows = {"value_0": "77/ABC", "kind_0": "", "keep_0": "on", "value_1": "QQ123456C", "kind_1": "NINO"}

    response = paste(client, case, act="keep", keep_1="on", **rows)

    assert response.status_code == 422
    assert "Say what kind of number it is, or untick it." in response.content.decode()
    assert case.references.count() == 0


def test_a_letter_of_ten_megabytes_is_read_to_its_end(ana, client, settings):
    case = CaseFactory(by=ana)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000

    page = paste(client, case, text="x " * 5_000_000 + "My NHS number is 999 000 0018.", act="read")

    assert "than is read at once" not in page.content.decode()
    assert 'value="NHS" selected' in page.content.decode()


def test_a_paste_with_more_figures_than_are_read_at_once_says_so(ana, client, monkeypatch):
    case = CaseFactory(by=ana)
    monkeypatch.setattr(numbers, "MOST_NEAR", 50_000)

    page = paste(client, case, text="My NHS number is 999 000 0018. " + "7 " * 100_000, act="read")

    assert "There is more in this text than is read at once" in page.content.decode()
    assert 'value="NHS" selected' in page.content.decode()


def test_a_paste_with_more_numbers_than_have_a_row_says_so(ana, client):
    case = CaseFactory(by=ana)

    page = paste(
        client, case, text=" and ".join(f"OC-2026-{n:05} UTR {1955839661 + n}" for n in range(50)), act="read"
    )

    assert "There is more in this text than is read at once" in page.content.decode()


def test_a_text_without_a_number_says_what_to_do(ana, client):
    case = CaseFactory(by=ana)

    page = paste(client, case, text="Please help me with my landlord, he is cruel.", act="read")

    assert "No number that we know stands in this text." in page.content.decode()


def test_a_number_of_another_kind_keeps_the_name_the_office_gives_it(ana, client):
    case = CaseFactory(by=ana)

    page = paste(client, case, kind="OTHER", value="FH/77120", label="Landlord complaint reference")

    assert "Landlord complaint reference" in page.content.decode()
    assert case.references.get().kind_name == "Landlord complaint reference"


def test_an_odd_number_is_kept_with_a_sentence(ana, client):
    case = CaseFactory(by=ana)

    page = paste(client, case, act="keep", value_0="999 000 0019", kind_0="NHS", keep_0="on")

    assert case.references.count() == 1
    assert "The check digit does not fit" in page.content.decode()


# --- on whose case ----------------------------------------------------------------------------------------


def test_a_number_on_somebody_elses_case_is_warned_about_and_kept(ana, client):
    theirs = CaseFactory(by=ana, person=PersonFactory(full_name="Kai Brannoc"))
    add_reference(case=theirs, kind="NINO", value="QQ123456C", by=ana)
    case = CaseFactory(by=ana)

    page = paste(client, case, kind="NINO", value="qq 12 34 56 c").content.decode()

    assert case.references.count() == 1
    assert f"stands on {theirs.reference} (Kai Brannoc) as well, another person’s case" in page
    assert f"Also on {theirs.reference}, Kai Brannoc" in page


def test_nothing_is_said_of_a_case_one_may_not_see(ana, client):
    hidden = CaseFactory(by=StaffFactory(member=True), person=PersonFactory(full_name="Kai Brannoc"))
    add_reference(case=hidden, kind="NINO", value="QQ123456C", by=hidden.owner)
    share(case=hidden, need_to_know=True, shared_with=[], by=hidden.owner)
    case = CaseFactory(by=ana)

    page = paste(client, case, kind="NINO", value="QQ123456C").content.decode()

    assert case.references.count() == 1
    assert hidden.reference not in page
    assert "Brannoc" not in page


def test_a_persons_own_number_stands_on_all_of_their_cases_one_sees(ana, client):
    person = PersonFactory()
    first = CaseFactory(by=ana, person=person)
    second = CaseFactory(by=ana, person=person)
    add_reference(case=first, kind="NINO", value="QQ123456C", by=ana)
    add_reference(case=first, kind="CTAX", value="00112233", by=ana)

    page = client.get(f"/cases/{second.pk}/").content.decode()

    assert "QQ •• •• •• C" in page
    assert "Council tax account number" not in page.partition('id="references"')[2].partition("</dl>")[0]

    share(case=first, need_to_know=True, shared_with=[], by=ana)
    client.force_login(StaffFactory())
    assert "QQ •• •• •• C" not in client.get(f"/cases/{second.pk}/").content.decode()


def test_a_childs_number_can_be_said_to_be_the_childs(ana, client):
    case = CaseFactory(by=ana)
    child = PersonFactory(full_name="Little Marrowby")
    add_person(case=case, person=child, role="third_party", relation="son", by=ana)

    row = {"value_0": "9990000018", "kind_0": "NHS", "keep_0": "on", "whose_0": str(child.pk)}
    paste(client, case, act="keep", **row)

    assert case.references.get().person == child


# --- who may read them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "kind", "value", "sees"),
    [
        ("volunteer", "NINO", "QQ123456C", "•• •• •• ••"),
        ("administrator", "NINO", "QQ123456C", "QQ •• •• •• C"),
        ("administrator", "NHS", "9990000018", "•• •• •• ••"),
        ("senior", "PRISON", "A1234BC", "A1 •• •• •• C"),
        ("", "PRISON", "A1234BC", "•• •• •• ••"),
        ("assistant", "PLANREF", "26/00001/FUL", "26/00001/FUL"),
    ],
)
def test_who_need_not_read_a_number_sees_dots(client, trait, kind, value, sees):
    case = CaseFactory(sensitivity=Sensitivity.PERSONAL)
    add_reference(case=case, kind=kind, value=value, by=case.owner)
    viewer = StaffFactory(**({trait: True} if trait else {}))
    client.force_login(viewer)
    if trait == "volunteer":
        case.shared_with.add(viewer)

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert f">{sees}<" in page
    if sees.startswith("••"):
        number = case.references.get()
        assert client.post(f"/cases/{case.pk}/references/{number.pk}/").status_code == 403
        assert not case.events.filter(kind=Event.Kind.SEEN).exists()
        assert value not in page


def test_one_key_copies_a_masked_number_and_the_timeline_says_so(ana, client):
    case = CaseFactory(by=ana)
    number = add_reference(case=case, kind="NINO", value="QQ123456C", by=ana)
    assert 'data-hotkey="1"' in client.get(f"/cases/{case.pk}/").content.decode()

    fragment = client.post(
        f"/cases/{case.pk}/references/{number.pk}/", {"copy": "1"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert 'data-copy-now="QQ 12 34 56 C"' in fragment
    assert case.events.filter(kind=Event.Kind.SEEN, by=ana).count() == 1


# --- what is missing, and what came in --------------------------------------------------------------------


def test_the_page_says_which_numbers_the_route_will_ask_for(ana, client):
    OfficeFactory(nation="en")
    case = CaseFactory(by=ana, category=CategoryFactory(code="HEA-WAIT"))

    page = client.get(f"/cases/{case.pk}/").content.decode()
    asked = page.partition("Bodies will ask for")[2].partition("</ul>")[0]
    assert "NHS number" in asked
    assert "Hospital number" in asked
    assert f"/cases/{case.pk}/references/new/?kind=OTHER&amp;label=Hospital%20number" in asked

    add_reference(case=case, kind="NHS", value="9990000018", by=ana)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "NHS number" not in page.partition("Bodies will ask for")[2].partition("</ul>")[0]


def test_numbers_in_notes_and_messages_are_proposed_and_kept_by_one_press(ana, client):
    case = CaseFactory(by=ana)
    write_note(case=case, text="Her NI number: QQ123456C", by=ana)
    Message.objects.create(case=case, decision="case", text="UTR 1955839661, thanks", subject="Tax")

    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()
    assert "QQ •• •• •• C" in page
    assert "19 •• •• •• 1" in page

    form = page.partition("Add all 2")[0].rpartition("<form")[2]
    shown = re.findall(r'name="number" value="([^"]+)"', form)
    write_note(case=case, text="NHS number 999 000 0018, which nobody has seen yet", by=ana)
    client.post(f"/cases/{case.pk}/references/kept/", {"number": shown})

    assert {number.kind for number in case.references.all()} == {"NINO", "UTR"}
    page = client.get(f"/cases/{case.pk}/references/found/").content.decode()
    assert "99 •• •• •• 8" in page
    assert "QQ •• •• •• C" not in page


def test_a_number_that_is_not_ours_is_not_proposed_again(ana, client):
    case = CaseFactory(by=ana)
    write_note(case=case, text="The bank quoted NINO QQ123456C", by=ana)

    client.post(f"/cases/{case.pk}/references/kept/", {"number": "NINO QQ123456C", "pass": "1"})

    assert "No further number" in client.get(f"/cases/{case.pk}/references/found/").content.decode()
    assert not ReferenceNumber.objects.exists()


# --- finding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["QQ 12 34 50 C", "qq123450c", "QQ-12-34-50-C", "QQ 12 34 5O C", "qqI2345oc", "QQ1234"]
)
def test_a_number_is_found_in_any_spacing_and_as_it_is_misread(typed, ana, client):
    case = CaseFactory(by=ana, sensitivity=Sensitivity.PERSONAL)
    add_reference(case=case, kind="NINO", value="QQ 12 34 50 C", by=ana)

    page = client.get("/search/", {"q": typed}).content.decode()

    assert case.reference in page


def test_a_number_written_down_wrongly_is_found_by_the_right_one(ana, client):
    case = CaseFactory(by=ana)
    add_reference(case=case, kind="NINO", value="QQ 12 34 5O C", by=ana)

    assert case.reference in client.get("/search/", {"q": "QQ123450C"}).content.decode()


@pytest.mark.parametrize("typed", ["QQ 12 34 50 C", "qq 12 34 5o", "QQ123450C"])
def test_the_list_of_cases_finds_a_number_in_any_spacing(typed, ana, client):
    case = CaseFactory(by=ana)
    add_reference(case=case, kind="NINO", value="QQ 12 34 50 C", by=ana)

    assert case.reference in client.get("/cases/", {"q": typed}).content.decode()


def test_a_search_shows_dots_to_who_need_not_read_a_number(client):
    case = CaseFactory(sensitivity=Sensitivity.PERSONAL)
    add_reference(case=case, kind="NHS", value="9990000018", by=case.owner)
    client.force_login(StaffFactory(administrator=True))

    page = client.get("/search/", {"q": "9990000018"}).content.decode()

    assert "•• •• •• ••" in page
    assert "99 •• •• •• 8" not in page
