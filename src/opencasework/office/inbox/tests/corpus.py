"""Mail that is broken or hostile, made here: one message per malformation, so a failure names it."""

import base64
from collections.abc import Callable

HEAD = (
    b"From: Nia Prys <nia@mail.example>\r\nTo: office@member.example\r\nSubject: Broken\r\n"
    b"Message-ID: <broken@mail.example>\r\nDate: Tue, 3 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)
WORDS = b"My heating has been off since Sunday."


def multipart(boundary: bytes, *parts: bytes, kind: bytes = b"mixed", closed: bool = True) -> bytes:
    """A message of these parts, each with its own headers."""
    head = HEAD + b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    return head + body + (b"--%s--\r\n" % boundary if closed else b"")


def text_part(text: bytes = WORDS) -> bytes:
    """A plain-text part."""
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text


def file_part(headers: bytes, content: bytes = b"%PDF-1.4 x") -> bytes:
    """A part in base64 under the given headers."""
    return headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


# Every one of these holds WORDS, and a reader should find them.
READABLE: dict[str, bytes] = {
    "no_mime": HEAD.replace(b"MIME-Version: 1.0\r\n", b"") + b"\r\n" + WORDS,
    "unix_lines": (HEAD + b"\r\n" + WORDS).replace(b"\r\n", b"\n"),
    "mac_lines_in_body": HEAD + b"\r\nDear Sir\r\r" + WORDS + b"\r",
    "empty_lines_first": b"\r\n\r\n" + HEAD + b"\r\n" + WORDS,
    "byte_order_mark_first": b"\xef\xbb\xbf" + HEAD + b"\r\n" + WORDS,
    "mbox_line_first": b"From nia@mail.example Tue Nov  3 10:00:00 2026\n" + HEAD + b"\r\n" + WORDS,
    "no_empty_line_before_body": HEAD + b"this line is no header\r\n" + WORDS,
    "unknown_charset": HEAD + b"Content-Type: text/plain; charset=x-klingon\r\n\r\n" + WORDS,
    "codec_that_is_no_charset": HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n" + WORDS,
    "charset_with_a_nul": HEAD + b'Content-Type: text/plain; charset="a\0b"\r\n\r\n' + WORDS,
    "nul_in_body": HEAD + b"\r\n\0" + WORDS + b"\0",
    "broken_base64": HEAD
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(WORDS).replace(b"=", b"")
    + b"\r\n!!!",
    "broken_quoted_printable": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ "
    + WORDS
    + b"=",
    "unknown_transfer_encoding": HEAD + b"Content-Transfer-Encoding: 9bit\r\n\r\n" + WORDS,
    "boundary_never_closed": multipart(b"b", text_part(), closed=False),
    "boundary_missing": HEAD
    + b"Content-Type: multipart/mixed\r\n\r\n--b\r\n"
    + text_part()
    + b"\r\n--b--\r\n",
    "boundary_wrong": multipart(b"b", text_part()).replace(b'boundary="b"', b'boundary="c"'),
    "multipart_that_is_plain": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + WORDS,
    "content_type_nonsense": HEAD + b"Content-Type: ;;;=;\r\n\r\n" + WORDS,
    "content_type_text": HEAD + b"Content-Type: text\r\n\r\n" + WORDS,
    "two_content_types": HEAD + b"Content-Type: text/plain\r\nContent-Type: application/pdf\r\n\r\n" + WORDS,
    "alternative_with_empty_text": multipart(
        b"b", text_part(b"  "), b"Content-Type: text/html\r\n\r\n<p>" + WORDS, kind=b"alternative"
    ),
    "html_only": HEAD + b"Content-Type: text/html\r\n\r\n<html><head><style>p{}</style><p>" + WORDS + b"<br>",
    "html_never_closed": HEAD + b"Content-Type: text/html\r\n\r\n<div><b>" + WORDS + b"<!-- <a href='",
    "signed": multipart(
        b"b",
        text_part(),
        file_part(b"Content-Type: application/pkcs7-signature; name=smime.p7s"),
        kind=b"signed",
    ),
    "message_id_nonsense": HEAD.replace(b"<broken@mail.example>", b"<a@[") + b"\r\n" + WORDS,
    "date_nonsense": HEAD.replace(b"Tue, 3 Nov 2026", b"Blursday 99 Foo") + b"\r\n" + WORDS,
    "date_of_year_zero": HEAD.replace(b"3 Nov 2026", b"0 Jan 0000") + b"\r\n" + WORDS,
    "folded_with_nothing": HEAD + b"X-Folded:\r\n \r\n\t\r\n\r\n" + WORDS,
    "same_header_a_thousand_times": HEAD + b"X-Same: a\r\n" * 1000 + b"\r\n" + WORDS,
    "address_nonsense": HEAD + b'Cc: "<(@;:,>>"<<>, (((, "never closed <a@b\r\n\r\n' + WORDS,
    "encoded_word_nonsense": HEAD + b"Comments: =?utf-8?B?!!!?= =?x?q?==?= =?utf-8?Q?=Z?=\r\n\r\n" + WORDS,
    "rfc2231_nonsense": multipart(
        b"b", text_part(), file_part(b"Content-Type: image/png; name*9*=x''%ZZ; name*0*='''; name*=%")
    ),
    "delivery_report": multipart(
        b"b", text_part(), b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n", kind=b"report"
    ),
    "message_in_message": multipart(
        b"b", text_part(), b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\nx"
    ),
    "message_in_message_in_base64": multipart(b"b", text_part(), file_part(b"Content-Type: message/rfc822")),
}


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


# Mail made to cost. Each is a function, because some are large. Measured with Python's own parser, on one
# core: 20,000 parameters take over 40 seconds, 20,000 addresses 12, and 1,000 nested parts a RecursionError.
COSTLY: dict[str, Callable[[], bytes]] = {
    "content_type_with_20000_parameters": lambda: _parameters(20_000),
    "to_with_20000_addresses": lambda: HEAD + b"To: " + b"a <a@b.example>, " * 15_000 + b"\r\n\r\n" + WORDS,
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
