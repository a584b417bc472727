"""What is left of a campaign after some months: how many wrote, what they had in common, and the reply.

The mail itself goes, raw, read and answered, with its writers where nothing else is known of them. What
became casework is on a case, and stays. The campaign keeps a line for each day on which something went.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from opencasework.office.campaigns.gathering import FEWEST_SENDERS
from opencasework.office.campaigns.models import Answer, Campaign, CampaignLetter, Disposal, Likeness
from opencasework.office.cases.models import Case, CasePerson
from opencasework.office.constituents.models import PersonEmail
from opencasework.office.inbox import erasing
from opencasework.office.inbox.models import Message, MessagePart
from opencasework.office.inbox.models.messages import is_from_a_secret, with_hidden_form
from opencasework.office.kit.dates import months_later
from opencasework.office.kit.steps import step
from opencasework.office.letters.models import BadAddress, OutgoingMail
from opencasework.office.places.models import Office
from opencasework.office.tags.models import Sensitivity

AT_ONCE = 100  # messages of one transaction, so that nobody waits long for it
IN_A_TURN = 2_000  # messages, so that the other work of the worker goes on
UNDER_WAY = [OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING, OutgoingMail.State.RETRY]


def months_kept() -> int:
    """Months for which the mail of a campaign is kept."""
    found = Office.objects.filter(pk=1).values_list("campaign_months", flat=True).first()
    return 6 if found is None else found


def erased_from() -> date | None:
    """The day before which nothing is erased; None where the office had the rule from the first."""
    return Office.objects.filter(pk=1).values_list("campaigns_erased_from", flat=True).first()


def erase_due(today: date | None = None) -> int:
    """Erase the campaign mail whose day has come; how many. Safe to run as often as you like, and to kill."""
    today = today or timezone.localdate()
    if today < (erased_from() or today):
        return 0
    before = _decided_before(today, months_kept())
    erased = 0
    while erased < IN_A_TURN:
        some = _due(before).order_by("pk").values_list("pk", "likeness__campaign")[:AT_ONCE]
        in_campaigns: dict[int | None, list[int]] = defaultdict(list)
        for pk, campaign in some:
            in_campaigns[campaign].append(pk)
        gone = sum(_erase(pks, campaign, before, today) for campaign, pks in in_campaigns.items())
        if not gone:
            break
        erased += gone
    return erased


def _decided_before(today: date, months: int) -> datetime:
    """The moment before which a message has to be decided about and answered, to be due today."""
    day = today - timedelta(days=31 * months + 4)  # no months are longer
    while months_later(day, months) <= today:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time()))


def _due(before: datetime) -> QuerySet[Message]:
    """Campaign mail decided about before this moment, none of it answered since or about to be.

    The months run from the answer because whoever had it may come back to it. What was never answered goes
    by the day it was decided about, and not later: it is no reason to keep it for ever.
    """
    answers = Answer.objects.filter(message=OuterRef("pk"))
    waits = answers.filter(
        Q(mail__state__in=UNDER_WAY)
        | Q(mail__sent_at__gte=before)
        | Q(mail__sent_at=None, mail__send_after__gte=before)
        | Q(mail__state=OutgoingMail.State.SENT, kept_at=None)
    )
    parts = MessagePart.objects.filter(message=OuterRef("pk"))  # of which a case was made
    return Message.objects.filter(
        ~Exists(waits),
        ~Exists(parts),
        decision=Message.Decision.CAMPAIGN,
        direction=Message.Direction.IN,
        case=None,
        decided_at__lt=before,
    )


def _erase(pks: Sequence[int], campaign: int | None, before: datetime, today: date) -> int:
    """These messages and what was sent to their writers, in one transaction with the lines that say so.

    A process that dies before the last line leaves bytes that no row names: they tell nobody whose they were.
    """
    with transaction.atomic():
        messages = list(_due(before).filter(pk__in=pks).select_for_update().order_by("pk"))
        if not messages:
            return 0
        found = [message.pk for message in messages]
        day, level = _numbers_of(found, messages), _mildest(found)
        senders = _senders_of(campaign)
        mails = dict(Answer.objects.filter(message__in=found).values_list("mail", "mail__message_id"))
        around = _around(found, list(mails.values()))
        OutgoingMail.objects.filter(pk__in=mails).delete()  # with the row that somebody was answered
        gone = erasing.erase([*messages, *around], to_ring_stay=True)
        _forget_addresses({message.from_address for message in messages})
        if campaign is not None:
            _note(campaign, today, day | {"people": gone.people}, level=level, senders=senders)
            _strip_what_few_wrote(campaign)
        gone.write_down(
            because="campaign mail", campaign=campaign, messages=len(messages), people=gone.people
        )
        step()
    erasing.forget_bytes(gone.hashes)
    return len(messages)


def _numbers_of(pks: Sequence[int], messages: Sequence[Message]) -> dict[str, int]:
    """What a disposal keeps of these messages."""
    rows = Likeness.objects.filter(message__in=pks)
    areas = Counter(rows.order_by().values_list("in_area", flat=True))
    answers = Answer.objects.filter(message__in=pks, mail__sent_at__isnull=False).order_by()
    sent = Counter(answers.values_list("letter__audience", flat=True))
    return {
        "messages": len(messages),
        "inside": areas[True],
        "elsewhere": areas[False],
        "replied": sent[CampaignLetter.Audience.HERE],
        "noted": sent[CampaignLetter.Audience.ELSEWHERE],
    }


def _around(pks: Sequence[int], mail_ids: Sequence[str]) -> list[Message]:
    """Our answers as we kept them, and what machines sent back to them. What people wrote is not among it.

    Nor is what nobody has decided about: a person may have written into what a machine sent.
    """
    on_no_case = Message.objects.filter(case=None)
    ours = on_no_case.filter(direction=Message.Direction.OUT, message_id__in=mail_ids)
    about = Q(thread__in=pks) | Q(in_reply_to__in=mail_ids)
    machines = on_no_case.filter(
        about,
        ~Exists(MessagePart.objects.filter(message=OuterRef("pk"))),
        direction=Message.Direction.IN,
        decision=Message.Decision.FILED_AWAY,
    )
    machines = machines.exclude(machine="").exclude(pk__in=pks)
    return [*ours.select_for_update(), *machines.select_for_update()]


def _forget_addresses(addresses: set[str]) -> None:
    """What came back from addresses that nobody on file has."""
    known = PersonEmail.objects.filter(address__in=addresses)
    BadAddress.objects.filter(address__in=addresses).exclude(address__in=known.values("address")).delete()


def _mildest(pks: Sequence[int]) -> str:
    """The level of the one of these messages that most colleagues see; restricted where few see any.

    Who they are from counts too: of somebody known from cases that not everybody sees, few may know. So does
    an authority form in their files, of such a case.
    """
    not_for_all = Case.objects.watched()
    on_cases = CasePerson.objects.filter(person=OuterRef("person"))
    known = ~Exists(on_cases) | Exists(on_cases.exclude(case__in=not_for_all))
    claims = Q(proposed_case=None) | Q(proposal=Message.Proposal.STRANGER) | ~Q(proposed_case__in=not_for_all)
    no_form = ~Exists(with_hidden_form(Case.objects.exclude(pk__in=not_for_all)))
    seen = Message.objects.filter(Q(person=None) | known, claims, ~is_from_a_secret(), no_form, pk__in=pks)
    return min(seen.order_by().values_list("sensitivity", flat=True), default=Sensitivity.RESTRICTED.value)


def _senders_of(campaign: int | None) -> int:
    """How many different addresses wrote what is in the campaign now.

    Not a sum of those whose messages go: one writer on five days is one, and no address is kept to tell.
    """
    there = Likeness.objects.filter(campaign=campaign, campaign__isnull=False).order_by()
    return there.values("message__from_address").distinct().count()


def _note(campaign: int, today: date, day: dict[str, int], *, level: str, senders: int) -> None:
    row, _ = Disposal.objects.get_or_create(campaign_id=campaign, on=today)
    more = {name: F(name) + number for name, number in day.items()}
    Disposal.objects.filter(pk=row.pk).update(
        sensitivity=min(row.sensitivity, level), senders=max(row.senders, senders), **more
    )


def _strip_what_few_wrote(number: int) -> None:
    """What a few wrote, and the letters to them, may be one person's own: it goes with the last message."""
    campaign = Campaign.objects.get(pk=number)
    senders = campaign.disposed.aggregate(number=Max("senders"))["number"]
    if campaign.gathered.exists() or senders >= FEWEST_SENDERS:
        return
    for pk in [number, *campaign.merged.values_list("pk", flat=True)]:
        name = f"Campaign {pk}"
        Campaign.objects.filter(pk=pk).update(
            name=name, common_text="", core=b"", state=Campaign.State.CLOSED
        )
        CampaignLetter.objects.filter(campaign=pk).update(subject=name, text="")


# --- what is to come ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """When the messages of a campaign are erased: the first, and the last of them."""

    months: int
    first: date
    last: date


def plan_of(rows: QuerySet[Likeness]) -> Plan | None:
    """When these go, as far as somebody has decided about them; None where nothing is to go."""
    answers = Answer.objects.filter(message=OuterRef("message"))
    answered = answers.values(day=Coalesce("mail__sent_at", "mail__send_after"))[:1]
    decided = F("message__decided_at")
    parts = MessagePart.objects.filter(message=OuterRef("message"))  # what is on a case never goes
    to_go = rows.filter(~Exists(parts), message__decision=Message.Decision.CAMPAIGN, message__case=None)
    found = to_go.aggregate(
        first=Min(Greatest(decided, Coalesce(Subquery(answered), decided), output_field=DateTimeField())),
        last=Max(Greatest(decided, Coalesce(Subquery(answered), decided), output_field=DateTimeField())),
    )
    if found["first"] is None:
        return None
    months = months_kept()
    first, last = (months_later(timezone.localdate(found[name]), months) for name in ("first", "last"))
    start = erased_from() or first
    return Plan(months, max(first, start), max(last, start))
