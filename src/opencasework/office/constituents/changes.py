"""What changed about a person that decides who signs for them, who they are and how they are reached.

It is said where it matters: a folder above writes a line on the timeline of each of their open cases. Where
somebody lives and how they are reached is never repeated there: an old way may be the dangerous one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.dispatch import Signal

from opencasework.office.constituents import said_before
from opencasework.office.constituents.models import ActingFor, Person, PersonAddress, PersonName
from opencasework.office.kit.alone import lock
from opencasework.office.staff.models import StaffMember

# Sent inside the transaction of the act, with `person`, `by`, `said` and `other`: whom `{other}` in the
# sentence stands for, who may not be known to everybody that may know of the person.
person_changed = Signal()

# What stands on a record once and is said without its words.
WITHOUT_WORDS = {
    "safe_contact": "the only safe way to reach them",
    "contact_limit": "the limit on contact",
    "post_is_safe": "whether post is safe",
}
MINDED = ("full_name", "date_of_birth", *WITHOUT_WORDS)


def say(person: Person, *, by: StaffMember, said: str, other: Person | None = None) -> None:
    """Tell whoever writes timelines what changed, in a sentence. Call inside the transaction of the act."""
    person_changed.send(sender=Person, person=person, by=by, said=said, other=other)


def minded(person: Person) -> dict[str, Any]:
    """What stands on the record now, to be compared after a change."""
    return {name: getattr(person, name) for name in MINDED}


def say_what_changed(person: Person, before: dict[str, Any], *, by: StaffMember) -> None:
    """Say what of `minded` is another now, each in a sentence. A name that went is kept among their names."""
    said = []
    if before["full_name"] != person.full_name:
        said.append(f"name, before {before['full_name']}, now {person.full_name}")
        _keep_name(person, before["full_name"])
    if before["date_of_birth"] != person.date_of_birth:
        was, now = _day(before["date_of_birth"]), _day(person.date_of_birth)
        said.append(f"date of birth, before {was}, now {now}")
    for name, words in WITHOUT_WORDS.items():
        if (was := before[name]) != (now := getattr(person, name)):
            how = "taken off" if was and not now else "added" if now and not was else "changed"
            said.append(f"{words}: {how}")
            if name in said_before.ONCE:
                said_before.keep_once(person, name, was, by=by)
    if said:
        say(person, by=by, said=f"{person}: {'; '.join(said)}.")


def _keep_name(person: Person, former: str) -> None:
    """Let them be found under the name they had; one they have again is no former one."""
    names = person.other_names
    names.filter(name=person.full_name, kind=PersonName.Kind.FORMER).delete()
    if not names.filter(name=former).exists():
        names.create(name=former, kind=PersonName.Kind.FORMER)


def say_way(person: Person, how: str, *, by: StaffMember) -> None:
    """A name, address, email or telephone was put right, added or taken off: `how`; not what it says."""
    say(person, by=by, said=f"{person}: {how}. Their page has it.")


def move(person: Person, *, lines: str, postcode: str, on: date) -> None:
    """End the address they live at, and begin another. The former one is kept; where they live there already,
    they stay. Call inside a transaction.
    """
    lock(Person.objects.filter(pk=person.pk))  # also of whoever comes along: of two at once, one home stays
    if person.addresses.filter(until=None, lines=lines, postcode=postcode).exists():
        return
    person.addresses.filter(until=None).update(until=on)
    PersonAddress.objects.create(person=person, lines=lines, postcode=postcode, since=on)


def acting_in_words(acting: ActingFor) -> str:
    """“Attorney, with Lasting power of attorney, money, seen 3 May 2026, until 4 June 2026”."""
    words = acting.get_kind_display()
    if acting.proof:
        words += f", with {acting.get_proof_display()}, seen {_day(acting.proof_seen_on)}"
    else:
        words += ", no proof seen"
    if acting.since:
        words += f", since {_day(acting.since)}"
    return f"{words}, until {_day(acting.until)}" if acting.until else words


def say_acting(now: ActingFor | None, *, before: ActingFor | None, by: StaffMember) -> None:
    """Somebody acts for a person, acts as something else or with another proof, or never did."""
    acting = now or before
    assert acting is not None
    was, is_now = (acting_in_words(each) if each else "" for each in (before, now))
    if was == is_now:
        return
    if not was:
        said = f"acts for {acting.person}: {is_now}."
    elif not is_now:
        said = f"no longer stands as acting for {acting.person}. Before: {was}."
    else:
        said = f"acts for {acting.person}: {is_now}. Before: {was}."
    say(acting.person, by=by, said=f"{{other}} {said}", other=acting.by)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "not known"
