"""P7: nobody who pretends to be a constituent is ever shown as verified."""

import pytest

from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.inbox.models import Mailbox, Message
from opencasework.office.inbox.reading.authentication import EXCHANGE_ONLINE
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

from . import spoofs
from .factories import MailboxFactory
from .receiving import mail, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
STYLES = {
    "rfc": (spoofs.rfc_style, spoofs.PROVIDER),
    "exchange": (spoofs.exchange_style, EXCHANGE_ONLINE),
    "forged": (spoofs.forged_below, spoofs.PROVIDER),
    "forged, exchange": (
        lambda spoof: spoofs.exchange_style(spoof) + spoofs.forged_below(spoof),
        EXCHANGE_ONLINE,
    ),
}


def test_there_are_all_twenty_two():
    assert len({spoof.name for spoof in spoofs.SPOOFS}) == 22


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("spoof", spoofs.SPOOFS, ids=lambda each: each.name)
def test_a_spoofed_constituent_is_never_shown_as_verified(spoof, style, client):
    write, trusted = STYLES[style]
    PersonFactory(email__address=spoofs.VICTIM)
    MailboxFactory(authserv_id=trusted)
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    message = receive(spoofs.mail(spoof, write(spoof)))

    page = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    pretends = "legitimate.example" in message.sender
    assert message.sender_check != Message.SenderCheck.ALIGNED or not pretends
    assert not (pretends and "Domain confirmed" in page)
    assert message.case is None


@pytest.mark.parametrize(
    ("results", "trusted"),
    [
        (f"Authentication-Results: {spoofs.PROVIDER}; {spoofs.FORGED_PASS}\r\n", spoofs.PROVIDER),
        (
            f"Authentication-Results: spf=pass smtp.mailfrom=legitimate.example; {spoofs.FORGED_PASS}\r\n",
            EXCHANGE_ONLINE,
        ),
    ],
)
def test_an_honest_constituent_is_shown_as_verified(results, trusted):
    MailboxFactory(authserv_id=trusted)

    message = receive(results.encode() + mail(f"Nia <{spoofs.VICTIM}>"))

    assert message.sender_check == Message.SenderCheck.ALIGNED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nia Pryce", "aligned"),
        ("nia@legitimate.example", "aligned"),
        ("minister@gov.example", "unknown"),
        ("minister @ gov.example", "unknown"),
        ("minister＠gov.example", "unknown"),
    ],
)
def test_a_name_that_is_somebody_else_s_address_vouches_for_nobody(name, expected):
    assert not Mailbox.objects.exists()

    message = receive(mail(f'"{name}" <{spoofs.VICTIM}>', confirmed=True))

    assert message.sender_check == expected
