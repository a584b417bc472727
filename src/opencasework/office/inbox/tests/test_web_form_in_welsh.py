"""The public form in Welsh: every sentence of it, at any step, and nothing of the staff's screens."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.utils import translation

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.webform.models import WebDraft, WebForm
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tools.catalogues import entries

from .translating import FOLDER, sentences
from .writing import HAPPENED, USUAL, Constituent

CATALOGUE = FOLDER / "locale" / "cy" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def catalogue():
    return {entry.parts["msgid"]: entry for entry in entries(CATALOGUE.read_text(encoding="utf-8"))}


@pytest.fixture
def welsh(client, home, db, monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 0)
    OfficeFactory()
    WebForm.objects.create(pk=1, is_on=True)
    return Constituent(client, language="cy")


# --- the catalogue ------------------------------------------------------------------------------------


def test_every_sentence_of_the_form_has_its_welsh():
    translated = {msgid for msgid, entry in catalogue().items() if entry.translation and not entry.is_fuzzy}

    assert len(sentences()) > 120
    assert set(sentences()) - translated == set()


def test_no_welsh_is_kept_for_what_the_form_no_longer_says():
    assert set(catalogue()) - {""} - set(sentences()) == set()


def test_the_welsh_fills_in_what_the_english_does():
    for msgid, entry in catalogue().items():
        if msgid and "msgid_plural" not in entry.parts:
            assert sorted(PLACEHOLDER.findall(msgid)) == sorted(PLACEHOLDER.findall(entry.translation)), msgid


def test_what_was_compiled_is_what_stands_in_the_catalogue():
    with translation.override("cy"):
        for msgid, entry in catalogue().items():
            if msgid and "msgid_plural" not in entry.parts:
                assert translation.gettext(msgid) == entry.translation
        singular, plural = next(
            (e.parts["msgid"], e.parts["msgid_plural"])
            for e in catalogue().values()
            if "msgid_plural" in e.parts
        )
        assert translation.ngettext(singular, plural, 1) != translation.ngettext(singular, plural, 3)


def test_a_browser_of_any_office_gets_the_compiled_catalogue():
    assert Path(CATALOGUE).with_suffix(".mo").exists(), "run `make frontend`"


# --- the pages ----------------------------------------------------------------------------------------


def english_in(page):
    """Sentences of ours that stand on a page in English."""
    seen = unescape(re.sub(r"<[^>]+>", "\n", page))
    lines = {" ".join(line.split()) for line in seen.splitlines()}
    ours = [each for each in sentences() if each != "English"]  # the way back is in its own language
    with translation.override("cy"):
        return [each for each in ours if each in lines and translation.gettext(each) != each]


@pytest.mark.django_db
def test_every_page_is_welsh_for_a_welsh_browser(welsh):
    answers = {"postcode": {"postcode": "ZZ99 9ZZ"}, "about": {"about": "somebody"}}
    for step in [*USUAL, "sent"]:
        welsh.write(until=step, page_by_page=True, **answers)

        assert english_in(welsh.html) == []
        assert '<html lang="cy">' in welsh.html
        assert welsh.page["Content-Language"] == "cy"


@pytest.mark.django_db
def test_what_is_wrong_is_said_in_welsh(welsh):
    welsh.write(until="happened")
    welsh.post("happened", {"happened": ""})

    assert "<title>Gwall:" in welsh.html
    assert "Ysgrifennwch beth ddigwyddodd" in welsh.html
    assert english_in(welsh.html) == []


@pytest.mark.django_db
def test_a_careless_answer_is_asked_about_in_welsh(welsh):
    welsh.write(until="reach", you={"phone": ""})
    welsh.post("reach", {"way": "phone", "safe": "careful"})

    assert "Nid ydych wedi rhoi rhif ffôn." in welsh.html
    assert "Dywedwch beth ddylem ni fod yn ofalus yn ei gylch" in welsh.html
    assert english_in(welsh.html) == []


@pytest.mark.django_db
@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_one_changes_the_language_at_any_step_and_keeps_what_one_typed(client, welsh, keeps_cookies):
    client.cookies.clear()
    someone = Constituent(client, keeps_cookies=keeps_cookies).write(until="wanted", page_by_page=True)

    someone.post("wanted", {"wanted": "Not sent yet", "switch": "yes"})

    assert someone.step == "wanted"
    assert '<html lang="cy">' in someone.html
    assert "Not sent yet" in someone.html
    assert WebDraft.objects.get().answers["wanted"] == {"wanted": "Not sent yet"}


@pytest.mark.django_db
def test_a_link_may_begin_in_welsh(client, welsh):
    client.cookies.clear()

    assert '<html lang="cy">' in client.get("/write/?lang=cy").content.decode()
    assert '<html lang="cy">' in client.get("/write/happened/").content.decode()


@pytest.mark.django_db
def test_the_office_reads_the_questions_in_english_and_knows_the_language(welsh):
    welsh.write(
        happened={"happened": "Mae fy nghais am y budd-dal wedi ei wrthod ac nid oes neb yn ateb y ffôn."}
    )

    message = Message.objects.get()
    assert message.language == "cy"
    assert "What they would like us to do" in message.text
    assert "written in Welsh" in message.text


@pytest.mark.django_db
def test_the_language_of_the_form_is_not_that_of_the_staff_screens(client, welsh):
    client.get("/write/?lang=cy")
    client.force_login(StaffFactory())

    page = client.get("/inbox/").content.decode()

    assert '<html lang="cy"' not in page


@pytest.mark.django_db
def test_an_office_without_welsh_words_of_its_own_marks_them_as_english(welsh, client):
    WebForm.objects.update(intro="We answer in two days.")
    assert (
        'lang="en-GB"><p>We answer'
        in client.get("/write/", headers={"accept-language": "cy"}).content.decode()
    )

    WebForm.objects.update(intro_cy="Atebwn o fewn deuddydd.")
    assert "Atebwn o fewn deuddydd." in client.get("/write/").content.decode()


@pytest.mark.django_db
def test_times_and_sizes_are_in_the_language_of_the_page(welsh, time_machine):
    time_machine.move_to("2026-03-05T10:15:00Z")
    welsh.write()

    assert "5 Mawrth 2026, 10:15" in welsh.html
    assert HAPPENED in Message.objects.get().text
    assert not WebDraft.objects.exists()
