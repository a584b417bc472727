"""Who may have written a message: by address, telephone, name and where they live, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from opencasework.office.constituents import names
from opencasework.office.constituents.models import Person, PersonAddress, PersonName
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting.facts import TELEPHONE, TEXT_LOOKED_AT
from opencasework.office.staff.models import StaffMember

MOST_PEOPLE = 5
MOST_LOOKED_AT = 40  # of one kind of sign: a landlord's postcode may have a hundred people
SHORTEST_NUMBER = 6  # digits that tell one telephone from others
# What a sign counts for. An address is stronger than a name; of two people who share one, the name decides.
CHOSEN, ADDRESS, RANG, TELEPHONE_GIVEN, NAME, OTHER_NAME, SURNAME_THERE = 100, 10, 9, 8, 5, 4, 4
CLOSING = re.compile(
    r"(?im)^\s*(?:yours|kind|many|best|warm|with|regards|thanks|thank you|sincerely|diolch|cofion|cheers)"
    r"\b.{0,40}$"
)
PERSON_LIKE = re.compile(r"^(?:[^\W\d_][\w'’.-]*)(?: [^\W\d_][\w'’.-]*){1,4}$")


@dataclass(frozen=True)
class SuggestedPerson:
    """Somebody it may be from."""

    person: Person
    reason: str


@dataclass
class _Signs:
    """What speaks for somebody, each sign once."""

    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str, worth: int) -> None:
        self.reasons.setdefault(reason, worth)

    @property
    def worth(self) -> int:
        return sum(self.reasons.values())

    def said(self, *, all_of_them: bool) -> str:
        order = sorted(self.reasons, key=lambda reason: -self.reasons[reason])
        return " ".join(order if all_of_them else order[:1])


def people(
    message: Message, postcode: str, staff: StaffMember, *, guess: bool = True
) -> list[SuggestedPerson]:
    """Who may have written, the most likely first. Without `guess`, by address and a colleague's word alone.

    However many people the office knows, the rows looked at are bounded and found by an index.
    """
    found: dict[int, _Signs] = {}
    signs = [_chosen(message), _by_address(message)]
    if guess:
        signs += [_by_number(message), _by_name(message), _by_home(message, postcode)]
    for each in signs:
        for person, reason, worth in each:
            found.setdefault(person, _Signs()).add(reason, worth)
    visible = Person.objects.visible_among_few(staff).in_bulk(list(found)) if found else {}
    known = {pk: each for pk, each in found.items() if pk in visible}
    order = sorted(known, key=lambda pk: (-known[pk].worth, visible[pk].full_name, pk))[:MOST_PEOPLE]
    return [SuggestedPerson(visible[pk], known[pk].said(all_of_them=len(order) > 1)) for pk in order]


Sign = tuple[int, str, int]


def _chosen(message: Message) -> Iterator[Sign]:
    if message.person_id:
        yield message.person_id, "Chosen by a colleague.", CHOSEN


def _by_address(message: Message) -> Iterator[Sign]:
    if not message.from_address:
        return
    aligned = message.sender_check == Message.SenderCheck.ALIGNED
    reason = (
        f"{message.from_address} is an address of theirs.{'' if aligned else ' The sender is not verified.'}"
    )
    users = Person.objects.with_email(message.from_address).order_by("pk")
    for person in users.values_list("pk", flat=True)[:MOST_LOOKED_AT]:
        yield person, reason, ADDRESS


def _by_number(message: Message) -> Iterator[Sign]:
    rang = "".join(filter(str.isdigit, str(message.details.get("number", ""))))
    if len(rang) >= SHORTEST_NUMBER:
        for person in Person.objects.with_phone(rang).values_list("pk", flat=True)[:MOST_PEOPLE]:
            yield person, "They rang from a number of theirs.", RANG
    given = list(dict.fromkeys(TELEPHONE.findall(message.text[:TEXT_LOOKED_AT])))[:2]
    for number in given:
        for person in Person.objects.with_phone(number).values_list("pk", flat=True)[:MOST_PEOPLE]:
            yield person, f"{number} is a number of theirs.", TELEPHONE_GIVEN


def _by_name(message: Message) -> Iterator[Sign]:
    keys = {names.key(name): name for name in _names(message)}
    keys.pop("", None)
    if not keys:
        return
    same = Person.objects.filter(name_key__in=keys).order_by("pk")
    for person in same.values_list("pk", flat=True)[:MOST_LOOKED_AT]:
        yield person, "The same name.", NAME
    others = PersonName.objects.filter(name_key__in=keys).order_by("pk")
    for person in others.values_list("person", flat=True)[:MOST_LOOKED_AT]:
        yield person, "A name they go by.", OTHER_NAME


def _by_home(message: Message, postcode: str) -> Iterator[Sign]:
    if not postcode:
        return
    rows = Person.objects.living_at(postcode).order_by("pk").values_list("pk", "full_name")[:MOST_LOOKED_AT]
    surnames = {name.split()[-1].lower() for name in _names(message) if name.split()}
    for person, full_name in rows:
        if full_name.split()[-1:] and full_name.split()[-1].lower() in surnames:
            yield person, f"The same surname at {postcode}.", SURNAME_THERE


def _names(message: Message) -> list[str]:
    """What the sender calls themselves: at the head of the mail and, where they sign, below it.

    Of a call of a body the name of whom it was about.
    """
    if message.details.get("body"):
        return [name] if (name := " ".join(str(message.details.get("about", "")).split())) else []
    return list(
        dict.fromkeys(filter(None, [" ".join(message.from_name.split()), *_signed(message.new_text)]))
    )


def _signed(text: str) -> Iterator[str]:
    lines = [line.strip(" ,.\t\r") for line in text[:TEXT_LOOKED_AT].splitlines()]
    for at, line in enumerate(lines):
        if CLOSING.match(line):
            following = [each for each in lines[at + 1 : at + 4] if each][:1]
            yield from (each for each in following if PERSON_LIKE.match(each) and len(each) <= 60)


def living_together(people: Iterable[Person], postcode: str) -> list[int]:
    """Numbers of those who live at the postcode, besides these people."""
    if not postcode:
        return []
    there = PersonAddress.objects.filter(postcode=postcode, until=None).exclude(person__in=people)
    return list(there.order_by("pk").values_list("person", flat=True)[:MOST_LOOKED_AT])
