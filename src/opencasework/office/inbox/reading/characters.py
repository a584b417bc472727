"""Bytes to text when the label may be missing, wrong or hostile. Nothing here raises on any input."""

import codecs
import re
import unicodedata
from functools import lru_cache

from . import guessing, limits

# Codecs that are no character sets of mail, or whose decoding is quadratic.
NOT_FOR_MAIL = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"}
# What a label means in practice, as browsers and mail programs read it. Where programs write more than the
# standard has, the wider sets follow, to be tried in turn.
MEANT: dict[str, tuple[str, ...]] = {
    "iso8859-1": ("cp1252",),
    "ascii": ("",),  # no byte above 127 is in it: whoever wrote one under this label set none
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "euc_kr": ("cp949",),
    "iso8859-9": ("cp1254",),
    "iso8859-11": ("cp874",),
    "tis-620": ("cp874",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "cp932": ("cp932", "shift_jis_2004"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
    "iso2022_jp": ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext"),
    "big5": ("big5hkscs", "cp950"),
    "cp950": ("cp950", "big5hkscs"),
}
SPELLINGS = {
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2": "utf-16",
    "unicode": "utf-16",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "windows-31j": "cp932",
    "ansi": "cp1252",
    "utf8mb4": "utf-8",
    "utf": "utf-8",
}
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
C1 = re.compile("[\x80-\x9f]")  # controls that nobody writes: Windows has letters and marks there
# Control characters other than TAB and LF; a database refuses the first of them.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
# Characters that turn the reading direction round or cannot be seen: they disguise names.
DISGUISES = dict.fromkeys(
    [0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
LINE_ENDS = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
FILENAME_CHARACTERS = 150
PATH = re.compile(r"(?:[A-Za-z]:|~|\.{1,2}|[a-z]{2,10}:/)?[/\\]")
RARE = 10  # in so many bytes not more than one of them
SHIFTED = re.compile(r"\+[A-Za-z0-9/+]++-?")  # what is not ASCII in UTF-7
HIGH_PAIR = re.compile(rb"[\x80-\xff]{2}")
ONE_BYTE = re.compile(r"cp125\d|iso8859|koi8|mac-")


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: how lists of names are written in these modules."""
    return frozenset(text.split())


@lru_cache(256)
def codec_named(label: str) -> str:
    """The Python codec a charset label means, or "" when there is none that mail may use."""
    label = label.strip().strip("\"'").lower()[:40]
    short = label.removeprefix("x-")
    for spelling in (label, short, re.sub(r"^(cp|ibm|windows|win)[-_ ]?(?=\d)", "cp", short)):
        try:
            name = codecs.lookup(SPELLINGS.get(spelling, spelling)).name
        except (LookupError, ValueError, UnicodeError):
            continue
        return "" if name in NOT_FOR_MAIL or not _decodes_bytes(name) else MEANT.get(name, (name,))[0]
    return ""


def decode(data: bytes, charset: str = "", *, otherwise: str = "") -> str:
    """Decode what should be in `charset`. Where it is not: as UTF-8, `otherwise`, or by a guess."""
    labelled = codec_named(charset) if charset else ""
    for mark, name in MARKS:
        if data.startswith(mark):
            data, labelled = data[len(mark) :], name
    writes_in_ascii = labelled.startswith(("utf-7", "utf-16", "utf-32", "hz")) or b"\x1b" in data
    if data.isascii() and not writes_in_ascii:
        return tidy(data.decode("ascii"))
    if labelled == "utf-16":
        labelled = _byte_order(data)
    text = _exactly(data, labelled)
    if text is not None:
        return tidy(text)
    return tidy(_roughly(data, labelled, codec_named(otherwise) if otherwise else ""))


def _exactly(data: bytes, labelled: str) -> str | None:
    """The text, where it is in its charset, or one like it, or in UTF-8, to the byte."""
    if ONE_BYTE.match(labelled) and (text := _utf8_after_all(data)) is not None:
        return text
    if labelled in ("gb18030", "cp949") and not HIGH_PAIR.search(data):
        high = len(data) - len(data.translate(None, guessing.HIGH))
        if high * RARE < len(data):
            return _windows(data)  # one byte each, here and there, as in "haven\x92t": no Chinese, no Korean
    for name in (*_wider(labelled), "iso2022_jp" if b"\x1b$" in data else ""):
        # Windows-1252 decodes nearly everything, so valid UTF-8 under that label is more likely UTF-8.
        text = None if name == "cp1252" else _strictly(data, name)
        if text is not None:
            return text
    if labelled == "utf-7" and data.isascii():
        return SHIFTED.sub(_unshifted, data.decode("ascii"))
    # Windows writes characters of its own in Japanese, such as ①, where a newer standard put the same.
    newer = data.replace(b"\x1b$B", b"\x1b$(Q")
    text = _strictly(newer, "iso2022_jp_2004") if newer != data else None
    return _strictly(data, "utf-8") if text is None else text


def _utf8_after_all(data: bytes) -> str | None:
    """Valid UTF-8 under the label of a charset of single bytes, in which hardly any text happens to be that.

    Two such bytes alone may be a word in Cyrillic letters, such as "Ні".
    """
    text = _strictly(data, "utf-8")
    if text is None or C1.search(text):
        return None
    return text if len(data) - len(text) > 1 or max(text) < "\u0180" else None


def _wider(labelled: str) -> tuple[str, ...]:
    return next((names for names in MEANT.values() if names[0] == labelled and len(names) > 1), (labelled,))


def _roughly(data: bytes, labelled: str, otherwise: str) -> str:
    """What is neither in its charset nor in UTF-8: damaged text under a true label, or a label that lies."""
    if labelled == "cp1252":
        return _western(data)
    if labelled:
        text = data.decode(labelled, "replace")
        whole = text.rstrip()[:-1]
        if labelled == "utf-8" and "\ufffd" not in whole and not whole.isascii():
            return text  # cut in the middle of its last letter
        high = len(data) - len(data.translate(None, guessing.HIGH))
        if text.count("\ufffd") * 4 <= high or labelled not in ("utf-8", "utf-7"):
            return text
    if otherwise and otherwise not in ("cp1252", "utf-8"):
        text = data.decode(otherwise, "replace")
        if "\ufffd" not in text:
            return text
    if labelled or otherwise:
        return _western(data)
    guessed = guessing.charset_of(data)
    return _windows(data) if guessed == "cp1252" else data.decode(guessed, "replace")


def _unshifted(run: re.Match[str]) -> str:
    """A piece of UTF-7, where it is one: a signature that stands in it has such pieces by chance."""
    text = _strictly(run[0].encode(), "utf-7")
    return text if text and text.isprintable() and max(text) < "\u2100" else run[0]


def _western(data: bytes) -> str:
    """What is labelled as Western, or in doubt to be taken for it; some programs label all they write so."""
    other = guessing.not_western(data[: limits.CHARSET_SAMPLE_BYTES])
    return data.decode(other, "replace") if other else _windows(data)


def _windows(data: bytes) -> str:
    """Windows-1252 as browsers read it: the five bytes it leaves out are controls, nothing is replaced."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(
            chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
            for byte in data
        )


def is_utf8(data: bytes) -> bool:
    """Whether every byte of it can be UTF-8, as all of ASCII can."""
    return data.isascii() or _strictly(data, "utf-8") is not None


def _byte_order(data: bytes) -> str:
    """Which UTF-16 a text without a mark is in: where its letters are mostly Latin, the zeros tell."""
    return "utf-16-be" if data[:2000:2].count(0) > data[1:2000:2].count(0) else "utf-16-le"


def _strictly(data: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return data.decode(name)
    except (LookupError, ValueError, AssertionError):
        return None


def _decodes_bytes(name: str) -> bool:
    try:
        return isinstance(b"".decode(name), str)
    except (LookupError, ValueError, AssertionError):
        return False


def tidy(text: str) -> str:
    """Text a database and a page can hold: lines end in LF; no control characters, no half characters."""
    if "\r" in text:
        # Two before the line feed: somebody made CRLF of what was CRLF already.
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():  # a long text is never quite printable, a header nearly always is
        text = CONTROL.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def seen(text: str) -> str:
    """A header on one line, its spaces kept, without the characters that disguise what one reads."""
    if text.isascii() and text.isprintable():  # as nearly all are
        return text.strip()
    text = tidy(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(DISGUISES)
    return LINE_ENDS.sub(" ", text).strip()


def one_line(text: str) -> str:
    """A name or an address on one line, one space between words, without disguises."""
    return " ".join(seen(text).split())


def safe_filename(name: str) -> str:
    """The sender's name for a file, safe to show and to offer as a download: no folders, no disguises."""
    name = named_file(name)
    name = re.sub(r'[<>:"|?*/]', "_", name).strip(" .") or name.strip(" ").replace(".", "_")
    if len(name) > FILENAME_CHARACTERS:
        stem, dot, ending = name.rpartition(".")
        ending = ending if dot and len(ending) <= 10 else ""
        name = (stem or name)[: FILENAME_CHARACTERS - len(ending) - 1] + (f".{ending}" if ending else "")
    return name


def named_file(name: str) -> str:
    """The sender's name for a file as it was meant, without the folders it lay in.

    A stroke in the middle may be part of the name: "Report 1/2.pdf".
    """
    name = seen(name).rstrip("/\\ ")
    parts = re.split(r"[/\\]" if PATH.match(name) else r"\\", name)
    return parts[-1].strip()[:1000]
