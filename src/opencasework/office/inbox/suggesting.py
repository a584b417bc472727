"""What a message may be about: who writes, which cases, which category; each with its reason.

Nothing is decided or stored here. A case appears only to those who may know that it exists.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Q

from opencasework.office.cases.models import Case, CaseQuerySet, Channel, ReferenceNumber
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading.characters import words
from opencasework.office.kit import postcodes, references
from opencasework.office.letters.models import Enquiry
from opencasework.office.places import directory
from opencasework.office.places.directory import Place
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import CASEWORK, Category

MOST_PEOPLE, MOST_CASES = 5, 8
SHORTEST_NUMBER = 6  # digits that tell one telephone from others
CASE_REFERENCE = re.compile(r"\bOC-\d{4}-\d{5}\b", re.IGNORECASE)
WORD = re.compile(r"[a-zâêîôûŵŷ]{4,}", re.IGNORECASE)
# Words of the code list that say nothing about a category.
COMMON = words(
    "about and appeal application benefits care case change claim claims complaint complaints cost costs"
    " council data decision decisions delay delays from general help home homes issue issues letter local"
    " month national office other over payment payments people person problem problems public rent rights"
    " school service services support that their this time waiting with work working years"
)
TELEPHONE = re.compile(r"(?<![\w+])(?:\+44 ?|0)[1-9](?:[ -]?[0-9]){8,9}\b")
TEXT_LOOKED_AT = 20_000  # characters


@dataclass(frozen=True)
class SuggestedPerson:
    """Somebody it may be from."""

    person: Person
    reason: str


@dataclass(frozen=True)
class SuggestedCase:
    """A case it may belong to, and perhaps the enquiry it answers."""

    case: Case
    reason: str
    enquiry: Enquiry | None = None


@dataclass(frozen=True)
class SuggestedCategory:
    """What it may be about."""

    category: Category
    reason: str


@dataclass
class Suggestions:
    """All of them, the best first."""

    people: list[SuggestedPerson] = field(default_factory=list)
    cases: list[SuggestedCase] = field(default_factory=list)
    categories: list[SuggestedCategory] = field(default_factory=list)
    postcode: str = ""  # the first in the text
    place: Place | None = None  # where it lies, where a postcode directory is loaded
    in_area: bool | None = None  # whether it lies in the member's area; None when that is not known


def suggestions(message: Message, staff: StaffMember) -> Suggestions:
    """What this message may be, as far as this colleague may know."""
    text = f"{message.subject}\n{message.text[:TEXT_LOOKED_AT]}"
    found = Suggestions()
    written = postcodes.found_in(text)
    office = Office.objects.filter(pk=1).first()
    # An office's own address stands in what people quote.
    own = postcodes.found_in(office.address) if office else []
    found.postcode = next((each for each in written if each not in own), "")
    if found.postcode and office:
        found.in_area = directory.covers(found.postcode, office=office)
        found.place = directory.place_of(found.postcode, office=office)
    found.people = _people(message, found.postcode, staff)
    found.cases = _cases(message, text, found.people, staff)
    found.categories = categories_of(message)
    return found


def categories_of(message: Message) -> list[SuggestedCategory]:
    """What it may be about by its words, the best first."""
    # Of a web form what was written, not the questions; of a reply not what we wrote ourselves.
    told = message.reply_text if message.channel == Channel.WEB else message.new_text or message.text
    return _categories(f"{message.subject}\n{told[:TEXT_LOOKED_AT]}")


def _people(message: Message, postcode: str, staff: StaffMember) -> list[SuggestedPerson]:
    visible = Person.objects.visible_to(staff)
    found: dict[int, SuggestedPerson] = {}
    chosen = visible.filter(pk=message.person_id).first() if message.person_id else None
    if chosen:
        found[chosen.pk] = SuggestedPerson(chosen, "Chosen by a colleague.")
    if message.from_address:
        verified = (
            "" if message.sender_check == Message.SenderCheck.ALIGNED else " The sender is not verified."
        )
        for person in visible.with_email(message.from_address)[:MOST_PEOPLE]:
            reason = f"{message.from_address} is an address of theirs.{verified}"
            found.setdefault(person.pk, SuggestedPerson(person, reason))
    number = "".join(filter(str.isdigit, str(message.details.get("number", ""))))
    if len(number) >= SHORTEST_NUMBER:
        for person in visible.with_phone(number)[:MOST_PEOPLE]:
            found.setdefault(person.pk, SuggestedPerson(person, "They rang from a number of theirs."))
    name = " ".join(message.from_name.split())
    if name:
        living_there = (
            visible.living_at(postcode).values("pk") if postcode else Person.objects.none().values("pk")
        )
        last = name.split()[-1]
        same_name = Q(full_name__iexact=name)
        same_house = Q(full_name__iendswith=f" {last}", pk__in=living_there)
        for person in visible.filter(same_name | same_house)[:MOST_PEOPLE]:
            same = person.full_name.lower() == name.lower()
            reason = "The same name." if same else f"The same surname at {postcode}."
            found.setdefault(person.pk, SuggestedPerson(person, reason))
    for number in list(dict.fromkeys(TELEPHONE.findall(message.text[:TEXT_LOOKED_AT])))[:MOST_PEOPLE]:
        for person in visible.with_phone(number)[:MOST_PEOPLE]:
            found.setdefault(person.pk, SuggestedPerson(person, f"{number} is a number of theirs."))
    return list(found.values())[:MOST_PEOPLE]


def _cases(
    message: Message, text: str, people: list[SuggestedPerson], staff: StaffMember
) -> list[SuggestedCase]:
    visible = Case.objects.visible_to(staff).select_related("owner")
    found: dict[int, SuggestedCase] = {}
    proposed = message.proposal_for(staff)
    if proposed:
        found[proposed.pk] = SuggestedCase(proposed, message.proposal_reason, message.proposed_enquiry)
    if message.thread_id:
        earlier = Message.objects.filter(Q(pk=message.thread_id) | Q(thread=message.thread_id))
        for case in visible.filter(pk__in=earlier.exclude(case=None).values("case")):
            found.setdefault(case.pk, SuggestedCase(case, "An earlier mail of this thread is on it."))
    named = {each.upper() for each in CASE_REFERENCE.findall(text)}
    for case in visible.filter(reference__in=named) if named else ():
        found.setdefault(case.pk, SuggestedCase(case, f"It names {case.reference}."))
    for case, reason in _by_reference_number(text, visible):
        found.setdefault(case.pk, SuggestedCase(case, reason))
    for suggested in people:
        for case in visible.open().of(suggested.person).order_by("-opened_at")[:MOST_CASES]:
            reason = f"An open case of {suggested.person.full_name}."
            found.setdefault(case.pk, SuggestedCase(case, reason))
    return list(found.values())[:MOST_CASES]


def _by_reference_number(text: str, visible: CaseQuerySet) -> list[tuple[Case, str]]:
    kinds = references.kinds()
    wanted = {(code, kinds[code].compact(value)) for code, value in references.found_in(text)}
    if not wanted:
        return []
    numbers = ReferenceNumber.objects.filter(compact__in=[compact for _, compact in wanted], case__in=visible)
    return [
        (number.case, f"It gives the {number.kind_name} of this case.")
        for number in numbers.select_related("case")
        if (number.kind, number.compact) in wanted
    ]


def _categories(text: str) -> list[SuggestedCategory]:
    """Categories whose own words stand in the text; rare words count for more."""
    categories = [each for each in Category.objects.exclude(parent=None) if each.kind == CASEWORK]
    weights = _weights(tuple((each.label, each.label_cy, each.description) for each in categories))
    lowered = text.lower()
    written = set(WORD.findall(text)) | set(WORD.findall(lowered))
    scored: list[tuple[float, SuggestedCategory]] = []
    for category, terms in zip(categories, weights, strict=True):
        label = category.label.lower()
        hits = {term: weight for term, weight in terms.items() if term in written}
        if label in lowered:
            hits[label] = 5.0
        if sum(hits.values()) >= 1.5:
            best = sorted(hits, key=lambda term: -hits[term])[:3]
            reason = f"It mentions {', '.join(f'“{term}”' for term in best)}."
            scored.append((sum(hits.values()), SuggestedCategory(category, reason)))
    return [suggested for _, suggested in sorted(scored, key=lambda pair: -pair[0])[:3]]


@lru_cache(maxsize=2)
def _weights(categories: tuple[tuple[str, str, str], ...]) -> list[dict[str, float]]:
    """What each term of each category counts for: the less, the more categories share it.

    Of their texts alone, so that what is kept between messages is never of an older code list.
    """
    terms = [_terms(*texts) for texts in categories]
    spread = Counter(term for each in terms for term in each)
    return [{term: weight / spread[term] for term, weight in each.items()} for each in terms]


def _terms(label: str, label_cy: str, description: str) -> dict[str, float]:
    described = {word: 1.0 for word in _words(description)}
    named = {word: 2.0 for word in _words(f"{label} {label_cy}")}
    return {word: weight for word, weight in (described | named).items() if word not in COMMON}


def _words(text: str) -> list[str]:
    """In small letters, but for an abbreviation: SEND is not what somebody does with a letter."""
    return [word if word.isupper() else word.lower() for word in WORD.findall(text)]
