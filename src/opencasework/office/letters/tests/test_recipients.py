"""To whom on a case a letter to the person goes: a child's parent before the child, and whoever is chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson
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
