"""To whom on a case a letter to the person goes: a child's parent before the child, and whoever is chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.cases.team import remove_person
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.constituents.tests.factories import ActingForFactory, PersonFactory
from opencasework.office.letters.models import Letter
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.telling.actions import why_to_take_care

pytestmark = pytest.mark.django_db
As, Proof = ActingFor.As, ActingFor.Proof


@pytest.fixture
def case(home, client) -> Case:
    """A case of Mira Rao, who is nine."""
    OfficeFactory()
    staff = StaffFactory(first_name="Amira", last_name="Hale")
    client.force_login(staff)
    born = timezone.localdate() - timedelta(days=9 * 366)
    mira = PersonFactory(full_name="Mira Rao", address_as="", date_of_birth=born)
    return CaseFactory(by=staff, person=mira)


def comes_on(case, name, *, kind=As.PARENT, proof="", email="anita@post.example", role="adviser"):
    person = PersonFactory(full_name=name, address_as="")
    person.emails.all().delete()
    person.emails.create(address=email)
    seen = timezone.localdate() if proof else None
    ActingForFactory(person=case.constituent, by=person, kind=kind, proof=proof, proof_seen_on=seen)
    CasePerson.objects.create(case=case, person=person, role=role, relation="")
    return person


def begun(client, case, **chosen):
    return client.get(f"/cases/{case.pk}/letters/new/", {"template": "LT-MORE"} | chosen).context


def test_a_child_is_written_to_through_the_parent_on_the_case(client, case):
    mother = comes_on(case, "Anita Rao")

    page = begun(client, case)
    fields = page["form"].initial | {"text": page["letter"].text}
    client.post(
        f"/cases/{case.pk}/letters/new/",
        {"template": "LT-MORE", "to": mother.pk, "means": "email", "to_email": "anita@post.example",
         "subject": "About the school", "text": fields["text"], "language": "en"},
    )  # fmt: skip

    letter = Letter.objects.get(case=case)
    assert (page["letter"].to_person, page["letter"].to_email) == (mother, "anita@post.example")
    assert letter.to_person == mother
    assert letter.text.startswith("Dear Anita Rao,")


def test_whoever_writes_chooses_among_those_on_the_case(client, case):
    mother = comes_on(case, "Anita Rao")
    neighbour = comes_on(case, "Carl Prowse", kind=As.FRIEND, email="carl@post.example", role="third_party")

    to_the_child = begun(client, case, to=case.constituent.pk)
    to_a_third = begun(client, case, to=neighbour.pk)
    page = client.get(f"/cases/{case.pk}/letters/new/", {"template": "LT-MORE"}).content.decode()

    assert to_the_child["letter"].to_person == case.constituent
    assert to_the_child["letter"].text.startswith("Dear Mira Rao,")
    assert to_a_third["letter"].to_person == mother  # nobody's letter goes to a third party
    assert "It goes to" in page
    assert "Carl Prowse" not in page.partition('id="write-to"')[2].partition("</select>")[0]


def test_a_letter_to_a_child_says_to_write_to_whoever_acts_for_them(client, case):
    begun(client, case)
    letter = Letter.objects.create(
        case=case, kind="update", to_person=case.constituent, subject="School", text="Dear Mira", means="post"
    )

    assert (
        "Mira Rao is a child. Write to whoever acts for them"
        in client.get(letter.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize(
    ("kind", "proof", "comes_first"),
    [
        (As.ATTORNEY, Proof.POWER_OF_ATTORNEY, True),
        (As.DEPUTY, Proof.COURT_ORDER, True),
        (As.ATTORNEY, "", False),
        (As.CARER, "", False),
    ],
)
def test_of_an_adult_whoever_has_power_to_act_comes_first(client, case, kind, proof, comes_first):
    person = case.constituent
    person.date_of_birth = None
    person.save()
    acting = comes_on(case, "Anita Rao", kind=kind, proof=proof)

    assert begun(client, case)["letter"].to_person == (acting if comes_first else person)


def test_the_closing_letter_of_a_child_goes_to_the_parent(client, case):
    mother = comes_on(case, "Anita Rao")

    client.post(f"/cases/{case.pk}/closure/", {"outcome": "explained", "letter": "on"})

    letter = Letter.objects.get(case=case)
    assert letter.to_person == mother
    assert "Dear Anita Rao," in letter.text


def test_whose_power_is_for_benefits_alone_does_not_come_before_the_person(client, case):
    Person.objects.update(date_of_birth=None)
    comes_on(case, "Bo Penrose", kind=As.APPOINTEE, proof=Proof.APPOINTEESHIP)
    assert begun(client, case)["letter"].to_person == case.constituent


def test_what_keeps_the_constituent_safe_is_said_of_a_letter_to_somebody_else_too(client, case):
    mother = comes_on(case, "Anita Rao")
    theirs = Person.objects.filter(pk=case.constituent.pk)
    theirs.update(safe_contact="Only at school, through Ms Reed")
    client.post(
        f"/cases/{case.pk}/letters/new/",
        {"template": "LT-MORE", "to": mother.pk, "means": "email", "to_email": "anita@post.example",
         "subject": "About the school", "text": "Dear Anita", "language": "en"},
    )  # fmt: skip
    letter = Letter.objects.get(case=case)

    page = client.get(f"/letters/{letter.pk}/").content.decode()

    assert f"It goes to {mother}. Of {case.constituent} we have: Only at school, through Ms Reed" in page
    assert why_to_take_care(theirs.get())


# --- taken off the case while it is typed ---------------------------------------------------------------


def typed_for(client, case, person, **more) -> Letter:
    given = {"template": "LT-MORE", "to": person.pk, "means": "email", "to_email": "anita@post.example"}
    words = {
        "subject": "About the school",
        "text": "Dear Anita Rao,\n\nThe school says yes.",
        "language": "en",
    }
    client.post(f"/cases/{case.pk}/letters/new/", given | words | more)
    return Letter.objects.get(case=case)


def take_off(case, person):
    remove_person(link=case.case_people.get(person=person), by=case.owner)


def test_who_was_taken_off_while_it_was_typed_keeps_the_draft_from_leaving(client, case):
    mother = comes_on(case, "Anita Rao")
    take_off(case, mother)

    letter = typed_for(client, case, mother)
    page = client.get(letter.get_absolute_url()).content.decode()
    sent = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    printed = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert letter.to_person == mother  # for whom the words are
    assert "The school says yes." in letter.text
    assert "It was meant for Anita Rao, who is not on this case any more. Choose again" in page
    assert sent.status_code == printed.status_code == 422
    assert not letter.mails.exists()


def test_choosing_again_gives_it_to_somebody_on_the_case_and_keeps_its_words(client, case):
    mother, father = comes_on(case, "Anita Rao"), comes_on(case, "Sam Rao", email="sam@post.example")
    letter = typed_for(client, case, mother)
    take_off(case, mother)

    refused = client.post(f"/letters/{letter.pk}/readdressing/", {"to": mother.pk})
    client.post(f"/letters/{letter.pk}/readdressing/", {"to": father.pk})

    letter.refresh_from_db()
    page = client.get(letter.get_absolute_url()).content.decode()
    assert refused.status_code == 422
    assert (letter.to_person, letter.to_email) == (father, "sam@post.example")
    assert letter.text.startswith("Dear Anita Rao,")
    assert "look at the greeting" in page
    assert "It was meant for" not in page
    assert client.post(f"/letters/{letter.pk}/readdressing/", {"to": mother.pk}).status_code == 422


def test_nobody_who_never_was_on_the_case_is_written_to(client, case):
    stranger = PersonFactory(full_name="Carl Prowse")
    mother = comes_on(case, "Anita Rao")

    assert typed_for(client, case, stranger).to_person == mother


def test_a_letter_to_somebody_who_has_died_says_to_write_to_the_executor(client, case):
    person = PersonFactory(full_name="Ida Whitterby")
    case = CaseFactory(by=case.owner, person=person)
    new = {"kind": "update", "subject": "News", "text": "Dear you"}
    first = case.letters.create(to_person=person, **new)
    said = "Ida Whitterby has died, as we have it. Write to the executor"
    assert said not in client.get(first.get_absolute_url()).content.decode()

    executor = comes_on(case, "Sam Whitterby", kind=As.EXECUTOR)

    assert said in client.get(first.get_absolute_url()).content.decode()
    to_sam = case.letters.create(to_person=executor, **new)
    assert said not in client.get(to_sam.get_absolute_url()).content.decode()
