"""The picture of the member's signature: who may put it in, and where in a letter it stands.

It is only ever put into what somebody who may sign has approved, word for word, or has sent. A draft never
has it, whoever looks at it, and a change of one word takes it out again.
"""

from __future__ import annotations

import re

from opencasework.office.letters.models import Letter, LetterStep
from opencasework.office.letters.stationery import Stationery
from opencasework.office.staff.permissions import May, may

# After these the name follows, and the signature between them.
_GREETING = re.compile(
    r"^(yours (sincerely|faithfully|truly)|(with )?(kind|best|warm) (regards|wishes)|yn gywir|"
    r"yr eiddoch yn gywir|cofion cynnes)[,.]?$",
    re.IGNORECASE,
)


def is_greeting(words: str) -> bool:
    """Whether a paragraph is the greeting that a signature follows."""
    return bool(_GREETING.match(" ".join(words.split())))


def stands(letter: Letter) -> int:
    """After which paragraph of the text the signature stands, from 0; -1 where there is no greeting."""
    paragraphs = [block for block in letter.text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    places = [number for number, block in enumerate(paragraphs) if is_greeting(block)]
    # A chaser has the letter it reminds of below its own name: the first greeting is its own.
    return places[0] if places else -1


def may_carry(letter: Letter) -> bool:
    """Whether the picture may stand in this letter as its words are now."""
    if not Stationery.here().signature_sha256:
        return False
    if letter.state == Letter.State.SENT and letter.sent_by and may(letter.sent_by, May.SIGN_LETTERS):
        return True
    standing = LetterStep.objects.standing(letter)
    return any(step.by is not None and may(step.by, May.SIGN_LETTERS) for step in standing)
