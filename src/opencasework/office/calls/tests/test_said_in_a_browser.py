"""Noting a call without authority in a browser: one more line where it is lacking, and scripts off too."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from opencasework.office.authority.models import SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import CasePerson
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tests.services.browser import barriers, barriers_on

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Why you spoke about them without authority"
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


@pytest.fixture
def ana():
    OfficeFactory()
    return StaffFactory(first_name="Ana", last_name="Reed")


@pytest.fixture
def case(ana):
    """A case of a couple, one of whom has signed, with two bodies to ring."""
    BodyContactFactory(body=body("DWP"), kind="hotline", phone="01632 960310")
    case = CaseFactory(
        by=ana, person__full_name="Ada Marrowby", body=body("DWP-UC"), next_action="Ring DWP again",
        next_action_on=timezone.localdate(),
    )  # fmt: skip
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    case.issues.create(category=case.issues.get().category, body=body("HMRC"))
    AuthorityFactory(case=case)
    AuthorityFactory(case=case, person=tom, covers=[body("HMRC")])
    return case


def test_why_is_asked_where_it_is_lacking_and_nowhere_else(live_office, ana, case):
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/?write=call")
    why, which = page.get_by_label(WHY), page.get_by_label("Which body it was")

    expect(why).to_be_visible()  # DWP is to be rung
    for size in SIZES:
        page.set_viewport_size(size)
        assert barriers_on(page, f"call, {size['width']}") == []
    which.select_option(label="HM Revenue and Customs")
    expect(why).to_be_hidden()
    expect(page.get_by_label("The other body")).to_be_hidden()
    which.select_option(label="Another body")
    expect(why).to_be_visible()
    expect(page.get_by_label("The other body")).to_be_visible()
    for size in SIZES:
        page.set_viewport_size(size)
        assert barriers_on(page, f"call to another body, {size['width']}") == []
    which.select_option(label="Universal Credit")
    page.get_by_label("Call with").fill("Ms Penrose")
    page.get_by_label("What was said").fill("They pay on Friday.")
    page.get_by_role("button", name="Add call").click()

    expect(page.get_by_text("No authority about Tom Marrowby covers Universal Credit.").first).to_be_visible()
    expect(page.get_by_label("What was said")).to_have_value("They pay on Friday.")
    assert barriers_on(page, "call, refused") == []
    why.fill("No food in the house; form to follow")
    page.get_by_role("button", name="Add call").click()
    expect(page.locator(".entry").first).to_contain_text("Said without authority to act")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: the call counts no more.")).to_be_visible()
    assert SentWithout.objects.get().taken_back_by == ana
    assert barriers(page, f"{live_office.url}/authority/review/") == []


def test_it_works_without_scripts(live_office, ana, case):
    live_office.sign_in(ana)
    with live_office.window(java_script_enabled=False) as page:
        page.goto(f"{live_office.url}/cases/{case.pk}/?write=call")
        page.get_by_label("Call with").fill("Ms Penrose")
        page.get_by_label("What was said").fill("They pay on Friday.")
        page.get_by_label("Or nothing about the person was said").check()
        page.get_by_role("button", name="Add call").click()

        expect(page.locator(".entry").first).to_contain_text("Nothing about the person was said.")


def test_what_asks_for_everybody_s_word_keeps_nobody_out(live_office, ana, case):
    megan = PersonFactory(full_name="Megan Hughes")
    tom = case.constituents[1]
    appointee = {"kind": ActingFor.As.APPOINTEE, "proof": ActingFor.Proof.APPOINTEESHIP}
    ActingFor.objects.create(person=tom, by=megan, proof_seen_on=timezone.localdate(), **appointee)
    AuthorityFactory(case=case, person=megan, about=tom)
    letter = LetterFactory(case=case, authority=False, to_body=body("DVLA"))
    live_office.sign_in(ana)
    page = live_office.page()
    pages = (
        f"/letters/{letter.pk}/", f"/cases/{case.pk}/authorities/new/", f"/cases/{case.pk}/authorities/",
        f"/cases/{case.pk}/authorities/asking/?about={tom.pk}", f"/calls/{body('DWP').pk}/",
    )  # fmt: skip

    for size in SIZES:
        page.set_viewport_size(size)
        for address in pages:
            assert barriers(page, f"{live_office.url}{address}") == []
