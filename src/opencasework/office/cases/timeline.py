"""How the events of a case read on its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from opencasework.office.cases import numbers
from opencasework.office.cases.covering import Cover
from opencasework.office.cases.models import Case, Event
from opencasework.office.kit import dates
from opencasework.office.kit.questions import Number, instances_of, rows_of
from opencasework.office.staff.models import StaffMember

CORRESPONDENCE = frozenset(
    {
        Event.Kind.MESSAGE_IN,
        Event.Kind.REPLY_IN,
        Event.Kind.ANSWERED,
        Event.Kind.LETTER_OUT,
        Event.Kind.CHASED,
        Event.Kind.DRAFTED,
        Event.Kind.UNDELIVERED,
        Event.Kind.REVIEWED,
        Event.Kind.ASKED,
        Event.Kind.HEARD,
    }
)
NOTES = frozenset({Event.Kind.NOTE, Event.Kind.CALL})
FILTERS = {"all": frozenset(Event.Kind), "correspondence": CORRESPONDENCE, "notes": NOTES}
FILTER_NAMES = {"all": "All", "correspondence": "Correspondence", "notes": "Notes"}

# The icon of each kind, and the state whose colour it wears ("" is plain).
LOOKS: dict[str, tuple[str, str]] = {
    Event.Kind.OPENED: ("folder-open", ""),
    Event.Kind.ISSUE_ADDED: ("tag", ""),
    Event.Kind.ISSUE_ENDED: ("circle-check", "answered"),
    Event.Kind.TAGGED: ("tags", ""),
    Event.Kind.ASSIGNED: ("user-check", ""),
    Event.Kind.PLANNED: ("calendar-clock", ""),
    Event.Kind.NOTE: ("notebook-pen", ""),
    Event.Kind.CALL: ("phone", ""),
    Event.Kind.MESSAGE_IN: ("mail-open", "answered"),
    Event.Kind.REPLY_IN: ("mail-open", "answered"),
    Event.Kind.ANSWERED: ("circle-check", "answered"),
    Event.Kind.LETTER_OUT: ("send", "accent"),
    Event.Kind.CHASED: ("send", "accent"),
    Event.Kind.DRAFTED: ("pen-line", ""),
    Event.Kind.UNDELIVERED: ("circle-alert", "late"),
    Event.Kind.AUTHORITY: ("shield-check", "waiting"),
    Event.Kind.REFERENCE_ADDED: ("hash", ""),
    Event.Kind.REFERENCE_REMOVED: ("hash", ""),
    Event.Kind.PERSON_ADDED: ("user-plus", ""),
    Event.Kind.PEOPLE_MERGED: ("users", ""),
    Event.Kind.PEOPLE_PARTED: ("users", ""),
    Event.Kind.RECORD_CHANGED: ("users", ""),
    Event.Kind.SEEN: ("eye", ""),
    Event.Kind.TRANSFER: ("forward", "accent"),
    Event.Kind.CLOSED: ("circle-check", "answered"),
    Event.Kind.REOPENED: ("rotate-ccw", "due"),
    Event.Kind.ACCESS: ("lock", ""),
    Event.Kind.GLASS: ("lock-open", "late"),
    Event.Kind.CLOSING_UNDONE: ("undo-2", ""),
    Event.Kind.RENAMED: ("pencil", ""),
    Event.Kind.ISSUE_CHANGED: ("tag", ""),
    Event.Kind.ISSUE_REOPENED: ("rotate-ccw", "due"),
    Event.Kind.ISSUE_DUPLICATE: ("combine", ""),
    Event.Kind.PERSON_CHANGED: ("user-check", ""),
    Event.Kind.PERSON_REMOVED: ("user-x", ""),
    Event.Kind.HELPER_ADDED: ("handshake", ""),
    Event.Kind.HELPER_REMOVED: ("handshake", ""),
    Event.Kind.ASKED: ("message-circle", "waiting"),
    Event.Kind.HEARD: ("message-square", "answered"),
    Event.Kind.LINKED: ("link", ""),
    Event.Kind.UNLINKED: ("unlink", ""),
    Event.Kind.MERGED: ("git-merge", "accent"),
    Event.Kind.SPLIT: ("split", "accent"),
    Event.Kind.MOVE_UNDONE: ("undo-2", ""),
    Event.Kind.REVIEWED: ("file-check", ""),
    Event.Kind.DATED: ("calendar-plus", ""),
    Event.Kind.DECIDED: ("signpost", ""),
    Event.Kind.OMBUDSMAN: ("landmark", "accent"),
}
# Where the text of an event completes its title instead of standing under it.
IN_TITLE = {
    Event.Kind.ISSUE_ADDED: "Issue added: {}",
    Event.Kind.ASSIGNED: "Assigned to {}",
    Event.Kind.PLANNED: "Next: {}",
    Event.Kind.REFERENCE_ADDED: "Reference added: {}",
    Event.Kind.REFERENCE_REMOVED: "Reference removed: {}",
    Event.Kind.SEEN: "Reference shown: {}",
    Event.Kind.ISSUE_CHANGED: "Issue changed: {}",
    Event.Kind.ISSUE_REOPENED: "Issue open again: {}",
    Event.Kind.ISSUE_DUPLICATE: "Written down twice: {}",
    Event.Kind.PERSON_CHANGED: "Role changed: {}",
    Event.Kind.PERSON_REMOVED: "Taken off: {}",
    Event.Kind.HELPER_ADDED: "{} helps",
    Event.Kind.HELPER_REMOVED: "{} helps no more",
    Event.Kind.LINKED: "Linked to another case: {}",
    Event.Kind.UNLINKED: "Link taken away: {}",
    Event.Kind.MOVE_UNDONE: "Taken back: {}",
}
# Where the first line of the text completes the title and the rest stands under it.
FIRST_LINE_IN_TITLE = {
    Event.Kind.ASKED: "Asked {}",
    Event.Kind.HEARD: "Heard from {}",
    Event.Kind.MERGED: "Merged: {}",
    Event.Kind.SPLIT: "Split off {}",
    Event.Kind.REVIEWED: "{}",
    Event.Kind.OMBUDSMAN: "{}",
}
# What a line about authority is of, by a name in its detail; the first that is there decides.
AUTHORITY = {
    "set_aside": ("Signature set aside", "shield-alert", "late"),
    "withdrawn": ("Authority withdrawn", "shield-alert", "late"),
    "doubted": ("Signed online with another name", "shield-alert", "late"),
    "accepted": ("Signature accepted", "shield-check", "answered"),
    "demand": ("Signed authority for a body", "clock-alert", "due"),
    "link": ("Private link to sign", "link", ""),
    "paper": ("Form to sign", "printer", "waiting"),
    "ask": ("Asking for a signature", "pen-line", "waiting"),
}
GIVEN = {
    "online": "Authority signed online",
    "signed": "Authority signed",
    "verbal": "Authority given by word of mouth",
    "implied": "Authority implied",
}
# Lines about two cases, whoever may know of one of which need not know of the other. The text says ANOTHER;
# which one that is stands in the detail as `case`.
ABOUT_TWO = frozenset({Event.Kind.MERGED, Event.Kind.SPLIT, Event.Kind.MOVE_UNDONE})
ANOTHER = "another case"
# Lines that say no more than that there is another case, so they are there for who may know of that one.
OF_A_LINK = frozenset({Event.Kind.LINKED, Event.Kind.UNLINKED})
# Which id in an event's detail leads to which page; the pages belong to the folders above.
LINKS = {"message": ("message", "Open message"), "letter": ("letter", "Open letter")}

SINCE = "What was written meanwhile"


@dataclass(frozen=True)
class Entry:
    """One event as the page shows it. `page` names the URL its link leads to, with `page_id`."""

    event: Event
    when: str
    title: str
    body: str
    icon: str
    state: str
    page: str
    page_id: int | None
    page_words: str
    of: str = ""  # the case it was written on, where that is another than the one shown
    page_of: int | None = None  # the case whose page it is, where the address names one

    @property
    def who(self) -> str:
        """Who did it; nobody means the machine, which the page says."""
        return str(self.event.by) if self.event.by else "Automatic"


class OwnLines:
    """The timeline of a case into which none was merged, newest first, for a paginator."""

    ordered = True

    def __init__(self, case: Case) -> None:
        self.case = case

    def count(self) -> int:
        return sum(row["lines"] for row in rows_of(_how_many, Number(self.case.pk), lasting=True))

    @property
    def has_links(self) -> bool:
        """Whether a line says that it was linked to another case: not everybody sees that one."""
        return any(row["links"] for row in rows_of(_how_many, Number(self.case.pk), lasting=True))

    def __getitem__(self, part: slice) -> list[Event]:
        lines: list[Event] = instances_of(_lines, Number(self.case.pk), part.start, part.stop, lasting=True)
        writers = {each.pk: each for each in instances_of(_writers, Number(self.case.pk), lasting=True)}
        for line in lines:
            line.case = self.case
            if line.by_id in writers:
                line.by = writers[line.by_id]
        return lines


def _lines(case: int, first: int, end: int) -> QuerySet[Event]:
    return Event.objects.filter(case=case)[first:end]


def _writers(case: int) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(pk__in=Event.objects.filter(case=case).order_by().values("by"))


def _how_many(case: int) -> QuerySet[Any, Any]:
    lines = Event.objects.filter(case=case).order_by().values("case")
    links = Count("pk", filter=Q(kind__in=OF_A_LINK))
    return lines.annotate(lines=Count("pk"), links=links).values("lines", "links")


def other_cases(events: Iterable[Event], *, staff: StaffMember) -> dict[int, str]:
    """The cases that lines about two name and that the colleague may know of, in words, by their numbers."""
    numbers = {event.detail.get("case") for event in events if event.kind in ABOUT_TWO} - {None}
    if not numbers:
        return {}
    return {each.pk: str(each) for each in Case.objects.visible_to(staff).filter(pk__in=numbers)}


def of_known_cases(lines: QuerySet[Event], staff: StaffMember) -> QuerySet[Event]:
    """Without the lines of links to cases of which the colleague may not know."""
    links = dict(lines.filter(kind__in=OF_A_LINK).order_by().values_list("pk", "detail"))
    far = {detail.get("case") for detail in links.values()}
    known = set(Case.objects.visible_to(staff).filter(pk__in=far - {None}).values_list("pk", flat=True))
    hidden = [pk for pk, detail in links.items() if detail.get("case") not in known] if links else []
    return lines.exclude(pk__in=hidden) if hidden else lines


def _said(event: Event, others: Mapping[int, str]) -> str:
    """The text of an event, with the name of the other case where it is about two."""
    if event.kind not in ABOUT_TWO or "case" not in event.detail:
        return event.text
    other = others.get(event.detail["case"])
    if ANOTHER in event.text:
        return event.text.replace(ANOTHER, other or ANOTHER)
    return event.text if other else ANOTHER  # lines of before say themselves which case it is


def entry(
    event: Event,
    *,
    today: date,
    case: Case,
    others: Mapping[int, str],
    staff: StaffMember,
    cover: Cover,
) -> Entry:
    """The reading of one event on the page of `case` for a colleague; `others` are its `other_cases`."""
    removed = event.kind == Event.Kind.REFERENCE_REMOVED
    text = numbers.removal_said(event, staff, case) if removed else cover.over(_said(event, others))
    at = timezone.localtime(event.at)
    when = f"{'today' if at.date() == today else dates.short(at.date(), today=today)} {at:%H:%M}"
    icon, state = LOOKS[event.kind]
    heading, _, rest = text.partition("\n") if event.kind == Event.Kind.CALL else ("", "", text)
    title = heading or event.get_kind_display()
    if event.kind in IN_TITLE and text:
        title, rest = IN_TITLE[Event.Kind(event.kind)].format(text), ""
    if event.kind in FIRST_LINE_IN_TITLE:
        heading, _, rest = text.partition("\n")
        title = FIRST_LINE_IN_TITLE[Event.Kind(event.kind)].format(heading)
    if event.kind == Event.Kind.ISSUE_ENDED and text:
        about, _, ending = text.rpartition(": ")
        title, rest = (f"{about} ended: {ending}" if about else text), ""
    if event.kind == Event.Kind.AUTHORITY:
        title, icon, state = _of_authority(event)
    of = event.case.reference if event.case_id != case.pk else ""
    if event.kind == Event.Kind.MOVE_UNDONE and event.detail.get("case") in others:
        move = event.detail["move"]
        return Entry(event, when, title, rest, icon, state, "case-move-since", move, SINCE, of, case.pk)
    for key, (page, words) in LINKS.items():
        if isinstance(event.detail.get(key), int):
            return Entry(event, when, title, rest, icon, state, page, event.detail[key], words, of)
    return Entry(event, when, title, rest, icon, state, "", None, "", of)


def _of_authority(event: Event) -> tuple[str, str, str]:
    """Title, icon and state of a line about authority: asked for, given or withdrawn look different."""
    for name, look in AUTHORITY.items():
        if name in event.detail:
            return look
    given = GIVEN.get(str(event.detail.get("basis", "")), event.get_kind_display())
    return given, "shield-check", "answered"
