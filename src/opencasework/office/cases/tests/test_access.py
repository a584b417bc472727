"""Who may see a case: one click to keep it among those named, and an emergency that nobody overlooks."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from opencasework.office.audit.models import Trace, Watch
from opencasework.office.cases import access, glass
from opencasework.office.cases.access import access_to
from opencasework.office.cases.models import Case, Event, Opening, OpeningNotice, ReferenceNumber
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.kit import references
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role, StaffMember
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity

pytestmark = pytest.mark.django_db

REASON = "Her neighbour rang: he is outside the house, and Ana is on leave."


@pytest.fixture
def office(client):
    """Ana's case, a member, and Kofi at the screen."""
    OfficeFactory()
    ana, kofi = StaffFactory(first_name="Ana"), StaffFactory(first_name="Kofi")
    amira = StaffFactory(first_name="Amira", member=True)
    case = CaseFactory(by=ana, title="A secret", sensitivity="SEN-1")
    client.force_login(kofi)
    return case, ana, kofi, amira


def restricted(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(need_to_know=True)
    case.refresh_from_db()
    return case


def said(response):
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def sees(staff, case):
    return Case.objects.visible_to(staff).filter(pk=case.pk).exists()


def test_a_number_on_a_hidden_case_changes_nothing_that_is_found(office, client):
    case, _ana, kofi, _amira = office
    mine = CaseFactory(by=kofi)
    Case.objects.filter(pk=mine.pk).update(title="Asks about QQ 77 88 99 C")  # as before it was kept short
    before = client.get("/cases/", {"q": "QQ 77 88 99 C"}).content.decode()
    number = {"value": "QQ 77 88 99 C", "compact": "QQ778899C"}
    ReferenceNumber.objects.create(
        case=restricted(case), kind="NINO", look_alike=references.look_alike("QQ778899C"), **number
    )

    after = client.get("/cases/", {"q": "QQ 77 88 99 C"}).content.decode()

    assert mine.reference in before
    assert mine.reference in after


# --- who may see it ----------------------------------------------------------------------------------


def test_the_panel_and_the_lists_agree_about_everybody(office):
    case, ana, _kofi, _amira = office
    staff = [ana, *(StaffFactory(role=role) for role in Role)]
    named = StaffFactory(volunteer=True)
    case.shared_with.add(named)
    staff.append(named)

    for level, need_to_know in product(Sensitivity.values, (True, False)):
        Case.objects.filter(pk=case.pk).update(sensitivity=level, need_to_know=need_to_know)
        case.refresh_from_db()
        here = access_to(case)
        shown = {here.owner, *here.named, *here.always, *here.by_role}
        assert {each for each in staff if sees(each, case)} == shown & set(staff), (level, need_to_know)


def test_keeping_a_case_among_those_named_takes_one_click_and_says_who_loses_sight_of_it(office, client):
    case, ana, kofi, amira = office
    client.force_login(ana)

    panel = client.get(reverse("case-who-sees", args=[case.pk])).content.decode()
    response = client.post(reverse("case-restriction", args=[case.pk]), {"restricted": "yes"})

    assert f"{kofi} would lose sight of it" in panel
    assert f"{kofi} lost sight of it" in said(response)
    assert not sees(kofi, case)
    assert sees(ana, case)
    assert sees(amira, case)
    assert case.events.filter(kind=Event.Kind.ACCESS, detail__need_to_know=True).exists()


def test_whoever_restricts_a_case_of_somebody_else_does_not_lock_themselves_out(office, client):
    case, _ana, kofi, _amira = office

    client.post(reverse("case-restriction", args=[case.pk]), {"restricted": "yes"})

    assert sees(kofi, case)


def test_a_colleague_is_named_and_taken_off_again(office, client):
    case, ana, kofi, _amira = office
    restricted(case)
    client.force_login(ana)

    client.post(reverse("case-naming", args=[case.pk]), {"person": str(kofi.pk)})
    assert sees(kofi, case)
    response = client.post(reverse("case-unnaming", args=[case.pk, kofi.pk]))

    assert not sees(kofi, case)
    assert "can no longer see it" in said(response)
    assert case.events.filter(kind=Event.Kind.ACCESS).count() == 2


def test_a_tag_that_hides_the_case_says_who_lost_sight_of_it(office, client):
    case, ana, kofi, _amira = office
    client.force_login(ana)
    tags = {"category": case.issues.get().category.code, "urgency": "URG-1", "transferability": "TRF-0"}

    response = client.post(reverse("case-tags", args=[case.pk]), {**tags, "sensitivity": "SEN-4"})

    assert said(response).startswith(f"Tags saved. No longer seen by {kofi}. Only those named see it: ")
    assert not sees(kofi, case)


@pytest.mark.parametrize("need_to_know", [False, True])
@pytest.mark.parametrize("level", Sensitivity.values)
def test_who_is_said_to_see_a_case_is_who_sees_it(office, level, need_to_know):
    case, ana, _kofi, _amira = office
    for role in Role:
        StaffFactory(role=role)
    case.shared_with.add(StaffFactory(role=Role.VOLUNTEER))
    foretold = access.would_lose_sight(case, by=ana).get(level, [])
    before = access.seers(case)
    Case.objects.filter(pk=case.pk).update(sensitivity=level, need_to_know=need_to_know)
    case.refresh_from_db()

    everybody = StaffMember.objects.filter(is_active=True)

    assert access.seers(case) == sorted((each for each in everybody if sees(each, case)), key=str)
    if not need_to_know and level != Sensitivity.RESTRICTED:
        assert [each for each in before if not sees(each, case)] == foretold


def test_opening_a_case_to_the_team_says_who_sees_it_now(office, client):
    case, ana, kofi, _amira = office
    restricted(case)
    client.force_login(ana)

    response = client.post(reverse("case-restriction", args=[case.pk]), {"restricted": "no"})

    assert f"{kofi} can see it now" in said(response)
    assert sees(kofi, case)


def test_the_last_who_could_see_a_case_is_not_taken_off(client):
    OfficeFactory()
    kofi = StaffFactory(first_name="Kofi")
    case = restricted(CaseFactory(by=kofi, owner=None))
    case.shared_with.add(kofi)
    client.force_login(kofi)

    response = client.post(reverse("case-unnaming", args=[case.pk, kofi.pk]))

    assert "Nobody but the member could open this case any more" in said(response)
    assert sees(kofi, case)


@pytest.mark.parametrize("number", ["", "nobody", "987654321"])
def test_naming_nobody_changes_nothing_and_says_so(office, client, number):
    case, ana, _kofi, _amira = office
    client.force_login(ana)

    response = client.post(reverse("case-naming", args=[case.pk]), {"person": number})

    assert "Choose a colleague" in said(response)
    assert not case.shared_with.exists()


@pytest.mark.parametrize(
    "name", ["case-who-sees", "case-looks", "case-restriction", "case-naming", "case", "case-notes"]
)
def test_a_hidden_case_reads_like_one_that_does_not_exist(office, client, name):
    case, *_ = office
    restricted(case)
    method = client.post if name in ("case-restriction", "case-naming", "case-notes") else client.get

    hidden = method(reverse(name, args=[case.pk]))
    missing = method(reverse(name, args=[987_654_321]))

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(str(case.pk).encode(), b"") == missing.content.replace(
        b"987654321", b""
    ) or (len(hidden.content) == len(missing.content))


# --- in an emergency ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("trait", "is_led"), [({}, True), ({"volunteer": True}, False)])
def test_who_may_open_a_case_in_an_emergency_is_led_there_from_one_not_found(office, client, trait, is_led):
    client.force_login(StaffFactory(**trait))

    missing = client.get(reverse("case", args=[987_654_321])).content.decode()
    searched = client.get("/search/?q=OC-2019-00001").content.decode()

    for page in (missing, searched):
        assert (reverse("restricted-opening") in page) == is_led


def test_a_restricted_case_opens_for_a_day_and_its_owner_and_the_member_are_told(office, client):
    case, ana, kofi, amira = office
    restricted(case)

    response = client.post(
        reverse("restricted-opening"), {"reference": f" {case.reference.lower()} ", "reason": REASON}
    )

    assert response.status_code == 302
    assert sees(kofi, case)
    line = case.events.get(kind=Event.Kind.GLASS)
    assert (line.by, line.text) == (kofi, REASON)
    assert set(OpeningNotice.objects.values_list("to", flat=True)) == {ana.pk, amira.pk}
    for told in (ana, amira):
        client.force_login(told)
        assert REASON in client.get("/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert not sees(kofi, case)


def test_the_mail_says_who_and_when_and_nothing_of_the_case(office, client):
    case, ana, kofi, amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    assert glass.mail_notices() == 2
    assert glass.mail_notices() == 0

    assert sorted(each.to[0] for each in mail.outbox) == sorted([ana.email, amira.email])
    for each in mail.outbox:
        assert str(kofi) in each.body
        for secret in (case.reference, case.title, REASON, str(case.constituent)):
            assert secret not in each.subject + each.body


def test_one_bad_address_keeps_no_other_mail_back(office, client, monkeypatch):
    case, ana, _kofi, amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})
    first = OpeningNotice.objects.unsent().first().to
    send = mail.EmailMessage.send

    def refuses_the_first(letter):
        if letter.to == [first.email]:
            raise SMTPRecipientsRefused({first.email: (550, b"No such mailbox")})
        return send(letter)

    monkeypatch.setattr(mail.EmailMessage, "send", refuses_the_first)
    with pytest.raises(SMTPRecipientsRefused):
        glass.mail_notices()

    [told] = {ana, amira} - {first}
    assert [each.to for each in mail.outbox] == [[told.email]]
    assert [each.to for each in OpeningNotice.objects.unsent()] == [first]


def test_of_a_case_without_a_caseworker_those_named_are_told_and_who_was_is_said(office, client):
    case, ana, kofi, amira = office
    restricted(case)
    case.shared_with.add(ana)
    case.assign(to=None, by=ana)

    page = client.post(
        reverse("restricted-opening"), {"reference": case.reference, "reason": REASON}, follow=True
    ).content.decode()

    assert sees(kofi, case)
    assert set(OpeningNotice.objects.values_list("to", flat=True)) == {ana.pk, amira.pk}
    assert f"Who was told: {ana}, {amira}." in page


def test_a_notice_goes_when_it_has_been_read(office, client):
    case, ana, _kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})
    client.force_login(ana)

    client.post(reverse("opening-read", args=[OpeningNotice.objects.get(to=ana).pk]))

    assert REASON not in client.get("/").content.decode()


def test_somebody_elses_notice_cannot_be_read_away(office, client):
    case, ana, _kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    response = client.post(reverse("opening-read", args=[OpeningNotice.objects.get(to=ana).pk]))

    assert response.status_code == 404


@pytest.mark.parametrize("reference", ["OC-2020-99999", "a secret", "'; DROP TABLE", "²"])
def test_a_wrong_reference_is_not_found_and_that_is_written_down(office, client, reference):
    restricted(office[0])

    response = client.post(reverse("restricted-opening"), {"reference": reference, "reason": REASON})

    assert response.status_code == 422
    assert "No restricted case has this reference" in response.content.decode()
    assert Trace.objects.filter(kind=Trace.Kind.REFUSED).count() == 1
    assert not Opening.objects.exists()


def test_a_name_opens_nothing(office, client):
    case, *_ = office
    restricted(case)

    client.post(reverse("restricted-opening"), {"reference": str(case.constituent)[:20], "reason": REASON})

    assert not Opening.objects.exists()


@pytest.mark.parametrize("reason", ["", "please"])
def test_without_a_reason_nothing_opens(office, client, reason):
    case, _ana, kofi, _amira = office
    restricted(case)

    response = client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": reason})

    assert response.status_code == 422
    assert not sees(kofi, case)


def test_after_five_tries_in_an_hour_even_the_right_reference_waits(office, client):
    case, _ana, kofi, _amira = office
    restricted(case)
    for number in range(glass.MOST_TRIES):
        client.post(reverse("restricted-opening"), {"reference": f"OC-2020-{number:05}", "reason": REASON})

    response = client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    assert "several times within an hour" in response.content.decode()
    assert not sees(kofi, case)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert glass.open_restricted(reference=case.reference, reason=REASON, by=kofi) == case


@pytest.mark.parametrize("trait", ["volunteer", "administrator", "assistant"])
def test_roles_that_do_no_casework_cannot_ask(office, client, trait):
    client.force_login(StaffFactory(**{trait: True}))

    assert client.get(reverse("restricted-opening")).status_code == 403


def test_the_office_decides_who_may(office, client):
    case, _ana, kofi, _amira = office
    restricted(case)
    Watch.objects.update_or_create(pk=1, defaults={"may_open_restricted": Watch.MayOpen.SENIOR})

    response = client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    assert response.status_code == 403
    assert not sees(kofi, case)


def test_a_case_one_sees_anyway_is_opened_without_an_alarm(office, client):
    case, *_ = office

    response = client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    assert response.url == case.get_absolute_url()
    assert not OpeningNotice.objects.exists()


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("names/", lambda kofi: {"person": kofi.pk}),
        ("restriction/", lambda kofi: {"restricted": "no"}),
        ("access/", lambda kofi: {"shared_with": [kofi.pk]}),
        ("owner/", lambda kofi: {"owner": kofi.pk}),
        ("helpers/new/", lambda kofi: {"staff": kofi.pk}),
        ("tags/", lambda kofi: {"sensitivity": "SEN-4"}),
        ("merging/", lambda kofi: {"other": "OC-2026-00001"}),
        ("splitting/", lambda kofi: {"title": "Mine"}),
    ],
)
def test_a_case_opened_for_a_day_stays_with_those_it_was_kept_for(office, client, address, values):
    case, ana, kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})

    response = client.post(f"/cases/{case.pk}/{address}", values(kofi))

    assert response.status_code == 403
    assert "for a day" in response.content.decode()
    case.refresh_from_db()
    assert (case.need_to_know, case.owner, case.sensitivity) == (True, ana, "SEN-1")
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert not sees(kofi, case)


def test_a_case_opened_for_a_day_is_not_merged_into_one_of_ones_own(office, client):
    case, _ana, kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})
    mine = CaseFactory(by=kofi)

    page = client.post(f"/cases/{mine.pk}/merging/", {"other": case.reference}).content.decode()

    assert f"There is no case {case.reference} that you may see." in page
    assert not mine.moves_in.exists()


def test_a_message_tagged_restricted_keeps_nobody_on_a_case_they_opened_for_a_day(office, client):
    case, _ana, kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})
    message = MessageFactory(sensitivity="SEN-4")

    file_on_case(message, case=case, by=kofi)

    case.refresh_from_db()
    assert case.sensitivity == "SEN-4"
    assert not case.shared_with.exists()


def test_the_weekly_review_finds_every_use(office, client):
    case, _ana, kofi, _amira = office
    restricted(case)
    client.post(reverse("restricted-opening"), {"reference": case.reference, "reason": REASON})
    now = timezone.now()

    [opening] = Opening.objects.between(now - timedelta(days=7), now + timedelta(minutes=1))

    assert (opening.case, opening.by, opening.reason) == (case, kofi, REASON)
