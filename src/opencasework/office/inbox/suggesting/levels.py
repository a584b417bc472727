"""What the words of a message say about its tags: rules the page names, for a person to accept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.utils import timezone

from opencasework.office.inbox.models import Message
from opencasework.office.inbox.suggesting import lessons
from opencasework.office.inbox.suggesting.days import days_in
from opencasework.office.kit import dates, tables
from opencasework.office.places import directory
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency

READ = 20_000  # characters of a message in which words are looked for
# Words that say how soon, and who may see it; of each axis the gravest first.
URGENT_WORDS = (
    (
        Urgency.EMERGENCY,
        r"suicid\w*|kill(?:ing)? (?:myself|himself|herself)|(?:end|tak)(?:e|ing)? (?:my|his|her) (?:own )?"
        r"life|overdos\w*|do(?:es)?(?:n['’]?t| not) want to (?:live|be here) any ?more|strangl\w*|"
        r"hands (?:a?round|on) my (?:neck|throat)|(?:will|going to|threaten\w* to) kill (?:me|us|him|her)|"
        r"bailiffs? (?:are )?(?:at|outside)|removal directions",
    ),
    (
        Urgency.URGENT,
        r"evict\w*|homeless tonight|nowhere to (?:sleep|stay)|no food|nothing to eat|no heating|"
        r"locks? changed|cut off tomorrow|funeral|detained|self[- ]?harm\w*|deported|sleeping rough|"
        r"sleep(?:ing)? in (?:(?:my|our|the|a) )?(?:car|van|tent)|no money (?:for food|left)|"
        r"(?:not|n['’]t) eaten",
    ),
    (Urgency.TIME_LIMITED, r"appeal by|deadline|mandatory reconsideration|hearing|within 28 days|tribunal"),
)
# A day so near that something is lost by then makes a message urgent.
NEAR = timedelta(days=5)
LOST_BY_THEN = re.compile(
    r"\b(?:fly|flies|flying|flight|travel\w*|wedding|evict\w*|bailiffs?|court|hearing|tribunal|be out|"
    r"move out|have to leave|must leave|removal|cut off|disconnect\w*)\b",
    re.IGNORECASE,
)
SENSITIVE_WORDS = (
    (Sensitivity.RESTRICTED, r"refuge|stalk\w*|restraining order|must not know where"),
    (
        Sensitivity.CRIMINAL_OR_SAFEGUARDING,
        r"assault\w*|rape\w*|abus\w+|domestic violence|safeguarding|arrested|charged with|convicted|prison",
    ),
    (
        Sensitivity.SPECIAL_CATEGORY,
        r"cancer|depress\w*|diagnos\w*|disab\w*|mental health|asylum|pregnan\w*|autis\w*|HIV|dementia",
    ),
)


@dataclass(frozen=True)
class Suggested:
    """A level that the words of a message, or its issue, speak for."""

    level: str
    label: str
    reason: str
    is_usual: bool = False  # for its issue, and not for anything this message says


def suggested(message: Message, category: Category | None) -> dict[str, Suggested]:
    """Urgency, sensitivity and transferability, each with the reason; the higher of issue and words.

    Nothing where the office wants no suggestions.
    """
    if not lessons.wanted():
        return {}
    text = f"{message.subject}\n{message.new_text[:READ]}"
    found: dict[str, Suggested] = {}
    usual = {
        "urgency": (Urgency, category.default_urgency if category else ""),
        "sensitivity": (Sensitivity, category.default_sensitivity if category else ""),
        "transferability": (Transferability, Transferability.KEEP.value if category else ""),
    }
    for axis, (levels, level) in usual.items():
        if level and category:
            found[axis] = Suggested(
                level, str(levels(level).label), f"Usual for {category.label}.", is_usual=True
            )
    for axis, rules in (("urgency", URGENT_WORDS), ("sensitivity", SENSITIVE_WORDS)):
        for wanted, words in rules:
            match = re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
            if match and (axis not in found or wanted.value > found[axis].level):
                found[axis] = Suggested(wanted.value, str(wanted.label), f"It mentions “{match[0]}”.")
                break
    near = _near(message)
    if near and ("urgency" not in found or found["urgency"].level < Urgency.URGENT.value):
        found["urgency"] = Suggested(Urgency.URGENT.value, str(Urgency.URGENT.label), near)
    elsewhere = _elsewhere(text, category)
    if elsewhere:
        level = Transferability.OTHER_REPRESENTATIVE
        found["transferability"] = Suggested(level.value, str(level.label), elsewhere)
    return found


def _near(message: Message) -> str:
    """Why it cannot wait: what is lost on a day it names within five; empty where nothing is."""
    arrived = timezone.localdate(message.received_at)
    for day in days_in(message):
        if day.is_ahead and day.on - arrived <= NEAR and LOST_BY_THEN.search(day.reason):
            return f"It names {dates.say(day.on)}: {day.reason}"
    return ""


def _elsewhere(text: str, category: Category | None) -> str:
    """Why it is another representative's: where the writer lives, or who decides such things there."""
    office = Office.if_any()
    if office is None:
        return ""
    postcode = directory.first_in(text, besides=office.address)
    if postcode and directory.covers(postcode, office=office) is False:
        return f"{postcode} is outside {office.area_name}."
    if category and office.member_kind == MemberKind.MP and _is_devolved(category.code, office.nation):
        return f"{category.label} is decided in {office.get_nation_display()}, not at Westminster."
    return ""


@cache
def _devolved() -> dict[str, set[str]]:
    """By category the nations that decide all of it themselves; devolved in part is not among them."""
    rows = tables.rows("opencasework.office.tags", "categories.csv")
    return {
        row["code"]: {nation for nation in row["devolved"].split(";") if not nation.startswith("part:")}
        for row in rows
        if not row["devolved"].startswith("part:")
    }


def _is_devolved(code: str, nation: str) -> bool:
    names = {"wa": "wales", "sc": "scotland", "ni": "ni"}
    return names.get(nation, "") in _devolved().get(code, set())
