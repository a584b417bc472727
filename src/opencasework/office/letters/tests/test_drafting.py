"""Drafting from the office's wording: fields, gaps, and what may not run."""

from __future__ import annotations

import re

import pytest

from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Outcome
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import filling, outbox
from opencasework.office.letters.facts import ENDINGS
from opencasework.office.letters.models import Letter, LetterTemplate
from opencasework.office.letters.reference import load_templates
from opencasework.office.letters.stationery import Wording
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db

# Each wording, and what a new case cannot know of it.
WORDINGS = {
    "LT-DEPT": ["what happened", "questions"],
    "LT-COUNCIL": ["what happened", "what is asked"],
    "LT-LANDLORD": ["what happened", "complaint stage", "what is asked"],
    "LT-NHS": ["date of birth", "consent attached", "what happened", "what is asked"],
    "LT-COMP": ["complaint date", "what happened", "what is asked"],
    "LT-MIN": ["minister name", "what was asked", "what came back", "what is wrong", "what is asked"],
    "LT-ACK": [],
    "LT-HOLD": ["how we asked", "when they were due"],
    "LT-FWD": ["body name", "reply summary", "what next"],
    "LT-UPDATE": ["your message"],
    "LT-CLOSE": ["outcome"],
    "LT-MORE": ["documents needed"],
    "LT-NOTMINE": ["other member name", "other member contact"],
}
ATTACKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ 7*7 }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% for x in range(999999999) %}x{% endfor %}",
    "{% import 'os' as os %}",
    "{{ case_number|attr('__class__') }}",
    "{% set x = 1 %}",
    "{{ lipsum() }}",
]


def test_the_office_starts_with_wording_for_every_standard_letter():
    codes = set(LetterTemplate.objects.values_list("code", flat=True))

    assert codes >= {*WORDINGS, "LT-CH1", "LT-CH2", "LT-ESC"}


@pytest.mark.parametrize("number", ["²", "9" * 19, "9" * 5_000], ids=["squared", "high", "long"])
def test_a_number_no_body_or_issue_can_have_leaves_the_choice_open(client, number):
    OfficeFactory()
    client.force_login(StaffFactory())
    asked = {"body": number, "issue": number, "enquiry": number}

    choosing = client.get(f"/cases/{CaseFactory().pk}/letters/new/", asked)
    writing = client.get(f"/cases/{CaseFactory().pk}/letters/new/", asked | {"template": "LT-ACK"})

    assert [choosing.status_code, writing.status_code] == [200, 200]


def test_an_email_from_the_case_begins_with_the_message_to_write(client):
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)

    page = client.get(f"/cases/{case.pk}/letters/new/?template=LT-UPDATE").content.decode()

    assert f"To {case.constituent}" in page
    assert "[your message missing]" in page
    assert "Keep the draft" in page


@pytest.mark.parametrize(("outcome", "sentence"), ENDINGS.items())
def test_the_closing_letter_says_in_a_sentence_how_it_ended(outcome, sentence, client):
    OfficeFactory()
    case = CaseFactory(title="Universal Credit stopped", outcome=outcome)
    client.force_login(case.owner)

    page = client.get(f"/cases/{case.pk}/letters/new/?template=LT-CLOSE").content.decode()

    assert f"Your case was about this: Universal Credit stopped.\n\n{sentence}\n" in page


def test_every_outcome_has_its_sentence():
    assert set(ENDINGS) == set(Outcome)


@pytest.mark.parametrize("act", ["sending", "posting", "undo", "discarding"])
def test_the_address_of_an_act_opened_again_shows_the_letter(act, client):
    letter = LetterFactory()
    client.force_login(letter.drafted_by)

    response = client.get(f"/letters/{letter.pk}/{act}/")

    assert response.headers["Location"] == letter.get_absolute_url()


def test_a_letter_names_our_reference_once_where_the_body_has_no_number(client):
    letter = LetterFactory(to_body=BodyFactory(), text="")

    assert letter.text.count(letter.case.reference) == 1


def test_a_masked_number_is_masked_on_the_page_and_whole_in_the_letter(client):
    OfficeFactory()
    case = CaseFactory()
    add_reference(case=case, kind="NINO", value="QQ123456C", by=case.owner)
    letter = LetterFactory(case=case, to_body=body("DWP"), text="")
    client.force_login(case.owner)

    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert "QQ123456C" in letter.text
    assert "QQ123456C" not in page
    assert "masked here" in page


def test_loading_again_keeps_the_words_an_office_has_changed():
    template = LetterTemplate.objects.get(code="LT-ACK")
    Wording.objects.create(template=template, number=2, subject="Hello", text="Our own words.")

    load_templates()

    assert template.wording_for("en").text == "Our own words."


@pytest.mark.parametrize(("template", "missing"), WORDINGS.items())
def test_every_wording_fills_in_and_names_what_is_missing(client, template, missing):
    OfficeFactory()
    case = CaseFactory(person__full_name="Nkechi Marrowby")
    client.force_login(case.owner)

    asked = {"template": template}
    if LetterTemplate.objects.get(code=template).to_body:
        asked["body"] = body("DWP").pk

    page = client.get(f"/cases/{case.pk}/letters/new/", asked).content.decode()

    [subject] = re.findall(r'name="subject" value="([^"]*)"', page)
    [text] = re.findall(r'<textarea name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert case.reference in subject
    assert "Nkechi Marrowby" in text
    assert filling.gaps(text) == [filling.gap(fact) for fact in missing]
    assert "{{" not in text


def test_a_missing_fact_is_a_gap_nobody_can_overlook():
    letter = LetterFactory(template="LT-NHS", text="")

    assert "[date of birth missing]" in letter.text


def test_a_fact_that_looks_like_wording_is_printed_as_it_stands():
    for attack in ATTACKS:
        case = CaseFactory(person__full_name=f"Kai {attack}")

        letter = LetterFactory(case=case, text="")

        assert f"Kai {attack}" in letter.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_wording_that_is_more_than_words_and_fields_is_refused(attack):
    with pytest.raises(filling.TemplateProblem):
        filling.fill(f"Dear {attack}", {"case_number": "OC-2026-00001"})


def test_only_the_numbers_of_the_body_written_to_stand_in_the_letter():
    letter = LetterFactory(to_body=body("DWP"), text="Nothing")
    add_reference(case=letter.case, kind="NINO", value="QQ 12 34 56 C", by=None)
    add_reference(case=letter.case, kind="PASSPORT", value="000000000", by=None)

    again = LetterFactory(case=letter.case, to_body=body("DWP"), text="")

    assert "QQ 12 34 56 C" in again.text
    assert "000000000" not in again.text


def test_a_caseworker_writes_to_a_body_from_the_case(client):
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)
    dwp = body("DWP")
    contact = BodyContactFactory(body=dwp)

    page = client.get(f"/cases/{case.pk}/letters/new/", {"body": dwp.pk})
    response = client.post(
        f"/cases/{case.pk}/letters/new/",
        {
            "template": "LT-DEPT",
            "body": dwp.pk,
            "to_contact": contact.pk,
            "means": "email",
            "to_email": contact.email,
            "subject": "Enquiry\r\nBcc: everyone@example.org",
            "text": "Dear colleague,\r\n\r\nWhy?",
        },
    )

    letter = Letter.objects.get()
    assert "questions missing" in page.content.decode()
    assert response.headers["Location"] == f"/letters/{letter.pk}/"
    assert letter.subject == "Enquiry Bcc: everyone@example.org"
    assert letter.text == "Dear colleague,\n\nWhy?"


@pytest.mark.parametrize(
    ("nation", "usual", "elsewhere"), [("en", "LA-DISTRICT", "LA-SC"), ("sc", "LA-SC", "LA-WA")]
)
def test_what_is_usual_in_another_nation_is_not_usual_here(nation, usual, elsewhere, client):
    OfficeFactory(nation=nation)
    case = CaseFactory(category=Category.objects.get(code="HOU-HOML"))
    client.force_login(case.owner)

    page = client.get(f"/cases/{case.pk}/letters/new/").content.decode()
    shown = re.findall(r"<li.*?</li>", page, re.DOTALL)

    def is_usual(code):
        return {"usual for this" in each for each in shown if body(code).name in each}

    assert (is_usual(usual), is_usual(elsewhere)) == ({True}, {False})


def test_typing_finds_bodies_and_the_usual_ones_come_first(client):
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)

    usual = client.get(f"/cases/{case.pk}/letters/new/")
    found = client.get(
        f"/cases/{case.pk}/letters/new/", {"q": "revenue"},
        headers={"HX-Request": "true", "HX-Target": "letter-bodies"},
    )  # fmt: skip

    assert "Jobcentre" in usual.content.decode()
    assert "HM Revenue" in found.content.decode()
    assert "<html" not in found.content.decode()


def test_a_draft_can_be_edited_and_discarded(client):
    letter = LetterFactory()
    client.force_login(letter.case.owner)

    client.post(
        f"/letters/{letter.pk}/",
        {"to_contact": letter.to_contact_id, "means": "email", "to_email": letter.to_email,
         "subject": "Enquiry", "text": "Please answer."},
    )  # fmt: skip
    shown = client.get(f"/letters/{letter.pk}/").content.decode()
    client.post(f"/letters/{letter.pk}/discarding/")

    letter.refresh_from_db()
    assert "Please answer." in shown
    assert letter.state == Letter.State.DISCARDED


def test_a_letter_that_has_been_sent_is_not_said_to_be_discarded(client, home):
    letter = LetterFactory()
    outbox.queue(letter, by=letter.drafted_by)
    client.force_login(letter.drafted_by)

    response = client.post(f"/letters/{letter.pk}/discarding/")

    letter.refresh_from_db()
    assert response.status_code == 422
    assert "It is not a draft any more" in response.content.decode()
    assert "The draft is discarded." not in client.get(f"/letters/{letter.pk}/").content.decode()
    assert letter.state == Letter.State.SENDING


def test_a_letter_on_a_hidden_case_is_not_found(client):
    from opencasework.office.staff.tests.factories import StaffFactory

    letter = LetterFactory(case=CaseFactory(need_to_know=True))
    client.force_login(StaffFactory())

    for address in (f"/letters/{letter.pk}/", f"/letters/{letter.pk}/letter.pdf",
                    f"/cases/{letter.case_id}/enquiries/"):  # fmt: skip
        assert client.get(address).status_code == 404
