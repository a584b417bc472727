"""Cases: their rules and questions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.append_only import allow_changes, refuse_changes
from opencasework.office.cases.models import Case, Channel, Event, Outcome, TimelineIsAppendOnly
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory
from opencasework.standard import codelists

pytestmark = pytest.mark.django_db


def test_the_outcomes_are_those_of_the_standard():
    assert set(Outcome.values) == {
        code for code, entry in codelists.load("outcome").items() if not entry.is_special
    }


def test_the_channels_are_those_of_the_standard():
    assert set(Channel.values) == {
        code for code, entry in codelists.load("channel").items() if not entry.is_special
    }


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("volunteer", []),
        ("administrator", ["SEN-0", "SEN-1"]),
        ("assistant", ["SEN-0", "SEN-1"]),
        ("senior", ["SEN-0", "SEN-1", "SEN-2", "SEN-3"]),
        ("office_manager", ["SEN-0", "SEN-1", "SEN-2", "SEN-3"]),
        ("member", ["SEN-0", "SEN-1", "SEN-2", "SEN-3", "SEN-4"]),
    ],
)
def test_a_role_sees_cases_up_to_its_sensitivity(role, seen):
    for level in ("SEN-0", "SEN-1", "SEN-2", "SEN-3", "SEN-4"):
        CaseFactory(sensitivity=level)

    visible = Case.objects.visible_to(StaffFactory(**{role: True}))

    assert sorted(visible.values_list("sensitivity", flat=True)) == seen


def test_a_caseworker_sees_a_criminal_case_only_when_it_is_theirs_or_shared():
    ana = StaffFactory()
    hers, shared, _other = (CaseFactory(sensitivity="SEN-3", owner=owner) for owner in (ana, None, None))
    shared.shared_with.add(ana, StaffFactory())

    assert set(Case.objects.visible_to(ana)) == {hers, shared}


def test_a_volunteer_sees_their_own_cases():
    vic = StaffFactory(volunteer=True)
    own = CaseFactory(owner=vic, sensitivity="SEN-1")
    CaseFactory(sensitivity="SEN-0")

    assert list(Case.objects.visible_to(vic)) == [own]


def test_cases_are_numbered_in_their_year():
    first, second = CaseFactory(), CaseFactory()

    year = timezone.localdate().year
    assert (first.reference, second.reference) == (f"OC-{year}-00001", f"OC-{year}-00002")


def test_the_database_refuses_an_open_case_without_a_next_action():
    case = CaseFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(next_action="")


def test_a_line_of_the_timeline_is_never_changed():
    event = CaseFactory().events.first()

    event.text = "Something else"
    with pytest.raises(TimelineIsAppendOnly):
        event.save()
    with pytest.raises(TimelineIsAppendOnly):
        Event.objects.update(text="Something else")
    with pytest.raises(TimelineIsAppendOnly):
        Event.objects.bulk_update([event], ["text"])


def test_a_line_of_the_timeline_is_never_removed():
    case = CaseFactory()

    with pytest.raises(TimelineIsAppendOnly):
        case.events.first().delete()
    with pytest.raises(TimelineIsAppendOnly):
        case.events.all().delete()


def test_the_database_refuses_to_change_a_line_of_the_timeline():
    event = CaseFactory().events.first()

    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Event._base_manager.filter(pk=event.pk).update(text="Something else")


def test_a_case_that_is_no_longer_kept_takes_its_timeline_along():
    case = CaseFactory(outcome="advised")
    case.case_people.all().delete()

    case.delete()

    assert Event.objects.count() == 0


def test_a_migration_may_fill_a_column_of_the_timeline_and_the_refusal_comes_back():
    event = CaseFactory().events.first()

    allow_changes(plan=["a migration"])
    Event._base_manager.filter(pk=event.pk).update(text="Filled in")
    refuse_changes()

    with pytest.raises(IntegrityError), transaction.atomic():
        Event._base_manager.filter(pk=event.pk).update(text="Something else")


def test_a_category_of_the_first_level_finds_cases_of_the_second():
    case = CaseFactory(category=CategoryFactory(code="BEN-UC"))
    CaseFactory(category=CategoryFactory(code="HOU-DAMP"))

    assert list(Case.objects.about(CategoryFactory(code="BEN"))) == [case]


def test_a_department_finds_the_cases_of_its_parts():
    case = CaseFactory(body=body("DWP-UC"))

    assert list(Case.objects.concerning(body("DWP"))) == [case]


def test_a_case_that_was_open_for_a_month_says_so_when_it_is_closed():
    case = CaseFactory(at=timezone.now() - timedelta(days=30))

    case.close(outcome="advised", by=StaffFactory())

    assert case.days_open == 30


def test_the_days_a_case_is_open_are_those_of_the_calendar():
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        case = CaseFactory()

    with time_machine.travel(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), tick=False):
        assert case.days_open == 3


def test_an_act_on_a_closed_case_leaves_no_line_on_its_timeline():
    OfficeFactory()
    case = CaseFactory(outcome="advised")
    before = case.events.count()

    case.plan(next_action="Ring", on=timezone.localdate(), by=case.events.first().by)

    assert case.events.count() == before
    assert case.next_action == ""


def test_a_list_of_twelve_cases_asks_no_more_than_one_of_two(client, django_assert_num_queries):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    CaseFactory.create_batch(2, by=ana)
    asked = {}
    for show in ("mine", "team", "waiting", "closed", "all"):
        client.get(f"/cases/?show={show}")  # what is asked once for a minute and role
        with CaptureQueriesContext(connection) as asked[show]:
            client.get(f"/cases/?show={show}")

    CaseFactory.create_batch(10, by=ana)

    for show, before in asked.items():
        with django_assert_num_queries(len(before)):
            client.get(f"/cases/?show={show}")


def test_the_segments_count_what_each_shows_and_the_closed_where_they_are_shown(client):
    ana = StaffFactory(first_name="Ana")
    client.force_login(ana)
    CaseFactory.create_batch(3, by=ana)
    CaseFactory.create_batch(2, by=ana, outcome="advised")
    CaseFactory(need_to_know=True, outcome="advised")  # of which she knows nothing

    assert "2 cases here" in client.get("/cases/?show=closed").content.decode()
    page = client.get("/cases/?show=all").content.decode()
    assert "5 cases here" in page
    assert "Closed (2)" in page
