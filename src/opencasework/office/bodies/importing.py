"""An office's own list of bodies and contacts: it adds and fills in, and writes over nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from opencasework.office.bodies.directory import FACT_NAMES, said
from opencasework.office.bodies.forms import free_code
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.bodies.reading import Entry, NotReadable, entries, rows_of
from opencasework.office.bodies.registers import org_id_of

OF_CONTACT = ("name", "email", "phone", "hours", "asks_for", "address")


@dataclass
class Step:
    """What one line of the list does: make a body, fill in facts, add a contact or fill one in."""

    entry: Entry
    body: Body | None  # None: it is new
    fills: dict[str, str | int] = field(default_factory=dict)
    contact: BodyContact | None = None  # that is known and gets what it lacks
    contact_fills: dict[str, str] = field(default_factory=dict)
    adds_contact: bool = False
    adds_notes: bool = False
    kept: list[str] = field(default_factory=list)  # facts where what stands here stays

    @property
    def changes_anything(self) -> bool:
        return self.body is None or bool(
            self.fills or self.contact_fills or self.adds_contact or self.adds_notes
        )


def read(content: bytes) -> list[Entry]:
    """The lines of an office's list; a code that is missing is made from the name. Raises NotReadable."""
    rows = rows_of(content, needed=("name",))
    codes = {name.casefold(): code for name, code in Body.objects.values_list("name", "code")}
    taken = set(codes.values())
    for row in rows:
        name = " ".join(row["name"].split())
        if name and not row.get("code", "").strip():
            code = codes.get(name.casefold()) or free_code(name, taken=taken)
            codes[name.casefold()] = row["code"] = code
            taken.add(code)
        if not row.get("kind", "").strip():
            known = Body.objects.filter(code=row.get("code", "").strip().upper()).first()
            if known is not None:
                row["kind"] = known.kind
    return entries(rows, known=taken, may_repeat=True)


def plan(found: Iterable[Entry]) -> list[Step]:
    """Compare a list with what is here. Changes nothing."""
    here = {body.code: body for body in Body.objects.prefetch_related("contacts")}
    steps, new = [], set()
    for entry in found:
        body = here.get(entry.code)
        step = Step(entry, body)
        if body is None and entry.code in new and not entry.contact:
            raise NotReadable(f"Line {entry.line}: {entry.name} stands there twice.")
        if body is not None:
            _compare(step, body)
        step.adds_contact = entry.contact is not None and step.contact is None
        new.add(entry.code)
        steps.append(step)
    return steps


def _compare(step: Step, body: Body) -> None:
    for fact, theirs in step.entry.facts.items():
        mine = getattr(body, fact)
        if not theirs or theirs == mine or (fact == "nation" and theirs == "uk"):
            continue
        if mine or not body.is_local:
            step.kept.append(
                f"{FACT_NAMES[fact]}: {said(str(mine or ''))} stays, the list says {said(str(theirs))}"
            )
        else:
            step.fills[fact] = theirs
    if step.entry.notes and step.entry.notes not in body.notes:
        step.adds_notes = not body.notes
        if body.notes:
            step.kept.append("Notes: what your office has written stays, those of the list are left out")
    wanted = step.entry.contact
    if wanted is None:
        return
    for contact in body.contacts.all():
        ways = [("email", contact.email), ("phone", contact.phone), ("address", contact.address)]
        if any(mine and mine.casefold() == wanted[way].casefold() for way, mine in ways):
            step.contact = contact
            lacking = [name for name in OF_CONTACT if wanted[name] and not getattr(contact, name)]
            step.contact_fills = {name: wanted[name] for name in lacking}
            return


@transaction.atomic
def take(steps: Sequence[Step]) -> None:
    """Put into effect what `plan` said. All bodies are made before any is put below another."""
    made = {step.entry.code: _made(step.entry) for step in steps if step.body is None}
    codes = {step.entry.parent for step in steps if step.body is None}
    parents = Body.objects.in_bulk([code for code in codes if code], field_name="code")
    for step in steps:
        if step.body is None and step.entry.parent:
            Body.objects.filter(code=step.entry.code, parent=None).update(parent=parents[step.entry.parent])
    for step in steps:
        body = step.body or made[step.entry.code]
        if step.entry.notes and (step.adds_notes or step.body is None) and step.entry.notes not in body.notes:
            # A new body on several lines, for several contacts, gets the notes of each.
            body.notes = f"{body.notes}\n{step.entry.notes}".strip()
            Body.objects.filter(pk=body.pk).update(notes=body.notes)
        for fact, value in step.fills.items():
            setattr(body, fact, value)
        if step.fills:
            body.save(update_fields=list(step.fills))
        if step.contact is not None and step.contact_fills:
            for name, value in step.contact_fills.items():
                setattr(step.contact, name, value)
            step.contact.save(update_fields=list(step.contact_fills))
        if step.adds_contact and step.entry.contact is not None:
            body.contacts.create(**step.entry.contact)


def _made(entry: Entry) -> Body:
    """The body of a line, which an earlier line with another contact may have made."""
    org_id = entry.facts["org_id"] or ("" if entry.parent else org_id_of(entry.name))
    facts = entry.facts | {"org_id": org_id}
    body, _made_now = Body.objects.get_or_create(code=entry.code, defaults={**facts, "is_local": True})
    return body


def lines(steps: Iterable[Step]) -> Iterable[str]:
    """What the list does, in sentences."""
    new: set[str] = set()
    for step in steps:
        name = f"{step.entry.name} ({step.entry.code})"
        if step.body is None and step.entry.code not in new:
            yield f"New: {name}"
        new.add(step.entry.code)
        for fact, value in step.fills.items():
            yield f"Filled in: {name}: {FACT_NAMES[fact]}, {said(str(value))}"
        if step.entry.notes and (step.body is None or step.adds_notes):
            yield f"Notes: {name}: {said(step.entry.notes)}"
        if step.adds_contact and step.entry.contact:
            contact = step.entry.contact
            reached = contact["email"] or contact["phone"] or "by post"
            yield f"New contact: {name}: {contact['name'] or contact['kind']}, {reached}"
        if step.contact_fills:
            yield f"Filled in: {name}: {step.contact}: {', '.join(step.contact_fills).replace('_', ' ')}"
        for kept in step.kept:
            yield f"Kept: {name}: {kept}"


def summary(steps: list[Step]) -> str:
    """How much it does, in a sentence."""
    new = len({step.entry.code for step in steps if step.body is None})
    contacts = sum(step.adds_contact for step in steps)
    filled = sum(bool(step.fills or step.contact_fills or step.adds_notes) for step in steps)
    idle = sum(not step.changes_anything for step in steps)
    return (
        f"{new} new {'body' if new == 1 else 'bodies'}, {contacts} new contact{'s' * (contacts != 1)}, "
        f"{filled} filled in, {idle} {'line that changes' if idle == 1 else 'lines that change'} nothing."
    )
