"""Two people who act on the same month at once: whoever comes second is told, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError
from django.test import Client

from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import gate
from opencasework.office.publishing.models import Publication
from opencasework.office.publishing.tests.command import published, typed
from opencasework.office.publishing.tests.counted import a_busy_office, counted
from opencasework.office.publishing.writing import drafts_folder
from opencasework.office.staff.models import StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.standard import files
from opencasework.standard import publication as standard
from opencasework.standard.files import read_files

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def october_is_a_draft(home):
    with time_machine.travel(datetime(2026, 11, 11, 9, tzinfo=LONDON), tick=False):
        OfficeFactory()
        StaffFactory(office_manager=True, username="tom")
        StaffFactory(member=True, username="amira")
        a_busy_office("2026-09", "2026-10")
        publish("2026-10")
        yield


def publish(month: str = "2026-10", **options: object) -> None:
    typed(month=month, **options)


def refusal(month: str = "2026-10", **options: object) -> str:
    with pytest.raises(CommandError) as refused:
        publish(month, **options)
    return str(refused.value)


def october() -> Publication:
    return Publication.objects.get(month="2026-10")


@pytest.fixture
def meanwhile(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Have somebody else act once, while the next publication is being attacked."""
    audit = gate.audit

    def arrange(act: Callable[[], object]) -> None:
        def acted_then_attacked(*paths, **known):
            monkeypatch.setattr(gate, "audit", audit)
            act()
            return audit(*paths, **known)

        monkeypatch.setattr(gate, "audit", acted_then_attacked)

    return arrange


def test_a_signature_that_lands_while_the_month_is_prepared_again_stands(meanwhile):
    meanwhile(lambda: publish(sign_as="amira"))

    said = refusal()

    assert "Somebody else has prepared, signed, dropped or withdrawn 2026-10 meanwhile." in said
    assert october().is_published
    assert october().signed_by == StaffMember.objects.get(username="amira")
    publish("2026-09")
    publish("2026-09", sign_as="amira")
    assert standard.read(published()).periods == ["2026-09", "2026-10"]


def test_what_is_prepared_again_while_somebody_signs_is_not_signed(meanwhile):
    def prepared_with_more() -> None:
        counted(7, "2026-10")
        publish()

    meanwhile(prepared_with_more)

    said = refusal(sign_as="amira")

    assert "2026-10 meanwhile" in said
    assert october().state == "draft"
    assert not october().is_begun
    assert not published().exists()
    publish(sign_as="amira")
    assert october().is_published


def test_a_draft_dropped_while_somebody_signs_is_not_signed(meanwhile, client: Client):
    meanwhile(lambda: publish(drop_draft=True))
    client.force_login(StaffMember.objects.get(username="amira"))

    answer = client.post("/publications/2026-10/signature/")

    assert answer.status_code == 422
    assert "2026-10 meanwhile" in answer.content.decode()
    assert not published().exists()


def test_of_two_who_prepare_at_once_the_second_is_told(meanwhile):
    publish(drop_draft=True)
    meanwhile(publish)

    assert "2026-10 meanwhile" in refusal()
    publish(sign_as="amira")


def test_a_signature_that_fails_is_forgotten_and_may_be_given_again(monkeypatch):
    swap = files.swap_in

    def full(folder, contents):
        if folder == published():
            raise OSError(28, "No space left on device")
        swap(folder, contents)

    monkeypatch.setattr(files, "swap_in", full)

    assert "No space left on device" in refusal(sign_as="amira")
    assert not october().is_begun
    monkeypatch.setattr(files, "swap_in", swap)
    publish(sign_as="amira")
    assert october().is_published
    assert not october().is_begun


def test_a_signature_that_fails_after_the_folder_was_swapped_was_given(monkeypatch):
    mark_published = Publication.mark_published

    def failing(*_args, **_more):
        monkeypatch.setattr(Publication, "mark_published", mark_published)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Publication, "mark_published", failing)

    assert "Input/output error" in refusal(sign_as="amira")
    assert october().is_published
    assert not october().is_begun


def killed(monkeypatch, *, swapped: bool) -> None:
    swap = files.swap_in

    def swap_and_stop(folder, contents):
        if folder == published():
            if swapped:
                swap(folder, contents)
            monkeypatch.setattr(files, "swap_in", swap)
            raise KeyboardInterrupt
        swap(folder, contents)

    monkeypatch.setattr(files, "swap_in", swap_and_stop)
    with pytest.raises(KeyboardInterrupt):
        publish(sign_as="amira")


def test_a_draft_is_not_dropped_that_may_be_out(monkeypatch, client: Client):
    killed(monkeypatch, swapped=True)
    about = published() / "datapackage.json"
    whole = about.read_bytes()
    about.write_bytes(b"{")
    client.force_login(StaffMember.objects.get(username="tom"))

    answer = client.post("/publications/2026-10/draft/drop/")

    assert answer.status_code == 422
    assert "Signing or withdrawing 2026-10 broke off" in answer.content.decode()
    assert drafts_folder("2026-10").exists()
    about.write_bytes(whole)
    assert "There is no draft of 2026-10" in refusal(drop_draft=True)
    assert october().is_published


def test_a_draft_whose_first_signature_never_reached_the_folder_is_dropped(monkeypatch, client: Client):
    killed(monkeypatch, swapped=False)
    client.force_login(StaffMember.objects.get(username="tom"))

    answers = [client.post("/publications/2026-10/draft/drop/").status_code for _ in range(2)]

    assert answers == [302, 422]
    assert not Publication.objects.exists()
    assert not drafts_folder("2026-10").exists()


def test_a_broken_off_act_is_looked_at_when_nobody_else_writes_there(monkeypatch):
    killed(monkeypatch, swapped=True)
    held: list[Path] = []
    alone_in, finish = files.alone_in, files.finish_interrupted_swap
    seen = []

    def noted_alone_in(folder):
        held.append(folder)
        return alone_in(folder)

    def noted_finish(folder):
        seen.append((folder, held[-1]))
        finish(folder)

    monkeypatch.setattr(files, "alone_in", noted_alone_in)
    monkeypatch.setattr(files, "finish_interrupted_swap", noted_finish)

    refusal(drop_draft=True)

    assert seen == [(published(), published().parent)]


def test_signing_again_what_is_out_changes_nothing():
    publish(sign_as="amira")
    before = read_files(published())

    publish(sign_as="amira")

    assert read_files(published()) == before
