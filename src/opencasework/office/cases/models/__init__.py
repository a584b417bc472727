"""Cases, the issues in them, the people on them, their reference numbers and their timeline."""

from opencasework.office.cases.models.case import Case, CaseNumber, CaseQuerySet
from opencasework.office.cases.models.codes import Channel, Outcome
from opencasework.office.cases.models.events import Event, EventQuerySet, TimelineIsAppendOnly
from opencasework.office.cases.models.issues import Issue
from opencasework.office.cases.models.openings import Opening, OpeningNotice
from opencasework.office.cases.models.parties import CasePerson
from opencasework.office.cases.models.references import ReferenceNumber

__all__ = [
    "Case",
    "CaseNumber",
    "CasePerson",
    "CaseQuerySet",
    "Channel",
    "Event",
    "EventQuerySet",
    "Issue",
    "Opening",
    "OpeningNotice",
    "Outcome",
    "ReferenceNumber",
    "TimelineIsAppendOnly",
]
