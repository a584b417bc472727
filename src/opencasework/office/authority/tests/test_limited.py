"""An appointee, attorney or deputy for one business opens the gate to the bodies of that business."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority import gate, limited
from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db
As, Proof = ActingFor.As, ActingFor.Proof


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, person__full_name="Olive Hughes", body=body("DWP"))


def speaker(case, kind, proof):
    """Somebody with this proof, who has given authority for any body."""
    megan = PersonFactory(full_name="Megan Hughes")
    today = timezone.localdate()
    ActingFor.objects.create(
        person=case.constituent, by=megan, kind=kind, proof=proof, proof_seen_on=today
    )  # fmt: skip
    AuthorityFactory(case=case, person=megan, about=case.constituent)
    return megan


def about(case, code) -> None:
    case.issues.update(category=Category.objects.get(code=code))


def opens(case, code) -> bool:
    """Whether the gate is open; what a page says is on file agrees with it."""
    found, on = body(code), timezone.localdate()
    is_open = gate.is_open(case, found, on=on)
    assert gate.on_file(case, on=on)(found).is_open is is_open
    return is_open


APPOINTEE = (As.APPOINTEE, Proof.APPOINTEESHIP)
MONEY = (As.ATTORNEY, Proof.LASTING_MONEY)
HEALTH = (As.ATTORNEY, Proof.LASTING_HEALTH)
MONEY_DEPUTY = (As.DEPUTY, Proof.COURT_MONEY)


@pytest.mark.parametrize(
    ("who", "code", "is_open"),
    [
        (APPOINTEE, "DWP", True),
        (APPOINTEE, "DWP-PEN", True),
        (APPOINTEE, "FTT-SSCS", True),
        (APPOINTEE, "CMS", False),
        (APPOINTEE, "HMRC", False),
        (APPOINTEE, "DVLA", False),
        (APPOINTEE, "NHSTRUST", False),
        (MONEY, "DWP-PEN", True),
        (MONEY, "HMRC-NI", True),
        (MONEY, "FINFIRM", True),
        (MONEY, "GP", False),
        (MONEY, "UKVI", False),
        (HEALTH, "GP", True),
        (HEALTH, "NHSTRUST", True),
        (HEALTH, "DWP", False),
        (HEALTH, "HMRC", False),
        ((As.ATTORNEY, Proof.POWER_OF_ATTORNEY), "DVLA", True),
        ((As.DEPUTY, Proof.COURT_ORDER), "DVLA", True),
        (MONEY_DEPUTY, "DWP", True),
        (MONEY_DEPUTY, "GP", False),
        ((As.DEPUTY, Proof.COURT_WELFARE), "GP", True),
        ((As.DEPUTY, Proof.COURT_WELFARE), "FINFIRM", False),
    ],
)
def test_their_word_opens_the_gate_of_a_body_whose_business_it_is(who, code, is_open, case):
    speaker(case, *who)

    assert opens(case, code) is is_open


@pytest.mark.parametrize(
    ("who", "category", "is_open"),
    [
        (MONEY, "LOC-CTAX", True),
        (MONEY, "SOC-FEES", True),
        (MONEY, "SOC-SAFE", False),
        (MONEY, "LOC-VOTE", False),
        (HEALTH, "SOC-SAFE", True),
        (HEALTH, "LOC-CTAX", False),
        (APPOINTEE, "LOC-CTAX", False),
    ],
)
def test_with_a_council_it_depends_on_what_the_case_is_about(who, category, is_open, case):
    speaker(case, *who)
    about(case, category)
    council = Body.objects.filter(kind="council", parent__code="LA-UNITARY").first()

    assert opens(case, "LA-UNITARY") is is_open
    if council is not None:
        assert opens(case, council.code) is is_open


def test_a_surgery_of_ones_own_counts_as_the_type_it_stands_under(case):
    speaker(case, *HEALTH)
    Body.objects.create(code="GP-1", name="Quarry Lane Surgery", kind="gp", parent=body("GP"), is_local=True)

    assert opens(case, "GP-1")


def test_an_office_of_the_dwp_counts_as_the_dwp_and_an_agency_under_it_does_not(case):
    speaker(case, *APPOINTEE)
    for code, kind in (("JCP-1", "local_office"), ("DWP-X", "agency")):
        Body.objects.create(code=code, name=code, kind=kind, parent=body("DWP"), is_local=True)

    assert opens(case, "JCP-1")
    assert not opens(case, "DWP-X")


def test_the_person_s_own_word_goes_beyond_it(case):
    speaker(case, *APPOINTEE)
    AuthorityFactory(case=case)

    assert opens(case, "DVLA")


def test_a_deputy_for_money_decides_that_alone_and_the_person_the_rest(case, client):
    speaker(case, *MONEY_DEPUTY)
    Authority.objects.all().delete()
    AuthorityFactory(case=case)

    assert opens(case, "GP")
    assert not opens(case, "DWP")
    letter = LetterFactory(case=case, authority=False, to_body=body("DWP"))
    page = unescape(client.get(f"/letters/{letter.pk}/").content.decode())
    assert "A court has appointed somebody who decides that for Olive Hughes" in page


# --- what is said ---------------------------------------------------------------------------------------


def test_a_letter_elsewhere_says_why_their_word_is_not_enough_and_takes_a_reason(case, client):
    speaker(case, *APPOINTEE)
    letter = LetterFactory(case=case, authority=False, to_body=body("HMRC"))

    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    reason = {"version": letter.version, "no_authority_reason": "She cannot sign; form to follow"}
    sent = client.post(f"/letters/{letter.pk}/sending/", reason)

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "No authority covers HM Revenue and Customs. Megan Hughes may give it for Olive Hughes" in page
    assert "for benefits only, and HM Revenue and Customs has other business." in page
    assert sent.status_code == 302


@pytest.mark.parametrize(("code", "gives"), [("DWP", "Megan Hughes"), ("GP", "Olive Hughes")])
def test_of_a_deputy_for_money_and_the_person_whoever_may_is_asked(code, gives, case, client):
    speaker(case, *MONEY_DEPUTY)
    Authority.objects.all().delete()
    letter = LetterFactory(case=case, authority=False, to_body=body(code))

    page = unescape(client.get(f"/letters/{letter.pk}/").content.decode())
    way = re.search(r'href="(/cases/[0-9]+/authorities/asking/[^"]+)"', page)
    asking = unescape(client.get(way[1]).content.decode())

    assert re.search(rf'<option value="[0-9]+" selected>{gives}', asking)
    assert re.search(rf'name="bodies" value="{body(code).pk}"[^>]* checked', asking)


def test_naming_such_a_body_is_refused_as_it_is_recorded(case, client):
    megan = speaker(case, *APPOINTEE)
    Authority.objects.all().delete()
    given = {
        "person": megan.pk, "about": case.constituent.pk, "basis": "verbal", "given_on": "today",
        "statement": "She asked us to.", "verbal_reason": "By telephone",
    }  # fmt: skip

    refused = client.post(f"/cases/{case.pk}/authorities/new/", given | {"bodies": [body("DVLA").pk]})
    taken = client.post(f"/cases/{case.pk}/authorities/new/", given | {"bodies": [body("DWP").pk]})

    assert refused.status_code == 422
    assert "for benefits only" in unescape(refused.content.decode())
    assert taken.status_code == 302
    assert opens(case, "DWP")


def test_pages_of_it_say_how_far_it_goes(case, client):
    speaker(case, *APPOINTEE)
    authority = Authority.objects.get()

    panel = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    page = client.get(f"/authorities/{authority.pk}/").content.decode()

    assert "Counts for benefits only." in panel
    assert "for benefits only" in page


def test_the_page_of_a_person_lists_a_deputy_for_money_and_the_person(case, client):
    speaker(case, *MONEY_DEPUTY)

    page = unescape(client.get(f"/people/{case.constituent.pk}/").content.decode())

    assert "Court order, money only, seen" in page
    assert "The person themselves, where they can decide." in page


# --- the table ------------------------------------------------------------------------------------------


def test_the_table_names_bodies_and_problems_that_there_are():
    codes = set(Body.objects.values_list("code", flat=True))
    categories = set(Category.objects.values_list("code", flat=True))

    assert {code for _, code in limited.table()} <= codes
    assert {code for reach in limited.table().values() for code in reach.categories} <= categories
    assert all(reach.source and reach.why for reach in limited.table().values())
