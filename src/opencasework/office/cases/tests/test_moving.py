"""Merging two cases and splitting one: everything goes along, nothing is lost, and it can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opencasework.office.audit import looking
from opencasework.office.audit.models import Trace
from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import asking, moving
from opencasework.office.cases.actions import add_issue, add_reference
from opencasework.office.cases.carrying import relations
from opencasework.office.cases.models import Case, Event, LineShown
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.figures.actions import gather
from opencasework.office.figures.models import Fact
from opencasework.office.inbox.filing import file_on_case
from opencasework.office.inbox.models import Message
from opencasework.office.inbox.tests.factories import MessageFactory
from opencasework.office.letters import tokens
from opencasework.office.letters.tests.factories import EnquiryFactory, LetterFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(ana):
    """The same problem, opened twice, each with something of its own."""
    nkechi, dwp = PersonFactory(full_name="Nkechi Marrowby"), body("DWP")
    later = timezone.localdate() + timedelta(days=30)
    kept = CaseFactory(by=ana, person=nkechi, body=dwp, title="Rent unpaid", next_action_on=later)
    twin = CaseFactory(
        by=ana, owner=StaffFactory(), person=nkechi, title="Rent again", next_action="Ring them"
    )
    add_issue(case=twin, category=CategoryFactory(code="HOU-DAMP"), by=ana)
    add_reference(case=twin, kind="NINO", value="QQ 12 34 56 C", by=ana)
    twin.record(Event.Kind.NOTE, by=ana, text="She sounded tired.")
    EnquiryFactory(case=twin, to_body=dwp)
    asking.ask(case=twin, to="constituent", text="Which day?", due_on=later, by=ana)
    return kept, twin


def snapshot():
    """Every row that belongs to a case, by model and case; not what says that something was moved."""
    return {
        relation.label: sorted(relation.model._base_manager.values_list("pk", relation.name))
        for relation in relations()
    }


def merge(client, kept, twin, **more):
    return client.post(f"/cases/{kept.pk}/merging/", {"other": twin.reference, **more}, follow=True)


def opened():
    gather(everything=True)
    return Fact.objects.filter(measure="cases_opened").count()


def test_what_comes_along_is_shown_before_anything_is_done(ana, two, client):
    kept, twin = two

    page = client.get(f"/cases/{kept.pk}/merging/?other={twin.reference}").content.decode()

    assert f"{twin.reference} becomes part of {kept.reference}" in page
    for what in ("2 issues", "1 letter", "1 enquiry", "1 reference number", "1 question"):
        assert what in page
    twin.refresh_from_db()
    assert twin.is_open


def test_a_case_of_another_person_is_not_merged_unwarned(ana, two, client):
    kept, twin = two
    other = CaseFactory(by=ana, person=PersonFactory(full_name="Bryn Hughes"), title="Damp")

    theirs = client.get(f"/cases/{kept.pk}/merging/?other={twin.reference}").content.decode()
    another = client.get(f"/cases/{kept.pk}/merging/?other={other.reference}").content.decode()

    assert "different people" not in theirs
    assert "different people" in another
    assert "Bryn Hughes" in another
    assert f"links/new/?other={other.reference}" in another


def test_everything_of_the_other_case_is_on_the_survivor(ana, two, client):
    kept, twin = two

    page = merge(client, kept, twin).content.decode()

    assert "She sounded tired." in page
    assert "Waiting for Nkechi Marrowby" in page
    assert kept.references.count() == kept.enquiries.count() == kept.letters.count() == 1
    kept.refresh_from_db()
    assert kept.next_action == "Ring them"  # the earlier of the two
    assert kept.helpers.get().staff == twin.owner


def test_the_old_reference_leads_to_the_survivor(ana, two, client):
    kept, twin = two
    merge(client, kept, twin)

    assert client.get(f"/cases/{twin.pk}/").url == f"/cases/{kept.pk}/"
    client.post(f"/cases/{twin.pk}/notes/", {"text": "Written with an old bookmark."})

    assert kept.events.filter(text="Written with an old bookmark.").exists()
    assert "Rent again" not in client.get("/cases/?show=all").content.decode()


def test_a_look_by_the_old_number_is_a_look_at_the_survivor(ana, two, client, monkeypatch):
    kept, twin = two
    monkeypatch.setattr(looking, "FOLD", timedelta(0))
    merge(client, kept, twin)
    Case.objects.filter(pk=kept.pk).update(sensitivity="SEN-3")
    before = Trace.objects.count()

    response = client.post(f"/cases/{twin.pk}/notes/", {"text": ""})

    assert response.status_code == 422
    assert kept.reference in response.content.decode()
    assert Trace.objects.count() == before + 1
    assert Trace.objects.latest("pk").case_id == kept.pk


@pytest.mark.parametrize(("chosen", "count"), [(True, 2), (False, 3)])
def test_figures_count_the_same_problem_once_where_somebody_says_it_is_the_same(
    ana, two, client, chosen, count
):
    kept, twin = two
    assert opened() == 3
    same = [moving.twins(twin, kept)[0][0].pk] if chosen else []

    merge(client, kept, twin, same=same)

    assert opened() == count


def test_a_merge_taken_back_puts_every_row_where_it_was(ana, two, client):
    kept, twin = two
    before, counted = snapshot(), opened()
    merge(client, kept, twin, same=[moving.twins(twin, kept)[0][0].pk])
    assert snapshot() != before
    move = kept.moves_in.get()

    assert client.post(f"/cases/{kept.pk}/moves/{move.pk}/undo/").url == f"/cases/{kept.pk}/"

    assert snapshot() == before
    assert opened() == counted
    for case, action in ((kept, "Decide the first step"), (twin, "Ring them")):
        case.refresh_from_db()
        assert (case.is_open, case.merged_into, case.next_action) == (True, None, action)


def test_what_came_since_the_merge_stays_with_the_survivor(ana, two, client):
    kept, twin = two
    merge(client, kept, twin)
    add_reference(case=kept, kind="NHS", value="943 476 5919", by=ana)

    client.post(f"/cases/{kept.pk}/moves/{kept.moves_in.get().pk}/undo/")

    assert [number.kind for number in kept.references.all()] == ["NHS"]
    assert [number.kind for number in twin.references.all()] == ["NINO"]


def test_merges_are_taken_back_in_any_order(ana, two, client):
    kept, twin = two
    third = CaseFactory(by=ana)
    before = snapshot()
    first = moving.merge(case=twin, into=kept, by=ana)
    second = moving.merge(case=kept, into=third, by=ana)
    assert "She sounded tired." in client.get(f"/cases/{third.pk}/?all=1").content.decode()

    moving.unmerge(move=first, by=ana)
    moving.unmerge(move=second, by=ana)

    assert snapshot() == before


def test_taking_a_merge_back_twice_changes_nothing(ana, two):
    kept, twin = two
    move = moving.merge(case=twin, into=kept, by=ana)

    assert moving.unmerge(move=move, by=ana)
    assert not moving.unmerge(move=move, by=ana)


def test_what_both_cases_have_stays_and_is_not_lost(ana, two):
    kept, twin = two
    add_reference(case=kept, kind="NINO", value="QQ123456C", by=ana)

    moving.merge(case=twin, into=kept, by=ana)

    assert kept.references.count() == twin.references.count() == 1
    assert kept.case_people.count() == 1


@pytest.mark.parametrize("asked", ["{own}", "OC-2020-99999", "", "nonsense"])
def test_a_case_cannot_be_merged_with_itself_or_with_none(asked, ana, two, client):
    kept, _ = two

    response = client.post(f"/cases/{kept.pk}/merging/", {"other": asked.format(own=kept.reference)})

    assert response.status_code == 422
    assert not kept.moves_in.exists()


def test_a_hidden_case_is_as_if_it_were_not_there(ana, two, client):
    kept, _ = two
    hidden = CaseFactory(by=StaffFactory(), need_to_know=True, title="Nobody knows")

    for address in ("merging", "links/new"):
        page = client.post(
            f"/cases/{kept.pk}/{address}/", {"other": hidden.reference, "kind": "problem"}
        ).content.decode()
        assert f"There is no case {hidden.reference} that you may see." in page
        assert "Nobody knows" not in page


def test_both_cases_are_as_private_as_the_stricter_from_then_on(ana, two, client):
    kept, twin = two
    Case.objects.filter(pk=twin.pk).update(need_to_know=True, sensitivity="SEN-3", owner=ana)
    kofi = StaffFactory()

    merge(client, kept, twin)

    assert not Case.objects.visible_to(kofi).filter(pk__in=[kept.pk, twin.pk]).exists()


def test_taking_a_merge_back_shows_nobody_what_was_written_on_both(ana, two, client):
    kept, twin = two
    Case.objects.filter(pk=twin.pk).update(need_to_know=True, sensitivity="SEN-3", owner=ana, title="Beaten")
    kofi = StaffFactory()
    merge(client, kept, twin)
    client.post(f"/cases/{kept.pk}/notes/", {"text": "He has found her."})

    page = client.post(f"/cases/{kept.pk}/moves/{kept.moves_in.get().pk}/undo/", follow=True)

    assert f"{kept.reference} stays only for those named" in page.content.decode()
    assert not Case.objects.visible_to(kofi).filter(pk__in=[kept.pk, twin.pk]).exists()
    assert not kept.events.filter(text__contains="Beaten").exists()
    assert not kept.events.filter(text__contains="Ring them").exists()


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("restriction/", {"restricted": "yes"}),
        ("access/", {"need_to_know": "on"}),
        ("tags/", {"urgency": "URG-1", "transferability": "TRF-0", "sensitivity": "SEN-4"}),
    ],
)
def test_who_loses_sight_of_a_case_loses_sight_of_what_is_part_of_it(ana, two, client, address, values):
    kept, twin = two
    merge(client, kept, twin)
    kofi = StaffFactory()
    category = kept.issues.first().category.code

    client.post(f"/cases/{kept.pk}/{address}", {"category": category, **values})

    assert not Case.objects.visible_to(kofi).filter(pk__in=[kept.pk, twin.pk]).exists()
    assert Case.objects.visible_to(ana).filter(pk__in=[kept.pk, twin.pk]).count() == 2


def test_a_name_taken_off_a_case_is_off_what_is_part_of_it(ana, two, client):
    kept, twin = two
    kofi = StaffFactory()
    twin.shared_with.add(kofi)
    merge(client, kept, twin)
    client.post(f"/cases/{kept.pk}/restriction/", {"restricted": "yes"})

    client.post(f"/cases/{kept.pk}/names/{kofi.pk}/removal/")

    assert not Case.objects.visible_to(kofi).filter(pk__in=[kept.pk, twin.pk]).exists()


def test_what_a_case_was_merged_with_is_named_to_whoever_may_know_of_it(ana, two, client):
    kept, twin = two

    page = merge(client, kept, twin).content.decode()

    assert f"Merged: {twin.reference} Rent again" in page
    assert "Also planned: Decide the first step" in page


def test_an_open_case_does_not_disappear_into_a_closed_one(ana, two, client):
    kept, twin = two
    kept.close(outcome="advised", by=ana)

    page = merge(client, kept, twin).content.decode()

    assert f"{kept.reference} is closed and {twin.reference} is open." in page


def test_an_answer_to_a_mail_of_the_merged_case_arrives_on_the_survivor(ana, two):
    kept, twin = two
    enquiry = twin.enquiries.get()
    token = tokens.issue(twin, "team@dwp.example", enquiry=enquiry)
    moving.merge(case=twin, into=kept, by=ana)

    token.refresh_from_db()

    assert tokens.found_in([token.token]) == token
    assert tokens.enquiry_answered(token, []).case == kept


def test_a_message_filed_on_the_merged_case_is_on_the_survivor(ana, two):
    kept, twin = two
    moving.merge(case=twin, into=kept, by=ana)
    twin.refresh_from_db()
    message = Message.objects.create(
        received_at=timezone.now(), subject="Again", from_address="n@mail.example"
    )

    file_on_case(message, case=twin, by=ana)

    message.refresh_from_db()
    assert message.case == kept


def test_every_key_to_a_case_goes_along_or_says_that_it_stays():
    """A new model with a key to a case is carried by a merge, unless it says what speaks against it."""
    carried = {(relation.model, relation.name) for relation in relations()}
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.related_model is Case and model is not Case:
                stays = getattr(model, "stays_with_its_case", False)
                assert ((model, field.name) in carried) != stays, f"{model._meta.label}.{field.name}"


# --- splitting ----------------------------------------------------------------------------------------


def split_page(case, client, **more):
    damp = case.issues.get(category__code="HOU-DAMP")
    link = case.case_people.first()
    asked = {
        "title": "Damp",
        "next_action": "Ring the council",
        "on": "5 wd",
        "issues": [damp.pk],
        "people": [link.pk],
    }
    return client.post(f"/cases/{case.pk}/splitting/", {**asked, **more}, follow=True)


def test_a_number_that_the_case_masks_is_masked_where_one_chooses_what_goes(ana, two, client):
    _, case = two

    page = client.get(f"/cases/{case.pk}/splitting/").content.decode()

    assert case.references.get().masked in page
    assert "123456" not in page.replace(" ", "")


def test_choosing_what_goes_asks_no_more_queries_the_more_there_is(ana, two, client, home):
    _, case = two

    def add(number):
        for _ in range(number):
            EnquiryFactory(case=case, to_body=body("DWP"))
            LetterFactory(case=case, by=ana)
            AuthorityFactory(case=case, person=case.constituent)
            file_on_case(MessageFactory(), case=case, by=ana)

    def page():
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/cases/{case.pk}/splitting/")
        return len(asked)

    add(1)
    page()
    few = page()
    add(4)

    assert page() == few


def test_a_problem_becomes_a_case_of_its_own_with_what_belongs_to_it(ana, two, client):
    _, case = two
    damp = case.issues.get(category__code="HOU-DAMP")
    enquiry = case.enquiries.get()
    type(enquiry).objects.filter(pk=enquiry.pk).update(issue=damp)
    note = case.events.get(kind=Event.Kind.NOTE)
    before = opened()

    page = split_page(case, client, lines=[note.pk]).content.decode()

    new = Case.objects.get(title="Damp")
    assert list(new.issues.all()) == [damp]
    assert new.enquiries.get() == enquiry
    assert new.letters.get() == enquiry.letter  # a letter goes where its enquiry goes
    assert "She sounded tired." in page
    assert "She sounded tired." in client.get(f"/cases/{case.pk}/").content.decode()
    assert new.constituent == case.constituent
    assert opened() == before


def test_a_split_taken_back_puts_everything_on_the_old_case_with_what_came_since(ana, two, client):
    _, case = two
    issues = list(case.issues.all())
    split_page(case, client)
    new = Case.objects.get(title="Damp")
    new.record(Event.Kind.NOTE, by=ana, text="The surveyor came.")

    page = client.post(f"/cases/{new.pk}/moves/{new.moves_in.get().pk}/undo/", follow=True).content.decode()

    assert list(case.issues.all()) == issues
    assert "The surveyor came." in page
    assert "Take back" not in page
    assert client.get(f"/cases/{new.pk}/").url == f"/cases/{case.pk}/"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issues": []}, "Choose at least one issue"),
        ({"issues": "all"}, "Leave at least one issue on this case"),
        ({"people": []}, "at least one constituent"),
        ({"title": ""}, "Give the new case a title"),
        ({"issues": [999999]}, "is not on this case any more"),
    ],
)
def test_a_split_that_leaves_nothing_or_nobody_is_refused_with_a_sentence(ana, two, client, changed, said):
    _, case = two
    if changed.get("issues") == "all":
        changed = {"issues": [issue.pk for issue in case.issues.all()]}

    response = split_page(case, client, **changed)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not anything_moved(case)


def test_what_was_split_off_and_restricted_is_not_named_on_the_case_it_came_from(ana, two, client):
    _, case = two
    client.force_login(case.owner)
    split_page(case, client, title="He beats her")
    new = Case.objects.get(title="He beats her")
    client.post(f"/cases/{new.pk}/restriction/", {"restricted": "yes"})
    assert f"Split off {new.reference} He beats her" in client.get(f"/cases/{case.pk}/").content.decode()
    client.force_login(StaffFactory())

    page = client.get(f"/cases/{case.pk}/").content.decode()

    assert "Split off another case" in page
    assert "beats" not in page
    assert new.reference not in page


def anything_moved(case):
    return case.moves_out.exists() or LineShown.objects.exists()


def test_a_merge_whose_issue_was_split_off_since_leaves_no_open_case_about_nothing(ana, client):
    case, into = CaseFactory(by=ana), CaseFactory(by=ana)
    move = moving.merge(case=case, into=into, by=ana, same=())
    own = into.issues.order_by("pk").last()
    asked = {"title": "Damp", "next_action": "Ring them", "on": "5 wd", "issues": [own.pk]}
    client.post(f"/cases/{into.pk}/splitting/", {**asked, "people": [into.case_people.first().pk]})

    page = client.post(f"/cases/{into.pk}/moves/{move.pk}/undo/", follow=True).content.decode()
    assert "would leave" in page
    assert not Case.objects.filter(pk=case.pk, merged_into=None).exists()
    split = Case.objects.get(title="Damp").moves_in.get()
    client.post(f"/cases/{into.pk}/moves/{split.pk}/undo/")
    client.post(f"/cases/{into.pk}/moves/{move.pk}/undo/")

    assert case.issues.count() == 1
    assert own in into.issues.all()


def test_a_number_that_another_stood_for_stands_itself_once_that_is_split_off(ana, client):
    case, into = CaseFactory(by=ana), CaseFactory(by=ana)
    numbers = [add_reference(case=each, kind="NINO", value="QQ 12 34 56 C", by=ana) for each in (case, into)]
    moving.merge(case=case, into=into, by=ana, same=())
    asked = {"title": "Damp", "next_action": "Ring them", "on": "5 wd", "issues": [into.issues.first().pk]}
    asked["people"] = [into.case_people.first().pk]

    client.post(f"/cases/{into.pk}/splitting/", {**asked, "rows_cases-ReferenceNumber-case": [numbers[1].pk]})

    assert list(Case.objects.get(title="Damp").references.all()) == [numbers[1]]
    assert list(into.references.all()) == [numbers[0]]
