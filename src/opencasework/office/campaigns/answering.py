"""The letter to all of a campaign: written, approved, taken back, and what the mail server said."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from opencasework.office.campaigns import replying
from opencasework.office.campaigns.forms import CampaignLetterForm, LeavingForm
from opencasework.office.campaigns.models import Campaign, CampaignLetter
from opencasework.office.campaigns.views import find_campaign
from opencasework.office.inbox.models import Message
from opencasework.office.kit import dates
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.numbers import row_number
from opencasework.office.kit.versions import compare, say_taken
from opencasework.office.letters import deciding, outbox
from opencasework.office.letters.actions import NotSendable
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.mail_views import take_back_decision
from opencasework.office.letters.models import OutgoingMail
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

SHOWN = 60  # names of those it goes to
EVERYBODY = "all"  # of those whose sender is not verified


def _find(request: StaffRequest, pk: int, audience: str) -> CampaignLetter:
    found = find_campaign(request, pk)
    if audience not in replying.Audience.values:
        raise Http404("There is no letter to these people.")
    return replying.draft(found, audience)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
@alone_on(Campaign)
def letter(request: StaffRequest, pk: int, audience: str) -> HttpResponse:
    """Write the letter; once it is written, see how one person gets it, to whom it goes, and approve it."""
    found = _find(request, pk, audience)
    editing = (found.pk is None or "edit" in request.GET) and found.approved_at is None
    form = None
    if editing or request.method == "POST":
        form = CampaignLetterForm(posted(request), initial={"subject": found.subject, "text": found.text})
        if request.method == "POST" and form.is_valid():
            if form.clashes and found.approved_at is None:
                return _compared(request, found, form)
            if not replying.keep(found, by=request.user, **form.cleaned_data):
                messages.error(request, "It was approved meanwhile. What people were sent does not change.")
            else:
                say_taken(request, form)
            return redirect("campaign-letter", pk, audience)
    return _page(request, found, form)


def _compared(request: StaffRequest, found: CampaignLetter, form: CampaignLetterForm) -> HttpResponse:
    who = f"{found.changed_by or 'Somebody'} changed the letter after you opened it."
    back, campaign = reverse("campaign-letter", args=[found.campaign.pk, found.audience]), found.campaign
    crumbs = [(reverse("campaigns"), "Campaigns"), (campaign.get_absolute_url(), campaign.name)]
    return compare(request, form, who=who, back=back, rail="campaigns", crumbs=crumbs)


def _page(
    request: StaffRequest,
    found: CampaignLetter,
    form: CampaignLetterForm | None,
    problem: str = "",
    leaving: LeavingForm | None = None,
) -> HttpResponse:
    chosen = replying.recipients(found, by=request.user)
    first = next(iter([*chosen.to, *chosen.unverified]), None)
    example = first.message if first else None
    try:
        subject, text = replying.filled(found, example, Office.here())
    except TemplateProblem as broken:
        subject, text = found.subject, str(broken)
    context = {
        "rail": "campaigns",
        "campaign": found.campaign,
        "letter": found,
        "form": form,
        "leaving": leaving or LeavingForm(),
        "subject": subject,
        "text": text,
        "example": example,
        "to": chosen.to[:SHOWN],
        "number": len(chosen.to),
        "unverified": chosen.unverified[:SHOWN],
        "unverified_number": len(chosen.unverified),
        "held": chosen.held[:SHOWN],
        "blocked": problem or (replying.problem_of(found) if form is None else ""),
        "is_open": found.campaign.state in (Campaign.State.OPEN, Campaign.State.CLOSED),
        "may_send": may(request.user, May.SEND_LETTERS),
    }
    bad = bool(problem or (form and form.errors) or (leaving and leaving.errors))
    return render(request, "campaigns/letter.html", context, status=422 if bad else 200)


@require_POST
@staff_who_may(May.SEND_LETTERS)
def approval(request: StaffRequest, pk: int, audience: str) -> HttpResponse:
    """Approve the letter as it was read: it goes to all not answered yet, each in a mail of their own."""
    found = _find(request, pk, audience)
    if found.pk is None:
        return redirect("campaign-letter", pk, audience)
    leaving = LeavingForm(request.POST)
    if not leaving.is_valid():
        return _page(request, found, None, leaving=leaving)
    on = leaving.cleaned_data["on"]
    try:
        number = replying.approve(
            found,
            by=request.user,
            version=request.POST.get("version", ""),
            unverified=_ticked(request, found),
            on=on,
        )
    except NotSendable as problem:
        return _page(request, found, None, str(problem))
    if number:
        when = f"on {dates.say(on)}" if on and on > timezone.localdate() else "in a moment"
        words = f"1 mail leaves {when}." if number == 1 else f"{number:,} mails leave {when}, one to each."
        undo = reverse("campaign-letter-undo", args=[pk, audience])
        messages.success(request, words, extra_tags=f"undo:{undo}")
    else:
        messages.success(request, "Nobody is left to answer.")
    return redirect(found.campaign)


def _ticked(request: StaffRequest, found: CampaignLetter) -> set[int]:
    """The messages whose sender is not verified that are to be answered all the same."""
    ticked = request.POST.getlist("unverified")
    if EVERYBODY in ticked:
        return {each.message_id for each in replying.recipients(found, by=request.user).unverified}
    return {number for number in map(row_number, ticked) if number}


@require_POST
@staff_who_may(May.SEND_LETTERS)
def undo(request: StaffRequest, pk: int, audience: str) -> HttpResponse:
    """Take back what has not left."""
    found = _find(request, pk, audience)
    number = replying.take_back(found) if found.pk else 0
    if number:
        messages.success(request, f"Taken back: {number:,} not sent.")
    else:
        messages.error(request, "Every mail has left already.")
    return redirect(found.campaign)


@require_POST
@staff_who_may(May.SEND_LETTERS)
def mail(request: StaffRequest, pk: int, mail_pk: int) -> HttpResponse:
    """A person decides about a mail that was refused, or of which nobody knows whether it arrived."""
    found = find_campaign(request, pk)
    chosen = _mail_of(request, found, mail_pk)
    decide: dict[str, Callable[[], bool]] = {
        "again": lambda: outbox.send_again(chosen),
        "sent": lambda: deciding.mark_sent(chosen, by=request.user),
        "lost": lambda: deciding.mark_lost(chosen, by=request.user),
    }
    act = request.POST.get("act", "")
    if act in decide and decide[act]():
        chosen.refresh_from_db()
        undo_url = reverse("campaign-mail-undeciding", args=[found.pk, chosen.pk])
        undo = f"undo:{undo_url}" if deciding.can_take_back(chosen) else ""
        messages.success(request, "It leaves once more." if act == "again" else "Noted.", extra_tags=undo)
    else:
        messages.error(request, "That mail has been dealt with already.")
    return redirect(found)


@require_POST
@staff_who_may(May.SEND_LETTERS)
def mail_undeciding(request: StaffRequest, pk: int, mail_pk: int) -> HttpResponse:
    """Take back what a person said became of a mail."""
    found = find_campaign(request, pk)
    take_back_decision(request, _mail_of(request, found, mail_pk))
    return redirect(found)


def _mail_of(request: StaffRequest, campaign: Campaign, pk: int) -> OutgoingMail:
    theirs = OutgoingMail.objects.filter(
        campaign_answer__campaign=campaign,
        campaign_answer__message__in=Message.objects.visible_to(request.user),
    )
    return get_object_or_404(theirs, pk=pk)
