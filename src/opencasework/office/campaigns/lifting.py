"""What somebody added to the text of a campaign, and whether they ask for help in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import Enum
from functools import cached_property
from pathlib import Path

from opencasework.office.campaigns.wording import Said, traces, words

WORDS = Path(__file__).with_name("data").joinpath("help.txt").read_text("utf-8")
OF_THE_TEXT = 0.5  # of its traces: a sentence is the campaign's
EDITED = 0.5  # how much an edited sentence still is the one it was
HELP = re.compile(
    rf"\b(?:{'|'.join(line for line in WORDS.splitlines() if line and not line.startswith('#'))})\b",
    re.IGNORECASE,
)
MOST_NAMED = 3


class Whose(Enum):
    """Whose words a sentence is."""

    THE_CAMPAIGNS = "the campaign's"
    CHANGED = "the campaign's, with other words in it"
    THEIR_OWN = "the writer's own"


@dataclass(frozen=True)
class Template:
    """The common text of a campaign, ready to compare with."""

    core: frozenset[int]
    sentences: tuple[str, ...]
    _judged: dict[str, Whose] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def worded(self) -> list[list[str]]:
        return [words(sentence) for sentence in self.sentences]

    @cached_property
    def cries(self) -> set[str]:
        """What in the common text itself sounds like a call for help."""
        return set(calls(" ".join(self.sentences)))

    def judge(self, sentence: str) -> Whose:
        """Whose a sentence is. That of one a hundred people sent is worked out once."""
        if (known := self._judged.get(sentence)) is None:
            known = self._judged[sentence] = self._judge(sentence)
        return known

    def _judge(self, sentence: str) -> Whose:
        found = traces(sentence)
        of_the_text = sum(trace in self.core for trace in found)
        if found and of_the_text == len(found):
            return Whose.THE_CAMPAIGNS
        if (found and of_the_text >= len(found) * OF_THE_TEXT) or self._is_edited(sentence):
            return Whose.CHANGED
        return Whose.THEIR_OWN

    def _is_edited(self, sentence: str) -> bool:
        """Whether it is a sentence of the campaign in which somebody changed words."""
        own = words(sentence)
        for theirs in self.worded:
            if len(set(own) & set(theirs)) * 2 < min(len(set(own)), len(set(theirs))):
                continue
            if SequenceMatcher(None, own, theirs, autojunk=False).ratio() >= EDITED:
                return True
        return False


@dataclass
class Lifted:
    """What is the writer's own: paragraphs they added, and sentences of the campaign they changed."""

    additions: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def lift(said: Said, template: Template) -> Lifted:
    """Take out of a message what is not of the campaign."""
    found = Lifted()
    for paragraph in said.paragraphs:
        own: list[str] = []
        for sentence in paragraph:
            whose = template.judge(sentence)
            if whose == Whose.THEIR_OWN:
                own.append(sentence)
                continue
            if whose == Whose.CHANGED:
                found.changed.append(sentence)
            _close(own, found)
        _close(own, found)
    return found


def _close(own: list[str], found: Lifted) -> None:
    if own:
        found.additions.append(" ".join(own))
        own.clear()


def calls(text: str) -> list[str]:
    """The words of a text that may be a call for help, each once, in order."""
    return list(dict.fromkeys(" ".join(match.group().lower().split()) for match in HELP.finditer(text)))


def reason_to_look(lifted: Lifted, said: Said, subject: str, template: Template) -> str:
    """Why a person should look at this one, as a sentence; empty where nothing calls for it."""
    theirs = "\n".join([subject, *lifted.additions, *lifted.changed, *said.aside])
    named = [call for call in calls(theirs) if call not in template.cries][:MOST_NAMED]
    return f"It mentions {', '.join(f'“{call}”' for call in named)}." if named else ""


def common_text(texts: Sequence[Said], core: frozenset[int]) -> str:
    """The text of a campaign as most people sent it, with its paragraphs."""

    def fits(said: Said) -> float:
        found = {trace for sentence in said.sentences for trace in traces(sentence)}
        return len(found & core) - 0.5 * len(found - core)

    best = max(texts, key=fits)
    # Only what is common word for word: a sentence somebody changed may hold what is theirs alone.
    kept = ([each for each in paragraph if _is_in(traces(each), core)] for paragraph in best.paragraphs)
    return "\n\n".join(" ".join(paragraph) for paragraph in kept if paragraph)


def _is_in(found: Sequence[int], core: frozenset[int]) -> bool:
    return bool(found) and all(trace in core for trace in found)


def usual(values: Iterable[str]) -> str:
    """The value most often given; empty where none was given twice, because then it is one person's own."""
    counts = Counter(value for value in values if value)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] > 1 else ""
