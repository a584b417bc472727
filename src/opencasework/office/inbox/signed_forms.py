"""Signed forms that came with a message: which, and that somebody else than the person sent them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from opencasework.office.authority.models import Ask, ReturnedForm
from opencasework.office.constituents.models import ActingFor, Person, PersonEmail
from opencasework.office.inbox.models import Message
from opencasework.office.kit.questions import Number, rows_of
from opencasework.office.staff.models import StaffMember


@dataclass(frozen=True)
class SignedForm:
    """A form that waits to be filed, and that somebody else sent it: a sentence, or nothing."""

    form: ReturnedForm
    who_sent: str


def waiting_with(message: Message, staff: StaffMember) -> list[SignedForm]:
    """The forms that came back with it, of cases this colleague may know of."""
    if not rows_of(_forms_of, Number(message.pk), lasting=True):  # as with nearly every message
        return []
    forms = ReturnedForm.objects.visible_to(staff).waiting().filter(message=message.pk)
    return [
        SignedForm(form, _who_sent(message, form.ask, staff))
        for form in forms.select_related("ask__case", "ask__person", "ask__about").order_by("pk")
    ]


def _forms_of(message: int) -> QuerySet[Any, Any]:
    return ReturnedForm.objects.waiting().filter(message=message).order_by().values("pk")


def who_sent(form: ReturnedForm, staff: StaffMember) -> str:
    """That neither the person nor who acts for them sent it, in a sentence; empty where one of them did, and
    where nobody knows who did: a scan from the post.
    """
    message = Message.objects.filter(pk=form.message or 0).first()
    said = _who_sent(message, form.ask, staff) if message is not None else ""
    if message is not None and said and not Message.objects.visible_to(staff).filter(pk=message.pk).exists():
        return f"It was sent by somebody else than {form.ask.person}."
    return said


def whose_message(message: Message, ask: Ask, *, by: StaffMember) -> Person:
    """Whom a message with their form is from: themselves, unless it came from one other constituent whom the
    colleague may know of.
    """
    others = list(Person.objects.visible_among_few(by).filter(pk__in=_other_senders(message, ask))[:2])
    return others[0] if len(others) == 1 else ask.person


def _who_sent(message: Message, ask: Ask, staff: StaffMember) -> str:
    senders = _senders(message)
    others = _other_senders(message, ask)
    if (senders and not others) or not (senders or message.from_address):
        return ""
    if known := list(Person.objects.visible_among_few(staff).filter(pk__in=others)):
        names = " or ".join(str(person) for person in known)
        return f"It was sent by {names}, another constituent, not by {ask.person}."
    return f"It came from {message.from_address}, which is no address of {ask.person} that we have."


def _senders(message: Message) -> set[int]:
    """Everybody who uses the address it came from; else whom a colleague said it is from."""
    using = PersonEmail.objects.filter(address=message.from_address.lower())
    found = set(using.values_list("person", flat=True)) if message.from_address else set()
    return found or ({message.person_id} if message.person_id else set())


def _other_senders(message: Message, ask: Ask) -> set[int]:
    """Those, where neither the person nor who acts for them today is among them."""
    people = {ask.person_id, ask.subject.pk}
    acting = ActingFor.objects.filter(person__in=people).in_force(on=timezone.localdate())
    theirs = people | set(acting.values_list("by", flat=True))
    senders = _senders(message)
    return set() if senders & theirs else senders
