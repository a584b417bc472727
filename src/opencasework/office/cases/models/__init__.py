"""Cases, the issues in them, the people on them, their reference numbers and their timeline."""

from opencasework.office.cases.models.case import Case, CaseNumber, CaseQuerySet
from opencasework.office.cases.models.codes import Channel, Outcome
from opencasework.office.cases.models.events import Event, EventQuerySet, TimelineIsAppendOnly
from opencasework.office.cases.models.issues import Issue
from opencasework.office.cases.models.openings import Opening, OpeningNotice
from opencasework.office.cases.models.parties import CasePerson
from opencasework.office.cases.models.references import PassedNumber, ReferenceNumber
from opencasework.office.cases.models.transfers import Transfer
from opencasework.office.cases.models.words import CaseWord

__all__ = [
    "Case",
    "CaseNumber",
    "CasePerson",
    "CaseQuerySet",
    "CaseWord",
    "Channel",
    "Event",
    "EventQuerySet",
    "Issue",
    "Opening",
    "OpeningNotice",
    "Outcome",
    "PassedNumber",
    "ReferenceNumber",
    "TimelineIsAppendOnly",
    "Transfer",
]
