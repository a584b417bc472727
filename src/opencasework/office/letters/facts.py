"""What a letter may be filled with: the facts of a case, its person, its body and its enquiry, as text."""

from __future__ import annotations

from datetime import date

from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, Outcome
from opencasework.office.constituents.models import Person
from opencasework.office.kit import references
from opencasework.office.kit.working_days import working_days_after
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

REMINDER_DAYS = 10  # working days a body gets to answer a reminder, and we wait before the next
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


def in_words(day: date) -> str:
    """A date as a letter writes it: 7 December 2026."""
    return f"{day.day} {day:%B %Y}"


def facts_for(
    *,
    case: Case,
    today: date,
    by: StaffMember | None,
    body: Body | None = None,
    contact: BodyContact | None = None,
    enquiry: Enquiry | None = None,
) -> dict[str, str]:
    """Every field this case can fill, by name; what it cannot fill is left out or empty."""
    office = Office.here()
    facts = {
        "member_name": office.member_name,
        "member_title": office.title,
        "office_address": office.address,
        "office_phone": office.phone,
        "case_number": case.reference,
        "date": in_words(today),
        "issue_summary": _issue_summary(case),
        "outcome": _outcome(case),
        "caseworker_name": str(by or case.owner or ""),
        "next_contact_on": in_words(working_days_after(today, PROMISED_CONTACT_DAYS, nation=office.nation)),
    }
    if case.constituent:
        facts |= _person_facts(case.constituent)
    body = body or (enquiry.body if enquiry else None)
    if body:
        days, rule = body.reply_days(office.reply_days)
        due_on = working_days_after(today, days, nation=body.holiday_nation)
        facts |= {
            "body_name": body.name,
            "body_team": contact.name if contact else "",
            "body_reference": body_references(case, body) or f"Our reference {case.reference}",
            "body_numbers": body_references(case, body),
            "target_days": str(days),
            "reply_rule": rule,
            "reply_by": in_words(due_on),
        }
    if enquiry:
        facts |= enquiry_facts(enquiry, today=today)
    return facts


def _issue_summary(case: Case) -> str:
    """The title as it stands inside a sentence: “damp in the bedroom”, but “Universal Credit stopped”."""
    title = case.title.strip().rstrip(".")
    first, _, rest = title.partition(" ")
    is_a_name = rest[:1].isupper() or not first[1:].islower()
    return title if is_a_name else title[:1].lower() + title[1:]


def _outcome(case: Case) -> str:
    """How its problems ended, each way once, in sentences; empty while none has."""
    ended = dict.fromkeys(issue.outcome for issue in case.issues.all() if issue.outcome)
    return " ".join(ENDINGS[Outcome(code)] for code in ended)


def _person_facts(person: Person) -> dict[str, str]:
    return {
        "constituent_full_name": person.full_name,
        "constituent_salutation": person.salutation,
        "constituent_address": str(person.address or ""),
        "date_of_birth": in_words(person.date_of_birth) if person.date_of_birth else "",
        "language": person.language,
    }


def body_references(case: Case, body: Body) -> str:
    """The numbers this body or its parent knows the person by, one a line; empty without. Nobody else's."""
    theirs = {body.code.split("-")[0], body.code}
    if body.parent:
        theirs.add(body.parent.code)
    lines = [
        f"{number.kind_name} {number.value}"
        for number in case.references.all()
        if theirs & set(references.kinds()[number.kind].holder.split(";"))
    ]
    return "\n".join(lines)


def enquiry_facts(enquiry: Enquiry, *, today: date) -> dict[str, str]:
    """What a follow-up says about the enquiry it follows: its dates, its rule, its reminders, its words."""
    office = Office.here()
    days, rule = enquiry.body.reply_days(office.reply_days)
    reminders = [
        letter
        for letter in enquiry.follow_ups.filter(kind=Letter.Kind.CHASER, state=Letter.State.SENT).order_by(
            "sent_at", "pk"
        )
        if letter.sent_on
    ]
    chased_on = [in_words(letter.sent_on) for letter in reminders if letter.sent_on]
    chain = [f"- {in_words(enquiry.sent_on)}: I wrote to {enquiry.body}"]
    chain.append(f"- {in_words(enquiry.due_on)}: your reply was due")
    chain += [f"- {day}: I sent a reminder" for day in chased_on]
    return {
        "sent_on": in_words(enquiry.sent_on),
        "original_sent_on": in_words(enquiry.sent_on),
        "original_letter": enquiry.letter.text,
        "reply_due_on": in_words(enquiry.due_on),
        "reply_by": in_words(working_days_after(today, REMINDER_DAYS, nation=enquiry.body.holiday_nation)),
        "target_days": str(days),
        "reply_rule": rule,
        "days_overdue": str(max(enquiry.days_late(on=today), 0)),
        "chaser_one_on": chased_on[0] if chased_on else "",
        "chased": f"We reminded them on {' and on '.join(chased_on)}." if chased_on else "",
        "chain": "\n".join(chain),
    }
