"""Not our constituent: who represents them, a courteous reply that says so, and nothing kept for long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opencasework.office.bodies.models import Body
from opencasework.office.inbox import acknowledging, actions, answering, body_rang, erasing, numbers
from opencasework.office.inbox.deciding import (
    find_to_decide,
    go_on,
    nothing_said_page,
    say,
    settled,
    too_late,
)
from opencasework.office.inbox.models import Message
from opencasework.office.letters import filling
from opencasework.office.letters.actions import one_line
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.models import LetterTemplate
from opencasework.office.places import directory
from opencasework.office.places.directory import Place
from opencasework.office.places.models import Office
from opencasework.office.places.reaching import how_to_reach
from opencasework.office.staff.permissions import May, StaffRequest, may, posted, staff_who_may

CODE = "LT-NOTMINE"

BODY_WROTE = (
    "This came from {}. Whatever goes to a body about somebody needs their authority, so it is answered from "
    "a case: put the message on the case it is about, or open one, and write a letter there. "
    "What is for another member all the same is decided here without a reply."
)


class ReplyForm(forms.Form):
    """The reply as it will leave."""

    note = forms.CharField(
        label="Whose constituent",
        required=False,
        max_length=300,
        help_text="Kept with the message for as long as that is kept.",
    )
    subject = forms.CharField(label="Subject", max_length=200, required=False)
    text = forms.CharField(
        label="Reply", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args: Any, bodies: list[Body], **options: Any) -> None:
        super().__init__(*args, **options)
        self.bodies = bodies
        if bodies and not self.is_bound:
            del self.fields["subject"], self.fields["text"]

    @property
    def why_not(self) -> str:
        """Why no reply leaves from here, and what to do instead; empty where one may."""
        return BODY_WROTE.format(self.bodies[0]) if self.bodies else ""

    def clean(self) -> dict[str, Any]:
        if self.why_not and self.data.get("act") == "send":
            self.add_error(None, self.why_not)
        return super().clean() or self.cleaned_data

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"])

    def clean_text(self) -> str:
        """What is sent has no gap left in it; what is not sent may stand as it is."""
        text: str = self.cleaned_data["text"].strip()
        if self.data.get("act") == "send":
            if not text:
                raise forms.ValidationError("Write a reply, or choose to send none.")
            if left := filling.gaps(text):
                raise forms.ValidationError(f"Fill in or take out: {', '.join(left)}")
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@staff_who_may(May.TRIAGE)
def other_member(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a message is for another member, and perhaps tell its writer who that is."""
    found = find_to_decide(request, pk)
    if not found.is_untriaged:
        return redirect("message", pk)
    if request.method == "POST" and body_rang.is_unsettled(found) and not settled(request, found):
        return nothing_said_page(request, found, _carried(request))
    office = Office.here()
    place = place_of(found, office)
    form = ReplyForm(posted(request), initial=_initial(found, office, place), bodies=numbers.sent_by(found))
    may_send = (
        may(request.user, May.SEND_LETTERS)
        and bool(found.from_address)
        and not form.bodies
        and not (found.auto_reply or acknowledging.is_robot(found.from_address))
    )
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        said = f"“{found.in_a_word}” is for another member"
        with transaction.atomic():  # who dies between the two has done neither
            given = actions.give_to_other_member(found, by=request.user, note=words["note"])
            if given and request.POST.get("act") == "send" and may_send:
                leaves = answering.write(found, subject=words["subject"], text=words["text"], by=request.user)
                said += "; the reply leaves in a moment" if leaves else "; no second reply leaves"
        if not given:
            return too_late(request, found)
        say(request, said, found)
        return go_on(request, found)
    context = {
        "rail": "inbox",
        "message": found,
        "form": form,
        "place": place,
        "reach": how_to_reach()[office.member_kind],
        "may_send": may_send,
        "erased_on": in_words(erasing.keep_until(timezone.localdate())),
    }
    return render(request, "inbox/other_member.html", context, status=422 if form.errors else 200)


def _carried(request: StaffRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("note", "subject", "text", "act")}


def _postcode_in(message: Message, office: Office) -> str:
    """The first postcode in it that is not the office's own; empty where there is none."""
    return directory.first_in(f"{message.subject}\n{message.text[:20_000]}", besides=office.address) or ""


def place_of(message: Message, office: Office) -> Place | None:
    """Where its writer lives, by that postcode."""
    postcode = _postcode_in(message, office)
    return directory.place_of(postcode, office=office) if postcode else None


def _initial(message: Message, office: Office, place: Place | None) -> dict[str, str]:
    """The office's own wording for it, filled in as far as the directory goes."""
    template = LetterTemplate.objects.filter(code=CODE).first()
    wording = template.wording_for("en") if template else None
    member = place.member_name if place else ""
    area = place.area_name if place else ""
    note = ", ".join(part for part in (member, area) if part)
    if wording is None:
        return {"note": note}
    known = (
        f"{member}, the member for {area}"
        if member and area
        else member or (area and f"the member for {area}")
    )
    if not known and (postcode := _postcode_in(message, office)):
        # Not ours, but without a directory nobody knows whose: the page it links to does.
        known = "another member" if directory.covers(postcode, office=office) is False else ""
    facts = {
        "constituent_salutation": message.from_name or "Sir or Madam",
        "other_member_name": known,
        "other_member_contact": how_to_reach()[office.member_kind].contact(place),
        "member_title": office.title,
        "member_name": office.member_name,
        "office_address": office.address,
        "office_phone": office.phone,
    }
    # The wording's subject gives the number of a case, and there is none.
    return {"note": note, "subject": "Who can help you", "text": filling.fill(wording.text, facts)}
