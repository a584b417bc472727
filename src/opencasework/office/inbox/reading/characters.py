"""Bytes to text when the label may be missing, wrong or hostile. Nothing here raises on any input."""

import codecs
import re
import unicodedata

from . import limits

# Codecs that are no character sets of mail, or whose decoding is quadratic.
NOT_FOR_MAIL = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"}
# What a label means in practice, as browsers and mail programs read it.
MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
SPELLINGS = {
    "unicode-1-1-utf-7": "utf-7",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "windows-874": "cp874",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
}
# Control characters other than TAB and LF; a database refuses the first of them.
CONTROLS = {code: None for code in (*range(0x09), *range(0x0B, 0x20), 0x7F)}
# Characters that turn the reading direction round or cannot be seen: they disguise names.
DISGUISES = dict.fromkeys(
    [0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
FILENAME_CHARACTERS = 150


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: how lists of names are written in these modules."""
    return frozenset(text.split())


def codec_named(label: str) -> str:
    """The Python codec a charset label means, or "" when there is none that mail may use."""
    label = label.strip().strip("\"'").lower()[:40]
    try:
        name = codecs.lookup(SPELLINGS.get(label, label)).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    if name in NOT_FOR_MAIL:
        return ""
    return MEANT.get(name, name)


def decode(data: bytes, charset: str = "") -> str:
    """Decode what should be in `charset`. Where it is not: as UTF-8, by a guess, or as Windows-1252."""
    labelled = codec_named(charset)
    writes_in_ascii = labelled.startswith(("utf-7", "utf-16", "utf-32", "hz")) or b"\x1b" in data
    if data.isascii() and not writes_in_ascii:
        return tidy(data.decode("ascii"))
    for name in (labelled, "utf-8"):
        # Windows-1252 decodes nearly everything, so valid UTF-8 under that label is more likely UTF-8.
        if name == "cp1252":
            continue
        text = _strictly(data, name)
        if text is not None:
            return tidy(text)
    name = labelled or _guess(data)
    return tidy(data.decode(name if _decodes_bytes(name) else "cp1252", "replace"))


def _strictly(data: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return data.decode(name)
    except (LookupError, ValueError, AssertionError):
        return None


def _decodes_bytes(name: str) -> bool:
    return _strictly(b"", name) is not None


def _guess(data: bytes) -> str:
    # Few mails need it, and it takes as long to load as all the rest of the child.
    from charset_normalizer import from_bytes

    best = from_bytes(data[: limits.CHARSET_SAMPLE_BYTES]).best()
    return best.encoding if best else "cp1252"


def tidy(text: str) -> str:
    """Text a database and a page can hold: lines end in LF; no control characters, no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS)
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def one_line(text: str) -> str:
    """A header, name or subject on one line, without the characters that disguise what one reads."""
    return " ".join(unicodedata.normalize("NFC", tidy(text)).translate(DISGUISES).split())


def safe_filename(name: str) -> str:
    """The sender's name for a file, safe to show and to offer as a download: no folders, no disguises."""
    name = one_line(name)
    name = re.split(r"[/\\]", name)[-1].replace("\x00", "")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .") or name.strip(" ").replace(".", "_")
    if len(name) > FILENAME_CHARACTERS:
        stem, dot, ending = name.rpartition(".")
        ending = ending if dot and len(ending) <= 10 else ""
        name = (stem or name)[: FILENAME_CHARACTERS - len(ending) - 1] + (f".{ending}" if ending else "")
    return name
