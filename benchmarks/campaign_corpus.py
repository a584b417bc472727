"""A labelled corpus of campaign mail as people send it on: edited, cut, reordered, with lines of their own.

Written before the gathering it judges, from what people do to the text of a campaign, and with no look at how
likeness is measured. Campaigns come in pairs that share a cause, sometimes a sentence; casework on the same
themes lies between them. Every message says which campaign it is of, and what its writer added, word by word.
"""

from __future__ import annotations

import json
import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

WORDS = json.loads(Path(__file__).with_name("campaign_words.json").read_text("utf-8"))
# Subject and paragraphs of each campaign. Those of one cause share some of their words.
CAMPAIGNS: dict[str, tuple[str, list[str]]] = WORDS["campaigns"]
# How the mails are spread: a few campaigns are most of them, as in every office.
WEIGHTS = {
    "library-close": 14,
    "library-hours": 5,
    "planning-14": 13,
    "planning-heights": 6,
    "sewage": 15,
    "bathing": 3,
    "hedgehog": 7,
    "ceasefire": 16,
    "waspi": 5,
    "bus": 4,
    "farm": 8,
    "vape": 4,
}
DECOYS = 0.16  # of all messages: casework and other mail of people who belong to no campaign


@dataclass
class Sent:
    """One message of the corpus, as its writer sent it, and the truth about it."""

    campaign: str  # empty for what belongs to none
    name: str
    address: str
    subject: str
    text: str
    additions: list[str] = field(default_factory=list)  # the paragraphs its writer added, in order
    asks_for_help: bool = False


class Corpus:
    """Makes `count` messages; the same seed makes the same."""

    def __init__(self, count: int, *, seed: int = 5) -> None:
        self.random = random.Random(seed)
        self.count = count
        self.made = 0

    def messages(self) -> list[Sent]:
        """All of them, mixed as they would arrive."""
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        decoys = int(self.count * DECOYS)
        found = [self._decoy() for _ in range(decoys)]
        chosen = self.random.choices(names, weights, k=self.count - decoys)
        found += [self._campaign_mail(name) for name in chosen]
        self.random.shuffle(found)
        return found

    # --- what people do to the text of a campaign ---------------------------------------------------

    def _campaign_mail(self, campaign: str) -> Sent:
        draw = self.random
        subject, template = CAMPAIGNS[campaign]
        paragraphs = list(template)
        for edit, share in self._edits():
            if draw.random() < share:
                paragraphs = edit(paragraphs)
        additions, asks = self._own_words()
        paragraphs = self._put_in(paragraphs, additions)
        name, address = self._somebody()
        written = self._written(paragraphs, name)
        if draw.random() < 0.1:
            subject = draw.choice(
                [
                    subject.upper(),
                    f"{subject}!",
                    f"Fwd: {subject}",
                    "From a constituent",
                    f"Re: {subject}",
                    "Please read",
                ]
            )
        return Sent(campaign, name, address, subject, written, self._in_order(paragraphs, additions), asks)

    def _edits(self) -> list[tuple[Callable[[list[str]], list[str]], float]]:
        """Each thing somebody does to a text before sending it on, and how many do."""
        return [
            (self._swap_words, 0.22),
            (self._rewrite_a_line, 0.14),
            (self._leave_a_sentence_out, 0.14),
            (self._leave_a_paragraph_out, 0.07),
            (self._reorder, 0.08),
            (self._join_paragraphs, 0.06),
            (self._mistype, 0.10),
        ]

    def _swap_words(self, paragraphs: list[str]) -> list[str]:
        most = self.random.randint(1, 4)
        changed = []
        for paragraph in paragraphs:
            words = paragraph.split(" ")
            for index, word in enumerate(words):
                if most and word in WORDS["swaps"] and self.random.random() < 0.6:
                    words[index] = WORDS["swaps"][word]
                    most -= 1
            changed.append(" ".join(words))
        return changed

    def _rewrite_a_line(self, paragraphs: list[str]) -> list[str]:
        """Some words of one sentence become others; the rest of it stays."""
        where = self.random.randrange(len(paragraphs))
        sentences = paragraphs[where].split(". ")
        which = self.random.randrange(len(sentences))
        words = sentences[which].split(" ")
        start = self.random.randrange(max(1, len(words) - 3))
        words[start : start + self.random.randint(1, 3)] = self.random.choice(
            ["in my own view", "sadly", "as we all know", "frankly", "in this town", "beyond any doubt"]
        ).split(" ")
        sentences[which] = " ".join(words)
        return [*paragraphs[:where], ". ".join(sentences), *paragraphs[where + 1 :]]

    def _leave_a_sentence_out(self, paragraphs: list[str]) -> list[str]:
        where = self.random.randrange(len(paragraphs))
        sentences = paragraphs[where].split(". ")
        if len(sentences) == 1:
            return paragraphs
        del sentences[self.random.randrange(len(sentences))]
        whole = ". ".join(sentences)
        return [*paragraphs[:where], whole if whole[-1] in ".?" else f"{whole}.", *paragraphs[where + 1 :]]

    def _leave_a_paragraph_out(self, paragraphs: list[str]) -> list[str]:
        if len(paragraphs) < 3:
            return paragraphs
        where = self.random.randrange(len(paragraphs))
        return [*paragraphs[:where], *paragraphs[where + 1 :]]

    def _reorder(self, paragraphs: list[str]) -> list[str]:
        return self.random.sample(paragraphs, len(paragraphs))

    def _join_paragraphs(self, paragraphs: list[str]) -> list[str]:
        return [" ".join(paragraphs)]

    def _mistype(self, paragraphs: list[str]) -> list[str]:
        where = self.random.randrange(len(paragraphs))
        letters = list(paragraphs[where])
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randrange(len(letters) - 1)
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        return [*paragraphs[:where], "".join(letters), *paragraphs[where + 1 :]]

    def _own_words(self) -> tuple[list[str], bool]:
        chance = self.random.random()
        if chance < 0.70:
            return [], False
        if chance < 0.73:
            return [self._filled(self.random.choice(WORDS["needs"]))], True
        added = [self._remark() for _ in range(1 if chance < 0.95 else 2)]
        if chance > 0.985:
            added.append(self._filled(self.random.choice(WORDS["needs"])))
        return added, chance > 0.985

    def _remark(self) -> str:
        draw = self.random
        story = f"{draw.choice(WORDS['who'])} {draw.choice(WORDS['does'])} {draw.choice(WORDS['ends'])}"
        opinion = draw.choice(WORDS["opinions"])
        return self._filled(draw.choice([story, opinion, f"{story} {opinion}", f"{opinion} {story}"]))

    def _put_in(self, paragraphs: list[str], additions: list[str]) -> list[str]:
        """At the start, at the end, or between two paragraphs."""
        for added in additions:
            where = self.random.choice(
                [0, len(paragraphs), len(paragraphs), self.random.randint(0, len(paragraphs))]
            )
            if added.startswith("PS"):
                where = len(paragraphs)
            paragraphs = [*paragraphs[:where], added, *paragraphs[where:]]
        return paragraphs

    @staticmethod
    def _in_order(paragraphs: list[str], additions: list[str]) -> list[str]:
        return [each for each in paragraphs if each in additions]

    # --- how it looks as a mail -----------------------------------------------------------------------

    def _written(self, paragraphs: list[str], name: str) -> str:
        draw = self.random
        if draw.random() < 0.25:
            paragraphs = ["\n".join(textwrap.wrap(each, 72)) for each in paragraphs]
        street = f"{draw.randint(1, 180)} {draw.choice(WORDS['streets'])}"
        where = [street, "Fenwick", draw.choice(WORDS["postcodes"])]
        foot = [draw.choice(WORDS["closings"]), name]
        look = draw.random()
        if look < 0.35:
            foot += where
        elif look < 0.6:
            foot += [", ".join(where)]
        elif look < 0.7:
            foot += [where[-1], f"07700 900{draw.randint(100, 999)}"]
        if draw.random() < 0.15:
            foot += ["", "Sent from my iPhone"]
        head = [] if draw.random() < 0.08 else [draw.choice(WORDS["greetings"])]
        if draw.random() < 0.06:
            head = ["\n".join([name, *where]), *head]
        return "\n\n".join([*head, *paragraphs, "\n".join(foot)]) + "\n"

    def _somebody(self) -> tuple[str, str]:
        self.made += 1
        name = f"{self.random.choice(WORDS['first'])} {self.random.choice(WORDS['last'])}"
        return name, f"{name.lower().replace(' ', '.')}.{self.made}@post.example"

    def _decoy(self) -> Sent:
        draw = self.random
        lines = [draw.choice(WORDS["themes"] if draw.random() < 0.5 else WORDS["troubles"])]
        lines += draw.sample(WORDS["around"], draw.randint(1, 5))
        if draw.random() < 0.2:  # somebody who has had the campaign's mail and says so
            lines.append(
                f"I have also signed “{draw.choice(list(CAMPAIGNS.values()))[0]}”, but this is about me."
            )
        name, address = self._somebody()
        text = self._written([" ".join(self._filled(line) for line in lines)], name)
        subject = draw.choice(
            [
                "Help please",
                "Fenwick Library",
                "Planning",
                "My case",
                "Urgent",
                f"Ref {draw.randint(1000, 9999)}",
            ]
        )
        return Sent("", name, address, subject, text, asks_for_help=True)

    def _filled(self, line: str) -> str:
        draw = self.random
        values: dict[str, Callable[[], object]] = {
            "n": lambda: draw.randint(3, 79),
            "big": lambda: draw.randint(100, 9_000),
            "year": lambda: draw.randint(1961, 2025),
            "day": lambda: draw.choice(WORDS["days"]),
            "place": lambda: draw.choice(WORDS["places"]),
            "street": lambda: draw.choice(WORDS["streets"]),
            "number": lambda: draw.randint(1, 180),
            "clock": lambda: f"{draw.randint(7, 19)}:{draw.randint(10, 59)}",
            "month": lambda: draw.choice(
                ["January", "March", "April", "June", "August", "October", "November"]
            ),
            "date": lambda: f"{draw.randint(1, 28)} {draw.choice(WORDS['days_of'])}",
            "ref": lambda: f"{draw.choice('ABCDEFGH')}{draw.randint(10_000, 99_999)}",
            "name": lambda: f"{draw.choice(WORDS['first'])} {draw.choice(WORDS['last'])}",
            "child": lambda: draw.choice(WORDS["first"]),
            "relation": lambda: draw.choice(["aunt", "mother", "brother", "uncle", "cousin", "niece"]),
            "agency": lambda: draw.choice(
                ["DWP", "Home Office", "tax office", "DVLA", "Passport Office", "council"]
            ),
            "benefit": lambda: draw.choice(
                ["PIP", "Universal Credit", "housing benefit", "carer's allowance", "pension credit"]
            ),
            "room": lambda: draw.choice(["kitchen", "bathroom", "bedroom", "hall", "cellar"]),
            "shop": lambda: draw.choice(["bakery", "warehouse", "café", "hotel"]),
            "paper": lambda: draw.choice(["passport", "driving licence", "visa", "birth certificate"]),
            "doctor": lambda: draw.choice(["consultant", "dentist", "surgeon", "midwife"]),
            "subject": lambda: draw.choice(["maths", "Welsh", "history", "physics"]),
        }
        for key, value in values.items():
            while f"{{{key}}}" in line:
                line = line.replace(f"{{{key}}}", str(value()), 1)
        return line
