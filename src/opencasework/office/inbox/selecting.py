"""One act on many messages: a page that says what will happen to which, and the act itself.

Between the two somebody else may have been at one of them. Each carries how it stood when the page was made;
one that stands otherwise now is left out and named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opencasework.office.authority.gate import NoAuthority
from opencasework.office.cases.models import Case
from opencasework.office.inbox import actions, body_rang, companions, desk_acts, viewing
from opencasework.office.inbox.deciding import say_done
from opencasework.office.inbox.desk_acts import Done
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.handling import SnoozeForm, say_left
from opencasework.office.inbox.models import Act, ActLine, Message
from opencasework.office.inbox.models.desk import standing
from opencasework.office.kit.numbers import row_number
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

Kind = Act.Kind
# Each with what its button says, and what the page says will happen to each message.
OFFERED = {
    Kind.FILED_AWAY: ("File away", "It is filed away."),
    Kind.CAMPAIGN: ("Campaign", "It is marked as campaign mail."),
    Kind.OTHER_MEMBER: ("Other member", "It is marked as for another member."),
    Kind.ASSIGNED: ("Assign", "It is given to the colleague chosen below."),
    Kind.SNOOZED: ("Snooze", "It rests until the day given below."),
    Kind.CASE: ("Add to case", "It is put on the case named below."),
    Kind.TOGETHER: ("Take together", "It is decided about together with the others."),
}
# What is said of them when it is done.
DONE = {
    Kind.FILED_AWAY: "filed away",
    Kind.CAMPAIGN: "marked as campaign mail",
    Kind.OTHER_MEMBER: "marked as for another member",
    Kind.ASSIGNED: "given to the colleague",
    Kind.SNOOZED: "snoozed",
    Kind.CASE: "on the case",
    Kind.TOGETHER: "taken together: what you decide is for all of them",
}


def version(message: Message) -> str:
    """How a message stands, in a few characters that can be compared."""
    told = json.dumps([standing(message), message.sensitivity, message.urgency], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass
class Selection:
    """The messages that were ticked, as they are now."""

    ready: list[Message] = field(default_factory=list)
    left: list[tuple[Message, str]] = field(default_factory=list)
    gone: int = 0  # not there, or not to be seen by whoever asks: which of the two is not told
    looked_at: list[int] = field(default_factory=list)  # all that were taken of what was ticked
    over: int = 0  # ticked beyond what one act takes; they stay ticked

    @property
    def ticks(self) -> list[str]:
        """What the page sends back, each with how it stood."""
        return [f"{message.pk}:{version(message)}" for message in self.ready]


def ticked(values: list[str], staff: StaffMember, *, in_all: int = 0) -> Selection:
    """What these ticks mean now: `12`, or `12:9c0d…` where the page has said how 12 stood.

    The first `desk_acts.MOST` are taken. `in_all` is how many are ticked where not all are sent.
    """
    sent: dict[int, str] = {}
    for value in values:
        number, _, seen = value.partition(":")
        if pk := row_number(number):
            sent[pk] = seen
    wanted = dict(list(sent.items())[: desk_acts.MOST])
    found = (
        Message.objects.visible_to(staff)
        .filter(pk__in=wanted, direction=Message.Direction.IN)
        .select_related("snooze", "taken_by", "decided_by")
        .without_texts()
        .newest_first()
    )
    over = max(len(sent), in_all) - len(wanted) if len(wanted) == desk_acts.MOST else 0
    selection = Selection(gone=len(wanted), looked_at=list(wanted), over=over)
    for message in found:
        selection.gone -= 1
        if message.decision:
            selection.left.append((message, desk_acts.decided_words(message)))
        elif wanted[message.pk] and wanted[message.pk] != version(message):
            selection.left.append((message, "Somebody changed it after you looked at this list."))
        elif message.is_untriaged:
            selection.ready.append(message)
        else:
            selection.left.append((message, "It is being read just now."))
    return selection


class AssignForm(forms.Form):
    """To whom the messages are given."""

    to = forms.ChoiceField(label="Colleague", error_messages={"required": "Choose a colleague."})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(each.pk): each for each in desk_acts.triagers()}
        choices = [(pk, str(each)) for pk, each in self.people.items()]
        self.fields["to"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]


class OnCaseForm(forms.Form):
    """The case that all of the messages are put on."""

    reference = forms.CharField(
        label="Reference of the case",
        max_length=20,
        help_text="Such as OC-2026-00012.",
        error_messages={"required": "Give the reference of the case, such as OC-2026-00012."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, staff: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.staff = staff

    def clean_reference(self) -> Case:
        known = Case.objects.visible_to(self.staff)
        case = known.filter(reference__iexact=self.cleaned_data["reference"].strip()).first()
        if case is None:
            raise forms.ValidationError("There is no such case that you can see. Check the number.")
        return case.survivor


def _form(kind: str, data: Any, staff: StaffMember) -> forms.Form:
    if kind == Kind.ASSIGNED:
        return AssignForm(data)
    if kind == Kind.SNOOZED:
        return SnoozeForm(data)
    return OnCaseForm(data, staff=staff) if kind == Kind.CASE else forms.Form(data)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def selection(request: StaffRequest) -> HttpResponse:
    """GET says what will happen to which messages; POST does it, and says what was left out and why."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("act", "")
    in_all = row_number(asked.get("ticked")) or 0
    chosen = ticked(asked.getlist("message"), request.user, in_all=in_all)
    back = viewing.address(viewing.asked_by(request))
    if kind not in OFFERED or not (chosen.ready or chosen.left or chosen.gone):
        messages.error(request, "Tick the messages first (X), then press what is to become of them.")
        return redirect(back)
    problem = ""
    if kind == Kind.TOGETHER and (len(chosen.ready) < 2 or not companions.are_of_one_person(chosen.ready)):
        problem = "Only messages of one person can be taken together: two or more, from one address."
    form = _form(kind, request.POST if request.method == "POST" else None, request.user)
    if request.method == "POST" and chosen.ready and not problem and form.is_valid():
        outcome = do(Kind(kind), chosen, form, by=request.user)
        _say(request, Kind(kind), outcome, gone=chosen.gone)
        if over := row_number(request.POST.get("over")):
            are = "is" if over == 1 else "are"
            messages.info(request, f"{over} more {are} still ticked: press the key again.")
        return redirect(back)
    context = {
        "rail": "inbox", "kind": kind, "label": OFFERED[Kind(kind)][0], "happens": OFFERED[Kind(kind)][1],
        "chosen": chosen, "form": form, "problem": problem, "back": back, "most": desk_acts.MOST,
    }  # fmt: skip
    return render(request, "inbox/selection.html", context, status=422 if request.method == "POST" else 200)


def _say(request: StaffRequest, kind: Act.Kind, outcome: Done, *, gone: int) -> None:
    number = len(outcome.done)
    if number:
        many = f"{number} messages are" if number != 1 else "1 message is"
        say_done(request, f"{many} {DONE[kind]}", outcome.act)
    say_left(request, outcome)
    if gone:
        messages.warning(request, f"{gone} of those ticked {'is' if gone == 1 else 'are'} not here any more.")


@transaction.atomic
def do(kind: Act.Kind, chosen: Selection, form: forms.Form, *, by: StaffMember) -> Done:
    """The act on all that was ready, as one that can be taken back whole."""
    # Locked first, and compared once more: what was ready a moment ago may not be now.
    list(Message.objects.select_for_update().filter(pk__in=[each.pk for each in chosen.ready]).order_by("pk"))
    again = ticked(chosen.ticks, by)
    pks = [each.pk for each in again.ready]
    outcome = _ACTS.get(kind, _decide(kind))(pks, form, by) if pks else Done()
    outcome.left += [*chosen.left, *again.left]
    return outcome


def _decide(kind: Act.Kind) -> Callable[[list[int], forms.Form, StaffMember], Done]:
    def act(pks: list[int], _form: forms.Form, by: StaffMember) -> Done:
        outcome = _done(actions.decide(pks, kind.value, by=by))
        outcome.left += _unsettled(pks)
        return outcome

    return act


def _unsettled(pks: list[int]) -> list[tuple[Message, str]]:
    """Calls of a body of which somebody has to say more than a button for many does, each with the reason."""
    waiting = Message.objects.filter(pk__in=pks, decision="")
    return [(message, body_rang.LEFT) for message in waiting if body_rang.is_unsettled(message)]


def _done(act: Act | None) -> Done:
    return Done(act, [line.message for line in act.lines.select_related("message")] if act else [])


def _assign(pks: list[int], form: forms.Form, by: StaffMember) -> Done:
    assert isinstance(form, AssignForm)
    return desk_acts.assign(pks, to=form.people[form.cleaned_data["to"]], by=by)


def _snooze(pks: list[int], form: forms.Form, by: StaffMember) -> Done:
    return desk_acts.snooze(pks, by=by, **form.cleaned_data)


def _together(pks: list[int], _form: forms.Form, by: StaffMember) -> Done:
    return _done(companions.take_together(pks, by=by))


def _on_case(pks: list[int], form: forms.Form, by: StaffMember) -> Done:
    """Each is put on the case by itself; their acts are made one."""
    last = Act.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    left = []
    for message in Message.objects.filter(pk__in=pks, decision=""):
        try:
            file_on_case(message, case=form.cleaned_data["reference"], by=by)
        except NoAuthority as problem:
            left.append((message, f"{problem} {body_rang.LEFT}"))
    mine = Act.objects.filter(pk__gt=last, by=by, kind=Kind.CASE, lines__message__in=pks)
    made = list(mine.distinct().order_by("pk"))
    if not made:
        return Done(left=left)
    ActLine.objects.filter(act__in=made[1:]).update(act=made[0])
    Act.objects.filter(pk__in=[act.pk for act in made[1:]]).delete()
    outcome = _done(made[0])
    outcome.left += left
    return outcome


_ACTS: dict[str, Callable[[list[int], forms.Form, StaffMember], Done]] = {
    Kind.ASSIGNED: _assign, Kind.SNOOZED: _snooze, Kind.TOGETHER: _together, Kind.CASE: _on_case,
}  # fmt: skip
