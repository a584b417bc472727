"""The office's rules for mail: the automatic acknowledgement, and what is not its to keep."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from opencasework.office.inbox.acknowledging import SUBJECT, TEXT
from opencasework.office.kit.alone import alone_on
from opencasework.office.kit.versions import Versioned, compare, say_taken
from opencasework.office.places import directory
from opencasework.office.places.models import Office
from opencasework.office.staff.permissions import May, StaffRequest, posted, staff_who_may

LONGEST_DAYS, LONGEST_MONTHS = 365, 24
BEGINNING = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?(?: [0-9](?:[A-Z]{2})?)?")  # district, sector or postcode
SHORTEST_HOLD, LONGEST_HOLD = 20, 120  # seconds


class MailRulesForm(Versioned, forms.ModelForm):  # type: ignore[type-arg]
    """What happens to mail by itself."""

    class Meta:
        model = Office
        fields = [
            "acknowledges_mail", "other_member_days", "campaign_months", "postcode_prefixes", "hold_seconds",
        ]  # fmt: skip
        widgets = {"postcode_prefixes": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "acknowledges_mail": "Answer a first mail automatically, to say that it has arrived",
            "other_member_days": "Days to keep a message for another member",
            "campaign_months": "Months to keep the mail of a campaign",
            "postcode_prefixes": "Postcode districts of your area",
            "hold_seconds": "Seconds a letter is held before it leaves",
        }
        help_texts = {
            "acknowledges_mail": (
                "To confirmed senders only, once in seven days each, never to machines or lists. Off is "
                "safer: such replies are misused to send spam."
            ),
            "other_member_days": (
                "Then it is erased, and its writer too where nothing else is known of them. The record keeps "
                "a line."
            ),
            "campaign_months": (
                "From the day each was answered. Then it is erased, and its writers as above; counts and the "
                "reply stay. If you write fewer, what is older goes within the hour."
            ),
            "postcode_prefixes": (
                "Separated by commas, such as WX3, WX4 7. Wards have a line each: Fenwick: WX4 7, WX4 8. "
                "Used where no postcode directory is loaded."
            ),
            "hold_seconds": "From 20 to 120. In that time whoever sent it can take it back.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold_seconds"].required = False
        self.fields["campaign_months"].required = False
        start = self.instance.campaigns_erased_from
        if start and timezone.localdate() < start:
            self.fields["campaign_months"].help_text += f" Nothing is erased before {start:%-d %B %Y}."

    def clean_other_member_days(self) -> int:
        days: int = self.cleaned_data["other_member_days"]
        if not 1 <= days <= LONGEST_DAYS:
            raise forms.ValidationError(
                f"{days} is not between 1 and {LONGEST_DAYS} days. Write 30, for example."
            )
        return days

    def clean_campaign_months(self) -> int:
        # Left empty it stays as it was.
        given = self.cleaned_data["campaign_months"]
        months: int = Office.here().campaign_months if given is None else given
        if not 1 <= months <= LONGEST_MONTHS:
            raise forms.ValidationError(
                f"{months} is not between 1 and {LONGEST_MONTHS} months. Write 6, for example."
            )
        return months

    def clean_postcode_prefixes(self) -> str:
        text: str = self.cleaned_data["postcode_prefixes"]
        for _, beginning in Office(postcode_prefixes=text).listed_postcodes():
            if not BEGINNING.fullmatch(beginning):  # or everybody there would live outside
                raise forms.ValidationError(
                    f"“{beginning}” is no postcode district. Write WX3, WX4 7, with commas between."
                )
        return text

    def clean_hold_seconds(self) -> int:
        # Left empty it stays as it was.
        given = self.cleaned_data["hold_seconds"]
        seconds: int = Office.here().hold_seconds if given is None else given
        if not SHORTEST_HOLD <= seconds <= LONGEST_HOLD:
            raise forms.ValidationError(
                f"{seconds} is not between {SHORTEST_HOLD} and {LONGEST_HOLD} seconds. Write 60, for example."
            )
        return seconds


@require_http_methods(["GET", "POST"])
@staff_who_may(May.MANAGE_OFFICE)
@alone_on(Office)
def rules(request: StaffRequest) -> HttpResponse:
    """The rules for mail of this office."""
    office = Office.here()
    form = MailRulesForm(posted(request), instance=office)
    if request.method == "POST" and form.is_valid():
        if form.clashes:
            who = "Somebody changed the rules after you opened them."
            crumbs = [(reverse("account"), "Settings")]
            return compare(request, form, who=who, back=reverse("mail-rules"), rail="settings", crumbs=crumbs)
        form.save()
        messages.success(request, "Saved.")
        say_taken(request, form)
        return redirect("mail-rules")
    context = {
        "rail": "settings",
        "form": form,
        "subject": SUBJECT,
        "paragraphs": [part.replace("\n", " ") for part in TEXT.format(title=office.title).split("\n\n")],
        "loaded": directory.loaded(),
    }
    return render(request, "inbox/rules.html", context, status=422 if form.errors else 200)
