"""Nothing goes by post where somebody else may open it; who has little time is told their last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from opencasework.office.authority.models import Ask
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.models import Person
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.letters import actions, deadlines
from opencasework.office.letters.models import Letter
from opencasework.office.letters.saying import in_words
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.routes.actions import record_date
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Category

pytestmark = pytest.mark.django_db

SAFE_WAY = "Ring her sister after six"


@pytest.fixture
def case(home, client) -> Case:
    OfficeFactory()
    made = CaseFactory(
        by=StaffFactory(role=Role.SENIOR_CASEWORKER), category=Category.objects.get(code="BEN-PIP")
    )
    client.force_login(made.owner)
    return made


def drafted(case: Case, code: str = "LT-MORE", *, means: str = "post", language: str = "") -> Letter:
    letter = actions.worded(
        case=case, template=actions.template_of(code), by=case.owner, today=timezone.localdate(),
        to_person=case.constituent, language=language, given={"documents_needed": "Your letter."},
    )  # fmt: skip
    letter.means = means
    return actions.keep_draft(letter, by=case.owner)


def post(client, letter: Letter):
    return client.post(
        f"/letters/{letter.pk}/posting/", {"version": letter.version, "posted_on": "today"}, follow=True
    )


def test_a_letter_by_post_stops_where_there_is_only_one_safe_way(client, case):
    Person.objects.update(safe_contact=SAFE_WAY)
    letter = drafted(case)

    page = client.get(letter.get_absolute_url()).content.decode()
    refused, printed = post(client, letter), client.get(f"/letters/{letter.pk}/letter.pdf")

    for said in (page, refused.content.decode(), printed.content.decode()):
        assert f"Never write to {case.constituent} by post" in said
        assert SAFE_WAY in said
    assert (refused.status_code, printed.status_code) == (422, 422)
    letter.refresh_from_db()
    assert letter.is_draft


def test_a_restricted_case_wants_to_hear_that_post_is_safe(client, case):
    Case.objects.update(sensitivity="SEN-4")
    letter = drafted(case)

    refused = post(client, letter).content.decode()
    Person.objects.update(post_is_safe=True)
    post(client, letter)

    assert "This case is restricted, and nobody has said that post is safe" in refused
    letter.refresh_from_db()
    assert letter.state == Letter.State.SENT


def test_the_person_s_page_keeps_that_post_is_safe(client, case):
    person = case.constituent

    def write(safe_contact: str) -> None:
        form = client.get(f"/people/{person.pk}/edit/").context["form"]
        given = {field.html_name: field.value() or "" for field in form}
        given |= {"safe_contact": safe_contact, "post_is_safe": "on"}
        client.post(f"/people/{person.pk}/edit/", given)
        person.refresh_from_db()

    write(SAFE_WAY)
    assert (person.safe_contact, person.post_is_safe) == (SAFE_WAY, True)

    write("Ring her sister")
    assert (person.safe_contact, person.post_is_safe) == ("Ring her sister", False)


def test_joined_records_keep_the_stop_on_post_unless_both_said_it_is_safe(case):
    at_risk, other = case.constituent, PersonFactory(post_is_safe=True)
    Person.objects.filter(pk=at_risk.pk).update(safe_contact=SAFE_WAY)

    merge(survivor=other, loser=at_risk, by=case.owner)

    other.refresh_from_db()
    assert other.never_by_post


def test_by_email_the_safe_way_is_shown_and_stops_nothing(client, case):
    Person.objects.update(safe_contact=SAFE_WAY)
    letter = drafted(case, means="email")

    found = actions.checks(letter, on=timezone.localdate())

    said = [check for check in found if SAFE_WAY in check.text]
    assert said
    assert not [check for check in said if check.must]


def test_the_page_that_asks_for_a_signature_says_never_write(client, case):
    Person.objects.update(safe_contact=SAFE_WAY, date_of_birth=date(1980, 5, 1))
    asked = Ask.objects.create(
        case=case, person=case.constituent, problem="Damp", wanted="Mend it", covers_any_body=True
    )

    page = client.get(f"/authority-asks/{asked.pk}/").content.decode()

    assert f"Never write to {case.constituent} by post" in page
    assert SAFE_WAY in page


@pytest.mark.parametrize(("language", "said"), [("en", "is your last day for this"), ("cy", "diwrnod olaf")])
def test_whoever_has_little_time_is_told_their_last_day(client, case, language, said):
    Case.objects.update(urgency="URG-2")
    case.refresh_from_db()
    _a_decision_last_week(case)

    letter = drafted(case, "LT-ACK", means="email", language=language)

    assert said in letter.text
    found = actions.checks(letter, on=timezone.localdate())
    assert not [check for check in found if "last day" in check.text]


@pytest.mark.parametrize(
    ("category", "dates", "used", "runs"),
    [
        ("BEN-PIP", {"decision": 14, "reconsidered": 3}, "Ask DWP for mandatory reconsideration", "tribunal"),
        ("CRI-DBS", {"known": 30}, "Put a complaint about government to a member", ""),
    ],
)
def test_nobody_is_told_to_do_what_they_have_done(client, case, category, dates, used, runs):
    Case.objects.update(urgency="URG-2")
    case.issues.update(category=Category.objects.get(code=category))
    today = timezone.localdate()
    for kind, days_ago in dates.items():
        client.post(
            f"/cases/{case.pk}/route/dates/new/",
            {"kind": kind, "day": (today - timedelta(days=days_ago)).isoformat()},
        )
    case = Case.objects.get(pk=case.pk)
    assert case.key_dates.count() == len(dates)

    letter = drafted(case, "LT-ACK", means="email")

    assert used not in letter.text
    assert ("is your last day for this" in letter.text) is bool(runs)
    assert runs in letter.text
    found = actions.checks(letter, on=today)
    assert not [check for check in found if check.must and "last day" in check.text]
    assert not [check for check in found if "no date is recorded" in check.text]


def test_of_a_last_day_that_has_passed_an_acknowledgement_says_what_may_still_be_possible(client, case):
    Case.objects.update(urgency="URG-2")
    case.issues.update(category=Category.objects.get(code="BEN-PIP"))
    long_ago = (timezone.localdate() - timedelta(days=90)).isoformat()
    client.post(f"/cases/{case.pk}/route/dates/new/", {"kind": "decision", "day": long_ago})

    found = actions.checks(
        drafted(Case.objects.get(pk=case.pk), "LT-ACK", means="email"), on=timezone.localdate()
    )

    said = [check.text for check in found if "time limited" in check.text]
    assert len(said) == 1
    assert "was the last day (Ask DWP for mandatory reconsideration). Say what may" in said[0]


def test_an_acknowledgement_that_leaves_the_last_day_out_stops(client, case):
    Case.objects.update(urgency="URG-2")
    case.refresh_from_db()
    letter = drafted(case, "LT-ACK", means="email")
    before = actions.checks(letter, on=timezone.localdate())

    _a_decision_last_week(case)
    after = actions.checks(Letter.objects.get(pk=letter.pk), on=timezone.localdate())

    assert [check.must for check in before if "no date is recorded" in check.text] == [False]
    assert [check.must for check in after if "is their last day" in check.text] == [True]


def test_a_day_within_another_is_not_the_last_day(client, case):
    Case.objects.update(urgency="URG-2")
    case.refresh_from_db()
    _a_decision_last_week(case)
    letter = drafted(case, "LT-ACK", means="email")
    [soonest] = deadlines.last_days(case, on=timezone.localdate())[:1]
    day = in_words(soonest.until, "en")

    letter.text = letter.text.replace(day, f"2{day}")

    assert deadlines.missing(letter, on=timezone.localdate())[1]


def _a_decision_last_week(case: Case) -> None:
    """A month runs from it for asking to look again."""
    record_date(case=case, kind="decision", day=timezone.localdate() - timedelta(days=7), by=case.owner)
