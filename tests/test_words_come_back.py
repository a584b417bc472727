"""What somebody wrote while a colleague closed, ended, joined or restricted the same comes back to them."""

from __future__ import annotations

from html import unescape

import pytest

from opencasework.office.audit.models import Trace
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.merging import merge
from opencasework.office.constituents.parting import undo
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory
from tests.services.browser import barriers_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
WORDS = "The roof was mended\nand they said sorry."


@pytest.fixture
def ana(client):
    OfficeFactory()
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    client.force_login(ana)
    return ana


@pytest.fixture
def kofi():
    return StaffFactory(first_name="Kofi", last_name="Wren")


def shown(answer) -> str:
    return unescape(answer.content.decode())


def came_back(answer) -> bool:
    """Whether the page holds both lines, to be read and copied."""
    return all(line in shown(answer) for line in WORDS.splitlines())


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("closure", {"outcome": "put-right", "changed": WORDS}),
        ("next-action", {"next_action": "Ring; " + WORDS.replace("\n", " "), "on": "fri"}),
        ("questions/new", {"to": "constituent", "text": WORDS, "on": "5 wd"}),
    ],
)
def test_what_was_written_while_a_colleague_closed_the_case_is_shown(page, sent, client, ana, kofi):
    case = CaseFactory(by=ana)
    case.close(outcome="apology", by=kofi)

    answer = client.post(f"/cases/{case.pk}/{page}/", sent)

    assert answer.status_code == 409
    assert "This was not saved" in shown(answer)
    assert "The roof was mended" in shown(answer)
    assert case.reference in shown(answer)


def test_the_outcome_of_the_second_who_closes_stands_beside_their_words(client, ana, kofi):
    case = CaseFactory(by=ana, body=body("DWP"))
    second = add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    sent = {
        "outcome": "apology", f"outcome_{second.pk}": "money-recovered", f"amount_{second.pk}": "£120.50",
        "changed": WORDS,
    }  # fmt: skip
    case.close(outcome="put-right", by=kofi)

    answer = client.post(f"/cases/{case.pk}/closure/", sent)

    assert came_back(answer)
    assert "Kofi Wren closed this case" in shown(answer)
    for said in ("What changed for them?", "Apology", "Money recovered", "£120.50"):
        assert said in shown(answer)


def test_an_outcome_for_an_issue_that_a_colleague_ended_first_is_shown(client, ana, kofi):
    case = CaseFactory(by=ana)
    issue = case.issues.get()
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    client.force_login(kofi)
    client.post(f"/cases/{case.pk}/issues/{issue.pk}/ending/", {"outcome": "apology"})

    client.force_login(ana)
    sent = {"outcome": "money-recovered", "amount": "£120.50"}
    answer = client.post(f"/cases/{case.pk}/issues/{issue.pk}/ending/", sent)

    assert answer.status_code == 409
    assert "has ended already: Apology" in shown(answer)
    assert "£120.50" in shown(answer)
    issue.refresh_from_db()
    assert issue.outcome == "apology"


def test_who_wrote_nothing_is_led_back_with_a_sentence(client, ana, kofi):
    case = CaseFactory(by=ana)
    case.close(outcome="apology", by=kofi)

    answer = client.get(f"/cases/{case.pk}/closure/", follow=True)

    assert answer.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    assert "Kofi Wren closed this case" in shown(answer)


def test_a_note_on_a_case_that_was_restricted_meanwhile_comes_back_and_nothing_else(client, ana):
    case = CaseFactory(title="Hidden matter")
    bethan = StaffFactory(role=Role.CASEWORKER)
    client.force_login(bethan)
    Case.objects.update(need_to_know=True, sensitivity=3)

    answer = client.post(f"/cases/{case.pk}/notes/", {"text": WORDS})
    absent = client.post("/cases/987654/notes/", {"text": WORDS})

    assert answer.status_code == absent.status_code == 404
    assert came_back(answer)
    assert shown(answer).partition("<main")[2] == shown(absent).partition("<main")[2] != ""


# --- a person whose record was joined to another -----------------------------------------------------------


def test_what_was_changed_on_a_record_that_was_joined_stands_on_the_other(client, ana):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="N. Pryce")
    number = other.pk
    form = client.get(f"/people/{number}/edit/").context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in {None, False}}
    done = merge(survivor=one, loser=other, by=ana)

    sent["access_needs"] = "Large print, please"
    answer = client.post(f"/people/{number}/edit/", sent, follow=True)

    one.refresh_from_db()
    assert one.access_needs == "Large print, please"
    assert one.full_name == "Nia Pryce"  # which nobody changed
    assert [each for each, _ in answer.redirect_chain] == [f"/people/{one.pk}/edit/", f"/people/{one.pk}/"]
    undo(done, by=ana)
    assert client.get(f"/people/{number}/edit/").status_code == 200


def test_a_number_for_a_record_that_was_joined_is_kept_with_the_other(client, ana):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="N. Pryce")
    number = other.pk
    merge(survivor=one, loser=other, by=ana)

    sent = {"number": "07700 900123", "standing": "in_use"}
    answer = client.post(f"/people/{number}/phones/new/", sent, follow=True)

    assert answer.redirect_chain[-1][0] == f"/people/{one.pk}/"
    assert one.phones.filter(number__endswith="900123").count() == 1
    assert client.get(f"/people/{number}/edit/").url == f"/people/{one.pk}/edit/"


def test_what_joined_records_show_is_a_look_at_the_one_that_is_left(client, ana):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="N. Pryce")
    number = other.pk
    CaseFactory(person=one, by=ana, sensitivity=2)
    merge(survivor=one, loser=other, by=ana)

    client.get(f"/people/{number}/move/", follow=True)

    assert Trace.objects.filter(kind=Trace.Kind.VIEWED).count() == 1


def test_of_a_person_who_may_not_be_known_a_joined_number_tells_nothing(client, ana):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="N. Pryce")
    number = other.pk
    CaseFactory(person=one, by=ana, need_to_know=True, sensitivity=3)
    merge(survivor=one, loser=other, by=ana)
    client.force_login(StaffFactory(role=Role.CASEWORKER))

    assert client.get(f"/people/{number}/move/").status_code == 404
    assert client.post(f"/people/{number}/phones/new/", {"number": "07700 900123"}).status_code == 404


def test_a_telephone_that_went_to_somebody_else_is_not_written_down_here(client, ana):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="N. Pryce")
    phone = other.phones.create(number="07700 900555")

    answer = client.post(f"/people/{one.pk}/phones/{phone.pk}/", {"number": "07700 900555", "note": WORDS})

    assert answer.status_code == 404
    assert came_back(answer)
    assert not one.phones.filter(number__endswith="900555").exists()


def test_what_a_stranger_sends_is_not_shown(client, ana):
    client.logout()

    anywhere = client.post("/nonsense/", {"text": WORDS})
    broken = client.post("/nonsense/", b"--x", content_type="multipart/form-data; boundary=y")

    assert anywhere.status_code == broken.status_code == 404
    assert not came_back(anywhere)


@pytest.mark.django_db(transaction=True)
def test_the_page_can_be_read_by_everybody(live_office, kofi):
    ana = StaffFactory(first_name="Ana", last_name="Reed")
    OfficeFactory()
    case = CaseFactory(by=ana)
    live_office.sign_in(ana)
    page = live_office.page()
    page.goto(f"{live_office.url}/cases/{case.pk}/closure/")
    page.get_by_label("What changed for them?").fill(WORDS)
    page.get_by_label("Put right", exact=True).check()
    case.close(outcome="apology", by=kofi)
    page.get_by_role("button", name="Close").click()

    page.get_by_role("heading", name="This was not saved").wait_for()
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        assert barriers_on(page, f"not saved, {size['width']}") == []
