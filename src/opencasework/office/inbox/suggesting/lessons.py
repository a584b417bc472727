"""The weights in force, and whether the office wants suggestions. Asked at every message: a query each."""

from __future__ import annotations

from opencasework.office.inbox.learning.weights import NotWeights, Weights, unpack
from opencasework.office.inbox.models import Lesson, SuggestionSettings

# By database and number of the lesson; one process may serve many offices, each with its own.
_kept: dict[tuple[str, int], Weights | None] = {}
MOST_KEPT = 4


def wanted() -> bool:
    """Whether this office has suggestions switched on."""
    return SuggestionSettings.here().is_on


def in_force() -> Weights | None:
    """What the newest lesson taught; None until there is one, or where its bytes are none."""
    lesson = (
        Lesson.objects.exclude(learned_at=None)
        .exclude(weights=None)
        .order_by("-pk")
        .values_list("pk", "learned_at")
        .first()
    )
    if lesson is None:
        return None
    number, learned_at = lesson
    key = (f"{learned_at:%Y%m%d%H%M%S%f}", number)
    if key not in _kept:
        packed = Lesson.objects.filter(pk=number).values_list("weights", flat=True).first()
        try:
            weights = unpack(bytes(packed or b""))
        except NotWeights:
            weights = None
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = weights
    return _kept[key]
