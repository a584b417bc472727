"""The people the office helps: who they are, how to reach them, who lives with whom, who acts for whom."""

from opencasework.office.constituents.models.acting import ActingFor
from opencasework.office.constituents.models.before import SaidBefore, known_from, shown_to
from opencasework.office.constituents.models.households import Household, HouseholdMember
from opencasework.office.constituents.models.merges import ExactJSON, NotTheSame, PersonMerge
from opencasework.office.constituents.models.people import (
    Person,
    PersonAddress,
    PersonEmail,
    PersonName,
    PersonPhone,
    PersonQuerySet,
    Standing,
    clean_postcode,
)

__all__ = [
    "ActingFor",
    "ExactJSON",
    "Household",
    "HouseholdMember",
    "NotTheSame",
    "Person",
    "PersonAddress",
    "PersonEmail",
    "PersonMerge",
    "PersonName",
    "PersonPhone",
    "PersonQuerySet",
    "SaidBefore",
    "Standing",
    "clean_postcode",
    "known_from",
    "shown_to",
]
