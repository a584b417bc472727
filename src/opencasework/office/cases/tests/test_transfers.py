"""Who could take a case: candidates with reasons, the offer, the answer, and My day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.models import Body
from opencasework.office.cases import transfers
from opencasework.office.cases.actions import share
from opencasework.office.cases.models import Event, Transfer
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.figures.actions import gather
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.publishing import counting
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    return ana


def named(case, level):
    return {each.name: each.reason for each in transfers.candidates(case) if each.level == level}


def offer(client, case, **changes):
    given = {"to_name": "Cllr Ash Brindle", "level": "TRF-3", "consent": "verbal", **changes}
    return client.post(f"/cases/{case.pk}/transfers/new/", given, follow=True)


# --- who could ----------------------------------------------------------------------------------------------


def test_a_matter_of_the_council_could_go_to_a_councillor(ana):
    OfficeFactory(nation="en", area_name="Wexcombe North")
    case = CaseFactory(by=ana, category=CategoryFactory(code="LOC-BINS"), transferability="TRF-3")

    could = named(case, "TRF-3")

    assert any("councillor for Wexcombe North" in name for name in could)
    assert "The council decides much of" in " ".join(could.values())


@pytest.mark.parametrize(
    ("nation", "code", "kind", "answers"),
    [
        ("sc", "HOU-HOML", "MSP", "the Scottish Parliament"),
        ("wa", "HOU-HOML", "MS", "the Senedd"),
        ("ni", "BEN-UC", "MLA", "the Northern Ireland Assembly"),
    ],
)
def test_a_devolved_matter_could_go_to_the_member_there(nation, code, kind, answers, ana):
    OfficeFactory(nation=nation, area_name="Wexcombe North")
    case = CaseFactory(by=ana, category=CategoryFactory(code=code))

    could = named(case, "TRF-3")

    assert f"{answers} answers for it." in could[f"An {kind} for Wexcombe North"]
    assert f"An {kind} for Wexcombe North" in named(case, "TRF-4")


def test_a_reserved_matter_in_a_scottish_members_office_could_go_to_the_mp(ana):
    OfficeFactory(nation="sc", member_kind="msp", area_name="Wexcombe North")
    case = CaseFactory(by=ana, category=CategoryFactory(code="IMM-PASS"))

    assert "Westminster answers for it." in named(case, "TRF-3")["An MP for Wexcombe North"]


def test_somebody_who_lives_elsewhere_has_their_own_member(ana):
    OfficeFactory(postcode_prefixes="WX3, WX4")
    case = CaseFactory(by=ana, person=PersonFactory(address__postcode="ZZ99 9ZZ"))

    assert "ZZ99 9ZZ lies outside" in named(case, "TRF-3")["Their own MP"]


def test_a_representative_the_office_knows_is_named(ana, client):
    OfficeFactory(nation="en")
    client.post("/bodies/new/", {"name": "Cllr Ash Brindle", "kind": "rep_councillor", "what_for": "Fenwick"})
    case = CaseFactory(by=ana, category=CategoryFactory(code="LOC-BINS"))

    could = named(case, "TRF-3")

    assert could["Cllr Ash Brindle"].startswith("Fenwick. The council decides")


def test_partners_are_those_the_routes_name_and_citizens_advice(ana):
    OfficeFactory(nation="en")
    case = CaseFactory(by=ana, category=CategoryFactory(code="HOU-HOML"), transferability="TRF-2")

    could = list(named(case, "TRF-2"))

    assert could[0].startswith("Shelter")
    assert "Citizens Advice" in could


# --- the offer --------------------------------------------------------------------------------------------


def test_an_offer_is_recorded_with_its_line_and_its_tag(ana, client):
    OfficeFactory()
    case = CaseFactory(by=ana)
    advice = Body.objects.get(code="CAB")
    AuthorityFactory(case=case, signed=True, covers=[advice])

    page = offer(client, case, to_name="", to=f"body:{advice.pk}", level="TRF-2", consent="signed")

    made = case.transfers.get()
    assert (made.to_body, made.consent_on, made.answer) == (advice, timezone.localdate(), "")
    assert made.answer_by == transfers.answer_expected(timezone.localdate())
    case.refresh_from_db()
    assert case.transferability == "TRF-2"
    line = case.events.get(kind=Event.Kind.TRANSFER)
    assert line.detail == {
        "transfer": made.pk, "level": "TRF-2", "to_kind": "body", "body": "CAB", "answer": "",
    }  # fmt: skip
    assert "Citizens Advice" in page.content.decode()


@pytest.mark.parametrize("consent", ["not-needed", "asked"])
@pytest.mark.parametrize("level", ["TRF-2", "TRF-3", "TRF-4", "TRF-5"])
def test_a_case_is_not_passed_on_without_the_persons_agreement(level, consent, ana, client):
    case = CaseFactory(by=ana)

    page = offer(client, case, level=level, consent=consent)

    assert page.status_code == 422
    assert "Ask the person first" in page.content.decode()
    assert not Transfer.objects.exists()


def refused(client, case, **changes):
    page = offer(client, case, **changes)
    assert page.status_code == 422
    assert not Transfer.objects.exists()
    return unescape(page.content.decode())


def test_the_name_of_whom_it_is_offered_to_turns_nothing_round(ana, client):
    case = CaseFactory(by=ana)

    offer(client, case, to_name="Cllr \u2067Ash", level="TRF-1", consent="not-needed")

    assert case.transfers.get().to_name == "Cllr Ash"


def test_that_they_agreed_in_writing_is_looked_at_and_not_only_said(ana, client):
    case = CaseFactory(by=ana)
    advice = {"to_name": "", "to": f"body:{Body.objects.get(code='CAB').pk}", "level": "TRF-2"}
    covers = [Body.objects.get(code="CAB")]

    assert "Nothing signed on this case covers Citizens Advice." in refused(
        client, case, consent="signed", **advice
    )
    assert "No authority on this case covers Citizens Advice." in refused(
        client, case, consent="verbal", **advice
    )
    AuthorityFactory(case=case, covers=covers)
    assert "Nothing signed on this case covers" in refused(client, case, consent="signed", **advice)

    offer(client, case, consent="verbal", **advice)
    assert Transfer.objects.get().consent == "verbal"


def test_a_body_whose_name_is_typed_is_that_body(ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case, covers=[Body.objects.get(code="HMRC")])

    said = refused(client, case, to_name="citizens advice", level="TRF-2")

    assert "No authority on this case covers Citizens Advice." in said


def test_somebody_who_is_no_body_is_covered_by_an_authority_for_any_or_added_to_be_named(ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case, covers=[Body.objects.get(code="CAB")])

    assert "Add them under Bodies, so that the person can name them." in refused(client, case)
    client.post("/bodies/new/", {"name": "Cllr Ash Brindle", "kind": "rep_councillor", "nation": "en"})
    AuthorityFactory(case=case, covers=[Body.objects.get(name="Cllr Ash Brindle")])
    offer(client, case)

    assert Transfer.objects.get().to_body == Body.objects.get(name="Cllr Ash Brindle")


def test_of_a_couple_each_agrees_before_their_case_is_passed_on(ana, client):
    case = CaseFactory(by=ana, person__full_name="Ada Marrowby")
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role="constituent")
    AuthorityFactory(case=case)

    assert "No authority about Tom Marrowby covers them." in refused(client, case)


def test_on_a_case_of_nobody_there_is_nobody_who_agreed(ana, client):
    case = CaseFactory(by=ana)
    case.case_people.all().delete()

    assert "put the person on it first" in refused(client, case)


def test_the_database_keeps_that_rule_too(ana):
    case = CaseFactory(by=ana)

    with pytest.raises(IntegrityError), transaction.atomic():
        transfers.offer(case=case, level="TRF-2", to_name="X", to_kind="other", consent="asked", by=ana)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to_name": ""}, "Choose who could take it, or write a name."),
        ({"answer_by": "1 Jan 2020"}, "That day has passed."),
        ({"consent": ""}, "Say whether the person agrees"),
    ],
)
def test_an_offer_that_lacks_something_says_what(changes, said, ana, client):
    page = offer(client, CaseFactory(by=ana), **changes)

    assert page.status_code == 422
    assert said in page.content.decode()


def test_nobody_waits_for_an_answer_to_a_signpost(ana, client):
    case = CaseFactory(by=ana)

    offer(client, case, level="TRF-1", consent="not-needed")

    assert case.transfers.get().answer_by is None


# --- the answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["accepted", "declined", "none"])
def test_what_they_said_is_recorded_once(answer, ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case)
    offer(client, case)
    url = f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/"

    client.post(url, {"answer": answer, "on": ""})
    second = client.post(url, {"answer": "declined", "on": ""}, follow=True).content.decode()

    made = case.transfers.get()
    assert (made.answer, made.answered_on) == (answer, timezone.localdate())
    assert "answered on" in second
    assert case.events.filter(kind=Event.Kind.TRANSFER).count() == 2
    assert case.events.filter(kind=Event.Kind.TRANSFER, detail__answer=answer).count() == 1


def test_nobody_answers_before_they_were_asked_and_what_was_typed_stays(ana, client):
    with time_machine.travel("2026-11-23 10:00", tick=False):
        client.force_login(ana)
        case = CaseFactory(by=ana)
        AuthorityFactory(case=case)
        offer(client, case)
        url = f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/"

        page = client.post(url, {"answer": "declined", "on": "20 nov 2026"})

        assert page.status_code == 422
        asked = page.content.decode()
        assert "It was offered to them on Monday 23 November 2026. Give that day or a later one." in asked
        assert 'value="20 nov 2026"' in asked
        assert re.search(r'value="declined"[^>]*checked', asked)
        assert not case.transfers.get().is_answered
        client.post(url, {"answer": "declined", "on": "23 nov 2026"})
        assert case.transfers.get().answered_on == date(2026, 11, 23)


def outcomes_published():
    gather(everything=True)
    today = timezone.localdate()
    return counting.count_year(f"{today:%Y}").of_year.outcomes


@pytest.mark.parametrize(
    ("level", "consent"), [("TRF-2", "signed"), ("TRF-3", "verbal"), ("TRF-5", "signed")]
)
def test_a_case_that_somebody_took_counts_as_referred_in_what_is_published(level, consent, ana, client):
    OfficeFactory()
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case, signed=True)
    offer(client, case, level=level, consent=consent)
    url = f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/"
    assert "close the case as referred" in client.get(url).content.decode()

    page = client.post(url, {"answer": "accepted", "on": "", "close": "on"}, follow=True).content.decode()

    assert "is closed as referred" in page
    case.refresh_from_db()
    assert not case.is_open
    assert outcomes_published() == {"referred": 1}
    assert f"/cases/{case.pk}/closure/undo/" in page  # which leaves the answer as it is


def test_who_declines_closes_nothing_and_who_takes_it_without_the_tick_neither(ana, client):
    OfficeFactory()
    for answer, tick in (("declined", {"close": "on"}), ("accepted", {})):
        case = CaseFactory(by=ana)
        AuthorityFactory(case=case)
        offer(client, case)

        client.post(f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/", {"answer": answer, **tick})

        case.refresh_from_db()
        assert case.is_open


def test_closing_a_case_that_somebody_took_begins_with_referred(ana, client):
    OfficeFactory()
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case)
    offer(client, case)
    client.post(f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/", {"answer": "accepted"})

    page = client.get(f"/cases/{case.pk}/closure/")

    assert page.context["form"]["outcome"].value() == "referred"
    assert "Cllr Ash Brindle took it, so it counts as referred" in page.content.decode()


def test_what_is_shared_or_only_signposted_stays_ours_to_count(ana, client):
    OfficeFactory()
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case)
    offer(client, case, level="TRF-4", consent="verbal")
    url = f"/cases/{case.pk}/transfers/{case.transfers.get().pk}/"

    assert "close the case as referred" not in client.get(url).content.decode()
    client.post(url, {"answer": "accepted", "close": "on"})

    case.refresh_from_db()
    assert case.is_open


def test_of_two_people_answering_at_once_one_is_kept(ana):
    case = CaseFactory(by=ana)
    made = transfers.offer(
        case=case, level="TRF-3", to_name="Cllr Ash Brindle", to_kind="councillor", consent="verbal", by=ana
    )
    same = Transfer.objects.get(pk=made.pk)

    assert transfers.answered(made, answer="accepted", on=date(2026, 11, 26), by=ana)
    assert not transfers.answered(same, answer="declined", on=date(2026, 11, 26), by=ana)
    assert Transfer.objects.get().answer == "accepted"


def test_who_does_not_answer_in_time_comes_up_on_my_day(ana, client):
    OfficeFactory()
    case = CaseFactory(by=ana)
    yesterday = timezone.localdate() - timedelta(days=1)
    made = transfers.offer(
        case=case, level="TRF-3", to_name="Cllr Ash Brindle", to_kind="councillor", consent="verbal",
        answer_by=yesterday, by=ana,
    )  # fmt: skip

    page = client.get("/").content.decode()
    assert "Ask Cllr Ash Brindle whether they take it" in page
    assert f"/cases/{case.pk}/transfers/{made.pk}/" in page

    transfers.answered(made, answer="declined", on=yesterday, by=ana)
    assert "Ask Cllr Ash Brindle" not in client.get("/").content.decode()


def test_offers_are_counted_over_the_cases_one_may_see(client):
    hidden = CaseFactory(by=StaffFactory(member=True))
    shown = CaseFactory()
    for case in (hidden, shown):
        transfers.offer(
            case=case, level="TRF-1", to_name="X", to_kind="other", consent="not-needed", by=case.owner
        )
    share(case=hidden, need_to_know=True, shared_with=[], by=hidden.owner)
    client.force_login(StaffFactory())

    page = client.get("/tags/").content.decode()

    assert "<dt>Waiting for an answer, or none is due</dt><dd>1</dd>" in page
    assert client.get(f"/cases/{hidden.pk}/transfers/new/").status_code == 404


def test_the_same_offer_waits_for_the_answer_to_the_first(ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case, signed=True)
    offer(client, case)

    again = offer(client, case, consent="signed", to_name="cllr ash brindle").content.decode()

    assert "It was offered to Cllr Ash Brindle on" in again
    assert Transfer.objects.count() == 1
    offer(client, case, to_name="Cllr Rowan Thwaite")
    client.post(f"/cases/{case.pk}/transfers/{Transfer.objects.last().pk}/answer/", {"answer": "declined"})
    assert Transfer.objects.count() == 2


def test_an_offer_by_telephone_is_written_down_later_with_its_day(ana, client):
    case = CaseFactory(by=ana)
    AuthorityFactory(case=case, signed=True)
    monday = timezone.localdate() - timedelta(days=5)

    offer(client, case, offered_on=f"{monday:%Y-%m-%d}")

    made = Transfer.objects.get()
    assert made.offered_on == monday
    assert made.answer_by == transfers.answer_expected(monday)
