"""P5: two offices with the automatic acknowledgement on, wired together, and how often they answer.

    .venv/bin/python -m benchmarks.loop [--deliveries 10000] [--seed 5]

Each is a process with a home folder of its own; what one hands to its mail server is delivered to the other,
its sender confirmed. Whenever the wire is quiet somebody writes again from one office's address to the other,
or an old automatic reply comes round once more, by a forwarder that has lost every header that says a
machine wrote it.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.report import Row, report

ROOT = Path(__file__).resolve().parent.parent
OFFICES = ("office@north.example", "office@south.example")
BATCH = 200
MOST = 2
SIGNS = re.compile(rb"(?im)^(?:Auto-Submitted|Precedence|X-Auto-Response-Suppress|Return-Path):[^\n]*\n")


class Office:
    """One office in a process of its own."""

    def __init__(self, resources: ExitStack, address: str) -> None:
        self.address = address
        command = [sys.executable, "-m", "benchmarks.loop", "--as", address]
        pipe = subprocess.PIPE
        self.process = resources.enter_context(
            subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        )
        assert self.process.stdin is not None
        resources.callback(self.process.stdin.close)

    def receive(self, mails: list[bytes]) -> list[bytes]:
        """Deliver these; what the office sends in turn."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([base64.b64encode(raw).decode() for raw in mails]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The office {self.address} died.")
        return [base64.b64decode(raw) for raw in json.loads(line)]


def wired(deliveries: int, *, seed: int) -> list[bytes]:
    """Every automatic reply the two sent while so many mails were delivered."""
    chance = random.Random(seed)
    replies: list[bytes] = []
    with ExitStack() as resources:
        offices = [Office(resources, address) for address in OFFICES]
        waiting: list[list[bytes]] = [[], []]
        delivered = 0
        while delivered < deliveries:
            for at, office in enumerate(offices):
                other = offices[1 - at]
                size = min(BATCH, deliveries - delivered)
                if size == 0:
                    break
                while len(waiting[at]) < size:
                    waiting[at].append(_more(chance, replies, sender=other.address, to=office.address))
                now, waiting[at] = waiting[at][:size], waiting[at][size:]
                sent = office.receive(
                    [_travelled(raw, sender=other.address, to=office.address) for raw in now]
                )
                delivered += len(now)
                replies += sent
                waiting[1 - at] = [*sent, *waiting[1 - at]]
    return replies


def _more(chance: random.Random, replies: list[bytes], *, sender: str, to: str) -> bytes:
    """A person at the other office writes, or one of its automatic replies comes round without its marks."""
    serial = f"{chance.getrandbits(64):x}"
    own = [each for each in replies if f"<{sender}>".encode() in each]
    if own and chance.random() < 0.5:
        raw = SIGNS.sub(b"", chance.choice(own).replace(b"\r\n", b"\n"))
        return re.sub(rb"(?im)^Message-ID:[^\n]*", f"Message-ID: <{serial}@forwarder.example>".encode(), raw)
    tag = chance.choice(["", "", f"+{serial[:6]}"])
    return (
        f"From: {sender.replace('@', f'{tag}@')}\nTo: {to}\nSubject: Please tell everybody {serial}\n"
        f"Message-ID: <{serial}@north.example>\nDate: Tue, 3 Nov 2026 09:00:00 +0000\n\n"
        f"Can you help? {serial}\n"
    ).encode()


def _travelled(raw: bytes, *, sender: str, to: str) -> bytes:
    """As the other office's provider delivers it: the sender's domain is confirmed."""
    domain, provider = sender.partition("@")[2], to.partition("@")[2]
    path = b"" if b"Auto-Submitted" not in raw else b"Return-Path: <>\n"
    return path + f"Authentication-Results: mx.{provider}; dmarc=pass header.from={domain}\n".encode() + raw


def serve(address: str) -> None:
    """Be one of the two offices: read batches of mail, and say what was sent."""
    from unittest import mock

    from benchmarks.forged import an_office

    with an_office("loop", "sqlite"):
        from django.utils import timezone

        from opencasework.office.inbox import answering
        from opencasework.office.inbox.keeping import Found, keep
        from opencasework.office.inbox.models import Mailbox, MailboxCursor
        from opencasework.office.inbox.processing import process_raw
        from opencasework.office.inbox.tests.factories import MailboxFactory
        from opencasework.office.places.models import Office as Here

        Here.objects.update(email=address, acknowledges_mail=True)
        MailboxFactory(address=address, authserv_id=f"mx.{address.partition('@')[2]}")  # type: ignore[no-untyped-call]
        box = Mailbox.objects.get()
        cursor = MailboxCursor.objects.create(mailbox=box, folder="INBOX", uid_validity=1)
        uid = 0
        for line in sys.stdin:
            found = []
            for raw in map(base64.b64decode, json.loads(line)):
                uid += 1
                found.append(Found(raw=raw, size=len(raw), uid=uid, received_at=timezone.now()))
            keep(found, cursor=cursor)
            process_raw()
            sent: list[bytes] = []

            def hand_over(*, content: bytes, sender: str, sent: list[bytes] = sent, **_more: object) -> str:
                assert sender == ""  # from nobody
                sent.append(content)
                return "250 Ok"

            with mock.patch("opencasework.office.letters.courier.hand_over", hand_over):
                answering.send_ready()
            print(json.dumps([base64.b64encode(raw).decode() for raw in sent]), flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--deliveries", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=5)
    arguments.add_argument("--as", dest="address", default="", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.address:
        serve(given.address)
        return
    replies = wired(given.deliveries, seed=given.seed)
    what = f"automatic replies of two offices to {given.deliveries:,} deliveries"
    rows = [Row(what, str(len(replies)), f"≤ {MOST}", 0 < len(replies) <= MOST)]
    report(rows)
    sys.exit(0 if all(row.good for row in rows) else 1)


if __name__ == "__main__":
    main()
