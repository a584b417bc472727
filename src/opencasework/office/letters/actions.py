"""Drafting, checking and posting letters, putting enquiries, and what comes back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opencasework.office.authority import clock, links
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.actions import FIRST_ACTION, THEN_WRITE
from opencasework.office.cases.models import Case, Event, Issue
from opencasework.office.constituents.models import Person
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters import (
    addressed,
    authorised,
    deadlines,
    drafting,
    fields,
    filling,
    leaving,
    paper,
    recipients,
)
from opencasework.office.letters.answering import codes_of as codes_of
from opencasework.office.letters.answering import forget_reply as forget_reply
from opencasework.office.letters.answering import mark_reply as mark_reply
from opencasework.office.letters.answering import one_line as one_line
from opencasework.office.letters.answering import receive_once as receive_once
from opencasework.office.letters.answering import receive_reply as receive_reply
from opencasework.office.letters.authorised import lacks_authority as lacks_authority
from opencasework.office.letters.expecting import next_after_asking
from opencasework.office.letters.facts import in_words
from opencasework.office.letters.filling import TemplateProblem
from opencasework.office.letters.keeping import keep_edit as keep_edit  # one of the acts
from opencasework.office.letters.leaving import Check as Check
from opencasework.office.letters.models import Enquiry, Letter, LetterTemplate
from opencasework.office.letters.pack.concerns import about_others, concerns
from opencasework.office.letters.review import looks
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember


class NotSendable(Exception):
    """The letter cannot leave as it is; the message says why and what to do."""


def best_contact(body: Body) -> BodyContact | None:
    """The address of a body to write to: its correspondence team where it has one, its head last but one."""
    contacts = list(body.contacts.all())
    kinds = BodyContact.Kind
    order = [kinds.CORRESPONDENCE, kinds.HOTLINE, kinds.ESCALATION, kinds.HEAD, kinds.PUBLIC]
    reachable = [contact for contact in contacts if contact.email or contact.address.strip()]
    ranked = sorted(reachable or contacts, key=lambda contact: order.index(BodyContact.Kind(contact.kind)))
    return ranked[0] if ranked else None


def begun(
    *,
    case: Case,
    template: LetterTemplate,
    body: Body | None,
    by: StaffMember,
    enquiry: Enquiry | None,
    to: str | None = None,
    was_typed: bool = False,
) -> Letter:
    """An unsaved letter with no words yet: to the body where the template is for one, else to somebody on the
    case: of the number `to`, or the likeliest. `was_typed`: as in `recipients.chosen`.
    """
    to_body = body if template.to_body else None
    return Letter(
        case=case,
        template=template,
        kind=template.kind,
        to_body=to_body,
        to_contact=best_contact(to_body) if to_body else None,
        to_person=None if template.to_body else recipients.chosen(case, to, was_typed=was_typed),
        about_enquiry=enquiry,
        drafted_by=by,
    )


def template_of(*codes: str) -> LetterTemplate:
    """The first of these kinds of letter that the office has. Raises TemplateProblem where it has none."""
    found: dict[str, LetterTemplate] = LetterTemplate.objects.in_bulk(codes, field_name="code")
    for code in codes:
        if code in found:
            return found[code]
    raise TemplateProblem(f"There is no wording {codes[-1]}.")


def worded(
    *,
    case: Case,
    template: LetterTemplate,
    by: StaffMember | None,
    today: date,
    to_body: Body | None = None,
    to_contact: BodyContact | None = None,
    to_person: Person | None = None,
    to_email: str = "",
    issue: Issue | None = None,
    about_enquiry: Enquiry | None = None,
    no_authority_reason: str = "",
    language: str = "",
    given: Mapping[str, str] | None = None,
) -> Letter:
    """An unsaved letter in the office's wording, filled in for a person to read and send: see `keep_draft`.

    It is in `language`, or in the person's own where the office has words in it. `given` are facts that
    only whoever writes knows, by field (`reply_summary`). Filling in a Word file takes its time, so where it
    can be helped this is called outside a transaction.

    Raises TemplateProblem when the wording cannot be used.
    """
    letter = Letter(
        case=case,
        template=template,
        kind=template.kind,
        to_body=to_body,
        to_contact=to_contact,
        to_person=to_person,
        to_email=to_email,
        issue=issue,
        about_enquiry=about_enquiry,
        no_authority_reason=no_authority_reason,
    )
    fill_in(letter, by=by, today=today, language=language, given=given)
    return letter


def fill_in(
    letter: Letter,
    *,
    by: StaffMember | None,
    today: date,
    language: str = "",
    given: Mapping[str, str] | None = None,
) -> None:
    """Put the template's words, the case's facts and the known address into an unsaved letter.

    `given` are facts that only whoever writes knows, by field (`reply_summary`).

    Raises TemplateProblem when the wording cannot be used.
    """
    letter.to_email = letter.to_email or address_of(letter.to_contact, letter.to_person)
    on_paper = letter.to_person is not None and letter.to_person.wants_paper
    letter.means = Letter.Means.EMAIL if letter.to_email and not on_paper else Letter.Means.POST
    drafting.put_words(letter, by=by, today=today, language=language, given=given)


@transaction.atomic
def keep_draft(letter: Letter, *, by: StaffMember | None) -> Letter:
    """Save a new draft and say so on the timeline; the draft."""
    letter.drafted_by = letter.changed_by = by
    letter.save()
    name = letter.template.name if letter.template else letter.get_kind_display()
    letter.case.record(Event.Kind.DRAFTED, by=by, text=f"{name} to {letter.recipient}", letter=letter.pk)
    return letter


def address_of(contact: BodyContact | None, person: Person | None) -> str:
    """The email address a letter would go to; empty when none is known."""
    return contact.email if contact else person.email if person else ""


# --- before it leaves ---------------------------------------------------------------------------------


def insist_printable(letter: Letter, *, on: date) -> None:
    """Raise NotSendable where what is printed and posted could do harm.

    That is a letter to a body, or to somebody who acts for the person, without authority and without a reason
    on record, one to somebody who is not on the case any more, and one to somebody to whom post is not safe,
    also where it was meant to go by email: paper is paper; and one whose papers tell of other people's cases.
    """
    more = [check for looked_at in leaving.AUTHORITY_CHECKS for check in looked_at(letter, on)]
    more += [check for check in _recipient_checks(letter) if check.must]
    more += [Check(ok=False, text=text) for text in about_others(letter)]
    for check in (authorised.check(letter, on=on), *more, *_stops_of_post(letter)):
        if not check.ok:
            raise NotSendable(check.text)


def checks(letter: Letter, *, on: date) -> list[Check]:
    """What the page shows before sending: what sending insists on, and what cannot be drawn."""
    return [*_insisted(letter, on=on), *_boxes_checks(letter)]


def _insisted(letter: Letter, *, on: date, left_on: date | None = None) -> list[Check]:
    found = [authorised.check(letter, on=on), _gaps_check(letter), addressed.check(letter, on=on)]
    found += [Check(ok=ok, text=text) for ok, text in looks.checks(letter)]
    if letter.says_nothing_came and letter.about_enquiry:
        found.append(_silence_check(letter.about_enquiry, on=left_on or on))
    if letter.to_body and letter.means == Letter.Means.EMAIL:
        found.append(_subject_check(letter))
    found += [Check(ok=ok, must=must, text=text) for ok, must, text in concerns(letter)]
    found += [check for looked_at in leaving.MORE_CHECKS for check in looked_at(letter, on)]
    if links.wanted_in(letter.text):
        found.append(_link_check(letter))
    found += _post_checks(letter) + _deadline_checks(letter, on=on)
    found += _recipient_checks(letter)
    return [check for check in found if check]


def _recipient_checks(letter: Letter) -> list[Check]:
    found = recipients.concerns(letter)
    return [Check(ok=False, must=each.must, text=each.text, ways=each.ways) for each in found]


def _post_checks(letter: Letter) -> list[Check]:
    """A letter by post stops where a safe way is known, or the case is restricted: others may open it."""
    return _stops_of_post(letter) if letter.means == Letter.Means.POST else []


def _stops_of_post(letter: Letter) -> list[Check]:
    person = letter.to_person
    text = letter.case.no_post_to(person) if person is not None else ""
    if person is None or not text:
        return []
    if not person.never_by_post:
        text += " Ask them first, and tick it on their page; or reach them another way."
    way = fields.Way("", f"Open the page of {person}", reverse("person-edit", args=[person.pk]))
    return [Check(ok=False, text=text, ways=(way,))]


def _deadline_checks(letter: Letter, *, on: date) -> list[Check]:
    """An acknowledgement of a time-limited case names the last day that is known."""
    must, text = deadlines.missing(letter, on=on)
    url = reverse("route-date-new", args=[letter.case_id])
    ways = () if must else (fields.Way("", "Record the date", url),)
    return [Check(ok=False, must=must, text=text, ways=ways)] if text else []


def _boxes_checks(letter: Letter) -> list[Check]:
    """A name in a script without a typeface here would be boxes on paper, and nobody would see it before."""
    text = paper.boxes_in(letter)
    way = fields.Way("", "Save the Word file", reverse("letter-docx", args=[letter.pk]))
    return [Check(ok=False, must=False, text=text, ways=(way,))] if text else []


def _link_check(letter: Letter) -> Check:
    try:
        links.put_in(letter.text, case=letter.case, person=letter.to_person)
    except links.DeadLink as problem:
        return Check(ok=False, text=str(problem))
    return Check(ok=True, text="The private link is put in as it leaves")


def _gaps_check(letter: Letter) -> Check:
    left = filling.gaps(f"{letter.subject}\n{letter.text}")
    if not left:
        return Check(ok=True, text="Every field is filled in")
    ways = tuple(fields.ways_to_fill(left, letter))
    return Check(ok=False, text=f"Fill in or take out: {', '.join(left)}", ways=ways)


def _silence_check(enquiry: Enquiry, *, on: date) -> Check:
    """A reminder, or an update that says there is no news, says that nothing came: that has to be true on the
    day on which it leaves, or has left.
    """
    body, unread = enquiry.body, enquiry.unread_reply
    came_on = enquiry.answered_on or (unread.received_on if unread else None)
    if came_on is not None and came_on > on:
        return Check(ok=True, text=f"{body} had not answered on {in_words(on)}")
    if enquiry.answered_on:
        text = f"{body} answered on {in_words(enquiry.answered_on)}. Discard this letter."
        return Check(ok=False, text=text)
    if unread:
        text = f"{body} has replied on {in_words(unread.received_on)}: say first what the reply is."
        return Check(ok=False, text=text)
    return Check(ok=True, text=f"{body} has not answered")


def _subject_check(letter: Letter) -> Check:
    people = letter.case.case_people.select_related("person")
    names = {word.casefold() for link in people for word in _words(link.person.full_name)}
    named = [word for word in _words(letter.subject) if len(word) > 2 and word.casefold() in names]
    if not named:
        return Check(ok=True, text="The subject names nobody")
    return Check(ok=False, text=f"Take “{' '.join(named)}” out of the subject; our reference is enough.")


def _words(text: str) -> list[str]:
    """The words of a text without the marks around them; an accent is a part of its letter."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))


def insist(letter: Letter, *, on: date, left_on: date | None = None) -> None:
    """Raise NotSendable with what has to be put right, if anything has; of one that has left already,
    `left_on` that day: what came since does not call it back.
    """
    found = _insisted(letter, on=on, left_on=left_on)
    failed = [check.text for check in found if check.must and not check.ok]
    if failed:
        raise NotSendable(" ".join(failed))


def insist_version(letter: Letter, version: str | None) -> None:
    """Raise NotSendable where the letter does not stand as it was read; None asks for nothing."""
    if version is None or version == letter.version:
        return
    who = letter.changed_by or "Somebody"
    raise NotSendable(f"{who} changed this letter after you opened it. Read it again, then send it.")


# --- leaving ------------------------------------------------------------------------------------------


def put_enquiry(letter: Letter, *, on: date) -> Enquiry | None:
    """Start the clock of the enquiry this letter puts; None where it puts none. Call inside a transaction."""
    body = letter.to_body
    if letter.kind != Letter.Kind.ENQUIRY or body is None or letter.covers_a_complaint:
        return None
    if any(has_its_own(letter) for has_its_own in leaving.NO_CLOCK):
        return None
    days, rule = body.reply_days(Office.here().reply_days)
    minister = bool(letter.template and letter.template.to_minister)
    enquiry, _ = Enquiry.objects.update_or_create(
        letter=letter,
        defaults={
            "case": letter.case,
            "issue": letter.issue,
            "body": body,
            "contact": letter.to_contact,
            "to_whom": letter.to_contact.name if letter.to_contact else "",
            "means": Enquiry.Means.EMAIL if letter.means == Letter.Means.EMAIL else Enquiry.Means.POST,
            "asked_by": letter.sent_by,
            "level": Enquiry.Level.MINISTER if minister else Enquiry.Level.OFFICIAL,
            "sent_on": on,
            "due_on": working_days_after(on, days, nation=body.holiday_nation),
            "due_rule": rule,
        },
    )
    return enquiry


def record_departure(letter: Letter, *, at: datetime, by: StaffMember | None) -> None:
    """The letter has left: say so on the letter, its enquiry and the timeline. Call inside a transaction."""
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=at, sent_by=by)
    letter.refresh_from_db()
    # An enquiry that waited in the outbox counts from the day it left.
    enquiry = put_enquiry(letter, on=timezone.localdate(at))
    chaser = letter.kind == Letter.Kind.CHASER
    text = f"To {letter.recipient}: {letter.subject}"
    day, body = timezone.localdate(at), letter.to_body
    # A letter in the post may be recorded days later: its reason is listed where either day wanted one.
    without = bool(letter.no_authority_reason) and any(
        lacks_authority(letter, on=each) for each in {day, timezone.localdate()}
    )
    if without:
        text += f"\nSent without authority to act: {letter.no_authority_reason}"
        authorised.record_override(letter, by=by, at=at)
    if enquiry:
        _expect_the_reply(enquiry, by=by)
    letter.case.record(
        Event.Kind.CHASED if chaser else Event.Kind.LETTER_OUT,
        by=by,
        at=at,
        text=text,
        letter=letter.pk,
        letter_kind=letter.kind,
        means=letter.means,
        **({"without_authority": True} if without else {}),
        **({"person": letter.to_person_id} if letter.to_person_id else {}),
        # Only an enquiry put or chased is named as `enquiry`: figures count those.
        **codes_of(letter, enquiry=letter.about_enquiry if chaser else enquiry, body=letter.to_body),
    )
    if body is not None:
        clock.after_letter(letter.case, body, on=day, by=by)
    for act in leaving.WHEN_LEFT:
        act(letter, at, by)


def _expect_the_reply(enquiry: Enquiry, *, by: StaffMember | None) -> None:
    """The first step has been taken: what comes next is the body's reply. A plan somebody made stays."""
    case = enquiry.case
    is_done = case.next_action == FIRST_ACTION or case.next_action.startswith(THEN_WRITE)
    if by and case.is_open and is_done:
        case.plan(next_action=next_after_asking(enquiry), on=enquiry.due_on, by=by)


@transaction.atomic
def mark_posted(letter: Letter, *, on: date, by: StaffMember, version: str | None = None) -> None:
    """A printed letter went into the post on this day. Saying it twice changes nothing.

    `version` is what was printed. Raises NotSendable where the letter has changed since, or a check fails on
    that day or today: an earlier day opens no gate that is shut by now.
    """
    claimed = Letter.objects.drafts().filter(pk=letter.pk).update(state=Letter.State.SENDING, sent_by=by)
    if not claimed:
        return
    letter.refresh_from_db()
    insist_version(letter, version)
    letter.means = Letter.Means.POST
    letter.save(update_fields=["means"])
    now = timezone.now()
    today, drafted_on = timezone.localdate(now), timezone.localdate(letter.drafted_at)
    if on < drafted_on:
        raise NotSendable(f"It was drafted on {in_words(drafted_on)}. Give that day or a later one.")
    for day in {on, today}:
        insist(letter, on=day, left_on=on)
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    record_departure(letter, at=now if on == today else noon, by=by)


@transaction.atomic
def discard(letter: Letter, *, by: StaffMember | None = None) -> bool:
    """Throw a draft away. False where it is none any more: what is leaving or has left stays.

    Where somebody does, the timeline says so, and the letter can be taken out of the bin from there.
    """
    discarded = Letter.objects.drafts().filter(pk=letter.pk).update(state=Letter.State.DISCARDED)
    letter.refresh_from_db(fields=["state"])
    if discarded and by is not None:
        text = f"Draft to {letter.recipient} thrown away: {letter.subject}"
        letter.case.record(Event.Kind.NOTE, by=by, letter=letter.pk, text=text)
    return bool(discarded)
