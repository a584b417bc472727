"""Two campaigns made one, and taken apart again while nobody was answered since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.campaigns import recording
from opencasework.office.campaigns.actions import wait_again
from opencasework.office.campaigns.models import Answer, Campaign, CampaignMerge, Likeness
from opencasework.office.staff.models import StaffMember

State = Campaign.State


@transaction.atomic
def merge(campaign: Campaign, into: Campaign, *, by: StaffMember) -> CampaignMerge | None:
    """Make two campaigns one. Who was answered stays answered. None where either is gone by now."""
    locked = Campaign.objects.select_for_update().in_bulk(sorted([campaign.pk, into.pk]))
    if len(locked) < 2 or any(each.merged_into_id for each in locked.values()):
        return None
    campaign, into = locked[campaign.pk], locked[into.pk]
    answered = Answer.objects.filter(campaign=into)
    answers = (
        Answer.objects.filter(campaign=campaign)
        .exclude(address__in=answered.values("address"))
        .exclude(person__in=answered.exclude(person=None).values("person"))
    )
    taken = list(into.letters.values_list("audience", flat=True))
    letters = campaign.letters.exclude(audience__in=taken)
    merged = CampaignMerge.objects.create(
        campaign=campaign,
        into=into,
        by=by,
        kept={
            "gathered": _numbers(campaign.gathered.all()),
            "counted": _numbers(campaign.gathered.filter(counted=True)),
            "answers": _numbers(answers),
            "letters": _numbers(letters),
            "merged": _numbers(campaign.merged.all()),
            "campaign": _standing(campaign),
            "into": _standing(into),
            "into_counted": _numbers(into.gathered.filter(counted=True)),
        },
    )
    kept = merged.kept
    Answer.objects.filter(pk__in=kept["answers"]).update(campaign=into)
    campaign.letters.filter(pk__in=kept["letters"]).update(campaign=into)
    campaign.gathered.update(campaign=into)
    campaign.merged.update(merged_into=into)
    was_open = State.OPEN in (campaign.state, into.state)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=State.CLOSED, merged_into=into, closed_at=timezone.now()
    )
    if was_open and into.state != State.OPEN:
        Campaign.objects.filter(pk=into.pk).update(
            state=State.OPEN, confirmed_by=by, confirmed_at=timezone.now()
        )
        into.state = State.OPEN
    if into.state == State.OPEN:
        recording.decide(into, by=by)
    CampaignMerge.objects.filter(pk=merged.pk).update(
        last_answer=Answer.objects.filter(campaign=into).order_by("-pk").values_list("pk", flat=True).first()
        or 0
    )
    return merged


@transaction.atomic
def take_apart(merged: CampaignMerge, *, by: StaffMember) -> bool:
    """Undo a merge: each has its own messages, letters and answers again, and stands as it did.

    What came since stays where it came. False once anybody was answered since, because who had an answer of
    the one could then get another of the other, or where either is part of a third by now.
    """
    locked = Campaign.objects.select_for_update().in_bulk(sorted([merged.campaign_id, merged.into_id]))
    if len(locked) < 2:
        return False
    campaign, into = locked[merged.campaign_id], locked[merged.into_id]
    if campaign.merged_into_id != into.pk or into.merged_into_id is not None:
        return False
    if into.answers.filter(pk__gt=merged.last_answer).exists():
        return False
    undone = CampaignMerge.objects.filter(pk=merged.pk, undone_at=None)
    if not undone.update(undone_at=timezone.now(), undone_by=by):
        return False
    kept = merged.kept
    for some in recording.batches(kept["gathered"]):
        into.gathered.filter(pk__in=some).update(campaign=campaign)
    for some in recording.batches(kept["answers"]):
        into.answers.filter(pk__in=some).update(campaign=campaign)
    into.letters.filter(pk__in=kept["letters"]).update(campaign=campaign)
    into.merged.filter(pk__in=kept["merged"]).update(merged_into=campaign)
    Campaign.objects.filter(pk=campaign.pk).update(merged_into=None, **_stood(kept["campaign"]))
    # One that the merge itself opened; what a person did about it since is theirs.
    if kept["into"]["state"] != State.OPEN and kept["campaign"]["state"] == State.OPEN:
        opened = Campaign.objects.filter(pk=into.pk, state=State.OPEN, confirmed_at__gte=merged.at)
        if opened.update(**_stood(kept["into"])):
            _wait_again(into, besides=kept["into_counted"], by=by)
    if kept["campaign"]["state"] in (State.PROPOSED, State.DISMISSED):
        _wait_again(campaign, besides=kept["counted"], by=by)
    return True


def _wait_again(campaign: Campaign, *, besides: list[int], by: StaffMember) -> None:
    known = set(besides)
    since = [pk for pk in _numbers(campaign.gathered.filter(counted=True)) if pk not in known]
    for some in recording.batches(since):
        wait_again(Likeness.objects.filter(pk__in=some), by=by)


def _numbers(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _standing(campaign: Campaign) -> dict[str, Any]:
    """How a campaign stands, in plain values that can be kept."""
    return {
        "state": campaign.state,
        "confirmed_by": campaign.confirmed_by_id,
        "confirmed_at": campaign.confirmed_at.isoformat() if campaign.confirmed_at else None,
        "closed_at": campaign.closed_at.isoformat() if campaign.closed_at else None,
    }


def _stood(kept: dict[str, Any]) -> dict[str, Any]:
    """The fields that put it back as it stood."""
    return {
        "state": kept["state"],
        "confirmed_by": StaffMember.objects.filter(pk=kept["confirmed_by"]).first(),
        "confirmed_at": datetime.fromisoformat(kept["confirmed_at"]) if kept["confirmed_at"] else None,
        "closed_at": datetime.fromisoformat(kept["closed_at"]) if kept["closed_at"] else None,
    }
