"""To somebody on the case who is no constituent of it nothing goes that the person has not agreed to."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from opencasework.office.authority.actions import withdraw
from opencasework.office.authority.models import Authority, SentWithout
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import BodyContactFactory, body
from opencasework.office.cases.models import Case, CasePerson, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import ActingFor, Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters.models import Letter, OutgoingMail
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.permissions import MAY, May
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
REASON = "Ada asked us to on the telephone"
ADDRESS = "jane.porter@porters.example"


@pytest.fixture
def case(home, client) -> Case:
    """A case of Ada Marrowby, who gave one authority: for the DWP."""
    OfficeFactory()
    staff = StaffFactory()
    client.force_login(staff)
    case = CaseFactory(by=staff, person=PersonFactory(full_name="Ada Marrowby", address_as=""))
    AuthorityFactory(case=case, covers=[body("DWP")])
    return case


def put_on(client, case, *, address=ADDRESS, **given) -> Person:
    """Jane Porter is put on the case as acting for Ada."""
    facts = {"full_name": "Jane Porter", "role": "adviser", "relation": "benefits officer"}
    client.post(f"/cases/{case.pk}/people/new/", facts | given)
    jane = Person.objects.get(full_name="Jane Porter")
    jane.emails.create(address=address)
    return jane


def written_to(client, case, person, *, address=ADDRESS, means="email") -> Letter:
    client.post(
        f"/cases/{case.pk}/letters/new/",
        {"template": "LT-MORE", "to": person.pk, "means": means, "to_email": address,
         "subject": "Your client", "text": "Dear Jane Porter,\n\nShe is ill.", "language": "en"},
    )  # fmt: skip
    return Letter.objects.get(case=case)


def sends(client, letter, **given) -> str:
    answer = client.post(f"/letters/{letter.pk}/sending/", {"version": letter.version} | given, follow=True)
    return unescape(answer.content.decode())


def looked_at(client, letter) -> str:
    return unescape(client.get(f"/letters/{letter.pk}/").content.decode())


def withdrawn(case) -> None:
    withdraw(case.authorities.get(), on=timezone.localdate(), by=case.owner, reason="Rang us")


@pytest.mark.parametrize("has_withdrawn", [False, True])
def test_an_adviser_gets_nothing_until_somebody_says_why(client, case, has_withdrawn):
    jane = put_on(client, case)
    if has_withdrawn:
        withdrawn(case)
    letter = written_to(client, case, jane)

    page, refused = looked_at(client, letter), sends(client, letter)

    assert "Goes to Jane Porter, who acts for Ada Marrowby" in page
    assert "to the constituent" not in page
    assert ("Ada Marrowby has withdrawn an authority" in page) is has_withdrawn
    assert 'name="no_authority_reason"' in page
    assert "Nothing here says that Ada Marrowby agreed" in refused
    assert not OutgoingMail.objects.exists()
    assert client.get(f"/letters/{letter.pk}/letter.pdf").status_code == 422


def test_what_goes_to_an_adviser_with_a_reason_stands_on_the_timeline_and_in_the_review(client, case):
    jane = put_on(client, case)
    withdrawn(case)
    letter = written_to(client, case, jane, means="post", address="")

    client.post(
        f"/letters/{letter.pk}/posting/",
        {"version": letter.version, "posted_on": "today", "no_authority_reason": REASON},
    )

    review = unescape(client.get("/authority/review/").content.decode())
    line = case.events.get(kind=Event.Kind.LETTER_OUT)
    assert SentWithout.objects.get().person == jane
    assert line.detail["without_authority"] is True
    assert REASON in line.text
    assert "Jane Porter" in review
    assert REASON in review


def test_who_may_not_go_without_authority_cannot_write_to_an_adviser_either(client, case, monkeypatch):
    letter = written_to(client, case, put_on(client, case))
    monkeypatch.setitem(MAY, case.owner.role, MAY[case.owner.role] - {May.SEND_WITHOUT_AUTHORITY})

    assert 'name="no_authority_reason"' not in looked_at(client, letter)
    assert client.post(f"/letters/{letter.pk}/sending/", {"no_authority_reason": REASON}).status_code == 403


def test_a_withdrawal_takes_back_what_waits_for_an_adviser(client, case):
    jane = put_on(client, case, acts_as="friend", proof="said")
    letter = written_to(client, case, jane)
    sends(client, letter)
    assert OutgoingMail.objects.get().state == OutgoingMail.State.QUEUED

    withdrawn(case)

    letter.refresh_from_db()
    assert letter.is_draft
    assert OutgoingMail.objects.get().state == OutgoingMail.State.WITHDRAWN


# --- agreed to ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["signed", "said"])
def test_an_adviser_whom_the_person_agreed_to_needs_nothing_more(client, case, proof):
    letter = written_to(client, case, put_on(client, case, acts_as="friend", proof=proof))

    page = looked_at(client, letter)
    sends(client, letter)

    assert "Goes to Jane Porter, who acts for Ada Marrowby" in page
    assert 'name="no_authority_reason"' not in page
    assert OutgoingMail.objects.get().to == ADDRESS
    assert not SentWithout.objects.exists()


@pytest.mark.parametrize(("days", "leaves"), [(-1, False), (0, False), (1, True)])
def test_what_they_agreed_to_before_they_withdrew_counts_no_more(client, case, days, leaves):
    jane = put_on(client, case, acts_as="friend", proof="said")
    today = timezone.localdate()
    ended = today - timedelta(days=days)
    withdraw(case.authorities.get(), on=ended, by=case.owner, reason="Rang us")

    letter = written_to(client, case, jane)
    sends(client, letter)

    assert OutgoingMail.objects.exists() is leaves


def test_who_no_longer_acts_for_them_gets_nothing(client, case):
    jane = put_on(client, case, acts_as="friend", proof="signed")
    ActingFor.objects.update(until=timezone.localdate())

    sends(client, written_to(client, case, jane))

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("my neighbour jane  PORTER, and the school", True),
        ("Jane from next door", False),
        ("Mary-Jane Porterhouse", False),
        ("The school. Jane Porter, too!", True),
        ("The school. Jane Porter, too! No one at work", False),
        ("Anybody but Mrs. Jane Porter", False),
        ("Anybody who can help, but not Jane Porter", False),
        ("Please don’t tell Jane Porter.", False),
        ("My sister; Jane Porter must never hear of it", False),
        ("Pawb heblaw Jane Porter: dim gair iddi", False),
        ("The Home Office and anyone other than Jane Porter", False),
        ("Jane Porter shouldnt be told anything", False),
        ("Everybody apart from Jane Porter", False),
        ("Pawb ar wahân i Jane Porter", False),
        ("Keep this from Jane Porter", False),
        ("Fy chwaer Jane Porter", True),
    ],
)
def test_an_adviser_whom_they_named_when_signing_needs_nothing_more(client, case, said, leaves):
    jane = put_on(client, case)
    given = AuthorityFactory(
        case=case, covers=[body("HMRC")], basis=Authority.Basis.ONLINE, scan_sha256="0" * 64
    )
    Authority.objects.filter(pk=given.pk).update(evidence={"other": said}, statement=said)
    letter = written_to(client, case, jane)

    sends(client, letter)

    assert OutgoingMail.objects.exists() is leaves


def test_what_they_wrote_beside_the_name_a_colleague_reads(client, case):
    jane = put_on(client, case)
    given = AuthorityFactory(
        case=case, covers=[body("HMRC")], basis=Authority.Basis.ONLINE, scan_sha256="0" * 64
    )
    Authority.objects.filter(pk=given.pk).update(evidence={"other": "Nobody apart from Jane Porter"})

    page = unescape(client.get(written_to(client, case, jane).get_absolute_url()).content.decode())

    assert "Ada Marrowby wrote of them when signing: read there what was meant." in page


@pytest.mark.parametrize(("acts_as", "leaves"), [("adviser", True), ("solicitor", True), ("relative", False)])
def test_any_body_that_can_help_is_an_adviser_or_solicitor_and_no_relative(client, case, acts_as, leaves):
    case.authorities.all().delete()
    AuthorityFactory(case=case)

    sends(client, written_to(client, case, put_on(client, case, acts_as=acts_as)))

    assert OutgoingMail.objects.exists() is leaves


def test_an_attorney_whose_proof_was_seen_needs_nothing_more_even_after_a_withdrawal(client, case):
    jane = put_on(client, case, acts_as="attorney", proof="poa")
    withdrawn(case)

    sends(client, written_to(client, case, jane))

    assert OutgoingMail.objects.get().to == ADDRESS


def test_of_two_people_each_has_to_agree(client, case):
    jane = put_on(client, case, acts_as="friend", proof="signed")
    tom = PersonFactory(full_name="Tom Marrowby")
    CasePerson.objects.create(case=case, person=tom, role=CasePerson.Role.CONSTITUENT)
    letter = written_to(client, case, jane)

    assert "Nothing here says that Tom Marrowby agreed" in sends(client, letter)

    client.post(f"/people/{tom.pk}/acting/new/", {"by": jane.pk, "kind": "friend", "proof": "said"})
    sends(client, letter)
    assert OutgoingMail.objects.get().to == ADDRESS


def test_the_letter_leads_to_where_it_is_written_down_that_they_agreed(client, case):
    jane = put_on(client, case)
    letter = written_to(client, case, jane)
    place = f"/people/{case.constituent.pk}/acting/new/?person={jane.pk}"

    assert f'href="{place}"' in looked_at(client, letter)

    client.post(place, {"by": jane.pk, "kind": "relative"})
    row = ActingFor.objects.get()
    assert f'href="/people/{case.constituent.pk}/acting/{row.pk}/"' in looked_at(client, letter)


def test_a_new_letter_to_an_adviser_says_at_once_what_is_missing(client, case):
    jane = put_on(client, case)

    page = client.get(
        f"/cases/{case.pk}/letters/new/", {"template": "LT-MORE", "to": jane.pk}
    ).content.decode()
    to_ada = client.get(f"/cases/{case.pk}/letters/new/", {"template": "LT-MORE"}).content.decode()

    assert "Nothing here says that Ada Marrowby agreed" in page
    assert 'name="no_authority_reason"' in page
    assert 'name="no_authority_reason"' not in to_ada


# --- whose the address is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "address", "is_said"),
    [
        ("benefits@wexcombe.example", "Jane.Porter@Wexcombe.example", True),
        ("clerk@gmail.com", "jane@gmail.com", False),
    ],
)
def test_an_address_where_a_body_has_its_own_is_warned_about(client, case, kept, address, is_said):
    BodyContactFactory(body=body("HMRC"), email=kept)
    jane = put_on(client, case, address=address.lower(), acts_as="friend", proof="said")
    letter = written_to(client, case, jane, address=address)

    page = looked_at(client, letter)

    assert (f"{address.lower()} is where HM Revenue and Customs has its addresses" in page) is is_said
    sends(client, letter)
    assert OutgoingMail.objects.exists()


# --- given to somebody else -----------------------------------------------------------------------------


def test_a_reason_to_write_to_one_says_nothing_of_another(client, case):
    jane = put_on(client, case)
    other = PersonFactory(full_name="Carl Prowse")
    letter = written_to(client, case, jane)
    Letter.objects.update(no_authority_reason=REASON)
    case.case_people.filter(person=jane).update(person=other)  # Jane is taken off, Carl comes on

    client.post(f"/letters/{letter.pk}/readdressing/", {"to": other.pk})

    letter.refresh_from_db()
    assert (letter.to_person, letter.no_authority_reason) == (other, "")
