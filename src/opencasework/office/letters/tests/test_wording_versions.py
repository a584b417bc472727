"""A wording is kept in versions, previewed on a case, and a gap says where it is filled in."""

from __future__ import annotations

import pytest

from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.letters.tests.factories import LetterFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def manager(client):
    OfficeFactory()
    manager = StaffFactory(office_manager=True)
    client.force_login(manager)
    return manager


def change(client, text, **given):
    words = {"name": "Acknowledgement", "purpose": "", "subject": "Hello {{ case_number }}", "opened": 1}
    return client.post("/letters/wording/LT-ACK/", words | {"text": text} | given)


def ack():
    return LetterTemplate.objects.get(code="LT-ACK")


def test_a_change_is_a_new_version_and_the_old_one_can_be_brought_back(client, manager):
    change(client, "Our own.")

    client.post("/letters/wording/LT-ACK/en/1/")

    texts = [wording.text for wording in ack().wordings.filter(language="en").order_by("number")]
    assert texts[1] == "Our own."
    assert texts[2] == texts[0]
    assert ack().standing("en").made_by == manager


def test_saving_the_same_words_makes_no_version(client, manager):
    change(client, "Our own.")
    change(client, "Our own.", opened=2)

    assert ack().wordings.filter(language="en").count() == 2


def test_of_two_who_save_neither_loses_a_word(client, manager):
    change(client, "Hers.")
    response = client.post(
        "/letters/wording/LT-ACK/",
        {"name": "A", "purpose": "", "subject": "Hello", "text": "His.", "opened": 1},
        follow=True,
    )

    assert [one.text for one in ack().wordings.filter(language="en").order_by("number")][1:] == [
        "Hers.",
        "His.",
    ]
    assert "Somebody saved version 2 meanwhile. It is kept beside yours." in response.content.decode()


def test_a_letter_says_which_version_it_began_from(client, manager):
    change(client, "Our own.")
    letter = LetterFactory(template="LT-ACK", text="")

    assert "Acknowledgement, version 2" in client.get(letter.get_absolute_url()).content.decode()


def test_a_field_nobody_knows_is_refused_with_the_one_that_was_meant(client, manager):
    response = change(client, "Dear {{ constituent_surnam }}")

    page = response.content.decode()
    assert response.status_code == 422
    assert "is not a field we know. Did you mean {{ constituent_surname }}?" in page


def test_the_office_writes_a_letter_in_another_language(client, manager):
    page = client.get("/letters/wording/LT-ACK/?language=pl").content.decode()
    client.post(
        "/letters/wording/LT-ACK/?language=pl",
        {"name": "Acknowledgement", "purpose": "", "subject": "Sprawa", "text": "Dzień dobry"},
    )

    assert "There is no wording in Polish yet." in page
    assert ack().standing("pl").text == "Dzień dobry"


def test_a_wording_is_previewed_on_a_real_case_and_nothing_is_saved(client, manager):
    case = CaseFactory(person__full_name="Nkechi Marrowby")

    page = client.get(
        "/letters/wording/LT-NHS/preview/", {"case": case.reference}, follow=True
    ).content.decode()

    assert "Nkechi Marrowby" in page
    assert "[date of birth missing]" in page
    assert f"/people/{case.constituent.pk}/edit/" in page
    assert not case.letters.exists()


def test_wordings_can_be_previewed_in_all_their_languages(client, manager):
    case = CaseFactory()

    for template in LetterTemplate.objects.filter(code__in=["LT-ACK", "LT-DEPT", "LT-AUTH", "LT-HAND"]):
        for language in template.languages:
            page = client.get(f"/cases/{case.pk}/wording/{template.code}/", {"language": language})
            assert page.status_code == 200
            assert "{{" not in page.content.decode()


def test_a_hidden_case_cannot_be_used_for_a_preview(client):
    OfficeFactory()
    hidden = CaseFactory(need_to_know=True)
    client.force_login(StaffFactory(office_manager=True))

    by_reference = client.get("/letters/wording/LT-ACK/preview/", {"case": hidden.reference}, follow=True)
    by_number = client.get(f"/cases/{hidden.pk}/wording/LT-ACK/")

    assert f"There is no case {hidden.reference} that you may see." in by_reference.content.decode()
    assert by_number.status_code == 404


def test_a_missing_fact_keeps_the_letter_here_and_links_to_where_it_is_filled_in(client):
    letter = LetterFactory(template="LT-NHS", text="")
    client.force_login(letter.drafted_by)

    page = client.get(letter.get_absolute_url()).content.decode()
    sent = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert f'<a href="/people/{letter.case.constituent.pk}/edit/">' in page
    assert f'<a href="{letter.get_absolute_url()}?edit=1">Write it in the letter</a>' in page
    assert sent.status_code == 422
    assert not letter.mails.exists()


def test_what_only_the_writer_knows_is_asked_for_and_put_in(client):
    OfficeFactory()
    case = CaseFactory()
    client.force_login(case.owner)

    page = client.post(
        f"/cases/{case.pk}/letters/new/",
        {"template": "LT-ACK", "filling": "yes", "fact-documents_needed": "- the letter of <b>May</b>"},
    ).content.decode()

    assert "To begin, we need this from you:\n\n- the letter of &lt;b&gt;May&lt;/b&gt;" in page
    assert not case.letters.exists()


def test_the_page_of_fields_lists_every_one_with_where_it_is_filled_in(client, manager):
    page = client.get("/letters/wording/fields/").content.decode()

    for expected in [
        "<code>date_of_birth</code>",
        "Filled in from the person’s page",
        "<code>privacy_link</code>",
    ]:
        assert expected in page
