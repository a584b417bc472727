# ruff: noqa: E501  mails in tables
# fmt: off
"""A second set, for what the first left out: more languages of replies, web pages, names and types gone wrong."""

from __future__ import annotations

import binascii
import unicodedata

from .build import PDF, PNG, File, Mail, OneOf, b64, crlf, file, head, multi, page, text
from .replies import QUOTE
from .replies import plain as reply

ATTRIBUTIONS = {
    "japanese": "2026年11月2日(月) 16:40 Office <office@pugh.example>:",
    "korean": "2026년 11월 2일 (월) 오후 4:40, Office <office@pugh.example>님이 작성:",
    "chinese-traditional": "Office <office@pugh.example> 於 2026年11月2日 週一 下午4:40寫道：",
    "hungarian": "Office <office@pugh.example> ezt írta (időpont: 2026. nov. 2., H, 16:40):",
    "czech": "po 2. 11. 2026 v 16:40 odesílatel Office <office@pugh.example> napsal:",
    "slovak": "po 2. 11. 2026 o 16:40 Office <office@pugh.example> napísal(a):",
    "bulgarian": "На пн, 2.11.2026 г. в 16:40 Office <office@pugh.example> написа:",
    "greek": "Στις Δευ 2 Νοε 2026 στις 4:40 μ.μ., ο χρήστης Office <office@pugh.example> έγραψε:",
    "lithuanian": "2026-11-02, pr, 16:40 Office <office@pugh.example> rašė:",
    "latvian": "pirmd., 2026. g. 2. nov., plkst. 16:40 — lietotājs Office (<office@pugh.example>) rakstīja:",
    "swedish": "Den mån 2 nov. 2026 kl 16:40 skrev Office <office@pugh.example>:",
    "danish": "Den man. 2. nov. 2026 kl. 16.40 skrev Office <office@pugh.example>:",
    "norwegian": "man. 2. nov. 2026 kl. 16:40 skrev Office <office@pugh.example>:",
    "finnish": "ma 2. marrask. 2026 klo 16.40 Office (office@pugh.example) kirjoitti:",
    "vietnamese": "Vào Th 2, 2 thg 11, 2026 vào lúc 16:40 Office <office@pugh.example> đã viết:",
    "persian": "در تاریخ دوشنبه ۲ نوامبر ۲۰۲۶،‏ ۱۶:۴۰ Office <office@pugh.example> نوشت:",
    "hebrew": "‫בתאריך יום ב׳, 2 בנוב׳ 2026 ב-16:40 מאת ‪Office‬‏ <‪office@pugh.example‬‏>:‬",
    "hindi": "सोम, 2 नव॰ 2026 को 4:40 pm बजे को Office <office@pugh.example> ने लिखा:",
    "thai": "ในวันที่ จ. 2 พ.ย. 2026 เวลา 16:40 Office <office@pugh.example> เขียนว่า:",
    "irish": "Ar Luan 2 Samh 2026 ag 16:40, scríobh Office <office@pugh.example>:",
    "croatian": "pon, 2. stu 2026. u 16:40 Office <office@pugh.example> napisao je:",
    "catalan": "Missatge de Office <office@pugh.example> del dia dl., 2 de nov. 2026 a les 16:40:",
}
BLOCKS = {
    "es": ("De", "Enviado", "Para", "Asunto"), "it": ("Da", "Inviato", "A", "Oggetto"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"), "pt": ("De", "Enviado", "Para", "Assunto"),
    "ro": ("De la", "Trimis", "Către", "Subiect"), "ru": ("От", "Отправлено", "Кому", "Тема"),
    "tr": ("Kimden", "Gönderilme", "Kime", "Konu"), "zh": ("发件人", "发送时间", "收件人", "主题"),
    "ar": ("من", "تم الإرسال", "إلى", "الموضوع"), "hu": ("Feladó", "Elküldve", "Címzett", "Tárgy"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět"), "bg": ("От", "Изпратено", "До", "Относно"),
    "lt": ("Nuo", "Išsiųsta", "Kam", "Tema"), "uk": ("Від", "Надіслано", "Кому", "Тема"),
}

VIETNAMESE = unicodedata.normalize("NFD", "thùng rác")


def web(name: str, body: str, shown: object) -> Mail:
    """Return a mail that is a page."""
    return Mail(name, crlf(head(more="Content-Type: text/html; charset=utf-8\n"), "\n", body, "\n"), text=shown)


def typed(name: str, lines: str, sent: str | bytes, shown: object) -> Mail:
    """Return a mail of one part with these last headers."""
    return Mail(name, crlf(head(more=lines), "\n", sent), text=shown)


def with_part(name: str, part: bytes, files: tuple[File, ...], shown: object = "See.") -> Mail:
    """Return a mail of a text and this part."""
    kind = 'Content-Type: multipart/mixed; boundary="n"\n'
    return Mail(name, crlf(head(more=kind), "\n", multi("n", text("See.\n"), part)), text=shown, files=files)


def pdf(name: str, disposition: str | bytes, shown: object, kind: str | bytes = "application/pdf") -> Mail:
    """Return a mail with a file named in this way."""
    lines = crlf("Content-Type: ", kind, "\nContent-Disposition: ", disposition, "\nContent-Transfer-Encoding: base64\n\n")
    return with_part(name, lines + crlf(b64(PDF)), (File(shown, len(PDF)),))


def uu(data: bytes) -> str:
    """Return lines of uuencode."""
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return "begin 644 a.pdf\n" + "".join(lines) + "`\nend\n"


def mails() -> list[Mail]:
    """Return them."""
    out = [reply(f"wrote-{language}", f"Queen Street 4.\n\n{line}\n\n{QUOTE}", "Queen Street 4.") for language, line in ATTRIBUTIONS.items()]
    for language, (sender, sent, to, subject) in BLOCKS.items():
        block = f"{sender}: Office <office@pugh.example>\n{sent}: 2.11.2026 16:40\n{to}: Ann Lloyd <ann@home.example>\n{subject}: RE: Bins"
        out.append(reply(f"outlook-block-{language}", f"Queen Street 4.\n\n{block}\n\nWhich street?\n", "Queen Street 4."))
    return [*out, *_words(), *_parts()]


def _words() -> list[Mail]:
    """Return those about a person's own words, pages and charsets."""
    return [
        reply("own-rule-of-lines", "First point.\n________________________________\nSecond point.\n", OneOf("First point. ________________________________ Second point.")),
        reply("own-dashes-heading", "----- Summary -----\nBins full.\n\n----- Request -----\nPlease help.\n", "----- Summary ----- Bins full. ----- Request ----- Please help."),
        reply("own-original-message", "The original message never came. On Monday I wrote:\n\nPlease empty the bins.\n\nNobody answered.\n", "The original message never came. On Monday I wrote: Please empty the bins. Nobody answered."),
        reply("own-address-block", "From: 1 Queen Street\nTo: 4 King Street\nI have moved. Please note.\n", "From: 1 Queen Street To: 4 King Street I have moved. Please note."),
        reply("own-wrote-with-colon", "My neighbour wrote:\n\nThe rats are back.\n\nSo did I.\n", "My neighbour wrote: The rats are back. So did I."),
        reply("own-sent-from-words", "Sent from my old flat, the letter got lost. Help.\n", "Sent from my old flat, the letter got lost. Help."),
        reply("own-greater-than", "Rent is\n> 500 pounds, can I get help?\n", OneOf("Rent is > 500 pounds, can I get help?", "Rent is 500 pounds, can I get help?", "Rent is")),
        reply("own-minus-list", "Needs:\n- bin\n- lid\n--- urgent\n", "Needs: - bin - lid --- urgent"),
        reply("reply-with-postscript-below-signature", "Thanks.\n\n-- \nAnn\n\nPS: the number is 4.\n", OneOf("Thanks.", "Thanks. -- Ann PS: the number is 4.", "Thanks. PS: the number is 4.")),
        web("numeric-windows-1252", "<p>It&#146;s &#150; full &copy 2026 &amp;nbsp;</p>", "It’s – full © 2026 &nbsp;"),
        web("conditional-revealed", "<p>One <![if !vml]>two<![endif]> three</p>", "One two three"),
        web("conditional-hidden", "<!--[if mso]><table><tr><td>Outlook only</td></tr></table><![endif]--><p>Seen</p>", "Seen"),
        web("pre-text", "<pre>Line one\n  line two</pre>", "Line one line two"),
        web("br-in-head-none", "<html><head><style>p{color:red}</style><style media=x>a>b{}</style></head><body>Hi<br>there</body></html>", "Hi there"),
        web("no-script-text", "<p>A</p><noscript>B</noscript><p>C</p>", OneOf("A B C", "A C")),
        web("attributes-with-greater-than", '<p title="a > b">Words <a href="https://x.example/?a=1&b=2>3" title="x">link</a></p>', OneOf("Words link", "Words link <https://x.example/?a=1&b=2>3>", "Words link (https://x.example/?a=1&b=2>3)", "Words link https://x.example/?a=1&b=2>3")),
        web("nested-lists", "<ol><li>One</li><li>Two<ul><li>Sub</li></ul></li></ol>", OneOf("One Two Sub", "1. One 2. Two • Sub", "1. One 2. Two - Sub", "1. One 2. Two * Sub", "• One • Two • Sub", "- One - Two - Sub", "* One * Two * Sub")),
        web("smiley-wingdings-plain", "<p>Thanks <span style='font-family:\"Segoe UI Emoji\"'>&#128522;</span></p>", "Thanks 😊"),
        web("xhtml-with-declaration", '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Words</p></body></html>', "Words"),
        web("cdata-and-empty-tags", "<div/><p>One</p><p/><span></span><o:p></o:p><p>Two</p>", "One Two"),
        web("title-inside-body-svg", "<p>One</p><svg><title>Icon</title><text>no</text></svg><p>Two</p>", OneOf("One Two", "One Icon Two", "One no Two", "One Icon no Two", "One Iconno Two")),
        web("template-hidden-attribute", "<p>One</p><p hidden>secret</p><template>t</template><p>Two</p>", OneOf("One Two", "One secret Two", "One secret t Two")),
        web("two-documents", "<html><body><p>Banner</p></body></html><html><body><p>Mail</p></body></html>", "Banner Mail"),
        typed("charset-unclosed-quote", 'Content-Type: text/plain; charset="utf-8\n', "café tŷ\n", "café tŷ"),
        typed("charset-no-semicolon", "Content-Type: text/plain charset=utf-8\n", "café tŷ\n", "café tŷ"),
        typed("charset-colon", "Content-Type: text/plain; charset: utf-8\n", "café tŷ\n", "café tŷ"),
        typed("charset-twice-in-one", "Content-Type: text/plain; charset=charset=utf-8\n", "café tŷ\n", "café tŷ"),
        typed("charset-utf8-no-dash", "Content-Type: text/plain; charset=utf8\n", "café tŷ\n", "café tŷ"),
        typed("charset-utf-8-underscore", "Content-Type: text/plain; charset=UTF_8\n", "café tŷ\n", "café tŷ"),
        typed("charset-2231", "Content-Type: text/plain; charset*=us-ascii''utf-8\n", "café tŷ\n", "café tŷ"),
        typed("charset-hz", "Content-Type: text/plain; charset=hz-gb-2312\n", "关于垃圾".encode("hz"), "关于垃圾"),
        typed("charset-iso-2022-kr", "Content-Type: text/plain; charset=iso-2022-kr\n", "쓰레기 문제".encode("iso-2022-kr"), "쓰레기 문제"),
        typed("charset-8859-16", "Content-Type: text/plain; charset=iso-8859-16\n", "Bună, gunoiul ș țâț".encode("iso-8859-16"), "Bună, gunoiul ș țâț"),
        typed("charset-cp850", "Content-Type: text/plain; charset=cp850\n", "café £5".encode("cp850"), "café £5"),
        typed("charset-8859-2-polish", "Content-Type: text/plain; charset=ISO-8859-2\n", "Zażółć gęślą jaźń".encode("iso-8859-2"), "Zażółć gęślą jaźń"),
        typed("charset-8859-9-turkish", "Content-Type: text/plain; charset=iso-8859-9\n", "Çöp kutusu dolu, ışık".encode("cp1254"), "Çöp kutusu dolu, ışık"),
        typed("charset-8859-6-arabic", "Content-Type: text/plain; charset=iso-8859-6\n", "السلام عليكم".encode("iso-8859-6"), "السلام عليكم"),
        typed("charset-utf-16le-no-mark", "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n", b64("Café bins".encode("utf-16le")), "Café bins"),
        typed("charset-utf-8-nfd", "Content-Type: text/plain; charset=utf-8\n", VIETNAMESE, OneOf(VIETNAMESE, "thùng rác")),
        typed("charset-x-sjis-half-kana", "Content-Type: text/plain; charset=x-sjis\n", "ｺﾞﾐ収集".encode("cp932"), "ｺﾞﾐ収集"),
        typed("charset-iso-2022-jp-half-kana", "Content-Type: text/plain; charset=iso-2022-jp\n", b"\x1b(I\x3a\x5e\x50\x1b(B ok", "ｺﾞﾐ ok"),
        typed("charset-euc-jp", "Content-Type: text/plain; charset=EUC-JP\n", "ごみ収集について".encode("euc-jp"), "ごみ収集について"),
        typed("charset-utf8-one-bad-byte", "Content-Type: text/plain; charset=utf-8\n", "Mae'r tŷ ".encode() + b"\xff" + " a'r dŵr\n".encode(), OneOf("Mae'r tŷ \ufffd a'r dŵr", "Mae'r tŷ ÿ a'r dŵr", "Mae'r tŷ  a'r dŵr")),
        typed("charset-utf8-cut-at-end", "Content-Type: text/plain; charset=utf-8\n", "Mae'r dŵr yn y t".encode() + b"\xc5", OneOf("Mae'r dŵr yn y t\ufffd", "Mae'r dŵr yn y t", "Mae'r dŵr yn y tÅ")),
        typed("charset-utf-8-double-spaces-nbsp", "Content-Type: text/plain; charset=utf-8\n", "One\u00a0two\u2003three\n", "One two three"),
        typed("type-folded-at-colon", "Content-Type:\n text/plain;\n  charset=\n  utf-8\n", "café\n", "café"),
        typed("type-comment-inside", "Content-Type: text/plain (a note; charset=latin-1); charset=utf-8\n", "café\n", "café"),
        typed("type-utf8-header-name-case", "CoNtEnT-tYpE: TeXt/HtMl; ChArSeT=UtF-8\n", "<p>café</p>\n", "café"),
        typed("base64-lines-of-75", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bins are full, and so are the drains, and nobody has come for weeks now, Mary.", 75), "The bins are full, and so are the drains, and nobody has come for weeks now, Mary."),
        typed("base64-no-padding", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bins are full").replace("=", ""), "The bins are full"),
        typed("base64-upper-case-name", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64;\n", b64(b"The bins are full"), "The bins are full"),
    ]


def _parts() -> list[Mail]:
    """Return those about files."""
    return [
        pdf("name-2047-unquoted", "attachment; filename==?utf-8?Q?t=C5=B7.pdf?=", "tŷ.pdf"),
        pdf("name-2047-no-closing-quote", 'attachment; filename="=?utf-8?Q?t=C5=B7.pdf?=', "tŷ.pdf"),
        pdf("name-2047-across-continuations", 'attachment;\n filename*0="=?utf-8?Q?t=C5=B7_";\n filename*1="newydd.pdf?="', "tŷ newydd.pdf"),
        pdf("name-raw-1252", b'attachment; filename="caf\xe9.pdf"', "café.pdf"),
        pdf("name-raw-gbk", b'attachment; filename="' + "café.pdf".encode() + b'"', "café.pdf"),
        pdf("name-2231-empty-charset", "attachment; filename*=''bin%20list.pdf", "bin list.pdf"),
        pdf("name-2231-no-quotes", "attachment; filename*=bin%20list.pdf", OneOf("bin list.pdf", "bin%20list.pdf")),
        pdf("name-2231-charset-unknown", "attachment; filename*=x-odd''t%C5%B7.pdf", OneOf("tŷ.pdf", "tÅ·.pdf", "t\ufffd\ufffd.pdf")),
        pdf("name-2231-ten-pieces", "attachment;\n" + ";\n".join(f' filename*{n}="p{n}-"' for n in range(10)) + ';\n filename*10="end.pdf"', "p0-p1-p2-p3-p4-p5-p6-p7-p8-p9-end.pdf"),
        pdf("name-percent-in-plain", 'attachment; filename="100%20sure.pdf"', OneOf("100%20sure.pdf", "100 sure.pdf")),
        pdf("name-with-newline-encoded", "attachment; filename*=utf-8''bin%0D%0Alist.pdf", OneOf("bin list.pdf", "binlist.pdf", "bin_list.pdf", "bin\r\nlist.pdf", "bin__list.pdf", "bin  list.pdf")),
        pdf("name-type-and-disposition-differ", 'attachment; filename="right.pdf"', "right.pdf", 'application/pdf; name="wrong.pdf"'),
        pdf("name-spaces-around-equals", 'attachment; filename = "bin list.pdf"', "bin list.pdf"),
        pdf("name-upper-case-parameter", 'Attachment; FileName="bin.pdf"', "bin.pdf"),
        pdf("name-no-semicolon", 'attachment filename="bin.pdf"', "bin.pdf"),
        pdf("name-missing-disposition-word", 'filename="bin.pdf"', "bin.pdf"),
        pdf("name-single-quoted", "attachment; filename='bin list.pdf'", OneOf("'bin list.pdf'", "bin list.pdf")),
        pdf("name-only-dots", 'attachment; filename="..."', OneOf("...", "attachment-1.pdf", "attachment-1.bin", "attachment.pdf")),
        with_part("file-uuencoded", crlf('Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: x-uuencode\n\n', uu(PDF)), (File("a.pdf", len(PDF)),)),
        with_part("file-quoted-printable", crlf('Content-Type: text/csv; name="a.csv"\nContent-Disposition: attachment; filename="a.csv"\nContent-Transfer-Encoding: quoted-printable\n\na,=C3=A9=0D=0Ab,c=0D=0A=\n'), (File("a.csv", 11),)),
        with_part("file-rtf-8bit", crlf('Content-Type: application/rtf; name="a.rtf"\nContent-Disposition: attachment; filename="a.rtf"\n\n{\\rtf1 caf\\\'e9}'), (File("a.rtf", 15),)),
        with_part("file-csv-no-disposition", crlf('Content-Type: text/csv; charset=utf-8; name="a.csv"\n\na,b'), (File("a.csv", 3),)),
        with_part("file-vcard", crlf('Content-Type: text/x-vcard; charset=utf-8; name="ann.vcf"\nContent-Disposition: attachment; filename="ann.vcf"\n\nBEGIN:VCARD\nEND:VCARD'), (File("ann.vcf", 22),)),
        with_part("file-smime-encrypted-inside", file(PDF, 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', 'attachment; filename="smime.p7m"'), (File("smime.p7m", len(PDF)),)),
        with_part("file-base64-no-padding", crlf('Content-Type: image/png; name="a.png"\nContent-Disposition: attachment; filename="a.png"\nContent-Transfer-Encoding: base64\n\n', b64(PNG + b"z").replace("=", "")), (File("a.png", len(PNG) + 1),)),
        with_part("file-base64-dashes-after", crlf('Content-Type: image/png; name="a.png"\nContent-Disposition: attachment; filename="a.png"\nContent-Transfer-Encoding: base64\n\n', b64(PNG), "\n\n\n"), (File("a.png", len(PNG)),)),
        with_part("file-external-body", crlf('Content-Type: message/external-body; access-type=URL; URL="https://x.example/a.pdf"\n\nContent-Type: application/pdf\n\n'), (File(None, OneOf(*range(60)), optional=True),)),
        with_part("mail-in-mail-in-mail", crlf('Content-Type: message/rfc822; name="outer.eml"\nContent-Disposition: attachment; filename="outer.eml"\n\nFrom: a@c.example\nSubject: Outer\nContent-Type: message/rfc822\n\nFrom: b@c.example\nSubject: Inner\n\nWords'), (File("outer.eml", 109),)),
        with_part("second-text-named", crlf('Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline; filename="notes.txt"\n\nNotes'), (File("notes.txt", 5, optional=True),), OneOf("See.", "See. Notes")),
        with_part("page-after-text", page("<p>Footer of a scanner</p>"), (), "See. Footer of a scanner"),
    ]
