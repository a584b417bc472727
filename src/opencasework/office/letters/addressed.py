"""The address a letter goes to, looked at before it leaves: whose it is, and whether mail arrives there."""

from __future__ import annotations

from datetime import date

from opencasework.office.authority import gate
from opencasework.office.authority.models.authority import departments_of
from opencasework.office.bodies.addresses import Holders, domain_of
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.constituents.models import PersonEmail
from opencasework.office.letters import fields, undelivered
from opencasework.office.letters.leaving import Check
from opencasework.office.letters.models import BadAddress, Letter


def check(letter: Letter, *, on: date) -> Check:
    """The address it goes to: that there is one, and whose it is."""
    if letter.means == Letter.Means.POST:
        if letter.has_postal_address:
            return Check(ok=True, text="There is a postal address")
        text = "There is no postal address here. Write it on the envelope."
        return Check(ok=False, must=False, text=text)
    address = letter.to_email.strip().lower()
    if not address:
        return Check(ok=False, text="There is no email address. Give one, or choose post.")
    whose = PersonEmail.objects.filter(address=address)
    if letter.to_person and not whose.filter(person=letter.to_person).exists():
        text = f"{address} is not an address of {letter.to_person}. If it is theirs, add it to their profile."
        return Check(ok=False, text=text)
    other = BodyContact.objects.filter(email__iexact=address).exclude(body=letter.to_body)
    if letter.to_person and (contact := other.select_related("body").first()):
        text = f"{address} is an address of {contact.body}. Write to them, or correct the person’s profile."
        return Check(ok=False, text=text)
    if letter.to_person and (warning := _domain_check(address)):
        return warning
    if letter.to_body and (elsewhere := _elsewhere_check(letter, letter.to_body, address, on=on)):
        return elsewhere
    if bad := BadAddress.objects.filter(address=address).first():
        return Check(ok=False, must=False, text=undelivered.warning(bad))
    if letter.to_body:
        # Of the people of this case alone: whose else it is, whoever writes may not know.
        if whose.filter(person__case_people__case=letter.case).exists():
            return Check(ok=False, text=f"{address} is a constituent’s address, not one of {letter.to_body}.")
        known = {contact.email.lower() for contact in letter.to_body.contacts.all()}
        if address not in known:
            text = f"{address} is not kept as an address of {letter.to_body}. Look at it twice."
            return Check(ok=False, must=False, text=text)
    return Check(ok=True, text=f"Goes to {address}")


def _elsewhere_check(letter: Letter, body: Body, address: str, *, on: date) -> Check | None:
    """What goes to the address of another body goes to that body, whoever the letter names: its authority is
    asked for. None where it is no other's, or that of the department a service is part of.
    """
    contacts = BodyContact.objects.filter(email__iexact=address).select_related("body__parent__parent")
    holders = list(dict.fromkeys(contact.body for contact in contacts))
    if not holders or set(holders) & {body, *departments_of(body)}:
        return None
    whose = f"{address} is an address of {holders[0]}, not one of {body}."
    if any(gate.is_open(letter.case, each, on=on) for each in holders):
        return Check(ok=False, must=False, text=f"{whose} Look at it twice.")
    said, label, url = gate.asking_again(letter.case, holders[0], on=on)
    text = f"{whose} {said} Give an address of {body}, or write to {holders[0]} in a letter of its own."
    return Check(ok=False, text=text, ways=(fields.Way("", label, url),))


def _domain_check(address: str) -> Check | None:
    """A letter to a person that goes where a body has its addresses, by which the inbox knows its senders."""
    holders = Holders(domain=domain_of(address)).of(address)
    found = Body.objects.filter(pk__in=holders).order_by("name").first()
    if found is None:
        return None
    text = f"{address} is where {found} has its addresses: others there may read it. Look at it twice."
    return Check(ok=False, must=False, text=text)
