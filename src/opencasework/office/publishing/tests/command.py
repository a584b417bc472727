"""`casework publish` as the tests call it: one colleague prepares, the other signs."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


def publish(month: str = "2026-10", **options: object) -> str:
    if "sign_as" in options and "withdraw" not in options:
        options.setdefault("prepared_by", "tom")
    out = StringIO()
    call_command("publish", month=month, stdout=out, **options)
    return out.getvalue()


def refusal(month: str = "2026-10", **options: object) -> str:
    with pytest.raises(CommandError) as refused:
        publish(month, **options)
    return str(refused.value)


def published() -> Path:
    return Path(settings.HOME.publications) / "published"
