"""Whether something can be seen of a name: some letters and signs of Unicode are blank."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError

# Letters and a sign that draw nothing: fillers of Hangul, inherent vowels of Khmer, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800")


def is_visible(text: str) -> bool:
    """Whether any letter, number or sign of the text can be seen."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


def insist_visible(text: str) -> None:
    """A validator of a name that somebody must be able to read."""
    if text.strip() and not is_visible(text):
        raise ValidationError("Nothing of this name can be seen. Write it in letters.", code="blank")
