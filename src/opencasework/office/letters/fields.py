"""Every field a wording may hold: what it means, and where it is filled in when it is missing.

The page "Fields" shows this table, a wording with any other name is refused, and a letter with a gap says
from here where to go. The names are those of the list of standard letters in docs/user.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING

from django.urls import reverse

from opencasework.office.letters import fieldsonly, filling, reaching

if TYPE_CHECKING:
    from opencasework.office.letters.models import Letter


class Place(Enum):
    """Where a fact is kept; the value completes "Filled in from …"."""

    OFFICE = "the office’s letterhead"
    PERSON = "the person’s page"
    CASE = "the case"
    NUMBERS = "the numbers on the case"
    BODY = "the directory of bodies"
    ENQUIRY = "the enquiry and its reply"
    CLOCK = "the calendar, by itself"
    LETTER = "you, in the letter"


@dataclass(frozen=True)
class Field:
    """A name that may stand between double braces."""

    name: str
    meaning: str
    place: Place

    @property
    def label(self) -> str:
        """The name as a form asks for it: “What happened”."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Way:
    """Where somebody goes to fill a gap in: the words of the link and its address."""

    gap: str
    label: str
    url: str


_TABLE = {
    Place.OFFICE: """
member_name | the member's name
member_title | the member's name with the letters after it
office_address | the office's postal address
office_phone | the office's telephone number
controller_name | who answers for the data: the member, or the body the office belongs to
privacy_link | web address of the office's privacy notice
retention_text | how long the office keeps a case, in a sentence
keep_until | until when their papers are kept
complaints_contact | whom to write to about how their data is handled
emergency_signposts | whom to ring at once, a line each
named_member | the member, named in full as a form of authority needs it
""",
    Place.PERSON: """
constituent_title | Ms, Mr, Mx, Dr; from how they wish to be addressed
constituent_surname | the name after the title, from how they wish to be addressed
constituent_full_name | their whole name, in their own order
constituent_salutation | what follows “Dear”
constituent_address | where they live, in one line
date_of_birth | their date of birth
language | the language they want to be written to in
named_constituent | the constituent, named in full as a form of authority needs it
limits | the limit on contact that is on their page
""",
    Place.CASE: """
case_number | our reference
issue_summary | what the case is about, in a few words: its title
outcome | how it ended, in a sentence; of several problems each by its name, a line each
caseworker_name | who looks after the case
last_contact_on | the day we last wrote to them
""",
    Place.NUMBERS: """
body_numbers | the numbers the body knows the person by, a line each
body_reference | the same, or our reference where there are none
nhs_number | NHS number (CHI in Scotland, health and care number in Northern Ireland)
account_number | the account number at the company or council
""",
    Place.BODY: """
body_name | the body written to
body_team | the team or person there
body_contact | how the public reaches the body: its line for the public with the hours, never one for members
minister_name | the minister or head of the body, from its next level up
ombudsman_name | who looks at complaints about the problem, as the card of the ombudsman proposes
reply_rule | the time the body gives itself to answer, in a sentence; of an enquiry, by when it was due
target_days | the same in working days; of an enquiry empty where another day was agreed
""",
    Place.ENQUIRY: """
sent_on | the day our enquiry left
original_sent_on | the day the enquiry was put
original_letter | the words of our first letter, or what was asked
how_i_asked | how and when it was put, as said to the body: “I wrote on …”, “My office asked … on …”
how_we_asked | the same, as told to the person
asked_by_word | “by telephone” or “through their portal”; empty where it was put in writing
asked_in_letter | the day of the letter that put it alone; empty where it was put in another way
part_came_on | the day on which part of an answer came; empty where none did
when_it_was_due | by when the reply was due and why, as said to the body
when_they_were_due | the same, as told to the person
reply_due_on | the day the reply was due
chaser_one_on | the day of our first reminder
chased_on | the days of our reminders
chased | our reminders, in a sentence
chain | what was sent and when, a line each
days_overdue | calendar days since the reply was due
official_reply_date | the day of their latest answer
final_response_date | the day of their final response
""",
    Place.CLOCK: """
date | today
reply_by | the day by which we ask for an answer
next_contact_on | the day by which we are in touch again
send_by | ten working days from today
valid_until | a year from today
due_date | one calendar month from today
signature | a line to sign on
choice_transfer | a box to tick: pass my case on
choice_return | a box to tick: send my papers back
choice_destroy | a box to tick: destroy my papers
""",
    Place.LETTER: """
what_happened | the facts, in order of date
what_is_asked | what you ask them to do, one thing
questions | your questions, numbered
urgency_reason | why it cannot wait; left out when empty
complaint_stage | how far the complaint has gone
what_was_asked | what was asked of the officials, and when
what_came_back | what they answered
what_is_wrong | what is still wrong
previous_references | their references of earlier letters
ward | the ward
councillors | the councillors of the ward
stage_one_date | day of the first complaint
stage_two_date | day of the second
consent_attached | that the person's consent is attached; by itself where an authority on file says so
complaint_date | day they complained to the company
enclosures | what goes with the letter
bodies_list | the organisations we may speak to, a line each
interpreter_used | the name of the interpreter, and that it was read out
relationship | how the signer is related to the constituent
documents_needed | what we need from them
deadline_warning | the date in their own papers, and that it is theirs to keep
deadline_date | the last day they have for something
reply_summary | the answer in plain words
what_next | what happens next
what_changed | what changed for them; left out when empty
call_on | the day of a telephone call
spoken_to | whom we spoke to
what_was_said | what was said and promised on the telephone
options | what they can do next, and by when
other_member_name | the right member, and their area
other_member_contact | how to reach them
what_to_say | what to say when they ring
surgery_place | where the surgery is
surgery_time | day and time of the appointment
access_notes | how to get in, lifts, parking, loops
bring_list | what to bring
position | the member's view
action_taken | what the member has done about it
campaign_name | what the campaign is called
split_case_number | our reference for the personal part
examples | what happened, with dates
review_on | the day the limit is looked at again
still_help_with | what help goes on
review_outcome | what the review found
request_date | the day they asked
exemptions | what is left out, and why
what_we_did | what has been done about it
what_to_watch | what to look out for
complaint_received_on | the day their complaint came
complaint_answer | what we found, and what we do about it
dissolved_on | the day Parliament is dissolved
poll_on | the day of the poll
alternative | who else could help
your_message | your own words
""",
}
FIELDS: dict[str, Field] = {
    name.strip(): Field(name.strip(), meaning.strip(), place)
    for place, table in _TABLE.items()
    for name, meaning in (line.split("|") for line in table.strip().splitlines())
}


def problem_of(wording: str) -> str:
    """Why a wording cannot be kept, as a sentence; empty when it can. Unknown fields are named."""
    try:
        fieldsonly.render(wording, {})
        names = fieldsonly.names_in(wording)
    except filling.TemplateProblem as problem:
        return str(problem)
    unknown = [name for name in names if name not in FIELDS]
    if not unknown:
        return ""
    name = unknown[0]
    near = get_close_matches(name, FIELDS, n=1, cutoff=0.6)
    hint = f"Did you mean {{{{ {near[0]} }}}}? " if near else ""
    return (
        f"{{{{ {name[:60]} }}}} is not a field we know. {hint}The page “Fields” lists them all. "
        f"For something you write anew in each letter put {filling.gap(name[:40])} there."
    )


def used_in(wording: str) -> list[Field]:
    """The fields of a wording that we know, in order."""
    return [FIELDS[name] for name in fieldsonly.names_in(wording) if name in FIELDS]


def by_place() -> list[tuple[str, list[Field]]]:
    """All fields under where they come from, for the page."""
    return [(place.value, [field for field in FIELDS.values() if field.place == place]) for place in Place]


def ways_to_fill(gaps: list[str], letter: Letter) -> list[Way]:
    """For each gap the page on which it is filled in; a gap that is no field is filled in in the letter."""
    known = {filling.gap(name): field for name, field in FIELDS.items()}
    ways = []
    for gap in gaps:
        field = known.get(gap)
        label, url = _way(field.place if field else Place.LETTER, letter)
        ways.append(Way(gap, label, url))
    return ways


def _way(place: Place, letter: Letter) -> tuple[str, str]:
    case = letter.case
    edit = ("Write it in the letter", f"{letter.get_absolute_url()}?edit=1" if letter.pk else "")
    if place == Place.OFFICE:
        return "Fill it in on the letterhead", reverse("letterhead")
    if place == Place.PERSON and case.constituent:
        return f"Fill it in on the page of {case.constituent}", reverse(
            "person-edit", args=[case.constituent.pk]
        )
    if place == Place.NUMBERS:
        return "Add the number to the case", reverse("case-reference-new", args=[case.pk])
    if place == Place.BODY and (body := reaching.body_of(letter)):
        return f"Fill it in on the page of {body}", body.get_absolute_url()
    if place == Place.ENQUIRY:
        return "Look at the enquiries of the case", reverse("case-enquiries", args=[case.pk])
    if place in (Place.CASE, Place.PERSON):
        return "Fill it in on the case", case.get_absolute_url()
    return edit
