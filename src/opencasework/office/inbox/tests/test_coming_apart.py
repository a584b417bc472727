"""Two cases come apart while an answer waits in the inbox: it is offered on the one it is of."""

from __future__ import annotations

import pytest

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import moving
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.two_people import bos_case, dis_case
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.receiving import mail, receive
from opencasework.office.letters import tokens
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def bos(ana):
    return bos_case(ana)


@pytest.fixture
def dis(ana):
    return dis_case(ana)


@pytest.fixture
def bo(bos):
    """The address of Bo, as that of Di below: whose case is part of another has nobody of its own."""
    return bos.constituent.email


@pytest.fixture
def di(dis):
    return dis.constituent.email


def reply_address(case, recipient, enquiry=None):
    return f"office+{tokens.issue(case, recipient, enquiry=enquiry).token}@member.example"


def merged(case, into, by):
    return moving.merge(case=case, into=into, by=by, same=())


def undo(client, ana, merge):
    client.force_login(ana)
    assert client.post(f"/cases/{merge.target_id}/moves/{merge.pk}/undo/").status_code == 302


def test_an_answer_of_one_of_them_from_an_unknown_address_is_offered_on_their_case(bos, dis, bo, ana, client):
    address = reply_address(bos, bo)
    merge = merged(bos, dis, ana)
    message = receive(mail("elsewhere@post.example", to=address))
    assert message.proposed_case == dis

    undo(client, ana, merge)

    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert f"Add to {bos.reference}" in page
    assert f"Add to {dis.reference}" not in page
    assert f"It carries the reply address of {bos.reference}" in page


def test_a_stranger_s_answer_to_an_enquiry_can_be_accepted_as_the_reply_it_is(bos, dis, ana, client):
    enquiry = EnquiryFactory(case=bos, to_body=body("DWP"), email="team@dwp.example")
    address = reply_address(bos, "team@dwp.example", enquiry)
    merge = merged(bos, dis, ana)
    message = receive(mail("somebody@dwp.example", to=address))
    assert (message.proposed_case, message.proposed_enquiry) == (dis, enquiry)

    undo(client, ana, merge)
    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    answer = client.post(f"/inbox/messages/{message.pk}/filing/", {"case": bos.pk, "enquiry": enquiry.pk})

    assert f"Accept on {bos.reference}" in page
    assert f"Accept on {dis.reference}" not in page
    assert answer.status_code == 302
    message.refresh_from_db()
    assert (message.case, message.enquiry) == (bos, enquiry)


def test_who_was_part_of_both_together_is_a_stranger_to_the_one_alone(bos, dis, bo, di, ana, client):
    address = reply_address(bos, bo)
    merge = merged(bos, dis, ana)
    message = receive(mail(di, to=address))
    assert message.proposal == Message.Proposal.UNVERIFIED

    undo(client, ana, merge)

    message.refresh_from_db()
    assert (message.proposal, message.proposed_case) == (Message.Proposal.STRANGER, bos)
    assert "is not part of that case" in message.proposal_reason


def test_what_is_of_the_case_that_stood_for_both_and_what_is_decided_stay(bos, dis, bo, di, ana, client):
    theirs, other = reply_address(dis, di), reply_address(bos, bo)
    merge = merged(bos, dis, ana)
    waiting = receive(mail("elsewhere@post.example", to=theirs))
    filed = receive(mail(bo, to=other, confirmed=True))
    assert filed.case == dis

    undo(client, ana, merge)

    waiting.refresh_from_db()
    assert waiting.proposed_case == dis
    assert f"reply address of {dis.reference}" in waiting.proposal_reason


def test_what_was_closed_when_it_came_is_put_on_no_case_unasked(bos, dis, bo, ana, client):
    address = reply_address(bos, bo)
    merge = merged(bos, dis, ana)
    dis.close(outcome="resolved", by=ana)
    message = receive(mail(bo, to=address, confirmed=True))
    assert message.proposal == Message.Proposal.CLOSED

    undo(client, ana, merge)

    message.refresh_from_db()
    assert (message.case, message.proposed_case) == (None, bos)
    assert not bos.events.filter(kind=Event.Kind.MESSAGE_IN).exists()


def test_an_answer_goes_with_the_problem_that_is_split_off(bos, ana, client):
    enquiry = EnquiryFactory(case=bos, to_body=body("DWP"), email="team@dwp.example")
    other = bos.issues.create(category=CategoryFactory(code="BEN-UC"))
    type(enquiry).objects.filter(pk=enquiry.pk).update(issue=other)
    message = receive(mail("somebody@dwp.example", to=reply_address(bos, "team@dwp.example", enquiry)))
    client.force_login(ana)

    client.post(
        f"/cases/{bos.pk}/splitting/",
        {
            "title": "Universal Credit",
            "issues": [other.pk],
            "people": [bos.case_people.get().pk],
            "next_action": "Ask",
            "on": "5 wd",
        },
    )

    enquiry.refresh_from_db()
    message.refresh_from_db()
    assert enquiry.case != bos
    assert message.proposed_case == enquiry.case
