# ruff: noqa: E501  mails in tables
# fmt: off
"""Scripts and what mailers say about them, true or not; names of files and people in every encoding in use."""

from __future__ import annotations

import base64

from .build import ANN, OFFICE, PDF, File, Mail, OneOf, b64, crlf, file, head, multi, qp, text

WELSH = "Annwyl Ŵyn, mae’r tŷ a’r dŵr yn iawn: ŵ ŷ Ŷ."
SMART = "It’s “the bins” – £5 or €6…"
JAPANESE, CHINESE, RUSSIAN, ARABIC = "ごみ収集について", "关于垃圾收集的问题", "Здравствуйте, мусор не вывезли", "السلام عليكم، القمامة لم تجمع"


def body(name: str, charset: str, raw: bytes, shown: object, transfer: str = "8bit", quote: str = '"') -> Mail:
    """Return a mail of one part, its bytes as given."""
    kind = f"Content-Type: text/plain; charset={quote}{charset}{quote}\n" if charset else "Content-Type: text/plain\n"
    sent = {"8bit": raw + b"\r\n", "quoted-printable": crlf(qp(raw), "\n"), "base64": crlf(b64(raw))}[transfer]
    return Mail(name, crlf(head(more=f"{kind}Content-Transfer-Encoding: {transfer}\n"), "\n", sent), text=shown)


def named(name: str, disposition: str, shown: object, kind: str = "application/pdf") -> Mail:
    """Return a mail with a file named in this way."""
    part = file(PDF, kind, disposition)
    return Mail(name, crlf(head(more='Content-Type: multipart/mixed; boundary="n"\n'), "\n", multi("n", text("See.\n"), part)), text="See.", files=(File(shown, len(PDF)),))


def subject(name: str, raw: str | bytes, shown: object) -> Mail:
    """Return a mail with this line (or lines) as its subject."""
    top = crlf("From: Ann Lloyd <ann@home.example>\nTo: Office of Mary Pugh MP <office@pugh.example>\nSubject: ", raw, "\nMIME-Version: 1.0\nContent-Type: text/plain\n\nHi.\n")
    return Mail(name, top, subject=shown, text="Hi.")


def mails() -> list[Mail]:
    """Return them."""
    return [
        *_more(),
        body("welsh-utf8-quoted-printable", "utf-8", WELSH.encode(), WELSH, "quoted-printable"),
        body("welsh-8859-14", "iso-8859-14", "Mae'r tŷ a'r dŵr yn iawn: ŵ ŷ".encode("iso-8859-14"), "Mae'r tŷ a'r dŵr yn iawn: ŵ ŷ"),
        body("windows-1252-as-latin-1", "iso-8859-1", SMART.encode("cp1252"), SMART, "quoted-printable"),
        body("windows-1252-as-ascii", "us-ascii", SMART.encode("cp1252"), SMART),
        body("utf8-as-latin1", "iso-8859-1", WELSH.encode(), OneOf(WELSH, WELSH.encode().decode("cp1252", "replace"), WELSH.encode().decode("latin-1"))),
        body("utf8-as-ascii", "us-ascii", WELSH.encode(), WELSH),
        body("utf8-without-charset", "", WELSH.encode(), WELSH),
        body("windows-1252-without-charset", "", SMART.encode("cp1252"), SMART),
        body("latin1-as-utf8", "utf-8", "Señor Núñez, café".encode("latin-1"), "Señor Núñez, café"),
        body("gb2312-with-gbk-letters", "gb2312", "朱镕基 说：关于垃圾".encode("gbk"), "朱镕基 说：关于垃圾"),
        body("gb18030", "GB18030", CHINESE.encode("gb18030"), CHINESE, "base64"),
        body("big5", "big5", "關於垃圾收集".encode("big5"), "關於垃圾收集", "base64"),
        body("iso-2022-jp", "ISO-2022-JP", JAPANESE.encode("iso-2022-jp"), JAPANESE),
        body("iso-2022-jp-with-circled-digits", "ISO-2022-JP", b"\x1b$B\x2d\x21\x1b(B desu", OneOf("① desu")),
        body("shift-jis-cp932", "Shift_JIS", "①ごみ収集".encode("cp932"), "①ごみ収集", "base64"),
        body("euc-kr-cp949", "ks_c_5601-1987", "쓰레기 똠방".encode("cp949"), "쓰레기 똠방", "base64"),
        body("koi8-r", "koi8-r", RUSSIAN.encode("koi8-r"), RUSSIAN),
        body("windows-1251-cp1251-alias", "cp-1251", RUSSIAN.encode("cp1251"), RUSSIAN),
        body("windows-1256-arabic", "windows-1256", ARABIC.encode("cp1256"), ARABIC),
        body("windows-1255-hebrew", "windows-1255", "שלום, פחי האשפה".encode("cp1255"), "שלום, פחי האשפה", "base64"),
        body("iso-8859-8-i", "iso-8859-8-i", "שלום, פחי האשפה".encode("iso-8859-8"), "שלום, פחי האשפה", "quoted-printable"),
        body("windows-874-thai", "windows-874", "ถังขยะเต็ม".encode("cp874"), "ถังขยะเต็ม", "base64"),
        body("utf-7", "utf-7", b"The cost is +AKM-5 +IBM- ok", OneOf("The cost is £5 – ok", "The cost is +AKM-5 +IBM- ok")),
        body("unicode-1-1-utf-7", "unicode-1-1-utf-7", b"The cost is +AKM-5", OneOf("The cost is £5", "The cost is +AKM-5")),
        body("utf-16-with-mark", "utf-16", "Bins – café".encode("utf-16"), "Bins – café", "base64"),
        body("utf-8-with-mark", "utf-8", b"\xef\xbb\xbfBins \xe2\x80\x93 today", "Bins – today"),
        body("charset-unquoted-with-comment", "utf-8 (Unicode)", "Café".encode(), "Café", "8bit", ""),
        body("charset-in-single-quotes", "utf-8", "Café".encode(), "Café", "8bit", "'"),
        body("charset-utf8mb4", "utf8mb4", "Bins 🗑 €".encode(), "Bins 🗑 €"),
        body("charset-unknown-8bit", "unknown-8bit", "Bins €".encode(), "Bins €"),
        body("charset-default", "_autodetect", "Bins €".encode(), "Bins €"),
        body("mac-roman", "macintosh", "Café “bins”".encode("mac-roman"), "Café “bins”", "quoted-printable"),
        body("ansi-x3.4", "ANSI_X3.4-1968", b"Plain bins", "Plain bins"),
        body("emoji-cesu-free", "UTF-8", "👩‍🚒 👍🏽 ok".encode(), "👩‍🚒 👍🏽 ok", "base64"),
        Mail("html-meta-charset-only", crlf(head(more="Content-Type: text/html\n"), '\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body><p>', RUSSIAN.encode("cp1251"), "</p></body></html>\n"), text=RUSSIAN),
        Mail("html-meta-lies-after-recode", crlf(head(more="Content-Type: text/html; charset=utf-8\n"), f'\n<html><head><meta charset="iso-8859-1"></head><body><p>{WELSH}</p></body></html>\n'), text=WELSH),
    ]


def _more() -> list[Mail]:
    """Return those about names of files and of people, and subjects."""
    return [
        named("name-2231-simple", "attachment; filename*=UTF-8''Llythyr%20i%27r%20t%C5%B7.pdf", "Llythyr i'r tŷ.pdf"),
        named("name-2231-continued", "attachment;\n filename*0*=utf-8''A%20very%20long;\n filename*1*=%20n%C3%A9w;\n filename*2=\" name.pdf\"", "A very long néw name.pdf"),
        named("name-2231-out-of-order", "attachment;\n filename*1=\"second.pdf\";\n filename*0=\"first-\"", "first-second.pdf"),
        named("name-2231-both", "attachment; filename=\"ty.pdf\"; filename*=UTF-8''t%C5%B7.pdf", "tŷ.pdf"),
        named("name-2231-split-in-letter", "attachment;\n filename*0*=utf-8''t%C5;\n filename*1*=%B7.pdf", "tŷ.pdf"),
        named("name-2231-quoted-value", "attachment; filename*=\"UTF-8''t%C5%B7.pdf\"", "tŷ.pdf"),
        named("name-2231-latin1", "attachment; filename*=iso-8859-1'en'%A3%20rates.pdf", "£ rates.pdf"),
        named("name-2047-in-quotes", 'attachment; filename="=?UTF-8?Q?t=C5=B7_newydd.pdf?="', "tŷ newydd.pdf"),
        named("name-2047-two-words", 'attachment;\n filename="=?utf-8?B?QmlsbCBmb3Ig?=\n =?utf-8?B?w6lsw6huZS5wZGY=?="', "Bill for élène.pdf"),
        named("name-2047-gb2312", f'attachment; filename="=?gb2312?B?{base64.b64encode("垃圾.pdf".encode("gb2312")).decode()}?="', "垃圾.pdf"),
        named("name-raw-utf8", 'attachment; filename="tŷ.pdf"', "tŷ.pdf"),
        named("name-only-in-type", "attachment", "report.pdf", 'application/pdf;\n name="report.pdf"'),
        named("name-unquoted-spaces", "attachment; filename=My bin report.pdf", "My bin report.pdf"),
        named("name-escaped-quotes", 'attachment; filename="The \\"big\\" bin.pdf"', OneOf('The "big" bin.pdf', "The 'big' bin.pdf", "The _big_ bin.pdf", "The big bin.pdf")),
        named("name-semicolon-inside", 'attachment; filename="bins; part 2.pdf"', "bins; part 2.pdf"),
        named("name-slashes", 'attachment; filename="../../etc/cron.d/bin.pdf"', OneOf("../../etc/cron.d/bin.pdf", "bin.pdf", ".._.._etc_cron.d_bin.pdf", "etc_cron.d_bin.pdf")),
        named("name-backslashes", 'attachment; filename="C:\\\\Users\\\\Ann\\\\bin.pdf"', OneOf("C:\\Users\\Ann\\bin.pdf", "bin.pdf", "C__Users_Ann_bin.pdf")),
        named("name-bidi", "attachment; filename*=utf-8''bill%E2%80%AEfdp.exe", OneOf("bill\u202efdp.exe", "billfdp.exe", "bill_fdp.exe")),
        named("name-folded-inside-quotes", 'attachment; filename="A letter about\n bins.pdf"', "A letter about bins.pdf"),
        named("name-trailing-semicolon", 'attachment; filename="bin.pdf";', "bin.pdf"),
        named("name-empty-then-type", 'attachment; filename=""', "report.pdf", 'application/pdf; name="report.pdf"'),
        subject("subject-2047-split-letter", "=?utf-8?B?dMU=?=\n =?utf-8?B?tyBhIGTFtXI=?=", "tŷ a dŵr"),
        subject("subject-2047-mixed", "Re: =?iso-8859-1?Q?caf=E9?= and =?utf-8?q?t=C5=B7?= end", "Re: café and tŷ end"),
        subject("subject-2047-no-space-between", "=?utf-8?Q?caf=C3=A9?==?utf-8?Q?_bins?=", "café bins"),
        subject("subject-2047-spaces-within", "=?utf-8?Q?Your bin is full?=", "Your bin is full"),
        subject("subject-raw-utf8", "Mae'r tŷ yn iawn", "Mae'r tŷ yn iawn"),
        subject("subject-raw-1252", b"It\x92s caf\xe9", "It’s café"),
        subject("subject-1252-as-latin1", "=?ISO-8859-1?Q?It=92s_full?=", "It’s full"),
        subject("subject-iso-2022-jp", "=?ISO-2022-JP?B?" + base64.b64encode(JAPANESE.encode("iso-2022-jp")).decode() + "?=", JAPANESE),
        subject("subject-2231-language", "=?utf-8*EN?Q?caf=C3=A9?=", "café"),
        subject("subject-tab-folded", "Your bin\n\tis full\n  today", OneOf("Your bin is full today", "Your bin\tis full  today")),
        subject("subject-base64-unpadded", "=?utf-8?B?Y2Fmw6k?=", "café"),
        Mail("body-2047-not-decoded", crlf(head(more="Content-Type: text/plain\n"), "\nLiteral =?utf-8?Q?caf=C3=A9?= here.\n"), text="Literal =?utf-8?Q?caf=C3=A9?= here."),
        Mail("sender-utf8-name-quoted-2047", crlf(head('"=?UTF-8?B?w4luYSBQxa7Fvg==?=" <ann@home.example>', more="Content-Type: text/plain\n"), "\nHi.\n"), sender=("Éna PŮž", "ann@home.example"), text="Hi."),
        Mail("sender-2047-comma-inside", crlf(head("=?utf-8?Q?Lloyd=2C_Ann?= <ann@home.example>", more="Content-Type: text/plain\n"), "\nHi.\n"), sender=("Lloyd, Ann", ANN[1]), to=(OFFICE,), text="Hi."),
    ]
