"""“@tom” in a note asks him, and “#damp” tags the case; anything else stays plain text."""

from __future__ import annotations

import re

import pytest

from opencasework.office.cases.models import Case, Mention
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import OwnWord

pytestmark = pytest.mark.django_db


@pytest.fixture
def tom() -> StaffMember:
    return StaffFactory(username="tom.w", first_name="Tom", last_name="Wilson")


@pytest.fixture
def case(client, tom) -> Case:
    OfficeFactory()
    made = CaseFactory(by=StaffFactory(first_name="Ana"))
    client.force_login(made.owner)
    return made


def note(client, case: Case, text: str) -> str:
    return client.post(f"/cases/{case.pk}/notes/", {"text": text}, follow=True).content.decode()


def test_whoever_is_asked_in_a_note_finds_it_in_their_day_until_they_have_seen_it(client, case, tom):
    page = note(client, case, "@tom have you heard from the landlord?")
    client.force_login(tom)

    day = client.get("/").content.decode()
    mention = Mention.objects.get()
    done = client.post(f"/today/mentions/{mention.pk}/", follow=True).content.decode()
    after = client.get("/").content.decode()
    client.post(re.search(r"/today/mentions/\d+/again/", done).group())
    again = client.get("/").content.decode()

    asks = f"{case.owner} asks Tom Wilson in a note"
    assert "Asked: Tom Wilson; it stands in their day." in page
    assert [asks in each for each in (day, after, again)] == [True, False, True]
    assert f"#entry-{mention.line}" in day


def test_a_volunteer_who_is_asked_can_say_that_they_have_seen_it(client, case):
    Case.objects.update(owner=StaffFactory(username="vic", first_name="Vic", role=Role.VOLUNTEER))
    note(client, case, "@vic can you look up the bus times?")
    client.force_login(StaffMember.objects.get(username="vic"))

    button = re.search(r"/today/mentions/\d+/", client.get("/").content.decode())
    client.post(button.group())

    assert Mention.objects.get().done_at


def test_nobody_else_s_day_has_it(client, case, tom):
    note(client, case, "@tom.w have you heard from the landlord?")
    client.force_login(StaffFactory())

    assert "asks Tom Wilson" not in client.get("/").content.decode()


def test_whoever_may_not_know_of_the_case_is_not_asked(client, case, tom):
    Case.objects.update(need_to_know=True)

    page = note(client, case, "@tom what do you think?")

    assert "Tom Wilson may not know of this case, and was not asked." in page
    assert not Mention.objects.exists()


def test_two_of_one_name_are_told_apart_by_their_sign_in(client, case, tom):
    StaffFactory(username="tom.b", first_name="Tom")

    page = note(client, case, "@tom?")
    note(client, case, "@tom.b?")

    assert "Write @tom.w or @tom.b" in page
    assert Mention.objects.get().whom.username == "tom.b"


def test_a_word_of_the_office_is_put_on_the_case_and_no_new_one_is_made(client, case):
    OwnWord.objects.create(word="damp")
    OwnWord.objects.create(word="no heating")

    page = note(client, case, "Black mould, #damp and #no-heating, since #winter")

    assert sorted(case.own_words.values_list("word__word", flat=True)) == ["damp", "no heating"]
    assert "“#winter” is none of your office’s words" in page
    assert not OwnWord.objects.filter(word="winter").exists()


@pytest.mark.parametrize("text", ["Write to tom@post.example", "Flat #4, second floor", "C# is a language"])
def test_plain_text_stays_plain(client, case, text):
    page = note(client, case, text)

    assert "Note added." in page
    assert "nobody was asked" not in page
    assert "not tagged" not in page
    assert not Mention.objects.exists()


def test_a_word_that_stands_for_a_level_proposes_it_where_the_case_has_not_reached_it(client, case):
    OwnWord.objects.create(word="hush", level="SEN-4")
    OwnWord.objects.create(word="asap", level="URG-3")
    Case.objects.filter(pk=case.pk).update(urgency="URG-4", sensitivity="SEN-1")

    page = note(client, case, "#hush #asap she hides")

    assert "“hush” stands for Sensitivity: Restricted, which this case is not." in page
    assert "“asap” stands for" not in page
    assert Case.objects.get(pk=case.pk).sensitivity == "SEN-1"
