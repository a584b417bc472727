"""What a message may be about: who writes, which case, which tags, who takes it; each with its reason.

Nothing is decided here; `accepting` does what a person says. What the words mean is learned in `learning`.
"""

from opencasework.office.inbox.suggesting.categories import SuggestedCategory, categories_of
from opencasework.office.inbox.suggesting.facts import TELEPHONE
from opencasework.office.inbox.suggesting.finding import Suggestions, suggestions
from opencasework.office.inbox.suggesting.on_cases import SuggestedCase
from opencasework.office.inbox.suggesting.people import SuggestedPerson

__all__ = [
    "TELEPHONE",
    "SuggestedCase",
    "SuggestedCategory",
    "SuggestedPerson",
    "Suggestions",
    "categories_of",
    "suggestions",
]
