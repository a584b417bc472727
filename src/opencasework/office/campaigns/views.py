"""Pages of campaigns. A campaign of which somebody may know no message is simply not found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Min, Q, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from opencasework.office.campaigns import actions, erasing, merging, replying
from opencasework.office.campaigns.forms import NameForm, ReplyPageForm
from opencasework.office.campaigns.models import Campaign, CampaignLetter, LikenessQuerySet
from opencasework.office.campaigns.rows import TO_LOOK_AT, with_erased
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.models.messages import texts_by
from opencasework.office.kit.numbers import row_number
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

ROWS, FOUND = 40, 12
GONE = ("messages", "inside", "elsewhere", "replied", "noted")  # numbers of what was erased
State = Campaign.State
SHOWN: dict[str, tuple[str, Q]] = {
    "all": ("All", Q()),
    "look": ("Need a look", TO_LOOK_AT),
    "own": ("With words of their own", Q(has_own=True)),
    "elsewhere": ("Outside the area", Q(in_area=False)),
}


def find_campaign(request: StaffRequest, pk: int) -> Campaign:
    """The campaign of this number, where this colleague may know of any of its messages."""
    return get_object_or_404(Campaign.objects.visible_to(request.user).select_related("confirmed_by"), pk=pk)


@require_safe
@staff_who_may(May.TRIAGE)
def campaigns(request: StaffRequest) -> HttpResponse:
    """Every campaign, those that want something first."""
    known = Campaign.objects.exclude(state=State.DISMISSED).filter(merged_into=None)
    rows = with_erased(request.user, known)
    groups = [
        (label, [row for row in rows if row.campaign.state == state])
        for state, label in (
            (State.PROPOSED, "Proposed"),
            (State.OPEN, "Handled as one"),
            (State.CLOSED, "Closed"),
        )
    ]
    context = {"groups": [(label, found) for label, found in groups if found], "rail": "campaigns"}
    return render(request, "campaigns/list.html", context)


@require_safe
@staff_who_may(May.TRIAGE)
def campaign(request: StaffRequest, pk: int) -> HttpResponse:
    """What most wrote, and beside each sender what they added; those to look at come first."""
    found = find_campaign(request, pk)
    return render(request, "campaigns/detail.html", page_of(request, found))


def page_of(request: StaffRequest, found: Campaign) -> dict[str, Any]:
    """What the page of a campaign shows."""
    members = found.members_for(request.user)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    numbers = members.aggregate(
        **{
            name: Count("pk", filter=wanted) if wanted else Count("pk") for name, (_, wanted) in SHOWN.items()
        },
        inside=Count("pk", filter=Q(in_area=True)),
        unknown=Count("pk", filter=Q(in_area=None)),
        people=Count("message__person", distinct=True),
    )
    disposals = list(found.disposed)
    gone = {name: sum(getattr(each, name) for each in disposals) for name in GONE}
    page = Paginator(_in_order(members.filter(SHOWN[show][1])), ROWS).get_page(request.GET.get("page"))
    here = found.letters.all()
    return {
        "rail": "campaigns",
        "campaign": found,
        "page": page,
        "show": show,
        "tabs": [(key, label, numbers[key]) for key, (label, _) in SHOWN.items()],
        "numbers": numbers,
        "area": Office.here().area_name,
        # Of everybody who wrote, whether their messages are here or not.
        "wrote": {
            "all": numbers["all"] + gone["messages"],
            "inside": numbers["inside"] + gone["inside"],
            "elsewhere": numbers["elsewhere"] + gone["elsewhere"],
            "unknown": numbers["unknown"] + gone["messages"] - gone["inside"] - gone["elsewhere"],
        },
        "disposals": disposals,
        "plan": erasing.plan_of(members),
        "letters": [_letter_card(request, found, audience, here, gone) for audience in replying.Audience],
        "troubled": OutgoingMail.objects.needing_a_person().filter(
            campaign_answer__campaign=found,
            campaign_answer__message__in=Message.objects.visible_to(request.user),
        ),
        "others": Campaign.objects.visible_to(request.user).gathering().exclude(pk=found.pk),
        "merges": found.merges.filter(undone_at=None, campaign__merged_into=found).select_related("campaign"),
        "name_form": NameForm(initial={"name": found.name}),
        "page_form": ReplyPageForm(
            initial={"reply_page": found.reply_page, "published_on": found.published_on}, is_approved=False
        ),
        "is_approved": any(each.approved_at for each in here if each.audience == replying.Audience.HERE),
        "may_send": may(request.user, May.SEND_LETTERS),
    }


def _in_order(members: LikenessQuerySet) -> LikenessQuerySet:
    """Those to look at, then those with words of their own, then the rest; the newest first."""
    rank = Case(
        When(TO_LOOK_AT, then=Value(0)), When(has_own=True, then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    return (
        members.alias(rank=rank)
        .select_related("message__person", "message__case")
        .defer("traces", *texts_by("message"))
        .order_by("rank", "-message__received_at", "-pk")
    )


def _letter_card(
    request: StaffRequest, found: Campaign, audience: str, kept: Any, gone: dict[str, int]
) -> dict[str, Any]:
    """How far the letter to these people is; `gone` is what was erased of the campaign."""
    letter = next((each for each in kept if each.audience == audience), None)
    states: dict[str, int] = {}
    if letter is not None:
        mails = letter.answers.filter(message__in=Message.objects.visible_to(request.user)).order_by()
        states = dict(mails.values_list("mail__state").annotate(number=Count("pk")))
    waiting = found.state in (State.OPEN, State.CLOSED) and replying.recipients(
        letter or replying.draft(found, audience), by=request.user
    )
    return {
        "audience": audience,
        "letter": letter,
        "sent": states.get("sent", 0) + gone["replied" if audience == replying.Audience.HERE else "noted"],
        "leaves_on": _leaves_on(letter) if letter else None,
        "leaving": sum(states.get(each, 0) for each in ("queued", "sending", "retry")),
        "waiting": len(waiting.to) if waiting else 0,
        "held": len(waiting.held) if waiting else 0,
        "unverified": len(waiting.unverified) if waiting else 0,
    }


def _leaves_on(letter: CampaignLetter) -> date | None:
    """The day to come on which the next of its mails leave; None where none waits for a day."""
    waiting = OutgoingMail.objects.filter(campaign_answer__letter=letter, state=OutgoingMail.State.QUEUED)
    first = waiting.aggregate(first=Min("send_after"))["first"]
    day = timezone.localdate(first) if first else None
    return day if day and day > timezone.localdate() else None


# --- deciding -----------------------------------------------------------------------------------------


@require_POST
@staff_who_may(May.TRIAGE)
def decision(request: StaffRequest, pk: int) -> HttpResponse:
    """Handle it as one campaign, say that it is none, close it; and each of these back again."""
    found = find_campaign(request, pk)
    act = request.POST.get("act") or request.GET.get("act", "")
    back = {"confirm": "unconfirm", "dismiss": "propose", "close": "reopen"}
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "confirm": (lambda: actions.confirm(found, by=request.user), "“{}” is handled as one campaign"),
        "unconfirm": (
            lambda: actions.unconfirm(found, by=request.user),
            "Its messages wait in the inbox again.",
        ),
        "dismiss": (
            lambda: actions.dismiss(found),
            "“{}” is no campaign: its messages stand in the inbox one by one",
        ),
        "propose": (lambda: actions.propose_again(found), "“{}” is proposed again."),
        "close": (lambda: actions.close(found), "“{}” is closed. Nothing more joins it"),
        "reopen": (lambda: actions.reopen(found), "“{}” is open again."),
    }
    if act not in acts:
        messages.error(request, "Say what becomes of the campaign: press one of the buttons.")
        return redirect(found)
    done, words = acts[act]
    if done() is False:
        messages.error(request, "That cannot be done any more: look at where the campaign is.")
        return redirect(found)
    undo = reverse("campaign-decision", args=[pk]) if act in back else ""
    messages.success(
        request, words.format(found.name), extra_tags=f"undo:{undo}?act={back[act]}" if undo else ""
    )
    return redirect("inbox" if act == "dismiss" else found)


@require_POST
@staff_who_may(May.TRIAGE)
def name(request: StaffRequest, pk: int) -> HttpResponse:
    """Call it something else."""
    found = find_campaign(request, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return render(
            request, "campaigns/detail.html", page_of(request, found) | {"name_form": form}, status=422
        )
    actions.rename(found, form.cleaned_data["name"])
    messages.success(request, f"It is called “{found.name}” now.")
    return redirect(found)


@require_POST
@staff_who_may(May.TRIAGE)
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Make it part of another campaign; or take out again one that was made part of this."""
    found = find_campaign(request, pk)
    if "apart" in request.POST or "apart" in request.GET:
        return _apart(request, found, request.POST.get("apart") or request.GET.get("apart"))
    into = find_campaign(request, row_number(request.POST.get("into")) or 0)
    merged = None if found == into else merging.merge(found, into, by=request.user)
    if merged is None:
        messages.error(request, "Choose another campaign that is still there.")
        return redirect(found)
    undo = f"{reverse('campaign-merge', args=[into.pk])}?apart={merged.pk}"
    messages.success(request, f"“{found.name}” is part of “{into.name}” now.", extra_tags=f"undo:{undo}")
    return redirect(into)


def _apart(request: StaffRequest, found: Campaign, number: str | None) -> HttpResponse:
    merged = get_object_or_404(found.merges.select_related("campaign"), pk=row_number(number) or 0)
    if not merging.take_apart(merged, by=request.user):
        messages.error(
            request, "They stay one: somebody was answered since, or it is part of another by now."
        )
        return redirect(found)
    messages.success(request, f"“{merged.campaign.name}” stands for itself again.")
    # Of one whose messages this colleague may not see, there is no page for them.
    there = Campaign.objects.visible_to(request.user).filter(pk=merged.campaign_id).exists()
    return redirect(merged.campaign if there else found)


# --- who is in it -------------------------------------------------------------------------------------


@require_safe
@staff_who_may(May.TRIAGE)
def putting_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Find a message that waits and belongs to it."""
    found = find_campaign(request, pk)
    words = request.GET.get("q", "").strip()[:100].replace("\0", "")
    waiting = Message.objects.none()
    if len(words) >= 2:
        wanted = (
            Q(subject__icontains=words) | Q(from_name__icontains=words) | Q(from_address__icontains=words)
        )
        waiting = Message.objects.visible_to(request.user).untriaged().filter(wanted)
        waiting = waiting.exclude(likeness__campaign=found).newest_first().defer("text", "reply_text")
    context = {"campaign": found, "words": words, "found": waiting[:FOUND], "rail": "campaigns"}
    return render(request, "campaigns/putting_in.html", context)


@require_POST
@staff_who_may(May.TRIAGE)
def member(request: StaffRequest, pk: int, message_pk: int) -> HttpResponse:
    """A message is part of it or is not, or has been looked at; and each of these back again."""
    found = find_campaign(request, pk)
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=message_pk)
    if message.direction != Message.Direction.IN or message.state == Message.State.RAW:
        raise Http404("There is nothing to decide about this message.")
    act = request.POST.get("act") or request.GET.get("act", "")
    back = {"out": "in", "in": "out", "looked": "look"}
    acts: dict[str, tuple[Callable[..., bool], str]] = {
        "out": (actions.take_out, "Not part of it: it waits in the inbox"),
        "in": (actions.put_in, "Part of the campaign"),
        "looked": (actions.looked, "Looked at, and part of the campaign"),
        "look": (actions.look_again, "To look at again."),
    }
    if act not in acts:
        messages.error(request, "Say whether it is part of the campaign: press one of the buttons.")
    elif acts[act][0](message, found, by=request.user):
        undo = reverse("campaign-message", args=[pk, message_pk])
        tags = f"undo:{undo}?act={back[act]}" if act in back else ""
        messages.success(request, acts[act][1], extra_tags=tags)
    else:
        messages.error(request, "Somebody was quicker. Look at it again.")
    # Taking the last one out leaves nothing of it to show.
    still_there = Campaign.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect(found) if still_there else redirect("message", message_pk)
