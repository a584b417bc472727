"""All that is suggested about a message, together."""

from __future__ import annotations

from dataclasses import dataclass, field

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import lessons
from opencasework.office.inbox.suggesting.categories import (
    MOST_CATEGORIES,
    SuggestedCategory,
    categories_of,
    for_a_case,
)
from opencasework.office.inbox.suggesting.days import Day, days_in
from opencasework.office.inbox.suggesting.facts import Number, numbers_in, words_of
from opencasework.office.inbox.suggesting.on_cases import SuggestedCase, cases
from opencasework.office.inbox.suggesting.owners import SuggestedOwner, owner
from opencasework.office.inbox.suggesting.people import SuggestedPerson, people
from opencasework.office.places import directory
from opencasework.office.places.directory import Place
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category


@dataclass
class Suggestions:
    """All of them, the best first."""

    people: list[SuggestedPerson] = field(default_factory=list)
    cases: list[SuggestedCase] = field(default_factory=list)
    categories: list[SuggestedCategory] = field(default_factory=list)
    owner: SuggestedOwner | None = None
    days: list[Day] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    postcode: str = ""  # the first in the text
    place: Place | None = None  # where it lies, where a postcode directory is loaded
    in_area: bool | None = None  # whether it lies in the member's area; None when that is not known

    @property
    def category(self) -> Category | None:
        """What a case about it would be about."""
        return for_a_case(self.categories)


def suggestions(message: Message, staff: StaffMember) -> Suggestions:
    """What this message may be, as far as this colleague may know.

    Where the office wants no suggestions: what the mail itself says and answers, and who uses its address.
    """
    found = Suggestions()
    text = words_of(message)
    office = Office.if_any()
    # An office's own address stands in what people quote.
    found.postcode = directory.first_in(text, besides=office.address if office else "")
    if found.postcode and office:
        found.in_area = directory.covers(found.postcode, office=office)
        found.place = directory.place_of(found.postcode, office=office)
    guess = lessons.wanted()
    found.people = people(message, found.postcode, staff, guess=guess)
    if guess:
        found.categories = categories_of(message, staff, wanted=True)
        found.days = days_in(message)
    found.cases = cases(message, text, found.people, found.categories, staff, guess=guess)
    found.numbers = numbers_in(message)
    proposed = message.proposal_for(staff)
    about = proposed.main_category if guess and proposed else None
    if proposed and about:
        # What a body writes in its answer tells little of the problem; the case has it written down.
        rest = [each for each in found.categories if each.category != about]
        first = SuggestedCategory(about, f"{proposed.reference} is about it.", share=1.0, is_plain=True)
        found.categories = [first, *rest][:MOST_CATEGORIES]
    if guess:
        found.owner = owner(message, found.cases, message.category or found.category)
    return found
