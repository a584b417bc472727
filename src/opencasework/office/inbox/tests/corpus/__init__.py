"""Mail that is broken, hostile or only unusual, made here: no line of it was ever sent by anybody."""

from .broken import READABLE
from .costly import COSTLY
from .known import KNOWN, Known
from .making import HEAD, WORDS, file_part, multipart, text_part
from .mutating import mutated, mutations

__all__ = [
    "COSTLY",
    "HEAD",
    "KNOWN",
    "READABLE",
    "WORDS",
    "Known",
    "file_part",
    "multipart",
    "mutated",
    "mutations",
    "text_part",
]
