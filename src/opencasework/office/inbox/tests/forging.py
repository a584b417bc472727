"""Mails that try to get onto a case they have no business on (P6), seeded, and the office they try it at."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Iterator
from dataclasses import dataclass

from opencasework.office.cases.models import Case, Event
from opencasework.office.inbox.models import Message
from opencasework.office.letters import outbox, tokens
from opencasework.office.letters.models import OutgoingMail, Reply
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory

from . import bounces
from .receiving import mail

STRANGER = "mallory@attacker.example"
DOMAIN = "member.example"


@dataclass(frozen=True)
class Known:
    """What somebody who forges may have learned of a case."""

    case: Case
    participant: str  # an address of the body it was put to
    token: str
    mail_id: str


@dataclass(frozen=True)
class Targets:
    """The cases they try it on."""

    open: list[Known]
    closed: Known
    erased: Known


def targets(count: int = 4) -> Targets:
    """An office with open cases, a closed one, and one that was erased."""
    known = [_written_about(f"members{number}@landlord{number}.example") for number in range(count + 2)]
    closed, erased = known[count:]
    closed.case.close(outcome="explained", by=closed.case.owner)
    _erase(erased.case)
    return Targets(known[:count], closed, erased)


def _written_about(address: str) -> Known:
    enquiry = EnquiryFactory(email=address)
    letter = LetterFactory(case=enquiry.case, to_body=enquiry.body, email=address)
    sent = outbox.queue(letter, by=letter.drafted_by)
    OutgoingMail.objects.filter(pk=sent.pk).update(state=OutgoingMail.State.SENT)
    return Known(enquiry.case, sent.to, tokens.make(enquiry.case.pk, sent.to), sent.message_id)


def _erase(case: Case) -> None:
    # Letters that put an enquiry go only with their whole case.
    case.enquiries.all().delete()
    case.delete()


class Forger:
    """Makes forged mails, every kind in turn, the same ones for the same seed."""

    def __init__(self, targets: Targets, *, seed: int) -> None:
        self.targets = targets
        self.chance = random.Random(seed)
        self.serial = 0

    def mails(self, count: int) -> Iterator[tuple[str, bytes]]:
        """The name of its kind, and a forged mail."""
        kinds = [getattr(self, name) for name in sorted(vars(Forger)) if name.startswith("with_")]
        for number in range(count):
            kind = kinds[number % len(kinds)]
            raw = kind(self.chance.choice(self.targets.open))
            yield kind.__name__, raw

    def genuine(self) -> bytes:
        """An honest reply, so that nobody takes an intake that files nothing for a safe one."""
        known = self.chance.choice(self.targets.open)
        return self._mail(known.participant, to=self._to(known.token), confirmed=True)

    # --- kinds ----------------------------------------------------------------------------------------

    def with_a_guessed_reply_address(self, known: Known) -> bytes:
        return self._mail(known.participant, to=self._to(self._guess()), confirmed=True)

    def with_guessed_references(self, known: Known) -> bytes:
        guesses = " ".join(f"<{self._guess()}.{self._guess(16)}@{DOMAIN}>" for _ in range(5))
        return self._mail(known.participant, confirmed=True, References=guesses)

    def with_a_token_one_digit_off(self, known: Known) -> bytes:
        at = self.chance.randrange(32)
        digit = self.chance.choice("0123456789abcdef".replace(known.token[at], ""))
        return self._mail(
            known.participant, to=self._to(known.token[:at] + digit + known.token[at + 1 :]), confirmed=True
        )

    def with_a_token_of_another_key(self, known: Known) -> bytes:
        text = f"{known.case.pk}\n{known.participant}".encode()
        made = hmac.new(self.chance.randbytes(32), text, hashlib.sha256).hexdigest()[:32]
        return self._mail(known.participant, to=self._to(made), confirmed=True)

    def with_the_real_id_of_a_mail_from_a_stranger(self, known: Known) -> bytes:
        # An id of ours has the token in it, so this is a leaked token as well.
        return self._mail(STRANGER, confirmed=True, In_Reply_To=known.mail_id)

    def with_the_real_id_of_a_mail_from_another_case(self, known: Known) -> bytes:
        return self._mail(self._other(known).participant, confirmed=True, In_Reply_To=known.mail_id)

    def with_the_real_id_unconfirmed(self, known: Known) -> bytes:
        return self._mail(known.participant, References=known.mail_id)

    def with_the_right_token_from_a_stranger(self, known: Known) -> bytes:
        return self._mail(STRANGER, to=self._to(known.token), confirmed=True)

    def with_the_right_token_from_a_neighbour(self, known: Known) -> bytes:
        neighbour = f"{self._guess(6)}@{known.participant.partition('@')[2]}"
        return self._mail(neighbour, to=self._to(known.token), confirmed=True)

    def with_the_right_token_of_another_case(self, known: Known) -> bytes:
        return self._mail(self._other(known).participant, to=self._to(known.token), confirmed=True)

    def with_a_token_leaked_in_a_copy_line(self, known: Known) -> bytes:
        return self._mail(STRANGER, confirmed=True, Cc=f"{known.participant}, {self._to(known.token)}")

    def with_the_participant_as_a_name(self, known: Known) -> bytes:
        return self._mail(f'"{known.participant}" <{STRANGER}>', to=self._to(known.token), confirmed=True)

    def with_the_participant_unconfirmed(self, known: Known) -> bytes:
        return self._mail(known.participant, to=self._to(known.token))

    def with_a_forged_finding_below_the_real_one(self, known: Known) -> bytes:
        domain = known.participant.partition("@")[2]
        real = f"Authentication-Results: mx.{DOMAIN}; dmarc=fail header.from={domain}\r\n"
        return real.encode() + self._mail(known.participant, to=self._to(known.token), confirmed=True)

    def with_two_senders(self, known: Known) -> bytes:
        raw = self._mail(STRANGER, to=self._to(known.token), confirmed=True)
        return f"From: {known.participant}\r\n".encode() + raw

    def with_the_token_of_a_closed_case(self, known: Known) -> bytes:
        closed = self.targets.closed
        return self._mail(
            closed.participant, to=self._to(closed.token), confirmed=True, In_Reply_To=closed.mail_id
        )

    def with_the_token_of_an_erased_case(self, known: Known) -> bytes:
        erased = self.targets.erased
        return self._mail(
            erased.participant, to=self._to(erased.token), confirmed=True, In_Reply_To=erased.mail_id
        )

    def with_a_case_number_in_the_subject(self, known: Known) -> bytes:
        return self._mail(
            known.participant, confirmed=True, subject=f"Re: your enquiry [{known.case.reference}]"
        )

    def with_a_report_about_a_mail_we_never_sent(self, known: Known) -> bytes:
        make = self.chance.choice([bounces.postfix, bounces.gmail, bounces.exchange, bounces.exim])
        return make(f"<{known.token}.{self._guess(16)}@{DOMAIN}>", known.participant)

    def with_a_report_about_a_mail_whose_id_they_learned(self, known: Known) -> bytes:
        make = self.chance.choice([bounces.postfix, bounces.gmail, bounces.exchange, bounces.exim])
        self.serial += 1
        return f"X-Queue: {self.serial}\n".encode() + bounces.unmarked(make(known.mail_id, known.participant))

    def with_an_automatic_reply_of_a_stranger(self, known: Known) -> bytes:
        return self._mail(STRANGER, to=self._to(known.token), confirmed=True, Auto_Submitted="auto-replied")

    # --- pieces ---------------------------------------------------------------------------------------

    def _mail(self, sender: str, **more: str | bool) -> bytes:
        self.serial += 1
        return mail(sender, **more, Message_ID=f"<{self.serial}@forged.example>")  # type: ignore[arg-type]

    def _to(self, token: str) -> str:
        return f"office+{token}@{DOMAIN}"

    def _guess(self, digits: int = 32) -> str:
        return f"{self.chance.getrandbits(4 * digits):0{digits}x}"

    def _other(self, known: Known) -> Known:
        return self.chance.choice([each for each in self.targets.open if each != known])


def filed() -> list[str]:
    """What came onto a case without a person, in words; nothing is the only right answer."""
    found = [f"{message} is on {message.case}" for message in Message.objects.exclude(case=None)]
    kinds = [Event.Kind.MESSAGE_IN, Event.Kind.REPLY_IN, Event.Kind.UNDELIVERED]
    found += [f"{line.kind} on {line.case}" for line in Event.objects.filter(kind__in=kinds)]
    return found + [f"{reply} to {reply.enquiry}" for reply in Reply.objects.all()]
