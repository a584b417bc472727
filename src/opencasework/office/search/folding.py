"""Reading words as people mean them: without case, accents or punctuation, the same on both databases."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 60  # characters; a longer one is somebody's base64
# Letters with a stroke or without a dot do not come apart in Unicode, so they are listed.
UNDECOMPOSED = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ħ": "h", "Ħ": "h", "ı": "i"}
_COMBINING = "".join(chr(code) for code in range(0x300, 0x370))
_WORD = re.compile(r"[^\W_]+")


def _plain_letters() -> dict[str, str]:
    """Every accented Latin letter and the plain one it is read as."""
    letters = dict(UNDECOMPOSED)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            letters[chr(code)] = plain.lower()
    return letters


PLAIN_LETTERS = _plain_letters()
# For SQL's translate(): the characters of the first become those of the second, the rest of the first vanish.
TRANSLATE_FROM = "".join(PLAIN_LETTERS) + _COMBINING
TRANSLATE_TO = "".join(PLAIN_LETTERS.values())
_TABLE = str.maketrans({**PLAIN_LETTERS, **dict.fromkeys(_COMBINING, "")})


def fold(text: str) -> str:
    """The text in lower case and without accents: "Tŷ Mawr" is "ty mawr"."""
    return text.translate(_TABLE).lower()


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]
