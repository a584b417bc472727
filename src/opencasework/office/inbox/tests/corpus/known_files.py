"""The files in a mail: named in all the ways mailers do, packed in all the ways they came to be packed."""

import base64
import binascii
from typing import Any

from . import packed
from .making import HEAD, WORDS, file_part, multipart, text_part, typed

SAID = WORDS.decode()
PDF = b"%PDF-1.4 x"  # what `file_part` holds


def _named(head: str | bytes) -> bytes:
    return multipart(b"b", text_part(), file_part(head.encode() if isinstance(head, str) else head))


def _called(head: str | bytes, name: str) -> tuple[bytes, dict[str, Any]]:
    return _named(head), {"text": SAID, "attachments": [(name, len(PDF))]}


def _attached(parameters: str) -> str:
    return f"Content-Disposition: attachment; {parameters}"


def _uu(name: str, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


def _yenc(name: str, content: bytes) -> bytes:
    out = bytearray()
    for byte in content:
        coded = (byte + 42) % 256
        out += bytes([0x3D, (coded + 64) % 256]) if coded in (0, 10, 13, 0x3D) else bytes([coded])
    return (
        b"=ybegin line=128 size=%d name=%s\r\n" % (len(content), name.encode())
        + bytes(out)
        + b"\r\n=yend size=1\r\n"
    )


DATA = bytes(range(256)) * 3
INSIDE = b"From: Ana <ana@mail.example>\r\nSubject: The lease\r\n\r\nIt ends in May.\r\n"
INVITATION = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Surgery\\, Saturday\r\nDTSTART:20261114T100000Z\r\n"
    "LOCATION:Neu\r\n add\r\nORGANIZER;CN=Nia Prys:mailto:nia@mail.example\r\nBEGIN:VALARM\r\n"
    "DESCRIPTION:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
SIGNED_MAIL = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + WORDS + b"\r\n"
B64 = b"Content-Transfer-Encoding: base64"
RTF = rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag <p>}It is \'e0 wet\htmlrtf \par\htmlrtf0 {\*\htmltag </p>}}"

NAMES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "name_plain": _called(_attached('filename="letter.pdf"'), "letter.pdf"),
    "name_not_set_in_below_one_that_is": _called(
        "Content-Disposition: attachment;\r\n\tsize=10;\r\nfilename=letter.pdf", "letter.pdf"
    ),
    "name_unquoted_with_spaces": _called(_attached("filename=My letter.pdf; size=10"), "My letter.pdf"),
    "name_without_attachment": _called('Content-Disposition: filename="letter.pdf"', "letter.pdf"),
    "name_in_single_quotes": _called(_attached("filename='letter.pdf'"), "letter.pdf"),
    "name_of_the_type": _called("Content-Type: application/pdf; name=form.pdf", "form.pdf"),
    "name_of_both": _called('Content-Type: application/pdf; name="a.pdf"\r\n' + _attached('filename="b.pdf"'), "b.pdf"),
    "name_in_the_wrong_header": _called(_attached("name=form.pdf"), "form.pdf"),
    "name_without_semicolon": _called('Content-Type: application/pdf\r\n\tname="form.pdf"', "form.pdf"),
    "name_rfc2231": _called(_attached("filename*=utf-8''T%C5%B7%20a.pdf"), "Tŷ a.pdf"),
    "name_rfc2231_without_its_asterisk": _called(_attached("filename=UTF-8''T%C5%B7%20a.pdf"), "Tŷ a.pdf"),
    "name_rfc2231_latin": _called(_attached("filename*=iso-8859-1'cy'T%F4.pdf"), "Tô.pdf"),
    "name_rfc2231_and_plain": _called(_attached("filename=\"Ty.pdf\"; filename*=utf-8''T%C5%B7.pdf"), "Tŷ.pdf"),
    "name_in_pieces": _called(_attached('filename*0="a long "; filename*1="name.pdf"'), "a long name.pdf"),
    "name_in_pieces_out_of_order": _called(_attached("filename*1*=%B7.pdf; filename*0*=utf-8''T%C5"), "Tŷ.pdf"),
    "name_in_pieces_of_words": _called(_attached('filename*0="=?utf-8?B?VMW3L"; filename*1="nBkZg==?="'), "Tŷ.pdf"),
    "name_encoded_word": _called(_attached('filename="=?utf-8?B?VMW3LnBkZg==?="'), "Tŷ.pdf"),
    "name_encoded_words_folded": _called(_attached('filename="=?utf-8?Q?T=C5=B7?=\r\n =?utf-8?Q?_a.pdf?="'), "Tŷ a.pdf"),
    "name_encoded_word_unquoted": _called(_attached("filename==?utf-8?Q?T=C5=B7=2Epdf?="), "Tŷ.pdf"),
    "name_raw_utf8": _called(_attached('filename="Tŷ.pdf"'), "Tŷ.pdf"),
    "name_raw_latin": _called(b'Content-Disposition: attachment; filename="T\xf4.pdf"', "Tô.pdf"),
    "name_with_quotes": _called(_attached(r'filename="a \"b\".pdf"'), 'a "b".pdf'),
    "name_with_a_semicolon": _called(_attached('filename="a;b.pdf"'), "a;b.pdf"),
    "name_never_closed": _called(_attached('filename="letter.pdf'), "letter.pdf"),
    "name_with_a_windows_path": _called(_attached(r'filename="C:\files\letter.pdf"'), "letter.pdf"),
    "name_with_a_path": _called(_attached('filename="../../etc/passwd"'), "passwd"),
    "name_with_a_path_of_unix": _called(_attached('filename="/post/nia/letter.pdf"'), "letter.pdf"),
    "name_with_a_stroke": _called(_attached('filename="Report 1/2.pdf"'), "Report 1/2.pdf"),
    "name_raw_chinese": (
        multipart(
            b"b",
            b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "你好".encode("gb2312"),
            file_part(b'Content-Disposition: attachment; filename="\xbb\xe1\xd2\xe9.pdf"'),
        ),
        {"text": "你好", "attachments": [("会议.pdf", len(PDF))]},
    ),
    "name_of_its_place_on_the_web": _called(
        "Content-Type: image/png\r\nContent-Location: http://a.example/b/Photo25.png", "Photo25.png"
    ),
    "name_of_its_place": _called("Content-Type: image/png\r\nContent-Location: Photo25.png", "Photo25.png"),
    "name_in_the_description": _called("Content-Type: image/png\r\nContent-Description: Photo 25.png", "Photo 25.png"),
    "name_none": _called("Content-Type: application/pdf", ""),
}  # fmt: skip

FILES: dict[str, tuple[bytes, dict[str, Any]]] = NAMES | {
    "inline_picture": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: image/png; name=a.png\r\nContent-Disposition: inline"),
        ),
        {"text": SAID, "attachments": [("a.png", 10)]},
    ),
    "text_file_attached": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nmore",
        ),
        {"text": SAID, "attachments": [("a.txt", 4)]},
    ),
    "text_file_inline": (
        multipart(b"b", text_part(), b"Content-Type: text/plain; name=a.txt\r\n\r\nmore"),
        {"text": SAID, "attachments": [("a.txt", 4)]},
    ),
    "text_file_to_be_shown": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: text/plain\r\nContent-Disposition: inline; filename=a.txt\r\n\r\nmore",
        ),
        {"text": SAID, "attachments": [("a.txt", 4)]},
    ),
    "text_with_a_name_and_no_other": (
        typed("text/plain; name=mail.txt", WORDS),
        {"text": SAID, "attachments": [("mail.txt", len(WORDS))]},
    ),
    "only_a_file": (
        typed("application/pdf; name=a.pdf", base64.encodebytes(PDF), B64),
        {"text": "", "attachments": [("a.pdf", 10)]},
    ),
    "empty_file": (
        multipart(b"b", text_part(), b"Content-Type: image/png; name=a.png\r\n\r\n"),
        {"attachments": [("a.png", 0)]},
    ),
    "file_before_the_text": (
        multipart(b"b", file_part(b"Content-Type: image/png; name=a.png"), text_part()),
        {"text": SAID, "attachments": [("a.png", 10)]},
    ),
    "text_between_files": (
        multipart(
            b"b", text_part(b"One"), file_part(b"Content-Type: image/png; name=a.png"), text_part(b"Two")
        ),
        {"text": "One\n\nTwo", "attachments": [("a.png", 10)]},
    ),
    "picture_of_the_html": (
        multipart(
            b"b",
            b'Content-Type: text/html\r\n\r\n<p>Look <img src="cid:p@m">',
            file_part(b"Content-Type: image/png; name=p.png\r\nContent-ID: <p@m>"),
            kind=b"related",
        ),
        {"text": "Look", "attachments": [("p.png", 10)]},
    ),
    "html_of_nothing_but_a_picture": (
        multipart(
            b"b",
            b'Content-Type: text/html\r\n\r\n<img src="cid:p@m">',
            file_part(b"Content-Type: image/png; name=p.png"),
        ),
        {"text": "", "html": '<img src="cid:p@m">', "attachments": [("p.png", 10)]},
    ),
    "mail_in_the_mail": (
        multipart(b"b", text_part(), b"Content-Type: message/rfc822\r\n\r\n" + INSIDE),
        {"text": SAID, "attachments": [("", len(INSIDE))]},
    ),
    "mail_in_the_mail_in_base64": (
        multipart(b"b", text_part(), file_part(b"Content-Type: message/rfc822; name=lease.eml", INSIDE)),
        {"text": SAID, "attachments": [("lease.eml", len(INSIDE))]},
    ),
    "digest": (
        multipart(b"b", b"\r\n" + INSIDE, b"\r\n" + INSIDE, kind=b"digest"),
        {"text": "", "attachments": [("", len(INSIDE)), ("", len(INSIDE))]},
    ),
    "delivery_report": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n",
            kind=b"report",
        ),
        {"text": SAID, "attachments": [("", 16)]},
    ),
    "uuencoded_part": (
        typed("application/octet-stream", _uu("data.bin", DATA), b"Content-Transfer-Encoding: x-uuencode"),
        {"text": "", "attachments": [("data.bin", len(DATA))]},
    ),
    "uuencoded_in_the_text": (
        typed("text/plain", b"Here it is:\n\n" + _uu("data.bin", DATA) + b"\nNia\n"),
        {"text": "Here it is:\n\n\nNia", "attachments": [("data.bin", len(DATA))]},
    ),
    "uuencoded_not_at_all": (
        typed("text/plain", "begin 644 tomorrow\nand we shall see"),
        {"text": "begin 644 tomorrow\nand we shall see", "attachments": []},
    ),
    "yenc_in_the_text": (
        typed("text/plain; charset=iso-8859-1", b"Here it is:\r\n" + _yenc("data.bin", DATA) + b"Nia"),
        {"text": "Here it is:\nNia", "attachments": [("data.bin", len(DATA))]},
    ),
    "winmail": (
        multipart(
            b"b",
            text_part(),
            file_part(
                b"Content-Type: application/ms-tnef; name=winmail.dat",
                packed.winmail("Packed", [("Llythyr tŷ.pdf", DATA)]),
            ),
        ),
        {"text": SAID, "attachments": [("Llythyr tŷ.pdf", len(DATA))]},
    ),
    "winmail_with_the_only_text": (
        typed("application/ms-tnef", base64.encodebytes(packed.winmail("It is all packed.", [])), B64),
        {"text": "It is all packed.", "attachments": []},
    ),
    "winmail_with_rich_text": (
        typed(
            "application/ms-tnef",
            base64.encodebytes(
                packed.winmail("", [], properties=[(packed.RICH, 0x102, packed.rich_text(RTF))])
            ),
            B64,
        ),
        {"text": "It is à wet", "attachments": []},
    ),
    "winmail_damaged": (
        multipart(b"b", text_part(), file_part(b"Content-Type: application/ms-tnef; name=winmail.dat")),
        {"text": SAID, "attachments": [("winmail.dat", 10)]},
    ),
    "signed_in_an_envelope": (
        typed("application/pkcs7-mime; name=smime.p7m", base64.encodebytes(packed.signed(SIGNED_MAIL)), B64),
        {
            "text": SAID,
            "attachments": [("smime.p7m", len(packed.signed(SIGNED_MAIL)))],
            "protection": "signed-smime",
        },
    ),
    "signed_in_an_envelope_in_pieces": (
        typed(
            "application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m",
            base64.encodebytes(packed.signed(SIGNED_MAIL, in_pieces=True)),
            B64,
        ),
        {"text": SAID, "protection": "signed-smime"},
    ),
    "signed_in_a_file_of_octets": (
        typed(
            "application/octet-stream; name=smime.p7m", base64.encodebytes(packed.signed(SIGNED_MAIL)), B64
        ),
        {
            "text": SAID,
            "attachments": [("smime.p7m", len(packed.signed(SIGNED_MAIL)))],
            "protection": "signed-smime",
        },
    ),
    "encrypted_in_a_file_of_octets": (
        typed("application/octet-stream; name=smime.p7m", base64.encodebytes(packed.enveloped(b"xyz")), B64),
        {"text": "", "protection": "encrypted-smime"},
    ),
    "encrypted_file_beside_words": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: application/octet-stream; name=old.p7m", packed.enveloped(b"xyz")),
        ),
        {"text": SAID, "protection": ""},
    ),
    "signed_in_base64_that_nobody_named": (
        typed("application/pkcs7-mime; name=smime.p7m", base64.encodebytes(packed.signed(SIGNED_MAIL))),
        {"text": SAID, "protection": "signed-smime"},
    ),
    "compressed": (
        typed(
            "application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z",
            base64.encodebytes(packed.compressed(SIGNED_MAIL)),
            B64,
        ),
        {"text": SAID, "protection": ""},
    ),
    "compressed_and_signed": (
        typed(
            "application/pkcs7-mime; name=smime.p7m",
            base64.encodebytes(
                packed.compressed(
                    b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
                    b"Content-Transfer-Encoding: base64\r\n\r\n"
                    + base64.encodebytes(packed.signed(SIGNED_MAIL))
                )
            ),
            B64,
        ),
        {"text": SAID, "protection": "signed-smime"},
    ),
    "signature_in_a_file_of_octets": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: application/octet-stream; name=smime.p7s", packed.signed(b"")),
        ),
        {"text": SAID, "protection": "signed-smime"},
    ),
    "signed_by_pgp_with_no_protocol": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: application/pgp-signature; name=signature.asc"),
            kind=b"signed",
        ),
        {"text": SAID, "attachments": [("signature.asc", 10)], "protection": "signed-pgp"},
    ),
    "signed_beside": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: application/pkcs7-signature; name=smime.p7s"),
            kind=b"signed",
        ),
        {"text": SAID, "attachments": [("smime.p7s", 10)], "protection": "signed-smime"},
    ),
    "invitation": (
        typed("text/calendar; method=REQUEST; charset=utf-8", INVITATION),
        {
            "text": "Surgery, Saturday\nWhen: 14/11/2026 10:00 UTC\nWhere: Neuadd\nFrom: Nia Prys <nia@mail.example>",
            "attachments": [("", len(INVITATION))],
        },
    ),
    "invitation_beside_a_text": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: text/calendar; name=invite.ics\r\n\r\n" + INVITATION.encode(),
            kind=b"alternative",
        ),
        {"text": SAID, "attachments": [("invite.ics", len(INVITATION))]},
    ),
    "forms_of_a_text_that_have_names": (
        multipart(
            b"b",
            b"Content-Type: text/plain; name=text.txt\r\n\r\n" + WORDS,
            b"Content-Type: text/html; name=text.html\r\n\r\n<p>Formatted",
            kind=b"alternative",
        ),
        {"text": SAID, "attachments": []},
    ),
    "file_with_a_footer_of_a_list": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: application/pdf; name=a.pdf") + b"\r\n-- \r\nA list of members\r\n",
        ),
        {"text": SAID, "attachments": [("a.pdf", len(PDF))]},
    ),
    "file_of_text_with_a_footer_of_a_list": (
        multipart(
            b"b",
            text_part(),
            file_part(b"Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment")
            + b"\r\n-- \r\nA list of members\r\n",
        ),
        {"text": SAID, "attachments": [("a.csv", len(PDF))]},
    ),
    "file_that_is_inline_and_attached": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: text/plain\r\nContent-Disposition: inline\r\n"
            b"Content-Disposition: attachment; filename=rent.txt\r\n\r\nJune: 600",
        ),
        {"text": SAID, "attachments": [("rent.txt", 9)]},
    ),
    "file_before_a_closing_boundary_with_more": (
        multipart(b"b", text_part(), file_part(b"Content-Type: image/png; name=a.png")).removesuffix(b"\r\n")
        + b">\r\nSent by a machine.\r\n",
        {"text": SAID, "attachments": [("a.png", len(PDF))]},
    ),
    "file_type_in_capitals": (
        multipart(b"b", text_part(), file_part(b'CONTENT-TYPE: Application/PDF; NAME="a.pdf"')),
        {"attachments": [("a.pdf", 10)]},
    ),
    "parts_in_unix_lines": (
        multipart(b"b", text_part(), b"Content-Type: message/rfc822\r\n\r\n" + INSIDE).replace(
            b"\r\n", b"\n"
        ),
        {"text": SAID, "attachments": [("", len(INSIDE.replace(b"\r\n", b"\n")))]},
    ),
    "outer_boundary_ends_the_inner": (
        multipart(
            b"a",
            multipart(b"b", text_part(), closed=False)[len(HEAD) :],
            file_part(b"Content-Type: image/png; name=a.png"),
        ),
        {"text": SAID, "attachments": [("a.png", 10)]},
    ),
}
