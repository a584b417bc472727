# ruff: noqa: E501  mails in tables
# fmt: off
"""Bodies that are not what they say: cut short, wrongly encoded, oddly nested."""

from __future__ import annotations

from .build import JPG, PDF, PNG, File, Mail, OneOf, b64, crlf, file, head, multi, page, text

FILE = file(PDF, 'application/pdf; name="a.pdf"', 'attachment; filename="a.pdf"')
FILES = (File("a.pdf", len(PDF)),)
BARE = crlf(head(more="Content-Type: text/plain\n"), "\nOne\nTwo\n")


def plain(name: str, more: str, sent: str | bytes, shown: object) -> Mail:
    """Return a mail of one part with these last headers."""
    return Mail(name, crlf(head(more=more), "\n", sent), text=shown)


def mixed(name: str, sent: bytes, shown: object, files: tuple[File, ...] = (), kind: str = "mixed") -> Mail:
    """Return a multipart with boundary “bb”."""
    return Mail(name, crlf(head(more=f'Content-Type: multipart/{kind}; boundary="bb"\n'), "\n", sent), text=shown, files=files)


def mails() -> list[Mail]:
    """Return them."""
    return [
        *_more(),
        Mail("bare-newlines", BARE.replace(b"\r\n", b"\n"), text="One Two"),
        Mail("bare-returns", BARE.replace(b"\r\n", b"\r"), text="One Two"),
        Mail("mixed-line-ends", crlf(head(more="Content-Type: text/plain\n")).replace(b"\r\n", b"\n") + b"\r\nOne\nTwo\r\n", text="One Two"),
        Mail("doubled-returns", BARE.replace(b"\r\n", b"\r\r\n"), text="One Two"),
        plain("nul-in-body", "Content-Type: text/plain\n", "Bi\0ns full\n", OneOf("Bins full", "Bi ns full", "Bi\ufffdns full", "Bi\0ns full")),
        plain("form-feed-and-bell", "Content-Type: text/plain\n", "One\x0cTwo\x07\n", OneOf("One Two", "OneTwo", "One\x0cTwo\x07", "One Two\x07", "One Two\ufffd")),
        plain("no-body", "Content-Type: text/plain\n", "", ""),
        Mail("headers-only-no-blank-line", crlf(head(more="Content-Type: text/plain")), text=""),
        plain("truncated-base64-text", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bins are full.")[:-2], OneOf("The bins are full.", "The bins are full")),
        plain("base64-with-spaces-and-junk", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "VGhl IGJp\n bnMg*YXJlIGZ1bGwu\n", "The bins are full."),
        plain("base64-two-padded-runs", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bins ") + b64(b"are full."), "The bins are full."),
        plain("base64-padded-then-more", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bin ") + b64(b"is full."), "The bin is full."),
        plain("base64-then-list-footer", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", b64(b"The bins are full.") + "\n-- \nResidents list\n", OneOf("The bins are full.", "The bins are full. -- Residents list")),
        plain("base64-said-plain-sent", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "Dear Mary, this was never encoded, was it?\n", "Dear Mary, this was never encoded, was it?"),
        plain("qp-said-plain-sent", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "See https://x.example/?a=ZZ&b=yy now\n", "See https://x.example/?a=ZZ&b=yy now"),
        plain("qp-lower-case", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "caf=c3=a9 t=c5=b7\n", "café tŷ"),
        plain("qp-soft-break-with-spaces", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "The bins are fu=  \nll today.\n", "The bins are full today."),
        plain("qp-ends-in-equals", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "The bins are full.=", OneOf("The bins are full.", "The bins are full.=")),
        plain("qp-split-inside-letter", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "t=C5=\n=B7 d=C5=B5r\n", "tŷ dŵr"),
        plain("qp-8bit-inside", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "tŷ and caf=C3=A9\n", "tŷ and café"),
        plain("transfer-quoted", 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "quoted-printable"\n', "caf=C3=A9\n", "café"),
        plain("transfer-with-comment", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64 (binary)\n", b64(b"Hello bins"), "Hello bins"),
        plain("transfer-quoted-printable-misspelt", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quotedprintable\n", "caf=C3=A9\n", OneOf("café", "caf=C3=A9")),
        plain("transfer-utf8", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: utf-8\n", "café\n", "café"),
        plain("transfer-7bit-with-8bit", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n", "café\n", "café"),
        plain("transfer-twice", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: 8bit\n", "café\n", "café"),
        plain("uuencoded-body", "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: x-uuencode\n", "begin 644 a.txt\n#0V%T\n`\nend\n", None),
        plain("type-missing-subtype", "Content-Type: text\n", "Hello bins\n", "Hello bins"),
        plain("type-empty", "Content-Type:\n", "Hello bins\n", "Hello bins"),
        plain("type-trailing-semicolons", "Content-Type: text/plain;; charset=utf-8;\n", "café\n", "café"),
        plain("type-twice", "Content-Type: text/plain; charset=utf-8\nContent-Type: text/plain; charset=utf-8\n", "café\n", "café"),
        plain("type-charset-twice", "Content-Type: text/plain; charset=utf-8; charset=utf-8\n", "café\n", "café"),
        plain("html-sent-as-plain", "Content-Type: text/plain; charset=utf-8\n", "<p>Hello</p>\n", OneOf("<p>Hello</p>", "Hello")),
        plain("text-enriched", "Content-Type: text/enriched; charset=utf-8\n", "Hello bins\n", "Hello bins"),
        plain("no-mime-version-with-entities", "Content-Type: text/html; charset=utf-8\n", "<p>Fish &amp; chips &lt;3 &nbsp;&euro;5 &#128465;</p>\n", "Fish & chips <3 €5 🗑"),
        plain("html-unclosed", "Content-Type: text/html; charset=utf-8\n", "<div><b>Hello<p>bins <i>today<br>now", "Hello bins today now"),
        plain("html-style-unclosed-comment", "Content-Type: text/html; charset=utf-8\n", "<p>Hello bins</p><!-- never closed", "Hello bins"),
        plain("html-less-than", "Content-Type: text/html; charset=utf-8\n", "<p>Rent 5 < 6 pounds</p>", "Rent 5 < 6 pounds"),
        plain("html-words-not-glued", "Content-Type: text/html; charset=utf-8\n", "<table><tr><td>One</td><td>Two</td></tr></table><div>Three</div>Four<br/>Five", OneOf("One Two Three Four Five", "One | Two Three Four Five")),
        plain("html-word-not-split", "Content-Type: text/html; charset=utf-8\n", "<p>Imp<b>ort</b>ant b<span>ins</span></p>", "Important bins"),
        plain("html-zero-width", "Content-Type: text/html; charset=utf-8\n", "<p>Dear&#8203; Mary&shy;</p>", OneOf("Dear Mary", "Dear\u200b Mary\u00ad", "Dear\u200b Mary", "Dear Mary\u00ad")),
    ]


def _more() -> list[Mail]:
    """Return those of several parts."""
    return [
        mixed("no-final-boundary", multi("bb", text("Hello.\n"), FILE, end=False), "Hello.", FILES),
        mixed("no-final-boundary-cut-in-base64", multi("bb", text("Hello.\n"), FILE, end=False)[:-9], "Hello.", (File("a.pdf", OneOf(*range(len(PDF) - 8, len(PDF)))),)),
        mixed("boundary-never-used", crlf("Hello there, no parts here.\n"), "Hello there, no parts here."),
        mixed("preamble-and-epilogue", multi("bb", text("Hello.\n"), FILE, before="This is a multi-part message.\n") + b"after the end\r\n", "Hello.", FILES),
        mixed("part-without-headers", multi("bb", crlf("\nHello.\n"), FILE), "Hello.", FILES),
        mixed("part-without-blank-line", multi("bb", text("Hello.\n"), crlf('Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\n' + b64(PDF).replace("\n", " \n"))), "Hello.", FILES),
        mixed("boundary-with-trailing-space", multi("bb", text("Hello.\n"), FILE).replace(b"--bb\r\n", b"--bb \t\r\n"), "Hello.", FILES),
        mixed("boundary-line-inside-text", multi("bb", text("Hello --bb and\n--bbq tonight\n"), FILE), OneOf("Hello --bb and --bbq tonight"), FILES),
        mixed("boundary-prefix-of-inner", multi("bb", crlf('Content-Type: multipart/alternative; boundary="bb2"\n\n', multi("bb2", text("Hello.\n"), page("<p>Hello.</p>"))), FILE), "Hello.", FILES),
        mixed("inner-boundary-same-as-outer-cut", multi("bb", crlf('Content-Type: multipart/alternative; boundary="in"\n\n', multi("in", text("Hello.\n"), page("<p>Hello.</p>"), end=False)), FILE), "Hello.", FILES),
        Mail("boundary-unquoted-odd", crlf(head(more="Content-Type: multipart/mixed; boundary=--=_Part:1?x\n"), "\n", multi("--=_Part:1?x", text("Hello.\n"), FILE)), text="Hello.", files=FILES),
        Mail("boundary-folded", crlf(head(more='Content-Type: multipart/mixed;\n\tcharset="utf-8";\n boundary\n =\n "b b"\n'), "\n", multi("b b", text("Hello.\n"), FILE)), text="Hello.", files=FILES),
        Mail("boundary-single-quoted", crlf(head(more="Content-Type: multipart/mixed; boundary='qq'\n"), "\n", multi("'qq'", text("Hello.\n"), FILE)), text="Hello.", files=FILES),
        Mail("multipart-said-base64", crlf(head(more='Content-Type: multipart/mixed; boundary="bb"\nContent-Transfer-Encoding: base64\n'), "\n", multi("bb", text("Hello.\n"), FILE)), text="Hello.", files=FILES),
        Mail("multipart-said-quoted-printable", crlf(head(more='Content-Type: multipart/mixed; boundary="b=3D"\nContent-Transfer-Encoding: quoted-printable\n'), "\n", multi("b=3D", text("Hello a=3D.\n"), FILE)), text=OneOf("Hello a=3D."), files=FILES),
        mixed("unknown-multipart", multi("bb", text("Hello.\n"), FILE), "Hello.", FILES, "x-odd"),
        mixed("alternative-plain-last", multi("bb", page("<p>Hello <b>bins</b>.</p>"), text("Hello bins.\n")), "Hello bins.", (), "alternative"),
        mixed("alternative-empty-plain", multi("bb", text("\n"), page("<p>Only here.</p>")), OneOf("Only here."), (), "alternative"),
        mixed("alternative-with-attachment", multi("bb", text("Hello.\n"), page("<p>Hello.</p>"), FILE), "Hello.", FILES, "alternative"),
        mixed("related-with-attachment", multi("bb", page("<p>Hello.</p>"), FILE), "Hello.", FILES, "related"),
        mixed("alternative-amp", multi("bb", text("Hello.\n"), crlf("Content-Type: text/x-amp-html; charset=utf-8\n\n<!doctype html><html amp4email><body>AMP</body></html>"), page("<p>Hello.</p>")), "Hello.", (), "alternative"),
        mixed("alternative-watch-html", multi("bb", text("Hello.\n"), crlf("Content-Type: text/watch-html; charset=utf-8\n\n<b>W</b>"), page("<p>Hello.</p>")), "Hello.", (), "alternative"),
        mixed("zero-length-file", multi("bb", text("Hello.\n"), file(b"", 'text/plain; name="empty.txt"', 'attachment; filename="empty.txt"')), "Hello.", (File("empty.txt", 0),)),
        mixed("same-names", multi("bb", text("Hello.\n"), file(JPG, 'image/jpeg; name="image.jpg"', 'attachment; filename="image.jpg"'), file(PNG, 'image/png; name="image.jpg"', 'attachment; filename="image.jpg"')), "Hello.", (File("image.jpg", len(JPG)), File("image.jpg", len(PNG)))),
        mixed("file-without-a-name", multi("bb", text("Hello.\n"), file(PDF, "application/pdf", "attachment")), "Hello.", (File(None, len(PDF)),)),
        mixed("file-no-disposition", multi("bb", text("Hello.\n"), file(PDF, 'application/pdf; name="a.pdf"', "")), "Hello.", FILES),
        mixed("file-disposition-unknown", multi("bb", text("Hello.\n"), file(PDF, 'application/pdf; name="a.pdf"', 'x-keep; filename="a.pdf"')), "Hello.", FILES),
        mixed("file-binary", multi("bb", text("Hello.\n"), crlf('Content-Type: application/octet-stream; name="a.bin"\nContent-Disposition: attachment; filename="a.bin"\nContent-Transfer-Encoding: binary\n\n', b"\x00\x01\n\xff\r\x02")), "Hello.", (File("a.bin", OneOf(6)),)),
        mixed("file-base64-one-long-line", multi("bb", text("Hello.\n"), crlf('Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\n', b64(PDF * 60, 10**6))), "Hello.", (File("a.pdf", len(PDF) * 60),)),
        mixed("file-base64-blank-line-inside", multi("bb", text("Hello.\n"), crlf('Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\n', b64(PDF).replace("\n", "\n\n", 1))), "Hello.", FILES),
        mixed("file-type-wrong-slashes", multi("bb", text("Hello.\n"), file(PDF, 'pdf; name="a.pdf"', 'attachment; filename="a.pdf"')), "Hello.", FILES),
        mixed("signature-image-empty-text", multi("bb", text("Hello.\n"), file(PNG, 'image/png; name="Outlook-logo.png"', 'inline; filename="Outlook-logo.png"', "Content-ID: <a@b>\n")), "Hello.", (File("Outlook-logo.png", len(PNG)),)),
        mixed("text-html-text", multi("bb", text("First.\n"), page("<p>Second.</p>"), text("Third.\n")), "First. Second. Third."),
        mixed("deep-nesting", _nested(20), "Deep.", ()),
        mixed("empty-multipart", crlf("--bb--\n"), ""),
        mixed("nested-empty-multipart", multi("bb", crlf('Content-Type: multipart/alternative; boundary="zz"\n\n--zz--\n'), FILE), "", FILES),
        Mail("multipart-without-boundary", crlf(head(more="Content-Type: multipart/mixed\n"), "\n", multi("bb", text("Hello.\n"), FILE)), text=None, files=OneOf(FILES, ())),
    ]


def _nested(depth: int) -> bytes:
    """Return multiparts within multiparts, a text in the innermost."""
    inner = text("Deep.\n")
    for level in range(depth):
        inner = crlf(f'Content-Type: multipart/mixed; boundary="n{level}"\n\n', multi(f"n{level}", inner))
    return multi("bb", inner)
