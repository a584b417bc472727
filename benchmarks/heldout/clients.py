# ruff: noqa: E501  mails in tables
# fmt: off
"""Mail as people's programs write it: Outlook, Gmail, Apple, Yahoo, Samsung, Thunderbird and their like."""

from __future__ import annotations

from .build import JPG, PDF, PNG, File, Mail, OneOf, crlf, file, head, multi, page, qp, text

WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]--><style><!--
/* Font Definitions */
@font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}
p.MsoNormal {margin:0cm; font-size:11.0pt;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang="EN-GB" link="#0563C1" style='word-wrap:break-word'><div class="WordSection1">%s</div></body></html>"""


def p(*lines: str) -> str:
    """Return Word's paragraphs."""
    return "\n".join(f'<p class="MsoNormal"><span style="mso-fareast-language:EN-US">{line or "<o:p>&nbsp;</o:p>"}</span></p>' for line in lines)


def mails() -> list[Mail]:
    """Return them."""
    out: list[Mail] = []
    add = out.append
    plain = "Dear Mrs Pugh,\n\nOur bins were not emptied – again.\n\nKind regards\nAnn Lloyd\n"
    add(Mail("outlook-related-in-mixed", crlf(head(more='Content-Language: en-GB\nX-MS-Has-Attach: yes\nContent-Type: multipart/mixed;\n\tboundary="_005_AB0PR01_"\n'), "\n",
        multi("_005_AB0PR01_", crlf('Content-Type: multipart/related;\n\tboundary="_004_AB0PR01_";\n\ttype="multipart/alternative"\n\n',
            multi("_004_AB0PR01_", crlf('Content-Type: multipart/alternative;\n\tboundary="_000_AB0PR01_"\n\n', multi("_000_AB0PR01_", text(plain), page(WORD % p("Dear Mrs Pugh,", "", "Our bins were not emptied – again.", "", "Kind regards", "Ann Lloyd", '<img width="90" src="cid:image001.png@01DC4D.5E0">')))),
                file(PNG, 'image/png; name="image001.png"', 'inline; filename="image001.png"; size=106;\n\tcreation-date="Tue, 03 Nov 2026 09:12:43 GMT"', "Content-Description: image001.png\nContent-ID: <image001.png@01DC4D.5E0>\n"))),
            file(PDF, 'application/pdf; name="Bin rota.pdf"', 'attachment; filename="Bin rota.pdf"; size=70', "Content-Description: Bin rota.pdf\n"))),
        text=plain, files=(File("image001.png", len(PNG), optional=True), File("Bin rota.pdf", len(PDF)))))
    add(Mail("outlook-word-html-only", crlf(head(more='Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n'), "\n", qp((WORD % p("Dear Mrs Pugh,", "", "Our bins were not emptied – again.", "<!--[if !supportLists]-->1.<!--[endif]--> Monday", "Ann")).encode())),
        text="Dear Mrs Pugh, Our bins were not emptied – again. 1. Monday Ann", words_only=True))
    quoted = "Thank you, that is now sorted.\n\nAnn\n\nFrom: Office of Mary Pugh MP <office@pugh.example>\nSent: 02 November 2026 16:40\nTo: Ann Lloyd <ann@home.example>\nSubject: RE: Bins\n\nDear Ms Lloyd,\n\nWe have asked the council.\n"
    add(Mail("outlook-desktop-reply", crlf(head(subject="RE: Bins", more='Content-Type: text/plain; charset="us-ascii"\nContent-Transfer-Encoding: 7bit\n'), "\n", quoted), subject="RE: Bins", text=quoted, new="Thank you, that is now sorted. Ann"))
    owa = "It is still there.\n________________________________\nFrom: Office of Mary Pugh MP <office@pugh.example>\nSent: Monday, November 2, 2026 4:40 PM\nTo: Ann Lloyd <ann@home.example>\nSubject: Re: Bins\n\nWe have asked the council.\n"
    add(Mail("owa-reply-rule", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: quoted-printable\n'), "\n", qp(owa.encode("latin-1"))), subject="Re: Bins", text=owa, new="It is still there."))
    add(Mail("owa-html-reply", crlf(head(subject="Re: Bins", more='Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n'), "\n", qp(b'<html><head><style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style></head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos">It is still there, sorry.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> Office of Mary Pugh MP &lt;office@pugh.example&gt;<br><b>Sent:</b> 02 November 2026 16:40<br><b>To:</b> Ann Lloyd &lt;ann@home.example&gt;<br><b>Subject:</b> Re: Bins</font><div>&nbsp;</div></div><div>We have asked the council.</div></body></html>')),
        subject="Re: Bins", text="It is still there, sorry. From: Office of Mary Pugh MP <office@pugh.example> Sent: 02 November 2026 16:40 To: Ann Lloyd <ann@home.example> Subject: Re: Bins We have asked the council.", new="It is still there, sorry.", words_only=True))
    gm = "Yes please do.\n\nOn Mon, 2 Nov 2026 at 16:40, Office of Mary Pugh MP <office@pugh.example>\nwrote:\n\n> Dear Ms Lloyd,\n>\n> May we write to the council?\n>\n"
    add(Mail("gmail-web-reply", crlf(head(subject="Re: Bins", more='Content-Type: multipart/alternative; boundary="000000000000a1b2c3062d0e1f22"\n'), "\n", multi("000000000000a1b2c3062d0e1f22", text(gm), page('<div dir="ltr">Yes please do.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, 2 Nov 2026 at 16:40, Office of Mary Pugh MP &lt;<a href="mailto:office@pugh.example">office@pugh.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">Dear Ms Lloyd,<br><br>May we write to the council?<br></blockquote></div>'))),
        subject="Re: Bins", text=gm, new="Yes please do."))
    gmd = "Oui, merci.\n\nLe lun. 2 nov. 2026 à 16:40, Office of Mary Pugh MP <office@pugh.example> a\nécrit :\n\n> May we write to the council?\n"
    add(Mail("gmail-french-reply", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n'), "\n", qp(gmd.encode())), subject="Re: Bins", text=gmd, new="Oui, merci."))
    gmp = "Tak, proszę.\n\npon., 2 lis 2026 o 16:40 Office of Mary Pugh MP <office@pugh.example> napisał(a):\n\n> May we write to the council?\n"
    add(Mail("gmail-polish-reply", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: 8bit\n'), "\n", gmp), subject="Re: Bins", text=gmp, new="Tak, proszę."))
    gmw = "Iawn, diolch.\n\nAr Llun, 2 Tach 2026 am 16:40, Office of Mary Pugh MP <office@pugh.example>\nysgrifennodd:\n\n> May we write to the council?\n"
    add(Mail("gmail-welsh-reply", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: 8bit\n'), "\n", gmw), subject="Re: Bins", text=gmw, new="Iawn, diolch."))
    gi = "See my answers in red.\n\nOn Mon, 2 Nov 2026 at 16:40, Office <office@pugh.example> wrote:\n\n> Which day?\n\nTuesday.\n\n> Which street?\n\nQueen Street.\n"
    add(Mail("gmail-inline-answers", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset="UTF-8"\n'), "\n", gi), subject="Re: Bins", text=gi, new=OneOf("See my answers in red. Tuesday. Queen Street.", gi)))
    gf = "Please see below.\n\n---------- Forwarded message ---------\nFrom: Bin Team <bins@council.example>\nDate: Mon, 2 Nov 2026 at 10:02\nSubject: Your bin\nTo: Ann Lloyd <ann@home.example>\n\n\nYour bin is full.\n"
    add(Mail("gmail-forward", crlf(head(subject="Fwd: Your bin", more='Content-Type: text/plain; charset="UTF-8"\n'), "\n", gf), subject="Fwd: Your bin", text=gf, new=OneOf("Please see below.", gf)))
    add(Mail("gmail-app-html-divs", crlf(head(more='Content-Type: text/html; charset="UTF-8"\n'), "\n", '<div dir="auto">Hello,<div dir="auto"><br></div><div dir="auto">The bins &amp; the rats&#39; nest.</div></div>'), text="Hello, The bins & the rats' nest."))
    add(Mail("apple-photos-between", crlf(head(more="Content-Type: multipart/mixed; boundary=Apple-Mail-5E2F\nX-Mailer: iPhone Mail (23B85)\n"), "\n", multi("Apple-Mail-5E2F",
        crlf("Content-Type: text/plain;\n\tcharset=us-ascii\nContent-Transfer-Encoding: 7bit\n\nHere is Monday:\n\n"),
        file(JPG, "image/jpeg;\n\tname=IMG_0412.jpeg;\n\tx-apple-part-url=0A1B", "inline;\n\tfilename=IMG_0412.jpeg"),
        crlf("Content-Type: text/plain;\n\tcharset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n\nand here is Friday:\n\n"),
        file(JPG + b"x", "image/jpeg;\n\tname=IMG_0413.jpeg", "inline;\n\tfilename=IMG_0413.jpeg"),
        crlf("Content-Type: text/plain;\n\tcharset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n\n\nSent from my iPhone"))),
        text=OneOf("Here is Monday: and here is Friday: Sent from my iPhone", "Here is Monday: [IMG_0412.jpeg] and here is Friday: [IMG_0413.jpeg] Sent from my iPhone"), files=(File("IMG_0412.jpeg", len(JPG)), File("IMG_0413.jpeg", len(JPG) + 1))))
    for language, line, wrote in (("en", "Sent from my iPhone", "On 2 Nov 2026, at 16:40, Office <office@pugh.example> wrote:"), ("de", "Von meinem iPhone gesendet", "Am 02.11.2026 um 16:40 schrieb Office <office@pugh.example>:"), ("fr", "Envoyé de mon iPhone", "Le 2 nov. 2026 à 16:40, Office <office@pugh.example> a écrit :"), ("es", "Enviado desde mi iPhone", "El 2 nov 2026, a las 16:40, Office <office@pugh.example> escribió:"), ("it", "Inviato da iPhone", "Il giorno 2 nov 2026, alle ore 16:40, Office <office@pugh.example> ha scritto:"), ("pl", "Wysłane z iPhone’a", "Wiadomość napisana przez Office <office@pugh.example> w dniu 2 lis 2026, o godz. 16:40:"), ("pt", "Enviado do meu iPhone", "No dia 02/11/2026, às 16:40, Office <office@pugh.example> escreveu:"), ("ro", "Trimis de pe iPhone", "Pe 2 nov. 2026, la 16:40, Office <office@pugh.example> a scris:")):
        body = f"Ok 12 Queen Street.\n\n{line}\n\n> {wrote}\n> \n> ﻿Which street?\n"
        add(Mail(f"iphone-reply-{language}", crlf(head(subject="Re: Bins", more="Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\nX-Mailer: iPhone Mail (23B85)\n"), "\n", qp(body.encode())), subject="Re: Bins", text=OneOf(body, body.replace("﻿", "")), new=OneOf("Ok 12 Queen Street.", f"Ok 12 Queen Street. {line}")))
    add(Mail("apple-mail-html-pdf-between", crlf(head(more='Content-Type: multipart/alternative;\n\tboundary="Apple-Mail=_77"\nMime-Version: 1.0 (Mac OS X Mail 16.0 \\(3826.700.81\\))\n'), "\n", multi("Apple-Mail=_77", text("Letter attached.\n\n\n\nThank you\n"),
        crlf('Content-Type: multipart/mixed;\n\tboundary="Apple-Mail=_78"\n\n', multi("Apple-Mail=_78", page("<html><body>Letter attached.<div><br></div></body></html>"), file(PDF, 'application/pdf;\n\tx-unix-mode=0644;\n\tname="letter.pdf"', "inline;\n\tfilename=letter.pdf"), page("<html><body><div>Thank you</div></body></html>"))))), text="Letter attached. Thank you", files=(File("letter.pdf", len(PDF)),)))
    return out + _more()


def _more() -> list[Mail]:
    """Return those of the programs after Apple's."""
    out: list[Mail] = []
    add = out.append
    yahoo = " Thank you for your help.\nAnn\n    On Monday, 2 November 2026 at 16:40:12 GMT, Office of Mary Pugh MP <office@pugh.example> wrote:  \n \n Dear Ms Lloyd,\nWe have asked.\n  "
    add(Mail("yahoo-reply", crlf(head(subject="Re: Bins", more='Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 7bit\nX-Mailer: WebService/1.1.24 YMailNorrin\n'), "\n", yahoo), subject="Re: Bins", text=yahoo, new="Thank you for your help. Ann"))
    yapp = "Thank you.\n\nSent from Yahoo Mail for iPhone\n\n\nOn Monday, November 2, 2026, 4:40 PM, Office of Mary Pugh MP <office@pugh.example> wrote:\n\nWe have asked.\n"
    add(Mail("yahoo-app-reply", crlf(head(subject="Re: Bins", more="Content-Type: text/plain; charset=UTF-8\n"), "\n", yapp), subject="Re: Bins", text=yapp, new=OneOf("Thank you.", "Thank you. Sent from Yahoo Mail for iPhone")))
    sam = "It is number 4.\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: Office of Mary Pugh MP <office@pugh.example>\nDate: 02/11/2026 16:40 (GMT+00:00)\nTo: Ann Lloyd <ann@home.example>\nSubject: Re: Bins\n\nWhich number?\n"
    add(Mail("samsung-reply", crlf(head(subject="RE: Bins", more="Content-Type: text/plain; charset=utf-8\n"), "\n", sam), subject="RE: Bins", text=sam, new=OneOf("It is number 4.", "It is number 4. Sent from my Galaxy")))
    flow = "This is a long line that Thunderbird \nwraps so.\n\n From here it is space-stuffed.\n\nOn 02/11/2026 16:40, Office wrote:\n> We have asked the council to \n> come by.\n\n-- \nAnn Lloyd\n"
    add(Mail("thunderbird-flowed", crlf(head(subject="Re: Bins", more="User-Agent: Mozilla Thunderbird\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 7bit\n"), "\n", flow), subject="Re: Bins", text=flow, new=OneOf("This is a long line that Thunderbird wraps so. From here it is space-stuffed.", "This is a long line that Thunderbird wraps so. From here it is space-stuffed. -- Ann Lloyd")))
    add(Mail("flowed-delsp", crlf(head(more="Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes\n"), "\nThe bins were not emp \ntied again.\n"), text="The bins were not emptied again."))
    tb = "-------- Forwarded Message --------\nSubject: \tYour bin\nDate: \tMon, 2 Nov 2026 10:02:00 +0000\nFrom: \tBin Team <bins@council.example>\nTo: \tann@home.example\n\n\n\nYour bin is full.\n"
    add(Mail("thunderbird-forward-no-comment", crlf(head(subject="Fwd: Your bin", more="Content-Type: text/plain; charset=UTF-8; format=flowed\n"), "\n", tb), subject="Fwd: Your bin", text=tb))
    mutt = "On Mon, Nov 02, 2026 at 04:40:12PM +0000, Office of Mary Pugh MP wrote:\n> Which street?\n\nQueen Street.\n\n-- \nAnn Lloyd\n"
    add(Mail("mutt-bottom-reply", crlf(head(subject="Re: Bins", more="Content-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\nUser-Agent: Mutt/2.2.9 (2022-11-12)\n"), "\n", mutt), subject="Re: Bins", text=mutt, new=OneOf("Queen Street.", "Queen Street. -- Ann Lloyd", mutt)))
    k9 = "Yes.\n\nOn 2 November 2026 16:40:12 GMT, Office <office@pugh.example> wrote:\n>Which street?\n\n-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.\n"
    add(Mail("k9-reply", crlf(head(subject="Re: Bins", more="Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"), "\n", qp(k9.encode())), subject="Re: Bins", text=k9, new=OneOf("Yes.", "Yes. -- Sent from my Android device with K-9 Mail. Please excuse my brevity.")))
    oi = "Wednesday is good.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Office of Mary Pugh MP <office@pugh.example>\nSent: Monday, November 2, 2026 4:40:12 PM\nTo: Ann Lloyd <ann@home.example>\nSubject: Re: Surgery\n\nWhich day?\n"
    for name, sig in (("ios", "Get Outlook for iOS<https://aka.ms/o0ukef>"), ("android", "Get Outlook for Android<https://aka.ms/AAb9ysg>")):
        body = oi.replace("Get Outlook for iOS<https://aka.ms/o0ukef>", sig)
        add(Mail(f"outlook-{name}-reply", crlf(head(subject="Re: Surgery", more="Content-Type: text/plain; charset=utf-8\n"), "\n", body), subject="Re: Surgery", text=body, new=OneOf("Wednesday is good.", f"Wednesday is good. {sig}")))
    for language, block in (("de", "Von: Office <office@pugh.example>\nGesendet: Montag, 2. November 2026 16:40\nAn: Ann Lloyd <ann@home.example>\nBetreff: AW: Bins"), ("fr", "De : Office <office@pugh.example>\nEnvoyé : lundi 2 novembre 2026 16:40\nÀ : Ann Lloyd <ann@home.example>\nObjet : RE: Bins"), ("cy", "Oddi wrth: Office <office@pugh.example>\nAnfonwyd: 02 Tachwedd 2026 16:40\nAt: Ann Lloyd <ann@home.example>\nPwnc: RE: Bins"), ("pl", "Od: Office <office@pugh.example>\nWysłano: poniedziałek, 2 listopada 2026 16:40\nDo: Ann Lloyd <ann@home.example>\nTemat: RE: Bins")):
        body = f"My answer is yes.\n\n{block}\n\nMay we write to them?\n"
        add(Mail(f"outlook-reply-{language}", crlf(head(subject="RE: Bins", more="Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"), "\n", body), subject="RE: Bins", text=body, new="My answer is yes."))
    add(Mail("proton-html", crlf(head(more="Content-Type: text/html\nContent-Transfer-Encoding: base64\n"), "\n", "PGRpdiBzdHlsZT0iZm9udC1mYW1pbHk6IEFyaWFsIj5IZWxsbyBmcm9tIHRoZSBNYW5vciDi\ngJMgQW5uPC9kaXY+DQo=\n"), text="Hello from the Manor – Ann"))
    add(Mail("hidden-preheader", crlf(head(more="Content-Type: text/html; charset=utf-8\n"), '\n<html><head><title>Not text</title></head><body><div style="display:none;max-height:0">Preview only</div><p>Visible words.</p><script>var x = "no";</script></body></html>\n'), text=OneOf("Visible words.", "Preview only Visible words.")))
    add(Mail("outlook-smime-signed", crlf(head(more='Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; micalg=SHA1;\n\tboundary="----=_NextPart_000_0012_01DC"\n'), "\nThis is a multi-part message in MIME format.\n\n", multi("----=_NextPart_000_0012_01DC", text("Signed words.\n"), file(PDF, 'application/pkcs7-signature;\n\tname="smime.p7s"', 'attachment;\n\tfilename="smime.p7s"'))), text="Signed words.", files=(File("smime.p7s", len(PDF), optional=True),)))
    add(Mail("bcc-only-undisclosed", crlf(head(to="undisclosed-recipients:;", more="Content-Type: text/plain\n"), "\nHello all.\n"), to=(), text="Hello all."))
    return out
