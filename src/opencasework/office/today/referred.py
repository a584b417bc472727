"""Rows of My day about ombudsmen and partners."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from opencasework.office.authority.models import Demand
from opencasework.office.cases.models import Transfer
from opencasework.office.chasing.ladder import climbed
from opencasework.office.kit import dates
from opencasework.office.kit.addresses import address
from opencasework.office.letters.expecting import CONSIDER
from opencasework.office.letters.models import Enquiry
from opencasework.office.referrals.consent import ended, uncovered, unheard
from opencasework.office.referrals.models import Complaint, Inward
from opencasework.office.staff.models import StaffMember
from opencasework.office.today.counting import on_visible_cases
from opencasework.office.today.row import Day, Todo

ENDS_SOON = timedelta(days=14)  # before its last day a complaint is somebody's work today


def complaints(staff: StaffMember, day: Day) -> QuerySet[Complaint]:
    """Complaints to an ombudsman that have not gone, and whose time is nearly over."""
    soon = Complaint.objects.preparing().filter(by_when__lte=day.today + ENDS_SOON, case__closed_at=None)
    return on_visible_cases(soon, staff)


def read_complaint(complaint: Complaint, day: Day) -> Todo:
    """The row of a complaint: at today with its last day, and once that has passed at the day it was."""
    assert complaint.by_when is not None  # `complaints` asks for it
    ends = dates.short(complaint.by_when, today=day.today)
    return Todo(
        case=complaint.case,
        title=f"Complain to the {complaint.scheme.short}: {complaint.case.title}",
        url=complaint.get_absolute_url(),
        icon="landmark",
        on=min(complaint.by_when, day.today),
        note=f"last day {ends}" if complaint.by_when >= day.today else f"last day was {ends}",
        button="Complaint",
        button_icon="landmark",
        button_url=complaint.get_absolute_url(),
    )


def climbed_ladders(staff: StaffMember, day: Day) -> QuerySet[Enquiry]:
    """Late answers after every step of the ladder, where no complaint about the same is on its way or was
    decided that went after the body was asked, and nobody plans to look.
    """
    gone = (Complaint.State.WITHDRAWN, Complaint.State.DECLINED)
    began = Coalesce("submitted_on", TruncDate("opened_at"))
    begun = Complaint.objects.filter(case=OuterRef("case")).exclude(state__in=gone).alias(began=began)
    # What was decided before the body was asked, or was on its way then, says nothing of its silence since.
    begun = begun.filter(~Q(state__in=Complaint.ENDED) | Q(began__gt=OuterRef("sent_on")))
    late = Enquiry.objects.to_remind(on=day.today).filter(climbed())
    left = late.exclude(Exists(begun.filter(_SAME_PROBLEM)))
    left = left.exclude(Q(issue=None), Exists(begun.filter(_SAME_BODY)))  # about the case as a whole
    return on_visible_cases(left.exclude(case__next_action__startswith=CONSIDER), staff)


# Of complaints, for the enquiry in the outer query. One about no problem in particular may be about any.
_SAME_PROBLEM = (
    Q(issue=None)
    | Q(issue=OuterRef("issue"))
    | Q(issue__duplicate_of=OuterRef("issue"))
    | Q(issue=OuterRef("issue__duplicate_of"))
)
_SAME_BODY = (  # or a part of it, as far down as they are kept
    Q(issue__body=None)
    | Q(issue__body=OuterRef("body"))
    | Q(issue__body__parent=OuterRef("body"))
    | Q(issue__body__parent__parent=OuterRef("body"))
    | Q(issue__body=OuterRef("body__parent"))
    | Q(issue__body=OuterRef("body__parent__parent"))
)


def read_climbed(enquiry: Enquiry, day: Day) -> Todo:
    """The row of an answer that every step of the ladder was taken for in vain."""
    return Todo(
        case=enquiry.case,
        title=f"{CONSIDER} for {enquiry.body}: {enquiry.case.title}",
        url=enquiry.case.get_absolute_url(),
        icon="landmark",
        on=enquiry.due_on,
        note="every step of the ladder was taken",
        button="Ombudsman",
        button_icon="landmark",
        button_url=f"{enquiry.case.get_absolute_url()}#ombudsman",
    )


def transfers(staff: StaffMember, day: Day) -> QuerySet[Transfer]:
    """Cases offered to somebody who has not said whether they take it, while the person agrees."""
    due = Transfer.objects.due(by=day.end_of_week).filter(case__closed_at=None)
    return on_visible_cases(due.exclude(pk__in=ended(due, on=day.today).values("pk")), staff)


def read_transfer(transfer: Transfer, day: Day) -> Todo:
    """The row of somebody to be asked whether they take a case."""
    assert transfer.answer_by is not None  # `transfers` asks for it
    return Todo(
        case=transfer.case,
        title=f"Ask {transfer.to_name} whether they take it: {transfer.case.title}",
        url=transfer.case.get_absolute_url(),
        icon="forward",
        on=transfer.answer_by,
        note="",
        button="Did they take it?",
        button_icon="forward",
        button_url=address("case-transfer", transfer.case_id, transfer.pk),
    )


def consents(staff: StaffMember, day: Day) -> QuerySet[Transfer]:
    """What is with somebody by the consent of a person who took it back, or whose authority has ended."""
    return on_visible_cases(ended(Transfer.objects.filter(case__closed_at=None), on=day.today), staff)


def read_consent(transfer: Transfer, day: Day) -> Todo:
    """The row of somebody who is to be asked nothing more, and may have to be told to stop."""
    url = transfer.case.get_absolute_url()
    outward = getattr(transfer, "outward", None)
    return Todo(
        case=transfer.case,
        title=f"Must {transfer.to_name} be told to stop? {transfer.case.title}",
        url=url,
        icon="shield-alert",
        on=day.today,
        note="consent has ended",
        button="Look",
        button_icon="shield-alert",
        button_url=f"{url}#{'partners' if outward else 'transfers'}",
    )


def to_tell(staff: StaffMember, day: Day) -> QuerySet[Inward]:
    """Closed cases whose partner waits to hear what came of it, and may."""
    waiting = Inward.objects.to_tell()
    return on_visible_cases(waiting.exclude(pk__in=uncovered(waiting, on=day.today).values("pk")), staff)


def read_to_tell(inward: Inward, day: Day) -> Todo:
    """The row of a partner to tell."""
    return Todo(
        case=inward.case,
        title=f"Tell {inward.partner} what came of it: {inward.case.title}",
        url=inward.case.get_absolute_url(),
        icon="handshake",
        on=day.today,
        note="",
        button="They were told",
        button_icon="check",
        button_url=reverse("inward-told", args=[inward.pk]),
    )


def to_ask(staff: StaffMember, day: Day) -> QuerySet[Inward]:
    """Closed cases whose partner waits to hear what came of it, while no authority covers it."""
    return on_visible_cases(uncovered(Inward.objects.to_tell(), on=day.today), staff)


def read_to_ask(inward: Inward, day: Day) -> Todo:
    """The row of a partner who is told nothing before the person agrees, or is not to be told at all."""
    url, why = inward.case.get_absolute_url(), unheard(inward)
    return Todo(
        case=inward.case,
        title=f"May {inward.partner} be told what came of it? {inward.case.title}",
        url=url,
        icon="shield-alert",
        on=day.today,
        note="consent has ended" if why and why.has_ended else "no authority covers them",
        button="Look",
        button_icon="shield-alert",
        button_url=f"{url}#partners",
    )


def read_demand(demand: Demand, day: Day) -> Todo:
    """The row of a body that wants the signed authority."""
    url = reverse("authority-demand", args=[demand.pk])
    return Todo(
        case=demand.case,
        title=f"Send {demand.body} the signed authority: {demand.case.title}",
        url=url,
        icon="shield-alert",
        on=demand.due_on,
        note="",
        button="Authority",
        button_icon="shield-check",
        button_url=url,
        key="a",
    )
