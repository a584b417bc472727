"""What this folder adds to those below it: a check before a letter leaves, and what follows when one has."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.letters import actions as letters
from opencasework.office.letters import fields, leaving
from opencasework.office.letters.models import Letter
from opencasework.office.referrals import checks
from opencasework.office.referrals.actions import COVER, NotDone, count_all_again, submit
from opencasework.office.referrals.models import Complaint
from opencasework.office.routes import actions as routes
from opencasework.office.staff.models import StaffMember


def signature_check(letter: Letter, on: date) -> list[letters.Check]:
    """What goes to an ombudsman that only the member may ask has their own signature on these words."""
    if Complaint.objects.filter(letter=letter, state=Complaint.State.WITHDRAWN).exists():
        return [letters.Check(ok=False, text="Its complaint was taken back, so this letter does not go.")]
    complaint = _goes_to_its_ombudsman(letter)
    if complaint is None:
        return _covers_nothing(letter)
    by_hand = letter.means == Letter.Means.POST and complaint.is_signed_by_hand
    if by_hand or checks.signature_on(letter):
        return [letters.Check(ok=True, text="The member has signed it")]
    way = fields.Way("", "The member signs it here", f"{complaint.get_absolute_url()}#signature")
    text = f"{checks.WHO_SIGNS} Pass it to the member for signature."
    return [letters.Check(ok=False, text=text, ways=(way,) if complaint.letter_id == letter.pk else ())]


def _covers_nothing(letter: Letter) -> list[letters.Check]:
    """The covering letter of a complaint that was never begun would get past the member and the checks."""
    is_cover = letter.template is not None and letter.template.code == COVER
    if not is_cover or Complaint.objects.filter(case=letter.case).exists():
        return []
    way = fields.Way("", "Begin the complaint", reverse("complaint-new", args=[letter.case_id]))
    text = "This letter goes with a complaint to an ombudsman, and there is none on the case. Begin it first."
    return [letters.Check(ok=False, text=text, ways=(way,))]


def _goes_to_its_ombudsman(letter: Letter) -> Complaint | None:
    """The complaint on its case that needs the member, and to whose ombudsman this letter goes."""
    preparing = Complaint.objects.preparing().filter(case=letter.case)
    for complaint in sorted(preparing, key=lambda each: each.letter_id != letter.pk):
        goes_there = letter.to_body is not None and letter.to_body.code == complaint.scheme.body
        if complaint.scheme.needs_the_member and (complaint.letter_id == letter.pk or goes_there):
            return complaint
    return None


def when_left(letter: Letter, at: datetime, by: StaffMember | None) -> None:
    """A covering letter has left: its complaint is submitted from that day, unless something is unmet."""
    for complaint in (
        Complaint.objects.preparing().filter(letter=letter).select_related("case", "issue__body")
    ):
        try:
            submit(complaint, on=timezone.localdate(at), by=by)
        except NotDone:
            continue  # the page of the complaint says what is missing, and takes the reason


def why_it_stays_gone(letter: Letter) -> str:
    """Why a letter that was marked as posted is not taken back: a complaint was submitted with it."""
    submitted = Complaint.objects.filter(letter=letter).exclude(pk__in=Complaint.objects.preparing())
    return "A complaint was submitted with it. Look at the complaint first." if submitted.exists() else ""


def when_dated(case: Case) -> None:
    """A day that limits run from was recorded."""
    count_all_again(case)


def join() -> None:
    """Say it to the folders below, once, when the office starts."""
    leaving.MORE_CHECKS.append(signature_check)
    leaving.WHEN_LEFT.append(when_left)
    leaving.STAYS_GONE.append(why_it_stays_gone)
    routes.WHEN_DATED.append(when_dated)
