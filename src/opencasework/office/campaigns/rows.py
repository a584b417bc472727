"""Campaigns as the inbox shows them: one row each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from opencasework.office.campaigns.models import Campaign, CampaignQuerySet, Disposal, Likeness
from opencasework.office.kit import dates
from opencasework.office.staff.models import StaffMember

TO_LOOK_AT = ~Q(look_reason="") & Q(looked_at=None, message__decision="")


def folded() -> Q:
    """The messages that stand in the row of their campaign, not in one of their own."""
    return Q(Exists(Likeness.objects.folded().filter(message=OuterRef("pk"))))


@dataclass(frozen=True)
class Row:
    """A campaign in a list, with what this colleague may know of it."""

    campaign: Campaign
    count: int
    to_look_at: int
    since: str
    newest: datetime
    template: str = "campaigns/_row.html"
    erased_on: date | None = None  # where nothing but its numbers is left


def counted(staff: StaffMember, campaigns: Any) -> list[Row]:
    """These campaigns with their numbers, the one with the newest message first, in two queries."""
    known = {each.pk: each for each in campaigns}
    if not known:
        return []
    numbers = (
        Likeness.objects.filter(campaign__in=known)
        .visible_to(staff)
        .order_by()
        .values("campaign")
        .annotate(
            count=Count("pk"),
            look=Count("pk", filter=TO_LOOK_AT),
            first=Min("message__received_at"),
            newest=Max("message__received_at"),
        )
    )
    today = timezone.localdate()
    found = [
        Row(
            known[each["campaign"]],
            each["count"],
            each["look"],
            since(timezone.localtime(each["first"]), today),
            each["newest"],
        )
        for each in numbers
    ]
    return sorted(found, key=lambda row: row.newest, reverse=True)


def with_erased(staff: StaffMember, campaigns: CampaignQuerySet) -> list[Row]:
    """The same with what was erased counted in, and after them those of which only numbers are left."""
    gone: dict[int, int] = defaultdict(int)
    last: dict[int, date] = {}
    for each in Disposal.objects.select_related("campaign"):
        number = each.campaign.merged_into_id or each.campaign_id
        gone[number] += each.messages
        last[number] = max(each.on, last.get(number, each.on))
    rows = counted(staff, campaigns)
    known = [replace(row, count=row.count + gone[row.campaign.pk]) for row in rows]
    empty = campaigns.visible_to(staff).filter(pk__in=last).exclude(pk__in=[row.campaign.pk for row in rows])
    left = [Row(each, gone[each.pk], 0, "", each.made_at, erased_on=last[each.pk]) for each in empty]
    return [*known, *sorted(left, key=lambda row: row.newest, reverse=True)]


def rows_for(staff: StaffMember) -> list[Row]:
    """The campaigns that want a decision: those proposed, and those with somebody to look at."""
    proposed = Campaign.State.PROPOSED
    to_look_at = Likeness.objects.filter(TO_LOOK_AT, campaign=OuterRef("pk"))
    # Asked first: what is handled as one may be thousands, and needs no counting here.
    wanted = Campaign.objects.gathering().filter(Q(state=proposed) | Q(Exists(to_look_at)))
    return [row for row in counted(staff, wanted) if row.campaign.state == proposed or row.to_look_at]


def since(first: datetime, today: date) -> str:
    """“08:41” today, “Friday” in the last six days, else “19 Nov”."""
    day = first.date()
    if day == today:
        return f"{first:%H:%M}"
    if timedelta(0) < today - day < timedelta(days=7):
        return f"{first:%A}"
    return dates.short(day, today=today).partition(" ")[2]
