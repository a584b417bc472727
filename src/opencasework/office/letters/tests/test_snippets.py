"""Paragraphs the office keeps: found by their words, filled in for a letter, put away and back."""

from __future__ import annotations

import pytest

from opencasework.office.letters.stationery import Snippet
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def keep(client, **given):
    words = {"name": "Bins", "keywords": "refuse", "language": "en", "text": "Your bin, {{ case_number }}."}
    return client.post("/letters/wording/snippets/new/", words | given)


def test_a_caseworker_keeps_a_paragraph_and_finds_it_by_any_of_its_words(client):
    client.force_login(StaffFactory())

    keep(client)

    for words in ["bin", "REFUSE", "your case_number"]:
        assert "Bins" in client.get("/letters/wording/snippets/", {"q": words}).content.decode()
    assert "Bins" not in client.get("/letters/wording/snippets/", {"q": "roof"}).content.decode()


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{{ nobody }}", "{% for a in b %}x{% endfor %}"])
def test_a_paragraph_with_more_than_fields_is_refused(client, text):
    client.force_login(StaffFactory())

    assert keep(client, text=text).status_code == 422
    assert not Snippet.objects.filter(name="Bins").exists()


def test_a_paragraph_is_put_away_and_brought_back(client):
    client.force_login(StaffFactory())
    keep(client)
    pk = Snippet.objects.get(name="Bins").pk

    client.post(f"/letters/wording/snippets/{pk}/away/")
    away = Snippet.objects.kept().filter(pk=pk).exists()
    client.post(f"/letters/wording/snippets/{pk}/away/", {"back": "yes"})

    assert not away
    assert Snippet.objects.kept().filter(pk=pk).exists()


def test_a_volunteer_reads_paragraphs_and_changes_none(client):
    client.force_login(StaffFactory(volunteer=True))

    assert client.get("/letters/wording/snippets/").status_code == 200
    assert keep(client).status_code == 403
