"""Keeping an edit of a draft, with what follows from it."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db import transaction

from opencasework.office.letters import leaving, suggesting
from opencasework.office.letters.models import Letter
from opencasework.office.letters.review import history
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may


@transaction.atomic
def keep_edit(letter: Letter, *, by: StaffMember, apart: bool = False, **fields: Any) -> bool:
    """Keep new words of a draft, nothing else of it. False once it is a draft no more.

    A reason for going without authority was given for the words that stood there: it ends where somebody who
    may not give one changes what leaves. So does every approval, whoever changes it.
    `apart`: as in `history.keep`.
    """
    standing = Letter.objects.select_for_update().get(pk=letter.pk)
    changed = copy(standing)
    if "text" in fields and "html" not in fields:
        fields["html"] = suggesting.with_text(standing.html, fields["text"])
    for name, value in fields.items():
        setattr(changed, name, value)
    if not may(by, May.SEND_WITHOUT_AUTHORITY) and changed.version != standing.version:
        fields["no_authority_reason"] = ""
    # One conditional update: a letter read a moment ago may have gone to the outbox since.
    if not Letter.objects.drafts().filter(pk=letter.pk).update(**fields, changed_by=by):
        return False
    history.keep(standing, changed, by=by, apart=apart)
    for act in leaving.WHEN_EDITED:
        act(standing, changed, by)
    return True
