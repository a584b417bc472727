"""The office changes the wording of its letters; what could run is never saved."""

from __future__ import annotations

import pytest

from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def change(client, **words):
    given = {"name": "Acknowledgement", "purpose": "", "subject": "Hello {{ case_number }}", "text": "Hello"}
    return client.post("/letters/wording/LT-ACK/", given | words)


def test_an_office_manager_changes_the_wording_and_new_letters_follow_it(client):
    client.force_login(StaffFactory(office_manager=True))

    change(client, text="Dear {{ constituent_salutation }},\r\n\r\nWe have it.")

    letter = LetterFactory(template="LT-ACK", text="")
    assert letter.text == f"Dear {letter.to_person.salutation},\n\nWe have it."


def test_a_caseworker_reads_the_list_but_cannot_change_it(client):
    client.force_login(StaffFactory())

    listed = client.get("/letters/wording/")
    response = change(client)

    assert "Acknowledgement" in listed.content.decode()
    assert response.status_code == 403


@pytest.mark.parametrize("levels", [150, 3_000])
def test_wording_of_endlessly_nested_conditions_is_refused_in_a_sentence(client, levels):
    client.force_login(StaffFactory(office_manager=True))

    response = change(client, text="{% if a %}" * levels + "x" + "{% endif %}" * levels)

    assert response.status_code == 422
    assert "too many conditions inside one another" in response.content.decode()


@pytest.mark.parametrize("words", ["{{ ''.__class__ }}", "{% for a in b %}x{% endfor %}", "{{ unfinished"])
def test_wording_with_more_than_fields_is_refused_with_its_line(client, words):
    client.force_login(StaffFactory(office_manager=True))

    response = change(client, text=f"Dear colleague,\n{words}")

    assert response.status_code == 422
    assert "Line 2 of this template" in response.content.decode()
    assert "colleague" not in LetterTemplate.objects.get(code="LT-ACK").wording_for("en").text
