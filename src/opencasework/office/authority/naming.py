"""Which bodies are meant by the words of somebody who names one themselves."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.models import Case

MOST_LIKELY = 6
RARE = 12  # bodies: a word that more of them share, such as “council”, tells none of them apart


def bodies_named(text: str) -> list[Body]:
    """The bodies these words are likely to mean, the likeliest first: by name, or by a code such as DWP."""
    words = set(_words(text))
    named = [(body, set(_words(body.name))) for body in Body.objects.order_by("name")]
    shared_by = Counter(word for _, name in named for word in name)
    found = []
    for body, name in named:
        telling = sum(1 / shared_by[word] for word in name & words if shared_by[word] <= RARE)
        is_whole = bool(name) and name <= words
        is_code = body.code.lower() in words
        if telling or is_whole or is_code:
            missing = sum(1 / shared_by[word] for word in name - words)
            found.append((is_code or is_whole, telling - missing, body))
    found.sort(key=lambda each: each[:2], reverse=True)
    return [body for *_, body in found[:MOST_LIKELY]]


def _words(text: str) -> list[str]:
    """Its words in small letters, but those that every name has."""
    return [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in {"the", "of", "and", "for"}]


def unread(case: Case, body: Body, *, on: date) -> Authority | None:
    """An authority in force on this day whose person, as it seems, named this body in their own words when
    signing, and nobody has said yet that they did.
    """
    given = Authority.objects.filter(case=case, basis=Authority.Basis.ONLINE, covers_any_body=False)
    given = given.in_force(on=on).exclude(statement="").exclude(bodies=body).select_related("person")
    return next((each for each in given if body in bodies_named(each.in_their_words)), None)
