"""A wrong join is a data breach: what joins a case silently, what is only proposed, and to whom."""

import secrets

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from opencasework.office.cases.actions import share
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox import processing
from opencasework.office.inbox.actions import file_away, take_back
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.letters import tokens
from opencasework.office.letters.models import Reply
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .factories import MessageFactory
from .receiving import ReaderInThisProcess, mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
COUNCIL = "members@landlord.example"


@pytest.fixture
def enquiry():
    return EnquiryFactory(email=COUNCIL)


@pytest.fixture
def address(enquiry):
    """Where an answer to the enquiry is to be sent."""
    token = tokens.issue(enquiry.case, COUNCIL, enquiry=enquiry)
    return f"office+{token.token}@member.example"


def test_a_confirmed_participant_with_our_token_is_filed_as_a_reply(enquiry, address):
    message = receive(mail(COUNCIL, to=address, confirmed=True, subject="Our answer"))

    assert message.case == enquiry.case
    assert message.enquiry == enquiry
    assert message.decision == Message.Decision.CASE
    assert message not in Message.objects.untriaged()
    assert Reply.objects.get(enquiry=enquiry).kind == ""
    event = enquiry.case.events.get(kind=Event.Kind.REPLY_IN)
    assert event.detail["message"] == message.pk


def test_our_token_among_those_copied_in_counts_as_well(enquiry, address):
    message = receive(mail(COUNCIL, to="somebody@else.example", Cc=address, confirmed=True))

    assert message.case == enquiry.case
    assert message.enquiry == enquiry


def test_the_constituent_s_answer_is_a_message_and_no_reply_of_the_body(enquiry):
    person = enquiry.case.constituent
    token = tokens.issue(enquiry.case, person.email, enquiry=None)
    token.enquiry = enquiry
    token.save()

    message = receive(mail(person.email, to=f"office+{token.token}@member.example", confirmed=True))

    assert message.case == enquiry.case
    assert message.person == person
    assert message.enquiry is None
    assert not Reply.objects.exists()
    assert enquiry.case.events.filter(kind=Event.Kind.MESSAGE_IN).count() == 1


def test_a_machine_s_acknowledgement_is_on_the_case_but_no_reply(enquiry, address):
    message = receive(mail(COUNCIL, to=address, confirmed=True, Auto_Submitted="auto-replied"))

    assert message.case == enquiry.case
    assert not Reply.objects.exists()


def test_a_participant_nobody_vouches_for_is_only_proposed(enquiry, address):
    message = receive(mail(COUNCIL, to=address))

    assert message.case is None
    assert message.proposal == Message.Proposal.UNVERIFIED
    assert message.proposed_case == enquiry.case
    assert message.proposed_enquiry == enquiry
    assert "was not verified" in message.proposal_reason
    assert message in Message.objects.untriaged()


def test_a_forged_finding_about_the_sender_does_not_count(enquiry, address):
    raw = b"Authentication-Results: mx.evil.example; dmarc=pass header.from=landlord.example\r\n" + mail(
        COUNCIL, to=address, confirmed=True
    )

    assert receive(raw).proposal == Message.Proposal.UNVERIFIED


def test_a_stranger_with_our_token_is_only_proposed(enquiry, address):
    message = receive(mail("someone@landlord.example", to=address, confirmed=True))

    assert message.case is None
    assert message.proposal == Message.Proposal.STRANGER
    assert "not part of that case" in message.proposal_reason


def test_our_token_on_a_closed_case_joins_nothing(enquiry, address):
    enquiry.case.close(outcome="explained", by=enquiry.case.owner)

    message = receive(mail(COUNCIL, to=address, confirmed=True))

    assert message.case is None
    assert message.proposal == Message.Proposal.CLOSED


def test_a_stranger_with_our_token_stays_one_when_the_case_is_closed(enquiry, address):
    enquiry.case.close(outcome="explained", by=enquiry.case.owner)

    message = receive(mail("someone@landlord.example", to=address, confirmed=True))

    assert message.proposal == Message.Proposal.STRANGER
    assert "which is closed" in message.proposal_reason


def test_a_token_leaked_in_a_copy_line_joins_nothing(address):
    message = receive(mail("someone@else.example", confirmed=True, Cc=address))

    assert message.case is None
    assert message.proposal == Message.Proposal.STRANGER


def test_a_thousand_forged_references_join_nothing(enquiry, monkeypatch):
    monkeypatch.setattr(processing, "Reader", ReaderInThisProcess)
    for _ in range(10):
        guesses = " ".join(f"<{secrets.token_hex(16)}.x@member.example>" for _ in range(100))
        reference = enquiry.case.reference
        message = receive(mail(COUNCIL, confirmed=True, subject=f"Re: {reference}", References=guesses))

        assert message.case is None
        assert message.proposed_case is None
    assert enquiry.case.events.filter(kind__in=[Event.Kind.MESSAGE_IN, Event.Kind.REPLY_IN]).count() == 0


def test_naming_a_mail_on_a_case_only_proposes_it(enquiry, address):
    first = mail(COUNCIL, to=address, confirmed=True, Message_ID="<first@landlord.example>")
    receive(first)

    member = receive(mail(COUNCIL, confirmed=True, In_Reply_To="<first@landlord.example>"))
    stranger = receive(mail("x@evil.example", confirmed=True, In_Reply_To="<first@landlord.example>"))

    assert (member.case, member.proposed_case, member.proposal) == (None, enquiry.case, "thread")
    assert (stranger.case, stranger.proposed_case) == (None, None)


def test_a_stranger_s_mail_is_everybody_s_and_the_hidden_case_it_names_is_not(enquiry, address):
    case = enquiry.case
    case.need_to_know = True
    case.save()
    colleague = StaffFactory()

    strange = receive(mail("someone@else.example", to=address))

    assert strange in Message.objects.visible_to(colleague)
    assert strange.proposal_for(colleague) is None
    assert strange.proposal_for(case.owner) == case


def arrives_unverified(case, address):
    return receive(mail(COUNCIL, to=address, subject="Canary"))


def arrives_in_a_thread(case, address):
    receive(mail(COUNCIL, to=address, confirmed=True, Message_ID="<first@landlord.example>"))
    return receive(mail(COUNCIL, confirmed=True, subject="Canary", In_Reply_To="<first@landlord.example>"))


def arrives_when_closed(case, address):
    case.close(outcome="explained", by=case.owner)
    return receive(mail(COUNCIL, to=address, confirmed=True, subject="Canary"))


def arrives_in_a_thread_when_closed(case, address):
    receive(mail(COUNCIL, to=address, confirmed=True, Message_ID="<first@landlord.example>"))
    case.close(outcome="explained", by=case.owner)
    return receive(mail(COUNCIL, confirmed=True, subject="Canary", In_Reply_To="<first@landlord.example>"))


def shown_to(staff, message, client):
    """In the inbox and its count, in the search, and the answer of the message's own page."""
    client.force_login(staff)
    inbox = client.get("/inbox/")
    found = client.get("/search/", {"q": "canary", "kind": "messages"}).content.decode()
    rail = client.get(reverse("rail-counts"), headers={"HX-Request": "true"})
    count = {each["url"]: each["count"] for each in rail.context["counts"]}
    return {
        "listed": "Canary" in inbox.content.decode(),
        "counted": count.get("/inbox/", 0),
        "found": reverse("message", args=[message.pk]) in found,
        "page": client.get(reverse("message", args=[message.pk])).status_code,
    }


SHOWN = {"listed": True, "counted": 1, "found": True, "page": 200}
HIDDEN = {"listed": False, "counted": 0, "found": False, "page": 404}


@pytest.mark.parametrize(
    "arrives",
    [arrives_unverified, arrives_in_a_thread, arrives_when_closed, arrives_in_a_thread_when_closed],
)
def test_what_part_of_a_hidden_case_writes_is_shown_to_those_on_it_only(arrives, client, enquiry, address):
    case, ana = enquiry.case, StaffFactory()
    share(case=case, need_to_know=True, shared_with=[], by=case.owner)
    message = arrives(case, address)
    assert (message.case, message.proposed_case) == (None, case)

    assert shown_to(ana, message, client) == HIDDEN
    assert shown_to(case.owner, message, client) == SHOWN

    file_away(message, by=case.owner)
    assert shown_to(ana, message, client) == HIDDEN


def test_a_first_mail_of_somebody_known_from_restricted_cases_alone_is_for_those_on_one(client):
    hidden = CaseFactory(need_to_know=True)
    message = receive(mail(hidden.constituent.email, confirmed=True, subject="Canary"))
    assert (message.case, message.proposed_case) == (None, None)

    for role in set(Role) - {Role.MEMBER, Role.VOLUNTEER}:
        assert shown_to(StaffFactory(role=role), message, client) == HIDDEN
    assert shown_to(StaffFactory(role=Role.MEMBER), message, client) == SHOWN
    assert shown_to(hidden.owner, message, client) == SHOWN

    file_away(message, by=hidden.owner)
    assert message not in Message.objects.visible_to(StaffFactory())


def two_with_one_address(known_from, *, first="hidden"):
    """Somebody known from a restricted case alone and somebody else share an address, which one had first."""
    address = "home@post.example"
    other = PersonFactory(email__address=address) if first == "other" else None
    hidden = CaseFactory(person=PersonFactory(email__address=address), need_to_know=True, sensitivity="SEN-4")
    other = other or PersonFactory(email__address=address)
    if known_from == "a case of somebody else":
        CaseFactory(person=other)
    return hidden, address


@pytest.mark.parametrize("first", ["hidden", "other"])
@pytest.mark.parametrize("known_from", ["a case of somebody else", "no case"])
def test_somebody_else_with_the_address_opens_no_mail_of_a_secret(known_from, first, client):
    hidden, address = two_with_one_address(known_from, first=first)
    priya = StaffFactory(first_name="Priya")

    message = MessageFactory(from_address=address, subject="Canary")

    assert shown_to(priya, message, client) == HIDDEN
    assert shown_to(hidden.owner, message, client) == SHOWN


def test_writing_down_one_more_person_opens_no_mail_that_was_hidden(client):
    hidden, priya = CaseFactory(need_to_know=True), StaffFactory(first_name="Priya")
    message = MessageFactory(from_address=hidden.constituent.email, subject="Canary")
    client.force_login(priya)

    new = {"full_name": "Nobody Atall", "language": "en", "preferred_channel": "email"}
    client.post("/people/new/", {**new, "email": message.from_address})

    assert Person.objects.filter(emails__address=message.from_address).count() == 2
    assert shown_to(priya, message, client) == HIDDEN


def test_what_answers_on_a_case_one_sees_is_there_whoever_shares_the_address():
    _hidden, address = two_with_one_address("a case of somebody else")
    other, ana = Case.objects.order_by("-pk").first(), StaffFactory()
    answer = MessageFactory(from_address=address, proposed_case=other, proposal="thread")
    strange = MessageFactory(from_address=address, proposed_case=other, proposal="stranger")

    assert answer in Message.objects.visible_to(ana)
    assert strange not in Message.objects.visible_to(ana)


def test_somebody_hidden_who_is_on_another_case_too_is_no_secret():
    hidden = CaseFactory(need_to_know=True, sensitivity="SEN-4")
    CaseFactory(person=hidden.constituent)

    message = MessageFactory(from_address=hidden.constituent.email)

    assert message in Message.objects.visible_to(StaffFactory())


def test_a_case_open_to_the_team_hides_no_mail_of_its_people(client):
    case = CaseFactory(sensitivity="SEN-3")
    message = MessageFactory(from_address=case.constituent.email)

    assert message in Message.objects.visible_to(StaffFactory(role=Role.ADMINISTRATOR))


def test_what_somebody_wrote_down_themselves_does_not_vanish_before_them():
    hidden, ana = CaseFactory(need_to_know=True), StaffFactory()
    call = MessageFactory(from_address=hidden.constituent.email, channel="phone", written_down_by=ana)

    assert call in Message.objects.visible_to(ana)
    assert call not in Message.objects.visible_to(StaffFactory())


def test_a_volunteer_sees_no_message_but_those_of_their_cases():
    vic = StaffFactory(volunteer=True)
    loose = MessageFactory()
    case = CaseFactory(owner=vic)
    theirs = MessageFactory()
    file_on_case(theirs, case=case, by=vic)

    assert list(Message.objects.visible_to(vic)) == [theirs]
    assert loose in Message.objects.visible_to(StaffFactory())


def test_of_two_people_filing_at_once_the_first_decides():
    ana, priya = StaffFactory(), StaffFactory()
    first, second = CaseFactory(), CaseFactory()
    message = MessageFactory()
    stale = Message.objects.get(pk=message.pk)

    assert file_on_case(message, case=first, by=ana)
    assert not file_on_case(stale, case=second, by=priya)

    assert stale.case == first
    assert second.events.filter(kind=Event.Kind.MESSAGE_IN).count() == 0


def test_a_message_can_be_taken_off_a_case_again():
    ana = StaffFactory()
    case = CaseFactory()
    message = MessageFactory()
    file_on_case(message, case=case, by=ana)

    take_back(message, by=ana)

    assert message in Message.objects.untriaged()
    assert case.events.filter(text__startswith="Taken off this case").exists()


def test_campaign_mail_of_a_day_is_found_without_looking_through_all_mail():
    campaign = Message.objects.filter(decision=Message.Decision.CAMPAIGN, decided_at__lte=timezone.now())

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # which is as good while there are none
    assert "inbox_campaign" in campaign.order_by().explain()
