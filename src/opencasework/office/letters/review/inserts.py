"""What the editor offers to put in: the facts of the case, and paragraphs from the office's own wording."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from opencasework.office.letters import filling
from opencasework.office.letters.facts import facts_for
from opencasework.office.letters.models import Letter, LetterTemplate
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
    return facts_for(
        case=letter.case, today=timezone.localdate(), by=by, body=letter.to_body,
        contact=letter.to_contact, enquiry=letter.about_enquiry,
    )  # fmt: skip


def fields(letter: Letter, *, by: StaffMember) -> list[Insert]:
    """Every field this case can fill, by its name in plain words; those it cannot fill come as a gap."""
    found = [
        Insert(name.replace("_", " ").capitalize(), value or f"[{name.replace('_', ' ')} missing]")
        for name, value in _facts(letter, by).items()
    ]
    return sorted(found, key=lambda one: (one.words.startswith("["), one.name))


def paragraphs(letter: Letter, *, by: StaffMember) -> list[Insert]:
    """Paragraphs of the office's wording for the same kind of reader, filled in for this case."""
    facts = _facts(letter, by)
    found: dict[str, Insert] = {}
    for template in LetterTemplate.objects.filter(to_body=letter.to_body_id is not None):
        try:
            text = filling.fill(template.text, facts)
        except filling.TemplateProblem:
            continue
        for paragraph in text.split("\n\n"):
            words = paragraph.strip()
            if len(words) >= SHORTEST:
                found.setdefault(words, Insert(words[:80], words, template.name))
    return list(found.values())[:MOST]
