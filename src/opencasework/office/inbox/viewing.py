"""Which messages the inbox shows: views with their counts, and the filter one may give a name to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from opencasework.office.bodies.models import BodyContact
from opencasework.office.cases.models import Case, Channel
from opencasework.office.inbox.models import InboxView, Message, MessageQuerySet
from opencasework.office.inbox.models.messages import Resting, resting
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.questions import Numbers, rows_of
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import StaffRequest
from opencasework.office.tags.models import Urgency

SHOWN = {
    "all": "To decide about",
    "mine": "Mine",
    "unassigned": "Nobody has it",
    "urgent": "Urgent",
    "bodies": "From bodies",
    "web": "Web form",
    "campaign": "Sent to many",
    "back": "Back from a snooze",
    "snoozed": "Snoozed",
}
IN_SESSION = "inbox_asked"
VIEW_TO_NAME = "inbox_view_to_name"  # in the session too: a view whose name is taken already
MOST_LISTED = 2_000  # numbers of messages that stand in a query one by one
MOST_VIEWS = 24  # own and shared ones shown; more would be no view any more


def rest(request: StaffRequest) -> Resting:
    """What rests for this colleague, asked once for a request."""
    if not hasattr(request, "inbox_rest"):
        request.inbox_rest = resting(request.user)  # type: ignore[attr-defined]
    found: Resting = request.inbox_rest  # type: ignore[attr-defined]
    return found


def shown(show: str, staff: StaffMember, rests: Resting) -> Q:
    """The messages of one of the views that everybody has, among all that nobody decided about."""
    if show == "snoozed":
        return Q(pk__in=rests.snoozed)
    if show == "bodies":
        return rests.awake & _from_bodies(staff)
    wanted = {
        "mine": Q(taken_by=staff),
        "unassigned": Q(taken_by=None),
        "urgent": Q(urgency__gte=Urgency.URGENT),
        "web": Q(channel=Channel.WEB),
        "campaign": Q(bulk=True),
        "back": Q(snooze__isnull=False),
    }
    return rests.awake & wanted.get(show, Q())


def _from_bodies(staff: StaffMember) -> Q:
    """What comes from a body, or is proposed for an enquiry on a case this colleague may know of."""
    theirs = Case.objects.visible_to(staff).filter(pk=OuterRef("proposed_case"))
    contacts = BodyContact.objects.exclude(email="").values("email")
    return Q(proposed_enquiry__isnull=False) & Q(Exists(theirs)) | Q(from_address__in=contacts)


class InboxFilter(forms.Form):
    """The questions the list answers. Every one is optional and stands in the address of the inbox."""

    show = forms.ChoiceField(label="Which messages", choices=list(SHOWN.items()), required=False)
    q = forms.CharField(
        label="Sender or subject",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    who = forms.ModelChoiceField(
        label="Who has it",
        queryset=StaffMember.objects.filter(is_active=True).order_by("first_name", "username"),
        required=False,
        empty_label="Anybody or nobody",
    )
    channel = forms.ChoiceField(
        label="How it came", choices=[("", "In any way"), *Channel.choices], required=False
    )
    urgency = forms.ChoiceField(
        label="At least as urgent as", choices=[("", "Any, or not said"), *Urgency.choices], required=False
    )

    def condition(self, staff: StaffMember, rests: Resting) -> Q:
        """What a message must be, among all that nobody decided about."""
        asked = self.cleaned_data
        wanted = shown(asked.get("show") or "all", staff, rests)
        if words := asked.get("q"):
            wanted &= (
                Q(subject__icontains=words) | Q(from_name__icontains=words) | Q(from_address__icontains=words)
            )
        if asked.get("who"):
            wanted &= Q(taken_by=asked["who"])
        if asked.get("channel"):
            wanted &= Q(channel=asked["channel"])
        if asked.get("urgency"):
            wanted &= Q(urgency__gte=asked["urgency"])
        return wanted


def understood(asked: Any) -> dict[str, str]:
    """The questions of a filter that are filled in and make sense, in plain values."""
    found = {name: str(asked.get(name, "")).strip()[:100] for name in InboxFilter.base_fields}
    found["who"] = str(row_number(found["who"]) or "")
    if found["show"] == "all" or found["show"] not in SHOWN:
        del found["show"]
    for name, choices in (("channel", Channel.values), ("urgency", Urgency.values)):
        if found[name] not in choices:
            del found[name]
    return {name: value for name, value in found.items() if value}


def asked_by(request: StaffRequest) -> dict[str, str]:
    """What the list is narrowed to, as the inbox was last opened by this colleague."""
    kept = request.session.get(IN_SESSION, {})
    return understood(kept) if isinstance(kept, dict) else {}


def remember(request: StaffRequest) -> None:
    """The address of the inbox says what it shows; messages opened from it go on in the same list."""
    if "page" in request.GET and len(request.GET) == 1:
        return
    asked = understood(request.GET)
    if asked != request.session.get(IN_SESSION, {}):
        request.session[IN_SESSION] = asked


def address(asked: dict[str, str]) -> str:
    """Where the inbox shows this."""
    return reverse("inbox") + (f"?{urlencode(asked)}" if asked else "")


def everything(request: StaffRequest) -> MessageQuerySet:
    """All that nobody has decided about and this colleague may see, whether it rests or not.

    Which these are is asked once for a request: a page asks about them ten times, and to put the question
    of who may see what into SQL takes longer than to answer it. Of very many it is asked each time.
    """
    listed = listed_for(request)
    if listed is None:
        return _seen(request.user)
    # Asked again: in this request somebody may have decided about one of them.
    return Message.objects.filter(pk__in=listed, decision="")


def count_awake(request: StaffRequest) -> int:
    """How many of these do not rest."""
    listed, rests = listed_for(request), rest(request)
    if listed is None or request.method not in ("GET", "HEAD"):  # as above
        return everything(request).filter(rests.awake).count()
    return len(listed - rests.snoozed - rests.led)


def listed_for(request: StaffRequest) -> frozenset[int] | None:
    """The numbers of all that nobody has decided about and this colleague may see; None of very many."""
    if not hasattr(request, "inbox_seen"):
        listed = frozenset(row["number"] for row in rows_of(_numbers, request.user))
        request.inbox_seen = listed if len(listed) <= MOST_LISTED else None  # type: ignore[attr-defined]
    found: frozenset[int] | None = request.inbox_seen  # type: ignore[attr-defined]
    return found


def _seen(staff: StaffMember) -> MessageQuerySet:
    return Message.objects.visible_to(staff).untriaged()


def _numbers(staff: StaffMember) -> QuerySet[Message, tuple[int]]:
    return _seen(staff).order_by().annotate(number=F("pk")).values_list("number")[: MOST_LISTED + 1]


def waiting(request: StaffRequest) -> MessageQuerySet:
    """What the list shows now."""
    condition = _condition(asked_by(request), request.user, rest(request))
    return everything(request).filter(condition)


@dataclass(frozen=True)
class Order:
    """What the list shows now, in its order, the newest first: by its number and when it came."""

    places: list[tuple[datetime, int]]

    @property
    def numbers(self) -> list[int]:
        return [number for _at, number in self.places]

    def newer(self, than: Message) -> int:
        """How many stand above this one, whether it is in the list itself or not."""
        return bisect_left(self.places, _later_first(than.received_at, than.pk), key=_place_of)

    def previous(self, to: Message) -> int | None:
        """The number of the one above."""
        above = self.newer(to)
        return self.places[above - 1][1] if above else None

    def next(self, to: Message) -> int | None:
        """The number of the one below."""
        below = self.places[self.newer(to) :][:2]
        return next((number for _at, number in below if number != to.pk), None)


def _later_first(at: datetime, number: int) -> tuple[float, int]:
    return -at.timestamp(), -number


def _place_of(place: tuple[datetime, int]) -> tuple[float, int]:
    return _later_first(*place)


def order(request: StaffRequest) -> Order:
    """What the list shows now, in one query."""
    return Order(list(waiting(request).newest_first().values_list("received_at", "pk")))


@dataclass(frozen=True)
class View:
    """A view as the list names it."""

    label: str
    url: str
    count: int
    is_current: bool
    saved: InboxView | None = None


def views_of(request: StaffRequest) -> list[View]:
    """Everybody's views, the shared ones and one's own, each with its count: two queries for all of them."""
    staff, rests = request.user, rest(request)
    asked = asked_by(request)
    # One's own first: however many others share, none of one's own falls off the list.
    shown = InboxView.objects.filter(Q(staff=staff) | Q(is_shared=True)).select_related("staff")
    is_own = models.ExpressionWrapper(Q(staff=staff), output_field=models.BooleanField())
    saved = list(shown.order_by(is_own.desc(), "name", "pk")[:MOST_VIEWS])
    named: list[tuple[str, dict[str, str], InboxView | None]] = [
        (label, {} if show == "all" else {"show": show}, None) for show, label in SHOWN.items()
    ]
    named += [(view.name, understood(view.asked), view) for view in saved]
    counts = _sizes(request, [query for _label, query, _view in named], rests)
    return [
        View(label, address(query), counts[number], query == asked, view)
        for number, (label, query, view) in enumerate(named)
    ]


def _sizes(request: StaffRequest, queries: list[dict[str, str]], rests: Resting) -> list[int]:
    """How many messages answer each of these, in one query."""
    listed, staff = listed_for(request), request.user
    asked = tuple(tuple(query.items()) for query in queries)
    if listed is None:
        found = everything(request).aggregate(**_counts(staff, asked, rests))
        return [found[f"view{number}"] for number in range(len(queries))]
    rows = rows_of(_counted, staff, asked, rests, Numbers(listed))
    return [rows[0][f"view{number}"] if rows else 0 for number in range(len(queries))]


def _counts(staff: StaffMember, asked: tuple[Any, ...], rests: Resting) -> dict[str, Count]:
    return {
        f"view{number}": Count("pk", filter=_condition(dict(query), staff, rests))
        for number, query in enumerate(asked)
    }


def _counted(
    staff: StaffMember, asked: tuple[Any, ...], rests: Resting, listed: Sequence[int]
) -> QuerySet[Any, Any]:
    # Asked again: in this request somebody may have decided about one of them.
    waiting: Any = Message.objects.filter(pk__in=listed, decision="").order_by()
    counts = _counts(staff, asked, rests)
    counted: QuerySet[Any, Any] = (
        waiting.annotate(all=Value(1)).values("all").annotate(**counts).values(*counts)
    )
    return counted


def _condition(asked: dict[str, str], staff: StaffMember, rests: Resting) -> Q:
    """The condition of a filter that was understood already, without asking the database who is who."""
    form = InboxFilter(asked)
    form.cleaned_data = dict(asked)
    return form.condition(staff, rests)
