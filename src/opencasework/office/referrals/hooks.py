"""What this folder adds to those below it: a check before a letter leaves, and what follows when one has."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases import closings, transfers
from opencasework.office.cases.models import Case
from opencasework.office.kit.dates import say
from opencasework.office.letters import actions as letters
from opencasework.office.letters import fields, leaving
from opencasework.office.letters.models import Letter
from opencasework.office.referrals import checks, consent, mistaken
from opencasework.office.referrals.actions import COVER, count_all_again, is_in_time, submit
from opencasework.office.referrals.models import Complaint
from opencasework.office.referrals.stages import NotDone
from opencasework.office.routes import actions as routes
from opencasework.office.routes import keeping
from opencasework.office.routes.schemes import all_schemes
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


def lateness_check(letter: Letter, on: date) -> list[letters.Check]:
    """What was written of its being late, before it proved to be in time, is for a person to take out."""
    preparing = Complaint.objects.preparing().filter(letter=letter).exclude(late_reason="")
    for complaint in preparing.select_related("case", "issue__body"):
        if complaint.late_reason in letter.text and is_in_time(complaint, on=on):
            text = "It is in time, and the letter says why it comes late. Take that out."
            return [letters.Check(ok=False, must=False, text=text)]
    return []


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


def is_about_a_complaint(letter: Letter) -> bool:
    """Whether it goes to an ombudsman about a complaint that is kept here and has not ended.

    The complaint says how far it has come, so no clock of an enquiry runs, as with its covering letter.
    """
    if not _goes_to_a_reviewer(letter):
        return False
    kept = Complaint.objects.open().filter(case__in=letter.case.family, body=letter.to_body)
    if letter.issue_id is not None:
        kept = kept.filter(Q(issue=letter.issue_id) | Q(issue=None))
    return kept.exists()


def complaint_check(letter: Letter, on: date) -> list[letters.Check]:
    """A letter in free words to an ombudsman may be a complaint that nobody keeps here."""
    is_cover = letter.covers_a_complaint
    if letter.kind != Letter.Kind.ENQUIRY or is_cover or not _goes_to_a_reviewer(letter):
        return []
    if is_about_a_complaint(letter):
        text = (
            "It is about a complaint that is kept here: that says how it goes, and nobody chases this letter"
        )
        return [letters.Check(ok=True, text=text)]
    about = f"?issue={letter.issue_id}" if letter.issue_id else ""
    url = reverse("complaint-new", args=[letter.case_id]) + about
    text = (
        "Is it a complaint? Then begin it, so that its last day and how far it has come are kept. If it is "
        f"not, send it: an answer of {letter.to_body} is waited for, and chased."
    )
    return [
        letters.Check(ok=False, must=False, text=text, ways=(fields.Way("", "Begin the complaint", url),))
    ]


def _goes_to_a_reviewer(letter: Letter) -> bool:
    """Whether it goes to an ombudsman, or the reviewer before one, that is not what the problem is about."""
    body = letter.to_body
    if body is None or body.code not in {scheme.body for scheme in all_schemes().values()}:
        return False
    concerned = letter.issue.body_id if letter.issue else None
    return concerned != body.pk and not letter.case.issues.filter(body=body).exists()


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


def not_gone_yet(case: Case) -> str:
    """What closing the case does to complaints that have not ended; empty where there are none."""
    said = []
    for complaint in Complaint.objects.preparing().filter(case=case).order_by("by_when", "pk"):
        said.append(f"The complaint to the {complaint.scheme.name} has not gone yet{_its_last(complaint)}.")
    if said:
        said.append("Once the case is closed, My day reminds nobody of it.")
    return " ".join([*said, *(_under_way(each) for each in _with_an_ombudsman(case))])


def _with_an_ombudsman(case: Case) -> QuerySet[Complaint]:
    gone = Complaint.objects.open().exclude(state=Complaint.State.PREPARING).filter(case=case)
    return gone.order_by("submitted_on", "pk")


def _under_way(complaint: Complaint) -> str:
    since = f", submitted on {say(complaint.submitted_on)}" if complaint.submitted_on else ""
    return (
        f"The complaint to the {complaint.scheme.name} is under way{since}{_its_last(complaint)}. "
        "Nobody has recorded yet how it ended."
    )


def _its_last(complaint: Complaint) -> str:
    return f"; its last day {_is_or_was(complaint.by_when)}" if complaint.by_when else ""


def _is_or_was(day: date) -> str:
    return f"{'was' if day < timezone.localdate() else 'is'} {say(day)}"


def limits_used(case: Case) -> list[tuple[int | None, str]]:
    """The limits of complaints that have gone to their ombudsman, and of which problem each is."""
    preparing_or_back = (Complaint.State.PREPARING, Complaint.State.WITHDRAWN)
    gone = Complaint.objects.filter(case=case).exclude(state__in=preparing_or_back)
    return [(each.issue_id, each.scheme.limit) for each in gone]


def consent_ended(case: Case) -> dict[int, str]:
    """Why nothing covers any more what is with somebody by the consent of the person, by its number."""
    return {number: each.said for number, each in consent.ended_on(case).items()}


def when_dated(case: Case) -> None:
    """A day that limits run from was recorded."""
    count_all_again(case)


def join() -> None:
    """Say it to the folders below, once, when the office starts."""
    leaving.MORE_CHECKS += [signature_check, complaint_check, lateness_check]
    leaving.NO_CLOCK.append(is_about_a_complaint)
    leaving.WHEN_LEFT.append(when_left)
    leaving.STAYS_GONE.append(why_it_stays_gone)
    closings.LEFT_UNDONE.append(not_gone_yet)
    routes.WHEN_DATED.append(when_dated)
    keeping.GONE.append(limits_used)
    transfers.CONSENT_ENDED.append(consent_ended)
    transfers.BUILT_ON.append(mistaken.why_the_answer_stays)
    transfers.WHEN_TAKEN_BACK.append(mistaken.when_answer_back)
