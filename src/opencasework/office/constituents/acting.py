"""Who may give authority for a person: themselves, a parent, an attorney with proof, an executor."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.kit.dates import months_later

# Below this age a parent or guardian gives authority. A proposal of this project: no law we know names an age
# for a member's casework, bodies ask for a parent until then, and one who is older may always sign as well.
OWN_AUTHORITY_AGE = 16

As, Proof = ActingFor.As, ActingFor.Proof
# Which proof makes somebody who acts for a person able to give authority in their place.
GOES_WITH = {
    As.ATTORNEY: {Proof.LASTING_MONEY, Proof.LASTING_HEALTH, Proof.POWER_OF_ATTORNEY},
    As.DEPUTY: {Proof.COURT_ORDER, Proof.COURT_MONEY, Proof.COURT_WELFARE},
    As.APPOINTEE: {Proof.APPOINTEESHIP},
    As.EXECUTOR: {Proof.GRANT},
}
# What such a proof covers, where it does not cover everything.
ONLY_FOR = {
    Proof.LASTING_MONEY: "for money and property only",
    Proof.LASTING_HEALTH: "for health and care only, while the person cannot decide",
    Proof.COURT_MONEY: "for money and property only",
    Proof.COURT_WELFARE: "for health and care only",
    Proof.APPOINTEESHIP: "for benefits only",
}
# The same as a key: which bodies have to do with it, a table of the authority folder says.
BUSINESS_OF = {
    Proof.LASTING_MONEY: "money",
    Proof.COURT_MONEY: "money",
    Proof.LASTING_HEALTH: "health",
    Proof.COURT_WELFARE: "health",
    Proof.APPOINTEESHIP: "benefits",
}


@dataclass(frozen=True)
class Giver:
    """Somebody whose authority serves, and why, in a sentence to show beside their name."""

    person: Person
    because: str
    business: str = ""  # a value of BUSINESS_OF: nothing beyond it is theirs to decide; empty for everything
    limit: str = ""  # the same in words: “for benefits only”
    left_to_others: tuple[str, ...] = ()  # businesses in which a deputy decides alone, and not they


def givers_of(people: Iterable[Person], *, on: date) -> dict[Person, list[Giver]]:
    """`who_must_give_authority` for each of these people, with the one query of one."""
    acting: dict[int, list[ActingFor]] = {person.pk: [] for person in people}
    for each in ActingFor.objects.filter(person__in=acting).select_related("by"):
        acting[each.person_id].append(each)
    return {person: _givers(person, acting[person.pk], on=on) for person in people}


def who_must_give_authority(person: Person, *, on: date) -> list[Giver]:
    """Those who may give authority for this person on this day, the likeliest first; one of them is enough.

    - For a child under 16: each parent or guardian on record. Nobody where none is on record: `why_nobody`.
    - For somebody who has died: the executor or administrator.
    - Where a court has appointed a deputy, and the proof was seen: the deputy alone; of one appointed for
      money or for welfare that holds in this business, and elsewhere the person gives it.
    - Otherwise the person, and each attorney or appointee whose proof was seen.

    A carer, friend, interpreter or solicitor speaks for the person and gives no authority. Proof that nobody
    has seen counts for nothing. What it returns is not filtered by who is asking: the caller shows only
    people that `visible_to` lets them know of.
    """
    return givers_of([person], on=on)[person]


def may_give(by: str, subject: str, *, on: date) -> Q:
    """The same as a condition: whether whom `by` names may give it for whom `subject` names, both being names
    of a row's fields or aliases.
    """
    born_after = months_later(on, -12 * OWN_AUTHORITY_AGE)
    child = Exists(Person.objects.filter(pk=OuterRef(subject), date_of_birth__gt=born_after))
    acting = ActingFor.objects.in_force(on=on).filter(person=OuterRef(subject))
    executor = Exists(acting.filter(kind=As.EXECUTOR))
    deputy = Exists(acting.filter(kind=As.DEPUTY, proof__in=GOES_WITH[As.DEPUTY] - set(BUSINESS_OF)))

    def is_theirs(kind: ActingFor.As) -> Exists:
        proven = {"proof__in": GOES_WITH[kind]} if kind in GOES_WITH else {}
        return Exists(acting.filter(by=OuterRef(by), kind=kind, **proven))

    themselves = Q(**{by: F(subject)})
    beside_no_deputy = themselves | is_theirs(As.ATTORNEY) | is_theirs(As.APPOINTEE)
    grown = is_theirs(As.DEPUTY) | (~deputy & beside_no_deputy)
    living = (child & is_theirs(As.PARENT)) | (~child & grown)
    return Q((executor & is_theirs(As.EXECUTOR)) | (~executor & living))


def _givers(person: Person, known: list[ActingFor], *, on: date) -> list[Giver]:
    acting = [each for each in known if each.is_in_force(on=on)]
    executors = [each for each in acting if each.kind == As.EXECUTOR]
    if executors:
        return [_by_proof(each) for each in executors if _is_proven(each)]
    if _is_child(person, on=on):
        parents = [each for each in acting if each.kind == As.PARENT]
        parents.sort(key=lambda each: each.proof == "")
        return [Giver(each.by, _as_parent(each, person, on=on)) for each in parents]
    deputies = [each for each in acting if each.kind == As.DEPUTY and _is_proven(each)]
    if any(each.proof not in BUSINESS_OF for each in deputies):
        return [_by_proof(each) for each in deputies]
    others = [
        _by_proof(each) for each in acting if each.kind in {As.ATTORNEY, As.APPOINTEE} and _is_proven(each)
    ]
    left = tuple(BUSINESS_OF[Proof(each.proof)] for each in deputies)
    themselves = Giver(person, _as_themselves(person, acting), left_to_others=left)
    return [*map(_by_proof, deputies), themselves, *others]


def _by_proof(acting: ActingFor) -> Giver:
    proof = Proof(acting.proof)
    return Giver(acting.by, _because(acting), BUSINESS_OF.get(proof, ""), ONLY_FOR.get(proof, ""))


def executors_of(people: Collection[Person], *, on: date) -> dict[int, set[int]]:
    """The executors on record of those who have died, as we have it, both by their numbers."""
    found: dict[int, set[int]] = {}
    rows = ActingFor.objects.in_force(on=on).filter(kind=As.EXECUTOR, person__in=people)
    for person, by in rows.order_by().values_list("person", "by"):
        found.setdefault(person, set()).add(by)
    return found


def why_nobody(person: Person, *, on: date) -> str:
    """What to do where `who_must_give_authority` names nobody; empty where it names somebody."""
    if who_must_give_authority(person, on=on):
        return ""
    if _is_child(person, on=on):
        return (
            f"{person} is under {OWN_AUTHORITY_AGE}, and no parent or guardian is on record. "
            "Add who acts for them."
        )
    return (
        f"{person} has died, as we have it. Add the grant of probate or administration once you have seen it."
    )


def _is_child(person: Person, *, on: date) -> bool:
    age = person.age(on=on)
    return age is not None and age < OWN_AUTHORITY_AGE


def _is_proven(acting: ActingFor) -> bool:
    return acting.proof in GOES_WITH[As(acting.kind)]


def _because(acting: ActingFor) -> str:
    """“Attorney: Lasting power of attorney, money, seen 3 May 2026; for money and property only.”"""
    seen = f"{acting.get_proof_display()}, seen {_day(acting.proof_seen_on)}"
    limit = ONLY_FOR.get(Proof(acting.proof))
    return f"{acting.get_kind_display()}: {seen}{f'; {limit}' if limit else ''}."


def _as_parent(acting: ActingFor, person: Person, *, on: date) -> str:
    age = person.age(on=on)
    child = f"Parent or guardian of a child of {age}" if age else "Parent or guardian of a baby"
    if acting.proof:
        return f"{child}: {acting.get_proof_display()}, seen {_day(acting.proof_seen_on)}."
    return f"{child}. Nobody has seen proof of parental responsibility yet."


def _as_themselves(person: Person, acting: list[ActingFor]) -> str:
    unseen = [each for each in acting if each.kind in GOES_WITH and not _is_proven(each)]
    if person.date_of_birth is None and any(each.kind == As.PARENT for each in acting):
        return (
            f"The person themselves. Ask for their date of birth: under {OWN_AUTHORITY_AGE} it is a parent."
        )
    if unseen:
        # Not by name: who acts for them may be hidden from the reader.
        return "The person themselves, until somebody has seen the proof that whoever acts for them may."
    if any(_is_proven(each) for each in acting if each.kind in GOES_WITH):
        return "The person themselves, where they can decide."
    if acting:
        return "The person themselves; whoever helps them speaks for them and does not sign for them."
    return "The person themselves."


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "on a day we do not know"
