"""Sending somebody the private link to sign, through the outbox like any other mail."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from opencasework.office.authority import links
from opencasework.office.authority.asking import origin_of
from opencasework.office.authority.models import Ask, SignLink
from opencasework.office.letters import actions, outbox
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review import looks
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may


@transaction.atomic
def mail_link(link: SignLink, *, by: StaffMember) -> Letter:
    """Put a mail with the link into the outbox; its letter has a mark in its place. Raises NotSendable."""
    subject, text = links.mail_words(link)
    person = link.ask.person
    letter = Letter(
        case=link.ask.case,
        kind=Letter.Kind.UPDATE,
        means=Letter.Means.EMAIL,
        to_person=person,
        to_email=person.email,
        subject=subject,
        text=text,
    )
    actions.keep_draft(letter, by=by)
    looks.approve_fixed_words(letter)
    outbox.queue(letter, by=by)
    return letter


@require_POST
@staff_who_may(May.SEND_LETTERS)
def authority_email(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a new private link and send it to the person who is to sign."""
    visible = Ask.objects.visible_to(request.user).open()
    ask = get_object_or_404(visible.select_related("case", "person"), pk=pk)
    try:
        with transaction.atomic():
            letter = mail_link(links.make(ask, origin=origin_of(request), by=request.user), by=request.user)
    except (links.NoFactor, links.NotTheirs, actions.NotSendable) as problem:
        messages.error(request, str(problem))
        return redirect("authority-ask", pk)
    undo = reverse("letter-undo", args=[letter.pk])
    messages.success(request, f"To {ask.person}: the link leaves in a moment.", extra_tags=f"undo:{undo}")
    return redirect("authority-ask", pk)
