"""Five cases told from beginning to end, so that a newcomer can read how an office works.

Each is the story of a day-by-day table: fixed by telephone, sent to the ombudsman, an asylum case with two
reminders, not our constituent, and a campaign. They are told for 2026 and moved by whole weeks, so that in
every year they lie where they should.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from opencasework.office.cases.models import Case, Event, Outcome
from opencasework.office.constituents.models import Person
from opencasework.office.demo.lives import (
    Office,
    authority_row,
    chaser_row,
    end_row,
    enquiry_row,
    open_row,
    person_row,
    reference_row,
    reply_row,
)
from opencasework.office.demo.stories import Story
from opencasework.office.demo.world import Invented
from opencasework.office.letters.models import Reply
from opencasework.office.tags.models import Sensitivity, Urgency

TOLD_ON = date(2026, 11, 22)
PASSPORT = "Passport application lost twice"


@dataclass
class Teller:
    """Tells a journey, with the dates moved to today's year."""

    office: Office

    def day(self, month: int, day: int) -> date:
        weeks = round((self.office.today - TOLD_ON).days / 7)
        return date(2026, month, day) + timedelta(weeks=weeks)

    def note(self, case: Case, day: date, text: str, kind: str = Event.Kind.NOTE) -> None:
        self.office.shelf.event(case, kind, self.office.moment(day), by=case.owner, text=text)


def _person(office: Office, name: str, title: str, street: str, mail: str, **fields: object) -> Person:
    invented = Invented(
        name=name, title=title, lines=f"{street}\nFenwick", postcode=office.population.postcode(),
        email=f"{mail}@post.example", phone="01632 960461",
    )  # fmt: skip
    return person_row(office, invented, **fields)


def tell(office: Office) -> None:
    """All five, of which the fourth and the fifth are told in the inbox as well, and one for the ombudsman."""
    teller = Teller(office)
    fixed_by_telephone(teller)
    sent_to_the_ombudsman(teller)
    asylum_with_two_chasers(teller)
    cases_inside_a_campaign(teller)
    waits_for_the_member(teller)


def fixed_by_telephone(teller: Teller) -> None:
    office, day = teller.office, teller.day
    story = Story(
        "BEN-UC", "DWP-UC", "Universal Credit payment missing",
        "No payment on 9 January and no food for two children.",
        "why the payment was stopped, and for an advance today",
        "The advance is paid today; the landlord's letter was what was missing.",
    )  # fmt: skip
    rao = _person(office, "Anjali Rao", "Ms", "3 Tannery Court", "anjali.rao")
    case, issue = open_row(
        office, rao, story, day(1, 12), channel="phone", owner=office.staff["priya"],
        urgency=Urgency.URGENT, sensitivity=Sensitivity.SPECIAL_CATEGORY, tag_reason="No food in the house",
    )  # fmt: skip
    reference_row(office, case, rao, "NINO", "QQ 12 34 56 C")
    teller.note(case, day(1, 12), "Postcode checked. Food bank voucher given, with her consent.")
    authority_row(office, case, rao, day(1, 12), "verbal")
    enquiry = enquiry_row(office, issue, story, day(1, 12))
    teller.note(
        case, day(1, 12), "DWP MP line: payment blocked by a missing housing verification.", Event.Kind.CALL
    )
    reply_row(office, enquiry, day(1, 12), kind=Reply.Kind.SUBSTANTIVE, text=story.answer)
    teller.note(case, day(1, 12), "Told her; she uploads the landlord's letter today.", Event.Kind.CALL)
    teller.note(case, day(1, 14), "The payment shows in her account. She thanks everybody.")
    teller.note(
        case, day(1, 21), "Housing verification delays have come up four times this month: for the review."
    )
    end_row(office, case, [issue], Outcome.PUT_RIGHT, day(1, 21))


def sent_to_the_ombudsman(teller: Teller) -> None:
    office, day = teller.office, teller.day
    story = Story(
        "HOU-DAMP", "L-FENWICK", "Damp in a housing association flat",
        "Photographs and a letter from the asthma clinic. Stage 1 acknowledged on 16 January, no answer in ten days.",
        "the stage 1 answer, an inspection, and a date for the works",
        "Part upheld, £150 offered, no date for the works.",
    )  # fmt: skip
    hughes = _person(office, "Emyr Hughes", "Mr", "22 Chapel Steps", "emyr.hughes")
    case, issue = open_row(
        office, hughes, story, day(2, 6), channel="surgery", owner=office.staff["bethan"],
        urgency=Urgency.TIME_LIMITED, sensitivity=Sensitivity.SPECIAL_CATEGORY,
    )  # fmt: skip
    authority_row(office, case, hughes, day(2, 6))
    enquiry = enquiry_row(office, issue, story, day(2, 9))
    teller.note(case, day(2, 9), "Environmental health at the council told, with his consent.")
    reply_row(office, enquiry, day(2, 10), kind=Reply.Kind.HOLDING, text="The complaint is now at stage 2.")
    teller.note(case, day(2, 16), "Stage 2 acknowledged; the answer is due in 20 working days, on 16 March.")
    teller.note(case, day(3, 5), "A surveyor came. A repair is promised for April.")
    reply_row(office, enquiry, day(3, 13), kind=Reply.Kind.FINAL_RESPONSE, text=story.answer)
    teller.note(
        case, day(3, 17),
        "Explained the Housing Ombudsman: free, within twelve months of 13 March, and this letter is what it needs.",
    )  # fmt: skip
    reference_row(office, case, hughes, "HOSREF", "200000000")
    end_row(office, case, [issue], Outcome.REFERRED, day(3, 20))
    case.closed_at, case.next_action, case.next_action_on = (
        None,
        "Ask for the ombudsman's decision",
        office.working_day(office.today + timedelta(days=4)),
    )
    office.shelf.event(case, Event.Kind.REOPENED, office.moment(day(6, 12)), by=case.owner)
    teller.note(case, day(6, 12), "Works are booked; the ombudsman's decision is awaited.")


def asylum_with_two_chasers(teller: Teller) -> None:
    office, day = teller.office, teller.day
    story = Story(
        "IMM-ASY", "UKVI-ASY", "Waiting 21 months after an asylum interview",
        "A church volunteer writes for Mr A: no decision since the interview 21 months ago; he is diabetic.",
        "(1) what the claim waits for, (2) when it will be decided, (3) that his health is on the file",
        "A second interview is booked for 14 May, with an apology for the delay.",
    )  # fmt: skip
    mister_a = _person(office, "Mr A (name withheld)", "Mr", "Room 4, 9 Station Approach", "a.c.o.stbrannoc")
    case, issue = open_row(
        office, mister_a, story, day(1, 20), channel="email", owner=office.staff["kofi"],
        urgency=Urgency.TIME_LIMITED, sensitivity=Sensitivity.SPECIAL_CATEGORY,
    )  # fmt: skip
    authority_row(office, case, mister_a, day(1, 26))
    reference_row(office, case, mister_a, "HOREF", "A0000000")
    teller.note(
        case,
        day(1, 26),
        "Signed with an interpreter; his solicitor is named. Home Office and ARC numbers noted.",
    )
    enquiry = enquiry_row(office, issue, story, day(2, 2))
    chaser_row(office, enquiry, 1, day(3, 3))
    reply_row(
        office,
        enquiry,
        day(3, 12),
        kind=Reply.Kind.HOLDING,
        text="Allocated to a caseworker; no date can be given.",
    )
    chaser_row(office, enquiry, 2, day(3, 17))
    teller.note(case, day(3, 31), "Still no date. Wrote to him with the plan: the minister is next.")
    minister = enquiry_row(office, issue, story, day(4, 1), body=office.bodies["HO"], level="minister")
    reply_row(office, minister, day(4, 22), kind=Reply.Kind.SUBSTANTIVE, text=story.answer)
    reply_row(
        office, enquiry, day(4, 22), kind=Reply.Kind.SUBSTANTIVE, text="Answered with the minister's letter."
    )
    teller.note(case, day(5, 14), "The interview was held; confirmed by his solicitor.")
    teller.note(
        case,
        day(7, 9),
        "Leave granted. Next steps on benefits and housing explained; referred to an adviser today.",
    )
    ends = day(10, 15)
    if ends <= office.today:
        end_row(office, case, [issue], Outcome.PUT_RIGHT, ends)
    else:
        case.next_action, case.next_action_on = (
            "Ask whether housing has been found",
            office.working_day(office.today),
        )


def cases_inside_a_campaign(teller: Teller) -> None:
    """Three of the 400 who wrote about the bill had a problem of their own."""
    office, day = teller.office, teller.day
    hidden = (
        (
            "HOU-EVICT",
            "L-WBC",
            "Eviction notice, named in a campaign mail",
            "The bailiffs come on the 19th.",
            "kofi",
        ),
        ("SOC-HOME", "L-NMCC", "Mother's care home is to close", "We were given four weeks.", "bethan"),
        ("IMM-PASS", "HMPO", "Passport lost in the post", "It was signed for by somebody.", "priya"),
    )
    for category, body, title, told, owner in hidden:
        story = Story(category, body, title, told, "what will be done, and by when", "It has been put right.")
        person = person_row(office, office.population.somebody())
        case, issue = open_row(office, person, story, day(6, 9), channel="email", owner=office.staff[owner])
        teller.note(case, day(6, 9), f"Found inside a campaign mail about the planning bill: {told}")
        authority_row(office, case, person, day(6, 10))
        enquiry = enquiry_row(office, issue, story, day(6, 11))
        reply_row(office, enquiry, day(6, 25), kind=Reply.Kind.SUBSTANTIVE, text=story.answer)
        end_row(office, case, [issue], Outcome.PUT_RIGHT, day(7, 2))


def waits_for_the_member(teller: Teller) -> None:
    """A year at the passport office, told up to the complaint (`referring`), which the member has to sign."""
    office = teller.office

    def ago(days: int) -> date:
        return office.working_day(office.today - timedelta(days=days))

    story = Story(
        "IMM-PASS", "HMPO", PASSPORT,
        "The papers sent four months ago cannot be found, and work abroad begins in six weeks.",
        "where the papers are, and when the application will be decided",
        "The papers were not found. A new application can be made, and no fee is given back.",
    )  # fmt: skip
    whitlow = _person(office, "Rosa Whitlow", "Ms", "8 Mill Race", "rosa.whitlow")
    case, issue = open_row(office, whitlow, story, ago(345), channel="email", owner=office.staff["priya"])
    authority_row(office, case, whitlow, ago(345))
    enquiry = enquiry_row(office, issue, story, ago(344))
    reply_row(office, enquiry, ago(330), kind=Reply.Kind.HOLDING, text="They look for the papers.")
    reply_row(office, enquiry, ago(318), kind=Reply.Kind.SUBSTANTIVE, text=story.answer)
    teller.note(case, ago(312), "Told her. She applies anew by the fast service, for £240.")
    teller.note(case, ago(95), "The second papers are lost too, and the work has gone to somebody else.")
    teller.note(case, ago(72), "She complains to the passport office; we help with the wording.")
    case.next_action = "Have the member sign the complaint to the ombudsman"
    case.next_action_on = office.working_day(office.today + timedelta(days=3))
