"""No way round the gate: to a body goes nothing without authority, or a reason that is reported."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority import review
from opencasework.office.authority.actions import withdraw
from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.chasing.actions import draft_chaser
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import actions, outbox, returning
from opencasework.office.letters.actions import NotSendable
from opencasework.office.letters.models import BadAddress, Letter, OutgoingMail
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db
REASON = "Asked by telephone, form follows"


@pytest.fixture(autouse=True)
def _own_home(home):
    """Keys and files of this test only."""


@pytest.fixture
def letter(client):
    """A draft to a body that nothing covers."""
    letter = LetterFactory(authority=False, to_body=body("DWP"))
    client.force_login(letter.drafted_by)
    return letter


def after(**time):
    return timezone.now() + timedelta(**time)


# --- every door ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["sending", "posting"])
def test_neither_mail_nor_post_leaves(door, letter, client):
    response = client.post(f"/letters/{letter.pk}/{door}/", {"version": letter.version, "posted_on": "today"})

    letter.refresh_from_db()
    assert response.status_code == 422
    assert "No authority covers Department for Work and Pensions" in response.content.decode()
    assert letter.is_draft
    assert not OutgoingMail.objects.exists()


def addressed_to(letter, client, address):
    """The letter, changed to go to this address; what sending it says then."""
    letter.to_email = address
    letter.save()
    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})
    letter.refresh_from_db()
    return unescape(answer.content.decode())


def test_to_the_address_of_another_body_it_goes_with_that_body_s_authority_alone(letter, client):
    AuthorityFactory(case=letter.case, covers=[body("DWP")])
    BodyContactFactory(body=body("HMRC"), email="Members@hmrc.example")

    said = addressed_to(letter, client, "members@hmrc.example")

    assert letter.is_draft
    assert not OutgoingMail.objects.exists()
    assert "members@hmrc.example is an address of HM Revenue and Customs, not one of Department for" in said
    assert "No authority covers HM Revenue and Customs." in said

    AuthorityFactory(case=letter.case, covers=[body("HMRC")])
    addressed_to(letter, client, "members@hmrc.example")

    assert OutgoingMail.objects.get().to == "members@hmrc.example"


def test_why_it_goes_to_one_body_without_authority_says_nothing_of_another(letter, client):
    letter.no_authority_reason = REASON
    BodyContactFactory(body=body("HMRC"), email="members@hmrc.example")
    BadAddress.objects.create(address="members@hmrc.example")

    said = addressed_to(letter, client, "members@hmrc.example")

    assert letter.is_draft
    assert "or write to HM Revenue and Customs in a letter of its own" in said


def test_the_address_of_the_department_is_one_of_its_service(client):
    letter = LetterFactory(authority=False, to_body=body("DWP-UC"))
    client.force_login(letter.drafted_by)
    AuthorityFactory(case=letter.case, covers=[body("DWP-UC")])
    BodyContactFactory(body=body("DWP"), email="members@dwp.example")

    addressed_to(letter, client, "members@dwp.example")

    assert OutgoingMail.objects.get().to == "members@dwp.example"


def says_it_was_posted(letter, client, *, days_ago, **more):
    day = timezone.localdate() - timedelta(days=days_ago)
    said = {"version": letter.version, "posted_on": day.isoformat()} | more
    return client.post(f"/letters/{letter.pk}/posting/", said)


def test_an_earlier_day_opens_no_gate_that_is_shut_today(letter, client):
    today = timezone.localdate()
    Letter.objects.update(drafted_at=after(days=-7))
    AuthorityFactory(
        case=letter.case, given_on=today - timedelta(days=9), expires_on=today - timedelta(days=1)
    )

    refused = says_it_was_posted(letter, client, days_ago=3)
    with_a_reason = says_it_was_posted(letter, client, days_ago=3, no_authority_reason=REASON)

    assert refused.status_code == 422
    assert "for Department for Work and Pensions ended on" in refused.content.decode()
    assert with_a_reason.status_code == 302
    assert SentWithout.objects.get().reason == REASON


def test_a_letter_was_not_posted_before_it_was_drafted(letter, client):
    AuthorityFactory(case=letter.case, given_on=timezone.localdate() - timedelta(days=9))

    response = says_it_was_posted(letter, client, days_ago=1)

    letter.refresh_from_db()
    assert response.status_code == 422
    assert "It was drafted on" in response.content.decode()
    assert letter.is_draft


@pytest.mark.parametrize("state", [Letter.State.DRAFT, Letter.State.DISCARDED])
def test_it_is_not_downloaded_to_be_posted(state, letter, client):
    Letter.objects.update(state=state)

    response = client.get(f"/letters/{letter.pk}/letter.pdf")

    assert response.status_code == 422
    assert "No authority covers" in response.content.decode()
    assert "%PDF" not in response.content.decode()


def test_the_page_itself_is_not_printed(letter, client):
    assert '<article class="paper no-print"' in client.get(f"/letters/{letter.pk}/").content.decode()


def test_a_letter_that_waits_in_the_outbox_is_looked_at_again_as_it_leaves(smtp):
    letter = LetterFactory(to_body=body("DWP"))
    outbox.queue(letter, by=letter.drafted_by)
    Authority.objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    outbox.send_ready(after(minutes=2))

    mail = OutgoingMail.objects.get()
    assert mail.state == OutgoingMail.State.FAILED
    assert "Kept back. The authority of" in mail.answer
    assert not smtp.received
    with pytest.raises(NotSendable, match=r"The authority of .* ended on"):
        outbox.send_again(mail)


@pytest.mark.parametrize("was", ["thrown away", "posted"])
def test_a_reason_of_before_a_withdrawal_counts_no_more_when_a_letter_comes_back(was, letter, client):
    Letter.objects.update(no_authority_reason=REASON)
    letter.refresh_from_db()
    if was == "thrown away":
        client.post(f"/letters/{letter.pk}/discarding/")
    else:
        client.post(
            f"/letters/{letter.pk}/posting/",
            {"version": letter.version, "posted_on": "today", "no_authority_reason": REASON},
        )
    given = AuthorityFactory(case=letter.case, covers_any_body=True)
    withdraw(authority=given, on=timezone.localdate(), reason="She said stop.", by=letter.drafted_by)
    letter.refresh_from_db()

    (returning.restore if was == "thrown away" else returning.unpost)(letter, by=letter.drafted_by)

    letter.refresh_from_db()
    assert (letter.state, letter.no_authority_reason) == (Letter.State.DRAFT, "")


def test_a_chaser_does_not_go_on_with_the_reason_of_the_first_letter(smtp, client):
    enquiry = EnquiryFactory()
    Authority.objects.all().delete()
    Letter.objects.update(no_authority_reason=REASON)

    chaser = draft_chaser(enquiry=enquiry, by=None)
    client.force_login(StaffFactory())
    page = client.get(f"/letters/{chaser.letter.pk}/").content.decode()

    assert chaser.letter.no_authority_reason == ""
    with pytest.raises(NotSendable, match="No authority covers"):
        outbox.queue(chaser.letter, by=StaffFactory())
    assert f'value="{REASON}"' in page  # offered, to be said again by whoever sends it


def test_the_authority_of_another_constituent_of_the_case_covers_nothing(letter):
    daughter = PersonFactory()
    letter.case.case_people.create(person=daughter, role=CasePerson.Role.CONSTITUENT)
    AuthorityFactory(case=letter.case, person=daughter)

    assert actions.lacks_authority(letter, on=timezone.localdate())


def test_authority_about_one_person_of_the_case_does_not_open_it_for_another(letter, client):
    son = PersonFactory()
    letter.case.case_people.create(person=son, role=CasePerson.Role.CONSTITUENT)
    AuthorityFactory(case=letter.case, about=son)

    response = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version})

    assert response.status_code == 422
    both = f"{letter.case.constituent} and {son}"
    assert f"No authority about {both} covers Department for Work and Pensions" in response.content.decode()


def test_a_case_without_a_constituent_has_nobody_who_gave_authority(letter, client):
    AuthorityFactory(case=letter.case)
    letter.case.case_people.all().delete()

    assert client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}).status_code == 422


@pytest.mark.parametrize(("category", "status"), [("BEN-UC", 302), ("BEN-PIP", 422)])
def test_implied_authority_holds_for_the_issues_it_is_accepted_for(category, status, client):
    letter = LetterFactory(authority=False, to_body=body("DWP-UC"))
    letter.case.issues.update(category=Category.objects.get(code=category))
    AuthorityFactory(case=letter.case, basis=Authority.Basis.IMPLIED, covers=[body("DWP-UC")])
    client.force_login(letter.drafted_by)

    assert client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version}).status_code == status


def test_the_authority_of_another_case_of_the_person_covers_nothing(letter):
    AuthorityFactory(case=CaseFactory(person=letter.case.constituent))

    assert actions.lacks_authority(letter, on=timezone.localdate())


@pytest.mark.parametrize(
    ("named", "written_to", "covers"),
    [
        ("DWP", "DWP-UC", True),  # a service is part of its department
        ("HO", "UKVI", True),
        ("DWP-UC", "DWP", False),
        ("HO", "DBS", False),  # an agency is a body of its own
        ("HMT", "HMRC", False),
    ],
)
def test_a_department_covers_its_services_and_nothing_else(named, written_to, covers):
    letter = LetterFactory(authority=False, to_body=body(written_to))
    AuthorityFactory(case=letter.case, covers=[body(named)])

    assert actions.lacks_authority(letter, on=timezone.localdate()) is not covers


def test_a_letter_to_the_person_does_not_go_to_a_body(smtp):
    letter = LetterFactory(template="LT-ACK")
    BodyContactFactory(body=body("DWP"), email="office@dwp.example")
    letter.to_person.emails.create(address="office@dwp.example")
    letter.to_email = "office@dwp.example"
    letter.save()

    with pytest.raises(NotSendable, match="is an address of Department for Work and Pensions"):
        outbox.queue(letter, by=letter.drafted_by)


# --- the reason ---------------------------------------------------------------------------------------


def sent_with_a_reason(letter, client):
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version, "no_authority_reason": REASON})
    outbox.send_ready(after(minutes=2))


def test_a_reason_is_kept_on_the_timeline_and_listed_for_the_review(letter, smtp, client):
    sent_with_a_reason(letter, client)

    today = timezone.localdate()
    [listed] = review.overridden(today - timedelta(days=6), today)
    event = letter.case.events.get(kind=Event.Kind.LETTER_OUT)
    page = client.get("/authority/review/").content.decode()
    assert (listed.case, listed.body, listed.letter, listed.reason) == (
        letter.case,
        body("DWP"),
        letter.pk,
        REASON,
    )
    assert listed.by == letter.drafted_by
    assert event.detail["without_authority"] is True
    assert REASON in event.text
    assert REASON in page
    assert letter.case.reference in page


def test_a_posted_letter_is_listed_too(letter, client):
    client.post(
        f"/letters/{letter.pk}/posting/",
        {"version": letter.version, "posted_on": "today", "no_authority_reason": REASON},
    )

    assert SentWithout.objects.get().reason == REASON


def test_what_was_covered_after_all_is_not_listed(letter, smtp, client):
    client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version, "no_authority_reason": REASON})
    AuthorityFactory(case=letter.case)

    outbox.send_ready(after(minutes=2))

    assert not SentWithout.objects.exists()


def test_the_review_hides_what_one_may_not_know_of(letter, smtp, client):
    sent_with_a_reason(letter, client)
    letter.case.need_to_know = True
    letter.case.owner = None
    letter.case.save()
    client.force_login(StaffFactory())

    page = client.get("/authority/review/").content.decode()

    assert REASON not in page
    assert "Nothing left without authority in these days." in page


def test_a_week_ends_at_midnight_of_its_last_day(letter):
    at = timezone.make_aware(timezone.datetime(2026, 11, 22, 23, 59))
    SentWithout.objects.create(case=letter.case, body=body("DWP"), reason=REASON, at=at, recorded_at=at)

    assert review.overridden(date(2026, 11, 16), date(2026, 11, 22)).count() == 1
    assert review.overridden(date(2026, 11, 23), date(2026, 11, 29)).count() == 0


def test_who_may_go_without_stands_in_the_table_of_permissions(letter, client, monkeypatch):
    monkeypatch.setitem(MAY, Role.CASEWORKER, MAY[Role.CASEWORKER] - {May.SEND_WITHOUT_AUTHORITY})
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    page = client.get(f"/letters/{letter.pk}/").content.decode()
    said = client.post(
        f"/letters/{letter.pk}/sending/", {"version": letter.version, "no_authority_reason": REASON}
    )
    edit = {"means": "email", "to_email": letter.to_email, "subject": "Payment", "text": "Why?"}
    client.post(f"/letters/{letter.pk}/", edit | {"no_authority_reason": REASON})

    letter.refresh_from_db()
    assert "Send with this reason" not in page
    assert said.status_code == 403
    assert "You may not send letters without authority to act" in said.content.decode()
    assert letter.no_authority_reason == ""


@pytest.mark.parametrize(("text", "left"), [("Other words.", ""), ("Why?", REASON)])
def test_a_reason_ends_with_the_words_it_was_given_for(text, left, letter, client, monkeypatch):
    Letter.objects.update(no_authority_reason=REASON, text="Why?", subject="Payment")
    letter.refresh_from_db()
    monkeypatch.setitem(MAY, Role.CASEWORKER, MAY[Role.CASEWORKER] - {May.SEND_WITHOUT_AUTHORITY})
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    edit = {"means": "email", "to_contact": letter.to_contact_id, "to_email": letter.to_email}
    page = client.post(f"/letters/{letter.pk}/", edit | {"subject": "Payment", "text": text})

    letter.refresh_from_db()
    assert page.status_code == 302
    assert letter.text == text
    assert letter.no_authority_reason == left


def test_a_reason_of_spaces_is_none(letter, client):
    response = client.post(
        f"/letters/{letter.pk}/sending/", {"version": letter.version, "no_authority_reason": " \n\t "}
    )

    assert response.status_code == 422
    assert not OutgoingMail.objects.exists()


# --- withdrawn ----------------------------------------------------------------------------------------


def test_a_withdrawal_takes_back_what_has_not_left_at_once(smtp, client):
    letter = LetterFactory(to_body=body("DWP"))
    outbox.queue(letter, by=letter.drafted_by)

    withdraw(Authority.objects.get(), on=timezone.localdate(), by=letter.drafted_by, reason="She rang.")
    outbox.send_ready(after(minutes=2))

    letter.refresh_from_db()
    assert letter.is_draft
    assert OutgoingMail.objects.get().state == OutgoingMail.State.WITHDRAWN
    assert not smtp.received
    assert letter.case.events.filter(text__contains="taken back, the authority was withdrawn").exists()


def test_a_reason_given_before_the_withdrawal_does_not_count_after_it(letter):
    Letter.objects.update(no_authority_reason=REASON)
    authority = AuthorityFactory(case=letter.case, covers=[body("HMRC")])

    withdraw(authority, on=timezone.localdate(), by=None)

    with pytest.raises(NotSendable, match="No authority covers"):
        outbox.queue(Letter.objects.get(), by=letter.drafted_by)


def test_a_letter_another_authority_covers_still_leaves(smtp):
    letter = LetterFactory(to_body=body("DWP"))
    first = Authority.objects.get()
    AuthorityFactory(case=letter.case, covers=[body("DWP")])
    outbox.queue(letter, by=letter.drafted_by)

    withdraw(first, on=timezone.localdate(), by=letter.drafted_by, reason="A newer one.")
    outbox.send_ready(after(minutes=2))

    assert len(smtp.received) == 1


def test_where_the_authority_has_lapsed_the_letter_says_so_and_asking_anew_begins_with_what_it_said(client):
    letter = LetterFactory(to_body=body("DWP"), authority=False)
    AuthorityFactory(
        case=letter.case, given_on=date(2020, 1, 1), expires_on=date(2021, 1, 1),
        covers=[body("DWP"), body("HMRC")], wanted="Pay the arrears.",
    )  # fmt: skip
    client.force_login(letter.drafted_by)

    page = client.get(letter.get_absolute_url()).content.decode()
    way = re.search(r'href="([^"]+renews=\d+)"', page)
    assert way
    asking = client.get(way[1])

    assert "for Department for Work and Pensions ended on" in page
    assert "Ask for it to be renewed" in page
    assert "Why it goes without" in page
    assert asking.context["form"]["wanted"].value() == "Pay the arrears."
    assert set(asking.context["form"]["bodies"].value()) == {body("DWP").pk, body("HMRC").pk}
