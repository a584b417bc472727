"""What the words of a message say about its tags: rules the page names, for a person to accept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opencasework.office.inbox.models import Message
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency

READ = 20_000  # characters of a message in which words are looked for
# Words that say how soon, and who may see it; of each axis the gravest first.
URGENT_WORDS = (
    (
        Urgency.EMERGENCY,
        r"suicid\w*|kill myself|end my life|bailiffs? (?:are )?(?:at|outside)|removal directions",
    ),
    (
        Urgency.URGENT,
        r"evict\w*|homeless tonight|nowhere to (?:sleep|stay)|no food|nothing to eat|no heating|"
        r"locks? changed|cut off tomorrow|funeral|detained",
    ),
    (Urgency.TIME_LIMITED, r"appeal by|deadline|mandatory reconsideration|hearing|within 28 days|tribunal"),
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


def suggested(message: Message, category: Category | None) -> dict[str, Suggested]:
    """Urgency, sensitivity and transferability, each with the reason; the higher of issue and words."""
    text = f"{message.subject}\n{message.new_text[:READ]}"
    found: dict[str, Suggested] = {}
    usual = {
        "urgency": (Urgency, category.default_urgency if category else ""),
        "sensitivity": (Sensitivity, category.default_sensitivity if category else ""),
        "transferability": (Transferability, Transferability.KEEP.value if category else ""),
    }
    for axis, (levels, level) in usual.items():
        if level and category:
            found[axis] = Suggested(level, str(levels(level).label), f"Usual for {category.label}.")
    for axis, rules in (("urgency", URGENT_WORDS), ("sensitivity", SENSITIVE_WORDS)):
        for wanted, words in rules:
            match = re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
            if match and (axis not in found or wanted.value > found[axis].level):
                found[axis] = Suggested(wanted.value, str(wanted.label), f"It mentions “{match[0]}”.")
                break
    return found
