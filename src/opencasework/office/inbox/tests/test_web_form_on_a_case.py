"""What somebody answered in the web form is not asked again, and not forgotten, when a case is opened."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from opencasework.office.authority.models import Ask
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.webform.models import WebForm
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MessageFactory
from .writing import Constituent

pytestmark = pytest.mark.django_db
NEEDS = {"needs": "A text before a call."}


@pytest.fixture(autouse=True)
def ana(home, monkeypatch):
    monkeypatch.setattr("opencasework.office.inbox.webform.views.QUICKEST_SECONDS", 0)
    OfficeFactory()
    WebForm.objects.create(pk=1, is_on=True)
    return StaffFactory()


@pytest.fixture
def caseworker(client, ana):
    """Signs in once the constituent has written."""

    def sign_in():
        client.force_login(ana)
        return client

    return sign_in


def of_form(page):
    """What the fields of a page are filled in with."""
    html = page.content.decode()
    fields = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', html))
    fields |= {name: value for value, name in re.findall(r'value="([^"]*)"[^>]*?name="(\w+)"', html)}
    for name, options in re.findall(r'<select[^>]*name="(\w+)".*?>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def opened_from(client, message, **changed):
    address = reverse("message-case", args=[message.pk])
    given = of_form(client.get(address)) | {"category": "BEN-UC"} | changed
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get()


def test_how_to_reach_them_is_filled_in_for_the_caseworker_to_confirm(client, caseworker):
    Constituent(client).write(reach=NEEDS)

    opened_from(caseworker(), Message.objects.get())

    person = Person.objects.get(full_name="Nkechi Marrowby")
    assert person.safe_contact == "Not after six."
    assert person.preferred_channel == "phone"
    assert person.language == "cy"
    assert person.access_needs == "A text before a call."


def test_a_caseworker_who_knows_better_changes_it(client, caseworker):
    Constituent(client).write()

    opened_from(caseworker(), Message.objects.get(), safe_contact="Only mornings.", language="en")

    person = Person.objects.get(full_name="Nkechi Marrowby")
    assert (person.safe_contact, person.language) == ("Only mornings.", "en")


def test_whoever_is_to_be_left_alone_and_needs_an_interpreter_is(client, caseworker):
    Constituent(client).write(reach={"safe": "no", "careful": "He reads my post.", "language": "other"})

    opened_from(caseworker(), Message.objects.get())

    person = Person.objects.get(full_name="Nkechi Marrowby")
    assert person.safe_contact.startswith("Do not contact them; wait")
    assert person.safe_contact.endswith("He reads my post.")
    assert person.access_needs == "Another language, or an interpreter"


def test_a_mail_says_nothing_about_it_and_nothing_is_asked(caseworker):
    page = caseworker().get(reverse("message-case", args=[MessageFactory().pk])).content.decode()

    assert "Only safe way" not in page


def test_of_somebody_known_it_is_not_asked_again(client, caseworker):
    PersonFactory(email__address="nkechi@post.example")
    Constituent(client).write()

    page = caseworker().get(reverse("message-case", args=[Message.objects.get().pk])).content.decode()

    assert 'name="safe_contact"' not in page


def test_beside_the_authority_of_the_case_stands_what_they_ticked(client, caseworker):
    Constituent(client).write()
    message = Message.objects.get()
    case = opened_from(caseworker(), message)
    address = reverse("case-authorities", args=[case.pk])

    beside = client.get(address).content.decode()
    client.post(reverse("message-undo", args=[message.pk]))

    assert "they ticked that this office may act for them" in beside
    assert reverse("message", args=[message.pk]) in beside
    assert "they ticked" not in client.get(address).content.decode()


def test_what_they_ticked_in_a_message_one_may_not_read_is_not_shown(client, caseworker):
    Constituent(client).write()
    message = Message.objects.get()
    case = opened_from(caseworker(), message)
    hidden = CaseFactory(by=case.owner)
    ask = Ask.objects.create(case=hidden, person=hidden.constituent, made_by=case.owner)
    message.attachments.create(position=9, filename="form.pdf", sha256="0" * 64, size=1).forms.add(ask)
    restrict(hidden, by=case.owner)
    client.force_login(StaffFactory(first_name="Kofi"))

    beside = client.get(reverse("case-authorities", args=[case.pk])).content.decode()

    assert "they ticked" not in beside
    assert "Read what they sent" not in beside


def test_what_was_not_ticked_is_not_said_to_be(client, caseworker):
    someone = Constituent(client).write(until="consent")
    someone.post("consent", {})
    someone.write()
    case = opened_from(caseworker(), Message.objects.get())

    assert "they ticked" not in client.get(reverse("case-authorities", args=[case.pk])).content.decode()


def test_that_care_is_needed_stands_in_red_wherever_one_might_write_or_ring(client, caseworker):
    Constituent(client).write()
    message = reverse("message", args=[Message.objects.get().pk])

    listed = caseworker().get("/inbox/").content.decode()
    reading, panel = re.findall(r"<(?:article|aside) class=\"column.*?</(?:article|aside)>", listed, re.S)
    opening = client.get(f"{message}case/").content.decode()
    client.post(f"{message}decision/", {"decision": "filed_away"})
    decided = client.get(message).content.decode()

    assert "<span>Take care</span>" in listed
    for place in (reading, panel, opening, decided):
        assert re.search(
            r"s-late.{0,900}Take care before you contact them:</strong> Not after six\.", place, re.S
        )


def test_where_no_care_is_needed_nothing_shouts(client, caseworker):
    Constituent(client).write(reach={"safe": "yes", "careful": ""})

    assert "Take care" not in caseworker().get("/inbox/").content.decode()
