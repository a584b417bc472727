"""A body's reply that quotes its own reference number is proposed for the case that carries that number."""

import pytest

from opencasework.office.bodies.tests.factories import BodyContactFactory
from opencasework.office.cases.models import ReferenceNumber
from opencasework.office.inbox.models import Message
from opencasework.office.letters.tests.factories import EnquiryFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from .receiving import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
COUNCIL = "members@landlord.example"
NUMBER = "QQ 12 34 56 C"


@pytest.fixture
def enquiry():
    put = EnquiryFactory(email=COUNCIL)
    ReferenceNumber.objects.create(case=put.case, kind="NINO", value=NUMBER)
    return put


def quoting(sender, number=NUMBER, **more):
    return mail(sender, **more).replace(
        b"We have looked into it.", f"National Insurance number: {number}".encode()
    )


def test_a_body_that_gives_the_number_of_a_case_is_proposed_as_its_reply(enquiry, client):
    message = receive(quoting(COUNCIL, confirmed=True))

    assert message.case is None
    assert message.proposal == Message.Proposal.NUMBER
    assert message.proposed_case == enquiry.case
    assert message.proposed_enquiry == enquiry
    assert f"gives the National Insurance number of {enquiry.case.reference}" in message.proposal_reason
    client.force_login(enquiry.case.owner)
    assert "Accept on" in client.get(f"/inbox/messages/{message.pk}/").content.decode()


def test_a_colleague_at_the_same_body_counts_as_well_and_says_if_unverified(enquiry):
    message = receive(quoting("jo.marsh@landlord.example"))

    assert message.proposed_case == enquiry.case
    assert "not verified" in message.proposal_reason


def test_a_stranger_who_knows_the_number_is_not_proposed(enquiry):
    assert receive(quoting("someone@post.example", confirmed=True)).proposal == ""


def test_of_two_cases_with_the_number_the_one_they_were_asked_about_is_proposed(enquiry):
    other = EnquiryFactory()
    ReferenceNumber.objects.create(case=other.case, kind="NINO", value=NUMBER)

    assert receive(quoting(COUNCIL, confirmed=True)).proposed_case == enquiry.case


def test_of_two_cases_nobody_asked_them_about_neither_is_proposed(enquiry):
    BodyContactFactory(email="someone@water.example")
    other = EnquiryFactory()
    ReferenceNumber.objects.create(case=other.case, kind="NINO", value=NUMBER)

    assert receive(quoting("someone@water.example", confirmed=True)).proposal == ""


def test_the_reply_about_a_restricted_case_is_for_those_who_may_know_of_it(enquiry):
    enquiry.case.need_to_know = True
    enquiry.case.save()
    stranger = StaffFactory(role=Role.CASEWORKER)

    message = receive(quoting(COUNCIL, confirmed=True))

    assert message not in Message.objects.visible_to(stranger)


def test_a_stranger_with_the_same_mail_provider_as_a_bodys_clerk_is_no_body():
    put = EnquiryFactory(email="parish.clerk@gmail.com")
    ReferenceNumber.objects.create(case=put.case, kind="NINO", value=NUMBER)

    assert receive(quoting("stranger@gmail.com", confirmed=True)).proposal == ""
    clerk = receive(quoting("parish.clerk@gmail.com", confirmed=True, Message_ID="<2@gmail.com>"))
    assert clerk.proposed_case == put.case
