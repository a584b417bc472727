"""Mail made to cost time or memory."""

from collections.abc import Callable

from . import packed
from .making import HEAD, WORDS, file_part, multipart, text_part


def _nested(depth: int) -> bytes:
    boundaries = [b"n%d" % number for number in range(depth)]
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (name, name) for name in boundaries
    )
    return HEAD + opened + text_part()


def _enclosed(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + text_part()


def _parameters(count: int) -> bytes:
    names = b";".join(b" name*%d=abcdefgh" % number for number in range(count))
    return HEAD + b"Content-Type: text/plain;" + names + b"\r\n\r\n" + WORDS


def _winmail(rich: bytes) -> bytes:
    rich = rich if rich[8:12] == b"LZFu" else packed.rich_text(rich)
    content = packed.winmail("", [], properties=[(packed.RICH, 0x102, rich)])
    return multipart(b"b", file_part(b"Content-Type: application/ms-tnef", content))


# Mail made to cost. Each is a function, because some are large. Measured with Python's own parser, on one
# core: 20,000 parameters take over 40 seconds, 20,000 addresses 12, and 1,000 nested parts a RecursionError.
COSTLY: dict[str, Callable[[], bytes]] = {
    "content_type_with_20000_parameters": lambda: _parameters(20_000),
    "to_with_20000_addresses": lambda: HEAD + b"To: " + b"a <a@b.example>, " * 15_000 + b"\r\n\r\n" + WORDS,
    "from_of_2000_nested_comments": lambda: (
        HEAD + b"From: " + b"(" * 2_000 + b")" * 2_000 + b" a@b.example\r\n\r\n" + WORDS
    ),
    "to_of_brackets": lambda: HEAD + b"Cc: " + b"(" * 120_000 + b"\r\n\r\n" + WORDS,
    "to_of_closed_brackets": lambda: HEAD + b"Cc: " + b"()" * 100_000 + b"\r\n\r\n" + WORDS,
    "to_of_quotes_and_slashes": lambda: HEAD + b'Cc: "' + b'\\"' * 100_000 + b"\r\n\r\n" + WORDS,
    "to_of_colons": lambda: HEAD + b"Cc: a@b" + b":" * 200_000 + b";\r\n\r\n" + WORDS,
    "subject_of_encoded_words": lambda: HEAD + b"Subject: " + b"=?a?q?" * 40_000 + b"\r\n\r\n" + WORDS,
    "subject_of_spaces": lambda: HEAD + b"Subject: =?a?q?x?=" + b" " * 200_000 + b"x\r\n\r\n" + WORDS,
    "one_header_of_1_mb": lambda: HEAD + b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n" + WORDS,
    "50000_references": lambda: HEAD + b"References:" + b"\r\n <a@b>" * 50_000 + b"\r\n\r\n" + WORDS,
    "100000_parts": lambda: multipart(b"b", *[b"\r\nx"] * 100_000),
    "1000_nested_parts": lambda: _nested(1_000),
    "200_nested_parts": lambda: _nested(200),
    "2000_enclosed_messages": lambda: _enclosed(2_000),
    "100_enclosed_messages": lambda: _enclosed(100),
    "80000_open_divs": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 80_000 + WORDS,
    "a_million_open_comments": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000 + WORDS,
    "a_tag_of_50000_attributes": lambda: (
        HEAD
        + b"Content-Type: text/html\r\n\r\n<p "
        + b"".join(b"a%d=1 " % number for number in range(50_000))
        + b">"
        + WORDS
    ),
    "a_million_open_brackets": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 900_000,
    "1_mb_of_quotation": lambda: HEAD + b"\r\n" + b">" * 1_000_000,
    "attributions_without_end": lambda: HEAD + b"\r\n" + b"On a, b wrote\r\n" * 6_000,
    "one_line_of_on": lambda: HEAD + b"\r\n" + b"On x " * 18_000,
    "sign_offs_without_end": lambda: HEAD + b"\r\n" + b"-- \r\nThanks,\r\n" * 2_500,
    "headers_in_the_text": lambda: HEAD + b"\r\n" + b"From: x\r\n" * 9_000,
    "a_30_mb_line_of_base64": lambda: (
        HEAD + b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJD" * 7_500_000
    ),
    "45_mb_of_text": lambda: HEAD + b"\r\n" + b"Hello, this is a line.\r\n" * 1_900_000,
    "30_mb_of_padding": lambda: (
        HEAD + b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUI=" * 7_500_000
    ),
    "rich_text_without_end": lambda: _winmail(rb"{\a" * 300_000),
    "rich_text_that_unpacks_to_more": lambda: _winmail(packed.rich_text_repeated(b"\\'e0", 100_000)),
    "1_mb_of_begin": lambda: HEAD + b"\r\n" + b"begin 644 a\r\n" * 80_000,
    "utf7": lambda: HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * 200_000,
    "iso2022": lambda: (
        HEAD
        + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
        + b"\x1b$B" * 300_000
        + b"\x1b(B"
        + WORDS
    ),
    "8_bit_noise": lambda: HEAD + b"\r\n" + bytes(range(128, 256)) * 8_000,
}
