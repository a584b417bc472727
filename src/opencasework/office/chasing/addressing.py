"""To whom a step of the ladder goes, and whether that is anybody else than the step before went to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects
from django.urls import reverse

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.chasing.ladder import kept, left_of, put_again, put_higher
from opencasework.office.chasing.models import Chaser, Rung
from opencasework.office.letters.actions import Check, best_contact
from opencasework.office.letters.fields import Way
from opencasework.office.letters.models import Enquiry, Letter

Kind = BodyContact.Kind
# Brought in under a department, they still have a head of their own: no minister answers for them.
OWN_HEADS = (
    "council", "council_type", "local_body", "housing", "housing_type", "landlord", "police", "police_type",
    "nhs", "nhs_type", "education", "education_type",
)  # fmt: skip
# The bodies of a lineage, three deep, with whom to write to at each.
WHO_IS_ABOVE = ("body__contacts", "body__parent__contacts", "body__parent__parent__contacts")
HIGHER = (Rung.Step.UP, Rung.Step.HEAD)


@dataclass(frozen=True)
class Addressee:
    """To which body, contact and address a step goes."""

    body: Body
    contact: BodyContact | None
    email: str

    @property
    def place(self) -> str:
        """What tells two addresses apart: the mailbox, else the postal address."""
        return _place(self.email, self.contact)


def addressee(enquiry: Enquiry, rung: Rung) -> Addressee:
    """To whom this step goes.

    A reminder goes where the enquiry went; one level up to the nearest contact for escalation, the body's own
    or of what it is a part of; the last to the minister or chief executive. Where the one found had a step
    before, the next above is taken; where nobody above is known it goes to the same address again, which
    `nobody_above` says.
    """
    first = _where_it_went(enquiry)
    if rung.step not in HIGHER:
        return first
    taken = set(_places(enquiry, kept(enquiry)))
    within = _within(enquiry.body)
    up = [contact for body in within for contact in _reachable(body, Kind.ESCALATION)]
    if rung.step == Rung.Step.UP:
        return next((_at(each) for each in up if _at(each).place not in taken), first)
    wanted = list(_heads(enquiry, within))
    fresh = next((each for each in wanted if each.place not in taken), None)
    if fresh is not None:
        return fresh
    head = head_of(enquiry.body)
    if head != enquiry.body and not wanted:  # a department of which no address is kept
        return Addressee(head, None, "")
    return next(iter(wanted), None) or next((_at(each) for each in up), first)


def head_of(body: Body) -> Body:
    """The department at whose head a minister stands; without one, the whole that the body is a part of."""
    for each in body.lineage:
        if each.kind in OWN_HEADS:
            break
        if each.kind == "department":
            return each
    return body.belonging[-1]


def _within(body: Body) -> list[Body]:
    """The body and what it is a part of, up to where its head is."""
    head, found = head_of(body), list[Body]()
    for each in body.belonging:
        found.append(each)
        if each == head:
            break
    return found


def _heads(enquiry: Enquiry, within: Sequence[Body]) -> Iterator[Addressee]:
    """Whom to ask at the top: who is kept as the head, nearest first, else anybody above at the topmost."""
    top = head_of(enquiry.body)
    for body in [*within, *([top] if top not in within else [])]:
        yield from map(_at, _reachable(body, Kind.HEAD))
    if enquiry.contact is None or enquiry.contact.kind != Kind.HEAD:  # else it would go down
        yield from map(_at, _reachable(top, Kind.ESCALATION))
    if top != enquiry.body and (contact := best_contact(top)):
        yield _at(contact)


def _reachable(body: Body, kind: Kind) -> list[BodyContact]:
    """Its contacts of this kind that can be written to."""
    return [one for one in body.contacts.all() if one.kind == kind and (one.email or one.address.strip())]


def _at(contact: BodyContact) -> Addressee:
    return Addressee(contact.body, contact, contact.email)


def _where_it_went(enquiry: Enquiry) -> Addressee:
    """To whom the enquiry was put; of one that was asked by word, to whom one would write there."""
    first = enquiry.letter
    if first and first.to_body_id != enquiry.body_id:  # that body is part of another now
        first = None
    where = enquiry.contact or (first.to_contact if first else None) or best_contact(enquiry.body)
    address = (first.to_email if first else "") or (where.email if where else "")
    return Addressee(enquiry.body, where, address)


def _place(email: str, contact: BodyContact | None) -> str:
    return email.strip().lower() or " ".join(contact.address.split() if contact else [])


def _places(enquiry: Enquiry, steps: Iterable[Chaser]) -> Iterator[str]:
    """Where the enquiry went, and where these steps went, in order."""
    yield _where_it_went(enquiry).place
    yield from (_place(each.letter.to_email, each.letter.to_contact) for each in steps if each.letter)


# --- nobody above is known ----------------------------------------------------------------------------------


def nobody_above(enquiry: Enquiry) -> Check | None:
    """That the next step, or the one that waits, goes where the one before went; None where it does not.

    Its contacts and those of what it is a part of, and its steps with their letters, should be prefetched.
    """
    if enquiry.is_answered or put_higher(enquiry):
        return None
    taken = kept(enquiry)
    if taken and taken[-1].is_waiting:
        rung, letter = taken[-1].rung, taken[-1].letter
        if rung is None or letter is None or rung.step not in HIGHER:
            return None
        goes, before = _place(letter.to_email, letter.to_contact), list(_places(enquiry, taken[:-1]))
    else:
        left = left_of(enquiry)
        if not left or left[0].step not in HIGHER:
            return None
        rung, before = left[0], list(_places(enquiry, taken))
        found = addressee(enquiry, rung)
        if not found.place and found.body != enquiry.body:
            return None  # somebody above, of whom no address is kept: the letter says that
        goes = found.place
    return _said(enquiry, rung) if goes == before[-1] else None


def _said(enquiry: Enquiry, rung: Rung) -> Check:
    if rung.step == Rung.Step.UP:
        whole, whom = enquiry.body, "next level up"
    else:
        whole, whom = head_of(enquiry.body), "minister or chief executive"
    text = f"{rung.name}: goes to the same address as the step before, for no {whom} is known at {whole}."
    way = Way("", f"Add whom to write to at {whole}", reverse("body-contact-new", args=[whole.pk]))
    return Check(ok=False, must=False, text=text, ways=(way,))


def check_of(letter: Letter, _on: date) -> list[Check]:
    """For what is looked at before a chaser leaves."""
    chaser: Chaser | None = getattr(letter, "chaser", None)
    found = nobody_above(chaser.enquiry) if chaser is not None else None
    return [found] if found else []


def notes_of(enquiries: Sequence[Enquiry]) -> dict[int, Check]:
    """The same for several enquiries, by their number."""
    steps = ("chasers__rung", "chasers__letter__to_contact", put_again())
    prefetch_related_objects(enquiries, *steps, *WHO_IS_ABOVE, "letter__to_contact", "contact")
    found = {enquiry.pk: nobody_above(enquiry) for enquiry in enquiries}
    return {number: check for number, check in found.items() if check is not None}
