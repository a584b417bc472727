"""Mail as mailing lists, their archives and older programs leave it."""

import base64
from typing import Any

from . import packed
from .making import HEAD, WORDS, mail, multipart, text_part, typed

SAID = WORDS.decode()
NIA = "Nia Prys <nia@mail.example>"
B64 = b"Content-Transfer-Encoding: base64"
DAMP_IN_RUSSIAN = "У нас дома сырость, и совет не отвечает."
DAMP_IN_CHINESE = "我們的房子很潮濕，市議會沒有回覆我的信。"
FOOTER = b'Content-Type: text/plain; name="footer.txt"\r\nContent-Disposition: inline; filename="footer.txt"\r\n\r\n'
SIGNED_FILE = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.4 x\r\n"
SEAL = "-----BEGIN PGP SIGNATURE-----\r\n\r\niQIz+1fkWe/w+PEhOx7gyMj\r\n-----END PGP SIGNATURE-----"


def _from(value: str) -> bytes:
    return mail(f"From: {value}\nTo: office@member.example\nSubject: Damp")


LISTS: dict[str, tuple[bytes, dict[str, Any]]] = {
    # --- people in public archives, where no machine is to collect them
    "from_in_an_archive": (_from("nia at mail.example (Nia Prys)"), {"from": NIA}),
    "from_in_an_archive_encoded": (
        _from("nia at mail.example (=?iso-8859-1?Q?Si=E2n_Prys?=)"),
        {"from": "Siân Prys <nia@mail.example>"},
    ),
    "from_in_an_archive_in_angles": (_from("Nia Prys <nia at mail.example>"), {"from": NIA}),
    "from_in_an_archive_without_a_name": (_from("nia at mail.example"), {"from": "nia@mail.example"}),
    "from_a_name_with_the_word_at": (_from("Advice at Home"), {"from": "Advice at Home"}),
    # --- charsets under labels that cannot be
    "russian_called_western": (
        typed("text/plain; charset=iso-8859-1", DAMP_IN_RUSSIAN.encode("cp1251")),
        {"text": DAMP_IN_RUSSIAN},
    ),
    "russian_of_unix_called_western": (
        typed("text/plain; charset=windows-1252", DAMP_IN_RUSSIAN.encode("koi8-r")),
        {"text": DAMP_IN_RUSSIAN},
    ),
    "subject_russian_in_western_mail": (
        mail(
            b"From: nia@mail.example\nSubject: "
            + "Сырость в доме".encode("cp1251")
            + b"\nMIME-Version: 1.0\n"
            b"Content-Type: text/plain; charset=iso-8859-1",
            b"Damp.",
        ),
        {"subject": "Сырость в доме", "text": "Damp."},
    ),
    "chinese_called_western": (
        typed("text/plain; charset=iso-8859-1", DAMP_IN_CHINESE.encode("big5")),
        {"text": DAMP_IN_CHINESE},
    ),
    "french_is_western": (
        typed("text/plain; charset=iso-8859-1", ("à été gêné où ça? " * 9).encode("latin-1")),
        {"text": ("à été gêné où ça? " * 9).rstrip()},
    ),
    "western_that_only_looks_russian": (
        typed("text/plain; charset=iso-8859-1", "àéî ·········· ¯¯¯¯¯¯¯¯¯¯".encode("latin-1")),
        {"text": "àéî ·········· ¯¯¯¯¯¯¯¯¯¯"},
    ),
    "sender_too_short_to_tell_but_for_the_subject": (
        mail(
            b"From: "
            + "我的".encode("big5")
            + b" <nia@mail.example>\nTo: office@member.example\nSubject: "
            + DAMP_IN_CHINESE.encode("big5"),
            b"Damp.",
        ),
        {"from": "我的 <nia@mail.example>", "subject": DAMP_IN_CHINESE},
    ),
    "english_called_chinese": (
        typed("text/plain; charset=gb2312", b"I haven\x92t had any heating since Sunday \x96 please help."),
        {"text": "I haven’t had any heating since Sunday – please help."},
    ),
    "utf7_with_a_signature_that_is_none": (
        typed("text/plain; charset=utf-7", f"+AD4 Is it damp?\r\n+AEE-ye, it is.\r\n{SEAL}"),
        {"text": f"> Is it damp?\nAye, it is.\n{SEAL}".replace("\r\n", "\n")},
    ),
    # --- text, and what is none
    "flowed_as_quoted": (
        typed(
            "text/plain; format=flowed", ">>Is it \r\n>>damp?\r\n>\r\n> Yes, it \r\n> is.\r\nDid they come?"
        ),
        {"text": ">>Is it damp?\n>\n> Yes, it is.\nDid they come?"},
    ),
    "footer_of_a_list_with_a_name": (
        multipart(b"b", text_part(), FOOTER + b"Residents list"),
        {"text": SAID, "attachments": [("footer.txt", 14)]},
    ),
    "text_to_which_its_program_gave_a_name": (
        multipart(
            b"b", FOOTER.replace(b"footer", b"mail") + WORDS, b"Content-Type: text/plain\r\n\r\nA list"
        ),
        {"text": f"{SAID}\n\nA list", "attachments": [("mail.txt", len(WORDS))]},
    ),
    "picture_called_text": (
        typed("text/plain; name=note.txt", base64.encodebytes(b"GIF89a" + bytes(range(90))), B64),
        {"text": "", "attachments": [("note.txt", 96)]},
    ),
    "text_of_a_telephone": (
        multipart(
            b"b",
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Location: text.txt\r\n\r\n" + WORDS,
            b"Content-Type: image/jpeg\r\nContent-Location: photo.jpg\r\n" + B64 + b"\r\n\r\nAAAA",
        ),
        {"text": SAID, "attachments": [("photo.jpg", 3)]},
    ),
    "one_word_called_base64": (typed("text/plain", b"Hello", B64), {"text": "Hello"}),
    "signature_that_repeats_what_it_signs": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
            + B64
            + b"\r\n\r\n"
            + base64.encodebytes(packed.signed(SIGNED_FILE)),
        ),
        {"text": SAID, "attachments": [("smime.p7s", len(packed.signed(SIGNED_FILE)))]},
    ),
    # --- boundaries
    "boundary_closed_by_one_hyphen": (
        multipart(
            b"b",
            text_part(),
            b"Content-Type: application/pdf; name=a.pdf\r\n" + B64 + b"\r\n\r\nd293Cg==\r\n",
            closed=False,
        )
        + b"--b-\r\n",
        {"text": SAID, "attachments": [("a.pdf", 4)]},
    ),
    "boundary_lost_above_the_text": (
        HEAD
        + b"Content-Type: multipart/signed; boundary=abc\r\n\r\n"
        + b"The damp is back.\r\n" * 20
        + b"--abc\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\nx\r\n--abc--\r\n",
        {"text": "\n".join(["The damp is back."] * 20), "attachments": [("signature.asc", 1)]},
    ),
    "boundary_right_only_at_the_end": (
        HEAD + b"Content-Type: multipart/mixed; boundary=abc\r\n\r\n"
        b"--a*bc\r\nContent-Type: text/plain\r\n\r\n" + WORDS + b"\r\n--abc--\r\n",
        {"text": SAID, "attachments": []},
    ),
}
