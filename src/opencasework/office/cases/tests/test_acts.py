"""Acts on a case, each by its front door."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from opencasework.office.cases.actions import add_reference
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.models import Sensitivity
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

ACTS = {
    "notes/": {"text": "Rang twice."},
    "calls/": {"other_side": "DWP", "text": "They will ring back."},
    "tags/": {
        "category": "BEN-UC", "urgency": "URG-3", "sensitivity": "SEN-2", "transferability": "TRF-0",
    },
    "access/": {"need_to_know": "on"},
    "owner/": {"owner": ""},
    "next-action/": {"next_action": "Ring again", "on": "tomorrow"},
    "closure/": {"outcome": "explained"},
    "issues/new/": {"category": "HOU-DAMP"},
    "references/new/": {"kind": "NINO", "value": "QQ123456C"},
    "people/new/": {"full_name": "Sol Quarrywright", "role": "adviser"},
    "authorities/new/": {
        "basis": "verbal", "statement": "Yes.", "covers_any_body": "on", "given_on": "today",
    },
}  # fmt: skip


@pytest.fixture
def monday():
    """The clock stands at Monday 23 November 2026. Ask for it before whoever signs in."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=UTC), tick=False):
        yield


def kinds(case: Case) -> list[str]:
    return list(case.events.values_list("kind", flat=True))


def test_a_note_stands_on_the_timeline(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/notes/", {"text": "She sounded <b>tired</b>."}, follow=True)

    assert "She sounded &lt;b&gt;tired&lt;/b&gt;." in response.content.decode()
    note = case.events.get(kind=Event.Kind.NOTE)
    assert (note.by, note.detail) == (ana, {})


def test_an_empty_note_is_asked_for_and_nothing_is_added(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/notes/", {"text": " "})

    assert response.status_code == 422
    assert "Write the note first." in response.content.decode()
    assert Event.Kind.NOTE not in kinds(case)


def test_a_line_with_an_exclamation_mark_sets_the_next_action(monday, ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/notes/", {"text": "No answer yet.\n!10 wd chase HMPO"})

    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Chase HMPO", date(2026, 12, 7))


def test_an_exclamation_that_names_no_day_stays_plain_text(ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/notes/", {"text": "!important: she is deaf"})

    case.refresh_from_db()
    assert case.next_action == "Decide the first step"


def test_the_next_action_may_stand_in_the_middle_of_a_line_and_is_said_back(monday, ana, client):
    case = CaseFactory(by=ana)

    page = client.post(
        f"/cases/{case.pk}/notes/", {"text": "Rang Angus. !fri ring them"}, follow=True
    ).content.decode()

    assert "Note added. Next: Ring them, Friday 27 November 2026, 4 working days." in page
    assert "Rang Angus. !fri ring them" in page


@pytest.mark.parametrize("line", ["!blursday ring them", "Rang. !blursday ring them", "!1 May 2020 ring"])
def test_an_exclamation_that_cannot_be_read_is_said_and_the_next_action_stays(line, monday, ana, client):
    case = CaseFactory(by=ana)

    page = client.post(f"/cases/{case.pk}/notes/", {"text": line}, follow=True).content.decode()

    assert f"“{line[line.index('!') :]}” does not begin with a day to come" in page
    assert "so the next action stays" in page
    case.refresh_from_db()
    assert case.next_action == "Decide the first step"


def test_nothing_is_planned_for_more_than_a_year_ahead(monday, ana, client):
    case = CaseFactory(by=ana, next_action="Ring", next_action_on=date(2026, 12, 1))

    typed = {"next_action": "Look again", "on": "1 jan 2028"}
    form = client.post(f"/cases/{case.pk}/next-action/", typed)
    note = client.post(f"/cases/{case.pk}/notes/", {"text": "!1 jan 2028 look again"}, follow=True)

    for page in (form, note):
        assert "Saturday 1 January 2028 is more than a year away." in page.content.decode()
    assert form.status_code == 422
    case.refresh_from_db()
    assert (case.next_action, case.next_action_on) == ("Ring", date(2026, 12, 1))


def test_a_next_action_on_a_bank_holiday_says_that_it_is_one(monday, ana, client):
    case = CaseFactory(by=ana)

    typed = {"next_action": "Ring", "on": "25 dec"}
    page = client.post(f"/cases/{case.pk}/next-action/", typed, follow=True).content.decode()

    assert "Next: Ring, Friday 25 December 2026, a bank holiday" in page


def test_a_next_action_written_on_a_closed_case_is_answered(ana, client):
    case = CaseFactory(by=ana, outcome="apology")

    page = client.post(f"/cases/{case.pk}/notes/", {"text": "!fri ring"}, follow=True).content.decode()

    assert "A closed case has no next action, so none is set." in page


def test_whoever_adds_a_note_lands_on_it(ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/notes/", {"text": "Rang twice."})

    note = case.events.get(kind=Event.Kind.NOTE)
    assert response.url == f"/cases/{case.pk}/#entry-{note.pk}"
    assert f'id="entry-{note.pk}" tabindex="-1"' in client.get(response.url).content.decode()


def test_a_call_names_the_other_side_and_its_minutes(ana, client):
    case = CaseFactory(by=ana)
    call = {"body": "else", "other_side": "Nkechi", "minutes": "12", "text": "Hearing not listed yet."}

    page = client.post(f"/cases/{case.pk}/calls/", call, follow=True).content.decode()

    assert "Call with Nkechi, 12 minutes" in page
    assert "Hearing not listed yet." in page


def test_the_next_action_is_said_back_with_its_full_date(monday, ana, client):
    case = CaseFactory(by=ana)

    page = client.post(
        f"/cases/{case.pk}/next-action/", {"next_action": "Chase DWP", "on": "10 wd"}, follow=True
    ).content.decode()

    assert "Next: Chase DWP, Monday 7 December 2026, 10 working days." in page
    assert case.events.first().detail["on"] == "2026-12-07"


@pytest.mark.parametrize("on", ["yesterday", "soon", ""])
def test_a_next_action_needs_a_day_to_come(on, ana, client):
    case = CaseFactory(by=ana)

    response = client.post(f"/cases/{case.pk}/next-action/", {"next_action": "Chase DWP", "on": on})

    assert response.status_code == 422
    case.refresh_from_db()
    assert case.next_action == "Decide the first step"


@time_machine.travel(datetime(2026, 12, 18, 9, 30, tzinfo=UTC), tick=False)
def test_working_days_keep_the_bank_holidays_of_the_offices_nation(client):
    OfficeFactory(nation="sc")
    client.force_login(StaffFactory())

    # 25 and 28 December (for Boxing Day), 1 January; in Scotland 4 January too, for the second.
    assert "Thursday 7 January 2027" in client.get("/cases/when/?on=10 wd").content.decode()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3 nov", "Tuesday 3 November 2026, 20 days ago"),
        ("fri", "Friday 20 November 2026, 3 days ago"),
        ("10 wd", "Monday 7 December 2026, which has not come yet"),
        ("31 apr", "There is no “31 apr”. Write it like “fri”, “yesterday”, “3 days ago” or “3 Nov”."),
        ("soonish", "“soonish” is not a date we understand. Write it like “fri”, “yesterday”"),
    ],
)
def test_a_field_about_the_past_is_said_back_as_it_is_read(said, meant, monday, ana, client):
    form = client.get("/inbox/new/letter/").content.decode()

    assert 'hx-get="/cases/when/?back=1"' in form
    assert meant in client.get("/cases/when/", {"back": "1", "dated": said}).content.decode()


def test_the_tags_are_saved_and_the_timeline_says_so(ana, client):
    case = CaseFactory(by=ana)

    client.post(
        f"/cases/{case.pk}/tags/", {**ACTS["tags/"], "category": "HOU-DAMP", "tag_reason": "Child at risk"}
    )

    case.refresh_from_db()
    assert (case.urgency, case.tag_reason) == ("URG-3", "Child at risk")
    assert case.issues.get().category.code == "HOU-DAMP"
    assert kinds(case).count(Event.Kind.TAGGED) == 2


def test_whoever_restricts_a_case_keeps_seeing_it_and_others_do_not(ana, client):
    case = CaseFactory(by=StaffFactory())
    restricted = {**ACTS["tags/"], "sensitivity": Sensitivity.RESTRICTED}

    client.post(f"/cases/{case.pk}/tags/", restricted)

    assert client.get(f"/cases/{case.pk}/").status_code == 200
    client.force_login(StaffFactory())
    assert client.get(f"/cases/{case.pk}/").status_code == 404


def test_a_case_is_given_to_a_colleague(ana, client):
    case, tom = CaseFactory(by=ana), StaffFactory(first_name="Tom", last_name="Hale")

    page = client.post(f"/cases/{case.pk}/owner/", {"owner": tom.pk}, follow=True).content.decode()

    assert "Tom Hale has this case now." in page
    assert case.events.first().text == "Tom Hale"


def test_whoever_gives_a_hidden_case_away_lands_on_the_list(ana, client):
    case, tom = CaseFactory(by=ana, need_to_know=True), StaffFactory()

    response = client.post(f"/cases/{case.pk}/owner/", {"owner": tom.pk})

    assert response.url == "/cases/"


def test_an_example_national_insurance_number_is_accepted_without_a_word(ana, client):
    case = CaseFactory(by=ana)

    page = client.post(
        f"/cases/{case.pk}/references/new/", {"kind": "NINO", "value": "QQ 12 34 56 C"}, follow=True
    ).content.decode()

    assert "National Insurance number added." in page
    assert "does not look like" not in page
    assert "QQ123456C" not in page.replace(" ", "")


def test_a_number_of_the_wrong_form_is_saved_with_a_warning(ana, client):
    case = CaseFactory(by=ana)

    page = client.post(
        f"/cases/{case.pk}/references/new/", {"kind": "NINO", "value": "QQ12345"}, follow=True
    ).content.decode()

    assert "toast-warning" in page
    assert "toast-success" not in page
    assert "This does not look like a National Insurance number" in page
    assert case.references.get().value == "QQ12345"


def test_the_same_number_in_another_spacing_is_kept_once(ana, client):
    case = CaseFactory(by=ana)
    for value in ("QQ123456C", "qq 12 34 56 c"):
        client.post(f"/cases/{case.pk}/references/new/", {"kind": "NINO", "value": value})

    assert case.references.count() == 1
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "This National Insurance number is there already. Nothing was added." in page


def test_a_wrong_number_is_taken_off_the_case_and_the_timeline_says_so(ana, client):
    case = CaseFactory(by=ana)
    number = add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    removal = f"/cases/{case.pk}/references/{number.pk}/removal/"
    assert removal in client.get(f"/cases/{case.pk}/").content.decode()
    assert "QQ •• •• •• C leaves the case" in client.get(removal).content.decode()

    page = client.post(removal, follow=True).content.decode()

    assert case.references.count() == 0
    assert "Reference removed: National Insurance number QQ •• •• •• C" in page
    assert f'href="/cases/{case.pk}/references/new/">Add the right one' in page


def test_the_kinds_usual_for_the_issue_of_a_case_are_offered_first(ana, client):
    case = CaseFactory(by=ana, category=CategoryFactory(code="BEN-UC"))

    page = client.get(f"/cases/{case.pk}/references/new/").content.decode()

    usual = page[page.index('label="Usual here"') : page.index('label="Others"')]
    assert 'value="NINO"' in usual
    assert 'value="DRIVERGB"' not in usual


def test_showing_a_masked_number_is_recorded(ana, client):
    case = CaseFactory(by=ana)
    number = add_reference(case=case, kind="NINO", value="QQ 12 34 56 C", by=ana)
    assert "QQ 12 34 56 C" not in client.get(f"/cases/{case.pk}/").content.decode()

    shown = client.post(f"/cases/{case.pk}/references/{number.pk}/").content.decode()

    assert "QQ 12 34 56 C" in shown
    seen = case.events.get(kind=Event.Kind.SEEN)
    assert (seen.by, seen.detail) == (ana, {"reference": number.pk})


def test_an_adviser_is_put_on_a_case(ana, client):
    case = CaseFactory(by=ana)

    client.post(
        f"/cases/{case.pk}/people/new/",
        {"full_name": "Sol Quarrywright", "role": "adviser", "relation": "solicitor"},
    )

    link = case.case_people.get(role="adviser")
    assert (str(link.person), link.relation) == ("Sol Quarrywright", "solicitor")
    assert case.constituent != link.person


def test_a_person_we_know_is_put_on_a_case_once(ana, client):
    case, sol = CaseFactory(by=ana), PersonFactory()
    for _ in range(2):
        client.post(f"/cases/{case.pk}/people/new/", {"person": sol.pk, "role": "third_party"})

    assert case.case_people.filter(person=sol).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_a_volunteer_may_do_none_of_this(act, client):
    OfficeFactory()
    vic = StaffFactory(volunteer=True)
    case = CaseFactory(by=StaffFactory(), owner=vic)
    client.force_login(vic)
    before = case.events.count()

    response = client.post(f"/cases/{case.pk}/{act}", ACTS[act])

    assert response.status_code == 403
    assert case.events.count() == before


def test_somebody_who_may_not_is_told_whom_to_ask(client):
    case = CaseFactory()
    client.force_login(StaffFactory(administrator=True))

    response = client.post(f"/cases/{case.pk}/closure/", {"outcome": "explained"})

    assert response.status_code == 403
    assert "You may not close cases. Ask your office manager." in response.content.decode()


@pytest.mark.parametrize("act", ["", *ACTS, "reopening/", "references/1/", "enquiries/"])
def test_a_case_limited_to_others_is_not_found_by_any_of_its_addresses(act, ana, client):
    case = CaseFactory(by=StaffFactory(), need_to_know=True)
    before = case.events.count()

    assert client.get(f"/cases/{case.pk}/{act}").status_code in {404, 405}
    assert client.post(f"/cases/{case.pk}/{act}", ACTS.get(act, {})).status_code in {404, 405}
    assert case.events.count() == before


def test_a_next_action_cannot_be_taken_away_from_an_open_case(ana, client):
    case = CaseFactory(by=ana)

    client.post(f"/cases/{case.pk}/next-action/", {"next_action": "", "on": "tomorrow"})

    case.refresh_from_db()
    assert case.next_action
    assert case.next_action_on >= timezone.localdate() - timedelta(days=1)
