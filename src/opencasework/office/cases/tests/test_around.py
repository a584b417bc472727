"""Rows around those of a list: with as many questions as around one, and kept as Django would keep them."""

from __future__ import annotations

import pytest

from opencasework.office.cases.models import Case
from opencasework.office.cases.tests.factories import CaseFactory
from opencasework.office.kit import around
from opencasework.office.kit.around import Held

pytestmark = pytest.mark.django_db
WAYS = {"owner": (), "issues": ("pk",), "issues__category": (), "case_people": ("pk",)}


def test_around_ten_cases_is_asked_no_more_than_around_one(django_assert_num_queries):
    CaseFactory.create_batch(10)
    cases = list(Case.objects.order_by("pk"))

    with django_assert_num_queries(len(WAYS)):
        around.fetch_each(cases, WAYS)

    with django_assert_num_queries(0):
        read = [(case.owner, [issue.category.code for issue in case.issues.all()]) for case in cases]
    fresh = Case.objects.order_by("pk")
    assert read == [(case.owner, [issue.category.code for issue in case.issues.all()]) for case in fresh]


def test_beyond_what_was_fetched_the_database_is_asked_for_that_row_alone():
    ours, _other = CaseFactory(), CaseFactory()
    ended = ours.issues.get()
    cases = list(Case.objects.order_by("pk"))
    around.fetch_each(cases, WAYS)
    case = cases[0]

    held = case.issues.all()

    assert isinstance(held, Held)
    assert held.filter(pk=ended.pk).get() == ended
    assert set(case.issues.open()) == set(held)
    assert held.count() == len(held)
    assert held.first() == around.of(case, "issues")[0]
    assert not held.exclude(case=ours).exists()
    assert set(held.values_list("case", flat=True)) == {ours.pk}


def test_what_was_not_fetched_is_asked_for():
    case = CaseFactory()

    assert around.of(Case.objects.get(pk=case.pk), "issues") == list(case.issues.all())


def test_around_no_case_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        around.fetch_each([], WAYS)
