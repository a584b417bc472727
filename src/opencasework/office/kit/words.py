"""Words put into a sentence."""

from __future__ import annotations


def begun_small(words: str) -> str:
    """The words with a small letter in front, to stand within a sentence."""
    return words[:1].lower() + words[1:]
