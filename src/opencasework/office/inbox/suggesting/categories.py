"""What a message is about: by the words of the code list, and by what this office filed."""

from __future__ import annotations

from dataclasses import dataclass

from opencasework.office.cases.models import Channel
from opencasework.office.inbox.learning import keywords
from opencasework.office.inbox.learning.blending import About, about
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.reading.particulars import words_of
from opencasework.office.inbox.suggesting import lessons
from opencasework.office.inbox.suggesting.facts import TEXT_LOOKED_AT
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may
from opencasework.office.tags.models import OFFICE_BUSINESS, Category

MOST_CATEGORIES = 3


@dataclass(frozen=True)
class SuggestedCategory:
    """What it may be about."""

    category: Category
    reason: str
    share: float = 0.0  # how likely, of 1
    is_plain: bool = False  # enough speaks for it to open a case on


def told(message: Message) -> str:
    """Of a web form what was written, not the questions; of a reply not what we wrote ourselves; of neither
    where its writer lives.
    """
    text = message.reply_text if message.channel == Channel.WEB else message.new_text or message.text
    return words_of(text[:TEXT_LOOKED_AT], sender=message.from_name)


def categories_of(
    message: Message, staff: StaffMember | None = None, *, wanted: bool | None = None
) -> list[SuggestedCategory]:
    """What it may be about by its words, the best first; nothing of a machine, or where the
    office wants no suggestions.

    `wanted` is given by whoever has asked that already.

    The reasons name words of this message. To those who may not see special categories of data, and to nobody
    in particular, only words that cases open to everybody, or the code list, taught us.
    """
    # A machine says what it does with mail, not what somebody's trouble is.
    if message.auto_reply or not (lessons.wanted() if wanted is None else wanted):
        return []
    weights = lessons.in_force()
    sayable = None
    if weights is not None and not (staff is not None and may(staff, May.SEE_SENSITIVE)):
        sayable = weights.open_words
    found = about(
        message.subject,
        told(message),
        keywords=keywords.of_the_code_list(),
        weights=weights,
        sayable=sayable,
    )
    categories = {each.code: each for each in Category.objects.filter(code__in=[each.code for each in found])}
    return [
        SuggestedCategory(categories[each.code], _reason(each), each.share, each.is_plain)
        for each in found
        if each.code in categories and each.is_good
    ][:MOST_CATEGORIES]


def for_a_case(found: list[SuggestedCategory]) -> Category | None:
    """The best of them, where a case can be about it: what concerns the office itself is no case."""
    best = found[0].category if found else None
    return best if best is not None and best.kind != OFFICE_BUSINESS else None


def _reason(found: About) -> str:
    """“Because of: “eviction”, “landlord”.”, and where the office itself taught us, that it did."""
    words = ", ".join(f"“{word}”" for word in found.because)
    if found.is_learned:
        return f"Like others filed here: {words}." if words else "Like others filed here."
    return f"It mentions {words}."
