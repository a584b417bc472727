"""One letter to all of a campaign: drafted, approved by a person, then a mail of its own to each.

An answer and its mail are made in the transaction of the approval, and the database refuses a second answer
to an address or a person. So whatever dies when, each is written to once; the outbox does the rest.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, When
from django.utils import timezone

from opencasework.office.campaigns.models import Answer, Campaign, CampaignLetter, Likeness
from opencasework.office.campaigns.recording import is_address, is_name
from opencasework.office.constituents.models import Person
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.models.messages import texts_by
from opencasework.office.kit.steps import step
from opencasework.office.letters import filling, outbox
from opencasework.office.letters.actions import NotSendable, one_line
from opencasework.office.letters.models import BadAddress, OutgoingMail
from opencasework.office.places import directory
from opencasework.office.places.models import Office
from opencasework.office.staff.models import StaffMember

Audience = CampaignLetter.Audience
MailState = OutgoingMail.State
MESSAGE_ID = re.compile(r"<[^<>\s]{3,240}>")
NOBODY_NAMED = "constituent"  # "Dear constituent", where nobody gave a name that is one
ALREADY = "Somebody has answered this message already."
FIELDS = ("name", "campaign", "member", "area", "their_member", "reply_page")
ANOTHER = "another member"
MORNING = time(9)  # when what is to leave on a day leaves
NOT_PASSED_ON = "I have not passed your message on.\n\n"
WHERE_TO_READ = "What I think about it stands at {{ reply_page }}\n\n"
WORDS = {
    Audience.HERE: (
        "Dear {{ name }},\n\nThank you for writing to me about “{{ campaign }}”. "
        "Many people in {{ area }} have.\n\n"
        "[your position missing]\n\nYours sincerely,\n{{ member }}\n"
    ),
    Audience.ELSEWHERE: (
        "Dear {{ name }},\n\nThank you for writing to me about “{{ campaign }}”. "
        "Your postcode is not in {{ area }}, so {{ their_member }} speaks for you in this, and by custom I "
        "leave it to them. You find how to reach them at members.parliament.uk.\n\n"
        f"{NOT_PASSED_ON}Yours sincerely,\n{{{{ member }}}}\n"
    ),
}


@dataclass
class Recipients:
    """Who would be written to, and who would not, each with the reason.

    Anybody can write in somebody else's name, and a thousand such mails would have us write to a thousand
    people who never asked. So those whose sender nobody vouches for are answered only where a person says so.
    """

    to: list[Likeness] = field(default_factory=list)
    unverified: list[Likeness] = field(default_factory=list)
    held: list[tuple[Likeness, str]] = field(default_factory=list)


def draft(campaign: Campaign, audience: str) -> CampaignLetter:
    """The letter to these people; one not written yet comes with words to begin from, unsaved."""
    kept = campaign.letters.filter(audience=audience).select_related("approved_by", "changed_by").first()
    text = WORDS[Audience(audience)]
    if audience == Audience.ELSEWHERE and campaign.reply_page:
        text = text.replace(NOT_PASSED_ON, f"{WHERE_TO_READ}{NOT_PASSED_ON}")
    return kept or CampaignLetter(
        campaign=campaign, audience=audience, subject=f"Re: {campaign.name}"[:200], text=text
    )


def keep(letter: CampaignLetter, *, subject: str, text: str, by: StaffMember) -> bool:
    """Keep new words. False once it was approved: what people were sent does not change."""
    values = {"subject": one_line(subject)[:200], "text": text, "changed_by": by}
    if letter.pk is None:
        _, made = CampaignLetter.objects.get_or_create(
            campaign=letter.campaign, audience=letter.audience, defaults=values
        )
        if made:
            return True
    drafts = CampaignLetter.objects.filter(
        campaign=letter.campaign, audience=letter.audience, approved_at=None
    )
    return bool(drafts.update(**values, changed_at=timezone.now()))


def recipients(letter: CampaignLetter, *, by: StaffMember) -> Recipients:
    """Who has not been answered yet, as far as this colleague may see them."""
    campaign = letter.campaign
    members = (
        campaign.members_for(by)
        .filter(message__decision=Message.Decision.CAMPAIGN)
        .elsewhere(yes=letter.audience == Audience.ELSEWHERE)
        .select_related("message__person", "message__mailbox")
        .annotate(
            was_answered=Exists(
                Message.objects.filter(direction=Message.Direction.OUT, thread=OuterRef("message"))
            )
        )
        .defer(*texts_by("message"))
        # A verified mail of an address first, so that none in its name stands before it.
        .order_by(
            Case(When(message__sender_check=Message.SenderCheck.ALIGNED, then=0), default=1),
            "message__received_at",
            "message",
        )
    )
    answered = campaign.answers.values_list("address", "person")
    addresses = {address for address, _ in answered}
    people = {person for _, person in answered if person}
    own = Office.here().email.lower()
    bad = set(BadAddress.objects.values_list("address", flat=True))
    careful = Person.objects.taken_care_with().addresses()
    found = Recipients()
    for member in members:
        message = member.message
        address, person = message.from_address.strip().lower(), message.person_id
        if address in addresses or (person and person in people):
            continue
        was_answered: bool = member.was_answered  # type: ignore[attr-defined]  # as annotated above
        if reason := ALREADY if was_answered else _held_back(message, address, own, bad, careful):
            found.held.append((member, reason))
            continue
        addresses.add(address)
        if person:
            people.add(person)
        is_verified = message.sender_check == Message.SenderCheck.ALIGNED
        (found.to if is_verified else found.unverified).append(member)
    return found


def _held_back(message: Message, address: str, own: str, bad: set[str], careful: set[str]) -> str:
    if not is_address(address):
        return "There is no address to write to."
    if address == own:
        return "It is our own address."
    if address in bad:
        return "A mail to this address came back. Look for another one."
    if message.sender_check == Message.SenderCheck.FAILED:
        return "The sender's domain denies that the message is from there."
    person = message.person
    if person is not None and person.safe_contact:
        return "Check first how to reach them: there is a note on their page."
    if person is not None and person.contact_limit:
        return "There is a limit on contact with them."
    if message.details.get("safe_contact"):
        return "Read first what they wrote about how it is safe to reach them."
    if address in careful:  # whoever wrote; of whom the note is, not everybody may know
        return "Nothing goes to this address in one go with others. Write by hand where it is safe."
    return ""


def filled(letter: CampaignLetter, message: Message | None, office: Office) -> tuple[str, str]:
    """Subject and text as this person gets them. Raises TemplateProblem for wording that cannot be used."""
    name = ""
    if message is not None:
        name = one_line(message.person.salutation if message.person else message.from_name)
    facts = {
        # Anybody may sign anything, and from an address of somebody else: our letter is not to say it there.
        "name": name if is_name(name) else NOBODY_NAMED,
        "campaign": letter.campaign.name,
        "member": office.title,
        "area": office.area_name,
        "their_member": _their_member(message, office) or ANOTHER,
        "reply_page": letter.campaign.reply_page,
    }
    return one_line(filling.fill(letter.subject, facts))[:250], filling.fill(letter.text, facts)


def _their_member(message: Message | None, office: Office) -> str:
    """“Jo Ashdown, the member for Aldershot”, as far as a directory and a list of members are loaded."""
    postcode = message.likeness.postcode if message is not None else ""
    place = directory.place_of(postcode, office=office) if postcode else None
    if place is None or not place.area_name:
        return ""
    named = f"{place.member_name}, " if place.member_name else ""
    return f"{named}the member for {place.area_name}"


def problem_of(letter: CampaignLetter) -> str:
    """Why it cannot go as it stands, as a sentence; empty when it can."""
    try:
        subject, text = filled(letter, None, Office.here())
    except filling.TemplateProblem as problem:
        return str(problem)
    left = filling.gaps(f"{subject}\n{text}")
    if left:
        return f"Fill in or take out: {', '.join(left)}"
    return "" if subject and text.strip() else "Give the letter a subject and words."


@transaction.atomic
def approve(
    letter: CampaignLetter,
    *,
    by: StaffMember,
    version: str,
    unverified: Collection[int] = (),
    on: date | None = None,
) -> int:
    """Approve the letter as it was read, and put a mail into the outbox for everybody not answered yet.

    It leaves in a moment, or on the morning of the day `on`; until then it can be taken back.

    Of those whose sender is not verified only the messages `unverified`, by number, are answered.

    Once more, for those who came later, it sends them the same words. Returns how many mails were made.
    Raises NotSendable where it has changed since it was read, or cannot go as it stands.
    """
    # One approval at a time: the second finds everybody answered.
    campaign = Campaign.objects.select_for_update().get(pk=letter.campaign_id)
    letter = CampaignLetter.objects.select_related("campaign").get(pk=letter.pk)
    if letter.version != version:
        raise NotSendable(f"{letter.changed_by or 'Somebody'} changed it after you opened it. Read it again.")
    if campaign.state not in (Campaign.State.OPEN, Campaign.State.CLOSED):
        raise NotSendable("Say first that it is to be handled as one campaign.")
    if problem := problem_of(letter):
        raise NotSendable(problem)
    now, office = timezone.now(), Office.here()
    found = recipients(letter, by=by)
    chosen = [*found.to, *(each for each in found.unverified if each.message_id in unverified)]
    leaves_at = now + outbox.hold()
    if on is not None:
        leaves_at = max(leaves_at, timezone.make_aware(datetime.combine(on, MORNING)))
    mails = [_mail(letter, member.message, office, by, leaves_at) for member in chosen]
    OutgoingMail.objects.bulk_create(mails, batch_size=200)
    step()
    Answer.objects.bulk_create(
        [
            Answer(
                campaign=campaign, letter=letter, address=mail.to, mail=mail,
                person=member.message.person, message=member.message,
            )
            for member, mail in zip(chosen, mails, strict=True)
        ],
        batch_size=200,
    )  # fmt: skip
    step()
    if letter.approved_at is None:
        CampaignLetter.objects.filter(pk=letter.pk).update(approved_at=now, approved_by=by)
    return len(mails)


def _mail(
    letter: CampaignLetter, message: Message, office: Office, by: StaffMember, leaves_at: datetime
) -> OutgoingMail:
    subject, text = filled(letter, message, office)
    # From the address they wrote to, where it is one we still collect from.
    box = message.mailbox
    sender = box.address if box is not None and box.enabled else office.email
    domain = sender.partition("@")[2]
    return OutgoingMail(
        to=message.from_address.strip().lower(),
        from_email=sender,
        reply_to=sender,
        subject=subject,
        text=text,
        message_id=f"<{secrets.token_hex(24)}@{domain}>",
        in_reply_to=message.message_id if MESSAGE_ID.fullmatch(message.message_id) else "",
        send_after=leaves_at,
        queued_by=by,
    )


@transaction.atomic
def take_back(letter: CampaignLetter) -> int:
    """Take back every mail that has not been handed over. Nobody of those counts as answered any more."""
    Campaign.objects.select_for_update().get(pk=letter.campaign_id)
    waiting = OutgoingMail.objects.filter(
        campaign_answer__letter=letter, state__in=[MailState.QUEUED, MailState.RETRY], may_have_arrived=False
    )
    pks = list(waiting.values_list("pk", flat=True))
    back: list[int] = []
    for start in range(0, len(pks), 500):
        some = pks[start : start + 500]
        # One that left in this moment is no longer queued, and stays an answer.
        OutgoingMail.objects.filter(
            pk__in=some, state__in=[MailState.QUEUED, MailState.RETRY], may_have_arrived=False
        ).update(state=MailState.WITHDRAWN)
        withdrawn = OutgoingMail.objects.filter(pk__in=some, state=MailState.WITHDRAWN)
        back += withdrawn.values_list("pk", flat=True)
    for start in range(0, len(back), 500):
        Answer.objects.filter(mail__in=back[start : start + 500]).delete()
    if back and not letter.answers.exists():
        CampaignLetter.objects.filter(pk=letter.pk).update(approved_at=None, approved_by=None)
    return len(back)
