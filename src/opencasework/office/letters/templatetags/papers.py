"""The panel of what goes out with a letter, for any page that shows the letter."""

from __future__ import annotations

from django import template

from opencasework.office.letters.models import Letter
from opencasework.office.letters.pack.panel import shown

register = template.Library()


@register.inclusion_tag("letters/pack/_panel.html")
def goes_out_with(letter: Letter, *, may_change: bool) -> dict[str, object]:
    """What goes, or went, out with this letter: its pack, the signed authority, files of their own."""
    return {"letter": letter, "papers": shown(letter), "may_change": may_change and letter.is_draft}
