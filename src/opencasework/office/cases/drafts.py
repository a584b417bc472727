"""What people are typing, kept on the server until it is saved: for 72 hours, and on another device too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from opencasework.office.cases.models import Case, Draft
from opencasework.office.kit.limits import LARGEST_NOTE
from opencasework.office.staff.models import StaffMember

PAGE = re.compile(r"at-[a-z0-9-]{1,90}")  # the form of any page: `cases.typed`
FORM = re.compile(
    rf"note|call|letter-[0-9]{{1,18}}|letter-new-[A-Z0-9-]{{0,24}}-[0-9]{{1,18}}|{PAGE.pattern}"
)
MOST_FIELDS = 500  # one call about 20 cases of several issues has 300
LONGEST_NAME = 100  # of a field, in characters
MOST_DRAFTS = 20  # of one colleague on one case, or on none


class NotKept(Exception):
    """More than is kept; the message says so."""


class TooManyDrafts(NotKept):
    def __init__(self) -> None:
        super().__init__(
            f"There are {MOST_DRAFTS} things here that you have not saved, so this is not kept on the "
            "server. Save it, or save or throw away one of the others."
        )


class DraftTooLong(NotKept):
    def __init__(self) -> None:
        super().__init__(
            f"What you are writing is longer than {LARGEST_NOTE:,} characters, so it is not kept on the "
            "server. It stands on this page until you leave it."
        )


@transaction.atomic
def keep(
    *, case: Case | None, staff: StaffMember, form: str, values: dict[str, str], since: datetime
) -> bool:
    """Keep what somebody has typed into a form they opened at `since`.

    False where they have saved that form since: these are the last keystrokes, coming late.
    Raises NotKept.
    """
    names = [name for name in values if len(name) > LONGEST_NAME]
    if names or len(values) > MOST_FIELDS or sum(map(len, values.values())) > LARGEST_NOTE:
        raise DraftTooLong
    now = timezone.now()
    if not any(value.strip() for value in values.values()):
        Draft.objects.filter(case=case, staff=staff, form=form, spent_at=None).delete()
        return True
    begun_here = Draft.objects.filter(case=case, staff=staff, spent_at=None).exclude(form=form)
    if begun_here.count() >= MOST_DRAFTS:
        raise TooManyDrafts
    kept, is_new = Draft.objects.select_for_update().get_or_create(
        case=case, staff=staff, form=form, defaults={"values": values, "saved_at": now}
    )
    if is_new:
        return True
    if kept.spent_at and kept.spent_at >= since:
        return False
    kept.values, kept.saved_at, kept.spent_at = values, now, None
    kept.save()
    return True


def spend(*, case: Case | None, staff: StaffMember, form: str) -> None:
    """What was begun is saved, or thrown away. Keystrokes that come late do not bring it back."""
    now = timezone.now()
    Draft.objects.update_or_create(
        case=case, staff=staff, form=form, defaults={"values": {}, "saved_at": now, "spent_at": now}
    )


def let_go(*, case: int | None, staff: StaffMember, form: str) -> None:
    """The same where something was begun, by the number of the case; otherwise nothing."""
    now = timezone.now()
    begun_there = Draft.objects.filter(case=case, staff=staff, form=form)
    begun_there.update(values={}, saved_at=now, spent_at=now)


def forget_old() -> int:
    """Throw away what nobody came back to within 72 hours; how many there were."""
    return Draft.objects.filter(saved_at__lt=timezone.now() - Draft.KEPT).delete()[0]


WORDS = ("text", "about")  # of a form, those that say something in sentences


def join(case: Case, into: Case) -> None:
    """What somebody has begun in one form of both cases stands in that of `into`: the words of both, one
    after the other. Call it when everything else of `case` has gone there.
    """
    now = timezone.now()
    for left in Draft.objects.fresh(at=now).filter(case=case).order_by("pk"):
        there = Draft.objects.filter(case=into, staff=left.staff_id, form=left.form).first()
        if there is None:
            continue
        begun_there = there.values if there.spent_at is None and there.saved_at > now - Draft.KEPT else {}
        there.values = left.values | {name: said for name, said in begun_there.items() if said}
        for name in WORDS:
            both = dict.fromkeys(filter(None, [begun_there.get(name), left.values.get(name)]))
            if both:
                there.values[name] = "\n\n".join(both)
        there.saved_at, there.spent_at = max(there.saved_at, left.saved_at), None
        there.save(update_fields=["values", "saved_at", "spent_at"])


def begun(*, case: Case | None, staff: StaffMember, form: str) -> Draft | None:
    """What this person had begun in this form and not saved."""
    return Draft.objects.fresh(at=timezone.now()).filter(case=case, staff=staff, form=form).first()


def begun_each(*forms: str, case: Case, staff: StaffMember) -> list[Draft | None]:
    """The same of several forms, asked at once, in their order."""
    if case.lacks("drafts"):
        return [None for _ in forms]
    fresh = Draft.objects.fresh(at=timezone.now()).filter(case=case, staff=staff, form__in=forms)
    found = {draft.form: draft for draft in fresh}
    return [found.get(form) for form in forms]


def with_draft(draft: Draft | None, initial: dict[str, Any]) -> dict[str, Any]:
    """What a form begins with: what was begun, over what it would hold."""
    return initial | (draft.values if draft else {})
