"""A case for a couple or a family: each gives authority, or whoever may give it about them does."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.models import Ask, Authority, Demand, SentWithout
from opencasework.office.authority.tests.factories import A_PAGE, AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack import making
from opencasework.office.letters.tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
SCAN = "1" * 64


@pytest.fixture
def case(ana):
    """A case of a husband and wife with the DWP."""
    case = CaseFactory(by=ana, person__full_name="Ada Marrowby", body=body("DWP"))
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    return case


@pytest.fixture
def ada(case):
    return case.constituents[0]


@pytest.fixture
def tom(case):
    return case.constituents[1]


def sent(client, case) -> tuple[int, str]:
    letter = Letter.objects.filter(case=case).first() or LetterFactory(
        case=case, authority=False, to_body=body("DWP")
    )
    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}, follow=True)
    return answer.status_code, unescape(answer.content.decode())


def a_child_of(mother, case, *, years=9):
    child = PersonFactory(full_name="Abi Marrowby")
    child.date_of_birth = timezone.localdate() - timedelta(days=years * 366)
    child.save()
    case.case_people.create(person=child, role=CasePerson.Role.CONSTITUENT)
    ActingFor.objects.create(person=child, by=mother, kind=ActingFor.As.PARENT)
    return child


# --- letters ------------------------------------------------------------------------------------------


def test_a_letter_waits_until_both_have_signed_and_says_who_has_not(case, ada, tom, client):
    AuthorityFactory(case=case, person=ada)

    status, page = sent(client, case)
    AuthorityFactory(case=case, person=tom)
    after, _ = sent(client, case)

    assert status == 422
    assert "No authority about Tom Marrowby covers Department for Work and Pensions." in page
    assert after == 200
    assert Letter.objects.get(case=case).state == Letter.State.SENDING


def test_neither_having_signed_both_are_named(case, client):
    _, page = sent(client, case)

    assert "No authority about Ada Marrowby and Tom Marrowby covers" in page


def test_a_reason_lets_it_go_and_the_review_has_it(case, ada, client):
    AuthorityFactory(case=case, person=ada)
    letter = LetterFactory(case=case, authority=False, to_body=body("DWP"))
    posted = {"posted_on": "today", "no_authority_reason": "He is in hospital"}

    client.post(f"/letters/{letter.pk}/posting/", posted | {"version": letter.version})

    assert SentWithout.objects.get(letter=letter.pk).reason == "He is in hospital"
    assert "He is in hospital" in client.get("/authority/review/").content.decode()


def test_somebody_who_joins_the_case_shuts_the_gate_again(case, ada, tom, client):
    for person in (ada, tom):
        AuthorityFactory(case=case, person=person)
    case.case_people.create(person=PersonFactory(full_name="Nan"), role=CasePerson.Role.CONSTITUENT)

    status, page = sent(client, case)

    assert status == 422
    assert "No authority about Nan covers" in page


def test_an_adviser_or_a_third_party_needs_to_sign_nothing(case, ada, tom, client):
    case.case_people.create(person=PersonFactory(), role=CasePerson.Role.THIRD_PARTY)
    for person in (ada, tom):
        AuthorityFactory(case=case, person=person)

    assert sent(client, case)[0] == 200


def test_each_signed_authority_goes_with_the_letter_by_itself(case, ada, tom, client):
    AuthorityFactory(case=case, person=ada, signed=True)
    AuthorityFactory(case=case, person=tom, signed=True, scan_sha256=SCAN)
    letter = LetterFactory(case=case, authority=False, to_body=body("DWP"))

    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert [piece.sha256 for piece in making.pieces_of(letter)] == [SCAN, "0" * 64]
    assert "Authority signed by Ada Marrowby" in page
    assert "Authority signed by Tom Marrowby" in page


def test_one_form_that_both_signed_goes_once(case, ada, tom):
    for person in (ada, tom):
        AuthorityFactory(case=case, person=person, signed=True)
    letter = LetterFactory(case=case, authority=False, to_body=body("DWP"))

    assert len(making.pieces_of(letter)) == 1


# --- asking the right person --------------------------------------------------------------------------


def test_the_letter_leads_to_asking_whoever_has_not_signed(case, ada, tom, client):
    AuthorityFactory(case=case, person=ada)
    letter = LetterFactory(case=case, authority=False, to_body=body("DWP"))
    way = f"/cases/{case.pk}/authorities/asking/?about={tom.pk}&body={body('DWP').pk}"

    page = unescape(client.get(f"/letters/{letter.pk}/").content.decode())
    asking = client.get(way).content.decode()

    assert f'href="{way}"' in page
    assert f'<option value="{tom.pk}" selected>Tom Marrowby</option>' in asking


def test_where_the_other_s_has_lapsed_that_one_is_renewed(case, ada, tom, client):
    yesterday = timezone.localdate() - timedelta(days=1)
    mine = AuthorityFactory(case=case, person=ada, given_on=yesterday, expires_on=yesterday)
    AuthorityFactory(case=case, person=ada)
    his = AuthorityFactory(case=case, person=tom, given_on=yesterday, expires_on=yesterday)

    _, page = sent(client, case)

    assert "The authority of Tom Marrowby for Department for Work and Pensions ended on" in page
    assert f"renews={his.pk}" in page
    assert f"renews={mine.pk}" not in page


def test_several_are_asked_in_one_go_each_for_themselves(case, ada, tom, client):
    abi = a_child_of(ada, case)
    given = {
        "person": ada.pk, "problem": "It stopped.", "wanted": "Find out.", "covers_any_body": "on",
        "language": "en-gb", "also": [f"{tom.pk}-{tom.pk}", f"{ada.pk}-{abi.pk}"],
    }  # fmt: skip

    page = unescape(client.post(f"/cases/{case.pk}/authorities/asking/", given, follow=True).content.decode())

    asked = Ask.objects.order_by("pk")
    assert [(ask.person, ask.about) for ask in asked] == [(ada, None), (tom, None), (ada, abi)]
    assert len({ask.code for ask in asked}) == 3
    assert "Tom Marrowby is asked, too." in page
    assert "Ada Marrowby about Abi Marrowby is asked, too." in page
    panel = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    assert "Asked of Ada Marrowby about Abi Marrowby" in panel


def test_about_a_child_the_parent_is_asked(case, ada, tom, client):
    abi = a_child_of(ada, case)
    for person in (ada, tom):
        AuthorityFactory(case=case, person=person)

    _, page = sent(client, case)
    asking = client.get(f"/cases/{case.pk}/authorities/asking/?about={abi.pk}").content.decode()

    assert "No authority about Abi Marrowby covers" in page
    assert f'<option value="{ada.pk}" selected>' in asking
    assert f'<option value="{abi.pk}" selected>' in asking


def test_an_about_of_another_case_chooses_nobody(case, client):
    stranger = CaseFactory().constituent

    page = client.get(f"/cases/{case.pk}/authorities/asking/?about={stranger.pk}").content.decode()

    assert str(stranger) not in page


# --- one form for several -----------------------------------------------------------------------------


def said(case, person, **more):
    return {
        "person": person.pk, "basis": "signed", "given_on": "today", "covers_any_body": "on",
        "scan": SimpleUploadedFile("form.pdf", A_PAGE), **more,
    }  # fmt: skip


def test_one_form_that_both_signed_is_recorded_in_one_go(case, ada, tom, client):
    client.post(f"/cases/{case.pk}/authorities/new/", said(case, ada, also=[f"{tom.pk}-{tom.pk}"]))

    assert {each.person for each in Authority.objects.all()} == {ada, tom}
    assert len({each.scan_sha256 for each in Authority.objects.all()}) == 1
    assert gate.is_open(case, body("DWP"), on=timezone.localdate())


def test_a_mother_signs_for_herself_and_her_child_in_one_form(case, ada, client):
    abi = a_child_of(ada, case)
    also = [f"{ada.pk}-{abi.pk}", f"{ada.pk}-{ada.pk}"]

    client.post(f"/cases/{case.pk}/authorities/new/", said(case, ada, also=also))

    given = [(each.person, each.subject) for each in Authority.objects.order_by("pk")]
    assert given == [(ada, ada), (ada, abi)]


def test_nobody_signs_along_who_may_not(case, ada, tom, client):
    abi = a_child_of(ada, case)

    answer = client.post(f"/cases/{case.pk}/authorities/new/", said(case, ada, also=[f"{tom.pk}-{abi.pk}"]))

    assert answer.status_code == 422
    assert not Authority.objects.exists()


def test_a_case_of_one_person_asks_nothing_more(ana, client):
    case = CaseFactory(by=ana)

    page = client.get(f"/cases/{case.pk}/authorities/new/").content.decode()

    assert 'name="also"' not in page


def test_signing_for_a_child_leaves_open_what_is_asked_about_oneself(case, ada, client):
    abi = a_child_of(ada, case)
    given = {"problem": "It stopped.", "wanted": "Find out.", "covers_any_body": "on", "language": "en-gb"}
    for about in ("", abi.pk):
        client.post(f"/cases/{case.pk}/authorities/asking/", given | {"person": ada.pk, "about": about})

    client.post(f"/cases/{case.pk}/authorities/new/", said(case, ada, about=abi.pk))

    assert [ask.about for ask in Ask.objects.open()] == [None]


def test_who_speaks_for_two_children_says_for_which(ana, client):
    mother = PersonFactory(full_name="Ada Marrowby")
    case = CaseFactory(by=ana)
    case.case_people.all().delete()
    case = type(case).objects.get(pk=case.pk)
    for _ in range(2):
        a_child_of(mother, case)

    answer = client.post(f"/cases/{case.pk}/authorities/new/", said(case, mother))

    assert answer.status_code == 422
    assert "Say whom Ada Marrowby gives it for." in answer.content.decode()


# --- by word, referrals, the clock of the Home Office ---------------------------------------------------


def test_an_enquiry_by_telephone_asks_why_too(case, ada, client):
    AuthorityFactory(case=case, person=ada)
    given = {"body": "DWP", "means": "phone", "question": "When is it paid?", "asked_on": "today"}

    answer = client.post(f"/cases/{case.pk}/enquiries/new/", given)

    assert answer.status_code == 422
    assert "No authority about Tom Marrowby covers" in answer.content.decode()


def test_the_home_office_waits_for_both(case, ada, tom, client):
    AuthorityFactory(case=case, person=ada, signed=True)
    demand = Demand.objects.create(
        case=case, body=body("HO"), cause="asked", asked_on=timezone.localdate(),
        due_on=timezone.localdate() + timedelta(days=7),
    )  # fmt: skip

    page = client.get(f"/authority-demands/{demand.pk}/").content.decode()
    AuthorityFactory(case=case, person=tom, signed=True, scan_sha256=SCAN)
    after = client.get(f"/authority-demands/{demand.pk}/").content.decode()

    assert "No signed authority about Tom Marrowby covers Home Office." in page
    assert "It went to them" not in page
    assert "Ada Marrowby signed on" in after
    assert "Tom Marrowby signed on" in after


# --- what pages say -----------------------------------------------------------------------------------


def test_on_the_telephone_it_says_about_whom_there_is_none(case, ada, client):
    AuthorityFactory(case=case, person=ada)

    page = client.get(f"/cases/{case.pk}/?write=call").content.decode()

    assert "No authority on file about Tom Marrowby" in page


def test_a_large_family_asks_the_database_no_more(case, ada, tom):
    on = timezone.localdate()
    AuthorityFactory(case=case, person=ada)

    def asked(case):
        case = type(case).objects.prefetch_related("case_people__person").get(pk=case.pk)
        with CaptureQueriesContext(connection) as queries:
            ask = gate.on_file(case, on=on)
            assert [ask(body(code)).is_open for code in ("DWP", "HMRC")] == [False, False]
        return len(queries)

    two = asked(case)
    for _ in range(4):
        case.case_people.create(person=PersonFactory(), role=CasePerson.Role.CONSTITUENT)
    assert asked(case) == two


def test_the_panel_names_those_about_whom_nothing_is_in_force(case, ada, tom, client):
    AuthorityFactory(case=case, person=ada)
    gone = AuthorityFactory(case=case, person=tom, withdrawn_on=timezone.localdate())

    page = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    Authority.objects.filter(pk=gone.pk).update(withdrawn_on=None)
    after = client.get(f"/cases/{case.pk}/authorities/").content.decode()

    assert "None in force about Tom Marrowby." in page
    assert "None in force" not in after
