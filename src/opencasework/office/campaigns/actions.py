"""What people do with a campaign: confirm it, correct who is in it, name and close it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opencasework.office.campaigns import recording
from opencasework.office.campaigns.gathering import know, refill
from opencasework.office.campaigns.models import Campaign, Likeness, LikenessQuerySet
from opencasework.office.inbox import actions as inbox
from opencasework.office.inbox import acts
from opencasework.office.inbox.models import Message
from opencasework.office.kit.words import unturned
from opencasework.office.staff.models import StaffMember

State = Campaign.State


@transaction.atomic
def confirm(campaign: Campaign, *, by: StaffMember) -> int:
    """Handle it as one campaign: what waits becomes campaign mail, and what comes later joins by itself.

    What somebody has to look at stays in the inbox. Returns how many were decided about.
    """
    proposed = Campaign.objects.filter(pk=campaign.pk, state__in=[State.PROPOSED, State.DISMISSED])
    proposed.update(state=State.OPEN, confirmed_by=by, confirmed_at=timezone.now())
    campaign.refresh_from_db()
    return recording.decide(campaign, by=by)


@transaction.atomic
def unconfirm(campaign: Campaign, *, by: StaffMember) -> bool:
    """Take the confirmation back: all its mail waits in the inbox again.

    False once anybody was answered or anything of it was erased.
    """
    # Of this and an approval in the same moment, the lock lets one go first.
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.answers.exists() or campaign.disposals.exists():
        return False
    if not Campaign.objects.filter(pk=campaign.pk, state=State.OPEN).update(
        state=State.PROPOSED, confirmed_by=None, confirmed_at=None
    ):
        return False
    wait_again(campaign.gathered.filter(counted=True), by=by)
    return True


def wait_again(rows: LikenessQuerySet, *, by: StaffMember) -> None:
    """What these were decided to be is taken back, and the log of decisions says by whom."""
    found = dict(rows.values_list("pk", "message"))
    pks = sorted(found)
    for start in range(0, len(pks), 500):
        some = pks[start : start + 500]
        Likeness.objects.filter(pk__in=some).update(counted=False)
        messages = Message.objects.filter(
            pk__in=[found[pk] for pk in some], decision=Message.Decision.CAMPAIGN
        )
        decided = list(messages.values_list("pk", flat=True))
        messages.update(decision="", decided_by=None, decided_at=None, decision_note="")
        acts.was_taken_back(decided, by=by)


def dismiss(campaign: Campaign) -> bool:
    """It is none: its messages stand in the inbox one by one, and no machine proposes it again."""
    return bool(Campaign.objects.filter(pk=campaign.pk, state=State.PROPOSED).update(state=State.DISMISSED))


def propose_again(campaign: Campaign) -> bool:
    """Undo a dismissal."""
    return bool(Campaign.objects.filter(pk=campaign.pk, state=State.DISMISSED).update(state=State.PROPOSED))


def close(campaign: Campaign) -> bool:
    """Nothing more joins it."""
    still_open = Campaign.objects.filter(pk=campaign.pk, state=State.OPEN)
    return bool(still_open.update(state=State.CLOSED, closed_at=timezone.now()))


def reopen(campaign: Campaign) -> bool:
    """More may join again. Not one that is part of another by now."""
    closed = Campaign.objects.filter(pk=campaign.pk, state=State.CLOSED, merged_into=None)
    return bool(closed.update(state=State.OPEN, closed_at=None))


@transaction.atomic
def rename(campaign: Campaign, name: str) -> None:
    """Call it something else; its messages say so too."""
    name = unturned(name)
    Campaign.objects.filter(pk=campaign.pk).update(name=name)
    Message.objects.filter(
        likeness__campaign=campaign.pk, decision=Message.Decision.CAMPAIGN, decision_note=campaign.name
    ).update(decision_note=name)
    campaign.refresh_from_db()


@transaction.atomic
def take_out(message: Message, campaign: Campaign, *, by: StaffMember) -> bool:
    """It is not part of it: it waits again, and no machine gathers it anew. False when it is out."""
    out = Likeness.objects.filter(message=message, campaign=campaign)
    if not out.update(campaign=None, kept_out=True, counted=False):
        return False
    if message.decision == Message.Decision.CAMPAIGN:
        inbox.take_back(message, by=by)
    return True


@transaction.atomic
def put_in(message: Message, campaign: Campaign, *, by: StaffMember) -> bool:
    """It is part of it, whatever it says. False where somebody has decided otherwise about it."""
    if message.decision not in ("", Message.Decision.CAMPAIGN):
        return False
    row, _ = Likeness.objects.select_for_update().get_or_create(message=message)
    refill(campaign, [row], {message.pk: know(message)})
    row.looked_at, row.looked_by = timezone.now(), by
    row.save(update_fields=["looked_at", "looked_by"])
    _decide(message, campaign, by=by)
    return True


@transaction.atomic
def looked(message: Message, campaign: Campaign, *, by: StaffMember) -> bool:
    """Somebody has looked: there is nothing in it but the campaign. False when somebody had already."""
    row = Likeness.objects.filter(message=message, campaign=campaign, looked_at=None)
    if not row.update(looked_at=timezone.now(), looked_by=by):
        return False
    _decide(message, campaign, by=by)
    return True


@transaction.atomic
def look_again(message: Message, campaign: Campaign, *, by: StaffMember) -> bool:
    """Undo a look: it waits in the inbox again, beside its campaign."""
    row = Likeness.objects.filter(message=message, campaign=campaign).exclude(look_reason="")
    if not row.update(looked_at=None, looked_by=None, counted=False):
        return False
    if message.decision == Message.Decision.CAMPAIGN:
        inbox.take_back(message, by=by)
    return True


def _decide(message: Message, campaign: Campaign, *, by: StaffMember) -> None:
    if campaign.state in (State.OPEN, State.CLOSED):
        inbox.mark_as_campaign(message, by=by, note=campaign.name)
        Likeness.objects.filter(message=message).update(counted=True)
