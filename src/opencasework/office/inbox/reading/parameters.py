"""The value of a Content-Type or Content-Disposition and its parameters, in all the ways mailers write them.

Quoted values, values in pieces and in other charsets (RFC 2231), and the encoded words, raw 8-bit, missing
semicolons and unquoted spaces that mail programs write instead. Linear in the length; nothing raises.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from . import characters, headers, limits
from .addresses import quoted, without_remarks

STOP = re.compile(r'[;"]')
# A parameter that begins without a semicolon before it. Only names in use: a file name may hold "a b=c".
NEXT_PARAMETER = re.compile(
    r"\s(?=(?:name|filename|charset|boundary|type|format|delsp|size|start|method|protocol|micalg|server"
    r"|access-type|title)(?:\*\d{0,3}\*?)?\s*=)",
    re.IGNORECASE,
)
QUOTED = re.compile(r'"[^"]*"')
PIECE = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
REMEMBERED = 32  # values: that of a message is asked for by several, and those of parts are much the same
WITH_CHARSET = re.compile(r"(?i)(?:utf-?8|iso-8859-\d{1,2}|windows-125\d)'[a-z-]{0,10}'")
AS_WRITTEN = {"boundary", "charset", "protocol"}  # never in encoded words, and a boundary counts to the space


@lru_cache(REMEMBERED)
def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """The value in lower case, and its parameters by name, decoded."""
    if len(value) > limits.STRUCTURED_HEADER_CHARACTERS:
        return "", MappingProxyType({})
    main, *rest = _split(value)
    # A space before it makes one of a parameter that stands where the value should.
    main, *stray = NEXT_PARAMETER.split(f" {without_remarks(main).strip()}", maxsplit=1)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for each in [*stray, *rest][: limits.PARAMETERS]:
        name, equals, text = each.partition("=")
        name, text = name.strip().lower(), _unquoted(text.strip())
        if not equals or not name:
            continue
        parts = PIECE.fullmatch(name)
        if parts is None or (parts[2] is None and not parts[3]):
            plain.setdefault(name, text)
        else:
            pieces.setdefault(parts[1], {}).setdefault(int(parts[2] or 0), (bool(parts[3]), text))
    whole = {name: _in_pieces(numbered) for name, numbered in pieces.items()}
    found = {name: _plain(name, text) for name, text in plain.items()} | whole
    return main.strip().lower(), MappingProxyType(found)


def _plain(name: str, text: str) -> str:
    if name in AS_WRITTEN:
        return text
    # Some write the form that belongs behind an asterisk, and forget the asterisk.
    return _in_pieces({0: (True, text)}) if WITH_CHARSET.match(text) else headers.subject(text)


def _split(value: str) -> list[str]:
    """Split at semicolons outside quotation marks, and before a parameter whose semicolon was forgotten."""
    found: list[str] = []
    start = position = 0
    while True:
        stop = STOP.search(value, position)
        if stop is None:
            return [*found, *_unmarked(value[start:])]
        if stop[0] == ";":
            found += _unmarked(value[start : stop.start()])
            start = stop.end()
            position = start
        else:
            _, position, closed = quoted(value, stop.end())
            if not closed:
                return [*found, *value[start:].split(";")]


def _unmarked(text: str) -> list[str]:
    """One parameter, or several that only spaces separate."""
    if text.count("=") < 2:
        return [text]
    inside = [mark.span() for mark in QUOTED.finditer(text)]
    starts = [
        space.start()
        for space in NEXT_PARAMETER.finditer(text)
        if not any(start < space.start() < end for start, end in inside[: limits.PARAMETERS])
    ][: limits.PARAMETERS]
    return [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        inside, _, closed = quoted(text, 1)
        # A Windows path is written with single strokes: C:\files\a.pdf keeps them.
        path = re.match(r'"([A-Za-z]:\\[^"\\][^"]*|\\\\[^"\\][^"]*)"', text)
        return path[1] if path else inside if closed else text.strip('"')
    text = text if text.startswith("=?") else without_remarks(text).rstrip()
    return text[1:-1] if len(text) > 1 and text.startswith("'") and text.endswith("'") else text


def _in_pieces(numbered: dict[int, tuple[bool, str]]) -> str:
    """Join `name*0*=`, `name*1=` …; the first may carry `charset'language'`."""
    charset, data = "", b""
    encoded = False
    for index, (_, (percent, text)) in enumerate(sorted(numbered.items())):
        if index == 0 and percent and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        elif index and percent and charset and text.lower().startswith(f"{charset.lower()}'"):
            text = text.rpartition("'")[2]  # repeated before every piece, though only the first has it
        encoded = encoded or "=?" in text
        data += unquote_to_bytes(text) if percent else text.encode("utf-8", "replace")
    text = characters.decode(data, charset)
    return headers.subject(text) if encoded else characters.seen(text)
