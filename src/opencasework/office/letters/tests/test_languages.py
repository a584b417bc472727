"""A letter is in the person's own language where the office has words in it, and says which it is."""

from __future__ import annotations

import pytest
import time_machine

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters import facts, welsh
from opencasework.office.letters.models import Letter, LetterTemplate
from opencasework.office.letters.stationery import Wording
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def new(client, case, **asked):
    return client.get(f"/cases/{case.pk}/letters/new/", {"template": "LT-ACK", **asked}).content.decode()


@time_machine.travel("2026-11-26 10:00")
def test_somebody_who_prefers_welsh_is_written_to_in_welsh(client):
    OfficeFactory()
    case = CaseFactory(person__language="cy", person__address_as="Ms Rhys")
    client.force_login(case.owner)

    page = new(client, case)

    assert "Annwyl Ms Rhys," in page
    assert "Rhagfyr 2026" in page
    assert "In Welsh (Cymraeg), as they wish to be written to." in page


def test_the_letter_keeps_its_language_and_shows_it(client):
    OfficeFactory()
    case = CaseFactory(person__language="cy")
    client.force_login(case.owner)
    welsh_wording = LetterTemplate.objects.get(code="LT-ACK").standing("cy")

    client.post(
        f"/cases/{case.pk}/letters/new/",
        {"template": "LT-ACK", "means": "post", "subject": "Helo", "text": "Annwyl", "language": "cy",
         "wording": welsh_wording.pk},
    )  # fmt: skip

    letter = Letter.objects.get()
    page = client.get(letter.get_absolute_url()).content.decode()
    assert (letter.language, letter.wording) == ("cy", welsh_wording)
    assert "In Welsh" in page
    assert 'lang="cy"' in page
    assert "Ein cyfeirnod" in page
    assert "Their language is" not in page  # it is in it: there is nothing to look at
    Letter.objects.update(language="en")
    assert "Their language is Welsh (Cymraeg)." in client.get(letter.get_absolute_url()).content.decode()


def test_a_language_without_wording_is_said_and_the_letter_is_in_english(client):
    OfficeFactory()
    case = CaseFactory(person__language="pl")
    client.force_login(case.owner)

    page = new(client, case)

    assert "Their language is Polish, and there is no wording in it." in page
    assert "Dear " in page


def test_an_office_adds_a_language_and_the_person_gets_it():
    template = LetterTemplate.objects.get(code="LT-ACK")
    Wording.objects.create(
        template=template, language="pl", subject="Sprawa {{ case_number }}", text="Dzień dobry"
    )
    case = CaseFactory(person__language="pl")

    letter = LetterFactory(case=case, template="LT-ACK", text="")

    assert (letter.language, letter.text) == ("pl", "Dzień dobry")


def test_whoever_writes_may_choose_the_other_language(client):
    OfficeFactory()
    case = CaseFactory(person__language="cy")
    client.force_login(case.owner)

    assert "Thank you for telling me" in new(client, case, language="en")


@pytest.mark.parametrize("needs", ["Large print please", "print bras", "Needs LARGE PRINT, and a ramp"])
def test_somebody_who_needs_large_print_gets_it(needs):
    letter = LetterFactory(case=CaseFactory(person__access_needs=needs), template="LT-ACK")

    assert letter.large_print


def test_a_letter_to_a_body_is_in_english_whatever_the_person_speaks():
    assert LetterFactory(case=CaseFactory(person__language="cy"), text="").language == "en"


def test_every_ending_is_said_in_welsh_too():
    assert set(welsh.ENDINGS) == set(facts.ENDINGS)
    assert set(welsh.CHOICES) == set(facts.CHOICES)
