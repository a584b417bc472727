"""People and their cases merged, and both taken back, in any order: nobody is lost on the way."""

from __future__ import annotations

import random

import pytest

from opencasework.office.cases.actions import add_issue
from opencasework.office.cases.models import Case, CasePerson, Move
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.constituents.models import PersonMerge
from opencasework.office.constituents.tests.factories import PersonFactory
from opencasework.office.places.tests.factories import OfficeFactory
from opencasework.office.staff.tests.factories import StaffFactory
from opencasework.office.tags.tests.factories import CategoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
PEOPLE, CASES = 4, 3


@pytest.fixture
def tom(client):
    OfficeFactory()
    tom = StaffFactory(username="tom", office_manager=True)
    client.force_login(tom)
    return tom


class World:
    """Some people on some cases, and what has been done with both through the pages."""

    def __init__(self, client, tom, on):
        self.client, self.tom = client, tom
        self.people = [PersonFactory(full_name=f"Person {number}") for number in range(PEOPLE)]
        self.cases = [CaseFactory(by=tom) for _ in range(CASES)]
        CasePerson.objects.all().delete()
        self.on = sorted(on)
        for case, person in self.on:
            CasePerson.objects.create(
                case=self.cases[case],
                person=self.people[person],
                role="constituent" if (case + person) % 2 else "third_party",
                relation=f"{case} {person}",
            )
        self.before = self.rows()

    def rows(self):
        return sorted(CasePerson.objects.values_list("pk", "case", "person", "role", "relation"))

    def merge_people(self, one, other):
        self.client.post(f"/people/{self.people[one].pk}/same-as/{self.people[other].pk}/")

    def merge_cases(self, one, other):
        reference = self.cases[other].reference
        self.client.post(f"/cases/{self.cases[one].pk}/merging/", {"other": reference})

    def undo(self, kind, number):
        """Take one of those back that are in force."""
        done = list((PersonMerge if kind == "people" else Move).objects.filter(undone_at=None).order_by("pk"))
        if done:
            self.take_back(done[number % len(done)])

    def take_back(self, done):
        if isinstance(done, PersonMerge):
            self.client.post(f"/people/merges/{done.pk}/undo/")
        else:
            self.client.post(f"/cases/{done.target_id}/moves/{done.pk}/undo/")
        done.refresh_from_db()
        assert done.undone_at is not None

    def became(self, number):
        merge = PersonMerge.objects.filter(loser_number=number, undone_at=None).first()
        return number if merge is None else self.became(merge.into_number)

    def expected(self):
        """Who is on which case that stands, going by who was where and what is merged."""
        return {
            (Case.objects.get(pk=self.cases[case].pk).survivor.pk, self.became(self.people[person].pk))
            for case, person in self.on
        }

    def shown(self):
        return set(CasePerson.objects.filter(case__merged_into=None).values_list("case", "person"))


def story(seed):
    """Some people on some cases, and some acts in some order: the same for the same seed everywhere."""
    chance = random.Random(seed)
    on = {(chance.randrange(CASES), chance.randrange(PEOPLE)) for _ in range(chance.randint(1, 5))}
    acts = []
    for _ in range(chance.randint(1, 8)):
        name = chance.choice(["merge_people", "merge_cases", "undo"])
        of = {"merge_people": PEOPLE, "merge_cases": CASES}.get(name)
        one = chance.randrange(of) if of else chance.choice(["people", "cases"])
        acts.append((name, one, chance.randrange(of or 4)))
    return on, acts


# Each of the first five once left a case for nobody, or somebody on a case nobody looks at.
CASES_ONE, PEOPLE_ONE, OTHER_WAY = ("merge_cases", 1, 0), ("merge_people", 0, 1), ("merge_people", 1, 0)
UNDO_CASES, UNDO_PEOPLE = ("undo", "cases", 0), ("undo", "people", 0)
STORIES = [
    ({(0, 0), (1, 1)}, [CASES_ONE, PEOPLE_ONE, UNDO_CASES]),
    ({(0, 0), (1, 1)}, [CASES_ONE, OTHER_WAY, UNDO_CASES]),
    ({(0, 0), (0, 1)}, [PEOPLE_ONE, CASES_ONE, UNDO_PEOPLE]),
    ({(0, 0), (1, 1)}, [PEOPLE_ONE, CASES_ONE, UNDO_PEOPLE]),
    ({(0, 0), (2, 0)}, [CASES_ONE, ("merge_cases", 1, 2), UNDO_CASES]),
    *(story(seed) for seed in range(8)),
]


@pytest.mark.parametrize(("on", "acts"), STORIES)
def test_people_and_cases_merged_and_undone_in_any_order_leave_nobody_behind(client, tom, on, acts):
    world = World(client, tom, on)
    for name, one, other in acts:
        getattr(world, name)(one, other)
        assert world.shown() == world.expected(), (name, one, other)
    left = [*PersonMerge.objects.filter(undone_at=None), *Move.objects.filter(undone_at=None)]
    random.Random(0).shuffle(left)
    for done in left:
        world.take_back(done)
        assert world.shown() == world.expected(), done

    assert world.rows() == world.before


def test_a_row_that_finds_its_like_at_home_goes_home_all_the_same(client, tom):
    """Nia is on A and C, Owen on B, all made one; then the cases C and A, the records, and B and C again."""
    owen, nia, a, b, c = 0, 1, 0, 1, 2
    world = World(client, tom, {(a, nia), (c, nia), (b, owen)})
    world.merge_cases(c, b)
    world.merge_cases(a, c)
    world.merge_people(nia, owen)

    for kind, number in (("cases", 1), ("people", 0), ("cases", 0)):
        world.undo(kind, number)
        assert world.shown() == world.expected(), kind

    assert world.rows() == world.before


def test_who_is_taken_off_or_put_on_merged_cases_by_hand_is_so_afterwards(client, tom):
    world = World(client, tom, {(0, 0), (1, 1), (0, 2)})
    world.merge_cases(0, 1)
    world.merge_people(0, 1)
    [case, *_], people = world.cases, world.people
    client.post(f"/cases/{case.pk}/people/new/", {"person": people[3].pk, "role": "constituent"})
    CasePerson.objects.filter(person=people[2]).update(role="constituent")
    link = CasePerson.objects.get(person=people[0])
    client.post(f"/cases/{case.pk}/people/{link.pk}/removal/")
    assert {person for _, person in world.shown()} == {people[2].pk, people[3].pk}

    world.undo("people", 0)
    world.undo("cases", 0)

    assert world.shown() == {(case.pk, people[2].pk), (case.pk, people[3].pk)}


def test_somebody_told_apart_after_a_split_takes_their_share_of_it_along(client, tom):
    one, other = PersonFactory(full_name="Nia Pryce"), PersonFactory(full_name="Nia Price")
    case = CaseFactory(by=tom, person=other)
    add_issue(case=case, category=CategoryFactory(code="HOU-DAMP"), by=tom)
    client.post(f"/people/{one.pk}/same-as/{other.pk}/")
    link, issue = case.case_people.get(), case.issues.last()
    assert link.person == one
    what = {"title": "Damp", "next_action": "Ring", "on": "5 wd", "issues": [issue.pk], "people": [link.pk]}
    client.post(f"/cases/{case.pk}/splitting/", what)

    client.post(f"/people/merges/{PersonMerge.objects.get().pk}/undo/")

    new = Case.objects.get(title="Damp")
    assert [each.constituent for each in (case, new)] == [other, other]
