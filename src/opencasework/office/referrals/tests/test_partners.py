"""Cases that go to partners and come from them, through the front door."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from opencasework.office.authority.models import Authority
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, BodyFactory, body
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import drafting
from opencasework.office.letters.models import Enquiry, Letter
from opencasework.office.referrals import partnering
from opencasework.office.referrals.models import Inward, Outward, Partner
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def advice(ana):
    """Citizens Advice, who answer within five working days."""
    return Partner.objects.create(body=body("CAB"), kind="advice", takes="Debt and benefits", answer_days=5)


@pytest.fixture
def case(ana):
    return CaseFactory(by=ana, title="Letters from bailiffs")


def post(client, page, /, *args, **data) -> str:
    """What was said to it: the messages that wait for the next page, or the page that asks again."""
    response = client.post(reverse(page, args=args), data)
    if response.status_code == 302:
        return " ".join(str(each) for each in get_messages(response.wsgi_request))
    return response.content.decode()


VERBAL = {
    "shared": "Her name, telephone number, and the three debts.",
    "how": "phone",
    "consent": "verbal",
    "consent_words": "Yes, tell Citizens Advice about the debts.",
    "why_verbal": "She was on the telephone.",
}


def refer(client, case, partner, **more) -> str:
    return post(client, "outward-new", case.pk, **{"partner": partner.pk, **VERBAL, **more})


def card(client, case) -> str:
    page = client.get(reverse("case-partners", args=[case.pk]), headers={"HX-Request": "true"})
    return page.content.decode()


def lines(case) -> list[str]:
    return [line.text for line in case.events.filter(kind=Event.Kind.TRANSFER).order_by("pk")]


# --- out ----------------------------------------------------------------------------------------------


def test_a_case_goes_to_a_partner_with_the_persons_word_and_it_is_written_down_what_was_shared(
    client, advice, case
):
    said = refer(client, case, advice)

    assert "Referred to Citizens Advice. An answer is expected by Monday 30 November 2026." in said
    shown = card(client, case)
    assert "Her name, telephone number, and the three debts." in shown
    assert "by word of mouth, 23 November 2026" in shown
    assert "Answer by 30 Nov" in shown
    heard = Authority.objects.get(case=case)
    assert (heard.basis, heard.covered) == ("verbal", ["Citizens Advice"])
    assert heard.statement == "Yes, tell Citizens Advice about the debts."
    assert lines(case)[-1].startswith("Shared with Citizens Advice, by telephone: Her name")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"consent": "asked"}, "nothing is shared before the person agrees"),
        ({"consent": ""}, "Without it nothing goes there"),
        ({"consent_words": ""}, "Write down what they agreed to"),
        ({"consent": "signed"}, "Nothing signed on this case covers Citizens Advice"),
        ({"shared": ""}, "Say what is shared"),
        ({"consent_on": "3 dec 2026"}, "That day has not come yet"),
    ],
)
def test_without_consent_nothing_goes_to_a_partner(client, advice, case, given, says):
    assert says in refer(client, case, advice, **given)
    assert not Outward.objects.exists()
    assert not case.transfers.exists()
    assert not Authority.objects.exists()


def test_a_signed_authority_on_file_is_consent_in_writing(client, advice, case):
    AuthorityFactory(case=case, signed=True, covers=[body("CAB")])
    refer(client, case, advice, consent="signed")
    assert case.transfers.get().consent == "signed"
    assert Authority.objects.count() == 1


def test_what_a_person_agreed_to_is_kept_although_another_authority_covers_any_body(client, advice, case):
    AuthorityFactory(case=case)
    refer(client, case, advice)
    assert Authority.objects.filter(case=case, bodies=body("CAB"), statement=VERBAL["consent_words"]).exists()


@pytest.mark.parametrize("consent", ["signed", "verbal"])
def test_of_a_couple_one_agrees_for_nobody_but_themselves(client, advice, case, consent):
    tom = PersonFactory(full_name="Tom Marrowby")
    case.case_people.create(person=tom, role=CasePerson.Role.CONSTITUENT)
    AuthorityFactory(case=case, signed=True, covers=[body("CAB")])

    said = refer(client, case, advice, consent=consent)
    AuthorityFactory(case=case, person=tom, signed=True, covers=[body("CAB")])
    after = refer(client, case, advice, consent=consent)

    assert "about Tom Marrowby covers Citizens Advice" in said
    assert "Referred to Citizens Advice" in after
    assert Outward.objects.count() == 1


def test_of_two_colleagues_who_write_to_a_partner_at_once_one_has_written(client, advice, case, monkeypatch):
    refer(client, case, advice, how="post")
    made = Outward.objects.get()
    fill = drafting.put_words

    def a_colleague_is_quicker(*args, **more):
        monkeypatch.setattr(drafting, "put_words", fill)
        post(client, "outward-letter", made.pk)
        return fill(*args, **more)

    monkeypatch.setattr(drafting, "put_words", a_colleague_is_quicker)
    post(client, "outward-letter", made.pk)

    made.refresh_from_db()
    assert made.letter == Letter.objects.get()


def test_two_reminders_at_once_are_both_counted(client, advice, case, monkeypatch):
    refer(client, case, advice)
    made = Outward.objects.get()
    count = partnering.answer_expected

    def a_colleague_is_quicker(*args):
        monkeypatch.setattr(partnering, "answer_expected", count)
        post(client, "outward-reminder", made.pk, on="today")
        return count(*args)

    monkeypatch.setattr(partnering, "answer_expected", a_colleague_is_quicker)
    post(client, "outward-reminder", made.pk, on="today")

    made.refresh_from_db()
    assert made.reminders == 2


@pytest.mark.parametrize(
    ("days", "says"),
    [("0", "Give 1 or more."), ("90", "Give 60 or fewer"), ("", "Give the number of working days.")],
)
def test_a_partner_answers_within_one_to_sixty_working_days(client, ana, days, says):
    given = {"body": body("CAB").pk, "kind": "advice", "how": "email", "answer_days": days}
    said = post(client, "partner-new", **given)
    assert says in said
    assert "Constraint" not in said
    assert not Partner.objects.exists()
    assert "is written down as a partner" in post(client, "partner-new", **given | {"answer_days": "60"})


def test_they_take_it_and_what_came_of_it_is_recorded_once(client, advice, case):
    refer(client, case, advice)
    made = Outward.objects.get()
    early = post(client, "outward-result", made.pk, result="helped", on="today")
    assert "when they have taken it" in early

    post(client, "outward-answer", made.pk, answer="accepted", on="today", reference="CA-77")
    assert "They took it" in card(client, case)
    post(client, "outward-result", made.pk, result="helped", on="today", note="The debts are on a plan.")
    twice = post(client, "outward-result", made.pk, result="no-help", on="today")

    assert "recorded once" in twice
    made.refresh_from_db()
    assert (made.reference, made.result, made.result_on) == ("CA-77", "helped", date(2026, 11, 23))
    assert lines(case)[-1] == "Citizens Advice: they put it right. The debts are on a plan."
    assert "They put it right" in card(client, case)


def test_no_step_of_a_referral_is_taken_before_the_one_that_comes_first(client, advice, case):
    refer(client, case, advice)
    made = Outward.objects.get()
    referred = "It was referred on Monday 23 November 2026. Give that day or a later one."
    with time_machine.travel("2026-12-07 10:00", tick=False):
        client.force_login(case.owner)
        assert referred in post(client, "outward-reminder", made.pk, on="22 nov 2026")
        post(client, "outward-reminder", made.pk, on="3 dec 2026")
        again = post(client, "outward-reminder", made.pk, on="2 dec 2026")
        assert "They were asked again on Thursday 3 December 2026. Give that day" in again
        assert referred in post(client, "outward-answer", made.pk, answer="accepted", on="1 jan 2020")
        made.refresh_from_db()
        assert (made.reminders, made.transfer.answer) == (1, "")

        post(client, "outward-answer", made.pk, answer="accepted", on="4 dec 2026")
        early = post(client, "outward-result", made.pk, result="helped", on="3 dec 2026")
        assert "They answered on Friday 4 December 2026. Give that day or a later one." in early
        made.refresh_from_db()
        assert made.result == ""

        assert "Recorded" in post(client, "outward-result", made.pk, result="helped", on="4 dec 2026")


def test_a_case_that_came_from_a_partner_and_is_sent_twice_came_once(client, advice, case):
    given = {"partner": advice.pk, "came_on": "2 nov 2026", "consent": "told", "reference": "CA-1"}

    said = [post(client, "inward-new", case.pk, **given) for _press in range(2)]

    assert "You had recorded this already, so it is there once." in said[1]
    assert Inward.objects.count() == 1
    assert [line for line in lines(case) if line.startswith("Came to us from")] == lines(case)[-1:]
    post(client, "inward-new", case.pk, **given | {"reference": "CA-2"})
    assert Inward.objects.count() == 2


def test_a_partner_is_not_told_what_came_of_it_before_it_came(client, advice, case):
    post(client, "inward-new", case.pk, partner=advice.pk, came_on="2 nov 2026", consent="told")
    AuthorityFactory(case=case)

    said = post(client, "inward-told", Inward.objects.get().pk, on="1 nov 2026", what="It was put right.")

    assert "It came on Monday 2 November 2026. Give that day or a later one." in said
    assert Inward.objects.get().told_on is None


def test_a_partner_who_does_not_answer_stands_on_my_day_and_is_asked_again_by_a_new_day(client, advice, case):
    refer(client, case, advice)
    with time_machine.travel("2026-12-01 10:00", tick=False):
        client.force_login(case.owner)
        assert "Answer was due 30 Nov" in card(client, case)
        assert "Ask Citizens Advice whether they take it" in client.get("/").content.decode()
        assert "No answer" in client.get(reverse("referrals")).content.decode()

        post(client, "outward-reminder", Outward.objects.get().pk, on="today")

        assert "Ask Citizens Advice whether they take it" not in client.get("/").content.decode()
        shown = card(client, case)
        assert "Asked again once, 1 December 2026." in shown
        assert "Answer by 8 Dec" in shown
        made = Outward.objects.get()
        post(client, "outward-answer", made.pk, answer="declined", on="today")
        assert "has answered already" in post(client, "outward-reminder", made.pk, on="today")


def test_a_letter_to_a_partner_carries_a_pack_and_starts_no_clock_of_an_enquiry(client, advice, case):
    BodyContactFactory(body=body("CAB"), email="referrals@advice.example")
    refer(client, case, advice, how="email")
    made = Outward.objects.get()
    post(client, "outward-letter", made.pk)
    made.refresh_from_db()
    assert made.letter is not None
    assert "Her name, telephone number, and the three debts." in made.letter.text
    assert made.letter.to_email == "referrals@advice.example"
    post(client, "outward-letter", made.pk)
    assert case.letters.count() == 1
    client.post(f"/letters/{made.letter.pk}/sending/", {"version": made.letter.version})
    made.letter.refresh_from_db()
    assert not made.letter.is_draft
    assert not Enquiry.objects.exists()


def test_the_same_partner_is_not_given_the_same_case_twice_at_once(client, advice, case):
    refer(client, case, advice)
    assert "is with Citizens Advice already" in refer(client, case, advice)
    assert Outward.objects.count() == 1


# --- in -----------------------------------------------------------------------------------------------


def test_a_case_that_came_from_a_partner_is_on_my_day_when_it_closes_until_they_are_told(
    client, advice, case
):
    post(
        client, "inward-new", case.pk, partner=advice.pk, reference="CA-2026-9", contact="Lou",
        came_on="2 nov 2026",
        consent="told", wants_to_hear="on",
    )  # fmt: skip
    inward = Inward.objects.get()
    assert "their reference CA-2026-9" in lines(case)[-1]
    assert "CA-2026-9" in card(client, case)
    assert "CA-2026-9" in client.get(reverse("referrals")).content.decode()
    assert "Tell Citizens Advice what came of it" not in client.get("/").content.decode()

    case.close(outcome="put-right", by=case.owner)
    assert "May Citizens Advice be told what came of it?" in client.get("/").content.decode()
    refused = post(client, "inward-told", inward.pk, on="today", what="It was put right.")
    assert "No authority covers Citizens Advice" in refused
    AuthorityFactory(case=case)
    post(client, "inward-told", inward.pk, on="today", what="It was put right.")

    assert "Tell Citizens Advice what came of it" not in client.get("/").content.decode()
    assert "It was put right." in lines(case)[-1]
    assert "CA-2026-9" not in client.get(reverse("referrals")).content.decode()


def test_a_partner_who_need_not_hear_is_not_waited_for(client, advice, case):
    post(
        client, "inward-new", case.pk, partner=advice.pk, came_on="today", consent="none", wants_to_hear="on"
    )  # fmt: skip
    case.close(outcome="put-right", by=case.owner)
    post(client, "inward-untold", Inward.objects.get().pk)
    assert "Tell Citizens Advice" not in client.get("/").content.decode()
    assert lines(case)[-1] == "Citizens Advice need not be told what came of it"


# --- the directory ------------------------------------------------------------------------------------


def test_partners_are_written_down_with_what_they_take_and_how_a_case_is_brought_there(client, ana):
    listed = client.get(reverse("partners")).content.decode()
    assert "Citizens Advice" in listed  # could be one
    foodbank = BodyFactory(name="Fenwick Food Bank", kind="charity")
    page = client.get(reverse("partner-new"), {"body": foodbank.pk}).content.decode()
    assert '<option value="charity" selected' in page
    said = post(
        client, "partner-new", body=foodbank.pk, kind="charity", takes="Food for three days", how="phone",
        how_note="Before noon", answer_days=1,
    )  # fmt: skip
    assert "Fenwick Food Bank is written down as a partner." in said
    shown = client.get(Partner.objects.get().get_absolute_url()).content.decode()
    assert "By telephone. Before noon" in shown
    assert "1 working day" in shown


def test_the_office_manager_stops_referring_to_a_partner_and_nobody_else_does(client, ana, advice, case):
    assert client.get(reverse("partner-edit", args=[advice.pk])).status_code == 403
    client.force_login(StaffFactory(office_manager=True))
    post(client, "partner-edit", advice.pk, kind="advice", takes="Debt", how="email", answer_days=5)
    client.force_login(ana)
    assert "Say to whom it goes." in refer(client, case, advice) or not Outward.objects.exists()
    assert not Outward.objects.exists()


# --- who may ------------------------------------------------------------------------------------------


def test_nobody_learns_from_partners_of_a_restricted_case(client, advice, case):
    refer(client, case, advice)
    post(client, "inward-new", case.pk, partner=advice.pk, reference="CA-5", came_on="today", consent="told")
    case.need_to_know = True
    case.save()
    out, back = Outward.objects.get(), Inward.objects.get()
    client.force_login(StaffFactory(first_name="Tom"))
    for page in (reverse("referrals"), advice.get_absolute_url(), reverse("partners"), "/?whose=team"):
        shown = client.get(page).content.decode()
        assert case.title not in shown
        assert case.reference not in shown
        assert "CA-5" not in shown
    for name, pk in (("outward-answer", out.pk), ("outward-result", out.pk), ("inward-told", back.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.get(reverse("case-partners", args=[case.pk])).status_code == 404


def test_a_volunteer_sees_the_directory_and_refers_nobody(client, advice, case):
    vic = StaffFactory(volunteer=True)
    case.shared_with.add(vic)
    client.force_login(vic)
    assert client.get(reverse("partners")).status_code == 200
    assert "Refer to a partner" not in card(client, case)
    for name in ("outward-new", "inward-new"):
        assert client.post(reverse(name, args=[case.pk])).status_code == 403
    assert client.post(reverse("partner-new")).status_code == 403
