"""How an enquiry is spoken of in a letter: how it was put, and by when an answer was due and why.

Its facts decide the sentence: nobody “wrote” what was asked by telephone, and a day that was agreed is no
number of working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.kit.working_days import working_days_between
from opencasework.office.letters import welsh
from opencasework.office.letters.models import Enquiry, Reply
from opencasework.office.letters.saying import in_words

# To the body we say “I” for the member's letter and “my office” for a colleague's call; to the person “we”.
ENGLISH_WORDS = {
    "wrote": "I wrote on {day}",
    "rang": "My office asked by telephone on {day}{whom}",
    "portal": "My office asked through your portal on {day}{whom}",
    "above wrote": "I wrote to {body} on {day}",
    "above rang": "My office asked {body} by telephone on {day}{whom}",
    "above portal": "My office asked {body} through their portal on {day}{whom}",
    "told wrote": "We wrote to {body} on {day}",
    "told rang": "We rang {body} on {day}",
    "told portal": "We asked {body} through their online form on {day}",
    "chain wrote": "I wrote to {body}",
    "chain rang": "my office asked {body} by telephone",
    "chain portal": "my office asked {body} through their portal",
    "chain due": "your reply was due",
    "chain promise": "you said that you would answer by {day}",
    "chain reminder": "I sent a reminder",
    "chain acknowledgement": "you acknowledged it",
    "chain holding": "you sent a holding reply",
    "chain partial": "you sent part of an answer",
    "came acknowledgement": "On {on} you acknowledged it",
    "came holding": "On {on} you sent a holding reply",
    "came partial": "On {on} you sent part of an answer, which leaves the rest open",
    "by word rang": "by telephone",
    "by word portal": "through their portal",
    "target": "{whose} aims to answer within {days} working days. They ended on {day}",
    "our rule": "Your reply was due by {day}, {days} working days after we asked",
    "due": "Your reply was due by {day}",
    "said": "You said that you would answer by {day}",
    "promised": "On {on} you said that you would answer by {day}",
    "told due": "Their reply was due by {day}",
    "told said": "They said that they would answer by {day}",
    "told promised": "On {on} they said that they would answer by {day}",
    "told paused": "Their time to answer has been on hold since {day}",
    "told will": "They should answer by {day}",
    "told answered": "They have replied, and we are looking at what they say",
    "told next": "You will hear from us by {day}, even if there is no news by then",
}
_HOW = {Enquiry.Means.PHONE: "rang", Enquiry.Means.PORTAL: "portal"}


def facts(enquiry: Enquiry, *, language: str = ENGLISH, above: bool = False) -> dict[str, str]:
    """The sentences a follow-up says about how the enquiry was put and by when its answer was due.

    A sentence has no full stop: the wording goes on. Where a day was agreed, `target_days` is empty. A
    follow-up to somebody `above` the body that was asked names that body.
    """
    how = _HOW.get(Enquiry.Means(enquiry.means), "wrote")
    whom = f" ({enquiry.to_whom})" if enquiry.to_whom else ""
    named = {"body": enquiry.body.name, "whom": whom}
    put_on = in_words(enquiry.sent_on, language)

    def say(sentence: str, **more: str) -> str:
        return _words(language)[sentence].format(**{**named, "day": put_on, **more})

    days = working_days_between(enquiry.sent_on, enquiry.due_on, nation=enquiry.body.holiday_nation)
    by_a_rule = enquiry.is_due_by_a_rule and promise_of(enquiry) is None
    came = [] if above else _came(enquiry, language)
    return {
        "how_i_asked": say(f"above {how}" if above else how),
        "how_we_asked": say(f"told {how}"),
        "asked_by_word": say(f"by word {how}") if how != "wrote" else "",
        "asked_in_letter": put_on if enquiry.letter else "",
        "part_came_on": _part_came_on(enquiry, language),
        "when_it_was_due": ". ".join([_due(enquiry, language, told=above), *came]),
        "when_they_were_due": _due(enquiry, language, told=True),
        "reply_rule": enquiry.due_rule if by_a_rule else _due(enquiry, language),
        "target_days": str(days) if by_a_rule and not came else "",  # then the sentence on what came is said
    }


def _no_answers(enquiry: Enquiry) -> list[Reply]:
    """What came that answered nothing, the first first; a promise is said by itself."""
    came = [one for one in enquiry.replies.all() if one.kind and not one.is_answer and not one.promised_on]
    return sorted(came, key=lambda one: (one.received_on, one.pk))


def _part_came_on(enquiry: Enquiry, language: str) -> str:
    """The day on which the last part of an answer came; empty where none did."""
    parts = [one for one in _no_answers(enquiry) if one.kind == Reply.Kind.PARTIAL]
    return in_words(parts[-1].received_on, language) if parts else ""


def _came(enquiry: Enquiry, language: str) -> list[str]:
    """A sentence for each of those, to the body that sent them."""
    words = _words(language)
    return [
        words[f"came {one.kind}"].format(on=in_words(one.received_on, language))
        for one in _no_answers(enquiry)
    ]


def chain_of(enquiry: Enquiry, reminded_on: list[date], *, language: str = ENGLISH) -> str:
    """What was asked and when, a line each, in order of date."""
    words = _words(language)
    how = _HOW.get(Enquiry.Means(enquiry.means), "wrote")
    lines = [(enquiry.sent_on, words[f"chain {how}"].format(body=enquiry.body))]
    lines.append((enquiry.due_on, words["chain due"]))
    lines += [(day, words["chain reminder"]) for day in reminded_on]
    lines += [
        (reply.received_on, words["chain promise"].format(day=in_words(reply.promised_on, language)))
        for reply in enquiry.replies.all()
        if reply.promised_on
    ]
    lines += [(one.received_on, words[f"chain {one.kind}"]) for one in _no_answers(enquiry)]
    lines.sort(key=lambda line: line[0])  # of one day in the order above
    return "\n".join(f"- {in_words(day, language)}: {said}" for day, said in lines)


def so_far(enquiry: Enquiry, *, next_on: date, language: str = ENGLISH) -> str:
    """Where an enquiry stands that is not late yet, as told to the person, and when they hear again."""
    words, say = _words(language), facts(enquiry, language=language)
    said = [say["how_we_asked"]]
    if enquiry.unread_reply is not None:
        said.append(words["told answered"])
    else:
        said.append(_still_due(enquiry, language))
    said.append(words["told next"].format(day=in_words(next_on, language)))
    return " ".join(f"{sentence}." for sentence in said)


def promise_of(enquiry: Enquiry) -> Reply | None:
    """The latest reply that promises an answer by a day after the enquiry's own; None without."""
    found = next((reply for reply in enquiry.replies.all() if reply.promised_on), None)
    return found if found and found.promised_on and found.promised_on > enquiry.due_on else None


def awaited_until(enquiry: Enquiry) -> date:
    """The last day on which an answer would not be late: that of a later promise, else the enquiry's own."""
    promise = promise_of(enquiry)
    return promise.promised_on if promise and promise.promised_on else enquiry.due_on


def _due(enquiry: Enquiry, language: str, *, told: bool = False) -> str:
    """By when the answer was due, and why."""
    words, to = _words(language), "told " if told else ""
    if told and enquiry.paused_on:
        return words["told paused"].format(day=in_words(enquiry.paused_on, language))
    day = in_words(enquiry.due_on, language)
    if (promise := promise_of(enquiry)) and promise.promised_on:
        on, by = in_words(promise.received_on, language), in_words(promise.promised_on, language)
        return words[f"{to}promised"].format(on=on, day=by)
    if enquiry.is_due_as_they_said:
        return words[f"{to}said"].format(day=day)
    if told or not enquiry.is_due_by_a_rule:
        return words[f"{to}due"].format(day=day)
    days = working_days_between(enquiry.sent_on, enquiry.due_on, nation=enquiry.body.holiday_nation)
    if enquiry.due_rule[:1].isdigit():  # the office's own number of days: no aim of theirs
        return words["our rule"].format(day=day, days=days)
    whose, _, _ = enquiry.due_rule.partition(" aims to answer")  # its own aim, or that of what it is part of
    return words["target"].format(whose=whose, day=day, days=days)


def _still_due(enquiry: Enquiry, language: str) -> str:
    """By when they will answer, as told to the person before that day has come."""
    if enquiry.is_paused or enquiry.is_due_as_they_said or promise_of(enquiry):
        return _due(enquiry, language, told=True)
    return _words(language)["told will"].format(day=in_words(enquiry.due_on, language))


def _words(language: str) -> Mapping[str, str]:
    return welsh.ASKED if language == WELSH else ENGLISH_WORDS
