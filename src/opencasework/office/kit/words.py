"""Words put into a sentence."""

from __future__ import annotations


def begun_small(words: str) -> str:
    """The words with a small letter in front, to stand within a sentence."""
    return words[:1].lower() + words[1:]


# They turn the reading direction of all that follows. The marks U+200E, U+200F and U+061C stay: each does no
# more than one letter of its direction would, and names in Hebrew, Arabic and Urdu are typed with them
# beside figures and signs. So do the joiners U+200C and U+200D, which are spelling
# in Persian and in Indian scripts.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def unturned(text: str) -> str:
    """The text without characters by which what follows it is read in another direction."""
    return text.translate(_TURNING)
