"""A call, a visit or a message of a body that was written down in the inbox passes the gate of authority when
it comes to a case.

Before it is on one, nobody can tell whose authority counts: it asks then. Where nothing about anybody was
said it asks for nothing. Until either is settled it cannot be filed away, or it would walk around the gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils import timezone

from opencasework.office.authority import gate
from opencasework.office.authority.gate import NoAuthority
from opencasework.office.bodies.models import Body
from opencasework.office.cases.call_form import SAY_WHY as SAY_WHY
from opencasework.office.cases.call_form import SaidWithoutForm
from opencasework.office.cases.models import Case, Channel, Event
from opencasework.office.inbox.models import Message
from opencasework.office.staff.models import StaffMember

LEFT = "It is of a body: say of it alone whether something about a person was said, and on which case."
TICK = "Tick that nothing about a person was said, or put it on the case of whom you spoke about."


DID = {Channel.SURGERY: "came", Channel.SOCIAL: "wrote"}  # and else it rang


def did(message: Message) -> str:
    """“rang”, “came” or “wrote”."""
    return DID.get(Channel(message.channel), "rang")


@dataclass(frozen=True)
class Said:
    """What a colleague says about it without authority: why they spoke, or that they did not."""

    reason: str = ""
    nothing: bool = False

    def __bool__(self) -> bool:
        return bool(self.reason) or self.nothing


def body_of(message: Message) -> Body | None:
    """The body that rang, came or wrote; None of any other message."""
    code = message.details.get("body")
    return Body.objects.filter(code=code).select_related("parent__parent").first() if code else None


def on_the_line(message: Message) -> dict[str, str]:
    """What the line of a case says of such a message: by it the person has not heard from us."""
    return {"body": message.details["body"]} if message.details.get("body") else {}


def said_of(message: Message) -> Said:
    """What was said of it when it was written down or decided about."""
    details = message.details
    return Said(str(details.get("told_because", "")), bool(details.get("nothing_said")))


def is_unsettled(message: Message) -> bool:
    """Whether something about a person may have been told in it that no case and no review knows of yet."""
    return bool(message.details.get("body")) and not message.details.get("nothing_said")


def lacking(message: Message, case: Case) -> str:
    """That no authority of this case covers that body, in a sentence; empty where one does."""
    body = body_of(message)
    return without(case, body) if body is not None else ""


def without(case: Case, body: Body) -> str:
    """That no authority on the case covers the body, in a sentence; empty where one does."""
    return gate.why_shut(case, body, on=timezone.localdate())


def asks_why(message: Message, case: Case) -> bool:
    """Whether putting it on this case wants a word that nobody has said yet."""
    return bool(message.details.get("body")) and not said_of(message) and bool(lacking(message, case))


def pass_gate(message: Message, case: Case, *, by: StaffMember | None, told: Said) -> None:
    """Note on the case what the body was told without authority, for the weekly review, too.

    Call it inside the transaction that puts the message on the case. Raises NoAuthority where no authority
    covers the body, and neither why they were told nor that they were not is given.
    """
    if not (sentence := lacking(message, case)):
        return
    body, known = body_of(message), said_of(message)
    assert body is not None
    said = told or known
    if not said:
        raise NoAuthority(sentence)
    if not told and message.written_down_by is not None:
        by = message.written_down_by  # who spoke to them has said why
    reason = said.reason
    words = f"Said without authority to act: {reason}" if reason else "Nothing about the person was said."
    detail: dict[str, object] = {"without_authority": True} if reason else {}
    kind = Event.Kind.CALL if message.channel == Channel.PHONE else Event.Kind.NOTE
    line = case.record(
        kind, by=by, text=f"{body} {did(message)}: {message.from_name}\n{words}",
        message=message.pk, body=body.code, **detail,
    )  # fmt: skip
    if reason:
        gate.record_override(case=case, body=body, call=line.pk, reason=reason, by=by, at=message.received_at)


def take_back(message: Message, case: Case, *, by: StaffMember) -> None:
    """It is taken off the case: what was reported of it there was not about this one."""
    # After a merge the line stays with the case on which it was written.
    kinds = (Event.Kind.CALL, Event.Kind.NOTE)
    lines = Event.objects.filter(case__in=case.family, kind__in=kinds, detail__message=message.pk)
    for line in lines:
        gate.take_back_override(call=line.pk, by=by)


class WhyForm(SaidWithoutForm):
    """Why the people of a case were spoken of, asked when the message is put there.

    `sentence` says that no authority covers the body. Without one it is found out on the case if one does,
    and what is said here is kept for that.
    """

    def __init__(self, *args: object, sentence: str = "", **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.sentence = sentence

    def lacks(self, _cleaned: dict[str, object]) -> str:
        return self.sentence

    def asks_later(self, _cleaned: dict[str, object]) -> bool:
        return not self.sentence

    @property
    def said(self) -> Said:
        """What was said, of a form that is valid."""
        return said_in(self)


class NothingSaidForm(forms.Form):
    """That what a body said was about nobody, asked where it is to be on no case."""

    nothing_said = forms.BooleanField(
        label="Nothing about a person was said", error_messages={"required": TICK}
    )


def said_in(form: forms.Form) -> Said:
    """What a valid form with the two questions says."""
    given = form.cleaned_data
    return Said(given.get("no_authority_reason", ""), bool(given.get("nothing_said")))


def settle_as_nothing(message: Message) -> None:
    """A colleague says that nothing about anybody was said in it."""
    message.details = {**message.details, "nothing_said": True}
    message.save(update_fields=["details"])
