"""Everything a constituent reads about authority, in Welsh."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import translation

from opencasework.office.authority import links
from opencasework.office.authority.models import Ask
from opencasework.office.authority.tests.signing import Signer, ask_of, link_for
from opencasework.office.authority.tests.translating import FOLDER, sentences
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from tools.catalogues import entries

CATALOGUE = FOLDER / "locale" / "cy" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def catalogue():
    return {entry.parts["msgid"]: entry for entry in entries(CATALOGUE.read_text(encoding="utf-8"))}


def test_every_sentence_has_its_welsh():
    with translation.override("cy"):
        in_english = [each for each in sentences() if translation.gettext(each) == each]

    # The two forms of a plural are asked for by their number.
    assert set(in_english) <= {"You can try once more."}
    assert translated_plural() != "You can try once more."


def translated_plural():
    with translation.override("cy"):
        return translation.ngettext("You can try once more.", "You can try %(left)s more times.", 1)


def test_no_welsh_is_kept_for_what_is_no_longer_said():
    assert set(catalogue()) - {""} - set(sentences()) == set()


def test_the_welsh_fills_in_what_the_english_does():
    for msgid, entry in catalogue().items():
        if msgid and "msgid_plural" not in entry.parts:
            assert sorted(PLACEHOLDER.findall(msgid)) == sorted(PLACEHOLDER.findall(entry.translation)), msgid


@pytest.fixture
def link(home, db):
    OfficeFactory()
    return link_for(ask_of(CaseFactory(by=StaffFactory()), "DWP", language=Ask.Language.WELSH))


def english_in(page):
    """Sentences of ours that stand on a page in English."""
    seen = unescape(re.sub(r"<[^>]+>", "\n", page))
    lines = {" ".join(line.split()) for line in seen.splitlines()}
    with translation.override("cy"):
        return [each for each in sentences() if each in lines and translation.gettext(each) != each]


def test_every_page_is_welsh_for_whoever_was_asked_in_welsh(link):
    signer = Signer(language="cy")
    for go_on in (
        lambda: signer.get("/sign/"),
        lambda: signer.opens("nothing"),
        lambda: signer.opens(link),
        lambda: signer.is_known("AB1 2CD"),
        lambda: signer.is_known(),
        lambda: signer.checks(address=""),
        lambda: signer.checks(),
        lambda: signer.ticks(name=""),
        lambda: signer.ticks(body("DWP"), someone_else="on"),
        lambda: signer.post("/sign/other/", {"other": "Cartrefi Fenwick"}),
    ):
        go_on()
        assert english_in(signer.page.content.decode()) == []
        assert '<html lang="cy">' in signer.page.content.decode()


def test_on_a_phone_set_to_english_the_pages_are_in_the_language_they_were_asked_in(link):
    signer = Signer(language="en-gb").get("/sign/")  # as the script that reads the token comes to be there

    shown = signer.opens(link).is_known().page.content.decode()

    assert '<html lang="cy">' in shown
    signer.get("/sign/check/?lang=en-gb")
    assert '<html lang="en-GB">' in signer.get("/sign/check/").page.content.decode()


def test_the_language_changes_at_any_step_and_the_answers_stay(link):
    signer = Signer(language="cy").opens(link).is_known().checks()

    signer.post("/sign/bodies/", {"bodies": [], "name": "Nkechi", "switch": "en-gb"})

    assert "Say who we can talk to for you" in signer.words
    assert 'value="Nkechi"' in signer.page.content.decode()
    assert "Step 2 of 3" in signer.words


def test_the_mail_is_in_the_language_of_the_person(link):
    subject, text = links.mail_words(link)

    assert subject.startswith("Llofnodwch")
    assert english_in(text) == []
    assert f"[private link {link.pk}]" in text
