"""Keeping watch over the record: the settings page, the daily round, the commands and the doctor."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from opencasework.office.audit import anchoring
from opencasework.office.audit.models import Trace, Watch
from opencasework.office.audit.tests.tampering import disarm
from opencasework.office.audit.verifying import verify
from opencasework.office.cases.models import Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.config import audit_cli, health
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def case(client):
    OfficeFactory()
    case = CaseFactory()
    verify()
    client.force_login(StaffFactory(office_manager=True))
    return case


@pytest.fixture
def command(monkeypatch):
    """Runs `casework audit` in this process, on the test's own database."""
    monkeypatch.setattr(audit_cli, "use_home", lambda _home: None)
    return lambda *arguments: CliRunner().invoke(audit_cli.audit, [str(each) for each in arguments])


def alter(case):
    disarm()
    Event._base_manager.filter(case=case, kind=Event.Kind.OPENED).update(text="Altered")


def test_the_page_says_that_the_record_is_sound(case, client):
    client.post(reverse("record-verification"))

    page = client.get(reverse("record")).content.decode()

    assert "Sound" in page
    assert Watch.here().verified_ok


def test_the_page_says_what_was_altered_and_what_to_do(case, client):
    alter(case)

    client.post(reverse("record-verification"))

    page = client.get(reverse("record")).content.decode()
    assert f"{case.reference}: the line of the timeline sealed as line 1" in page
    assert "call whoever looks after the system" in page
    assert "Text altered" not in page


@pytest.mark.parametrize("name", ["record", "record-verification", "record-anchor"])
@pytest.mark.parametrize("trait", ["volunteer", "senior", "administrator"])
def test_only_the_member_and_the_office_manager_see_it(case, client, name, trait):
    client.force_login(StaffFactory(**{trait: True}))

    assert client.post(reverse(name)).status_code == 403


def test_an_anchor_saved_from_the_page_fits(case, client):
    saved = client.post(reverse("record-anchor"))

    assert "attachment" in saved["Content-Disposition"]
    anchor = anchoring.Anchor.read(saved.content.decode())
    assert anchoring.verify_against([anchor]).is_sound
    assert Trace.objects.filter(kind=Trace.Kind.EXPORTED, page="record-anchor").exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("anchor_folder", "anchors", "beginning with /"),
        ("anchor_folder", "/nowhere/at/all", "no folder this system can write into"),
        ("anchor_email", "nobody", "Write a whole email address"),
    ],
)
def test_a_place_where_no_anchor_can_be_left_is_refused_in_a_sentence(case, client, field, value, sentence):
    response = client.post(reverse("record"), {"may_open_restricted": "senior", field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Watch.here().may_open_restricted == Watch.MayOpen.CASEWORKERS


def test_who_changed_how_the_record_is_kept_is_sealed_in_it(case, client):
    posted = {"anchor_email": "it@parliament.example", "may_open_restricted": "caseworker"}

    client.post(reverse("record"), posted)
    client.post(reverse("record"), posted)

    trace = Trace.objects.get(kind=Trace.Kind.SET)
    assert trace.by.is_authenticated
    assert trace.detail == {"anchor_email": ["", "it@parliament.example"]}
    assert verify().is_sound


def test_once_a_day_the_record_is_verified_and_an_anchor_left_in_both_places(case, client, tmp_path):
    posted = {
        "anchor_folder": str(tmp_path),
        "anchor_email": "it@parliament.example",
        "may_open_restricted": "caseworker",
    }
    client.post(reverse("record"), posted)
    now = timezone.now()

    anchoring.keep_watch(now)
    anchoring.keep_watch(now + timedelta(hours=2))

    [path] = tmp_path.glob("casework-anchor-*.json")
    [letter] = mail.outbox
    assert letter.to == ["it@parliament.example"]
    assert letter.attachments[0][1] == path.read_text("utf-8")
    assert Watch.here().anchored_at == now
    assert Watch.here().verified_ok


def test_an_anchor_in_the_folder_tells_a_cut(case, tmp_path):
    Watch.objects.update_or_create(pk=1, defaults={"anchor_folder": str(tmp_path)})
    newer = anchoring.Anchor(anchoring.take().sequence + 4, "ab" * 32, "2026-11-01T08:00:00Z")
    (tmp_path / "casework-anchor-2026-11-01.json").write_text(newer.as_text())

    verdict = anchoring.verify_now()

    assert "4 were cut off" in " ".join(verdict.sentences())
    assert not Watch.here().verified_ok


def test_an_altered_anchor_in_the_folder_is_said(case, tmp_path):
    Watch.objects.update_or_create(pk=1, defaults={"anchor_folder": str(tmp_path)})
    (tmp_path / "casework-anchor-2026-11-01.json").write_text('{"sequence": 1}')

    assert "not an anchor" in " ".join(anchoring.verify_now().sentences())


def test_a_folder_that_is_gone_is_said_and_tried_again(case, tmp_path):
    Watch.objects.update_or_create(pk=1, defaults={"anchor_folder": str(tmp_path / "gone")})

    anchoring.leave_anchor()

    assert "cannot be written" in Watch.here().anchor_trouble
    (tmp_path / "gone").mkdir()
    anchoring.leave_anchor()
    assert Watch.here().anchor_trouble == ""


def test_the_command_verifies(case, command):
    done = command("verify")

    assert done.exit_code == 0
    assert done.output == "All 2 lines are as they were written.\n"


def test_the_command_says_what_was_altered_and_ends_with_1(case, command):
    alter(case)

    done = command("verify")
    as_json = json.loads(command("verify", "--json").output)

    assert done.exit_code == 1
    assert f"WRONG  {case.reference}: " in done.output
    assert [each["case"] for each in as_json["found"]] == [case.reference]
    assert not as_json["sound"]


def test_the_command_writes_an_anchor_and_holds_the_record_against_it(case, command, tmp_path):
    path = tmp_path / "anchor.json"

    assert command("anchor", "--to", path).exit_code == 0
    assert command("verify", "--anchor", path).exit_code == 0
    path.write_text(path.read_text().replace('"sequence": 2', '"sequence": 3'))
    refused = command("verify", "--anchor", path)

    assert refused.exit_code == 1
    assert "This anchor was altered" in refused.output


def test_the_doctor_says_how_the_record_stands(case):
    assert health._record().ok
    anchoring.verify_now()
    assert "All 2 lines are as they were written" in health._record().sentence
    alter(case)
    anchoring.verify_now()

    wrong = health._record()

    assert not wrong.ok
    assert "casework audit verify" in wrong.sentence
