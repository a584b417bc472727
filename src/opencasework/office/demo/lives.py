"""The life of one invented case: how it came, what was asked of whom, who was late, how it ended."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from opencasework.office.authority.models import Authority
from opencasework.office.bodies.models import Body, BodyContact
from opencasework.office.cases.models import Case, CasePerson, Channel, Event, Issue, Outcome, ReferenceNumber
from opencasework.office.chasing.models import Chaser
from opencasework.office.constituents.models import Person, PersonAddress, PersonEmail, PersonPhone
from opencasework.office.demo.shelf import Mail, Shelf, raw_mail
from opencasework.office.demo.stories import CHANNEL_SHARE, STORIES, Story
from opencasework.office.demo.world import DOMAIN, Invented, Population
from opencasework.office.kit import references
from opencasework.office.kit.working_days import is_working_day, working_days_after
from opencasework.office.letters.models import Enquiry, Letter, Reply
from opencasework.office.staff.models import StaffMember
from opencasework.office.tags.models import Category, Sensitivity, Transferability, Urgency

# How bodies answer (design assumptions of domain/calendar.md, §5): share within their aim.
ON_TIME = {"department": 0.60, "agency": 0.90, "service": 0.80, "company": 0.70, "council": 0.70}
NO_ENQUIRY_SHARE = 0.38
OUTCOME_SHARE = {
    Outcome.PUT_RIGHT: 34, Outcome.PART_PUT_RIGHT: 12, Outcome.MONEY_RECOVERED: 7, Outcome.APOLOGY: 5,
    Outcome.EXPLAINED: 18, Outcome.NOT_UPHELD: 6, Outcome.ADVISED: 9, Outcome.REFERRED: 6, Outcome.LOST_TOUCH: 3,
}  # fmt: skip


@dataclass
class Office:
    """What every life needs to know."""

    today: date
    chance: random.Random
    staff: dict[str, StaffMember]
    categories: dict[str, Category]
    bodies: dict[str, Body]
    contacts: dict[str, BodyContact]
    scan_sha256: str
    population: Population
    default_reply_days: int = 15
    shelf: Shelf = field(default_factory=Shelf)
    mails: int = 0

    def next_mail(self) -> int:
        """A number for a mail, each once."""
        self.mails += 1
        return self.mails

    def moment(self, day: date, hour: int | None = None) -> datetime:
        """Some time of this day, in London; never later than now."""
        hour = self.chance.randint(9, 16) if hour is None else hour
        at = datetime.combine(day, time(hour, self.chance.randint(0, 59)), timezone.get_default_timezone())
        return min(at, timezone.now() - timedelta(minutes=5))

    def working_day(self, day: date) -> date:
        """This day, or the next on which somebody is at work."""
        while not is_working_day(day):
            day += timedelta(days=1)
        return day


def person_row(office: Office, invented: Invented, **fields: object) -> Person:
    """An invented person with address, mail and telephone."""
    shelf = office.shelf
    person = shelf.put(Person(full_name=invented.name, address_as=invented.address_as, **fields))
    shelf.put(PersonAddress(person=person, lines=invented.lines, postcode=invented.postcode))
    shelf.put(PersonEmail(person=person, address=invented.email))
    compact = "".join(filter(str.isdigit, invented.phone))
    shelf.put(PersonPhone(person=person, number=invented.phone, compact=compact))
    return person


def open_row(
    office: Office,
    person: Person,
    story: Story,
    day: date,
    *,
    channel: str,
    owner: StaffMember,
    **fields: object,
) -> tuple[Case, Issue]:
    """A case with its first issue and the lines that open its timeline. Its reference is given at the end."""
    shelf, category = office.shelf, office.categories[story.category]
    at = office.moment(day)
    case = Case(
        title=story.title, channel=channel, owner=owner, opened_at=at,
        urgency=category.default_urgency, sensitivity=category.default_sensitivity,
        transferability=Transferability.KEEP,
    )  # fmt: skip
    for name, value in fields.items():
        setattr(case, name, value)
    shelf.put(case)
    shelf.put(CasePerson(case=case, person=person))
    issue = shelf.put(Issue(case=case, category=category, body=office.bodies.get(story.body)))
    shelf.event(case, Event.Kind.OPENED, at, by=owner, kind=case.kind, channel=channel)
    issue_event(office, issue, at, by=owner)
    return case, issue


def issue_event(office: Office, issue: Issue, at: datetime, *, by: StaffMember) -> None:
    office.shelf.event(
        issue.case, Event.Kind.ISSUE_ADDED, at, by=by, text=issue.category.label, **codes(issue)
    )


def codes(issue: Issue) -> dict[str, Any]:
    """The person-free codes that figures are made from."""
    return {
        "category": issue.category.code,
        "body": issue.body.code if issue.body else "",
        "kind": issue.case.kind,
        "channel": issue.case.channel,
    }


def reference_row(office: Office, case: Case, person: Person, kind: str, value: str) -> None:
    known = references.kinds()[kind]
    compact = known.compact(value)
    office.shelf.put(
        ReferenceNumber(
            case=case, kind=kind, value=value, compact=compact, look_alike=references.look_alike(compact),
            person=person if known.is_of_a_person else None,
        )
    )  # fmt: skip


def authority_row(
    office: Office, case: Case, person: Person, day: date, basis: str = Authority.Basis.SIGNED
) -> None:
    """The person's authority for whoever can help; a signed one has its scan."""
    signed = basis == Authority.Basis.SIGNED
    by = case.owner
    office.shelf.put(
        Authority(
            case=case, person=person, basis=basis, covers_any_body=True, given_on=day, recorded_by=by,
            statement=f"Please help with this: {case.title}. You may speak to the bodies concerned about me.",
            scan_sha256=office.scan_sha256 if signed else "",
            scan_name="signed-authority.pdf" if signed else "",
            scan_type="application/pdf" if signed else "",
        )
    )  # fmt: skip
    text = "Signed form, scanned" if signed else "Given by word of mouth on the telephone"
    office.shelf.event(case, Event.Kind.AUTHORITY, office.moment(day), by=by, text=text)


def enquiry_row(
    office: Office,
    issue: Issue,
    story: Story,
    sent_on: date,
    *,
    body: Body | None = None,
    level: str = "official",
    kind: str = Letter.Kind.ENQUIRY,
) -> Enquiry:
    """A letter to a body and the clock that begins with it."""
    case, shelf = issue.case, office.shelf
    body = body or office.bodies[story.body]
    sent_at = office.moment(sent_on)
    contact = office.contacts.get(body.code)
    person = shelf.links_of(case)[0].person
    letter = shelf.put(
        Letter(
            case=case, kind=kind, state=Letter.State.SENT, to_body=body, to_contact=contact,
            to_email=contact.email if contact else "", means="email" if contact else "post", issue=issue,
            subject=f"{case.title}", drafted_by=case.owner, sent_by=case.owner,
            drafted_at=sent_at, sent_at=sent_at, text=letter_text(person, story, body),
        )
    )  # fmt: skip
    days, rule = body.reply_days(office.default_reply_days)
    due_on = working_days_after(sent_on, days, nation=body.holiday_nation)
    enquiry = shelf.put(
        Enquiry(
            case=case,
            issue=issue,
            body=body,
            letter=letter,
            means=Enquiry.Means.EMAIL if contact else Enquiry.Means.POST,
            contact=contact,
            to_whom=contact.name if contact else "",
            asked_by=case.owner,
            level=level,
            sent_on=sent_on,
            due_on=due_on,
            due_rule=rule,
        )
    )
    text = f"To {body.name}: asks {story.asks}."
    shelf.event(case, Event.Kind.LETTER_OUT, sent_at, by=case.owner, text=text, letter=letter, enquiry=enquiry,
                **(codes(issue) | {"body": body.code}))  # fmt: skip
    return enquiry


def letter_text(person: Person, story: Story, body: Body) -> str:
    """What the letter says: facts, question, answer fit to forward."""
    return (
        f"Dear colleague,\n\nI write for my constituent {person.full_name}, who tells me:\n\n{story.told}\n\n"
        f"Please tell me {story.asks}. I should be grateful for a reply that I can pass on.\n\nYours sincerely,"
    )


def reply_row(office: Office, enquiry: Enquiry, day: date, *, kind: str, text: str) -> Reply:
    """What came back. An answer stops the clock."""
    shelf, case = office.shelf, enquiry.case
    at = office.moment(day)
    reply = shelf.put(
        Reply(enquiry=enquiry, kind=kind, received_on=day, recorded_by=case.owner, note=text[:300])
    )
    issue = enquiry.issue
    assert issue is not None
    about = codes(issue) | {"body": enquiry.body.code}
    mail = shelf.mail(
        Mail(
            raw=letters_mail(office, enquiry, text, at), case=case, at=at, enquiry=enquiry,
        )
    )  # fmt: skip
    shelf.event(
        case, Event.Kind.REPLY_IN, at, text=f"From {enquiry.body.name}: {text}", enquiry=enquiry, reply=reply,
        message=mail, received_on=day.isoformat(), **about,
    )  # fmt: skip
    if kind in Reply.ANSWERS and enquiry.answered_on is None:
        enquiry.answered_on = day
        shelf.event(
            case, Event.Kind.ANSWERED, at + timedelta(minutes=1), by=case.owner, enquiry=enquiry, reply=reply,
            text=f"{enquiry.body.name}: {reply.get_kind_display()}", reply_kind=kind,
            answered_on=day.isoformat(), sent_on=enquiry.sent_on.isoformat(), **about,
        )  # fmt: skip
    return reply


def letters_mail(office: Office, enquiry: Enquiry, text: str, at: datetime) -> bytes:
    """The mail in which a body answers."""
    body = enquiry.body
    contact = office.contacts.get(body.code)
    return raw_mail(
        sender=(body.name, contact.email if contact else "post@bodies.example"), to=f"casework@{DOMAIN}", at=at,
        subject=f"RE: {enquiry.case.title}", name=f"reply-{office.next_mail()}",
        text=f"Dear Ms Holloway,\n\nThank you for your letter of {enquiry.sent_on:%-d %B}.\n\n{text}\n\n"
        f"Yours sincerely,\nMembers' correspondence\n{body.name}\n",
    )  # fmt: skip


def chaser_row(office: Office, enquiry: Enquiry, sequence: int, day: date) -> None:
    """A reminder, sent on this day."""
    shelf, case, at = office.shelf, enquiry.case, office.moment(day)
    first = enquiry.letter
    assert first is not None  # in the invented year every enquiry is a letter
    letter = shelf.put_late(
        Letter(
            case=case, kind=Letter.Kind.CHASER, state=Letter.State.SENT, to_body=enquiry.body, means=first.means,
            to_contact=first.to_contact, to_email=first.to_email, issue=enquiry.issue,
            subject=f"Reminder {sequence}: {case.title}", drafted_by=case.owner, sent_by=case.owner,
            drafted_at=at, sent_at=at,
            text=f"Dear colleague,\n\nI wrote on {enquiry.sent_on:%-d %B} and a reply was due on "
            f"{enquiry.due_on:%-d %B}. I have not had one. Please answer this week.\n\nYours sincerely,",
        )
    )  # fmt: skip
    letter.about_enquiry = enquiry
    shelf.put(Chaser(enquiry=enquiry, letter=letter, sequence=sequence))
    text = f"Reminder {sequence} to {enquiry.body.name}."
    shelf.event(
        case, Event.Kind.CHASED, at, by=case.owner, text=text, letter=letter, enquiry=enquiry, chaser=sequence
    )


def end_row(
    office: Office, case: Case, issues: list[Issue], outcome: str, day: date, amount: Decimal | None = None
) -> None:
    """Close the case with this outcome for each issue."""
    at = office.moment(day, hour=17)
    for issue in issues:
        issue.outcome, issue.ended_at, issue.amount = outcome, at, amount
        office.shelf.event(case, Event.Kind.ISSUE_ENDED, at, by=case.owner, text=f"{issue.category.label}: {issue.ending}",
                           outcome=outcome, **codes(issue))  # fmt: skip
    case.closed_at, case.next_action, case.next_action_on = at, "", None
    office.shelf.event(case, Event.Kind.CLOSED, at + timedelta(minutes=1), by=case.owner, outcome=outcome)


def live(office: Office, story: Story, day: date, owner: StaffMember, people: list[Person]) -> None:
    """One whole life, from the day the problem came to today at the latest."""
    chance = office.chance
    if people and chance.random() < 0.12:  # somebody who has come before
        person = chance.choice(people)
    else:
        person = person_row(office, office.population.somebody())
        people.append(person)
    channel = chance.choices(list(CHANNEL_SHARE), list(CHANNEL_SHARE.values()))[0]
    case, issue = open_row(office, person, story, day, channel=channel, owner=owner)
    _first_words(office, case, person, story, invented_email=office.shelf.email_of(person))
    if story.reference:
        reference_row(office, case, person, story.reference, example_number(chance, story.reference))
    issues = [issue]
    if chance.random() < 0.14:
        issues.append(_second_issue(office, case, story, day))
    _colour(chance, case)
    last, waiting = _correspond(office, case, issue, story, person, day)
    _finish(office, case, issues, waiting, max(last, day))


def _first_words(office: Office, case: Case, person: Person, story: Story, *, invented_email: str) -> None:
    """What the person told us, by mail where it came by mail, else as somebody noted it."""
    shelf, at = office.shelf, case.opened_at
    if case.channel != Channel.EMAIL:
        shelf.event(case, Event.Kind.NOTE, at + timedelta(minutes=2), by=case.owner, text=story.told)
        return
    raw = raw_mail(
        sender=(person.full_name, invented_email), to=f"casework@{DOMAIN}", at=at, subject=story.title,
        name=f"first-{office.next_mail()}",
        text=f"Dear Ms Holloway,\n\n{story.told}\n\nPlease can you help?\n\n{person.full_name}\n",
    )  # fmt: skip
    mail = shelf.mail(Mail(raw=raw, case=case, at=at, person=person))
    text = f"From {person.full_name} <{invented_email}>: {story.title}"
    shelf.event(case, Event.Kind.MESSAGE_IN, at + timedelta(minutes=1), by=case.owner, text=text,
                message=mail, channel=case.channel, auto_reply=False)  # fmt: skip


def _second_issue(office: Office, case: Case, story: Story, day: date) -> Issue:
    others = [other for other in STORIES if other.category.split("-")[0] == story.category.split("-")[0]]
    other = office.chance.choice(others)
    issue = office.shelf.put(
        Issue(case=case, category=office.categories[other.category], body=office.bodies.get(other.body))
    )
    assert case.owner is not None
    issue_event(office, issue, office.moment(day) + timedelta(minutes=3), by=case.owner)
    return issue


def _colour(chance: random.Random, case: Case) -> None:
    """A few cases are urgent or restricted, and say why."""
    if chance.random() < 0.05:
        case.urgency = Urgency.URGENT
        case.tag_reason = chance.choice(
            ("Child at risk", "Travel within days", "Risk of eviction", "No income")
        )
    if chance.random() < 0.04:
        case.sensitivity, case.need_to_know = Sensitivity.RESTRICTED, True


def _correspond(
    office: Office, case: Case, issue: Issue, story: Story, person: Person, day: date
) -> tuple[date, list[Enquiry]]:
    """Ask, remind, be answered. Returns the day of the last thing that happened and what is still unanswered."""
    chance = office.chance
    first_act = office.working_day(day + timedelta(days=chance.randint(0, 4)))
    if first_act > office.today or chance.random() < NO_ENQUIRY_SHARE:
        if first_act <= office.today:
            office.shelf.event(case, Event.Kind.CALL, office.moment(first_act), by=case.owner,
                               text="Rang the person, explained the route and what to send.")  # fmt: skip
        return first_act, []
    basis = Authority.Basis.SIGNED if chance.random() < 0.8 else Authority.Basis.VERBAL
    authority_row(office, case, person, first_act, basis)
    waiting: list[Enquiry] = []
    last = first_act
    for number in range(1 + (chance.random() < 0.35) + (chance.random() < 0.12)):
        sent_on = office.working_day(last + timedelta(days=chance.randint(1, 5) if number else 0))
        if sent_on > office.today:
            break
        enquiry = enquiry_row(office, issue, story, sent_on)
        answered = _await(office, enquiry, story)
        if answered is None:
            waiting.append(enquiry)
            last = max(last, sent_on)
            break
        last = max(last, answered)
    return last, waiting


def _await(office: Office, enquiry: Enquiry, story: Story) -> date | None:
    """Let the body answer in its own time, reminded when it is late; None when it has not by today."""
    chance = office.chance
    on_time = ON_TIME.get(enquiry.body.kind, 0.7)
    if chance.random() < on_time:
        answer = office.working_day(
            enquiry.sent_on
            + timedelta(days=chance.randint(4, max(5, (enquiry.due_on - enquiry.sent_on).days)))
        )
    else:
        answer = office.working_day(enquiry.due_on + timedelta(days=1 + int(chance.expovariate(1 / 22))))
    chase_on, sequence = working_days_after(enquiry.due_on, 1), 1
    while chase_on < min(answer, office.today) and sequence <= 3:
        # A reminder that fell due in the last days is still waiting to be sent.
        if (office.today - chase_on).days < 7:
            break
        chaser_row(office, enquiry, sequence, chase_on)
        chase_on, sequence = working_days_after(chase_on, 10), sequence + 1
    just_late = 0 < (office.today - enquiry.due_on).days <= 9 and chance.random() < 0.5
    if answer > office.today or just_late:
        return None
    if chance.random() < 0.10:
        held = office.working_day(enquiry.sent_on + timedelta(days=6))
        if held < answer:
            reply_row(
                office,
                enquiry,
                held,
                kind=Reply.Kind.HOLDING,
                text="We are looking into it and will write again.",
            )
    good = chance.random() < 0.7
    text = story.answer if good else "We have looked at this again and the decision stands."
    reply_row(office, enquiry, answer, kind=Reply.Kind.SUBSTANTIVE, text=text)
    return answer


def _finish(office: Office, case: Case, issues: list[Issue], waiting: list[Enquiry], last: date) -> None:
    """Close what is ripe; give everything else a next action with a date."""
    chance, today = office.chance, office.today
    closing = office.working_day(last + timedelta(days=1 + int(chance.lognormvariate(2.9, 0.9))))
    if not waiting and closing <= today:
        outcome = chance.choices(list(OUTCOME_SHARE), list(OUTCOME_SHARE.values()))[0]
        amount = Decimal(chance.randrange(60, 3200, 10)) if outcome == Outcome.MONEY_RECOVERED else None
        end_row(office, case, issues, outcome, closing, amount)
        return
    if waiting:
        enquiry = waiting[-1]
        case.next_action = f"Reply expected from {enquiry.body.name}"
        case.next_action_on = max(enquiry.due_on, working_days_after(today, 1))
        return
    planned = office.working_day(
        today + timedelta(days=chance.choice((-5, -4, -3, -2, 0, 0, 0, 1, 1, 2, 3, 5, 6, 8)))
    )
    case.next_action = chance.choice(
        (
            "Ring back as promised",
            "Tell them the outcome and close",
            "Ask for the missing letter",
            "Write to the body",
        )
    )
    case.next_action_on = max(planned, min(last, today))


def example_number(chance: random.Random, kind: str) -> str:
    """A number of the right form that belongs to nobody: the published examples with other digits where allowed."""
    digits = "".join(str(chance.randint(0, 9)) for _ in range(12))
    made = {
        "NINO": f"QQ {digits[:2]} {digits[2:4]} {digits[4:6]} {'ABCD'[int(digits[6]) % 4]}",
        "GWF": f"GWF0{digits[:8]}",
        "UAN": f"{digits[:4]}-0001-0000-{digits[4:8]}",
        "PASSAPP": f"PEX 000 {digits[:3]} {digits[3:7]}",
        "HOREF": f"A000{digits[:4]}",
        "CTAX": f"00{digits[:8]}",
        "CRIMEREF": f"00/{digits[:6]}/26",
    }
    return made.get(kind) or references.kinds()[kind].example
