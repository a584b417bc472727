"""What somebody wrote and was sent that stands on no case: a card of their page, or a page of its own.

Most of it is campaign mail, and what answered it: each person's own copy, with its day and where it stands.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from opencasework.office.campaigns.models import Answer
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may

IN_CARD, ON_PAGE = 8, 50


@require_safe
@staff_who_may(May.TRIAGE)
def person_messages(request: StaffRequest, pk: int) -> HttpResponse:
    """Messages from and to somebody that are on no case, the newest first, and answers that have not left."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    known = Message.objects.visible_to(request.user)
    found = (
        known.filter(person=person, case=None)
        .select_related("likeness__campaign")
        .prefetch_related("thread__likeness__campaign")
        .newest_first()
    )
    # What has left is kept as a message of ours, and is among those.
    unsent = (
        Answer.objects.filter(Exists(known.filter(pk=OuterRef("message"))), person=person, kept_at=None)
        .select_related("mail", "campaign")
        .order_by("-pk")
    )
    page = Paginator(found, IN_CARD if request.htmx else ON_PAGE).get_page(request.GET.get("page"))
    ours = {message.message_id: message for message in page if message.direction == Message.Direction.OUT}
    for mail in OutgoingMail.objects.filter(message_id__in=ours):
        # It may have come back since.
        ours[mail.message_id].stands = mail.get_state_display()  # type: ignore[attr-defined]
    context = {
        "person": person,
        "page": page,
        "unsent": unsent,
        "count": page.paginator.count + len(unsent),
        "rail": "people",
    }
    template = "campaigns/_person_messages.html" if request.htmx else "campaigns/person_messages.html"
    return render(request, template, context)
