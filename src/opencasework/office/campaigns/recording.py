"""What follows from being in a campaign: the decision about a message, and a person on record for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from opencasework.office.campaigns.models import Campaign, Likeness, LikenessQuerySet
from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail
from opencasework.office.inbox.models import Act, ActLine, Message
from opencasework.office.kit.rows import update_each
from opencasework.office.staff.models import StaffMember

AT_ONCE = 2_000
LONGEST_ADDRESS = 254  # characters (RFC 5321)
LONGEST_NAME, MOST_WORDS = 80, 6
# What a link, an address or a number has in it, and no name: whoever signs so wants something printed.
NO_NAME = re.compile(r"[\d@/\\:<>\[\]{}]|\w\.\w{2,}|\bwww\b", re.IGNORECASE)


def catch_up() -> None:
    """Do what is left to do: any process may have died, and people decide elsewhere too."""
    campaigns = [
        campaign
        for campaign in Campaign.objects.filter(state=Campaign.State.OPEN)
        if _waiting(campaign, by=None).exists()
    ]
    # Asked first: a turn with nothing to do waits for nobody who is writing.
    left_to_do = (_gone(), _taken_back(), _decided(), _nobody_yet())
    if not (campaigns or any(rows.exists() for rows in left_to_do)):
        return
    with transaction.atomic():
        take_out()
        gone = _gone()
        # On a case it stays gathered: its writer is one of the campaign all the same.
        gone.filter(message__decision="").update(campaign=None, counted=False, kept_out=True)
        gone.update(counted=False)
        _decided().update(counted=True)
        for campaign in campaigns:
            decide(campaign, by=None)
        record_people()


def take_out() -> None:
    """Take out what somebody said is campaign mail and took back: the machine must not say it after them."""
    if _taken_back().update(campaign=None, counted=False, kept_out=True):
        _close_what_nobody_is_in()


def decide(campaign: Campaign, *, by: StaffMember | None) -> int:
    """Make campaign mail of what waits in an open campaign, but for what somebody has to look at first.

    `by` decides about what they may see; without them the machine does about all: the campaign was confirmed.
    What a colleague has taken is theirs.
    """
    pks = list(_waiting(campaign, by=by).values_list("message_id", flat=True))
    decided = 0
    for some in batches(pks):
        decided += Message.objects.filter(pk__in=some, decision="").update(
            decision=Message.Decision.CAMPAIGN,
            decided_by=by,
            decided_at=timezone.now(),
            decision_note=campaign.name,
        )
        Likeness.objects.filter(message__in=some).update(counted=True)
    return decided


def _waiting(campaign: Campaign, *, by: StaffMember | None) -> LikenessQuerySet:
    waiting = campaign.gathered.filter(message__decision="", message__case=None).filter(
        Q(look_reason="") | Q(looked_at__isnull=False)
    )
    if by is not None:
        waiting = waiting.visible_to(by)
    return waiting.filter(Q(message__taken_by=None) | Q(message__taken_by=by))


def batches(pks: list[int], size: int = 500) -> Iterable[list[int]]:
    """So many at a time as one statement takes."""
    return (pks[start : start + size] for start in range(0, len(pks), size))


def _gone() -> LikenessQuerySet:
    """Campaign mail that was taken back, or put on a case: the campaign does not count it any more."""
    counted = Likeness.objects.filter(counted=True, campaign__in=Campaign.objects.gathering())
    return counted.exclude(message__decision=Message.Decision.CAMPAIGN)


def _taken_back() -> LikenessQuerySet:
    """What somebody said is campaign mail and then took back, and is still in a campaign."""
    lines = ActLine.objects.filter(message=OuterRef("message"), act__kind=Act.Kind.CAMPAIGN)
    rows = Likeness.objects.filter(campaign__in=Campaign.objects.gathering(), message__decision="")
    unlooked = ~Q(look_reason="") & Q(looked_at=None)  # it waits for a person, not for the machine
    return rows.exclude(unlooked).filter(Exists(lines.exclude(taken_back_at=None)))


def _close_what_nobody_is_in() -> None:
    """A campaign that is one by a person's word alone ends with it, or it would take in what others write."""
    by_word = Campaign.objects.filter(state=Campaign.State.OPEN, confirmed_by=None, merged_into=None)
    by_word.filter(gathered=None, merged=None).update(state=Campaign.State.CLOSED, closed_at=timezone.now())


def _decided() -> LikenessQuerySet:
    """What somebody decided about as campaign mail elsewhere."""
    theirs = Likeness.objects.filter(counted=False, campaign__in=Campaign.objects.gathering())
    return theirs.filter(message__decision=Message.Decision.CAMPAIGN)


def _nobody_yet() -> LikenessQuerySet:
    """Campaign mail whose writer has not been looked for."""
    return Likeness.objects.filter(counted=True, person_sought=False, campaign__isnull=False)


# --- people -------------------------------------------------------------------------------------------


def record_people() -> int:
    """Find the person each campaign mail is from, or put them on record. Returns how many were new."""
    rows = list(
        _nobody_yet()
        .select_related("message")
        .defer("message__text", "message__reply_text", "traces")
        .order_by("pk")[:AT_ONCE]
    )
    if not rows:
        return 0
    known = _people_at({row.message.from_address for row in rows})
    new: dict[tuple[str, str], Person] = {}
    postcodes: dict[tuple[str, str], str] = {}
    found: list[Message] = []
    for row in rows:
        message = row.message
        name = " ".join(message.from_name.split())
        if message.person_id or not is_name(name) or not is_address(message.from_address):
            continue
        if message.sender_check != Message.SenderCheck.ALIGNED:
            continue  # it may be from somebody else, and nobody is put on record as having written it
        people = known.get(message.from_address, [])
        same = [each for each in people if _may_be(each.full_name, name)]
        if len(same) == 1:
            message.person = same[0]
        elif not same:
            key = (message.from_address, name.casefold())
            new.setdefault(key, Person(full_name=name, is_constituent=row.in_area is not False))
            postcodes[key] = postcodes.get(key) or row.postcode
            message.person = new[key]
        else:
            continue  # several people at the address may be this one
        found.append(message)
    _keep(new, postcodes)
    update_each(found, ["person"])
    for some in batches([row.pk for row in rows]):
        Likeness.objects.filter(pk__in=some).update(person_sought=True)
    return len(new)


def is_name(name: str) -> bool:
    """Whether somebody signs with a name, not with an address, a mark or a sentence for others to read."""
    is_short = len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS
    return is_short and sum(map(str.isalpha, name)) >= 2 and not NO_NAME.search(name)


def _may_be(known: str, name: str) -> bool:
    """Whether two names at one address may be one person: they share surname and initial."""
    one, other = known.casefold().split(), name.casefold().split()
    return bool(one and other) and (one[-1], one[0][0]) == (other[-1], other[0][0])


def is_address(address: str) -> bool:
    """Whether it has the form of one address that can be written to."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST_ADDRESS


def _people_at(addresses: set[str]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    wanted = sorted(addresses - {""})
    for start in range(0, len(wanted), 500):
        rows = PersonEmail.objects.filter(address__in=wanted[start : start + 500]).select_related("person")
        for row in rows:
            found[row.address].append(row.person)
    return found


def _keep(new: dict[tuple[str, str], Person], postcodes: dict[tuple[str, str], str]) -> None:
    Person.objects.bulk_create(new.values(), batch_size=500)
    first = Counter[str]()
    emails = []
    for (address, _), person in new.items():
        first[address] += 1
        emails.append(PersonEmail(person=person, address=address, is_preferred=True))
    PersonEmail.objects.bulk_create(emails, batch_size=500)
    PersonAddress.objects.bulk_create(
        [
            PersonAddress(person=person, postcode=postcodes[key])
            for key, person in new.items()
            if postcodes[key]
        ],
        batch_size=500,
    )
