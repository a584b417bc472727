"""How old somebody has to be, roughly, to read a letter with ease.

The Automated Readability Index (Senter and Smith, 1967): 4.71 × letters per word + 0.5 × words per
sentence − 21.43 is the American school grade; five more is the age. It counts letters and not syllables, so
that it gives the same answer to everybody. It is for English prose: what is no sentence (addresses, dates,
names) is left out.
"""

from __future__ import annotations

import re

from opencasework.office.letters import fieldsonly, filling

LONGEST_AGE = 11  # the most our own letters may need
# What stands for a field is as long as most of what comes in there.
STAND_IN = "the seventh of December"
_SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?!\s|$))+?(?:[.!?](?=\s|$)|:$)")
_OPENINGS = ("dear ", "yours ")


def of_text(text: str) -> float | None:
    """The age for a text as it is; None where it has no sentence."""
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in re.findall(r"[^\W_][\w’'-]*", sentence)]
    if not words:
        return None
    letters = sum(len(re.sub(r"[\W_]", "", word)) for word in words)
    grade = 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    return grade + 5


def of_wording(text: str) -> float | None:
    """The age for a wording, every field standing for a few words and every condition met."""
    names = fieldsonly.names_in(text)
    return of_text(filling.fill(text, dict.fromkeys(names, STAND_IN)))


def _sentences(text: str) -> list[str]:
    found = []
    for paragraph in re.split(r"\n\s*\n|\n(?=[-☐]|\d+\. )", text):
        said = " ".join(re.sub(r"^([-☐]|\d+\.)\s", "", paragraph.strip()).split())
        if not said.lower().startswith(_OPENINGS):
            found += [sentence.strip() for sentence in _SENTENCE.findall(said)]
    return [sentence for sentence in found if len(sentence.split()) > 2]
