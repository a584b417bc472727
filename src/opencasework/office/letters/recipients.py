"""To whom on a case a letter to the person goes: themselves, or whoever acts for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.constituents.acting import OWN_AUTHORITY_AGE, executors_of, givers_of
from opencasework.office.constituents.models import Person
from opencasework.office.kit import around
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters.fields import Way
from opencasework.office.letters.keeping import keep_edit
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember

# What a draft says that is for somebody who was taken off.
GONE = (
    "It was meant for {}, who is not on this case any more. Choose again whom it goes to; look at its words."
)


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


def chosen(case: Case, number: str | None, *, was_typed: bool = False) -> Person | None:
    """The one of them with this number, else `first`.

    What `was_typed` for somebody who was taken off the case meanwhile is theirs: see `concerns`.
    """
    wanted = row_number(number) if number else None
    if wanted is None or case.constituent is None:
        return first(case)
    found = next((each.person for each in on_case(case) if each.person.pk == wanted), None)
    if found is None and was_typed and _was_on(case, wanted):
        found = Person.objects.filter(pk=wanted).first()
    return found or first(case)


def _was_on(case: Case, person: int) -> bool:
    lines = Event.objects.filter(case__in=case.family, detail__person=person)
    return lines.filter(kind__in=[Event.Kind.PERSON_REMOVED, Event.Kind.PERSON_CHANGED]).exists()


def is_gone(letter: Letter) -> bool:
    """Whether the one it is meant for is not, or no more, among those on the case to whom a letter may go."""
    meant = letter.to_person_id
    return meant is not None and meant not in {each.person.pk for each in on_case(letter.case)}


def readdress(letter: Letter, *, to: Person, by: StaffMember) -> bool:
    """Somebody else gets a draft, whose words stay as they are, but for no reason given for the first.

    False once it is a draft no more.
    """
    means = Letter.Means.POST if to.wants_paper or not to.email else Letter.Means.EMAIL
    return keep_edit(letter, by=by, to_person=to, to_email=to.email, means=means, no_authority_reason="")


@dataclass(frozen=True)
class Concern:
    """What is to be looked at of the one whom a letter goes to; what `must` be put right keeps it here."""

    text: str
    must: bool = False
    ways: tuple[Way, ...] = ()


def concerns(letter: Letter) -> list[Concern]:
    """What is to be looked at before it goes to this person."""
    person = letter.to_person
    if person is None:
        return []
    by_post = letter.means == Letter.Means.POST
    found = []
    if is_gone(letter):
        found.append(Concern(GONE.format(person), must=True))
    if is_child(person):
        text = f"{person} is a child. Write to whoever acts for them; put them on the case first."
        add = Way("", "Add somebody to the case", reverse("case-person-new", args=[letter.case_id]))
        found.append(Concern(text, ways=(add,)))
    if executors_of([person], on=timezone.localdate()):
        text = f"{person} has died, as we have it. Write to the executor; put them on the case first."
        add = Way("", "Add somebody to the case", reverse("case-person-new", args=[letter.case_id]))
        found.append(Concern(text, ways=(add,)))
    minding = person.to_mind(by_post=by_post, written_in=letter.language)
    minding += minding_the_constituent(letter.case, person, by_post=by_post)
    return [*found, *(Concern(text) for text in minding)]


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
