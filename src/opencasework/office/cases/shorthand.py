"""What a note asks for in passing: “@tom” asks a colleague, “#damp” puts a word of the office on the case.

Words that mean nothing here stay words, and a sentence says that nothing came of them.
"""

from __future__ import annotations

import re

from opencasework.office.cases.models import Case, CaseWord, Event, Mention
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import OwnWord, Sensitivity, Urgency, level_label

# At the start of a word only: “tom@post.example” asks nobody, and “flat #4” is no word of the office.
ASKS = re.compile(r"(?:^|(?<=[\s(“\"]))@(\w[\w.-]*\w|\w)")
TAGS = re.compile(r"(?:^|(?<=[\s(“\"]))#(\w*[^\W\d_][\w-]*)")
MOST = 10  # of each in one note
AXES = {"urgency": Urgency, "sensitivity": Sensitivity}  # of which a level is more than the one before


def obey(case: Case, note: Event, *, by: StaffMember) -> list[str]:
    """Do what the note asks for. Returns a sentence for each thing that could not be done."""
    asked, words = _named(ASKS, note.text), _named(TAGS, note.text)
    unread = [_ask(case, note, name, by=by) for name in asked[:MOST]]
    unread += [_tag(case, word) for word in words[:MOST]]
    if len(asked) > MOST or len(words) > MOST:
        unread.append(f"A note asks {MOST} colleagues and gives {MOST} words at most; the rest is left out.")
    return [said for said in unread if said]


def _named(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(pattern.findall(text)))


def asked_in(note: Event) -> list[str]:
    """The colleagues whom a note asks, by name."""
    return [str(each.whom) for each in Mention.objects.filter(line=note.pk).select_related("whom")]


def _ask(case: Case, note: Event, name: str, *, by: StaffMember) -> str:
    here = list(StaffMember.objects.filter(is_active=True).order_by("pk"))
    known = [each for each in here if each.username.casefold() == name.casefold()]
    known = known or [each for each in here if each.first_name.casefold() == name.casefold()]
    if len(known) > 1:
        names = " or ".join(f"@{each.username}" for each in known)
        return f"Several here are called “{name}”. Write {names}; nobody was asked."
    if not known:
        return f"Nobody here is called “@{name}”, so nobody was asked."
    [colleague] = known
    if not Case.objects.visible_to(colleague).filter(pk=case.pk).exists():
        return f"{colleague} may not know of this case, and was not asked."
    Mention.objects.get_or_create(line=note.pk, whom=colleague, defaults={"case": case, "by": by})
    return ""


def _tag(case: Case, said: str) -> str:
    """“#no-heating” is the word “no heating”. A word that the office does not have makes none."""
    spellings = (said, said.replace("-", " "))
    meant = next(filter(None, map(OwnWord.objects.meaning, spellings)), None)
    if meant is None or meant.put_away_at is not None:
        return f"“#{said}” is none of your office’s words, so the case was not tagged."
    # Written anew where it is there: what a decision had given the case is the note's from now on, and stays
    # when the decision is taken back.
    CaseWord.objects.filter(case=case, word=meant).delete()
    CaseWord.objects.create(case=case, word=meant)
    return proposed(case, meant)


def proposed(case: Case, word: OwnWord) -> str:
    """A sentence where a word stands for a level that this case has not reached: a person decides, since a
    level may take the case out of somebody's sight.
    """
    axis = next((name for name, levels in AXES.items() if word.level in levels.values), "")
    if not axis or getattr(case, axis) >= word.level:
        return ""
    return (
        f"“{word}” stands for {level_label(word.level)}, which this case is not. Say so under Tags, if it is."
    )
