"""Cases, the issues in them, the people on them, their reference numbers and their timeline."""

from opencasework.office.cases.models.case import (
    Case,
    CaseNumber,
    CaseQuerySet,
    access_changed,
    open_again,
    opened_by_mistake,
)
from opencasework.office.cases.models.codes import Channel, Outcome
from opencasework.office.cases.models.events import Event, EventQuerySet, TimelineIsAppendOnly
from opencasework.office.cases.models.followups import FollowUp
from opencasework.office.cases.models.issues import KEPT, Issue
from opencasework.office.cases.models.links import CaseLink
from opencasework.office.cases.models.mentions import Mention
from opencasework.office.cases.models.moves import Closing, LineShown, Move, came_apart
from opencasework.office.cases.models.openings import Opening, OpeningNotice
from opencasework.office.cases.models.parties import CasePerson, CasePersonOrigin
from opencasework.office.cases.models.questions import Question
from opencasework.office.cases.models.references import PassedNumber, ReferenceNumber, RemovedNumber
from opencasework.office.cases.models.seeing import seen_by
from opencasework.office.cases.models.status import Status
from opencasework.office.cases.models.transfers import Transfer
from opencasework.office.cases.models.words import CaseWord
from opencasework.office.cases.models.working import Draft, Helper, Presence

__all__ = [
    "KEPT",
    "Case",
    "CaseLink",
    "CaseNumber",
    "CasePerson",
    "CasePersonOrigin",
    "CaseQuerySet",
    "CaseWord",
    "Channel",
    "Closing",
    "Draft",
    "Event",
    "EventQuerySet",
    "FollowUp",
    "Helper",
    "Issue",
    "LineShown",
    "Mention",
    "Move",
    "Opening",
    "OpeningNotice",
    "Outcome",
    "PassedNumber",
    "Presence",
    "Question",
    "ReferenceNumber",
    "RemovedNumber",
    "Status",
    "TimelineIsAppendOnly",
    "Transfer",
    "access_changed",
    "came_apart",
    "open_again",
    "opened_by_mistake",
    "seen_by",
]
