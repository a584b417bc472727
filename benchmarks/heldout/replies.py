# ruff: noqa: E501  mails in tables
# fmt: off
"""Answers as people send them: which words are new, whatever their program did with the old ones."""

from __future__ import annotations

from .build import Mail, OneOf, crlf, head, multi, page, text


def plain(name: str, body: str, new: object, subject: str = "Re: Bins") -> Mail:
    """Return an answer in plain text."""
    kind = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return Mail(name, crlf(head(subject=subject, more=kind), "\n", body), subject=subject, text=body, new=new)


def html(name: str, body: str, new: object) -> Mail:
    """Return an answer in HTML only."""
    raw = crlf(head(subject="Re: Bins", more="Content-Type: text/html; charset=utf-8\n"), "\n", body, "\n")
    return Mail(name, raw, subject="Re: Bins", new=new, words_only=True)


QUOTE = "> Which street is it?\n>\n> Mary Pugh MP\n"


def mails() -> list[Mail]:
    """Return them."""
    return [
        plain("gmail-wrapped-twice", f"It is Queen Street.\n\nOn Mon, Nov 2, 2026 at 4:40\u202fPM The Constituency Office of Mary Pugh MP for\nLlanfair <the.constituency.office@pugh.example> wrote:\n\n{QUOTE}", "It is Queen Street."),
        plain("on-wrote-in-own-words", f"On Monday the council wrote:\nyou must pay. I did not.\n\nOn Mon, 2 Nov 2026 at 16:40, Office <office@pugh.example> wrote:\n\n{QUOTE}", "On Monday the council wrote: you must pay. I did not."),
        plain("from-line-in-own-words", "From: the bins I can see rats.\nTo: the west, more.\n\nHelp!\n", "From: the bins I can see rats. To: the west, more. Help!"),
        plain("not-a-reply-quoting-a-letter", "The council told me:\n\n> You are not eligible.\n\nIs that right?\n", OneOf("The council told me: > You are not eligible. Is that right?", "The council told me: You are not eligible. Is that right?", "The council told me: Is that right?")),
        plain("bottom-after-quote", f"On 02/11/2026 16:40, Office wrote:\n{QUOTE}\nIt is Queen Street, number 4.\n", "It is Queen Street, number 4."),
        plain("original-message", "It is Queen Street.\n\n-----Original Message-----\nFrom: Office <office@pugh.example>\nSent: 02 November 2026 16:40\nTo: Ann Lloyd\nSubject: Bins\n\nWhich street?\n", "It is Queen Street."),
        plain("original-message-german", "Ja, gern.\n\n-----Ursprüngliche Nachricht-----\nVon: Office <office@pugh.example>\nGesendet: Montag, 2. November 2026 16:40\nAn: Ann Lloyd\nBetreff: Bins\n\nWhich street?\n", "Ja, gern."),
        plain("outlook-bold-stars", "It is Queen Street.\n\n*From:* Office <office@pugh.example>\n*Sent:* 02 November 2026 16:40\n*To:* Ann Lloyd <ann@home.example>\n*Subject:* RE: Bins\n\nWhich street?\n", "It is Queen Street."),
        plain("outlook-with-importance-and-cc", "It is Queen Street.\n\nFrom: Office <office@pugh.example>\nSent: 02 November 2026 16:40\nTo: Ann Lloyd <ann@home.example>; Bo\n <bo@home.example>\nCc: Mary Pugh <mary@pugh.example>\nSubject: RE: Bins\nImportance: High\n\nWhich street?\n", "It is Queen Street."),
        plain("outlook-mac-date", "It is Queen Street.\n\nFrom: Office <office@pugh.example>\nDate: Monday, 2 November 2026 at 16:40\nTo: Ann Lloyd <ann@home.example>\nSubject: Re: Bins\n\nWhich street?\n", "It is Queen Street."),
        plain("outlook-no-blank-before", "It is Queen Street.\nFrom: Office <office@pugh.example>\nSent: 02 November 2026 16:40\nTo: Ann Lloyd <ann@home.example>\nSubject: RE: Bins\n\nWhich street?\n", "It is Queen Street."),
        plain("forward-keeps-all", "FYI\n\nBegin forwarded message:\n\nFrom: Bin Team <bins@council.example>\nSubject: Your bin\nDate: 2 November 2026 at 10:02:00 GMT\nTo: ann@home.example\n\nYour bin is full.\n", OneOf("FYI", "FYI Begin forwarded message: From: Bin Team <bins@council.example> Subject: Your bin Date: 2 November 2026 at 10:02:00 GMT To: ann@home.example Your bin is full."), "Fwd: Your bin"),
        plain("two-levels", f"Yes.\n\nOn Tue, 3 Nov 2026 at 08:00, Office <office@pugh.example> wrote:\n\n> Sure?\n>\n> On Mon, 2 Nov 2026 at 16:40, Ann Lloyd <ann@home.example> wrote:\n>\n>> Full.\n{QUOTE}", "Yes."),
        plain("quote-then-signature-of-list", f"Agreed.\n\nOn 02/11/2026 16:40, Office wrote:\n{QUOTE}\n\n_______________________________________________\nResidents mailing list\nhttps://lists.example/residents\n", OneOf("Agreed.", "Agreed. _______________________________________________ Residents mailing list https://lists.example/residents")),
        plain("only-signature-line", "Thanks!\n-- \nAnn Lloyd\nSecretary\n", OneOf("Thanks!", "Thanks! -- Ann Lloyd Secretary")),
        plain("dashes-are-no-signature", "Costs:\n--\nrent 5\n--\nfood 6\n", OneOf("Costs: -- rent 5 -- food 6")),
        plain("telegraph-style", f"ok\n\n2026-11-02 16:40 GMT, Office <office@pugh.example>:\n\n{QUOTE}", "ok"),
        plain("gmail-spanish", f"Sí, gracias.\n\nEl lun, 2 nov 2026 a las 16:40, Office (<office@pugh.example>)\nescribió:\n\n{QUOTE}", "Sí, gracias."),
        plain("gmail-german", f"Ja.\n\nAm Mo., 2. Nov. 2026 um 16:40 Uhr schrieb Office <\noffice@pugh.example>:\n\n{QUOTE}", "Ja."),
        plain("gmail-italian", f"Sì.\n\nIl giorno lun 2 nov 2026 alle ore 16:40 Office <office@pugh.example>\nha scritto:\n\n{QUOTE}", "Sì."),
        plain("gmail-portuguese", f"Sim.\n\nOffice <office@pugh.example> escreveu (segunda, 2/11/2026 à(s) 16:40):\n\n{QUOTE}", "Sim."),
        plain("gmail-romanian", f"Da.\n\nÎn lun., 2 nov. 2026 la 16:40, Office <office@pugh.example> a scris:\n\n{QUOTE}", "Da."),
        plain("gmail-russian", f"Да.\n\nпн, 2 нояб. 2026 г. в 16:40, Office <office@pugh.example>:\n\n{QUOTE}", "Да."),
        plain("gmail-ukrainian", f"Так.\n\nпн, 2 лист. 2026 р. о 16:40 Office <office@pugh.example> пише:\n\n{QUOTE}", "Так."),
        plain("gmail-chinese", f"好的。\n\nOffice <office@pugh.example> 于2026年11月2日周一 16:40写道:\n\n{QUOTE}", "好的。"),
        plain("gmail-turkish", f"Evet.\n\nOffice <office@pugh.example>, 2 Kas 2026 Pzt, 16:40 tarihinde şunu yazdı:\n\n{QUOTE}", "Evet."),
        plain("gmail-dutch", f"Ja.\n\nOp ma 2 nov 2026 om 16:40 schreef Office <office@pugh.example>:\n\n{QUOTE}", "Ja."),
        plain("gmail-arabic", f"نعم.\n\nفي الاثنين، 2 نوفمبر 2026 في 4:40 م تمت كتابة ما يلي بواسطة Office <office@pugh.example>:\n\n{QUOTE}", "نعم."),
        plain("fastmail-lotus", f"Fine.\n\nOffice <office@pugh.example> wrote on 02/11/2026 16:40:12:\n\n{QUOTE}", "Fine."),
        plain("exchange-quote-no-marks", "Fine with me.\n\nOn 2 Nov 2026, at 16:40, Office <office@pugh.example> wrote:\n\nWhich street is it?\n\nMary Pugh MP\n", "Fine with me."),
        plain("answer-looks-like-header", "Subject: bins. I answer here.\n\nOn 2 Nov 2026, at 16:40, Office <office@pugh.example> wrote:\n\n> Which?\n", "Subject: bins. I answer here."),
        plain("empty-answer", f"\n\nOn 02/11/2026 16:40, Office wrote:\n{QUOTE}", None),
        html("gmail-html", '<div dir="ltr">Queen Street.<div><br></div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 2 Nov 2026 at 16:40, Office &lt;<a href="mailto:office@pugh.example">office@pugh.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">Which street?</blockquote></div>', "Queen Street."),
        html("apple-html", '<html><body dir="auto">Queen Street.<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 2 Nov 2026, at 16:40, Office &lt;office@pugh.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿Which street?</div></blockquote></body></html>', OneOf("Queen Street.", "Queen Street. Sent from my iPhone")),
        html("outlook-word-html", '<html><body><div class="WordSection1"><p class="MsoNormal">Queen Street.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span lang="EN-US">From:</span></b><span lang="EN-US"> Office &lt;office@pugh.example&gt; <br><b>Sent:</b> 02 November 2026 16:40<br><b>To:</b> Ann Lloyd &lt;ann@home.example&gt;<br><b>Subject:</b> RE: Bins<o:p></o:p></span></p></div></div><p class="MsoNormal">Which street?<o:p></o:p></p></div></body></html>', "Queen Street."),
        html("yahoo-html", '<div class="yahoo-style-wrap"><div dir="ltr">Queen Street.</div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Monday, 2 November 2026 at 16:40:12 GMT, Office &lt;office@pugh.example&gt; wrote: </div><div><br></div><div><div>Which street?</div></div></div>', "Queen Street."),
        html("thunderbird-html", '<html><body><p>Queen Street.</p><div class="moz-cite-prefix">On 02/11/2026 16:40, Office wrote:<br></div><blockquote type="cite" cite="mid:1@pugh.example"><p>Which street?</p></blockquote></body></html>', "Queen Street."),
        html("thunderbird-html-interleaved", '<html><body><div class="moz-cite-prefix">On 02/11/2026 16:40, Office wrote:<br></div><blockquote type="cite"><p>Which street?</p></blockquote><p>Queen Street.</p><blockquote type="cite"><p>Which day?</p></blockquote><p>Tuesday.</p></body></html>', OneOf("Queen Street. Tuesday.", "On 02/11/2026 16:40, Office wrote: Which street? Queen Street. Which day? Tuesday.")),
        html("proton-html", '<div style="font-family: Arial">Queen Street.</div><div class="protonmail_signature_block"></div><div class="protonmail_quote">On Monday, 2 November 2026 at 16:40, Office &lt;office@pugh.example&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">Which street?</blockquote></div>', "Queen Street."),
        html("samsung-html", '<html><body dir="auto"><div dir="auto">Queen Street.</div><div id="composer_signature" dir="auto"><div style="font-size:12px">Sent from my Galaxy</div></div><div dir="auto"><br></div><!-- originalMessage --><div>-------- Original message --------</div><div>From: Office &lt;office@pugh.example&gt; </div><div>Date: 02/11/2026  16:40  (GMT+00:00) </div><div>To: Ann Lloyd &lt;ann@home.example&gt; </div><div>Subject: Re: Bins </div><div><br></div>Which street?</body></html>', OneOf("Queen Street.", "Queen Street. Sent from my Galaxy")),
        Mail("gmail-plain-says-less-than-html", crlf(head(subject="Re: Bins", more='Content-Type: multipart/alternative; boundary="ga"\n'), "\n", multi("ga", text(f"It is *Queen* Street\n\n[image: map.png]\n\nOn Mon, 2 Nov 2026 at 16:40, Office <office@pugh.example> wrote:\n\n{QUOTE}"), page("<div>It is <b>Queen</b> Street</div>"))), subject="Re: Bins", new=OneOf("It is *Queen* Street [image: map.png]", "It is *Queen* Street")),
    ]
