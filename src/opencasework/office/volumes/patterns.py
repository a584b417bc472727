"""Stock answers: what a body writes to us again and again, nearly word for word."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from django.db.models.functions import Left

from opencasework.office.bodies.models import Body
from opencasework.office.campaigns.likeness import FEWEST_SHARED, Groups, Sketch, in_order
from opencasework.office.campaigns.wording import CHARACTERS, said, traces, words
from opencasework.office.cases.models import Event
from opencasework.office.inbox.models import Attachment, FileText, Mailbox, Message
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
# What stands below mails, whatever they answer.
FOOT = re.compile(
    r"\bthis (?:e-?mail|message|communication)\b|\b(?:intended|named) (?:recipient|addressee)"
    r"|\bvirus|\bmust not copy\b|\bviews expressed\b|\bre(?:corded|cording) for\b|\bfollow us\b"
    r"|\bprivacy (?:notice|policy)\b|\bbefore (?:you )?print|\bregistered office\b"
    r"|\b(?:neges|e-?bost) h[wo]n\b|\bfirws",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pattern:
    """One stock answer: the replies that say it, and the sentences that most of them have.

    `noted` is how many of the replies a colleague wrote down, of a call or a letter; where it is all of them,
    the sentences are the office's own.
    """

    replies: list[Reply]
    sentences: list[str]
    noted: int = 0

    @property
    def in_our_words(self) -> bool:
        return self.noted == len(self.replies)

    @property
    def since(self) -> date:
        return min(reply.received_on for reply in self.replies)


def stock_answers(body: Body, *, staff: StaffMember, today: date) -> list[Pattern]:
    """The near-identical replies of a body and its parts, the most frequent first.

    They are quoted from what they wrote, in a mail or a file with it; what a colleague wrote down of a call
    or a letter is compared with the others and shown only where there is nothing else. Made of cases that
    every caseworker sees and this colleague may know. A sentence is only shown where most of the replies
    have it, and not where it has a number in it: that may be somebody's.
    """
    replies = Reply.objects.filter(
        enquiry__body__in=with_parts(body), enquiry__case__in=countable(staff),
        received_on__gte=today - LOOK_BACK,
    ).select_related("enquiry__case", "enquiry__body")  # fmt: skip
    newest = list(replies.order_by("-received_on", "-pk")[:MOST_READ])
    mailed = _mailed(newest, staff)
    texts = {reply.pk: _answer(mailed.get(reply.pk, reply.note)) for reply in newest}
    cases = {reply.pk: str(reply.enquiry.case_id) for reply in newest}
    found = _alike(texts, cases)
    by_number = {reply.pk: reply for reply in newest}
    patterns = []
    for numbers in found:
        theirs = [pk for pk in numbers if pk in mailed]
        quoted = _shared([texts[pk] for pk in theirs or numbers])
        patterns.append(Pattern([by_number[pk] for pk in numbers], quoted, len(numbers) - len(theirs)))
    return sorted(patterns, key=lambda each: (-len(each.replies), each.since))


def _answer(text: str) -> list[str]:
    """The sentences of a reply, but for those that only say that the answer is attached or below."""
    return [each for each in said(text).sentences if not (_is_short(each) and COVERS.search(each))]


def _is_short(sentence: str) -> bool:
    return len(sentence.split()) <= LONGEST_COVER


def _alike(texts: Mapping[int, list[str]], cases: Mapping[int, str]) -> list[list[int]]:
    """The replies that say the same, by their numbers, on as many cases as make a pattern.

    A sentence or two may be about the case itself, where more is shared. First all they say is compared. The
    others may share no more than what stands in most mails of that body, such as a footer: they are compared
    again without it.
    """
    found, apart = [], _but_for_the_common(texts)
    for numbers in _groups(texts, cases):
        own = {pk: _own(texts[pk], [texts[other] for other in numbers]) for pk in numbers}
        same = [pk for pk in numbers if _is_mostly_shared(texts[pk], own[pk])]
        apart |= own
        if len({cases[pk] for pk in same}) >= FEWEST:
            found.append(same)
    taken = {*chain.from_iterable(found)}
    apart = {pk: sentences for pk, sentences in apart.items() if sentences and pk not in taken}
    for numbers in _groups(apart, cases):
        theirs = [apart[pk] for pk in numbers]
        same = [pk for pk in numbers if _is_mostly_shared(apart[pk], _own(apart[pk], theirs))]
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


def _is_mostly_shared(text: list[str], own: list[str]) -> bool:
    """Whether a reply has no sentence of its own, or more of what others say; a footer says nothing."""
    if not own:
        return True
    shared = [each for each in text if each not in own and not FOOT.search(each)]
    return _length(shared) > _length(own)


def _length(sentences: list[str]) -> int:
    """How many words these have, but for short ones, such as thanks."""
    counts = [len(words(each)) for each in sentences]
    return sum(count for count in counts if count >= SHORTEST_QUOTED)


def _is_like(one: set[str], other: set[str]) -> bool:
    return len(one & other) * 2 >= max(len(one), len(other))


def _key(sentence: str) -> str:
    return " ".join(words(sentence))


def _mailed(replies: list[Reply], staff: StaffMember) -> dict[int, str]:
    """What each reply says that came as a mail, by its number; nothing where they may not see that mail."""
    cases = {reply.enquiry.case_id for reply in replies}
    lines = Event.objects.filter(case__in=cases, kind=Event.Kind.REPLY_IN).values_list("detail", flat=True)
    mail_of = {line["reply"]: line["message"] for line in lines if line.get("message") and line.get("reply")}
    numbers = [mail_of[reply.pk] for reply in replies if reply.pk in mail_of]
    mails = Message.objects.visible_to(staff).filter(pk__in=numbers).only("reply_text", "text")
    ours = [each.casefold() for each in Mailbox.objects.values_list("address", flat=True)]
    files = _in_files(numbers)
    by_number = {mail.pk: _said_in(mail, ours, files.get(mail.pk, "")) for mail in mails}
    return {reply.pk: by_number.get(mail_of[reply.pk], "") for reply in replies if reply.pk in mail_of}


def _said_in(mail: Message, ours: list[str], in_files: str) -> str:
    """What a mail says or, where it says nothing itself, what it passes on that is not ours, or its files."""
    text = mail.reply_text or mail.text
    if sum(len(words(each)) for each in _answer(text) if not FOOT.search(each)) >= SHORTEST_QUOTED:
        return text
    sender, inner = passed_on(mail.text)
    return inner if inner and not any(each in sender.casefold() for each in ours) else in_files or text


def _in_files(mails: list[int]) -> dict[int, str]:
    """What stands in the files of these mails, by mail: of those that somebody has had read."""
    files = Attachment.objects.filter(message__in=mails, inline=False).order_by("position")
    sources = {file.sha256: file for file in files if not file.is_infected}
    read = FileText.objects.filter(source__in=sources).exclude(text="")
    text_of = dict(read.annotate(begins=Left("text", CHARACTERS)).values_list("source", "begins"))
    found: dict[int, str] = {}
    for file in files:
        if text := text_of.get(file.sha256):
            found[file.message_id] = f"{found.get(file.message_id, '')}\n\n{text}".strip()
    return found


def _shared(texts: list[list[str]]) -> list[str]:
    """The sentences that more than half of these have, as the newest writes them."""
    keys = [{_key(sentence) for sentence in text} for text in texts]
    found = []
    for sentence in dict.fromkeys(chain.from_iterable(texts)):
        key = _key(sentence)
        common = sum(key in each for each in keys) * 2 > len(texts)
        is_said = len(key.split()) >= SHORTEST_QUOTED and not FOOT.search(sentence)
        if common and is_said and not any(sign.isdigit() for sign in sentence):
            found.append(sentence)
    return found[:MOST_QUOTED]
