"""Gathering near-identical messages into campaigns as they arrive.

A turn looks at what is new, against the campaigns there are and what is still alone. It may be taken at any
time by any process, and die at any line: what belongs together is one transaction, and each message is
looked at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from opencasework.office.campaigns import lifting, likeness, recording
from opencasework.office.campaigns.likeness import FEWEST_SHARED, Group, Groups, Sketch, in_order, repeated
from opencasework.office.campaigns.models import Campaign, Likeness, packed, unpacked
from opencasework.office.campaigns.wording import Said, said, traces
from opencasework.office.inbox.models import Attachment, Message
from opencasework.office.inbox.showing import REPLY_MARKS
from opencasework.office.places import directory
from opencasework.office.places.models import Office
from opencasework.office.tags.models import Urgency

FEWEST_SENDERS = 5  # whose messages make a campaign
AT_ONCE = 2_000  # messages of one transaction, so that nobody waits long for it
LOOK_BACK = timedelta(days=45)  # older mail makes no campaign any more
MOST_ALONE = 6_000  # the newest single messages that new ones are compared with
SETTLES_AT = (12, 30, 80)  # messages of a campaign at which its common text is worked out anew
SAMPLE = 60  # messages from which the common text is worked out
TEXTS = (
    "pk", "subject", "text", "reply_text", "from_address", "from_name", "decision", "decision_note",
    "received_at", "urgency",
)  # fmt: skip


@dataclass
class Gathered:
    """What a turn came to."""

    looked_at: int = 0
    campaigns: int = 0
    joined: int = 0

    def __str__(self) -> str:
        return f"{self.looked_at} messages looked at, {self.joined} gathered, {self.campaigns} proposed."


@dataclass(frozen=True)
class Known:
    """A message with what it says."""

    message: Message
    said: Said

    @property
    def sketch(self) -> Sketch:
        found = in_order(chain.from_iterable(traces(sentence) for sentence in self.said.sentences))
        # Who gives no address is nobody's double.
        return Sketch(self.message.pk, self.message.from_address or f"#{self.message.pk}", found)


def gather_new() -> Gathered:
    """A turn of the worker. What people decided elsewhere is caught up with in turns of its own."""
    return gather(catching_up=False)


def gather(*, at_most: int = AT_ONCE, since: timedelta = LOOK_BACK, catching_up: bool = True) -> Gathered:
    """Gather what has arrived since the last turn. `since` is how far back it looks for it."""
    done = Gathered()
    if catching_up:
        recording.catch_up()
    while _gather_some(at_most, since, done):
        pass
    if done.looked_at:
        recording.catch_up()
    return done


def _gather_some(at_most: int, since: timedelta, done: Gathered) -> bool:
    """One transaction. Whether there may be more; what was known of these messages is let go before that."""
    # Asked outside the transaction: a turn with nothing to do waits for nobody who is writing.
    fresh = _fresh(since, at_most)
    if not fresh:
        return False
    # Read before it: while a transaction writes, nobody else does.
    known = {message.pk: know(message) for message in fresh}
    sketches = {pk: each.sketch for pk, each in known.items()}
    try:
        with transaction.atomic():
            recording.take_out()
            _gather(known, sketches, since, done)
    except IntegrityError:  # another process gathered one of them in the same moment
        return False
    return len(fresh) == at_most


def _fresh(since: timedelta, at_most: int) -> list[Message]:
    """Mail not looked at here: what waits, and what a person says is campaign mail; the oldest first."""
    oldest = timezone.now() - since
    looked_at = Likeness.objects.filter(message=OuterRef("pk"))
    incoming = Message.objects.filter(direction=Message.Direction.IN, state=Message.State.READ)
    # Asked one by one, so that each is answered from its index, however much mail there is.
    waits = incoming.filter(
        ~Exists(looked_at), decision="", proposed_case=None, auto_reply=False, received_at__gte=oldest
    )
    # One that stood alone, or was taken out, is looked at again when somebody says that it is campaign mail.
    said_so = incoming.filter(
        ~Exists(looked_at.exclude(campaign=None)), decision=Message.Decision.CAMPAIGN, decided_at__gte=oldest
    )
    found = [each for some in (said_so, waits) for each in some.only(*TEXTS).order_by("pk")[:at_most]]
    return sorted(found[:at_most], key=lambda message: message.pk)


def know(message: Message) -> Known:
    """What a message says, read for gathering."""
    return Known(message, said(message.reply_text or message.text, sender=message.from_name))


def _gather(known: dict[int, Known], sketches: dict[int, Sketch], since: timedelta, done: Gathered) -> None:
    campaigns = {each.pk: each for each in Campaign.objects.exclude(state=Campaign.State.CLOSED)}
    merged = Campaign.objects.exclude(merged_into=None).filter(merged_into__in=campaigns)
    core_of = [
        Group(unpacked(each.core), campaign=each.merged_into_id or each.pk)
        for each in [*campaigns.values(), *merged]
    ]
    alone = _alone(sketches.keys(), since)
    found_twice = repeated([sketch.traces for sketch in (*alone, *sketches.values())])
    groups = Groups(core_of, found_twice=found_twice)
    for sketch in [*_worth_comparing(alone, sketches.values(), found_twice), *sketches.values()]:
        groups.take(sketch)
    in_campaigns: dict[int, list[int]] = defaultdict(list)
    for group in groups.settled(fewest=FEWEST_SENDERS):
        if group.members:
            number = group.campaign or _propose(group, known, campaigns)
            in_campaigns[number] += [sketch.pk for sketch in group.members]
            done.campaigns += group.campaign is None
    done.looked_at += len(sketches)
    _as_people_say(known, sketches, in_campaigns, campaigns)
    done.joined += _write(known, sketches, in_campaigns, campaigns)
    for number in in_campaigns:
        settle(campaigns[number], known)


def _alone(new: Collection[int], since: timedelta) -> list[Sketch]:
    """Single messages from before, the oldest first."""
    rows = (
        Likeness.objects.filter(
            campaign=None,
            kept_out=False,
            message__decision="",
            message__received_at__gte=timezone.now() - since,
        )
        .order_by("-message")
        .values_list("message_id", "message__from_address", "traces")[:MOST_ALONE]
    )
    found = [
        Sketch(pk, address or f"#{pk}", unpacked(kept))
        for pk, address, kept in rows.iterator(chunk_size=500)
        if pk not in new
    ]
    return found[::-1]


def _worth_comparing(
    alone: Iterable[Sketch], new: Iterable[Sketch], found_twice: set[int]
) -> Iterator[Sketch]:
    """Those that share enough with new ones; what they share is found in both."""
    wanted = found_twice.intersection(chain.from_iterable(sketch.traces for sketch in new))
    for sketch in alone:
        if len(wanted.intersection(sketch.traces)) >= min(FEWEST_SHARED, len(sketch.traces) or 1):
            yield sketch


def _propose(group: Group, known: dict[int, Known], campaigns: dict[int, Campaign]) -> int:
    """A campaign of messages that stand together, named after their subject."""
    sample = _texts([sketch.pk for sketch in group.members[:SAMPLE]], known)
    text = lifting.common_text([each.said for each in sample], frozenset(group.core))
    subjects = [REPLY_MARKS.sub("", each.message.subject).strip() for each in sample]
    name = lifting.usual(subjects) or next(iter(said(text).sentences), "")
    # Campaign mail by a person's word needs no confirmation, and goes by the name they gave it.
    by_word = all(each.message.decision == Message.Decision.CAMPAIGN for each in sample)
    if by_word:
        note = sample[0].message.decision_note
        name = lifting.usual(each.message.decision_note for each in sample) or note or subjects[0] or name
    made = Campaign.objects.create(
        name=(name or "Campaign")[:150],
        state=Campaign.State.OPEN if by_word else Campaign.State.PROPOSED,
        confirmed_at=timezone.now() if by_word else None,
        common_text=text,
        core=packed(group.core),
        settled_at=len(group.members),
    )
    campaigns[made.pk] = made
    return made.pk


def _texts(pks: Sequence[int], known: dict[int, Known]) -> list[Known]:
    """What these messages say; those not at hand are read from the database, and then at hand."""
    missing = [pk for pk in pks if pk not in known]
    for message in Message.objects.filter(pk__in=missing).only(*TEXTS) if missing else ():
        known[message.pk] = know(message)
    return [known[pk] for pk in pks if pk in known]


def _as_people_say(
    known: dict[int, Known],
    sketches: dict[int, Sketch],
    in_campaigns: dict[int, list[int]],
    campaigns: dict[int, Campaign],
) -> None:
    """Campaign mail by a person's word goes to the campaign they named, or makes one, though alone."""
    gathered = set(chain.from_iterable(in_campaigns.values()))
    made = Groups()
    for pk, sketch in sketches.items():
        message = known[pk].message
        if message.decision != Message.Decision.CAMPAIGN:
            continue
        note = message.decision_note.strip()
        named = next(
            (each for each in campaigns.values() if note and each.name.casefold() == note.casefold()), None
        )
        if named is not None:
            for members in in_campaigns.values():
                if pk in members:
                    members.remove(pk)
            in_campaigns[named.pk].append(pk)
        elif pk not in gathered and made.take(sketch) is None:
            made.all.append(Group(sketch.traces, members=[sketch]))  # too short to compare
    for group in made.all:
        number = _propose(group, known, campaigns)
        in_campaigns[number] += [sketch.pk for sketch in group.members]


def _write(
    known: dict[int, Known],
    sketches: dict[int, Sketch],
    in_campaigns: dict[int, list[int]],
    campaigns: dict[int, Campaign],
) -> int:
    """Keep what was found, in a few statements. Returns how many messages are in a campaign now."""
    office = Office.objects.filter(pk=1).first()
    where = {pk: campaigns[number] for number, members in in_campaigns.items() for pk in members}
    _texts(list(where), known)
    templates = {number: campaigns[number].template for number in in_campaigns}
    rows = Likeness.objects.in_bulk(list({*known, *where}), field_name="message_id")
    with_files = _with_files(list(where))
    new: list[Likeness] = []
    changed: list[Likeness] = []
    for pk, its in known.items():
        if pk not in sketches and pk not in where:
            continue  # only read for its words
        row = rows.get(pk) or Likeness(message_id=pk)
        campaign = where.get(pk)
        if campaign is None:
            row.traces = packed(sketches[pk].traces)
        else:
            fill_in(row, its, campaign, templates[campaign.pk], office, has_files=pk in with_files)
        (changed if row.pk else new).append(row)
    Likeness.objects.bulk_create(new, batch_size=500)
    _save(changed)
    return len(where)


def settle(campaign: Campaign, known: dict[int, Known] | None = None) -> None:
    """Work out anew what is common to a campaign that has grown, and with it what each of its people added.

    The first five may all have left out the same paragraph.
    """
    size = campaign.gathered.count()
    if not any(campaign.settled_at < step <= size for step in SETTLES_AT):
        return
    known = {} if known is None else known
    pks = list(campaign.gathered.order_by("-message").values_list("message_id", flat=True))
    sample = _texts(pks[:SAMPLE], known)
    core = likeness.common([each.sketch.traces for each in sample])
    if not core:
        return
    campaign.core, campaign.settled_at = packed(core), size
    campaign.common_text = lifting.common_text([each.said for each in sample], frozenset(core))
    campaign.save(update_fields=["core", "common_text", "settled_at"])
    _texts(pks, known)
    refill(campaign, list(campaign.gathered.all()), known)


def refill(campaign: Campaign, rows: Sequence[Likeness], known: dict[int, Known]) -> None:
    """Lift anew what these added; their messages are known."""
    office, template = Office.objects.filter(pk=1).first(), campaign.template
    with_files = _with_files([row.message_id for row in rows])
    different = []
    for row in rows:
        its, before = known[row.message_id], [getattr(row, name) for name in LIFTED]
        fill_in(row, its, campaign, template, office, has_files=row.message_id in with_files)
        if before != [getattr(row, name) for name in LIFTED]:
            different.append(row)
    _save(different)


def _save(rows: Sequence[Likeness]) -> None:
    """Save what gathering sets, in one statement. The rows are there, so that each is an update."""
    Likeness.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["pk"], update_fields=FILLED
    )


def _with_files(pks: Sequence[int]) -> set[int]:
    """Which of these messages came with a file, other than a picture within the text."""
    found: set[int] = set()
    for start in range(0, len(pks), 500):
        files = Attachment.objects.filter(
            message__in=pks[start : start + 500], inline=False, is_original=False
        )
        found.update(files.order_by().values_list("message_id", flat=True))
    return found


LIFTED = ["campaign_id", "additions", "changed", "postcode", "in_area", "look_reason"]
FILLED = [
    "campaign", "traces", "kept_out", "additions", "changed", "has_own", "postcode", "in_area", "look_reason",
]  # fmt: skip


def fill_in(
    row: Likeness,
    its: Known,
    campaign: Campaign,
    template: lifting.Template,
    office: Office | None,
    *,
    has_files: bool,
) -> None:
    """Put a message into a campaign: what its writer added, where they live, whether to look at it."""
    message = its.message
    lifted = lifting.lift(its.said, template)
    row.campaign, row.traces, row.kept_out = campaign, b"", False
    row.additions, row.changed = lifted.additions, lifted.changed
    row.has_own = bool(lifted.additions or lifted.changed)
    why = lifting.reason_to_look(lifted, its.said, message.subject, template)
    if message.urgency >= Urgency.TIME_LIMITED:
        why = f"It is tagged: {message.get_urgency_display()}. {why}"
    if has_files:
        why = f"It came with a file. {why}"
    row.look_reason = why.strip()[:200]
    row.postcode = directory.first_in(message.text, besides=office.address if office else "")
    row.in_area = directory.covers(row.postcode, office=office) if office and row.postcode else None
