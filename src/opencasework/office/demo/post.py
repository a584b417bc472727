"""The demonstration's mail: what came in during the year, and what lies in the inbox this morning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from opencasework.office.campaigns.gathering import gather
from opencasework.office.campaigns.models import Campaign
from opencasework.office.cases.models import Case
from opencasework.office.demo.journeys import Teller
from opencasework.office.demo.lives import Office as Lives
from opencasework.office.demo.lives import person_row
from opencasework.office.demo.shelf import BATCH, Mail, Shelf, raw_mail
from opencasework.office.demo.world import DOMAIN, MEMBER, Invented
from opencasework.office.inbox.keeping import Found, keep
from opencasework.office.inbox.models import Message, blobs
from opencasework.office.inbox.processing import process_raw
from opencasework.office.inbox.samples import sample_messages
from opencasework.office.kit.rows import update_each
from opencasework.office.letters import tokens
from opencasework.office.letters.models import Enquiry

OFFICE = f"casework@{DOMAIN}"
CAMPAIGN = "C-07 Planning Amendment Bill"
CAMPAIGN_SIZE = 400
NEXT_SEAT = "WX9"  # postcodes of the invented seat beside ours
ANSWERS_WAITING = 4  # mails from bodies this morning, proposed for their cases


def _take_in(raws: Iterable[tuple[bytes, datetime]]) -> dict[str, Message]:
    """Keep and read raw messages as the worker does; returns them by SHA-256."""
    found = [Found(raw=raw, size=len(raw), source="demonstration", received_at=at) for raw, at in raws]
    for start in range(0, len(found), BATCH):
        keep(found[start : start + BATCH])
    process_raw()
    return {message.sha256 or "": message for message in Message.objects.all()}


def deliver(shelf: Shelf) -> None:
    """Read in the mails of the year and put each on its case. Call inside a transaction."""
    known = _take_in((mail.raw, mail.at) for mail in shelf.mails)
    names = blobs().put_many([mail.raw for mail in shelf.mails])
    filed: list[Message] = []
    for mail, sha256 in zip(shelf.mails, names, strict=True):
        message = known[sha256]
        mail.pk = message.pk
        filed.append(_on_its_case(message, mail))
    update_each(filed, ["case", "enquiry", "person", "decision", "decided_at", "decided_by", "seen_at"])


def _on_its_case(message: Message, mail: Mail) -> Message:
    message.case, message.enquiry, message.person = mail.case, mail.enquiry, mail.person
    message.decision, message.decided_by = Message.Decision.CASE, mail.case.owner
    message.decided_at = message.seen_at = mail.at + timedelta(minutes=1)
    return message


def fill_inbox(lives: Lives, *, seed: int, campaign_size: int) -> None:
    """This morning's mail, the campaign of June, and the lady from the next seat."""
    teller = Teller(lives)
    _campaign(teller, campaign_size)
    _not_our_constituent(teller)
    now = timezone.now()
    samples = sample_messages(seed, lives.today)
    spread = [
        (raw, now - timedelta(minutes=20 * (len(samples) - index))) for index, raw in enumerate(samples)
    ]
    _take_in([*spread, *_answers(lives, now), *_known_people(lives, now)])
    _vouch_for_most()
    gather(since=timedelta(days=400))
    Campaign.objects.filter(name=CAMPAIGN).update(state=Campaign.State.CLOSED, closed_at=now)


def _answers(lives: Lives, now: datetime) -> list[tuple[bytes, datetime]]:
    """Bodies answer a few late enquiries to our reply address. Nobody vouches for the sender, so each is proposed."""
    late = Enquiry.objects.overdue(on=lives.today).filter(letter__means="email", case__need_to_know=False)
    mails = []
    for number, enquiry in enumerate(
        late.select_related("case", "body", "letter").order_by("due_on")[:ANSWERS_WAITING]
    ):
        assert enquiry.letter is not None  # they are those put by email
        address = enquiry.letter.to_email
        token = tokens.issue(enquiry.case, address, enquiry=enquiry)
        raw = raw_mail(
            sender=(enquiry.body.name, address), to=OFFICE.replace("@", f"+{token.token}@"), at=now,
            subject=f"RE: Your enquiry {enquiry.case.reference}", name=f"answer-{number}",
            text="Dear Ms Holloway,\n\nThank you for your letter, and for your patience.\n\nWe have looked into it and "
            "the matter was put right this week. Your constituent will have a letter from us within five days.\n\n"
            f"Yours sincerely,\nMembers' correspondence\n{enquiry.body.name}\n",
        )  # fmt: skip
        mails.append((raw, now - timedelta(minutes=10 * (number + 1))))
    return mails


def _known_people(lives: Lives, now: datetime) -> list[tuple[bytes, datetime]]:
    """Constituents with an open case write again from an address we know, so that a case is proposed."""
    asked = (
        "I have found the letter you asked for and can bring it on Thursday.",
        "Nothing has come yet. Has anybody answered you?",
        "They rang me this morning and said that it will be looked at. I do not believe them.",
        "Thank you for the call. My new number is 07700 900321.",
        "It is worse since the rain. I have taken photographs.",
    )
    open_cases = (
        Case.objects.open().filter(need_to_know=False, kind=Case.Kind.CASEWORK).for_lists()[: len(asked)]
    )
    mails = []
    for number, (case, text) in enumerate(zip(open_cases, asked, strict=False)):
        person = case.constituent
        if person is None:
            continue
        at = now - timedelta(minutes=25 * (number + 1))
        raw = raw_mail(
            sender=(person.full_name, person.email), to=OFFICE, at=at, subject=f"Re: {case.title}", name=f"again-{number}",
            text=f"Dear Ms Holloway,\n\n{text}\n\n{person.full_name}\n",
        )  # fmt: skip
        mails.append((raw, at))
    return mails


def _campaign(teller: Teller, size: int) -> None:
    """Four hundred near-identical mails, one in five with a line of its own, all decided as one campaign."""
    lives, day = teller.office, teller.day
    raws = []
    for number in range(size):
        at = lives.moment(day(6, 8) + timedelta(days=min(number // 140, 3)), hour=8 + number % 9)
        somebody = lives.population.somebody()
        where = _where(number, size, somebody.postcode)
        own = "I walk there with my grandchildren every Sunday.\n\n" if number % 5 == 0 else ""
        text = (
            "Dear Ms Holloway,\n\nPlease vote for amendment 14 of the Planning Amendment Bill, so that green spaces "
            f"are counted before houses are.\n\n{own}Yours sincerely,\n{somebody.name}\n{where}\n"
        )
        raws.append(
            (raw_mail(sender=(somebody.name, somebody.email), to=OFFICE, at=at, subject="Amendment 14: please vote for it",
                      text=text, name=f"campaign-{number}"), at)
        )  # fmt: skip
    known = _take_in(raws)
    ours = [known[name].pk for name in blobs().put_many([raw for raw, _at in raws])]
    replied_at = lives.moment(day(6, 15))
    _decide(ours, Message.Decision.CAMPAIGN, lives, replied_at, CAMPAIGN)
    messages = Message.objects.filter(pk__in=ours)
    outside = messages.filter(text__contains=NEXT_SEAT)
    _answer(
        messages.exclude(pk__in=outside),
        replied_at,
        "Thank you for writing about amendment 14. I shall vote for it.",
    )
    _answer(
        outside,
        replied_at,
        "Your postcode is in the next seat. Its member, at Northmere, can vote for you; I may not.",
    )


def _vouch_for_most() -> None:
    """A mail provider vouches for nine senders in ten; what was proposed as not verified stays so."""
    mails = Message.objects.filter(direction=Message.Direction.IN, proposal="").exclude(from_address="")
    pks = [pk for pk in mails.order_by("pk").values_list("pk", flat=True) if pk % 10]
    for start in range(0, len(pks), BATCH):
        Message.objects.filter(pk__in=pks[start : start + BATCH]).update(
            sender_check=Message.SenderCheck.ALIGNED
        )


def _where(number: int, size: int, postcode: str) -> str:
    """Of every 400 who write, 22 live in the next seat and nine do not say where."""
    if number * CAMPAIGN_SIZE < 22 * size:
        return f"{NEXT_SEAT} 2AB"
    return "" if number * CAMPAIGN_SIZE < 31 * size else postcode


def _answer(messages: Iterable[Message], at: datetime, text: str) -> None:
    """The office's answer to each of these, as it went out."""
    Message.objects.bulk_create(
        Message(
            direction=Message.Direction.OUT, from_name=MEMBER, from_address=OFFICE, subject=f"Re: {message.subject}",
            to=[{"name": message.from_name, "address": message.from_address}], in_reply_to=message.message_id,
            text=f"Dear {message.from_name},\n\n{text}\n\nYours sincerely,\n{MEMBER}\n", reply_text=text,
            person=message.person, thread=message, sent_at=at, received_at=at,
        )
        for message in messages
    )  # fmt: skip


def _not_our_constituent(teller: Teller) -> None:
    """Mrs Bell's postcode is in the next seat: a kind answer the same day, and nothing passed on unasked."""
    lives, day = teller.office, teller.day
    bell = Invented(
        "Marjorie Bell", "Mrs", "4 Harbour View\nNorthmere", "WX9 2AB", "m.bell@post.example", "01632 960988"
    )
    at = lives.moment(day(3, 5), hour=11)
    raw = raw_mail(
        sender=(bell.name, bell.email), to=OFFICE, at=at, subject="My hospital appointment", name="bell-1",
        text="Dear Ms Holloway,\n\nMy appointment has been moved three times. Can you help?\n\nMarjorie Bell\n"
        "4 Harbour View, Northmere, WX9 2AB\n",
    )  # fmt: skip
    shelf = Shelf()
    lives.shelf = shelf
    person = person_row(lives, bell, is_constituent=False)
    shelf.write_rows()
    next_day = lives.moment(day(3, 6), hour=10)
    please = raw_mail(
        sender=(bell.name, bell.email), to=OFFICE, at=next_day, subject="Re: My hospital appointment", name="bell-2",
        text="Dear Ms Holloway,\n\nThank you. Please do send my message on to my own member.\n\nMarjorie Bell\n",
    )  # fmt: skip
    known = _take_in([(raw, at), (please, next_day)])
    first, second = (known[blobs().put(each)] for each in (raw, please))
    Message.objects.filter(pk__in=[first.pk, second.pk]).update(person=person)
    first.refresh_from_db()
    decision = Message.Decision.OTHER_MEMBER
    _decide([first.pk], decision, lives, at + timedelta(minutes=15), "For the member at Northmere")
    _answer(
        [first], at + timedelta(minutes=15),
        "Your postcode is in the next seat. Its member's office at Northmere can help you: 01632 960900. I have not "
        "passed your message on.",
    )  # fmt: skip
    note = "Sent to the member at Northmere, with her consent"
    _decide([second.pk], decision, lives, next_day + timedelta(minutes=20), note)


def _decide(numbers: list[int], decision: str, lives: Lives, at: datetime, note: str) -> None:
    Message.objects.filter(pk__in=numbers).update(
        decision=decision, decided_at=at, decided_by=lives.staff["bethan"], decision_note=note, seen_at=at
    )
