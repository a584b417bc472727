"""What the frame of every page shows: the rail with its counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The rail's items for a member of staff; nothing for a visitor."""
    return {"shell": {"items": [], "phone_items": [], "current": ""}}
