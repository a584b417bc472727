"""To whom on a case a letter to the person goes: themselves, or whoever acts for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.acting import OWN_AUTHORITY_AGE, givers_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit import around
from opencasework.office.kit.numbers import row_number


@dataclass(frozen=True)
class Recipient:
    """Somebody on the case, and as what they are on it: “acting for the constituent, mother”."""

    person: Person
    as_what: str


def on_case(case: Case) -> list[Recipient]:
    """Those on the case to whom a letter may go, the likeliest first; no third party is among them.

    Whoever may act in the place of a constituent, as the parent of a child may, comes before them.
    """
    links = [link for link in around.of(case, "case_people") if link.role != CasePerson.Role.THIRD_PARTY]
    links.sort(key=lambda link: link.role != CasePerson.Role.CONSTITUENT)  # else as they came on it
    if len(links) > 1:
        deciding = _deciding_for([link.person for link in links if _is_constituent(link)])
        links.sort(key=lambda link: link.person_id not in deciding)
    return [Recipient(link.person, _as_what(link)) for link in links]


def first(case: Case) -> Person | None:
    """To whom a letter to the person goes where nobody has chosen; None where the case is for nobody."""
    if case.constituent is None:
        return None
    return next(each.person for each in on_case(case))


def chosen(case: Case, number: str | None) -> Person | None:
    """The one of them with this number, else `first`."""
    wanted = row_number(number) if number else None
    if wanted is None or case.constituent is None:
        return first(case)
    return next((each.person for each in on_case(case) if each.person.pk == wanted), first(case))


def is_child(person: Person) -> bool:
    """Whether they are too young to be written to in place of a parent, as we have their date of birth."""
    age = person.age(on=timezone.localdate())
    return age is not None and age < OWN_AUTHORITY_AGE


def minding_the_constituent(case: Case, to: Person, *, by_post: bool) -> list[str]:
    """What is known of reaching the constituent safely, where a letter goes to somebody else."""
    theirs = case.constituent
    if theirs is None or theirs == to:
        return []
    known = [theirs.safe_contact, theirs.contact_limit]
    said = [f"It goes to {to}. Of {theirs} we have: {words}" for words in known if words]
    if theirs.never_by_post and by_post:
        said.append(f"It goes to {to}. To {theirs} nothing may go by post: ask who opens this.")
    return said


def _deciding_for(constituents: list[Person]) -> set[int]:
    """Whoever may give authority in the place of the first of these people, by whom the case is known.

    Nobody whose power is for some business only, such as an appointee's for benefits.
    """
    if not constituents:
        return set()
    them = constituents[0]
    givers = givers_of([them], on=timezone.localdate())[them]
    return {giver.person.pk for giver in givers if giver.person.pk != them.pk and not giver.business}


def _is_constituent(link: CasePerson) -> bool:
    return link.role == CasePerson.Role.CONSTITUENT


def _as_what(link: CasePerson) -> str:
    role = str(CasePerson.Role(link.role).label).lower()
    return f"{role}, {link.relation}" if link.relation else role
