"""Stock answers: what a body writes to us again and again, nearly word for word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from opencasework.office.bodies.models import Body
from opencasework.office.campaigns.likeness import Groups, Sketch, in_order
from opencasework.office.campaigns.wording import said, traces, words
from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Message
from opencasework.office.letters.models import Reply
from opencasework.office.letters.speed import with_parts
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.counting import countable

FEWEST = 3  # replies that make a pattern
LOOK_BACK = timedelta(days=365)
MOST_READ = 500  # of the newest replies
SHORTEST_QUOTED = 6  # words of a sentence that is shown
MOST_QUOTED = 3  # sentences


@dataclass(frozen=True)
class Pattern:
    """One stock answer: the replies that say it, when it came first, and the sentences all of them have."""

    replies: list[Reply]
    sentences: list[str]

    @property
    def since(self) -> date:
        return min(reply.received_on for reply in self.replies)


def stock_answers(body: Body, *, staff: StaffMember, today: date) -> list[Pattern]:
    """The near-identical replies of a body and its parts, the most frequent first.

    Made of cases that every caseworker sees and this colleague may know. A sentence is only shown where most
    of the replies have it, and not where it has a number in it: that may be somebody's.
    """
    replies = Reply.objects.filter(
        enquiry__body__in=with_parts(body), enquiry__case__in=countable(staff),
        received_on__gte=today - LOOK_BACK,
    ).select_related("enquiry__case", "enquiry__body")  # fmt: skip
    newest = list(replies.order_by("-received_on", "-pk")[:MOST_READ])
    texts = {pk: said(text).sentences for pk, text in _texts(newest).items()}
    groups = Groups()
    for reply in newest:
        found = in_order(chain.from_iterable(traces(each) for each in texts[reply.pk]))
        groups.take(Sketch(reply.pk, str(reply.pk), found))
    by_number = {reply.pk: reply for reply in newest}
    patterns = []
    for group in groups.settled(fewest=FEWEST):
        numbers = [member.pk for member in group.members]
        shared = _shared([texts[pk] for pk in numbers])
        patterns.append(Pattern([by_number[pk] for pk in numbers], shared))
    return sorted(patterns, key=lambda each: (-len(each.replies), each.since))


def _texts(replies: list[Reply]) -> dict[int, str]:
    """What each reply says: the mail it came in, else what a person wrote down of it."""
    texts = {reply.pk: reply.note for reply in replies}
    cases = {reply.enquiry.case_id for reply in replies}
    lines = Event.objects.filter(case__in=cases, kind=Event.Kind.REPLY_IN).values_list("detail", flat=True)
    mail_of = {line["reply"]: line["message"] for line in lines if line.get("message") and line.get("reply")}
    mails = Message.objects.filter(pk__in=[mail_of[pk] for pk in texts if pk in mail_of])
    by_number = {mail.pk: mail.reply_text or mail.text for mail in mails.only("reply_text", "text")}
    return {pk: by_number.get(mail_of.get(pk, 0), note) for pk, note in texts.items()}


def _shared(texts: list[list[str]]) -> list[str]:
    """The sentences that more than half of these have, as the newest writes them."""
    keys = [{" ".join(words(sentence)) for sentence in text} for text in texts]
    found = []
    for sentence in dict.fromkeys(chain.from_iterable(texts)):
        key = " ".join(words(sentence))
        common = sum(key in each for each in keys) * 2 > len(texts)
        if common and len(key.split()) >= SHORTEST_QUOTED and not any(sign.isdigit() for sign in sentence):
            found.append(sentence)
    return found[:MOST_QUOTED]
