"""What somebody types into any form is kept until it is saved, and comes back where it was begun."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case, Draft
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    OfficeFactory()
    found = StaffFactory(first_name="Ana")
    client.force_login(found)
    return found


@pytest.fixture
def closing(ana) -> str:
    """The page that closes a case of hers."""
    return f"/cases/{CaseFactory(by=ana, title='The kitchen is damp').pk}/closure/"


def where(client, page: str) -> tuple[str, str]:
    """Where a script sends what is typed there, and what the form itself sends along."""
    html = client.get(page).content.decode()
    address = re.search(r'data-typed="([^"]+)"', html)
    place = re.search(r'name="typed" value="([^"]+)"', html)
    assert address
    assert place
    return address[1], place[1]


def begun(client, page: str) -> dict[str, str] | None:
    """What the page brings back."""
    html = client.get(page).content.decode()
    found = re.search(r'<script id="begun-[^"]+" type="application/json">(.*?)</script>', html)
    return json.loads(found[1]) if found else None


def type_in(client, page: str, **values: str) -> None:
    now = timezone.now().isoformat()
    assert client.post(where(client, page)[0], {**values, "since": now}).json()["kept"]


def test_what_was_begun_is_there_when_they_come_back_and_the_page_says_since_when(client, closing):
    type_in(client, closing, changed="Her boiler works again.")

    assert begun(client, closing) == {"changed": "Her boiler works again."}
    assert "and did not save." in client.get(closing).content.decode()


def test_it_goes_when_it_is_saved_and_late_keystrokes_do_not_bring_it_back(client, closing):
    type_in(client, closing, changed="Her boiler")
    address, place = where(client, closing)
    before = timezone.now() - timedelta(minutes=5)

    answer = client.post(
        closing, {"outcome": "put-right", "changed": "Her boiler works again.", "typed": place}
    )
    late = client.post(address, {"changed": "Her boiler works", "since": before.isoformat()})

    assert answer.status_code == 302
    assert late.json()["kept"] is False
    assert not Draft.objects.exclude(values={}).exists()


def test_what_comes_back_with_an_error_is_still_kept(client, closing):
    type_in(client, closing, changed="Her boiler works again.")
    place = where(client, closing)[1]

    assert client.post(closing, {"changed": "Her boiler", "typed": place}).status_code == 422

    assert begun(client, closing) == {"changed": "Her boiler works again."}


def test_a_colleague_sees_nothing_of_it(client, closing):
    type_in(client, closing, changed="Her boiler works again.")
    client.force_login(StaffFactory(first_name="Ben"))

    assert begun(client, closing) is None


def test_it_can_be_thrown_away(client, closing):
    type_in(client, closing, changed="Her boiler works again.")

    client.post(where(client, closing)[0], {"drop": "yes"})

    assert begun(client, closing) is None


def test_the_same_form_for_another_person_begins_empty(client, ana):
    one, other = PersonFactory(), PersonFactory()
    type_in(client, f"/cases/new/?person={one.pk}", title="The roof leaks")

    assert begun(client, f"/cases/new/?person={other.pk}") is None
    assert begun(client, f"/cases/new/?person={one.pk}") == {"title": "The roof leaks"}


def test_what_is_typed_about_a_person_is_kept_without_a_case(client, ana):
    page = f"/people/{PersonFactory().pk}/edit/"
    type_in(client, page, notes="Rings after six.")

    assert begun(client, page) == {"notes": "Rings after six."}
    assert Draft.objects.get().case is None


def test_of_a_case_that_they_may_not_see_nothing_is_kept(client, closing):
    address = where(client, closing)[0]
    Case.objects.update(need_to_know=True)
    client.force_login(StaffFactory(first_name="Ben"))

    assert client.post(address, {"changed": "x", "since": timezone.now().isoformat()}).status_code == 404


@pytest.mark.parametrize("typed", ["", "nonsense", "0/", "99999/at-case-closure-1", "1/note", "x" * 5_000])
def test_whatever_is_sent_along_the_form_is_saved(client, closing, typed):
    answer = client.post(closing, {"outcome": "advised", "changed": "", "typed": typed})

    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["note", "at-", "at-<b>", "letter-1", "at-" + "x" * 200])
def test_only_the_form_of_a_page_is_kept_without_a_case(client, ana, name):
    assert client.post(f"/typing/{name}/", {"text": "x"}).status_code == 404


def test_what_was_refused_because_somebody_was_quicker_is_still_there(client, closing):
    type_in(client, closing, changed="Her boiler works again.")
    place = where(client, closing)[1]
    case = Case.objects.get()
    case.close(outcome="apology", by=StaffFactory(first_name="Ben"))

    answer = client.post(closing, {"outcome": "put-right", "changed": "Her boiler", "typed": place})

    assert answer.status_code in (302, 409)
    assert Draft.objects.get().values == {"changed": "Her boiler works again."}


def test_a_form_that_comes_back_with_errors_is_the_same_form(client, ana):
    person = PersonFactory()
    page = f"/cases/new/?person={person.pk}"
    place = where(client, page)[1]

    back = client.post("/cases/new/", {"person": person.pk, "title": "", "typed": place}).content.decode()

    assert f'value="{place}"' in back
    assert begun(client, "/cases/new/") is None


def test_nobody_leaves_a_draft_on_a_case_by_sending_its_number_along(client, ana):
    own, hidden = CaseFactory(by=ana), CaseFactory(by=StaffFactory(), need_to_know=True)

    client.post(f"/cases/{own.pk}/notes/", {"text": "She rang.", "typed": f"{hidden.pk}/at-case-closure"})

    assert not hidden.drafts.exists()


def test_a_name_of_a_field_is_no_place_to_keep_text_in(client, closing):
    sent = {"x" * 200: "1", "since": timezone.now().isoformat()}

    assert client.post(where(client, closing)[0], sent).status_code == 413
    assert not Draft.objects.exists()


def test_an_issue_that_was_added_meanwhile_is_not_ended_unseen(client, closing, ana):
    case = Case.objects.get()
    seen = str(case.issues.get().pk)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)

    answer = client.post(closing, {"outcome": "advised", "changed": "All is well.", "seen": seen})

    case.refresh_from_db()
    assert answer.status_code == 422
    assert "Damp and mould was added meanwhile. Say how that one ended too." in answer.content.decode()
    assert "All is well." in answer.content.decode()
    assert case.is_open
