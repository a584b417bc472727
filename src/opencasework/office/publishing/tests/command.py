"""`casework publish` as the tests call it: one colleague prepares, the other signs."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from opencasework.office.publishing.models import Publication
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.permissions import May, may


def typed(**options: object) -> str:
    """What the command says to just these options; the first who may prepares where nobody is named."""
    if not options.get("sign_as"):
        everyone = StaffMember.objects.filter(is_active=True).order_by("pk")
        may_prepare = [each.username for each in everyone if may(each, May.PREPARE_FIGURES)]
        options.setdefault("prepared_by", next(iter(may_prepare), ""))
    out = StringIO()
    call_command("publish", stdout=out, **options)
    return out.getvalue()


def refused(**options: object) -> str:
    """Why it does not do that."""
    with pytest.raises(CommandError) as why:
        typed(**options)
    return str(why.value)


def publish(month: str = "2026-10", **options: object) -> str:
    """What the command says; where somebody signs what nobody has prepared, Tom prepares it first."""
    if "sign_as" in options and not options.keys() & {"withdraw", "drop_draft"}:
        preparer = options.pop("prepared_by", "tom")
        known = Publication.objects.filter(month=month).exclude(state=Publication.State.WITHDRAWN)
        if preparer and not known.exists():
            besides = {name: options[name] for name in ("new_key", "facts_only") if name in options}
            typed(month=month, prepared_by=preparer, **besides)
    return typed(month=month, **options)


def refusal(month: str = "2026-10", **options: object) -> str:
    with pytest.raises(CommandError) as refused:
        publish(month, **options)
    return str(refused.value)


def published() -> Path:
    return Path(settings.HOME.publications) / "published"
