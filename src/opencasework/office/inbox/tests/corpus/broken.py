"""Mail that is broken: one message per malformation, so a failure names it."""

import base64

from .making import HEAD, WORDS, file_part, multipart, text_part

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
    "number_of_thousands_of_digits": HEAD
    + b"Content-Type: text/html\r\n\r\n<p>&#"
    + b"9" * 5_000
    + b";</p><p>"
    + WORDS,
    "thousands_of_rules": HEAD + b"\r\n" + WORDS + b"\r\n" + b"__________\r\n" * 3_000,
    "thousands_of_signature_marks": HEAD + b"\r\n" + WORDS + b"\r\n" + b"--\r\n" * 20_000,
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
