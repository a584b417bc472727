"""The reply on the member's own site: a page to put there, where it stands, and since when."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opencasework.office.campaigns import replying
from opencasework.office.campaigns.forms import ReplyPageForm
from opencasework.office.campaigns.models import Campaign, CampaignLetter
from opencasework.office.campaigns.views import find_campaign, page_of
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, staff_who_may


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def reply_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The reply as a file for the member's site; posting says at which address it stands, and since when."""
    found = find_campaign(request, pk)
    if request.method == "POST":
        return _keep(request, found)
    letter = _approved(found)
    if letter is None:
        raise Http404("There is no approved reply to publish.")
    office = Office.here()
    subject, text = replying.filled(letter, None, office)
    context = {
        "office": office, "campaign": found, "subject": subject, "text": text,
        "day": found.published_on or timezone.localdate(),
    }  # fmt: skip
    page = render(request, "campaigns/reply_page.html", context)
    page["Content-Disposition"] = 'attachment; filename="reply.html"'
    return page


@staff_who_may(May.SEND_LETTERS)
def _keep(request: StaffRequest, found: Campaign) -> HttpResponse:
    form = ReplyPageForm(request.POST, is_approved=_approved(found) is not None)
    if not form.is_valid():
        context = page_of(request, found) | {"page_form": form}
        return render(request, "campaigns/detail.html", context, status=422)
    Campaign.objects.filter(pk=found.pk).update(**form.cleaned_data)
    published = form.cleaned_data["published_on"]
    messages.success(request, "The reply is published." if published else "Saved.")
    return redirect(found)


def _approved(found: Campaign) -> CampaignLetter | None:
    return found.letters.filter(audience=CampaignLetter.Audience.HERE).exclude(approved_at=None).first()
