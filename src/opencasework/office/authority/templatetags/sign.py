"""What the signing pages need beside Django's tags."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(values: Mapping[str, str], key: str) -> str:
    """What stands under a key; empty without."""
    return values.get(str(key), "")
