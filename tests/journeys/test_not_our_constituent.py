"""Case D of an office's five: somebody whom another member represents, day by day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases.models import Case
from opencasework.office.constituents.models import Person
from opencasework.office.inbox import erasing
from opencasework.office.inbox.models import Answer, Message, blobs
from opencasework.office.inbox.tests.receiving import mail, receive
from opencasework.office.inbox.tests.test_acknowledging import leaving
from opencasework.office.places import loading
from opencasework.office.places.tests import onspd
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LONDON = ZoneInfo("Europe/London")
QUARTER = 92  # days: the three months for which this office keeps what was for another member
MRS_BELL = mail("Mrs Ida Bell <ida.bell@post.example>", Message_ID="<bell1@post.example>").replace(
    b"We have looked into it.",
    b"My hospital appointment was moved twice. I live at 4 Mill Lane, ZZ1 2AB.",
)


@pytest.fixture
def at():
    """Moves the office's clock to a moment."""
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=LONDON), tick=False) as clock:
        yield lambda *moment: clock.move_to(datetime(*moment, tzinfo=LONDON))


def test_not_our_constituent(client, at, tmp_path):
    OfficeFactory(postcode_prefixes="WX3, WX4", other_member_days=QUARTER)
    members = f"name,area_gss\nJo Ashdown,{onspd.THEIRS}\n"
    for name, text in {"onspd.csv": onspd.sheet(), "members.csv": members}.items():
        (tmp_path / name).write_text(text)
        loading.load(tmp_path / name)
    client.force_login(StaffFactory())

    # Thursday 5 March, 11:20: she writes, and the message is held without a case.
    at(2026, 3, 5, 11, 20)
    message = receive(MRS_BELL)
    shown = client.get(f"/inbox/messages/{message.pk}/").content.decode()
    assert "ZZ1 2AB is in Aldershot, represented by Jo Ashdown." in shown
    assert not Case.objects.exists()

    # 11:35: the reply names the member who represents her, the same day.
    at(2026, 3, 5, 11, 35)
    reply = f"/inbox/messages/{message.pk}/other-member/"
    words = client.get(reply).context["form"].initial
    client.post(reply, {name: words[name] for name in ("note", "subject", "text")} | {"act": "send"})
    Answer.objects.update(send_after=timezone.now())
    [(_sender, recipient, content)] = leaving()
    assert recipient == "ida.bell@post.example"
    assert "Jo Ashdown, the member for Aldershot" in content
    assert "not" in content.split("passed")[0].rpartition(".")[2]  # her message was not passed on
    message.refresh_from_db()
    assert message.erase_on == date(2026, 6, 5)
    assert not Case.objects.exists()

    # Three months later nothing of hers is here, neither words nor bytes nor her name.
    at(2026, 6, 4, 3)
    assert erasing.erase_due(timezone.localdate()) == 0
    at(2026, 6, 5, 3)
    assert erasing.erase_due(timezone.localdate()) == 1
    assert not Message.objects.exists()
    assert not Person.objects.filter(full_name__contains="Bell").exists()
    assert not blobs().exists(message.sha256)
