"""Asking for authority, and the ways it is given beside a scan: by word of mouth, implied, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opencasework.office.authority import gate, implied, links
from opencasework.office.authority.models import Ask, Authority, SignLink
from opencasework.office.authority.tests.factories import A_PAGE, AuthorityFactory
from opencasework.office.authority.tests.signing import Signer, ask_of, link_for, lives_somewhere
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.models import CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.acting import who_must_give_authority
from opencasework.office.constituents.models import ActingFor
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import outbox
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.places.models import MemberKind, Office
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client, home):
    OfficeFactory(member_kind=MemberKind.MP)
    ana = StaffFactory()
    client.force_login(ana)
    return ana


@pytest.fixture
def case(ana):
    case = CaseFactory(by=ana, person__full_name="Nkechi Marrowby")
    case.issues.update(category=Category.objects.get(code="BEN-UC"))
    return case


def said(case, **more):
    given = {
        "person": case.constituent.pk,
        "basis": "verbal",
        "given_on": "today",
        "statement": "She asked us to.",
    }
    return given | {"bodies": [body("DWP").pk], "verbal_reason": "Bailiffs come tomorrow"} | more


# --- by word of mouth ---------------------------------------------------------------------------------


def test_word_of_mouth_says_why_who_heard_it_when_and_on_which_number(case, ana, client):
    kofi = StaffFactory(first_name="Kofi")
    given = said(case, heard_by=kofi.pk, heard_at_time="00:01", call_number="01632 960123")

    client.post(f"/cases/{case.pk}/authorities/new/", given)

    authority = Authority.objects.get()
    page = client.get(f"/authorities/{authority.pk}/").content.decode()
    assert (authority.verbal_reason, authority.heard_by) == ("Bailiffs come tomorrow", kofi)
    assert timezone.localtime(authority.heard_at).strftime("%H:%M") == "00:01"
    for words in ("Bailiffs come tomorrow", "Kofi", "01632 960123"):
        assert words in page


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"verbal_reason": ""}, "Say why it is not in writing"),
        ({"statement": ""}, "Write what the person said"),
        ({"heard_at_time": "25:99"}, "Write the time like 14:20."),
        ({"expires_on": "1 Jan 2020"}, "It would have expired already."),
        ({"bodies": []}, "Name the bodies it covers"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(more, sentence, case, client):
    response = client.post(f"/cases/{case.pk}/authorities/new/", said(case, **more))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Authority.objects.exists()


def test_who_heard_it_is_whoever_records_it_unless_they_say_otherwise(case, ana, client):
    client.post(f"/cases/{case.pk}/authorities/new/", said(case))

    assert Authority.objects.get().heard_by == ana


# --- implied ------------------------------------------------------------------------------------------


def test_implied_authority_counts_where_the_body_accepts_it_and_says_who_says_so(case, client):
    given = said(case, basis="implied", bodies=[body("DWP-UC").pk])

    client.post(f"/cases/{case.pk}/authorities/new/", given)

    authority = Authority.objects.get()
    assert "housingsystems.co.uk" in authority.implied_source
    assert "housingsystems.co.uk" in client.get(f"/cases/{case.pk}/authorities/").content.decode()
    assert Authority.objects.covering(body("DWP-UC"), on=timezone.localdate()).exists()


@pytest.mark.parametrize("more", [{"bodies": []}, {"covers_any_body": "on"}])
def test_implied_authority_names_its_bodies(more, case, client):
    response = client.post(f"/cases/{case.pk}/authorities/new/", said(case, basis="implied", **more))

    assert response.status_code == 422
    assert not Authority.objects.exists()


def test_a_body_that_is_not_known_to_accept_it_is_refused_with_those_that_are(case, client):
    response = client.post(f"/cases/{case.pk}/authorities/new/", said(case, basis="implied"))

    page = response.content.decode()
    assert "Department for Work and Pensions is not known to accept implied authority" in page
    assert "These accept it: HM Revenue and Customs, Jobcentre Plus, Universal Credit." in page


def test_an_older_implied_authority_for_any_body_covers_only_those_that_accept_it(case):
    AuthorityFactory(case=case, basis=Authority.Basis.IMPLIED)
    today = timezone.localdate()

    assert Authority.objects.covering(body("HMRC"), on=today).exists()
    assert not Authority.objects.covering(body("HO"), on=today).exists()


def test_it_is_the_member_of_parliament_whom_they_accept_it_from(case):
    Office.objects.update(member_kind=MemberKind.COUNCILLOR)

    assert implied.for_case(case) == {}
    assert implied.accepted_by(body("DWP-UC")) is None


def test_it_is_accepted_for_the_issue_its_route_is_about(case):
    case.issues.update(category=Category.objects.get(code="BEN-PIP"))

    assert set(implied.for_case(case)) == {"HMRC"}


# --- who gives it -------------------------------------------------------------------------------------


def under_sixteen(person):
    person.date_of_birth = timezone.localdate() - timedelta(days=9 * 365)
    person.save()


def test_where_the_record_says_that_another_speaks_for_the_person_that_one_gives_it(case, client):
    mother = PersonFactory(full_name="Ada Marrowby")
    under_sixteen(case.constituent)
    ActingFor.objects.create(person=case.constituent, by=mother, kind=ActingFor.As.PARENT)
    [giver] = who_must_give_authority(case.constituent, on=timezone.localdate())

    page = client.get(f"/cases/{case.pk}/authorities/new/").content.decode()
    given = said(case, person=mother.pk, about=case.constituent.pk)
    client.post(f"/cases/{case.pk}/authorities/new/", given)

    authority = Authority.objects.get()
    assert f"Ada Marrowby: {giver.because}" in unescape(page)
    assert (authority.person, authority.subject) == (mother, case.constituent)
    assert "about Nkechi Marrowby" in case.events.get(kind=Event.Kind.AUTHORITY).text


def test_where_nobody_may_give_it_the_page_says_why_and_the_gate_stays_shut(case, client):
    under_sixteen(case.constituent)
    AuthorityFactory(case=case)

    page = client.get(f"/cases/{case.pk}/authorities/asking/").content.decode()
    response = client.post(f"/cases/{case.pk}/authorities/new/", said(case))

    assert "Nkechi Marrowby is under 16, and no parent or guardian is on record." in page
    assert response.status_code == 422
    assert not gate.is_open(case, body("DWP"), on=timezone.localdate())


def test_nobody_speaks_for_a_person_whose_record_does_not_say_so(case, client):
    daughter = PersonFactory(full_name="Abi Daughter")
    case.case_people.create(person=daughter, role=CasePerson.Role.CONSTITUENT)

    response = client.post(f"/cases/{case.pk}/authorities/new/", said(case, about=daughter.pk))

    assert "Nkechi Marrowby may not give authority for Abi Daughter" in response.content.decode()
    assert not Authority.objects.exists()


def test_without_such_a_record_people_speak_for_themselves(case):
    [giver] = who_must_give_authority(case.constituent, on=timezone.localdate())

    assert giver.person == case.constituent


# --- asking -------------------------------------------------------------------------------------------


def asked(case, **more):
    given = {
        "person": case.constituent.pk, "problem": "It stopped.", "wanted": "Find out why.",
        "language": "en-gb", "bodies": [body("DWP").pk],
    }  # fmt: skip
    return given | more


def test_asking_keeps_the_three_parts_and_shows_every_way_to_sign(case, client):
    lives_somewhere(case.constituent)
    response = client.post(
        f"/cases/{case.pk}/authorities/asking/", asked(case, another_body="HMRC"), follow=True
    )

    ask = Ask.objects.get()
    page = response.content.decode()
    assert (ask.problem, ask.wanted) == ("It stopped.", "Find out why.")
    assert set(ask.bodies.all()) == {body("DWP"), body("HMRC")}
    for words in ("Make a link to copy", "Form in English", "Form in Welsh", ask.shown_code):
        assert words in page
    assert "Form to sign" in client.get(f"/cases/{case.pk}/authorities/").content.decode()


@pytest.mark.parametrize("missing", ["problem", "wanted", "bodies"])
def test_a_statement_without_one_of_its_parts_is_not_asked_for(missing, case, client):
    response = client.post(f"/cases/{case.pk}/authorities/asking/", asked(case, **{missing: ""}))

    assert response.status_code == 422
    assert not Ask.objects.exists()


def test_what_is_known_is_suggested(case, client):
    page = client.get(f"/cases/{case.pk}/authorities/asking/").content.decode()

    assert case.title in page
    assert "Find out what has happened" in page


def test_the_link_goes_through_the_outbox_and_stands_in_no_letter_we_keep(case, ana, smtp, client):
    ask = ask_of(case, by=ana)
    lives_somewhere(case.constituent).emails.update_or_create(address="nkechi@post.example")
    client.post(f"/authority-asks/{ask.pk}/email/")
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    link, letter = SignLink.objects.get(), Letter.objects.get()
    [mail] = smtp.wait_for(1)
    assert link.url in mail.message.get_payload(decode=True).decode()
    assert link.token not in letter.text
    assert link.token not in OutgoingMail.objects.get().text
    assert ask.problem not in mail.raw.decode()
    assert "Is it you?" in Signer().opens(link).words


def test_a_link_withdrawn_before_its_mail_left_keeps_the_mail_here(case, ana, smtp, client):
    ask = ask_of(case, by=ana)
    lives_somewhere(case.constituent).emails.update_or_create(address="nkechi@post.example")
    client.post(f"/authority-asks/{ask.pk}/email/")

    client.post(f"/authority-asks/{ask.pk}/link/", {"act": "withdraw"})
    outbox.send_ready(timezone.now() + timedelta(minutes=2))

    assert not smtp.received
    assert "of no use any more" in OutgoingMail.objects.get().answer


def test_the_link_of_one_person_is_put_into_no_letter_to_another(case):
    link = link_for(ask_of(case))
    text = f"[private link {link.pk}]"

    assert links.put_in(text, case=case, person=case.constituent) == link.url
    for case_, person in ((case, PersonFactory()), (CaseFactory(), case.constituent), (case, None)):
        with pytest.raises(links.DeadLink):
            links.put_in(text, case=case_, person=person)


def test_somebody_of_whom_nothing_is_known_gets_no_link(case, ana, client):
    case.constituent.addresses.all().delete()
    ask = ask_of(case, by=ana)

    response = client.post(f"/authority-asks/{ask.pk}/link/", {"act": "make"})

    assert response.status_code == 422
    assert (
        "Write down the postcode or the date of birth of Nkechi Marrowby first" in response.content.decode()
    )
    assert not SignLink.objects.exists()


def test_who_signs_on_paper_meanwhile_needs_no_link_any_more(case, ana, client):
    link = link_for(ask_of(case, by=ana))
    scan = SimpleUploadedFile("signed.pdf", A_PAGE, content_type="application/pdf")
    client.post(f"/cases/{case.pk}/authorities/new/", said(case, basis="signed", scan=scan))

    assert Authority.objects.get().basis == Authority.Basis.SIGNED
    assert "The office has withdrawn it" in Signer().opens(link).words
    assert not Ask.objects.open().exists()


def test_a_request_for_a_new_link_is_in_the_day_until_one_is_made(case, ana, client):
    case.assign(to=ana, by=ana)
    link = link_for(ask_of(case, by=ana))
    SignLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    Signer().post("/sign/", {"token": link.token, "again": "yes"})

    before = client.get("/").content.decode()
    client.post(f"/authority-asks/{link.ask.pk}/link/", {"act": "make"})
    after = client.get("/").content.decode()

    assert "Nkechi Marrowby wants a new link to sign" in before
    assert "wants a new link" not in after


# --- ending -------------------------------------------------------------------------------------------


def test_a_withdrawal_needs_a_reason_which_stays(case, ana, client):
    authority = AuthorityFactory(case=case)

    empty = client.post(f"/authorities/{authority.pk}/withdrawal/", {"reason": " "})
    client.post(f"/authorities/{authority.pk}/withdrawal/", {"reason": "She rang: the council settled."})

    authority.refresh_from_db()
    assert empty.status_code == 422
    assert "Say why it is withdrawn." in empty.content.decode()
    assert (authority.withdrawn_by, authority.withdrawn_reason) == (ana, "She rang: the council settled.")
    assert "the council settled" in case.events.filter(detail__withdrawn=True).get().text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (31, "By word of mouth"),
        (30, "Expires in 30 days"),
        (1, "Expires in 1 day"),
        (0, "Expires today"),
        (-1, "Expired"),
    ],
)
def test_what_ends_within_thirty_days_says_so(days, words, case, client):
    today = timezone.localdate()
    AuthorityFactory(case=case, expires_on=today + timedelta(days=days), given_on=today - timedelta(days=90))

    panel = client.get(f"/cases/{case.pk}/authorities/").content.decode()
    review = client.get("/authority/review/").content.decode()

    assert words in panel
    assert ("Nkechi Marrowby" in review) is (0 <= days <= 30)


@pytest.mark.parametrize("address", ["asking/", "demands/"])
def test_a_volunteer_asks_for_nothing(address, client):
    vic = StaffFactory(volunteer=True)
    case = CaseFactory(owner=vic)
    client.force_login(vic)

    assert client.get(f"/cases/{case.pk}/authorities/{address}").status_code == 403


def test_the_ask_of_a_case_limited_to_others_is_not_found(ana, client):
    link = link_for(ask_of(CaseFactory(need_to_know=True)))
    ask = link.ask

    assert client.get(f"/authority-asks/{ask.pk}/").status_code == 404
    for act in ("link", "email", "closing"):
        assert client.post(f"/authority-asks/{ask.pk}/{act}/").status_code == 404
    assert client.get(f"/authority-asks/{ask.pk}/form.pdf").status_code == 404
