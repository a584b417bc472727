"""What the editor offers to put in: the facts of the case, and paragraphs from the office's own wording."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from opencasework.office.letters import drafting, filling, versions
from opencasework.office.letters.models import Letter, LetterTemplate
from opencasework.office.letters.stationery import Snippet
from opencasework.office.staff.models import StaffMember

SHORTEST = 40  # characters; "Yours sincerely," is no paragraph to look for
MOST = 200


@dataclass(frozen=True)
class Insert:
    """Something to put in: its name, the words that come, and where they are from."""

    name: str
    words: str
    origin: str = ""


def _facts(letter: Letter, by: StaffMember) -> dict[str, str]:
    return drafting.facts_of(letter, by=by, today=timezone.localdate())


def fields(letter: Letter, *, by: StaffMember) -> list[Insert]:
    """Every field this case can fill, by its name in plain words; those it cannot fill come as a gap."""
    found = [
        Insert(name.replace("_", " ").capitalize(), value or f"[{name.replace('_', ' ')} missing]")
        for name, value in _facts(letter, by).items()
    ]
    return sorted(found, key=lambda one: (one.words.startswith("["), one.name))


def paragraphs(letter: Letter, *, by: StaffMember) -> list[Insert]:
    """The paragraphs the office keeps, then those of its wording for the same kind of reader, filled in."""
    facts = _facts(letter, by)
    found: dict[str, Insert] = {}
    for snippet in Snippet.objects.kept().filter(language=letter.language):
        _add(found, snippet.name, snippet.text, facts)
    kinds = LetterTemplate.objects.offered().filter(to_body=letter.to_body_id is not None)
    for template in kinds.prefetch_related("wordings"):
        for wording in versions.latest_of(template):
            if wording.language == letter.language:
                for paragraph in wording.text.split("\n\n"):
                    if len(paragraph.strip()) >= SHORTEST:
                        _add(found, "", paragraph, facts, origin=template.name)
    return list(found.values())[:MOST]


def _add(
    found: dict[str, Insert], name: str, wording: str, facts: dict[str, str], *, origin: str = "Paragraphs"
) -> None:
    try:
        words = filling.fill(wording, facts).strip()
    except filling.TemplateProblem:
        return  # one half of a condition
    if words:
        found.setdefault(words, Insert(name or words[:80], words, origin))
