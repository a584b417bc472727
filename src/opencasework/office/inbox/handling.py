"""Pages of the desk beside deciding: give away, let rest, take together, who is there, what was done."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opencasework.office.cases.forms import OfficeDatesForm
from opencasework.office.inbox import acts, desk_acts, viewing
from opencasework.office.inbox.companions import offered, take_apart, take_together
from opencasework.office.inbox.deciding import find_to_decide, go_on, say_done
from opencasework.office.inbox.models import Act, Message
from opencasework.office.inbox.reading_now import note_reader, others_reading
from opencasework.office.inbox.undoing import undo
from opencasework.office.kit.dates import SpokenDateField
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.words import begun_small
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

WHEN_THEY_REPLY = "reply"


def say_left(request: StaffRequest, outcome: desk_acts.Done) -> None:
    """Name what was left out, each with its reason."""
    for message, reason in outcome.left:
        messages.error(request, f"“{message.in_a_word}” was left as it is. {reason}")


def colleague(asked: str | None) -> StaffMember:
    """The colleague of this number, among those who sort the inbox."""
    number = row_number(asked)
    found = next((each for each in desk_acts.triagers() if each.pk == number), None)
    if found is None:
        raise Http404("Nobody of that number sorts the inbox.")
    return found


# --- giving to a colleague, letting rest --------------------------------------------------------------


@require_POST
@staff_who_may(May.TRIAGE)
def assigning(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a message to a colleague, or take it oneself, and go on to the next."""
    found = find_to_decide(request, pk)
    to = colleague(request.POST.get("to"))
    outcome = desk_acts.assign([found.pk], to=to, by=request.user)
    say_left(request, outcome)
    if not outcome.done:
        return redirect("message", pk)
    whom = "yours" if to == request.user else f"with {to}"
    say_done(request, f"“{found.in_a_word}” is {whom}", outcome.act)
    return go_on(request, found)


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


class SnoozeForm(OfficeDatesForm):
    """Until when a message rests."""

    until = SpokenDateField(
        label="Until",
        not_before=(_tomorrow, "It rests until a day after today. Give one, like “tomorrow” or “fri”."),
        error_messages={"required": "Give the day, like “fri”, “5 wd” or “27 Nov”."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    for_reply = forms.BooleanField(label="Or until they write again, if that is sooner", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def snoozing(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a message rest: a day given by a button of the menu or typed here, or until they write again."""
    found = find_to_decide(request, pk)
    asked = request.POST.get("until", "")
    if asked == "now":
        say_done(request, "Awake again.", desk_acts.wake(found, by=request.user))
        return redirect("message", pk)
    form = SnoozeForm(posted(request))
    if asked == WHEN_THEY_REPLY:
        outcome = desk_acts.snooze([found.pk], until=None, for_reply=True, by=request.user)
    elif form.is_valid():
        outcome = desk_acts.snooze([found.pk], by=request.user, **form.cleaned_data)
    else:
        context = {"rail": "inbox", "message": found, "form": form}
        return render(request, "inbox/snooze.html", context, status=422 if form.is_bound else 200)
    say_left(request, outcome)
    if outcome.done:
        say_done(request, f"“{found.in_a_word}” rests {rests(outcome.done[0])}", outcome.act)
    return go_on(request, found)


def rests(message: Message) -> str:
    """Until when a snoozed message rests, in the middle of a sentence."""
    return begun_small(str(message.snooze))


@require_POST
@staff_who_may(May.TRIAGE)
def together(request: StaffRequest, pk: int) -> HttpResponse:
    """Take all that waits from the same person together with this message, or what was ticked; or apart."""
    found = find_to_decide(request, pk)
    waiting = offered(found, among=viewing.everything(request))
    if request.POST.get("act") == "apart":
        act = take_apart(found, pks=[each.pk for each in waiting], by=request.user)
        say_done(request, "Each stands for itself again.", act)
        return redirect("message", pk)
    ticked = {row_number(number) for number in request.POST.getlist("message")}
    chosen = [each.pk for each in waiting if each.pk in ticked]
    act = take_together([found.pk, *chosen], by=request.user) if chosen else None
    if act is None:
        messages.error(request, "Tick the messages of this person that are about the same matter.")
        return redirect("message", pk)
    lines = list(act.lines.select_related("message"))
    leader = next(line.message_id for line in lines if line.after["together"] is None)
    say_done(request, f"{len(lines)} messages are taken together: what you decide is for all of them", act)
    return redirect("message", leader)


# --- who is there -------------------------------------------------------------------------------------


@require_POST
def presence(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has the message open: note it, and answer who else has. Their page asks every few seconds."""
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    note_reader(found, request.user, doing=request.GET.get("doing", ""))
    return render(request, "inbox/_presence.html", {"others": others_reading(found, request.user)})


# --- what was done lately -----------------------------------------------------------------------------


@require_safe
@staff_who_may(May.TRIAGE)
def log(request: StaffRequest) -> HttpResponse:
    """The acts at the desk, one's own or everybody's, each with its way back while there is one."""
    of = None if request.GET.get("of") == "all" else request.user
    page = acts.page_of(request.user, request.GET.get("page"), of=of)
    context = {"rail": "inbox", "page": page, "acts": page.object_list, "of_all": of is None}
    return render(request, "inbox/log.html", context)


def _where_in_log(request: StaffRequest) -> str:
    """Which page of whose acts one was on."""
    page = row_number(request.POST.get("page")) or 1
    return urlencode(({"of": "all"} if request.POST.get("of") == "all" else {}) | {"page": page})


@require_POST
@staff_who_may(May.TRIAGE)
def act_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an act back, whole; what was changed since stays as it is and is named."""
    visible = Message.objects.visible_to(request.user)
    act = Act.objects.filter(pk=pk, lines__message__in=visible.values("pk")).distinct().first()
    if act is None:
        raise Http404("There is no such act, or nothing of it that you may see.")
    outcome = undo(act, by=request.user)
    back, left = outcome.back, outcome.left
    for message in left:
        messages.error(request, f"“{message.in_a_word}” was changed since, and stays as it is.")
    if back:
        words = "Taken back." if len(back) == 1 else f"Taken back for {len(back)} messages."
        messages.success(request, " ".join([words, *outcome.said]))
    elif not left:
        messages.info(request, "It was taken back already.")
    if request.POST.get("from") == "log":
        return redirect(f"{reverse('inbox-log')}?{_where_in_log(request)}")
    if len(back) == 1 or (back and act.kind == Act.Kind.TOGETHER):
        # Of those taken together, to the one that led: it is what one had open.
        led = {line.message_id for line in act.lines.all() if line.after["together"] is None}
        return redirect("message", next((each.pk for each in back if each.pk in led), back[0].pk))
    return redirect("inbox")
