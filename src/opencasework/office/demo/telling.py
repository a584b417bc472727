"""What the invented constituents heard, and when; whom the invented office rings, and what it has noted there."""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Event
from opencasework.office.constituents.models import Person
from opencasework.office.demo.lives import Office
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.models import Letter
from opencasework.office.staff.models import StaffMember
from opencasework.office.telling.actions import draft_due, owed

SAID_SHARE = 0.94  # of the words that fell due, how many were said
SUBJECTS = {
    Letter.Kind.ACKNOWLEDGEMENT: "We have your message",
    Letter.Kind.UPDATE: "Where your case stands",
    Letter.Kind.CLOSING: "Your case is now closed",
}
TEXTS = {
    Letter.Kind.ACKNOWLEDGEMENT: "Thank you for telling me about this. {owner} will look after your case.",
    Letter.Kind.UPDATE: "There is no news yet. We have asked again, and will write to you within four weeks.",
    Letter.Kind.CLOSING: "I am closing your case now. If anything changes, write or ring and quote its number.",
}
# Code, team, telephone, hours, what they ask for, what is worth knowing, days since somebody checked.
LINES = (
    ("DWP", "MP line", "01632 960310", "Mon-Fri 8:00-18:00", "National Insurance number\nDate of birth\nPostcode", "Press 2 for members’ offices.", 21),
    ("DWP-UC", "Universal Credit escalation", "01632 960311", "Mon-Fri 9:00-17:00", "National Insurance number\nDate of birth\nFirst line of the address", "", 9),
    ("HMPO", "MP hotline", "01632 960312", "Mon-Fri 9:00-17:30; Sat 9:00-13:00", "Application reference\nDate of travel", "Have the date of travel ready.", 40),
    ("UKVI", "MP account team", "01632 960313", "Mon-Fri 9:00-17:00", "Home Office reference\nDate of birth\nNationality", "They ask for the signed authority by email.", 230),
    ("HMRC", "MP hotline", "01632 960314", "Mon-Fri 9:00-16:00", "National Insurance number\nTaxpayer reference", "", 75),
    ("CMS", "MP team", "01632 960315", "Mon-Thu 9:00-17:00; Fri 9:00-16:30", "Child maintenance reference", "", 120),
    ("L-WBC", "Members’ enquiries", "01632 960316", "Mon-Fri 8:45-17:15", "Address of the property\nCouncil tax account number", "Ask for the duty manager when somebody may lose their home today.", 12),
    ("L-FENWICK", "Complaints", "01632 960317", "Mon-Fri 9:00-12:30, 13:30-17:00", "Tenancy number", "", 300),
)  # fmt: skip
# Code, the body above, kind, name, what for, telephone, hours.
UNITS = (
    ("L-JCP-FENWICK", "JCP", "local_office", "Fenwick Jobcentre", "Appointments, advances, sanctions", "01632 960320", "Mon-Fri 9:00-17:00"),
    ("L-WBC-HOUSING", "L-WBC", "unit", "Wexcombe Housing Options", "Homelessness and temporary accommodation", "01632 960321", "Mon-Fri 9:00-17:00"),
)  # fmt: skip


def say(office: Office, *, seed: int) -> None:
    """Give every case of the shelf its letters to the person. A chance of its own leaves all else as it is."""
    chance = random.Random(seed + 4)
    for case in office.shelf.cases():
        if case.kind == Case.Kind.CASEWORK:
            _words_of(office, case, chance)


def _words_of(office: Office, case: Case, chance: random.Random) -> None:
    opened = timezone.localdate(case.opened_at)
    closed = timezone.localdate(case.closed_at) if case.closed_at else None
    last = closed or office.today
    word = working_days_after(opened, chance.choice((0, 1, 1, 2)))
    kind = Letter.Kind.ACKNOWLEDGEMENT
    # Of what is still open a little more was forgotten, for the list of what is due today to have something in it.
    share = SAID_SHARE if closed else SAID_SHARE - 0.16
    while word <= last:
        if chance.random() < share:
            _letter(office, case, kind, word)
            kind = Letter.Kind.UPDATE
        word = working_days_after(word, chance.randint(11, 19) if kind == Letter.Kind.UPDATE else 1)
    if closed and chance.random() < SAID_SHARE:
        _letter(office, case, Letter.Kind.CLOSING, closed)


def _letter(office: Office, case: Case, kind: str, day: date) -> None:
    person = office.shelf.links_of(case)[0].person
    at = office.moment(day, hour=18)
    if at > timezone.now():
        return
    letter = office.shelf.put(
        Letter(
            case=case, kind=kind, state=Letter.State.SENT, means="email", to_person=person,
            to_email=office.shelf.email_of(person), subject=SUBJECTS[Letter.Kind(kind)],
            text=f"Dear {person.salutation},\n\n" + TEXTS[Letter.Kind(kind)].format(owner=case.owner),
            drafted_by=case.owner, sent_by=case.owner, drafted_at=at, sent_at=at,
        )
    )  # fmt: skip
    office.shelf.event(
        case, Event.Kind.LETTER_OUT, at, by=case.owner, text=f"To {person}: {letter.subject}", letter=letter,
        letter_kind=kind, means="email", body="", enquiry=None, person=person,
    )  # fmt: skip


def note_bodies(bodies: dict[str, Body], staff: dict[str, StaffMember], today: date) -> None:
    """Lines for members with their hours, two units of the office's own, and a fact it knows better."""
    checkers = [staff["tom"], staff["priya"], staff["bethan"]]
    for place, (code, team, phone, hours, asks_for, note, days) in enumerate(LINES):
        BodyContact.objects.create(
            body=bodies[code], kind=BodyContact.Kind.HOTLINE, name=team, phone=phone, hours=hours, asks_for=asks_for,
            note=note, checked_on=today - timedelta(days=days), checked_by=checkers[place % len(checkers)],
        )  # fmt: skip
    BodyContact.objects.create(
        body=bodies["DWP-UC"], kind=BodyContact.Kind.PUBLIC, name="Universal Credit helpline",
        phone="0300 555 0144", hours="Mon-Fri 8-18",
    )  # fmt: skip
    for contact in BodyContact.objects.filter(checked_on=None):
        days = 30 + contact.pk * 37 % 260
        contact.checked_on, contact.checked_by = today - timedelta(days=days), checkers[contact.pk % 3]
        contact.save()
    for code, above, kind, name, what_for, phone, hours in UNITS:
        unit = Body.objects.create(
            code=code,
            name=name,
            kind=kind,
            what_for=what_for,
            nation="en",
            is_local=True,
            parent=bodies[above],
        )
        unit.contacts.create(kind=BodyContact.Kind.HOTLINE, phone=phone, hours=hours)
    hmpo = bodies["HMPO"]
    hmpo.reply_target_days, hmpo.target_source = 10, "Their letter to members of June"
    hmpo.notes = "They answer the hotline faster than letters."
    hmpo.keep_own(["reply_target_days", "target_source"])
    hmpo.save()


def owe_words(today: date) -> None:
    """Some would rather be rung; then what is due today is drafted, as the worker does."""
    people = [one.case.constituent for one in owed(on=today) if not one.case.need_to_know]
    to_ring = [person.pk for person in people if person and not person.is_to_be_minded][:2]
    Person.objects.filter(pk__in=to_ring).update(preferred_channel=Person.Channel.PHONE)
    draft_due(today)
