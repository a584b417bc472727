"""What becomes of a note about a case that was merged, or went out of sight, while the call was made."""

from __future__ import annotations

import pytest

from opencasework.office.authority.tests.factories import AuthorityFactory
from opencasework.office.bodies.tests.factories import body
from opencasework.office.cases import moving
from opencasework.office.cases.access import restrict
from opencasework.office.cases.models import Case, Event
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.staff.models import Role
from opencasework.office.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(ana, client) -> list[Case]:
    """Two cases with the DWP, both to be rung about."""
    client.force_login(ana)
    cases = [CaseFactory(by=ana, body=body("DWP")) for _ in range(2)]
    for case in cases:
        AuthorityFactory(case=case)
    return cases


def written_down(client, raised: list[Case], **more: str):
    given = {"case": [case.pk for case in raised], "other_side": "Ms Penrose"}
    for case, words in zip(raised, ("They pay.", "They look for the file."), strict=True):
        given[f"case-{case.pk}-text"] = words
    return client.post(f"/calls/{body('DWP').pk}/", given | more)


def calls() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for line in Event.objects.filter(kind=Event.Kind.CALL):
        found.setdefault(line.case_id, set()).add(line.text.partition("\n")[2])
    return found


def test_what_was_said_of_a_case_that_was_merged_meanwhile_goes_on_the_one_it_is_part_of(ana, client, raised):
    one, two = raised
    moving.merge(case=two, into=one, by=ana)

    assert written_down(client, raised).status_code == 302
    assert calls() == {one.pk: {"They pay.", "They look for the file."}}


def test_how_a_case_ended_that_was_merged_meanwhile_is_said_on_the_one_it_is_part_of(ana, client, raised):
    one, two = raised
    moving.merge(case=two, into=one, by=ana)

    answer = written_down(client, raised, **{f"case-{two.pk}-outcome": "put-right"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"It is part of {one.reference} by now. Take out how it ended, and say that there." in page
    assert "They look for the file." in page
    assert calls() == {}
    assert Case.objects.get(pk=one.pk).is_open


def test_what_was_said_of_a_case_that_went_out_of_sight_comes_back_before_anything_is_saved(
    ana, client, raised
):
    one, two = raised
    boss = StaffFactory(role=Role.OFFICE_MANAGER)
    two.assign(to=boss, by=boss)
    restrict(two, by=boss)

    answer = written_down(client, raised)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "One of the cases can no longer be found here, so nothing is saved yet." in page
    assert "“They look for the file.”" in page
    assert two.reference not in page
    assert calls() == {}

    again = {"case": one.pk, "other_side": "Ms Penrose", f"case-{one.pk}-text": "They pay."}
    assert client.post(f"/calls/{body('DWP').pk}/", again).status_code == 302
    assert calls() == {one.pk: {"They pay."}}
