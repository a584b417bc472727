"""The inbox and what is in it. Decisions are in `deciding.py`, what came with a message in `files.py`."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.messages import get_messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opencasework.office.cases.models import Event
from opencasework.office.inbox import (
    body_rang,
    bringing_in,
    companions,
    desk_acts,
    particulars,
    showing,
    signed_forms,
    viewing,
)
from opencasework.office.inbox.models import Message, MessageQuerySet
from opencasework.office.inbox.next_step import next_step
from opencasework.office.inbox.reading_now import note_reader, others_reading
from opencasework.office.inbox.suggesting.levels import suggested
from opencasework.office.inbox.suggesting.plans import plan
from opencasework.office.letters.models import Reply
from opencasework.office.staff.permissions import May, StaffRequest, may, staff_who_may

ROWS = 50
TOKEN = re.compile(r"\+[0-9a-f]{32}(?=@)")  # the secret of a reply address is nobody's to read


# --- the three columns ----------------------------------------------------------------------------------


def find_message(request: StaffRequest, pk: int, *, among: MessageQuerySet | None = None) -> Message:
    """The message of this number, with all its page shows; one on a hidden case is simply not found.

    `among` are messages of which it is known already that this colleague may see them.
    """
    if among is None and may(request.user, May.TRIAGE) and pk in (viewing.listed_for(request) or ()):
        among = Message.objects.filter(pk=pk)
    visible = Message.objects.visible_to(request.user) if among is None else among
    visible = visible.select_related(
        "mailbox",
        "taken_by",
        "snooze__by",
        "decided_by",
        "written_down_by",
        "case",
        "person",
        "enquiry__body",
    )
    return get_object_or_404(visible.prefetch_related("attachments"), pk=pk)


@require_safe
@staff_who_may(May.TRIAGE)
def inbox(request: StaffRequest) -> HttpResponse:
    """What has arrived and is not decided about, the newest first and open."""
    viewing.remember(request)
    order = viewing.order(request)
    page = Paginator(order.numbers, ROWS).get_page(request.GET.get("page"))
    opened = find_message(request, page[0], among=Message.objects.all()) if len(page) else None
    return render(request, "inbox/desk.html", desk(request, opened, listing=True, order=order))


@require_safe
def message(request: StaffRequest, pk: int) -> HttpResponse:
    """One message: to decide about, or with what was decided."""
    found = find_message(request, pk)
    if request.method == "GET" and found.seen_at is None:
        Message.objects.filter(pk=pk, seen_at=None).update(seen_at=timezone.now())
        found.seen_at = timezone.now()
    if found.is_untriaged and may(request.user, May.TRIAGE):
        return render(request, "inbox/desk.html", desk(request, found))
    return render(request, "inbox/decided.html", opened(request, found) | {"reply": unread_reply(found)})


def opened(request: StaffRequest, found: Message) -> dict[str, Any]:
    """What the reading pane shows of one message."""
    cover = showing.cover(found, request.user)
    return {
        "rail": "inbox",
        "message": found,
        "cover": cover,
        "reading": showing.reading(found, cover),
        "facts": [(words, cover.over(said)) for words, said in particulars.facts(found)],
        "care": particulars.care(found),
        "problems": particulars.problems(found),
        "signed_forms": signed_forms.waiting_with(found, request.user),
        "originals": [file for file in found.attachments.all() if file.is_original],
        "sent_to": TOKEN.sub("", found.to[0]["address"]) if found.to else "",
        "sender": found.from_name or found.from_address or "Unknown sender",
        "may_triage": may(request.user, May.TRIAGE),
        "may_write": may(request.user, May.WRITE_CASES),
    }


def desk(
    request: StaffRequest,
    found: Message | None,
    *,
    listing: bool = False,
    order: viewing.Order | None = None,
) -> dict[str, Any]:
    """What the three columns show. `listing` says that a phone shows the list, not the message.

    `order` is what the list shows, where that has been asked already.
    """
    staff = request.user
    order = order or viewing.order(request)
    asked, views = viewing.asked_by(request), viewing.views_of(request)
    number: int | str | None = request.GET.get("page")
    if found and not listing:
        number = order.newer(found) // ROWS + 1
    page = Paginator(order.numbers, ROWS).get_page(number)
    shown = showing.listed(Message.objects.filter(pk__in=page.object_list, decision="").newest_first())
    context = {
        "rail": "inbox",
        "page": page,
        "rows": showing.rows(shown, staff=staff, resting=asked.get("show") == "snoozed"),
        "gathered": showing.gathered(staff) if page.number == 1 and not asked else [],
        "count": page.paginator.count,
        "views": views,
        "view": next((each for each in views if each.is_current), None),
        "filter": viewing.InboxFilter(asked),
        "is_narrowed": bool(asked),
        "most_at_once": desk_acts.MOST,
        "came_back": next(each for each in views if each.url.endswith("show=back")),
        "progress": showing.progress(staff, waiting=views[0].count),
        "being_read": Message.objects.filter(state=Message.State.RAW).count(),
        "is_listing": listing,
        # After an act one begins at the row that is open now, not at the top of the page.
        "begins_at_row": listing
        and len(get_messages(request)) > 0
        and viewing.VIEW_TO_NAME not in request.session,
        "view_to_name": request.session.pop(viewing.VIEW_TO_NAME, None),
        "running": [bringing_in.came_of(each, staff) for each in bringing_in.running(staff)],
        "limits": bringing_in.limits(),
    }
    return context | _beside(request, found, order) if found else context


def _beside(request: StaffRequest, found: Message, order: viewing.Order) -> dict[str, Any]:
    """What the desk shows of the message that is open, and beside it."""
    staff = request.user
    if found.is_untriaged:
        note_reader(found, staff)
    beside = showing.beside(found, staff=staff)
    offered = suggested(found, found.category or beside.category)
    same_person = companions.offered(found, among=viewing.everything(request))
    return opened(request, found) | {
        "others": others_reading(found, staff),
        "beside": beside,
        "tags_offered": offered,
        "accept": plan(found, beside, staff, offered),
        "next_step": next_step(found, beside, offered),
        "body_is_waiting": body_rang.is_unsettled(found),
        "colleagues": desk_acts.triagers(),
        "companions": [(each, companions.is_same_matter(found, each)) for each in same_person],
        "are_together": any(each.together_id == found.pk for each in same_person),
        "apart": any(each.together_id != found.pk for each in same_person),
        "why_back": desk_acts.why_back(found, staff),
        "next": order.next(found),
        "previous": order.previous(found),
    }


def unread_reply(found: Message) -> Reply | None:
    """The reply this message is to an enquiry, while nobody has said what kind of reply it is."""
    if found.enquiry is None:
        return None
    events = found.enquiry.case.events.filter(kind=Event.Kind.REPLY_IN, detail__message=found.pk)
    numbers = [event.detail.get("reply") for event in events]
    return Reply.objects.filter(enquiry=found.enquiry, pk__in=numbers, kind="").first()
