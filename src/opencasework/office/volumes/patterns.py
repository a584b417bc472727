"""Stock answers: what a body writes to us again and again, nearly word for word."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from opencasework.office.bodies.models import Body
from opencasework.office.campaigns.likeness import FEWEST_SHARED, Groups, Sketch, in_order
from opencasework.office.campaigns.wording import said, traces, words
from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.inbox.reading.replies import passed_on
from opencasework.office.letters.models import Reply
from opencasework.office.letters.speed import with_parts
from opencasework.office.staff.models import StaffMember
from opencasework.office.volumes.counting import countable

FEWEST = 3  # cases with a reply that make a pattern
LOOK_BACK = timedelta(days=365)
MOST_READ = 500  # of the newest replies
SHORTEST_QUOTED = 6  # words of a sentence that is shown
MOST_QUOTED = 3  # sentences
MOST_COMPARED = 40  # replies of one pattern that a sentence is looked for in
LONGEST_COVER = 20  # words
# That the answer is somewhere else: it says nothing itself.
COVERS = re.compile(
    r"\b(?:find|see|read|open)\b[^.]{0,40}\b(?:attach|enclos|below)"
    r"|\b(?:attached|enclosed) (?:is|are|please)\b"
    r"|\b(?:is|are) (?:attached|enclosed)\b|\b(?:ynghlwm|amgaeedig|isod)\b",
    re.IGNORECASE,
)


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
    texts = {pk: _answer(text) for pk, text in _texts(newest).items()}
    cases = {reply.pk: str(reply.enquiry.case_id) for reply in newest}
    found = _alike(texts, cases)
    by_number = {reply.pk: reply for reply in newest}
    patterns = [
        Pattern([by_number[pk] for pk in numbers], _shared([texts[pk] for pk in numbers]))
        for numbers in found
    ]
    return sorted(patterns, key=lambda each: (-len(each.replies), each.since))


def _answer(text: str) -> list[str]:
    """The sentences of a reply, but for those that only say that the answer is attached or below."""
    return [each for each in said(text).sentences if not (_is_short(each) and COVERS.search(each))]


def _is_short(sentence: str) -> bool:
    return len(sentence.split()) <= LONGEST_COVER


def _alike(texts: Mapping[int, list[str]], cases: Mapping[int, str]) -> list[list[int]]:
    """The replies that say the same, by their numbers, on as many cases as make a pattern.

    First all they say is compared. The others, and whatever has a sentence of its own, may share no more than
    what stands in most mails of that body, such as a footer: they are compared again without it.
    """
    found, apart = [], _but_for_the_common(texts)
    for numbers in _groups(texts, cases):
        own = {pk: _own(texts[pk], [texts[other] for other in numbers]) for pk in numbers}
        same = [pk for pk in numbers if not own[pk]]
        apart |= own
        if len({cases[pk] for pk in same}) >= FEWEST:
            found.append(same)
    taken = {*chain.from_iterable(found)}
    apart = {pk: sentences for pk, sentences in apart.items() if sentences and pk not in taken}
    for numbers in _groups(apart, cases):
        theirs = [apart[pk] for pk in numbers]
        same = [pk for pk in numbers if not _own(apart[pk], theirs)]
        if len({cases[pk] for pk in same}) >= FEWEST:
            found.append(same)
    return found


def _but_for_the_common(texts: Mapping[int, list[str]]) -> dict[int, list[str]]:
    """What each says beyond the sentences that most of them have."""
    counts = Counter(chain.from_iterable({_key(each) for each in text} for text in texts.values()))
    common = {key for key, count in counts.items() if count * 2 > len(texts)}
    return {pk: [each for each in text if _key(each) not in common] for pk, text in texts.items()}


def _groups(texts: Mapping[int, list[str]], cases: Mapping[int, str]) -> list[list[int]]:
    """Replies of which more or less half is the same; the short ones that are so word for word."""
    groups, short = Groups(), defaultdict[str, list[int]](list)
    for pk, sentences in texts.items():
        traced = in_order(chain.from_iterable(map(traces, sentences)))
        if len(traced) >= FEWEST_SHARED:
            groups.take(Sketch(pk, cases[pk], traced))
        else:
            short[" ".join(_key(each) for each in sentences)].append(pk)
    found = [[member.pk for member in group.members] for group in groups.settled(fewest=FEWEST)]
    for key, numbers in short.items():
        if len(key.split()) >= SHORTEST_QUOTED and len({cases[pk] for pk in numbers}) >= FEWEST:
            found.append(numbers)
    return found


def _own(text: list[str], texts: list[list[str]]) -> list[str]:
    """The sentences of a reply that nothing like stands in most of these."""
    others = [[set(words(sentence)) for sentence in each] for each in texts[:MOST_COMPARED]]
    return [
        sentence
        for sentence in text
        if len(its := set(words(sentence))) >= SHORTEST_QUOTED
        and sum(any(_is_like(its, each) for each in other) for other in others) * 2 <= len(others)
    ]


def _is_like(one: set[str], other: set[str]) -> bool:
    return len(one & other) * 2 >= max(len(one), len(other))


def _key(sentence: str) -> str:
    return " ".join(words(sentence))


def _texts(replies: list[Reply]) -> dict[int, str]:
    """What each reply says: the mail it came in, else what a person wrote down of it."""
    texts = {reply.pk: reply.note for reply in replies}
    cases = {reply.enquiry.case_id for reply in replies}
    lines = Event.objects.filter(case__in=cases, kind=Event.Kind.REPLY_IN).values_list("detail", flat=True)
    mail_of = {line["reply"]: line["message"] for line in lines if line.get("message") and line.get("reply")}
    mails = Message.objects.filter(pk__in=[mail_of[pk] for pk in texts if pk in mail_of])
    ours = [each.casefold() for each in Mailbox.objects.values_list("address", flat=True)]
    by_number = {mail.pk: _said_in(mail, ours) for mail in mails.only("reply_text", "text")}
    return {pk: by_number.get(mail_of.get(pk, 0), note) for pk, note in texts.items()}


def _said_in(mail: Message, ours: list[str]) -> str:
    """What a mail says or, where it says nothing itself, what it passes on that is not ours."""
    text = mail.reply_text or mail.text
    if sum(len(words(sentence)) for sentence in _answer(text)) >= SHORTEST_QUOTED:
        return text
    sender, inner = passed_on(mail.text)
    return inner if inner and not any(each in sender.casefold() for each in ours) else text


def _shared(texts: list[list[str]]) -> list[str]:
    """The sentences that more than half of these have, as the newest writes them."""
    keys = [{_key(sentence) for sentence in text} for text in texts]
    found = []
    for sentence in dict.fromkeys(chain.from_iterable(texts)):
        key = _key(sentence)
        common = sum(key in each for each in keys) * 2 > len(texts)
        if common and len(key.split()) >= SHORTEST_QUOTED and not any(sign.isdigit() for sign in sentence):
            found.append(sentence)
    return found[:MOST_QUOTED]
