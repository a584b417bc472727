"""Authority to act: what was given, what was asked for, what came back, and what went out without it."""

from opencasework.office.authority.models.asking import Ask, SigningUse, SignLink, SignTries, SignVisit
from opencasework.office.authority.models.authority import EXPIRES_SOON, Authority, AuthorityQuerySet
from opencasework.office.authority.models.clock import Demand
from opencasework.office.authority.models.overrides import SentWithout
from opencasework.office.authority.models.returned import ReturnedForm

__all__ = [
    "EXPIRES_SOON",
    "Ask",
    "Authority",
    "AuthorityQuerySet",
    "Demand",
    "ReturnedForm",
    "SentWithout",
    "SignLink",
    "SignTries",
    "SignVisit",
    "SigningUse",
]
