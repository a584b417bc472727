"""What makes people more than a name and a telephone: homes, helpers, languages, and records made twice."""

from __future__ import annotations

from datetime import date, timedelta

from opencasework.office.cases.actions import let_act
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.models import (
    ActingFor,
    Household,
    HouseholdMember,
    Person,
    PersonAddress,
    PersonEmail,
    PersonName,
    PersonPhone,
)


def tell_more(today: date) -> None:
    """Add to the people of the five journeys, who are in the database by now."""
    rao, hughes, mister_a = (
        Person.objects.get(full_name=name) for name in ("Anjali Rao", "Emyr Hughes", "Mr A (name withheld)")
    )
    _a_mother_and_her_children(rao, today)
    _an_attorney(hughes, today)
    _an_interpreter(mister_a)
    _written_down_twice(rao, hughes)


def _a_mother_and_her_children(rao: Person, today: date) -> None:
    """A household of three; a child's mother signs for it."""
    home = rao.addresses.get()
    home.since = today - timedelta(days=500)
    home.save()
    PersonAddress.objects.create(
        person=rao, lines="14 Canal Side\nFenwick", postcode=home.postcode, until=home.since
    )
    PersonPhone.objects.create(
        person=rao, number="07700 900614", note="after 15:00, she is at work before", is_preferred=True
    )
    PersonName.objects.create(person=rao, name="Anjali Mehta", kind=PersonName.Kind.FORMER)
    household = Household.objects.create(name="Anjali Rao and her children, Tannery Court")
    HouseholdMember.objects.create(household=household, person=rao, since=home.since)
    for name, born in (
        ("Mira Rao", today.replace(year=today.year - 9, day=1)),
        ("Dev Rao", today.replace(year=today.year - 4, day=2)),
    ):
        child = Person.objects.create(full_name=name, date_of_birth=born)
        PersonAddress.objects.create(person=child, lines=home.lines, postcode=home.postcode, since=home.since)
        HouseholdMember.objects.create(household=household, person=child, since=home.since)
        ActingFor.objects.create(
            person=child, by=rao, kind=ActingFor.As.PARENT, proof=ActingFor.Proof.PARENTAL,
            proof_seen_on=today - timedelta(days=200),
        )  # fmt: skip


def _an_attorney(hughes: Person, today: date) -> None:
    """His daughter holds a lasting power of attorney; his old email comes back."""
    daughter = Person.objects.create(full_name="Gwenda Hughes-Tanner", is_constituent=False)
    PersonPhone.objects.create(person=daughter, number="07700 900615")
    case = Case.objects.filter(case_people__person=hughes).earliest("opened_at")
    link = CasePerson.objects.create(
        case=case, person=daughter, role=CasePerson.Role.ADVISER, relation="daughter"
    )
    let_act(link=link, constituent=hughes, kind=ActingFor.As.ATTORNEY, proof=ActingFor.Proof.LASTING_MONEY)
    hughes.access_needs = "Hard of hearing: write, or ring his daughter"
    hughes.preferred_channel = Person.Channel.LETTER
    hughes.save()
    hughes.emails.update(standing="bad", note="Mail comes back since the spring")


def _an_interpreter(mister_a: Person) -> None:
    mister_a.language, mister_a.needs_interpreter = "ti", True
    mister_a.safe_contact = "Through the church volunteer only; others in the house open his post."
    mister_a.save()


def _written_down_twice(rao: Person, hughes: Person) -> None:
    """Two records made in a hurry at the telephone: the list of possible duplicates has something to show."""
    again = Person.objects.create(full_name="Rao, Anjali")
    PersonPhone.objects.create(person=again, number="+44 7700 900614")
    misheard = Person.objects.create(full_name="Emir Hughes")
    PersonAddress.objects.create(
        person=misheard, lines=hughes.addresses.get().lines, postcode=hughes.addresses.get().postcode
    )
    PersonEmail.objects.create(person=misheard, address=hughes.emails.get().address)
