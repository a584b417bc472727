# ruff: noqa: E501  mails in tables
# fmt: off
"""Headers as they come: lists, groups, comments, folds, duplicates, gaps and lies."""

from __future__ import annotations

from typing import Any

from .build import ANN, OFFICE, Mail, OneOf, crlf


def top(name: str, lines: str | bytes, **answers: Any) -> Mail:
    """Return a mail with exactly these headers and the text “Hi.”."""
    answers = {"subject": "", "text": "Hi.", **answers}
    return Mail(name, crlf(lines, "\n\nHi.\n"), **answers)


FROM = "From: Ann Lloyd <ann@home.example>\n"
TO = "To: Office of Mary Pugh MP <office@pugh.example>"


def mails() -> list[Mail]:
    """Return them."""
    return [
        *_more(),
        top("commas-in-quotes", 'From: "Lloyd, Ann" <ann@home.example>\nTo: "Pugh, Mary" <office@pugh.example>, "O\'Neil, Jo (Staff)" <jo@pugh.example>\nCc: "Team, Bins; North" <bins@council.example>', sender=("Lloyd, Ann", ANN[1]), to=(("Pugh, Mary", OFFICE[1]), ("O'Neil, Jo (Staff)", "jo@pugh.example")), cc=(("Team, Bins; North", "bins@council.example"),)),
        top("escaped-quotes-in-name", 'From: "Ann \\"Annie\\" Lloyd" <ann@home.example>\n' + TO, sender=('Ann "Annie" Lloyd', ANN[1])),
        top("group", FROM + "To: Councillors: a@c.example, Bo <b@c.example>;, office@pugh.example", to=(("", "a@c.example"), ("Bo", "b@c.example"), ("", "office@pugh.example"))),
        top("empty-group-and-cc", FROM + "To: Undisclosed recipients:;\nCc: office@pugh.example", to=(), cc=(("", "office@pugh.example"),)),
        top("comment-name", "From: ann@home.example (Ann Lloyd)\n" + TO, sender=OneOf(("Ann Lloyd", ANN[1]), ("", ANN[1]))),
        top("comment-beside-name", "From: Ann Lloyd (Home) <ann@home.example>\n" + TO, sender=OneOf(ANN, ("Ann Lloyd (Home)", ANN[1]))),
        top("nested-comments", "From: Ann Lloyd <ann@home.example> (at (my) home)\n" + TO, sender=OneOf(ANN, ("Ann Lloyd (at (my) home)", ANN[1]))),
        top("name-unquoted-dot", "From: Ann M. Lloyd <ann@home.example>\n" + TO, sender=("Ann M. Lloyd", ANN[1])),
        top("name-unquoted-comma-free-at", "From: ann@home.example <ann@home.example>\n" + TO, sender=OneOf(("ann@home.example", ANN[1]), ("", ANN[1]))),
        top("name-quoted-address", 'From: "ann@home.example" <ann@home.example>\n' + TO, sender=OneOf(("ann@home.example", ANN[1]), ("", ANN[1]))),
        top("name-another-address", 'From: "chief@council.example" <ann@home.example>\n' + TO, sender=("chief@council.example", ANN[1])),
        top("name-single-quotes", "From: 'Ann Lloyd' <ann@home.example>\n" + TO, sender=OneOf(ANN, ("'Ann Lloyd'", ANN[1]))),
        top("name-with-colon-unquoted", "From: Team: Bins <bins@council.example>\n" + TO, sender=OneOf(("Team: Bins", "bins@council.example"), ("Bins", "bins@council.example"), ("Team Bins", "bins@council.example"))),
        top("address-in-angle-only", "From: <ann@home.example>\n" + TO, sender=("", ANN[1])),
        top("address-bare", "From: ann@home.example\n" + TO, sender=("", ANN[1])),
        top("address-spaces-in-angle", "From: Ann Lloyd < ann@home.example >\n" + TO),
        top("address-no-space-before-angle", "From: Ann Lloyd<ann@home.example>\n" + TO),
        top("address-plus-and-apostrophe", "From: Sean O'Neil <sean.o'neil+mp@home.example>\n" + TO, sender=("Sean O'Neil", "sean.o'neil+mp@home.example")),
        top("address-quoted-local", 'From: Ann <"ann lloyd"@home.example>\n' + TO, sender=("Ann", '"ann lloyd"@home.example')),
        top("address-trailing-dot-local", "From: Ann <ann.@home.example>\n" + TO, sender=("Ann", "ann.@home.example")),
        top("address-route", "From: Ann <@relay.example:ann@home.example>\n" + TO, sender=("Ann", ANN[1])),
        top("address-idn", "From: Ann <ann@xn--t-2ia.example>\nTo: office@pugh.example", sender=OneOf(("Ann", "ann@xn--t-2ia.example")), to=(("", "office@pugh.example"),)),
        top("address-smtputf8", "From: 李安 <李安@bücher.example>\n" + TO, sender=OneOf(("李安", "李安@bücher.example"), ("李安", "李安@xn--bcher-kva.example"))),
        top("address-mixed-case", "From: Ann Lloyd <Ann.Lloyd@HOME.example>\n" + TO, sender=OneOf(("Ann Lloyd", "Ann.Lloyd@HOME.example"), ("Ann Lloyd", "Ann.Lloyd@home.example"), ("Ann Lloyd", "ann.lloyd@home.example"))),
        top("semicolon-separated-list", FROM + "To: a@c.example; Bo <b@c.example>; office@pugh.example", to=(("", "a@c.example"), ("Bo", "b@c.example"), ("", "office@pugh.example"))),
        top("trailing-comma", FROM + "To: office@pugh.example, ", to=(("", "office@pugh.example"),)),
        top("empty-list-elements", FROM + "To: , office@pugh.example,, b@c.example", to=(("", "office@pugh.example"), ("", "b@c.example"))),
    ]


def _more() -> list[Mail]:
    """Return those about what a whole header is."""
    return [
        top("two-to-headers", FROM + "To: a@c.example\nTo: b@c.example", to=OneOf((("", "a@c.example"), ("", "b@c.example")), (("", "a@c.example"),))),
        top("two-cc-headers", FROM + TO + "\nCC: a@c.example\ncc: b@c.example", cc=OneOf((("", "a@c.example"), ("", "b@c.example")), (("", "a@c.example"),))),
        top("several-from", "From: Ann Lloyd <ann@home.example>, Bo <bo@home.example>\nSender: bo@home.example\n" + TO),
        top("no-to", FROM + "Subject: Bins", to=(), subject="Bins"),
        top("empty-to", FROM + "To:\nSubject: Bins", to=(), subject="Bins"),
        top("no-subject-value", FROM + TO + "\nSubject:"),
        top("folded-after-name", "From:\n Ann Lloyd\n <ann@home.example>\nTo:\n Office of Mary Pugh MP <office@pugh.example>\nSubject:\n Bins", subject="Bins"),
        top("folded-inside-quotes", 'From: "Ann\n Lloyd" <ann@home.example>\n' + TO),
        top("folded-with-space-only-line", FROM + TO + "\nSubject: Bins\n \n again", subject=OneOf("Bins again", "Bins", "Bins  again")),
        top("space-before-colon", "From : Ann Lloyd <ann@home.example>\nTo : Office of Mary Pugh MP <office@pugh.example>\nSubject : Bins", subject="Bins"),
        top("no-space-after-colon", "From:Ann Lloyd <ann@home.example>\nTo:Office of Mary Pugh MP <office@pugh.example>\nSubject:Bins", subject="Bins"),
        top("mbox-line-first", "From ann@home.example Tue Nov  3 09:12:44 2026\n" + FROM + TO + "\nSubject: Bins", subject="Bins"),
        top("escaped-mbox-line-first", ">From ann@home.example Tue Nov  3 09:12:44 2026\n" + FROM + TO + "\nSubject: Bins", subject="Bins"),
        top("junk-header-line", FROM + "this line is no header at all\n" + TO + "\nSubject: Bins", subject="Bins"),
        top("header-without-name", FROM + ": odd\n" + TO + "\nSubject: Bins", subject="Bins"),
        top("upper-case-names", "FROM: Ann Lloyd <ann@home.example>\nTO: Office of Mary Pugh MP <office@pugh.example>\nSUBJECT: Bins", subject="Bins"),
        top("huge-header", FROM + TO + "\nX-Spam: " + "a" * 40000 + "\nSubject: Bins", subject="Bins"),
        top("many-received", "".join(f"Received: from a{n}.example by b.example; Tue, 3 Nov 2026 09:12:44 +0000\n" for n in range(150)) + FROM + TO + "\nSubject: Bins", subject="Bins"),
        top("long-list-folded", FROM + "To: " + ",\n ".join(f"P{n} <p{n}@c.example>" for n in range(120)), to=tuple((f"P{n}", f"p{n}@c.example") for n in range(120))),
        top("name-raw-latin1", b"From: Si\xe2n Lloyd <ann@home.example>\r\n" + TO.encode(), sender=("Siân Lloyd", ANN[1])),
        top("name-2047-words-and-plain", "From: =?utf-8?Q?Si=C3=A2n?= Lloyd <ann@home.example>\n" + TO, sender=("Siân Lloyd", ANN[1])),
        top("name-2047-two-words-quoted", 'From: "=?utf-8?Q?Si=C3=A2n?= =?utf-8?Q?_Lloyd?=" <ann@home.example>\n' + TO, sender=("Siân Lloyd", ANN[1])),
        top("name-2047-whole-address-encoded", "From: =?utf-8?Q?Si=C3=A2n_=3Cann=40home.example=3E?= <ann@home.example>\n" + TO, sender=("Siân <ann@home.example>", ANN[1])),
        top("name-2047-newline-inside", FROM + TO + "\nSubject: =?utf-8?Q?Bins=0D=0ABcc:_x=40y.example?=", subject=OneOf("Bins Bcc: x@y.example", "Bins  Bcc: x@y.example", "BinsBcc: x@y.example")),
        top("subject-with-nul", FROM + TO + "\nSubject: Bi\0ns", subject=OneOf("Bins", "Bi ns", "Bi\ufffdns")),
        top("subject-control-and-bidi", FROM + TO + "\nSubject: Bins \u202etxt\u202c now", subject=OneOf("Bins \u202etxt\u202c now", "Bins txt now")),
        top("resent", "Resent-From: bo@home.example\nResent-To: office@pugh.example\n" + FROM + "To: bo@home.example\nSubject: Bins", to=(("", "bo@home.example"),), subject="Bins"),
        top("mailto-in-angle", "From: Ann Lloyd <mailto:ann@home.example>\n" + TO, sender=OneOf(ANN, ("Ann Lloyd", "mailto:ann@home.example"))),
        top("doubled-address", "From: Ann Lloyd <ann@home.example><ann@home.example>\n" + TO),
        top("missing-closing-angle", "From: Ann Lloyd <ann@home.example\n" + TO),
        top("missing-closing-quote", 'From: "Ann Lloyd <ann@home.example>\n' + TO, sender=OneOf(ANN, ('"Ann Lloyd', ANN[1]))),
        top("exchange-legacy-dn", "From: Ann Lloyd <ann@home.example>\nTo: /O=PUGH/OU=EXCHANGE/CN=RECIPIENTS/CN=MARY", to=None),
        top("only-sender", "Sender: Ann Lloyd <ann@home.example>\n" + TO, sender=OneOf(ANN, ("", ""))),
        top("subject-tabs-within", FROM + TO + "\nSubject: Bins\tand\trats", subject="Bins and rats"),
    ]
