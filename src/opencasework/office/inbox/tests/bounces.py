"""Reports of mail servers, written after the forms each program uses. Every name in them is invented."""

# ruff: noqa: E501 - lines of mail, as long as they come
from __future__ import annotations

import re

from opencasework.office.letters import undelivered

_ORIGINAL = """\
From: Amira Selwood MP <office@member.example>
To: {to}
Subject: Enquiry
Message-ID: {id}
Date: Tue, 3 Nov 2026 09:00:00 +0000
X-Casework-Return: {mark}
"""


def original(id: str, to: str) -> str:
    """The headers of a mail of ours, as a server brings them back."""
    return _ORIGINAL.format(id=id, to=to, mark=undelivered.mark(id))


def unmarked(raw: bytes) -> bytes:
    """The same as somebody writes it who knows our Message-ID, and has never had the mail."""
    return re.sub(rb"X-Casework-Return: [0-9a-f]+\n", b"", raw)


def postfix(id: str, to: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """As Postfix writes one: a letter, the report, and what it is about."""
    letter = (
        "I'm sorry to have to inform you that your message could not be\ndelivered to one or more recipients."
    )
    if action == "delayed":
        letter = "THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\nYour message could not be delivered for more than 4 hour(s)."
    return _report(
        sender="MAILER-DAEMON@mx.member.example (Mail Delivery System)",
        subject="Undelivered Mail Returned to Sender"
        if action == "failed"
        else "Delayed Mail (still being retried)",
        letter=letter,
        status=f"Reporting-MTA: dns; mx.member.example\nX-Postfix-Queue-ID: 4ABC\n\nFinal-Recipient: rfc822; {to}\n"
        f"Original-Recipient: rfc822;{to}\nAction: {action}\nStatus: {status}\nRemote-MTA: dns; mx.landlord.example\n"
        f"Diagnostic-Code: smtp; 550 {status} <{to}>: Recipient address rejected: User unknown\n",
        returned=(
            "message/rfc822" if action == "failed" else "text/rfc822-headers",
            original(id, to),
        ),
    )


def gmail(id: str, to: str) -> bytes:
    """As Gmail writes one: the original among headers in a part of its own, and named by References."""
    return _report(
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        subject="Delivery Status Notification (Failure)",
        letter=f"** Address not found **\n\nYour message wasn't delivered to {to} because the address couldn't be found.",
        status=f"Reporting-MTA: dns; googlemail.example\nArrival-Date: Tue, 03 Nov 2026 01:00:00 -0800 (PST)\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n",
        returned=("message/rfc822", "X-Google-Smtp-Source: invented\n" + original(id, to)),
        more=f"In-Reply-To: {id}\nReferences: {id}\n",
    )


def exchange(id: str, to: str) -> bytes:
    """As Exchange Online writes one: its name in hexadecimal, and the proper report."""
    return _report(
        sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@member.example>",
        subject="Undeliverable: Enquiry",
        letter=f"Your message to {to} couldn't be delivered.\nIt looks like the address was mistyped.",
        status=f"Reporting-MTA: dns;LO0P123MB0001.GBRP123.PROD.OUTLOOK.example\nReceived-From-MTA: dns;LO0\n\n"
        f"Final-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.1.10\n"
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup\n",
        returned=("message/rfc822", original(id, to)),
        more=f"X-MS-Exchange-Message-Is-Ndr:\nIn-Reply-To: {id}\n",
    )


def exchange_as_text(id: str, to: str) -> bytes:
    """As an Exchange server behind a gateway arrives: one text without any type of its own."""
    return (
        "Return-Path: <>\nFrom: postmaster@landlord.example\nTo: office@member.example\n"
        "Subject: Undeliverable: Enquiry\nDate: Tue, 3 Nov 2026 09:05:00 +0000\n"
        "Content-Type: text/plain; charset=utf-8\n\n"
        f"Delivery has failed to these recipients or groups:\n\n{to}\nThe email address you entered couldn't be found.\n\n"
        "Diagnostic information for administrators:\n\nGenerating server: mx.landlord.example\n\n"
        f"{to}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\nOriginal message headers:\n\n"
        f"From: office@member.example\nTo: {to}\nMessage-ID: {id}\nSubject: Enquiry\n"
        f"X-Casework-Return: {undelivered.mark(id)}\n"
    ).encode()


def exim(id: str, to: str) -> bytes:
    """As Exim writes one: a letter to a person, and a header that names whom it did not reach."""
    return (
        f"Return-path: <>\nX-Failed-Recipients: {to}\nAuto-Submitted: auto-replied\n"
        "From: Mail Delivery System <Mailer-Daemon@mx.member.example>\nTo: office@member.example\n"
        "Subject: Mail delivery failed: returning message to sender\nDate: Tue, 3 Nov 2026 09:05:00 +0000\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error.\n\n"
        f"  {to}\n    host mx.landlord.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<{to}>:\n"
        f"    550 5.1.1 User unknown\n\n------ This is a copy of your message, including all the headers. ------\n\n"
        f"{original(id, to)}\nWould you look at this?\n"
    ).encode()


def exim_delayed(id: str, to: str) -> bytes:
    """As Exim warns that it is still trying."""
    return (
        "Return-path: <>\nAuto-Submitted: auto-generated\nFrom: Mail Delivery System <Mailer-Daemon@mx.member.example>\n"
        "To: office@member.example\nSubject: Warning: message 1abcDE-0001 delayed 24 hours\n"
        "Date: Tue, 3 Nov 2026 09:05:00 +0000\n\n"
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been"
        " delivered to one or more of its\nrecipients after more than 24 hours.\n\n"
        f"Message-ID: {id}\n\n  {to}\n    Delay reason: Connection timed out\n\nNo action is required on your part."
        " Delivery attempts will continue.\n"
    ).encode()


def _report(
    *, sender: str, subject: str, letter: str, status: str, returned: tuple[str, str], more: str = ""
) -> bytes:
    kind, original = returned
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: office@member.example\nSubject: {subject}\n"
        f"Date: Tue, 3 Nov 2026 09:05:00 +0000\nAuto-Submitted: auto-replied\n{more}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="line"\n\n'
        f"--line\nContent-Type: text/plain; charset=us-ascii\n\n{letter}\n\n"
        f"--line\nContent-Type: message/delivery-status\n\n{status}\n"
        f"--line\nContent-Type: {kind}\n\n{original}\n--line--\n"
    ).encode()
