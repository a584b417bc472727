"""What a letter may be filled with: the facts of a case, its person, its body and its enquiry, as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Issue, Outcome, ReferenceNumber
from opencasework.office.cases.numbers import for_whom
from opencasework.office.constituents.languages import ENGLISH, WELSH
from opencasework.office.constituents.models import Person
from opencasework.office.kit import dates, references
from opencasework.office.kit.words import begun_small
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters import apart, asked, reaching, welsh
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.letters.saying import in_words as in_words
from opencasework.office.letters.stationery import Stationery, kept_until
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

REMINDER_DAYS = 10  # working days a body gets to answer a reminder, and we wait before the next
TOLD_LETTERS = "told_letters"  # on a case, where they were read beforehand: what we sent to its person
PROMISED_CONTACT_DAYS = 20  # working days; the longest an office leaves a person without a word

# How an issue ended, said to the person whose issue it was.
ENDINGS = {
    Outcome.PUT_RIGHT: "It has been put right.",
    Outcome.PART_PUT_RIGHT: "It has been put right in part.",
    Outcome.MONEY_RECOVERED: "The money has been paid.",
    Outcome.APOLOGY: "You have had an apology.",
    Outcome.EXPLAINED: "The decision stands, and the reasons for it have been explained.",
    Outcome.NOT_UPHELD: "I put your case to them, and they did not change their decision.",
    Outcome.ADVISED: "We told you what you can do next yourself.",
    Outcome.REFERRED: "We passed it on to those who can help.",
    Outcome.WITHDREW: "You asked me to take it no further.",
    Outcome.LOST_TOUCH: "We have not been able to reach you.",
}


CHOICES = {
    "choice_transfer": "☐ Yes, give my case to the next member.",
    "choice_return": "☐ No, send my papers back to me.",
    "choice_destroy": "☐ No, destroy my papers.",
}
SIGN_HERE = "." * 60
DAYS_TO_SEND = 10  # working days a person gets to send what is missing
HEALTH_NUMBERS = ("NHS", "CHI", "HCN")
TITLES = (
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Mx",
    "Dr",
    "Prof",
    "Professor",
    "Rev",
    "Revd",
    "Sir",
    "Dame",
    "Lord",
    "Lady",
)


def facts_for(
    *,
    case: Case,
    today: date,
    by: StaffMember | None,
    body: Body | None = None,
    contact: BodyContact | None = None,
    enquiry: Enquiry | None = None,
    language: str = ENGLISH,
) -> dict[str, str]:
    """Every field this case can fill, by name; what it cannot fill is left out or empty.

    Dates and our own sentences are in `language` where that is Welsh, else in English.
    """
    office = Office.here()
    facts = {
        **_office_facts(office, language),
        **_calendar_facts(today, office, language),
        "case_number": case.reference,
        "issue_summary": _issue_summary(case),
        "outcome": _outcome(case, language),
        "keep_until": _keep_until(case, today, language),
        "caseworker_name": str(by or case.owner or ""),
        **_number_facts(case, language),
    }
    if case.constituent:
        facts |= _person_facts(case.constituent, language)
    body = body or (enquiry.body if enquiry else None)
    if body:
        facts |= _body_facts(case, body, contact, today, office, language)
    elif about := reaching.concerned(case):  # a letter to the person about whoever can help
        facts |= {
            "body_name": one_liner(about.name),
            "body_contact": reaching.public_lines(about, language),
        }
    if enquiry:
        facts |= enquiry_facts(enquiry, today=today, language=language)
        if body in enquiry.body.lineage[1:]:  # whoever stands above was not asked before
            facts |= asked.facts(enquiry, language=language, above=True)
            facts["body_numbers"] = body_references(case, enquiry.body)
        if enquiry.their_reference:  # whoever stands above finds it by that, too
            said = "Eich cyfeirnod" if language == WELSH else "Your reference"
            if body != enquiry.body:
                said = f"{one_liner(enquiry.body.name)}:"
            theirs = f"{said} {one_liner(enquiry.their_reference)}"
            facts["body_numbers"] = "\n".join(filter(None, [theirs, facts.get("body_numbers", "")]))
    return facts


def one_liner(value: str) -> str:
    """A name, a title or a number as it stands in a sentence: a line break in it becomes a space."""
    return " ".join(value.split())


def _office_facts(office: Office, language: str) -> dict[str, str]:
    carries = Stationery.here()
    return {
        "member_name": one_liner(office.member_name),
        "member_title": one_liner(office.title),
        "named_member": one_liner(office.title),
        "office_address": office.address,
        "office_phone": one_liner(office.phone),
        "controller_name": one_liner(office.controller_name or office.title),
        "privacy_link": carries.privacy_link,
        "retention_text": carries.said("retention_text", language),
        "complaints_contact": carries.said("complaints_contact", language),
        "emergency_signposts": carries.said("emergency_signposts", language),
    }


def _calendar_facts(today: date, office: Office, language: str) -> dict[str, str]:
    contact_on = working_days_after(today, PROMISED_CONTACT_DAYS, nation=office.nation)
    send_by = working_days_after(today, DAYS_TO_SEND, nation=office.nation)
    return {
        "date": in_words(today, language),
        "next_contact_on": in_words(contact_on, language),
        "send_by": in_words(send_by, language),
        "reply_by": in_words(send_by, language),
        "valid_until": in_words(dates.months_later(today, 12), language),
        "due_date": in_words(dates.months_later(today, 1), language),
        "signature": SIGN_HERE,
        **(welsh.CHOICES if language == WELSH else CHOICES),
    }


def _keep_until(case: Case, today: date, language: str) -> str:
    """Until when the papers are kept by the office's rule, of an open case as if closed now; else empty."""
    years = Stationery.here().keep_years
    closed_on = timezone.localdate(case.closed_at) if case.closed_at else today
    return in_words(kept_until(closed_on, years=years), language) if years else ""


def _issue_summary(case: Case) -> str:
    """The title as it stands inside a sentence: “damp in the bedroom”, but “Universal Credit stopped”."""
    title = one_liner(case.title).rstrip(".")
    first, _, rest = title.partition(" ")
    is_a_name = rest[:1].isupper() or not first[1:].islower()
    return title if is_a_name else begun_small(title)


def _outcome(case: Case, language: str) -> str:
    """How its problems ended, of several each in a line of its own that names it; empty while none has."""
    issues = [issue for issue in case.issues.all() if issue.duplicate_of_id is None]
    ended = [issue for issue in issues if issue.outcome]
    if len(issues) < 2:
        return " ".join(_ending(issue, language) for issue in ended)
    lines = [f"{_problem(issue, language)}: {_ending(issue, language)}" for issue in ended]
    return "\n".join(dict.fromkeys(lines))


def _problem(issue: Issue, language: str) -> str:
    """What a problem is about, and which body is concerned."""
    called = (issue.category.label_cy if language == WELSH else "") or issue.category.label
    return one_liner(f"{called}, {issue.body.name}" if issue.body else called)


def _ending(issue: Issue, language: str) -> str:
    """What came of a problem, in a sentence with the pounds that were recovered."""
    sentences: Mapping[Outcome, str] = welsh.ENDINGS if language == WELSH else ENDINGS
    said = sentences[Outcome(issue.outcome)]
    paid = issue.outcome == Outcome.MONEY_RECOVERED and issue.amount
    return f"{said.rstrip('.')}: {issue.pounds}." if paid else said


def _person_facts(person: Person, language: str) -> dict[str, str]:
    title, _, surname = one_liner(person.address_as).partition(" ")
    titled = title.rstrip(".") in TITLES
    return {
        "constituent_full_name": one_liner(person.full_name),
        "named_constituent": one_liner(person.full_name),
        "constituent_salutation": one_liner(person.salutation),
        # Which part of a name is the surname differs from culture to culture: only the person says so.
        "constituent_title": title if titled else "",
        "constituent_surname": surname if titled else "",
        "constituent_address": one_liner(str(person.address or "")),
        "date_of_birth": in_words(person.date_of_birth, language) if person.date_of_birth else "",
        "language": person.language_name or "English",
        "limits": person.contact_limit,
    }


def addressed(person: Person, language: str) -> dict[str, str]:
    """How somebody is addressed who gets the letter in the place of whom the case is for."""
    how = ("constituent_salutation", "constituent_title", "constituent_surname", "language", "limits")
    theirs = _person_facts(person, language)
    return {name: theirs[name] for name in how}


def _number_facts(case: Case, language: str) -> dict[str, str]:
    """The numbers that a letter asks for by name: those of whom it is about, and of the case."""
    theirs = [number for number, whose in _numbers(case) if not whose]
    health = [number.value for number in theirs if number.kind in HEALTH_NUMBERS]
    accounts = [
        number.value for number in theirs if "account" in f"{number.label} {number.kind_name}".lower()
    ]
    last = _last_written_to_person(case)
    return {
        "nhs_number": health[0] if health else "",
        "account_number": accounts[0] if accounts else "",
        "last_contact_on": in_words(timezone.localdate(last), language) if last else "",
    }


def _numbers(case: Case) -> list[tuple[ReferenceNumber, str]]:
    """The numbers of the case and of whom it is for, each with whose it is where they are not the first of
    them. Those of anybody else on the case are none of it.
    """
    people = for_whom(case)
    return [
        (number, people[number.person_id]) for number in case.references.all() if number.person_id in people
    ]


def _last_written_to_person(case: Case) -> datetime | None:
    """When we last wrote to the person; whoever drafts for many cases has read it before (`told_letters`)."""
    told: list[Letter] | None = getattr(case, TOLD_LETTERS, None)
    if told is not None:
        return max((letter.sent_at for letter in told if letter.sent_at), default=None)
    sent = case.letters.filter(state=Letter.State.SENT, to_body=None)
    return sent.order_by("-sent_at").values_list("sent_at", flat=True).first()


def _body_facts(
    case: Case, body: Body, contact: BodyContact | None, today: date, office: Office, language: str
) -> dict[str, str]:
    days, rule = body.reply_days(office.reply_days)
    due_on = working_days_after(today, days, nation=body.holiday_nation)
    contacts = list(body.contacts.all())
    above = (BodyContact.Kind.HEAD, BodyContact.Kind.ESCALATION)
    heads = [one.name for kind in above for one in contacts if one.kind == kind and one.name]
    enquiries = [enquiry for enquiry in case.enquiries.all() if enquiry.body_id == body.pk]
    prefetch_related_objects(enquiries, "replies")
    answers = [reply for enquiry in enquiries for reply in enquiry.replies.all() if reply.is_answer]
    answers.sort(key=lambda reply: (reply.received_on, reply.pk))
    final = [reply for reply in answers if reply.kind == Reply.Kind.FINAL_RESPONSE]
    return {
        "body_name": one_liner(body.name),
        "body_team": one_liner(contact.name) if contact else "",
        "body_contact": reaching.public_lines(body, language),
        "body_reference": body_references(case, body) or f"Our reference {case.reference}",
        "body_numbers": body_references(case, body),
        "minister_name": one_liner(heads[0]) if heads else "",
        "target_days": str(days),
        "reply_rule": rule,
        "reply_by": in_words(due_on, language),
        "official_reply_date": in_words(answers[-1].received_on, language) if answers else "",
        "final_response_date": in_words(final[-1].received_on, language) if final else "",
    }


def body_references(case: Case, body: Body) -> str:
    """The numbers this body or its parent knows them by for whom the case is, one a line; empty without.

    Nobody else's; that of another than the first of them has a name beside it.
    """
    theirs = {body.code.split("-")[0], body.code}
    if body.parent:
        theirs.add(body.parent.code)
    lines = [
        f"{number.kind_name} {number.value}" + (f" ({one_liner(whose)})" if whose else "")
        for number, whose in _numbers(case)
        if theirs & set(references.kinds()[number.kind].holder.split(";"))
    ]
    return "\n".join(lines)


def enquiry_facts(enquiry: Enquiry, *, today: date, language: str = ENGLISH) -> dict[str, str]:
    """What a follow-up says about the enquiry it follows: its dates, its rule, its reminders, its words."""
    prefetch_related_objects([enquiry], "replies")
    reminders = [
        letter
        for letter in enquiry.follow_ups.all()
        if letter.kind == Letter.Kind.CHASER and letter.state == Letter.State.SENT and letter.sent_at
    ]
    reminders.sort(key=lambda letter: (letter.sent_on or enquiry.sent_on, letter.pk))
    reminded_on = [letter.sent_on for letter in reminders if letter.sent_on]
    chased_on = [in_words(day, language) for day in reminded_on]
    said = f"We reminded them on {' and on '.join(chased_on)}." if chased_on else ""
    due_again = working_days_after(today, REMINDER_DAYS, nation=enquiry.body.holiday_nation)
    joined = " ac ar " if language == WELSH else " and on "
    return {
        "sent_on": in_words(enquiry.sent_on, language),
        "original_sent_on": in_words(enquiry.sent_on, language),
        "original_letter": apart.words_of(enquiry),
        "reply_due_on": in_words(enquiry.due_on, language),
        "reply_by": in_words(due_again, language),
        "days_overdue": str(max(enquiry.days_late(on=today), 0)),
        "chaser_one_on": chased_on[0] if chased_on else "",
        "chased_on": joined.join(chased_on),
        "chased": welsh.chased(chased_on) if language == WELSH else said,
        "chain": asked.chain_of(enquiry, reminded_on, language=language),
        **asked.facts(enquiry, language=language),
    }
