"""The office's own words: how much each is used, what it could become, and cleaning them up undoably."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from opencasework.office.cases.models import Case, CaseWord
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import (
    OFFICE_BUSINESS,
    Category,
    OwnWord,
    Transferability,
    Urgency,
    WordChange,
    folded,
    level_label,
)

UNUSED_DAYS = 365
ALIKE = 0.84  # from here on two words are taken for one written in two ways
# What offices write for short. A proposal of this project.
SHORT = {
    "uc": "BEN-UC", "pip": "BEN-PIP", "dla": "BEN-DLA", "esa": "BEN-ESA", "aa": "BEN-AA", "cms": "FAM-CMARR",
    "csa": "FAM-CMARR", "ilr": "IMM-ILR", "passports": "IMM-PASS", "send": "EDU-SEND", "ehcp": "EDU-SEND",
    "asb": "CRI-ASB", "mould": "HOU-DAMP", "damp": "HOU-DAMP", "potholes": "TRA-ROAD", "bins": "LOC-BINS",
    "urgent": Urgency.URGENT.value, "asap": Urgency.URGENT.value, "emergency": Urgency.EMERGENCY.value,
    "not ours": Transferability.OTHER_REPRESENTATIVE.value, "signpost": Transferability.SIGNPOST.value,
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What a word can become: a category, a level, or another word."""

    code: str  # cat:BEN-UC, level:URG-3, word:12
    words: str


@dataclass(frozen=True)
class Used:
    """A word with how much the viewer's cases use it."""

    word: OwnWord
    cases: int
    last_used: date | None
    suggestion: Target | None

    @property
    def is_unused(self) -> bool:
        limit = timezone.localdate() - timedelta(days=UNUSED_DAYS)
        return self.last_used is None or self.last_used < limit


def used(staff: StaffMember) -> list[Used]:
    """Every word in use that this colleague may know of, the most used first, with its count over the cases
    they see.
    """
    visible = Q(case_words__case__in=Case.objects.visible_to(staff))
    words = (
        OwnWord.objects.visible_to(staff)
        .in_use()
        .select_related("category", "made_by")
        .annotate(cases=Count("case_words", filter=visible), last=Max("case_words__added_at", filter=visible))
        .order_by("-cases", "word")
    )
    known = list(words)
    by_label = {folded(each.label): each for each in Category.objects.all() if each.kind != OFFICE_BUSINESS}
    return [
        Used(
            word,
            word.cases,  # type: ignore[attr-defined]
            timezone.localdate(word.last) if word.last else None,  # type: ignore[attr-defined]
            suggested(word, known, by_label),
        )
        for word in known
    ]


def suggested(word: OwnWord, others: Sequence[OwnWord], by_label: Mapping[str, Category]) -> Target | None:
    """What the word most likely means: a rule of spelling, not a guess at its sense."""
    by_code = {category.code: category for category in by_label.values()}
    name = word.folded
    if word.category is None and not word.level:
        code = SHORT.get(name)
        category = by_label.get(name) or by_code.get(code or "") or by_label.get(_closest(name, by_label))
        if category is not None:
            return Target(f"cat:{category.code}", category.label)
        if code and level_label(code):
            return Target(f"level:{code}", level_label(code))
    # Of two words that are one, the older, or else the one that means something already, stays.
    same = [
        other
        for other in others
        if other.pk != word.pk
        and (other.made_at, other.pk) < (word.made_at, word.pk)
        and _alike(name, other.folded)
    ]
    return Target(f"word:{same[0].pk}", same[0].word) if same else None


def _closest(name: str, labels: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, labels, n=1, cutoff=ALIKE) if len(name) > 3 else []
    return found[0] if found else ""


def _alike(one: str, other: str) -> bool:
    if one.replace(" ", "").rstrip("s") == other.replace(" ", "").rstrip("s"):
        return True
    if min(len(one), len(other)) <= 3:
        return False
    match = difflib.SequenceMatcher(None, one, other)
    # The quick ones are never less than the true one, and rule out nearly every pair of an office's words.
    return match.real_quick_ratio() >= ALIKE and match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE


# --- acts, each undoable for thirty days ------------------------------------------------------------------


def _snapshot(words: Iterable[OwnWord]) -> dict[str, Any]:
    listed = list(words)
    rows = CaseWord.objects.filter(word__in=listed).order_by("pk").values_list("word", "case")
    held: dict[str, list[int]] = {str(word.pk): [] for word in listed}
    for word, case in rows:
        held[str(word)].append(case)
    return {
        "words": [
            {
                "pk": word.pk,
                "category": word.category_id,
                "level": word.level,
                "merged_into": word.merged_into_id,
                "put_away": word.put_away_at.isoformat() if word.put_away_at else None,
            }
            for word in listed
        ],
        "held": held,
    }


@transaction.atomic
def become(words: Sequence[OwnWord], target: str, *, by: StaffMember) -> WordChange:
    """Make the words stand for a category or a level, or merge them into another word.

    Merged words are kept as search words and no case loses its mark. Raises ValueError with a sentence.
    """
    kind, _, code = target.partition(":")
    if kind == "word":
        into = OwnWord.objects.in_use().filter(pk=int(code) if code.isdigit() else 0).first()
        if into is None:
            raise ValueError("The word to merge into is not there any more. Choose another.")
        merged = [word for word in words if word.pk != into.pk]
        if not merged:
            raise ValueError(f"“{into}” cannot be merged into itself. Choose another word to go into it.")
        change = _begun([*merged, into], by=by, said=f"{_named(merged)} merged into “{into}”")
        for word in merged:
            for case_pk in list(word.case_words.values_list("case", flat=True)):
                CaseWord.objects.get_or_create(case_id=case_pk, word=into)
            word.case_words.all().delete()
            # Words merged into this one earlier follow it.
            OwnWord.objects.filter(Q(pk=word.pk) | Q(merged_into=word)).update(merged_into=into)
        return change
    category = Category.objects.filter(code=code).first() if kind == "cat" else None
    if category is None and not (kind == "level" and level_label(code)):
        raise ValueError("Choose what the words become.")
    means = category.label if category else level_label(code)
    change = _begun(words, by=by, said=f"{_named(words)} stand for {means}")
    OwnWord.objects.filter(pk__in=[word.pk for word in words]).update(
        category=category, level="" if category else code
    )
    return change


@transaction.atomic
def put_away(words: Sequence[OwnWord], *, by: StaffMember) -> WordChange:
    """Take words off the list: no longer offered, still found where they stand."""
    change = _begun(words, by=by, said=f"{_named(words)} put away")
    OwnWord.objects.filter(pk__in=[word.pk for word in words]).update(put_away_at=timezone.now())
    return change


def _begun(words: Iterable[OwnWord], *, by: StaffMember, said: str) -> WordChange:
    return WordChange.objects.create(by=by, said=said[:200], before=_snapshot(words))


def _named(words: Sequence[OwnWord]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:3])
    return shown + (f" and {len(words) - 3} more" if len(words) > 3 else "")


@transaction.atomic
def undo(change: WordChange) -> bool:
    """Put the words back as they were. False where that was done, or is too long ago."""
    if not change.can_be_undone:
        return False
    # Of two people at once, the update lets one through.
    if not WordChange.objects.filter(pk=change.pk, undone_at=None).update(undone_at=timezone.now()):
        return False
    for row in change.before["words"]:
        OwnWord.objects.filter(pk=row["pk"]).update(
            category_id=row["category"],
            level=row["level"],
            merged_into_id=row["merged_into"],
            put_away_at=row["put_away"],
        )
    held = change.before["held"]
    there = set(
        Case.objects.filter(pk__in={pk for cases in held.values() for pk in cases}).values_list(
            "pk", flat=True
        )
    )
    changed = OwnWord.objects.filter(pk__in=[int(pk) for pk in held])
    for word in changed:
        was = set(held[str(word.pk)]) & there
        # What was put on a case since then stays; only what the merge brought is taken away again.
        brought = {pk for other, cases in held.items() if other != str(word.pk) for pk in cases} - was
        word.case_words.filter(case__in=brought, added_at__gte=change.made_at).delete()
        CaseWord.objects.bulk_create(
            [CaseWord(case_id=pk, word=word) for pk in sorted(was)], ignore_conflicts=True
        )
    return True
